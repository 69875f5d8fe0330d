"""A trainer that misbehaves as its first argument says: on every task called bad, or before it is ready.

It prints a line where a test waits for it.
"""

import json
import os
import select
import signal
import sys
import time

how = sys.argv[1]
requests = os.fdopen(3, "rb")


def write(data):
    while data:
        data = data[os.write(4, data) :]


def send(**message):
    write(json.dumps(message).encode() + b"\n")


def done(request, **result):
    send(type="result", request=request, result=result)


def sleepers():
    """Children that nobody waits for: one holds the descriptors, one has its own."""
    import subprocess  # Slow to load.

    subprocess.Popen(["sleep", "1000"], close_fds=False)
    subprocess.Popen(["sleep", "1000"])
    if os.fork() == 0:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        time.sleep(1000)


def forever():
    while True:
        time.sleep(1000)


def hang():
    print("hangs", flush=True)
    forever()


def ignore_term():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    hang()


def byte_by_byte(request):
    line = json.dumps({"type": "result", "request": request, "result": {"output": "né 🙂"}}, ensure_ascii=False)
    for byte in line.encode() + b"\n":
        os.write(4, bytes([byte]))
        time.sleep(0.001)


def huge(descriptor):
    """One line of as many MiB as the second argument says."""
    for _ in range(int(sys.argv[2])):
        try:
            os.write(descriptor, b"x" * (1 << 20))
        except OSError:
            forever()


def noise(request):
    print('{"type":"error","request":1,"verdict":"fatal","message":"from print"}', flush=True)
    print("\x1b[31mred", flush=True)
    sys.stderr.write("not a message\n")
    done(request, samples=1)


def many_progress(request):
    for n in range(10000):
        send(type="progress", request=request, fraction=n / 10000, metrics={"n": n})
    done(request)


def huge_stdout(request):
    huge(1)
    done(request, samples=2)


def die_of_stderr():
    sys.stderr.write("one\ntwo\nValueError: no such layer\n")
    sys.stderr.flush()
    os._exit(1)


def late(request):
    """Answers a cancel, and after it again."""
    print("waits for the cancel", flush=True)
    json.loads(requests.readline())
    done(request, samples=1)
    done(request, samples=2)


def stale(request):
    """Answers the request before once more, and then this one."""
    if request > 1:
        done(request - 1, samples=request - 1)
    done(request, samples=request)


def stop_reading():
    select.select([requests], [], [])
    hang()


def close_and_live(descriptor):
    os.close(descriptor)
    forever()


ways = {
    "garbage": lambda request: write(b"hello, world\n") or forever(),
    "not-utf8": lambda request: write(b'{"type":"\xff"}\n') or forever(),
    "an-array": lambda request: write(b"[1]\n") or forever(),
    "null": lambda request: write(b"null\n") or forever(),
    "unknown-type": lambda request: send(type="done", request=request) or forever(),
    "unknown-field": lambda request: send(type="result", request=request, result={}, loss=1) or forever(),
    "wrong-kind-of-samples": lambda request: done(request, samples="many") or forever(),
    "nan": lambda request: write(b'{"type":"progress","request":1,"fraction":NaN}\n') or forever(),
    "endless": lambda request: write(
        b'{"type":"result","request":%d,"result":{"metrics":{"loss":1e999}}}\n' % request
    )
    or forever(),
    "half-a-progress": lambda request: send(type="progress", request=request, fraction=1.5) or forever(),
    "nested": lambda request: write(
        b'{"type":"result","request":%d,"result":{"output":%s%s}}\n' % (request, b"[" * 400000, b"]" * 400000)
    )
    or forever(),
    "from-the-future": lambda request: done(request + 1000) or forever(),
    "ready-twice": lambda request: send(type="ready", protocol=1) or forever(),
    "two-answers": lambda request: (done(request, samples=1), done(request, samples=2)),
    "blank-lines": lambda request: write(b"\n\n") or done(request),
    "crlf": lambda request: write(b'{"type":"result","request":%d,"result":{}}\r\n' % request),
    "proto": lambda request: write(
        b'{"type":"result","request":%d,"result":{"output":{"__proto__":{"a":1}}}}\n' % request
    ),
    "partial": byte_by_byte,
    "half-a-line": lambda request: write(b'{"type":"result","request":1,') or os._exit(0),
    "long-line": lambda request: huge(4) or forever(),
    "long-line-in-small-pieces": lambda request: [os.write(4, b"x" * 128) for _ in range(10000)],
    "long-stdout": huge_stdout,
    "noise": noise,
    "progress": many_progress,
    "hang": lambda request: hang(),
    "ignore-term": lambda request: ignore_term(),
    "late": late,
    "stale": stale,
    "fork-and-crash": lambda request: sleepers() or os._exit(1),
    "fork-and-answer": lambda request: sleepers() or done(request),
    "fork-and-hang": lambda request: sleepers() or ignore_term(),
    "close-4": lambda request: close_and_live(4),
    "close-3": lambda request: close_and_live(3),
    "exit-0": lambda request: os._exit(0),
    "exit-1": lambda request: die_of_stderr(),
    "ready-once": lambda request: die_of_stderr(),
    "slow-to-load": lambda request: die_of_stderr(),
    "exit-75": lambda request: os._exit(75),
    "exit-65": lambda request: os._exit(65),
    "exit-78": lambda request: os._exit(78),
    "answer-and-exit": lambda request: done(request, samples=3) or os._exit(1),
    "segfault": lambda request: os.kill(os.getpid(), signal.SIGSEGV),
    "killed": lambda request: os.kill(os.getpid(), signal.SIGKILL),
    "retryable": lambda request: send(type="error", request=request, verdict="retryable", message="no memory"),
    "poison": lambda request: send(type="error", request=request, verdict="poison", message="no columns"),
    "fatal": lambda request: send(type="error", request=request, verdict="fatal", message="no GPU"),
    "unknown-verdict": lambda request: send(type="error", request=request, verdict="sad", message="x") or forever(),
    "environment": lambda request: done(request, output=dict(os.environ)),
    "argv": lambda request: done(request, output={"argv": open("/proc/self/cmdline").read().split("\0")}),
    "echo": lambda request: done(request, output=last),
    "print-pings": lambda request: done(request, output=last),
    "descriptors": lambda request: done(request, output={"open": sorted(int(fd) for fd in os.listdir("/proc/self/fd"))}),
}


def count_up(path):
    with open(path, "a") as file:
        file.write(".")
    return os.path.getsize(path)


init = json.loads(requests.readline())
if how == "die-before-ready":
    count_up(sys.argv[2])
    sys.exit("no module named torch")
if how == "die-once-before-ready" and count_up(sys.argv[2]) == 1:
    sys.exit(1)
if how == "die-in-different-ways":
    sys.exit(10 + count_up(sys.argv[2]))
if how == "die-alike-but-for-numbers":
    count_up(sys.argv[2])
    sys.exit("%.6f pid %d: no GPU at 0x%x" % (time.time(), os.getpid(), id(init)))
if how == "ready-once" and count_up(sys.argv[2]) > 1:
    sys.exit("no GPU")
if how == "slow-to-load":
    time.sleep(3)
if how == "config-before-ready":
    count_up(sys.argv[2])
    sys.exit(78)
if how == "hang-before-ready":
    forever()
if how == "other-protocol":
    send(type="ready", protocol=2)
    forever()
if how == "result-before-ready":
    send(type="result", request=1, result={})
    forever()
send(type="ready", protocol=1)
if how == "never-read":
    stop_reading()
for line in requests:
    last = json.loads(line)
    if last["type"] == "shutdown":
        break
    if last["type"] == "ping":
        send(type="pong", request=last["request"])
        if how == "print-pings":
            print("ping", flush=True)
    if last["type"] != "train":
        continue
    if last["task"]["id"].startswith("good") and how != "echo":
        done(last["request"], samples=7)
        if how == "die-when-idle":
            os._exit(1)
    else:
        ways.get(how, lambda request: done(request))(last["request"])
