"""The fit over the bills, and what it missed: each is drawn and told as a table."""

from __future__ import annotations

from datetime import date

import pytest

from emstrack.charts.bills_and_fit import BillsAndFit, FittedBill, bills_and_fit, residuals
from emstrack.charts.fit_sketch import HEIGHT, WIDTH, fit_sketch
from emstrack.documents import svg
from emstrack.language.languages import Language

BILLS = tuple(
    FittedBill(date(2024, month, 5), date(2024, month + 1, 5), 100.0 + month, 101.0) for month in range(1, 12)
)
DATA = BillsAndFit("CFE-1", "kWh", BILLS)


@pytest.mark.parametrize("declare", [bills_and_fit, residuals])
def test_it_is_drawn_in_both_sizes_with_its_numbers_beside(declare: object) -> None:
    language = Language("es")
    chart = declare(DATA, language)  # type: ignore[operator]  # a function of the two
    assert len(chart.rows) == len(BILLS)
    assert "CFE-1" in chart.caption
    assert svg.render(chart.narrow, language).startswith("<svg")


def test_what_was_missed_is_use_minus_fit() -> None:
    assert residuals(DATA, Language("en")).rows[0][1] == "0.0"
    assert residuals(DATA, Language("en")).rows[1][1] == "1.0"


def test_a_sketch_stays_in_its_box_and_has_a_point_per_bill() -> None:
    sketch = fit_sketch([10.0, 20.0, -3.0], [11.0, 30.0, 0.0], "a fit")
    assert len(sketch.bars) == 3
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT and height >= 0 for x, y, height in sketch.bars)
    assert sketch.line.count("L") == 2
    assert fit_sketch([], [], "nothing").bars == ()
    assert fit_sketch([1.0], [], "no model").line == ""
