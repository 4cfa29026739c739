"""Figures as a page shows them."""

from decimal import Decimal

import pytest

from emstrack.language.languages import Language
from emstrack.web.presenters import numbers

EN, ES, PT = Language("en"), Language("es_MX"), Language("pt_BR")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (219780.4, "219,780"),
        (83.26, "83.3"),
        (0.8314, "0.831"),
        (0.00012, "0.0001"),
        (0.0, "0"),
        (Decimal("12.5"), "12.5"),
    ],
)
def test_a_quantity_has_the_digits_it_is_worth(value: float, written: str) -> None:
    assert numbers.quantity(value, EN) == written


def test_a_quantity_follows_the_language() -> None:
    assert numbers.with_unit(12340.0, "kWh", PT) == "12.340\u00a0kWh"
    assert numbers.with_unit(12340.0, "m3", ES) == "12,340\u00a0m³"


@pytest.mark.parametrize("missing", [None, float("nan")])
def test_what_is_missing_is_a_dash_without_a_unit(missing: float | None) -> None:
    assert numbers.quantity(missing, EN) == "–"
    assert numbers.with_unit(missing, "kWh", EN) == "–"
    assert numbers.signed(missing, EN) == "–"
    assert numbers.percent(missing, EN) == "–"
    assert numbers.coverage(missing, EN) == "–"
    assert numbers.with_band(None, 4.0, "kWh", EN) == "–"
    assert numbers.figure(None, "kWh", EN) == numbers.Figure(None, "kWh")


def test_zero_is_a_figure() -> None:
    assert numbers.with_unit(0.0, "kWh", EN) == "0\u00a0kWh"
    assert numbers.figure(0.0, "m3", EN) == numbers.Figure("0", "m³")


def test_a_sign_is_written_where_it_matters() -> None:
    assert numbers.signed(1200.0, EN) == "+1,200"
    assert numbers.signed(-1200.0, EN) == "\u22121,200"
    assert numbers.signed(0.0, EN) == "0"
    assert numbers.signed(-0.0000001, EN) == "0.0000"


def test_a_band_stands_beside_its_figure() -> None:
    assert numbers.with_band(219780.0, 15024.0, "kWh", EN) == "219,780 ± 15,024\u00a0kWh"
    assert numbers.with_band(219780.0, None, "kWh", EN) == "219,780\u00a0kWh"
    assert numbers.with_band(1.234, 0.5, "", EN) == "1.23 ± 0.50"


def test_nearly_whole_coverage_is_not_called_whole() -> None:
    assert numbers.coverage(0.996, EN) == "> 99 %"
    assert numbers.coverage(1.0, EN) == "100 %"
    assert numbers.coverage(0.5, EN) == "50 %"


def test_money_stays_in_one_piece() -> None:
    assert numbers.money(Decimal("431200.50"), "MXN", ES, cents=True) == "MXN\u00a0431,200.50"
    assert numbers.money(None, "MXN", ES) == "–"


def test_a_loss_in_percent_has_a_true_minus() -> None:
    assert numbers.percent(-0.031, EN) == "\u22123.1 %"
