"""What the tests of the limited process have it do; a module of its own, as the child imports it by name."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from emstrack.domain.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator


def count(last: int) -> Iterator[int]:
    yield from range(last)


def refuse_after_two() -> Iterator[int]:
    yield 1
    yield 2
    raise RefusedError("file.empty", file="a.csv")


def eat_memory() -> int:
    return len(bytearray(4_000_000_000))


def eat_time() -> None:
    while True:
        pass


def sleep() -> None:
    time.sleep(60)


def die() -> Iterator[int]:
    yield 1
    os.abort()


def leave() -> None:
    os._exit(3)


def fail() -> None:
    raise ZeroDivisionError


def print_and_return() -> str:
    print("noise")  # noqa: T201 - is the point
    return "value"


def environment() -> list[str]:
    return sorted(os.environ)


def open_files() -> list[str]:
    found = []
    for number in range(3, 256):
        with contextlib.suppress(OSError):
            found.append(str(Path(f"/proc/self/fd/{number}").readlink()))
    return found
