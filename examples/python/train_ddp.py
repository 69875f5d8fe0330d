"""The network of train_torch.py on all ranks of a torchrun, each with its part of every batch.

    topo-harness work worker_queue_1 --exec 'python3 topo_torchrun.py --standalone --nproc_per_node 2 train_ddp.py'

Rank 0 talks with the worker and hands the task to the others. The model depends on the number of ranks: give all workers of a run the same.
"""

import topo_torchrun  # noqa: F401 - before torch, it takes the descriptors

import os
import traceback
from datetime import timedelta

import torch
import torch.distributed as dist
from torch.nn import functional
from torch.nn.parallel import DistributedDataParallel

import train_torch
from topo_exec import Cancelled, Poison, run

RANK, RANKS = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])


def train_on_rank_0(task, context):
    tell({"task": task})
    try:
        outcome = train(task, context)
    except Exception:
        # The others may wait for this rank in the midst of a step: torchrun ends them when it is gone.
        traceback.print_exc()
        os._exit(75)
    # If it was taken back, all ranks have stopped at the same step.
    context.check()
    if isinstance(outcome, Poison):
        raise outcome
    return outcome


def follow():
    """The other ranks: train what rank 0 says, until it says that it is enough."""
    while True:
        order = tell(None)
        if order is None:
            return
        train(order["task"], None)


def tell(order):
    """What rank 0 says, on all ranks."""
    box = [order]
    dist.broadcast_object_list(box, src=0)
    return box[0]


def train(task, context):
    """On all ranks alike. A Poison is returned, for it is the task's fault on each of them; any other error ends all."""
    settings = dict(train_torch.DEFAULTS, **task.get("hyperparameters", {}))
    torch.manual_seed(task.get("seed", 0))
    try:
        images, labels = train_torch.read_shard(task)
        network = train_torch.Network(images[0].numel(), settings["hidden"], settings["classes"]).to(train_torch.DEVICE)
        if "parameters" in task:
            train_torch.load(network, task["parameters"]["path"])
    except Poison as error:
        return error
    if settings.get("evaluate"):
        return {"samples": len(labels), "metrics": train_torch.measure(network, images, labels)}
    losses = descend(network, images, labels, settings, context)
    if RANK != 0:
        return None
    path = context.output_path(".safetensors")
    train_torch.save(network, path)
    metrics = {"loss": sum(losses) / len(losses)} if losses else {}
    return {"samples": len(labels), "metrics": metrics, "parameters": path}


def descend(network, images, labels, settings, context):
    parallel = DistributedDataParallel(network)
    optimizer = train_torch.make_optimizer(network, settings)
    steps, losses = settings["local_steps"], []
    # The seed is the same everywhere, and so are the batches. Each rank takes every RANKS-th sample of them.
    for step, batch in zip(range(steps), train_torch.batches(len(labels), settings["batch_size"] * RANKS)):
        if step % 10 == 0 and not tell(context and goes_on(context, step / steps)):
            break
        # A last batch that is smaller than the ranks would leave one without samples.
        mine = batch[RANK % len(batch) :: RANKS]
        optimizer.zero_grad()
        loss = functional.cross_entropy(parallel(images[mine]), labels[mine])
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def goes_on(context, fraction):
    try:
        context.progress(fraction)
        return True
    except Cancelled:
        return False


def main():
    # The ranks wait here for the next task, however long it takes; gloo's own patience is 30 minutes.
    dist.init_process_group("gloo", timeout=timedelta(days=365))
    if RANK != 0:
        return follow()
    run(train_on_rank_0)
    tell(None)


if __name__ == "__main__":
    main()
