"""Follow-ups: what has to be looked at again, when, and when it has waited too long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from emstrack.domain.errors import RefusedError
from emstrack.domain.periods import Month
from emstrack.domain.schedules import day_of_month

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


class FollowUpKind(StrEnum):
    """What is looked at again."""

    MEASURE_CHECK = "measure_check"
    AUDIT_REPEAT = "audit_repeat"
    METER_EVENT = "meter_event"
    TASK = "task"


class FollowUpStatus(StrEnum):
    """Where a follow-up stands; snoozing moves its day and leaves it open."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class FollowUpOutcome(StrEnum):
    """What whoever came back to look found."""

    WORKING = "working"
    PARTLY = "in_part"
    NOT_WORKING = "not_working"
    NOT_CHECKED = "not_checked"


class Awaited(StrEnum):
    """What a rule waits for."""

    AFTER_IMPLEMENTATION = "after_implementation"
    YEARLY_AFTER_IMPLEMENTATION = "yearly_after_implementation"
    AUDIT_EVERY = "audit_every"
    DEVICE_CHANGED = "device_changed"
    SAVING_FADED = "saving_faded"


STANDARD_DAYS = (30, 90, 180, 365)
"""Days after a measure was implemented at which somebody comes back, unless a rule says otherwise."""

ESCALATE_AFTER_DAYS = 7
"""Days overdue after which the people who manage the place are told too."""

LONGEST_SNOOZE_DAYS = 366


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that makes follow-ups by itself.

    Parameters
    ----------
    waits_for : Awaited
    days : tuple of int
        Days after it happened [d]; for yearly rules and audits unused.
    months : int
        Distance between two audits [months]; 0 for other rules.
    """

    waits_for: Awaited
    days: tuple[int, ...] = ()
    months: int = 0

    def check(self) -> None:
        """Refuse a rule that could never be kept.

        Raises
        ------
        RefusedError
            ``follow_up.rule_days`` or ``follow_up.rule_months``.
        """
        if self.waits_for in {Awaited.YEARLY_AFTER_IMPLEMENTATION}:
            return
        if self.waits_for == Awaited.AUDIT_EVERY:
            if not 1 <= self.months <= 120:
                raise RefusedError("follow_up.rule_months", months=self.months, field="months")
            return
        if not self.days or any(not 0 <= each <= 3660 for each in self.days):
            raise RefusedError("follow_up.rule_days", field="days")


STANDARD_RULES = (
    Rule(Awaited.AFTER_IMPLEMENTATION, STANDARD_DAYS),
    Rule(Awaited.YEARLY_AFTER_IMPLEMENTATION),
    Rule(Awaited.DEVICE_CHANGED, (30,)),
    Rule(Awaited.SAVING_FADED, (7,)),
)
"""What a tenant begins with; it changes or switches off what it does not want."""


def working_day(day: date, holidays: Collection[date]) -> date:
    """Return the day itself, or the next one on which people work.

    Parameters
    ----------
    day : date
    holidays : collection of date
        Public holidays of the site's country, around the day.

    Returns
    -------
    date
        Never a Saturday, a Sunday or a holiday; the day itself where every day for a month is one.
    """
    for later in range(31):
        found = day + timedelta(days=later)
        if found.weekday() < 5 and found not in holidays:
            return found
    return day


def days_of_rule(rule: Rule, since: date, until: date) -> list[tuple[int, date]]:
    """Return when a rule asks to look again, for something that happened on a day.

    Parameters
    ----------
    rule : Rule
    since : date
        The day of implementation, of the last audit, or of the meter's event.
    until : date
        Nothing later than this is planned yet.

    Returns
    -------
    list of (int, date)
        The days after (for yearly rules and audits: the months after), and the date, before holidays are respected. A
        month too short for the day has it on its last.
    """
    if rule.waits_for == Awaited.YEARLY_AFTER_IMPLEMENTATION:
        step = 12
    elif rule.waits_for == Awaited.AUDIT_EVERY:
        step = rule.months
    else:
        found = [(days, since + timedelta(days=days)) for days in sorted(set(rule.days))]
        return [(days, day) for days, day in found if day <= until]
    first = 2 if rule.waits_for == Awaited.YEARLY_AFTER_IMPLEMENTATION else 1  # the first year is the 365 days' own
    dates = []
    for turn in range(first, first + 100):
        day = day_of_month(Month.of(since).plus(step * turn), since.day)
        if day > until:
            break
        dates.append((step * turn, day))
    return dates


def days_overdue(due: date, today: date) -> int:
    """Return how many days a follow-up has been waiting beyond its day [d]; 0 where it has not.

    Parameters
    ----------
    due, today : date
    """
    return max(0, (today - due).days)


def check_snooze(due: date, until: date, today: date, reason: str) -> None:
    """Refuse a delay without a reason, into the past, or beyond a year.

    Parameters
    ----------
    due : date
        The day it is due now.
    until : date
        The day it shall be due.
    today : date
    reason : str

    Raises
    ------
    RefusedError
        ``follow_up.snooze_backward``, ``follow_up.snooze_too_far`` or ``follow_up.snooze_reason``.
    """
    if until <= max(due, today - timedelta(days=1)):
        raise RefusedError("follow_up.snooze_backward", due=due, until=until, field="until")
    if (until - today).days > LONGEST_SNOOZE_DAYS:
        raise RefusedError("follow_up.snooze_too_far", until=until, days=LONGEST_SNOOZE_DAYS, field="until")
    if not reason.strip():
        raise RefusedError("follow_up.snooze_reason", field="reason")


def check_no_circle(after: Mapping[int, int | None], follow_up_id: int, comes_after: int) -> None:
    """Refuse a follow-up that would wait for itself, however long the way round.

    Parameters
    ----------
    after : mapping of int to (int or None)
        What each follow-up comes after.
    follow_up_id : int
        The one that is changed.
    comes_after : int
        What it shall come after.

    Raises
    ------
    RefusedError
        ``follow_up.circle``.
    """
    seen: set[int] = set()
    each: int | None = comes_after
    while each is not None and each not in seen:
        if each == follow_up_id:
            raise RefusedError("follow_up.circle", field="after_id")
        seen.add(each)
        each = after.get(each)
