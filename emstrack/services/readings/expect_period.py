"""The days a bill of a month will probably cover: the calendar month, or on from the last bill's end."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from emstrack.domain.periods import Month
from emstrack.domain.readings import Cadence

if TYPE_CHECKING:
    from collections.abc import Sequence

_MONTHS = {Cadence.MONTHLY: 1, Cadence.BIMONTHLY: 2, Cadence.QUARTERLY: 3, Cadence.YEARLY: 12}
_NEAR = timedelta(days=12)


@dataclass(frozen=True, slots=True)
class ExpectedPeriod:
    """The days [start, end) prefilled for a bill."""

    start: date
    end: date


def expect_period(
    month: Month, cadence: Cadence, known: Sequence[tuple[date, date]], *, delivered: bool = False
) -> ExpectedPeriod:
    """Return the period to prefill on a month's page.

    `known` holds the meter's readings, oldest first. A meter whose bills end in the middle of a month keeps that day;
    the start is the end of the bill before, where that is near enough to be the bill before.
    """
    if delivered:
        return ExpectedPeriod(month.start, month.start + timedelta(days=1))
    before = [end for _, end in known if end <= month.end]
    last = max(before) if before else None
    day = last.day if last else 1
    end = _on_day(month, day) if day > 1 else month.end
    nominal = _on_day(Month.of(end - timedelta(days=1)) if day == 1 else Month.of(end), day, back=_back(cadence, day))
    start = next((e for e in sorted(before, reverse=True) if abs(e - nominal) <= _NEAR and e < end), nominal)
    after = [s for s, _ in known if start < s < end]
    return ExpectedPeriod(start, min(after, default=end))


def _back(cadence: Cadence, day: int) -> int:
    months = _MONTHS.get(cadence, 1)
    return months - 1 if day == 1 else months


def _on_day(month: Month, day: int, *, back: int = 0) -> date:
    there = month.plus(-back)
    return date(there.year, there.number, min(day, calendar.monthrange(there.year, there.number)[1]))
