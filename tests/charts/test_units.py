"""Units as people write them."""

from emstrack.charts.units import unit_symbol


def test_cubic_metres_have_their_small_three() -> None:
    assert unit_symbol("m3") == "m³"


def test_a_code_that_is_a_symbol_stays() -> None:
    assert unit_symbol("kWh") == "kWh"
