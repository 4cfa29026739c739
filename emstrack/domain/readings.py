"""Readings: the kinds there are, the directions, and the fields a canonical file has."""

from __future__ import annotations

from enum import StrEnum


class ReadingKind(StrEnum):
    """How a quantity came about."""

    ACTUAL = "actual"
    ESTIMATED = "estimated"
    ADJUSTED = "adjusted"
    CREDIT = "credit"
    OPENING = "opening"

    @property
    def may_be_negative(self) -> bool:
        """Whether a negative quantity makes sense for it."""
        return self in {ReadingKind.ADJUSTED, ReadingKind.CREDIT}


class Direction(StrEnum):
    """Which way a quantity flows; quantities themselves are positive."""

    IMPORT = "import"
    EXPORT = "export"
    GENERATED = "generated"


READING_COLUMNS = (
    "site",
    "meter",
    "resource",
    "start",
    "end",
    "month",
    "quantity",
    "unit",
    "cost",
    "currency",
    "kind",
    "bill_number",
    "demand_kw",
    "reactive_kvarh",
    "tax",
    "variety",
    "destination",
    "direction",
    "note",
)
"""Columns of a canonical readings file (header in any order)."""

MAX_QUANTITY = 1e15
"""A quantity beyond this is a typing error, never a meter [unit as typed]."""


class Cadence(StrEnum):
    """How often a meter is expected to be read or billed."""

    MONTHLY = "monthly"
    BIMONTHLY = "bimonthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"
    ON_DELIVERY = "on_delivery"


class CalendarMode(StrEnum):
    """How a meter's readings become calendar months (docs/methods.md)."""

    PRO_RATA = "pro_rata"
    """Each day of a reading gets an equal share."""
    WHOLE_MONTH = "whole_month"
    """A reading belongs whole to the month most of its days lie in."""
    BETWEEN_DELIVERIES = "between_deliveries"
    """A delivery is used up by the day of the next one."""


class BatchStatus(StrEnum):
    """Where an import batch stands."""

    PREVIEW = "preview"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"
    UNDONE = "undone"
