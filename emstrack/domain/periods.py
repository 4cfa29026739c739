"""Months and half-open periods of local dates."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Self

from emstrack.domain.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

EARLIEST_YEAR = 1950
LATEST_YEAR = 2100
NEVER = date(LATEST_YEAR + 1, 1, 1)
"""The end of what holds until further notice: after any day the product knows."""

_MONTH = re.compile(r"(\d{4})-(\d{2})")


MOST_OF_A_MONTH = 0.5
"""Coverage from which a month's bill has come: a bill belongs to the month that has most of its days (M-1.6)."""


@dataclass(frozen=True, order=True, slots=True)
class Month:
    """A calendar month.

    Parameters
    ----------
    year : int
    number : int
        1 to 12.
    """

    year: int
    number: int

    def __post_init__(self) -> None:
        """Refuse what is no month of the years the product knows."""
        if not (EARLIEST_YEAR <= self.year <= LATEST_YEAR and 1 <= self.number <= 12):
            raise RefusedError("period.not_a_month", text=f"{self.year:04d}-{self.number:02d}")

    @classmethod
    def of(cls, day: date) -> Self:
        """Return the month that contains a day."""
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the month written ``YYYY-MM``.

        Raises
        ------
        RefusedError
            ``period.not_a_month`` for anything else.
        """
        match = _MONTH.fullmatch(text.strip())
        if match is None:
            raise RefusedError("period.not_a_month", text=text)
        return cls(int(match[1]), int(match[2]))

    @property
    def start(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def end(self) -> date:
        """The first day of the next month (exclusive)."""
        return self.plus(1).start

    @property
    def days(self) -> int:
        """Number of days [d]."""
        return monthrange(self.year, self.number)[1]

    def plus(self, months: int) -> Month:
        """Return the month so many months later (earlier when negative)."""
        index = self.year * 12 + self.number - 1 + months
        return Month(index // 12, index % 12 + 1)

    def __str__(self) -> str:
        """Write it as ``YYYY-MM``."""
        return f"{self.year:04d}-{self.number:02d}"


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """A half-open period of local dates, ``[start, end)``.

    Parameters
    ----------
    start : date
        First day.
    end : date
        First day after it.
    in_months : bool
        Whether it was given in months: then readings snap to it (docs/methods.md).
    """

    start: date
    end: date
    in_months: bool = False

    def __post_init__(self) -> None:
        """Refuse an empty or backward period."""
        if self.end <= self.start:
            raise RefusedError("period.backward", start=self.start.isoformat(), end=self.end.isoformat())

    @classmethod
    def of_months(cls, first: Month, last: Month) -> Self:
        """Return the period from the first month to the last, both included."""
        return cls(first.start, last.end, in_months=True)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the period of ``YYYY-MM:YYYY-MM`` (both included) or ``YYYY-MM-DD:YYYY-MM-DD`` (half-open).

        Raises
        ------
        RefusedError
            ``period.not_a_period`` for anything else, ``period.backward`` where it ends before it starts.
        """
        first, separator, last = (part.strip() for part in text.partition(":"))
        if separator and _MONTH.fullmatch(first) and _MONTH.fullmatch(last):
            return cls.of_months(Month.parse(first), Month.parse(last))
        try:
            return cls(parse_day(first), parse_day(last))
        except ValueError:
            raise RefusedError("period.not_a_period", text=text) from None

    @property
    def days(self) -> int:
        """Number of days [d]."""
        return (self.end - self.start).days

    def months(self) -> Iterator[Month]:
        """Yield each calendar month it touches, in order."""
        month, last = Month.of(self.start), Month.of(self.end - timedelta(days=1))
        while month <= last:
            yield month
            month = month.plus(1)

    def __str__(self) -> str:
        """Write it in the form it was given in."""
        if self.in_months:
            return f"{Month.of(self.start)}:{Month.of(self.end - timedelta(days=1))}"
        return f"{self.start.isoformat()}:{self.end.isoformat()}"


def parse_day(text: str) -> date:
    """Return the day written ``YYYY-MM-DD``.

    Raises
    ------
    ValueError
        If it is not so written, or not a day between the years 1950 and 2100.
    """
    day = date.fromisoformat(text)
    if len(text) != len("2025-01-01") or not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise ValueError(text)
    return day
