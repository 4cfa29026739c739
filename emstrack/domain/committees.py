"""An EMS committee: who sits on it, when it meets, what its agenda is made of."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from emstrack.domain.errors import RefusedError
from emstrack.domain.periods import Month

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence


class CommitteeRole(StrEnum):
    """What somebody is on a committee."""

    CHAIR = "chair"
    SECRETARY = "secretary"
    MEMBER = "member"
    ADVISER = "adviser"


class MeetingStatus(StrEnum):
    """Where a meeting stands; once approved, nothing of it changes."""

    PLANNED = "scheduled"
    IN_SESSION = "in_session"
    APPROVED = "minutes_approved"
    CALLED_OFF = "called_off"


class AgendaKind(StrEnum):
    """What an item of the agenda is about, in the order a meeting takes them."""

    MINUTES = "minutes"
    DECISION_DUE = "decision_due"
    OVERDUE = "overdue"
    MISSING = "missing"
    FADING = "fading"
    RECOMMENDATION = "recommendation"
    FREE = "free"


class PolicyStep(StrEnum):
    """How far a proposal has come."""

    PROPOSED = "proposed"
    CONSULTATION = "consultation"
    ADOPTED = "adopted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When a committee meets: every so many months, on the n-th weekday.

    Parameters
    ----------
    every : int
        Distance between two meetings [months], 1 to 12.
    nth : int
        1 to 4, or 5 for the last.
    weekday : int
        0 is Monday.
    """

    every: int
    nth: int
    weekday: int

    def check(self) -> None:
        """Refuse a rhythm no calendar has.

        Raises
        ------
        RefusedError
            ``committee.rhythm``.
        """
        if not (1 <= self.every <= 12 and 1 <= self.nth <= 5 and 0 <= self.weekday <= 6):
            raise RefusedError("committee.rhythm", field="every")


def day_of(rhythm: Rhythm, month: Month, holidays: Collection[date] = ()) -> date:
    """Return the day of a month on which the committee meets.

    Parameters
    ----------
    rhythm : Rhythm
    month : Month
    holidays : collection of date
        On one of these it meets a week later, or where that leaves the month, a week earlier.

    Returns
    -------
    date
    """
    days = [
        day
        for day in (month.start + timedelta(days=n) for n in range(calendar.monthrange(month.year, month.number)[1]))
        if day.weekday() == rhythm.weekday
    ]
    place = len(days) - 1 if rhythm.nth == 5 else rhythm.nth - 1
    others = [*days[place:], *reversed(days[:place])]
    return next((day for day in others if day not in holidays), days[place])


def meetings_from(rhythm: Rhythm, first: Month, *, count: int, holidays: Collection[date] = ()) -> list[date]:
    """Return the days of the coming meetings.

    Parameters
    ----------
    rhythm : Rhythm
    first : Month
        The month of the first of them.
    count : int
    holidays : collection of date

    Returns
    -------
    list of date
        Ascending.
    """
    return [day_of(rhythm, first.plus(rhythm.every * turn), holidays) for turn in range(count)]


def next_meeting(rhythm: Rhythm, after: date, holidays: Collection[date] = ()) -> date:
    """Return the day to propose for the meeting after one that was held, or after today.

    Parameters
    ----------
    rhythm : Rhythm
    after : date
    holidays : collection of date

    Returns
    -------
    date
        Later than `after`, so many months on as the rhythm says.
    """
    found = day_of(rhythm, Month.of(after).plus(rhythm.every), holidays)
    sooner = day_of(rhythm, Month.of(after), holidays)
    return sooner if rhythm.every == 1 and sooner > after + timedelta(days=7) else found


def in_order(keys: Sequence[str], chosen: Sequence[str]) -> list[str]:
    """Return keys in the order chosen by hand; what nobody placed keeps its place behind.

    Parameters
    ----------
    keys : sequence of str
        In their natural order.
    chosen : sequence of str
        May name keys that are gone.
    """
    placed = [key for key in chosen if key in keys]
    return [*placed, *(key for key in keys if key not in placed)]


def moved(keys: Sequence[str], key: str, step: int) -> list[str]:
    """Return the keys with one moved up (−1) or down (+1); at either end it stays.

    Parameters
    ----------
    keys : sequence of str
    key : str
    step : int
    """
    order = list(keys)
    if key in order:
        place = order.index(key)
        there = min(max(place + step, 0), len(order) - 1)
        order.insert(there, order.pop(place))
    return order


def overlapping_terms(terms: Sequence[tuple[int | str, date, date | None]]) -> Iterator[int | str]:
    """Return who holds two terms at once.

    Parameters
    ----------
    terms : sequence of (person, date, date or None)
        Half-open [from, until).
    """
    for place, (person, start, until) in enumerate(terms):
        for other, begin, end in terms[place + 1 :]:
            apart = (until is not None and until <= begin) or (end is not None and end <= start)
            if other == person and not apart:
                yield person
