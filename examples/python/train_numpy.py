"""A perceptron with one hidden layer, trained with numpy: a trainer for topo-harness train.

    topo-harness work worker_queue_1 --exec 'python3 train_numpy.py'

Shards are safetensors with images (U8 [samples, ...]) and labels (U8 [samples]). hyperparameters: learning_rate,
momentum, batch_size, hidden, classes, and local_steps and evaluate, which topo-harness train sets. It trains the job of
examples/digits. On one kind of processor, with one numpy, the same task gives the same bytes again.
"""

import os

# Sums are made in another order with another number of threads. It must be said before numpy is loaded.
os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = "1"

import numpy as np

import topo_safetensors
from topo_exec import Poison, run

DEFAULTS = {"learning_rate": 0.1, "momentum": 0, "batch_size": 32, "hidden": 64, "classes": 10, "local_steps": 0}


def train(task, context):
    settings = dict(DEFAULTS, **task.get("hyperparameters", {}))
    random = np.random.default_rng(task.get("seed", 0))
    images, labels = read_shard(task)
    weights = read_parameters(task, images.shape[1])
    if weights is None:
        weights = make_parameters(random, images.shape[1], settings)
    if settings.get("evaluate"):
        return {"samples": len(labels), "metrics": measure(weights, images, labels)}
    losses = descend(weights, images, labels, random, settings, context)
    path = context.output_path(".safetensors")
    topo_safetensors.write(path, weights)
    metrics = {"loss": float(np.mean(losses))} if losses else {}
    return {"samples": len(labels), "metrics": metrics, "parameters": path}


def descend(weights, images, labels, random, settings, context):
    """Changes the weights in place. The loss of each of local_steps batches."""
    steps, losses = settings["local_steps"], []
    rate, momentum = np.float32(settings["learning_rate"]), np.float32(settings["momentum"])
    velocity = {name: np.zeros_like(array) for name, array in weights.items()}
    for step, batch in zip(range(steps), batches(len(labels), settings["batch_size"], random)):
        if step % 10 == 0:
            context.progress(step / steps)  # it also ends the training if the task was taken back
        loss, gradients = differentiate(weights, images[batch], labels[batch])
        for name, gradient in gradients.items():
            velocity[name] = momentum * velocity[name] + gradient
            weights[name] -= rate * velocity[name]
        losses.append(loss)
    return losses


def batches(samples, size, random):
    """Without end: all samples in a new order each time, what is left over at the end of an order too."""
    while True:
        order = random.permutation(samples)
        for start in range(0, samples, size):
            yield order[start : start + size]


def forward(weights, images):
    """Hidden [samples, hidden], and the logarithms of the classes' probabilities [samples, classes]."""
    hidden = np.maximum(images @ weights["hidden.weight"].T + weights["hidden.bias"], 0)
    scores = hidden @ weights["output.weight"].T + weights["output.bias"]
    scores -= scores.max(axis=1, keepdims=True)
    return hidden, scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))


def differentiate(weights, images, labels):
    """The mean cross-entropy of the batch, and its gradients by name."""
    hidden, logs = forward(weights, images)
    loss = -float(logs[np.arange(len(labels)), labels].mean())
    by_scores = (np.exp(logs) - np.eye(logs.shape[1], dtype=np.float32)[labels]) / np.float32(len(labels))
    by_hidden = (by_scores @ weights["output.weight"]) * (hidden > 0)
    return loss, {
        "hidden.weight": by_hidden.T @ images,
        "hidden.bias": by_hidden.sum(axis=0),
        "output.weight": by_scores.T @ hidden,
        "output.bias": by_scores.sum(axis=0),
    }


def measure(weights, images, labels):
    _, logs = forward(weights, images)
    return {
        "loss": -float(logs[np.arange(len(labels)), labels].mean()),
        "accuracy": float((logs.argmax(axis=1) == labels).mean()),
    }


def read_shard(task):
    """images: float32 [samples, pixels], from 0 to 1; labels: uint8 [samples]."""
    if "shard" not in task:
        raise Poison("the task has no shard")
    try:
        shard = topo_safetensors.read(task["shard"]["path"])
        images, labels = shard["images"], shard["labels"]
    except (KeyError, ValueError) as error:
        raise Poison("%s is no shard: %s" % (task["shard"]["uri"], error)) from error
    return images.reshape(len(images), -1).astype(np.float32) / np.float32(255), labels


def make_parameters(random, pixels, settings):
    """As PyTorch's Linear has them: weights are [outputs, inputs]."""

    def layer(outputs, inputs):
        return random.normal(0, np.sqrt(2 / inputs), (outputs, inputs)).astype(np.float32)

    hidden, classes = settings["hidden"], settings["classes"]
    return {
        "hidden.weight": layer(hidden, pixels),
        "hidden.bias": np.zeros(hidden, np.float32),
        "output.weight": layer(classes, hidden),
        "output.bias": np.zeros(classes, np.float32),
    }


def read_parameters(task, pixels):
    """None where the task has none: then the first ones are made from the seed."""
    if "parameters" not in task:
        return None
    weights = topo_safetensors.read(task["parameters"]["path"])
    if sorted(weights) != ["hidden.bias", "hidden.weight", "output.bias", "output.weight"]:
        raise Poison("the parameters are of another model: %s" % ", ".join(sorted(weights)))
    inputs = weights["hidden.weight"].shape[1]
    if inputs != pixels:
        raise Poison("the parameters are for %d pixels, the shard's images have %d" % (inputs, pixels))
    return weights


if __name__ == "__main__":
    run(train)
