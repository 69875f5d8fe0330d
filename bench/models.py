"""Trainers that only copy, and a plain program around three of them, to compare topo-harness with.

    models.py make FILE MEGABYTES              makes a first model
    models.py plain FILE FOLDER SHARDS ROUNDS  three processes exchange files and average each round
    models.py                                  one such trainer, under topo-harness work --exec

Both end with the same model, bit for bit.
"""

import hashlib
import json
import multiprocessing
import os
import struct
import sys
import time

import numpy as np

TENSORS = 25
CHANGED = 1000


def samples(shard):
    return 100 + shard


def copy(source, target, shard, nth):
    """Trains: reads a model, changes a few of its numbers, and writes another."""
    with open(source, "rb") as file:
        content = bytearray(file.read())
    (size,) = struct.unpack_from("<Q", content)
    numbers = np.frombuffer(content, "<f4", CHANGED, 8 + size)
    numbers += np.sin(np.arange(CHANGED) * (shard + 1) + nth).astype("<f4")
    with open(target, "wb") as file:
        file.write(content)
    return target


def train(task, context):
    shard = int(os.path.basename(task["shard"]["uri"]).split(".")[0])
    path = context.output_path(".safetensors")
    copy(task["parameters"]["path"], path, shard, task["round"])
    return {"samples": samples(shard), "metrics": {"loss": 0.0}, "parameters": path}


def read_head(file):
    length = file.read(8)
    return length + file.read(struct.unpack("<Q", length)[0])


def average(paths, weights, target):
    files = [open(path, "rb") for path in paths]
    heads = [read_head(file) for file in files]
    entries = json.loads(heads[0][8:]).values()
    with open(target, "wb") as made:
        made.write(heads[0])
        for entry in sorted(entries, key=lambda entry: entry["data_offsets"]):
            count = (entry["data_offsets"][1] - entry["data_offsets"][0]) // 4
            total = np.fromfile(files[0], "<f4", count).astype("f8") * weights[0]
            for file, weight in zip(files[1:], weights[1:]):
                total += np.fromfile(file, "<f4", count).astype("f8") * weight
            (total / sum(weights)).astype("<f4").tofile(made)
    for file in files:
        file.close()


def copy_and_sync(source, target, shard, nth):
    copy(source, target, shard, nth)
    sync(target)
    return target


def take(path):
    """Reads a result once: its hash, and whether all its numbers are finite."""
    with open(path, "rb") as file:
        content = file.read()
    (size,) = struct.unpack_from("<Q", content)
    if not np.isfinite(np.frombuffer(content, "<f4", -1, 8 + size)).all():
        raise ValueError(path)
    return hashlib.sha256(content).hexdigest()


def sync(path):
    descriptor = os.open(path, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def plain(model, folder, shards, rounds, careful=False):
    seconds = []
    with multiprocessing.Pool(3) as pool:
        for nth in range(rounds):
            begun = time.monotonic()
            units = [(model, os.path.join(folder, "r%d.s%d" % (nth, shard)), shard, nth) for shard in range(shards)]
            paths = pool.starmap(copy_and_sync if careful else copy, units, chunksize=1)
            if careful:
                pool.map(take, paths, chunksize=1)
            model = os.path.join(folder, "model-%d" % nth)
            average(paths, [samples(shard) for shard in range(shards)], model)
            if careful:
                take(model)
                sync(model)
            for path in paths:
                os.remove(path)
            seconds.append(time.monotonic() - begun)
    with open(model, "rb") as file:
        sha256 = hashlib.sha256(file.read()).hexdigest()
    print(json.dumps({"seconds": seconds, "sha256": sha256}))


def make(path, megabytes):
    count = int(megabytes * 250_000 / TENSORS)
    header = {
        "layer.%02d.weight" % nth: {"dtype": "F32", "shape": [count], "data_offsets": [nth * count * 4, (nth + 1) * count * 4]}
        for nth in range(TENSORS)
    }
    head = json.dumps(header, separators=(",", ":")).encode()
    head += b" " * (-len(head) % 8)
    random = np.random.default_rng(0)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(head)) + head)
        for _ in range(TENSORS):
            random.standard_normal(count, "f4").tofile(file)


if __name__ == "__main__":
    if sys.argv[1:2] == ["make"]:
        make(sys.argv[2], float(sys.argv[3]))
    elif sys.argv[1:2] in (["plain"], ["careful"]):
        plain(sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]), sys.argv[1] == "careful")
    else:
        import topo_exec

        topo_exec.run(train)
