"""Passwords as argon2id hashes; only a few are made at once, so that a flood of sign-ins leaves the pages alone."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from emstrack.domain.errors import UnavailableError
from emstrack.domain.passwords import PasswordCost, normal_form

if TYPE_CHECKING:
    from collections.abc import Iterator

AT_ONCE = 4
PATIENCE_SECONDS = 2.0
_places = BoundedSemaphore(AT_ONCE)


def hash_password(password: str, cost: PasswordCost) -> str:
    """Return the hash that is stored."""
    with _place():
        return _hasher(cost).hash(normal_form(password))


def is_password_right(stored: str | None, password: str, cost: PasswordCost) -> bool:
    """Tell whether a password fits; where there is no hash, as much time is spent on one that fits nothing."""
    with _place():
        try:
            right = _hasher(cost).verify(stored or _nobodys(cost), normal_form(password))
        except (VerificationError, InvalidHashError):
            return False
    return bool(right) and stored is not None


def is_hash_weak(stored: str, cost: PasswordCost) -> bool:
    """Tell whether a hash was made at another cost than today's."""
    return _hasher(cost).check_needs_rehash(stored)


@contextmanager
def _place() -> Iterator[None]:
    if not _places.acquire(timeout=PATIENCE_SECONDS):
        raise UnavailableError("sign_in.busy")
    try:
        yield
    finally:
        _places.release()


@cache
def _hasher(cost: PasswordCost) -> PasswordHasher:
    return PasswordHasher(time_cost=cost.passes, memory_cost=cost.memory_kib, parallelism=1)


@cache
def _nobodys(cost: PasswordCost) -> str:
    return _hasher(cost).hash("nobody has this password")
