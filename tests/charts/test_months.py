"""Months along an axis."""

from emstrack.charts.chart import NARROW, WIDE
from emstrack.charts.months import every_month, month_axis
from emstrack.domain.periods import Month
from emstrack.language.languages import Language

ES = Language("es")


def months(count: int, year: int = 2025) -> list[Month]:
    return [Month(year, 1).plus(index) for index in range(count)]


def test_a_year_names_each_month_and_says_the_year_once() -> None:
    axis = month_axis(months(12), ES, WIDE)["axis"]
    assert axis["values"] == [f"2025-{number:02d}" for number in range(1, 13)]
    assert '"2025-01": ["ene", "2025"]' in axis["labelExpr"]
    assert '"2025-02": ["feb"]' in axis["labelExpr"]


def test_a_phone_names_fewer() -> None:
    assert month_axis(months(12), ES, NARROW)["axis"]["values"] == ["2025-01", "2025-04", "2025-07", "2025-10"]


def test_ten_years_name_each_january() -> None:
    assert month_axis(months(120, 2016), ES, WIDE)["axis"]["values"] == [f"{year}-01" for year in range(2016, 2026)]


def test_months_are_names_in_order_and_never_points_in_time() -> None:
    encoding = month_axis(months(3), ES, WIDE)
    assert encoding["type"] == "ordinal"
    assert encoding["scale"]["domain"] == ["2025-01", "2025-02", "2025-03"]


def test_a_span_without_a_named_month_names_its_first() -> None:
    short = [Month(2025, 2), Month(2025, 3)]
    assert month_axis(short, ES, NARROW)["axis"]["values"] == ["2025-02", "2025-03"]
    long = [Month(2025, number) for number in (2, 3, 5, 6, 8, 9)]
    assert month_axis(long, ES, NARROW)["axis"]["values"] == ["2025-02"]


def test_a_gap_is_filled_with_its_months() -> None:
    assert every_month([Month(2025, 11), Month(2026, 2)]) == [Month(2025, 11).plus(index) for index in range(4)]


def test_no_months_are_no_months() -> None:
    assert every_month([]) == []
    assert month_axis([], ES, WIDE)["axis"]["values"] == []
