"""When recurring work is due: by the wall clock of a place, whatever its clocks do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from emstrack.domain.periods import Month

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Every:
    """So many minutes after the last time.

    Parameters
    ----------
    minutes : int
        Distance [min].
    """

    minutes: int

    def __str__(self) -> str:
        """Write it as it is kept and shown."""
        return f"every {self.minutes} min"


@dataclass(frozen=True, slots=True)
class Daily:
    """Once on each local date.

    Parameters
    ----------
    at : time
        Local wall time.
    """

    at: time

    def __str__(self) -> str:
        """Write it as it is kept and shown."""
        return f"daily {self.at:%H:%M}"


@dataclass(frozen=True, slots=True)
class Monthly:
    """Once in each local month.

    Parameters
    ----------
    day : int
        Day of the month, 1 to 31; a shorter month has it on its last day.
    at : time
        Local wall time.
    """

    day: int
    at: time

    def __str__(self) -> str:
        """Write it as it is kept and shown."""
        return f"monthly {self.day} {self.at:%H:%M}"


Rule = Every | Daily | Monthly


def moment(day: date, at: time, time_zone: str) -> datetime:
    """Return the instant of a local wall time.

    An hour that the clocks skip is taken as much later as they skip; of an hour that comes twice, the first.

    Parameters
    ----------
    day : date
        Local date.
    at : time
        Local wall time.
    time_zone : str
        IANA name; empty is UTC.

    Returns
    -------
    datetime
        In UTC.
    """
    return datetime.combine(day, at, tzinfo=ZoneInfo(time_zone or "UTC")).astimezone(UTC)


def day_of_month(month: Month, day: int) -> date:
    """Return the day of a month; in a shorter month its last.

    Parameters
    ----------
    month : Month
    day : int
        1 to 31.

    Returns
    -------
    date
    """
    return month.start.replace(day=min(day, month.days))


def next_after(rule: Rule, after: datetime, time_zone: str = "UTC") -> datetime:
    """Return the first moment of a rule that is later than an instant.

    Parameters
    ----------
    rule : Every, Daily or Monthly
    after : datetime
        With a time zone.
    time_zone : str
        IANA name of the place whose wall clock counts; empty is UTC.

    Returns
    -------
    datetime
        In UTC.
    """
    if isinstance(rule, Every):
        return after.astimezone(UTC) + timedelta(minutes=rule.minutes)
    # the day or month before is tried too: clocks may have moved the moment past midnight
    return next(found for found in _moments(rule, after, time_zone) if found > after)


def moments_between(rule: Daily | Monthly, after: datetime, until: datetime, time_zone: str) -> list[datetime]:
    """Return the moments of a rule later than one instant and not later than another.

    Parameters
    ----------
    rule : Daily or Monthly
    after, until : datetime
        With time zones.
    time_zone : str
        IANA name; empty is UTC.

    Returns
    -------
    list of datetime
        In UTC, ascending.
    """
    found = []
    for each in _moments(rule, after, time_zone):
        if each > until:
            break
        if each > after and each not in found:
            found.append(each)
    return found


def _moments(rule: Daily | Monthly, around: datetime, time_zone: str) -> Iterator[datetime]:
    local = around.astimezone(ZoneInfo(time_zone or "UTC")).date()
    if isinstance(rule, Daily):
        day = local - timedelta(days=1)
        while True:
            yield moment(day, rule.at, time_zone)
            day += timedelta(days=1)
    month = Month.of(local).plus(-1)
    while True:
        yield moment(day_of_month(month, rule.day), rule.at, time_zone)
        month = month.plus(1)
