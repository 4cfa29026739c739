"""When somebody comes back, and what cannot be promised."""

from __future__ import annotations

from datetime import date

import pytest

from emstrack.domain.errors import RefusedError
from emstrack.domain.follow_ups import (
    Awaited,
    Rule,
    check_no_circle,
    check_snooze,
    days_of_rule,
    days_overdue,
    working_day,
)
from emstrack.reference.holidays import holidays_around

FAR = date(2032, 1, 1)
TODAY = date(2026, 11, 28)


@pytest.mark.parametrize(
    ("country", "day", "moved"),
    [
        ("MX", date(2026, 12, 25), date(2026, 12, 28)),  # Christmas is a Friday
        ("JM", date(2026, 8, 6), date(2026, 8, 7)),  # Independence Day
        ("BO", date(2026, 8, 6), date(2026, 8, 7)),
        ("MX", date(2026, 11, 28), date(2026, 11, 30)),  # a Saturday
        ("MX", date(2026, 12, 1), date(2026, 12, 1)),
        ("", date(2026, 12, 25), date(2026, 12, 25)),  # no country, no holidays
        ("MX", date(2027, 1, 1), date(2027, 1, 4)),
    ],
)
def test_a_day_moves_to_the_next_working_day_of_its_country(country: str, day: date, moved: date) -> None:
    assert working_day(day, holidays_around(country, day)) == moved


def test_a_country_nobody_knows_has_only_weekends() -> None:
    assert holidays_around("XX", TODAY) == frozenset()


def test_somebody_comes_back_after_the_days_of_the_rule() -> None:
    rule = Rule(Awaited.AFTER_IMPLEMENTATION, (365, 30, 90, 30))
    found = days_of_rule(rule, date(2026, 1, 31), date(2026, 12, 31))
    assert found == [(30, date(2026, 3, 2)), (90, date(2026, 5, 1))]


def test_a_thirty_first_falls_on_the_last_day_of_shorter_months() -> None:
    found = days_of_rule(Rule(Awaited.AUDIT_EVERY, months=1), date(2027, 12, 31), date(2028, 4, 30))
    assert [day for _, day in found] == [date(2028, 1, 31), date(2028, 2, 29), date(2028, 3, 31), date(2028, 4, 30)]


def test_every_year_begins_with_the_second() -> None:
    found = days_of_rule(Rule(Awaited.YEARLY_AFTER_IMPLEMENTATION), date(2024, 2, 29), date(2028, 12, 31))
    assert found == [(24, date(2026, 2, 28)), (36, date(2027, 2, 28)), (48, date(2028, 2, 29))]


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        (Rule(Awaited.AUDIT_EVERY, months=0), "follow_up.rule_months"),
        (Rule(Awaited.AUDIT_EVERY, months=121), "follow_up.rule_months"),
        (Rule(Awaited.AFTER_IMPLEMENTATION), "follow_up.rule_days"),
        (Rule(Awaited.DEVICE_CHANGED, (-1,)), "follow_up.rule_days"),
        (Rule(Awaited.SAVING_FADED, (4000,)), "follow_up.rule_days"),
    ],
)
def test_a_rule_that_cannot_be_kept_is_refused(rule: Rule, code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        rule.check()
    assert refused.value.code == code


def test_what_is_not_due_yet_is_not_overdue() -> None:
    assert [days_overdue(day, TODAY) for day in (date(2026, 12, 1), TODAY, date(2026, 11, 18))] == [0, 0, 10]


@pytest.mark.parametrize(
    ("until", "reason", "code"),
    [
        (date(2026, 11, 28), "x", "follow_up.snooze_backward"),
        (date(2026, 11, 27), "x", "follow_up.snooze_backward"),
        (date(2028, 11, 30), "x", "follow_up.snooze_too_far"),
        (date(2026, 12, 24), "  ", "follow_up.snooze_reason"),
    ],
)
def test_putting_off_wants_a_later_day_and_a_reason(until: date, reason: str, code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        check_snooze(date(2026, 11, 28), until, TODAY, reason)
    assert refused.value.code == code


def test_an_overdue_one_can_be_put_off_to_today() -> None:
    check_snooze(date(2026, 11, 1), TODAY, TODAY, "the boiler was open")


@pytest.mark.parametrize("before", [1, 2, 3])
def test_nothing_waits_for_itself_however_long_the_way_round(before: int) -> None:
    with pytest.raises(RefusedError) as refused:
        check_no_circle({1: None, 2: 1, 3: 2}, 1, before)
    assert refused.value.code == "follow_up.circle"


def test_a_chain_is_no_circle() -> None:
    check_no_circle({1: None, 2: 1, 3: 2, 4: None}, 4, 3)
