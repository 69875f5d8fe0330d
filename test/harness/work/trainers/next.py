"""The same trainer with the Python helper."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../../../examples/python"))
from topo_exec import run


def train(task, context):
    with open(task["parameters"]["path"], "rb") as file:
        trained = bytes((byte + 1) % 256 for byte in file.read())
    path = context.output_path(".bin")
    with open(path, "wb") as file:
        file.write(trained)
    return {"parameters": path, "output": {"given": task["parameters"]}}


run(train)
