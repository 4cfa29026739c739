"""The days prefilled for a bill are those this meter's bills usually have."""

from datetime import date

import pytest

from emstrack.domain.periods import Month
from emstrack.domain.readings import Cadence
from emstrack.services.readings.expect_period import ExpectedPeriod, expect_period

MARCH = Month(2026, 3)


def days(*pairs: tuple[str, str]) -> list[tuple[date, date]]:
    return [(date.fromisoformat(start), date.fromisoformat(end)) for start, end in pairs]


@pytest.mark.parametrize(
    ("cadence", "known", "start", "end"),
    [
        (Cadence.MONTHLY, [], "2026-03-01", "2026-04-01"),
        (Cadence.MONTHLY, [("2026-02-01", "2026-03-01")], "2026-03-01", "2026-04-01"),
        (Cadence.MONTHLY, [("2026-01-15", "2026-02-14")], "2026-02-14", "2026-03-14"),
        (Cadence.MONTHLY, [("2026-01-31", "2026-02-27")], "2026-02-27", "2026-03-27"),
        (Cadence.MONTHLY, [("2025-10-15", "2025-11-14")], "2026-02-14", "2026-03-14"),
        (Cadence.MONTHLY, [("2026-02-01", "2026-03-01"), ("2026-03-20", "2026-04-20")], "2026-03-01", "2026-03-20"),
        (Cadence.BIMONTHLY, [("2025-12-01", "2026-02-01")], "2026-02-01", "2026-04-01"),
        (Cadence.BIMONTHLY, [("2025-11-12", "2026-01-10")], "2026-01-10", "2026-03-10"),
        (Cadence.QUARTERLY, [], "2026-01-01", "2026-04-01"),
        (Cadence.YEARLY, [], "2025-04-01", "2026-04-01"),
    ],
)
def test_the_period_follows_the_last_bill(cadence: Cadence, known: list[tuple[str, str]], start: str, end: str) -> None:
    wanted = ExpectedPeriod(date.fromisoformat(start), date.fromisoformat(end))
    assert expect_period(MARCH, cadence, days(*known)) == wanted


def test_a_delivery_has_a_day() -> None:
    period = expect_period(MARCH, Cadence.ON_DELIVERY, [], delivered=True)
    assert (period.start, period.end) == (date(2026, 3, 1), date(2026, 3, 2))
