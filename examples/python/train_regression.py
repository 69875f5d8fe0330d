"""Linear or logistic regression by gradient descent on a shard: an .npz with x and y, or a .csv whose last column is y.

    topo-harness work worker_queue_1 --root data --exec 'python3 train_regression.py'

hyperparameters: model (linear or logistic), learning_rate, epochs. parameters: an .npy of weights to start from, the
bias last. The same task gives the same bytes again.
"""

import os

import numpy as np

from topo_exec import Poison, run


def train(task, context):
    hyperparameters = task.get("hyperparameters", {})
    x, y = read_shard(task)
    weights = read_weights(task, x.shape[1])
    squash = {"linear": lambda z: z, "logistic": lambda z: 1 / (1 + np.exp(-z))}[
        hyperparameters.get("model", "logistic")
    ]
    epochs = int(hyperparameters.get("epochs", 100))
    for epoch in range(epochs):
        gradient = x.T @ (squash(x @ weights) - y) / len(y)
        weights -= hyperparameters.get("learning_rate", 0.1) * gradient
        if epoch % 10 == 0:
            context.progress(epoch / epochs)
    loss = float(np.mean((squash(x @ weights) - y) ** 2))
    return {"samples": len(y), "metrics": {"loss": loss}, "parameters": write_weights(context, weights)}


def read_shard(task):
    """x: float64 [samples, features + 1], its last column is 1 for the bias; y: float64 [samples]."""
    if "shard" not in task:
        raise Poison("the task has no shard")
    path = task["shard"]["path"]
    try:
        if path.endswith(".csv"):
            table = np.loadtxt(path, delimiter=",", ndmin=2)
            x, y = table[:, :-1], table[:, -1]
        else:
            # Never with pickles: a shard is data, not a program.
            with np.load(path, allow_pickle=False) as shard:
                x, y = shard["x"].astype(np.float64), shard["y"].astype(np.float64)
    except (ValueError, KeyError) as error:
        raise Poison("%s is no shard: %s" % (task["shard"]["uri"], error)) from error
    return np.hstack([x, np.ones((len(x), 1))]), y


def read_weights(task, count):
    """float64 [features + 1]"""
    if "parameters" not in task:
        return np.random.default_rng(task.get("seed", 0)).normal(scale=0.01, size=count)
    weights = np.load(task["parameters"]["path"], allow_pickle=False)
    if weights.shape != (count,):
        raise Poison("the parameters have the shape %s, the shard wants (%d,)" % (weights.shape, count))
    return weights


def write_weights(context, weights):
    path = context.output_path(".npy")
    with open(path + ".part", "wb") as file:
        np.save(file, weights)
    os.replace(path + ".part", path)
    return path


if __name__ == "__main__":
    run(train)
