"""Lets rank 0 of a torchrun be the trainer: copy it beside topo_exec.py. It needs Linux and Python 3.9.

    topo-harness work worker_queue_1 --exec 'python3 topo_torchrun.py --standalone --nproc_per_node 2 train_ddp.py'

torchrun closes all descriptors but 0, 1 and 2 in the ranks that it starts, 3 and 4 of the exec protocol among them. So
this program hands the two to rank 0 by a socket, and runs torchrun with its own arguments. The ranks' program says

    import topo_torchrun

before it imports torch, so that 3 and 4 are still free, and rank 0 calls topo_exec.run as any trainer does.
"""

import fcntl
import os
import socket
import subprocess
import sys
import tempfile
import threading


def main():
    """Runs torchrun. Its exit code."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "descriptors")
        environment = dict(os.environ)
        # By hand, as in python3 topo_torchrun.py … < task.json, there are no descriptors.
        if "TOPO_PROTOCOL" in os.environ:
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(path)
            listener.listen()
            threading.Thread(target=_hand_over, args=(listener,), daemon=True).start()
            environment["TORCHRUN_DESCRIPTORS"] = path
        command = [sys.executable, "-m", "torch.distributed.run", *sys.argv[1:]]
        return subprocess.run(command, env=environment).returncode


def _hand_over(listener):
    with listener, listener.accept()[0] as rank_0:
        socket.send_fds(rank_0, [b"\0"], [3, 4])
    # The worker sees rank 0's end only when nobody else holds them.
    os.close(3)
    os.close(4)


def _take():
    with socket.socket(socket.AF_UNIX) as launcher:
        launcher.connect(os.environ.pop("TORCHRUN_DESCRIPTORS"))
        _, received, _, _ = socket.recv_fds(launcher, 1, 2)
    # By way of numbers above 4, for what came may have the number 4 where 3 belongs.
    spare = [fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 5) for descriptor in received]
    for descriptor, number in zip(spare, (3, 4)):
        os.dup2(descriptor, number, inheritable=False)
    for descriptor in {*received, *spare} - {3, 4}:
        os.close(descriptor)


if __name__ == "__main__":
    code = main()
    sys.exit(code if code >= 0 else 75)
elif os.environ.get("RANK") == "0" and "TORCHRUN_DESCRIPTORS" in os.environ:
    _take()
