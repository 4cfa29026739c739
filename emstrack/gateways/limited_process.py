"""A function run in a process of its own, with so much memory and time and no more; what it yields is streamed back.

A hostile or merely huge file costs that process. It inherits no connection, no file and no secret: it is a new
interpreter, started with nothing but the import path.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import logging
import os
import pickle
import queue
import struct
import subprocess
import sys
import threading
import time
import traceback
from typing import IO, TYPE_CHECKING, Any, cast

from emstrack.domain.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LOG = logging.getLogger(__name__)
_LENGTH = struct.Struct(">Q")
_TICK_SECONDS = 0.1
_WAITING = 2
_GARBAGE_THRESHOLD = 500_000  # a reader makes many small lists and no cycles
_KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT", "LD_LIBRARY_PATH")
_ITEM, _REFUSED, _FAILED, _MEMORY, _DONE = "item", "refused", "failed", "memory", "done"


def _never() -> bool:
    return False


def stream(
    function: Callable[..., Any],
    *args: object,
    memory_mb: int,
    seconds: int,
    cancelled: Callable[[], bool] = _never,
) -> Iterator[Any]:
    """Yield what the function yields (or the one value it returns), computed in a limited process.

    The function must be importable by name, and all that goes in or out must be picklable. The time counts only
    while the caller is waiting.

    Raises
    ------
    RefusedError
        What the function itself refused; ``file.too_costly`` where memory or time ran out; ``file.cancelled``; and
        ``file.cannot_be_read`` where it failed in a way nobody foresaw (the log says how).
    """
    child = _start()
    try:
        frames: queue.Queue[bytes | None] = queue.Queue(maxsize=_WAITING)
        threading.Thread(target=_read_frames, args=(cast("IO[bytes]", child.stdout), frames), daemon=True).start()
        _send_job(child, function, args, memory_mb, seconds)
        patience = _Patience(seconds, memory_mb, cancelled)
        while True:
            try:
                frame = frames.get(timeout=_TICK_SECONDS)
            except queue.Empty:
                patience.wait(_TICK_SECONDS)
                continue
            patience.check()
            if frame is None:
                raise _death(child, memory_mb, seconds)
            what, value = pickle.loads(frame)  # noqa: S301 - from our own child
            if what == _DONE:
                return
            yield _value(what, value, memory_mb, seconds)
    finally:
        _end(child)


class _Patience:
    """How long to wait for the child; whether to wait at all is asked once per tick, as it may cost a query."""

    def __init__(self, seconds: int, memory_mb: int, cancelled: Callable[[], bool]) -> None:
        self._seconds, self._memory_mb, self._cancelled = seconds, memory_mb, cancelled
        self._waited, self._asked = 0.0, time.monotonic()

    def wait(self, seconds: float) -> None:
        self._waited += seconds
        if self._waited > self._seconds:
            raise RefusedError("file.too_costly", memory_mb=self._memory_mb, seconds=self._seconds)
        self.check()

    def check(self) -> None:
        now = time.monotonic()
        if now - self._asked >= _TICK_SECONDS:
            self._asked = now
            if self._cancelled():
                raise RefusedError("file.cancelled")


def call(
    function: Callable[..., Any],
    *args: object,
    memory_mb: int,
    seconds: int,
    cancelled: Callable[[], bool] = _never,
) -> Any:
    """Return the one value that the function returns, computed in a limited process; refusals as in `stream`."""
    for value in stream(function, *args, memory_mb=memory_mb, seconds=seconds, cancelled=cancelled):
        return value
    return None


def _start() -> subprocess.Popen[bytes]:
    paths = [entry or os.getcwd() for entry in sys.path]  # noqa: PTH109 - a text is wanted
    environment = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    environment |= {"PYTHONPATH": os.pathsep.join(paths), "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(  # noqa: S603 - our own interpreter, our own module
        [sys.executable, "-S", "-c", f"from {__name__} import serve; serve()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        close_fds=True,
    )


def _send_job(
    child: subprocess.Popen[bytes], function: Callable[..., Any], args: tuple[object, ...], memory_mb: int, seconds: int
) -> None:
    job = pickle.dumps((function.__module__, function.__qualname__, args, memory_mb, seconds))
    with contextlib.suppress(BrokenPipeError):  # a child that died at once is noticed on reading
        stdin = cast("IO[bytes]", child.stdin)
        stdin.write(_LENGTH.pack(len(job)) + job)
        stdin.close()


def _read_frames(pipe: IO[bytes], frames: queue.Queue[bytes | None]) -> None:
    with contextlib.suppress(OSError, ValueError):  # the pipe is closed under us when the caller stops early
        while len(head := pipe.read(_LENGTH.size)) == _LENGTH.size:
            (length,) = _LENGTH.unpack(head)
            frame = pipe.read(length)
            if len(frame) < length:
                break
            frames.put(frame)
    frames.put(None)


def _value(what: str, value: Any, memory_mb: int, seconds: int) -> Any:
    if what == _ITEM:
        return value
    if what == _REFUSED:
        code, findings, evidence = value
        raise RefusedError(code, findings=findings, **evidence)
    if what == _MEMORY:
        raise RefusedError("file.too_costly", memory_mb=memory_mb, seconds=seconds)
    _LOG.error("a limited process failed:\n%s", value)
    raise RefusedError("file.cannot_be_read")


def _death(child: subprocess.Popen[bytes], memory_mb: int, seconds: int) -> RefusedError:
    code = child.wait()
    if code < 0:
        return RefusedError("file.too_costly", memory_mb=memory_mb, seconds=seconds)
    _LOG.error("a limited process ended with %s and without a word", code)
    return RefusedError("file.cannot_be_read")


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        child.kill()
    child.wait()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()


def serve() -> None:
    """Be the child: take one job from standard input, answer on standard output."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    stdin = sys.stdin.buffer
    (length,) = _LENGTH.unpack(stdin.read(_LENGTH.size))
    module, name, args, memory_mb, seconds = pickle.loads(stdin.read(length))  # noqa: S301 - from our own parent
    gc.set_threshold(_GARBAGE_THRESHOLD)
    _limit(memory_mb, seconds)
    try:
        _run(answers, module, name, args)
        _answer(answers, _DONE, "")
    except RefusedError as refused:
        _answer(answers, _REFUSED, (refused.code, refused.findings, dict(refused.evidence)))
    except MemoryError:
        os.write(answers.fileno(), _frame(_MEMORY, ""))
    except BrokenPipeError:  # the parent has gone
        os._exit(0)
    except Exception:  # noqa: BLE001 - the parent logs it and tells the person something kind
        _answer(answers, _FAILED, traceback.format_exc())
    os._exit(0)


def _run(answers: IO[bytes], module: str, name: str, args: tuple[object, ...]) -> None:
    function = importlib.import_module(module)
    for part in name.split("."):
        function = getattr(function, part)
    result = cast("Callable[..., Any]", function)(*args)
    for item in result if hasattr(result, "__next__") else (result,):
        _answer(answers, _ITEM, item)


def _frame(what: str, value: object) -> bytes:
    frame = pickle.dumps((what, value), protocol=5)
    return _LENGTH.pack(len(frame)) + frame


def _answer(answers: IO[bytes], what: str, value: object) -> None:
    answers.write(_frame(what, value))
    answers.flush()


def _limit(memory_mb: int, seconds: int) -> None:
    try:
        import resource  # noqa: PLC0415 - not on Windows, where only the parent's clock limits
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory_mb * 1_000_000, memory_mb * 1_000_000))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
