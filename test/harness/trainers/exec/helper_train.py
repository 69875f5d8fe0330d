"""Trains with the helper, as the task's run says."""

import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../../../examples/python"))
from topo_exec import Fatal, Poison, Retryable, run


class Scalar:
    """As numpy's numbers are."""

    def item(self):
        return 0.25


class Tensor:
    """As PyTorch's are: of several numbers."""

    def item(self):
        raise RuntimeError("a Tensor with 2 elements cannot be converted to Scalar")

    def __bool__(self):
        raise RuntimeError("Boolean value of Tensor with more than one value is ambiguous")


def wait(context):
    print("waits", flush=True)
    while True:
        context.check()
        time.sleep(0.01)


def swallow(context):
    print("swallows", flush=True)
    while True:
        try:
            context.progress(0.5)
        except Exception:
            pass
        time.sleep(0.01)


def write(context):
    path = context.output_path(".bin")
    with open(path, "wb") as file:
        file.write(b"weights")
    return {"samples": 1, "parameters": path}


def fail(error):
    raise error


def sleep():
    print("sleeps", flush=True)
    time.sleep(1000)


def noise():
    import subprocess  # Slow to load.

    print('{"type": "result", "request": 1, "result": {}}')
    subprocess.run(["echo", "from a child"])
    return {"samples": 3}


ways = {
    "nothing": lambda task, context: None,
    "echo": lambda task, context: {"output": {"task": task, "attempt": context.attempt, "worker": context.worker}},
    "scalar": lambda task, context: {"metrics": {"loss": Scalar()}},
    "noise": lambda task, context: noise(),
    "write": lambda task, context: write(context),
    "progress": lambda task, context: [context.progress(n / 4, loss=Scalar()) for n in range(5)] and None,
    "retryable": lambda task, context: fail(Retryable("no memory")),
    "poison": lambda task, context: fail(Poison("no columns")),
    "fatal": lambda task, context: fail(Fatal("no GPU")),
    "another-exception": lambda task, context: {}[context.attempt],
    "no-file": lambda task, context: open("/no/such/file"),
    "exception": lambda task, context: {}["loss"],
    "list": lambda task, context: [1, 2],
    "tuple": lambda task, context: (0.5, {"loss": 0.1}),
    "tensor": lambda task, context: Tensor(),
    "typo": lambda task, context: {"sample": 3},
    "half": lambda task, context: {"samples": 0.5},
    "infinite": lambda task, context: {"samples": float("inf")},
    "loss": lambda task, context: {"metrics": 0.5},
    "text": lambda task, context: {"metrics": {"loss": "low"}},
    "weights": lambda task, context: {"parameters": {"w": Tensor()}},
    "nan": lambda task, context: {"metrics": {"loss": float("nan")}},
    "object": lambda task, context: {"output": object()},
    "long": lambda task, context: {"output": "x" * 2000000},
    "exit-65": lambda task, context: sys.exit(65),
    "wait": lambda task, context: wait(context),
    "swallow": lambda task, context: swallow(context),
    "sleep": lambda task, context: sleep(),
    "pid": lambda task, context: {"output": os.getpid()},
    "interrupt": lambda task, context: fail(KeyboardInterrupt()),
}

run(lambda task, context: ways[task["run"]](task, context))
