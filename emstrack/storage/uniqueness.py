"""Two people who give the same name in the same instant: both were told it is free, and the database takes one."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy.orm import Session


@contextmanager
def first_come(session: Session, check: Callable[[], object]) -> Iterator[None]:
    """Write under a savepoint; where a unique key refuses, the check sees the other's row and says it in its words.

    What the check finds nothing wrong with was no such race, and stays the defect it is.
    """
    try:
        with session.begin_nested():
            yield
    except IntegrityError:
        check()
        raise
