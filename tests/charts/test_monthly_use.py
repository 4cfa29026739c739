"""Use by month against the adjusted baseline."""

import math

from emstrack.charts.monthly_use import MonthlyUse, UseMonth, monthly_use
from emstrack.domain.periods import Month
from emstrack.language.languages import Language

EN, ES = Language("en"), Language("es")
DATA = MonthlyUse(
    "Electricity",
    "kWh",
    (
        UseMonth(Month(2025, 1), 1200.0, adjusted_baseline=1500.0, band=100.0),
        UseMonth(Month(2025, 2), 900.0, complete=False, adjusted_baseline=1400.0),
        UseMonth(Month(2025, 4), 1300.0, adjusted_baseline=1250.0),
    ),
)


def test_the_numbers_stand_in_the_table_too() -> None:
    chart = monthly_use(DATA, EN)
    assert [column.label for column in chart.columns] == ["Month", "Use", "Adjusted baseline", "Savings"]
    assert chart.rows[0] == ("January 2025", "1,200", "1,500", "300")
    assert chart.rows[3] == ("April 2025", "1,300", "1,250", "−50")


def test_an_incomplete_month_is_marked_and_claims_nothing() -> None:
    chart = monthly_use(DATA, EN)
    assert chart.rows[1] == ("February 2025 (not complete)", "900", "1,400", "–")
    assert chart.wide["data"]["values"][1]["state"] == "Incomplete month"
    assert "Hollow bars" in chart.note


def test_a_missing_month_is_a_gap_and_never_a_zero() -> None:
    chart = monthly_use(DATA, EN)
    assert chart.rows[2] == ("March 2025", "–", "–", "–")
    assert chart.wide["data"]["values"][2]["use"] is None


def test_a_band_never_falls_below_zero() -> None:
    data = MonthlyUse("x", "kWh", (UseMonth(Month(2025, 1), 1.0, adjusted_baseline=5.0, band=9.0),))
    row = monthly_use(data, EN).wide["data"]["values"][0]
    assert (row["low"], row["high"]) == (0.0, 14.0)


def test_without_a_baseline_there_is_no_line_and_no_savings_column() -> None:
    chart = monthly_use(MonthlyUse("Water", "m3", (UseMonth(Month(2025, 1), 3.0),)), EN)
    assert len(chart.wide["layer"]) == 1
    assert [column.label for column in chart.columns] == ["Month", "Use"]
    assert chart.columns[1].unit == "m³"
    assert chart.note == ""


def test_it_speaks_spanish() -> None:
    chart = monthly_use(DATA, ES)
    assert chart.caption == "Electricity: consumo por mes frente a la línea base ajustada"
    assert chart.rows[0][0] == "enero 2025"
    assert "de enero 2025 a abril 2025" in chart.wide["description"]


def test_nothing_yet_is_said() -> None:
    chart = monthly_use(MonthlyUse("Water", "m3", ()), EN)
    assert chart.wide["description"] == "Water: use by month. There are no values yet."
    assert chart.rows == ()


def test_the_same_picture_comes_in_two_sizes() -> None:
    chart = monthly_use(DATA, EN)
    assert chart.narrow["width"] < chart.wide["width"]
    assert chart.narrow["data"] == chart.wide["data"]
    assert not any(
        isinstance(value, float) and math.isnan(value) for row in chart.wide["data"]["values"] for value in row.values()
    )
