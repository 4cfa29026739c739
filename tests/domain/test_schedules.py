"""Work is due by the wall clock of a place, also where clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from emstrack.domain.periods import Month
from emstrack.domain.schedules import Daily, Every, Monthly, day_of_month, moment, moments_between, next_after

ZONES = [
    "America/Mexico_City",
    "America/Tijuana",
    "America/Jamaica",
    "America/Havana",
    "America/Santiago",
    "America/Asuncion",
    "America/Sao_Paulo",
    "America/New_York",
    "Europe/Madrid",
    "Africa/Cairo",
    "Asia/Beirut",
    "UTC",
]
EIGHT = time(8)


def test_every_counts_from_the_last_time() -> None:
    assert next_after(Every(5), datetime(2026, 3, 1, 10, tzinfo=UTC)) == datetime(2026, 3, 1, 10, 5, tzinfo=UTC)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("at", [time(0), time(0, 30), time(1, 30), time(2, 30), time(8)])
def test_a_daily_rule_comes_once_on_each_local_date(zone: str, at: time) -> None:
    start, end = moment(date(2024, 1, 1), at, zone), moment(date(2028, 1, 1), at, zone)
    found = moments_between(Daily(at), start - timedelta(seconds=1), end - timedelta(seconds=1), zone)
    days = [each.astimezone(ZoneInfo(zone)).date() for each in found]
    assert days == [date(2024, 1, 1) + timedelta(days=n) for n in range(1461)]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("day", [1, 28, 29, 30, 31])
def test_a_monthly_rule_comes_120_times_in_ten_years_at_eight_local_time(zone: str, day: int) -> None:
    at = moment(date(2020, 1, 1), time(0), zone) - timedelta(days=1)
    months = []
    for _ in range(120):
        at = next_after(Monthly(day, EIGHT), at, zone)
        local = at.astimezone(ZoneInfo(zone))
        assert (local.hour, local.minute) == (8, 0)
        assert local.day == min(day, Month.of(local.date()).days)
        months.append(Month.of(local.date()))
    first = months[0]
    assert months == [first.plus(n) for n in range(120)]


def test_the_31st_is_the_last_day_of_a_shorter_month() -> None:
    assert day_of_month(Month(2027, 2), 31) == date(2027, 2, 28)
    assert day_of_month(Month(2028, 2), 31) == date(2028, 2, 29)
    assert day_of_month(Month(2027, 4), 31) == date(2027, 4, 30)


def test_a_skipped_hour_is_taken_later_on_the_same_date() -> None:
    found = moment(date(2026, 3, 29), time(2, 30), "Europe/Madrid").astimezone(ZoneInfo("Europe/Madrid"))
    assert (found.date(), found.hour, found.minute) == (date(2026, 3, 29), 3, 30)


def test_of_a_repeated_hour_the_first_counts() -> None:
    assert moment(date(2026, 11, 1), time(1, 30), "America/New_York") == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


def test_nothing_lies_between_an_instant_and_itself() -> None:
    at = moment(date(2026, 5, 31), EIGHT, "America/Jamaica")
    assert moments_between(Monthly(31, EIGHT), at, at, "America/Jamaica") == []
    assert moments_between(Monthly(31, EIGHT), at - timedelta(seconds=1), at, "America/Jamaica") == [at]


def test_rules_say_what_they_are() -> None:
    assert [str(rule) for rule in (Every(1), Daily(time(3)), Monthly(31, EIGHT))] == [
        "every 1 min",
        "daily 03:00",
        "monthly 31 08:00",
    ]
