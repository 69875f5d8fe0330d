"""A small network trained with PyTorch: a trainer for topo-harness train, to copy and put your own model into.

    topo-harness work worker_queue_1 --exec 'python3 train_torch.py'

Shards are safetensors with images (U8 [samples, ...]) and labels (U8 [samples]). hyperparameters: learning_rate,
momentum, batch_size, hidden, classes, and local_steps and evaluate, which topo-harness train sets. It trains the job of
examples/digits. On one kind of processor, with one PyTorch, the same task gives the same bytes again.
"""

import os

# For deterministic sums on a GPU. It must be said before CUDA begins.
os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")

import torch
from torch import nn
from torch.nn import functional

import topo_safetensors
from topo_exec import Poison, run

DEFAULTS = {"learning_rate": 0.1, "momentum": 0, "batch_size": 32, "hidden": 64, "classes": 10, "local_steps": 0}
DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")
torch.use_deterministic_algorithms(True)
# Sums are made in another order with another number of threads.
torch.set_num_threads(1)


class Network(nn.Module):
    def __init__(self, pixels, hidden, classes):
        super().__init__()
        self.hidden = nn.Linear(pixels, hidden)
        self.output = nn.Linear(hidden, classes)

    def forward(self, images):
        return self.output(torch.relu(self.hidden(images.flatten(1))))


def train(task, context):
    settings = dict(DEFAULTS, **task.get("hyperparameters", {}))
    torch.manual_seed(task.get("seed", 0))
    images, labels = read_shard(task)
    network = Network(images[0].numel(), settings["hidden"], settings["classes"]).to(DEVICE)
    if "parameters" in task:
        load(network, task["parameters"]["path"])
    if settings.get("evaluate"):
        return {"samples": len(labels), "metrics": measure(network, images, labels)}
    loss = descend(network, images, labels, settings, context)
    path = context.output_path(".safetensors")
    save(network, path)
    return {"samples": len(labels), "metrics": {} if loss is None else {"loss": loss}, "parameters": path}


def descend(network, images, labels, settings, context):
    """The mean loss of local_steps batches; None where there are none. An optimizer begins anew in each round."""
    optimizer = make_optimizer(network, settings)
    steps, total = settings["local_steps"], 0.0
    network.train()
    for step, batch in zip(range(steps), batches(len(labels), settings["batch_size"])):
        if step % 10 == 0:
            context.progress(step / steps)  # it also ends the training if the task was taken back
        optimizer.zero_grad()
        loss = functional.cross_entropy(network(images[batch]), labels[batch])
        loss.backward()
        optimizer.step()
        total += loss.item()
    return total / steps if steps else None


def make_optimizer(network, settings):
    return torch.optim.SGD(network.parameters(), lr=settings["learning_rate"], momentum=settings["momentum"])


def batches(samples, size):
    """Without end: all samples in a new order each time."""
    while True:
        yield from torch.randperm(samples).split(size)


@torch.no_grad()
def measure(network, images, labels):
    network.eval()
    scores = network(images)
    return {
        "loss": functional.cross_entropy(scores, labels).item(),
        "accuracy": (scores.argmax(1) == labels).double().mean().item(),
    }


def read_shard(task):
    """images: float32 [samples, ...], from 0 to 1; labels: int64 [samples]."""
    if "shard" not in task:
        raise Poison("the task has no shard")
    try:
        shard = topo_safetensors.read(task["shard"]["path"])
        images, labels = torch.from_numpy(shard["images"]), torch.from_numpy(shard["labels"])
    except (KeyError, ValueError) as error:
        raise Poison("%s is no shard: %s" % (task["shard"]["uri"], error)) from error
    return (images.float() / 255).to(DEVICE), labels.long().to(DEVICE)


def load(network, path):
    state = {name: torch.from_numpy(array) for name, array in topo_safetensors.read(path).items()}
    try:
        network.load_state_dict(state)
    except RuntimeError as error:
        raise Poison("the parameters are of another model: %s" % error) from error


def save(network, path):
    state = network.state_dict()
    topo_safetensors.write(path, {name: tensor.cpu().numpy() for name, tensor in state.items()})


if __name__ == "__main__":
    run(train)
