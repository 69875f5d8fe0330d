"""Trains for topo-harness: copy this one file beside your own, it needs Python 3.8 and nothing else.

    from topo_exec import run

    def train(task, context):
        data = open(task["shard"]["path"])
        ...
        return {"samples": 60000, "metrics": {"loss": 0.31}, "parameters": "model.npy"}

    run(train)

`topo-harness work QUEUE --exec 'python3 train.py'` keeps the program running for all tasks;
with `--exec-per-task`, or as `python3 train.py < task.json` by hand, it trains once and ends.

train gets the task as a dict (schema/task.schema.json; shard, parameters and results have a local "path"), and
a Context. It returns a dict with any of samples, metrics, parameters (a path, or {"uri": ..., "sha256": ...}) and output,
or None; anything else is poison.
It raises Retryable, Poison or Fatal; any other exception is retryable, but the same one twice is not tried a third time,
unless it is of what may pass by itself: files, networks, memory.
docs/exec-protocol.md has what goes over the wire.
"""

import hashlib
import json
import math
import os
import queue
import re
import sys
import threading
import traceback

__all__ = ["Cancelled", "Context", "Fatal", "Poison", "Retryable", "run"]

PROTOCOL = 1


class Retryable(Exception):
    """Another attempt may do."""


class Poison(Exception):
    """No attempt will do: the task is dead-lettered."""


class Fatal(Exception):
    """This worker can't go on: the task is handed back, and the worker ends."""


class Cancelled(BaseException):
    """The task is not this trainer's any more. Not an Exception, so that no `except Exception` holds on to it."""


VERDICTS = ((Poison, "poison", 65), (Fatal, "fatal", 78), (BaseException, "retryable", 75))


class Context:
    """What a training knows beside its task. attempt: from 1. roots: folders that data lies below."""

    def __init__(self, task, attempt, worker, roots, report):
        self.attempt = attempt
        self.worker = worker
        self.roots = roots
        self._id = task["id"]
        # Made for this training alone, where the task's run hands one out.
        self._folder = task.get("results", {}).get("path") or os.path.join(roots[0], "results")
        self._report = report
        self._cancelled = threading.Event()

    @property
    def cancelled(self):
        return self._cancelled.is_set()

    def check(self):
        """Raises Cancelled where the task was taken back. Call it now and then, such as once a batch."""
        if self._cancelled.is_set():
            raise Cancelled("the task was taken back")

    def progress(self, fraction, **metrics):
        """fraction: 0 to 1. Raises Cancelled as check does."""
        self.check()
        message = {"fraction": min(1.0, max(0.0, float(fraction)))}
        self._report(dict(message, metrics=metrics) if metrics else message)

    def output_path(self, suffix):
        """A file of this task's own for its parameters, such as output_path(".npy"); its folder is made."""
        # Two workers may train one task. An id may hold slashes and dots; the hash keeps two apart that become alike.
        name = re.sub(r"[^A-Za-z0-9_-]", "_", self._id)[:100]
        name += "-" + hashlib.sha256(f"{self.worker}\n{self._id}".encode()).hexdigest()[:12]
        os.makedirs(self._folder, exist_ok=True)
        return os.path.join(self._folder, name + suffix)


def run(train):
    """Trains what the worker sends, until it says that it is enough."""
    if "TOPO_PROTOCOL" in os.environ:
        _Session(train).serve()
    else:
        sys.exit(_train_once(train))


class _Session:
    """A long-lived trainer: requests on descriptor 3, answers on 4, and a thread that answers while train runs."""

    def __init__(self, train):
        # Programs that train starts have no business with them.
        for descriptor in (3, 4):
            os.set_inheritable(descriptor, False)
        self._requests = os.fdopen(3, "rb")
        self._train = train
        self._lock = threading.Lock()
        self._todo = queue.Queue()
        self._busy = None
        self._line_bytes = 1 << 20

    def serve(self):
        init = json.loads(self._requests.readline() or b"{}")
        if init.get("protocol") != PROTOCOL:
            print("topo_exec speaks protocol %d, the worker %r" % (PROTOCOL, init.get("protocol")), file=sys.stderr)
            sys.exit(78)
        self._line_bytes = init["limits"]["line_bytes"]
        self._init = init
        threading.Thread(target=self._listen, daemon=True).start()
        self._send({"type": "ready", "protocol": PROTOCOL})
        while True:
            todo = self._todo.get()
            if todo is None:
                return
            answer = self._answer(*todo)
            self._busy = None
            self._send(answer)

    def _listen(self):
        for line in self._requests:
            message = json.loads(line)
            kind, request = message["type"], message.get("request")
            if kind == "ping":
                self._send({"type": "pong", "request": request})
            elif kind == "train":
                self._begin(request, message)
            elif kind == "cancel":
                busy = self._busy
                if busy is not None and busy[0] == request:
                    busy[1]._cancelled.set()
            elif kind == "shutdown":
                break
        # Nobody takes the result any more.
        if self._busy is not None:
            _leave(75)
        self._todo.put(None)

    def _begin(self, request, message):
        def report(progress):
            self._send(dict(progress, type="progress", request=request))

        context = Context(
            message["task"], message["attempt"], self._init["worker"], self._init["roots"], report
        )
        self._busy = (request, context)
        self._todo.put((request, context, message["task"]))

    def _answer(self, request, context, task):
        try:
            result = _to_result(self._train(task, context), context)
            answer = {"type": "result", "request": request, "result": result}
            size = len(_to_line(answer))
            if size > self._line_bytes:
                raise Poison("the result has %d bytes, write big values to a file" % size)
            return answer
        except SystemExit:
            raise
        except BaseException as error:
            verdict, _, message = _judge(error)
            answer = {"type": "error", "request": request, "verdict": verdict, "message": message}
            return answer if _is_foreseen(error) else dict(answer, trace=_trace(error))

    def _send(self, message):
        line = _to_line(message) + b"\n"
        with self._lock:
            try:
                while line:
                    line = line[os.write(4, line) :]
            except OSError:
                _leave(75)


def _train_once(train):
    try:
        task = json.load(sys.stdin)
        roots = os.environ.get("TOPO_ROOTS", os.getcwd()).split(os.pathsep)
        attempt = int(os.environ.get("TOPO_ATTEMPT", "1"))
        worker = os.environ.get("TOPO_WORKER", "by-hand")
        context = Context(task, attempt, worker, roots, lambda progress: print(progress, file=sys.stderr))
        line = _to_line(_to_result(train(task, context), context))
    except SystemExit:
        raise
    except BaseException as error:
        _, code, message = _judge(error)
        if not _is_foreseen(error):
            return 1
        print(message, file=sys.stderr)
        return code
    # On a line of its own, whatever was printed before.
    sys.stdout.flush()
    os.write(1, b"\n" + line + b"\n")
    return 0


def _to_result(result, context):
    result = _checked({} if result is None else result)
    parameters = result.get("parameters")
    if isinstance(parameters, (str, os.PathLike)):
        path = os.path.abspath(os.fspath(parameters))
        result["parameters"] = {"uri": _below_roots(path, context.roots)}
    _to_line(result)
    return result


def _checked(result):
    """A copy of what train returned. Poison where it is nothing to return: a second training would return the same."""
    if not isinstance(result, dict):
        raise Poison("train returned a value of the type %s, and must return %s" % (_kind(result), RETURNED))
    for name, value in result.items():
        if name not in FIELDS:
            raise Poison("train returned a dict with %r, and must return %s" % (name, RETURNED))
        is_right, must = FIELDS[name]
        if not is_right(value):
            raise Poison("train returned %s of the type %s, which must be %s" % (name, _kind(value), must))
    return dict(result)


def _kind(value):
    kind = type(value)
    return kind.__qualname__ if kind.__module__ == "builtins" else "%s.%s" % (kind.__module__, kind.__qualname__)


def _is_number(value):
    """Those of numpy and its kin, too."""
    try:
        value = value.item() if hasattr(value, "item") else value
    except (TypeError, ValueError, RuntimeError):
        return False
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_count(value):
    return _is_number(value) and value >= 0 and value % 1 == 0


def _are_metrics(value):
    return isinstance(value, dict) and all(map(_is_number, value.values()))


def _is_location(value):
    return isinstance(value, (str, os.PathLike)) or (isinstance(value, dict) and "uri" in value)


RETURNED = "a dict with any of samples, metrics, parameters (the path of a file) and output, or None"
FIELDS = {
    "samples": (_is_count, "a whole number from 0"),
    "metrics": (_are_metrics, "a dict of numbers by name"),
    "parameters": (_is_location, 'the path of a file with them, such as context.output_path(".safetensors")'),
    "output": (lambda value: True, ""),
}


def _below_roots(path, roots):
    """Relative where it can be: another machine may have its root elsewhere."""
    for root in roots:
        if path.startswith(os.path.join(root, "")):
            return os.path.relpath(path, root)
    return path


def _to_line(value):
    """As JSON has it. NaN is none, and a second training would end in it again."""
    try:
        place = _not_finite(value, "")
        if place is not None:
            raise Poison("%s is no finite number: the training diverged" % place)
        return json.dumps(value, allow_nan=False, default=_to_plain, separators=(",", ":")).encode()
    except (TypeError, ValueError) as error:
        raise Poison("the result can't be written as JSON: %s" % error) from error


def _not_finite(value, place):
    """Where a NaN or an infinity stands, such as metrics.loss; None where there is none."""
    if isinstance(value, dict):
        inner = ((name, one) for name, one in value.items())
    elif isinstance(value, (list, tuple)):
        inner = enumerate(value)
    else:
        number = value.item() if hasattr(value, "item") else value
        return place if isinstance(number, float) and not math.isfinite(number) else None
    places = (_not_finite(one, ("%s.%s" % (place, name)).lstrip(".")) for name, one in inner)
    return next((one for one in places if one is not None), None)


def _to_plain(value):
    """Numbers of numpy and its kin, and paths."""
    if hasattr(value, "item"):
        return value.item()
    return os.fspath(value)


def _judge(error):
    _, verdict, code = next(row for row in VERDICTS if isinstance(error, row[0]))
    if isinstance(error, (Poison, Fatal, Retryable, Cancelled)):
        return verdict, code, str(error) or type(error).__name__
    traceback.print_exc()
    return verdict, code, traceback.format_exception_only(type(error), error)[-1].strip()


def _is_foreseen(error):
    """Whether the program said what is to be done, or somebody ended it."""
    return not isinstance(error, Exception) or isinstance(error, (Poison, Fatal, Retryable))


def _trace(error):
    """The innermost frames of the program, and the exception."""
    place = error.__traceback__
    while place is not None and place.tb_frame.f_code.co_filename == __file__:
        place = place.tb_next
    lines = traceback.format_exception(type(error), error, place or error.__traceback__)
    return "".join(line for line in lines[-3:] if not line.startswith("Traceback ")).rstrip()


def _leave(code):
    """Ends the program from any thread, train or not."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)
