"""What each month cost."""

from emstrack.charts.cost import Cost, CostSeries, cost
from emstrack.domain.periods import Month
from emstrack.language.languages import Language

EN = Language("en")
JANUARY, FEBRUARY, MARCH = (Month(2025, number) for number in (1, 2, 3))


def test_resources_stack_and_add_up_in_the_table() -> None:
    chart = cost(
        Cost("Hotel", "MXN", (CostSeries("Power", {JANUARY: 100.0}), CostSeries("Water", {JANUARY: 20.0}))), EN
    )
    assert [column.label for column in chart.columns] == ["Month", "Power", "Water", "Total"]
    assert chart.rows == (("January 2025", "100", "20", "120"),)
    assert chart.columns[1].unit == "MXN"


def test_a_month_without_costs_has_no_total() -> None:
    series = (CostSeries("Power", {JANUARY: 100.0, MARCH: 90.0}), CostSeries("Water", {JANUARY: 20.0}))
    chart = cost(Cost("Hotel", "MXN", series), EN)
    assert chart.rows[1] == ("February 2025", "–", "–", "–")
    assert chart.rows[2] == ("March 2025", "90", "–", "90")
    assert FEBRUARY not in {Month.parse(row["month"]) for row in chart.wide["data"]["values"]}


def test_of_many_the_largest_four_are_told_apart_and_nothing_is_lost() -> None:
    series = tuple(CostSeries(f"meter {size}", {JANUARY: float(size)}) for size in range(1, 9))
    chart = cost(Cost("Hotel", "MXN", series), EN)
    assert [column.label for column in chart.columns[1:]] == [
        "meter 8",
        "meter 7",
        "meter 6",
        "meter 5",
        "Others",
        "Total",
    ]
    assert chart.rows[0][-2:] == ("10", "36")


def test_one_series_needs_no_legend_and_no_total() -> None:
    chart = cost(Cost("Hotel", "MXN", (CostSeries("Power", {JANUARY: 100.0}),)), EN)
    assert chart.wide["encoding"]["color"]["legend"] is None
    assert [column.label for column in chart.columns] == ["Month", "Power"]


def test_nothing_yet_is_said() -> None:
    assert "no values yet" in cost(Cost("Hotel", "MXN", ()), EN).wide["description"]
