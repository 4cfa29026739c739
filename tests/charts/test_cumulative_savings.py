"""Savings added up month by month."""

from emstrack.charts.cumulative_savings import CumulativeSavings, SavedMonth, cumulative_savings
from emstrack.domain.periods import Month
from emstrack.language.languages import Language

EN = Language("en")


def test_the_sum_is_the_engines_own_and_its_band_goes_both_ways() -> None:
    data = CumulativeSavings("Electricity", "kWh", (SavedMonth(Month(2025, 1), 10.0, 10.0, 12.0),))
    row = cumulative_savings(data, EN).wide["data"]["values"][0]
    assert (row["sum"], row["low"], row["high"]) == (10.0, -2.0, 22.0)


def test_a_month_without_a_claim_breaks_the_line() -> None:
    data = CumulativeSavings(
        "Electricity", "kWh", (SavedMonth(Month(2025, 1), 10.0, 10.0), SavedMonth(Month(2025, 3), -4.0, 6.0))
    )
    chart = cumulative_savings(data, EN)
    assert [row["sum"] for row in chart.wide["data"]["values"]] == [10.0, None, 6.0]
    assert chart.rows[1] == ("February 2025", "–", "–", "–")
    assert chart.rows[2] == ("March 2025", "−4", "6", "–")


def test_the_band_is_explained_only_where_there_is_one() -> None:
    with_band = CumulativeSavings("x", "kWh", (SavedMonth(Month(2025, 1), 1.0, 1.0, 1.0),))
    without = CumulativeSavings("x", "kWh", (SavedMonth(Month(2025, 1), 1.0, 1.0),))
    assert "nine times in ten" in cumulative_savings(with_band, EN).note
    assert cumulative_savings(without, EN).note == ""


def test_it_says_its_last_figure() -> None:
    data = CumulativeSavings("Electricity", "kWh", (SavedMonth(Month(2025, 1), 1000.0, 1000.0),))
    description = cumulative_savings(data, EN).wide["description"]
    assert description == "Electricity: savings to date: 1,000 kWh from January 2025 to January 2025."


def test_nothing_yet_is_said() -> None:
    assert "no values yet" in cumulative_savings(CumulativeSavings("x", "kWh", ()), EN).wide["description"]
