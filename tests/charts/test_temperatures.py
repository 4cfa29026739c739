"""The chart of temperatures: broken where nothing is known, and the same numbers as a table."""

from __future__ import annotations

from emstrack.charts.temperatures import MonthTemperature, Temperatures, temperatures
from emstrack.documents import svg
from emstrack.domain.periods import Month
from emstrack.language.languages import Language

ENGLISH = Language("en")
JANUARY = Month(2024, 1)


def test_a_month_without_a_value_is_a_gap_and_a_partial_one_says_so() -> None:
    months = (MonthTemperature(JANUARY, 12.34), MonthTemperature(JANUARY.plus(2), 13.0, 4.0, complete=False))
    chart = temperatures(Temperatures("Cusco", months), ENGLISH)
    assert [row["mean"] for row in chart.wide["data"]["values"]] == [12.34, None, 13.0]
    assert chart.rows == (
        ("January 2024", "12.3", "–"),
        ("February 2024", "–", "–"),
        ("March 2024 (not complete)", "13.0", "4.0"),
    )
    assert [column.unit for column in chart.columns] == ["", "°C", "mm"]
    assert chart.note
    assert "12.3" in chart.wide["description"]


def test_the_months_of_a_typical_year_have_no_year() -> None:
    months = tuple(MonthTemperature(Month(2001, number), 20.0 + number) for number in range(1, 13))
    chart = temperatures(Temperatures("Cusco", months, is_typical=True), ENGLISH)
    assert chart.rows[0][0] == "January"
    assert svg.render(chart.narrow, ENGLISH).startswith("<svg")
