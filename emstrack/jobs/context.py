"""What a job's body is given: a way to open transactions, the settings, the clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from emstrack.services.reports.claim_work import Work
from emstrack.settings import Settings

Transaction = Callable[[], AbstractContextManager[Any]]
Body = Callable[["Context", Work], Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Context:
    """The edge's own means; each transaction commits at its end."""

    transaction: Transaction
    settings: Settings
    clock: Callable[[], datetime]
