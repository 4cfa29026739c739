"""Balances weighed: the beamhouse of a tannery and a brewery, worked by hand, and what is said of what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from factories_balances import Sketch, draw_beamhouse

from emstrack.domain.balances import LoadParameter

if TYPE_CHECKING:
    from emstrack.services.audits.weigh_balance import WeighedBalance


def codes(weighed: WeighedBalance) -> list[str]:
    return [finding.code for finding in weighed.findings]


def beamhouse() -> Sketch:
    to = Sketch()
    draw_beamhouse(to)
    return to


def test_a_beamhouse_closes_and_its_losses_stand_by_money() -> None:
    weighed = beamhouse().weigh()
    assert weighed.mass.difference.tolist() == pytest.approx([1_000, 500, 1_500])
    assert weighed.mass.closes.all()
    losses = {loss.row.name: loss for loss in weighed.losses}
    # fleshings: 2 200 kg of 13 200, so a sixth of 15 400 bought and of 1 820 spent, and 2.2 t at 100 to dispose of
    fleshings = losses["Carnazas"]
    assert fleshings.purchase == pytest.approx(15_400 / 6)
    assert fleshings.processing == pytest.approx(1_820 / 6)
    assert fleshings.disposal == pytest.approx(220)
    assert fleshings.cost == pytest.approx(3_090)
    assert losses["Baño de remojo"].cost == pytest.approx(1_200 + 57.5 * 4)
    assert losses["Baño de pelambre"].cost == pytest.approx(600 + 28.5 * 10)
    assert list(losses) == ["Carnazas", "Baño de remojo", "Baño de pelambre"]
    assert weighed.cost_of_losses == pytest.approx(3_090 + 1_430 + 885)


def test_loads_of_what_leaves_are_added_up() -> None:
    weighed = beamhouse().weigh()
    # 57.5 m³ × 8 000 mg/L + 28.5 m³ × 20 000 mg/L
    assert weighed.loads[LoadParameter.COD] == pytest.approx(460 + 570)
    assert weighed.loads[LoadParameter.TSS] == pytest.approx(172.5)
    assert weighed.loads[LoadParameter.SULPHIDE] == pytest.approx(42.75)
    assert LoadParameter.CHROMIUM not in weighed.loads


def test_m_30_7_indicators_are_per_tonne_of_the_stream_that_was_marked() -> None:
    basis = beamhouse().weigh().basis
    assert basis is not None
    assert (basis.quantity, basis.unit, basis.names) == (pytest.approx(10), "t", ("Pieles saladas",))


def brewery() -> Sketch:
    to = Sketch()
    brew, pack = to.step("Cocimiento", "200"), to.step("Envasado", "300")
    to.flow("input", "Malta", 1_800, "kg", target=brew, price="0.5")
    to.flow("input", "Agua", 250, "hL", target=brew, price="0.1", is_water=True)
    to.flow("input", "Gas", 5_400, "MJ", target=brew, price="0.02")
    to.flow("intermediate", "Cerveza verde", 100, "hL", source=brew, target=pack, kg_per_unit=101)
    to.flow("loss", "Afrecho húmedo", 2, "t", source=brew, disposal="-5")
    to.flow("loss", "Efluente", 140, "hL", source=brew, is_water=True, disposal="0.3")
    to.flow("loss", "Calor de vahos", 900, "kWh", source=brew)
    to.flow("product", "Cerveza", 95, "hL", source=pack, kg_per_unit=101)
    to.flow("loss", "Merma de envasado", 5, "hL", source=pack, kg_per_unit=101, disposal="0.3")
    return to


def test_a_brewery_is_told_per_hectolitre_in_mass_energy_and_money() -> None:
    weighed = brewery().weigh()
    basis = weighed.basis
    assert basis is not None
    assert (basis.quantity, basis.unit) == (95, "hL")
    # brewing: 1 800 + 25 000 in, 10 100 + 2 000 + 14 000 out; packing: 10 100 in, 9 595 + 505 out
    assert weighed.mass.inward.tolist() == pytest.approx([26_800, 10_100, 26_800])
    assert weighed.mass.outward.tolist() == pytest.approx([26_100, 10_100, 26_100])
    assert weighed.energy is not None
    assert weighed.energy.inward[0] == pytest.approx(1_500)  # 5 400 MJ
    assert weighed.energy.outward[0] == pytest.approx(900)
    losses = {loss.row.name: loss for loss in weighed.losses}
    # malt 900, gas 108 and 200 of labour over 12 100 kg of beer and grains; grains are 2 000 kg and are sold for 10
    grains = losses["Afrecho húmedo"]
    assert grains.purchase == pytest.approx(900 * 2_000 / 12_100)
    assert grains.processing == pytest.approx(308 * 2_000 / 12_100)
    assert grains.disposal == pytest.approx(-10)
    # what is spilt at packing carries brewing and packing: 505 kg of 10 100
    spilt = losses["Merma de envasado"]
    assert spilt.purchase == pytest.approx(900 * 10_100 / 12_100 * 0.05)
    assert spilt.processing == pytest.approx((308 * 10_100 / 12_100 + 300) * 0.05)
    assert losses["Efluente"].purchase == pytest.approx(25)
    heat = losses["Calor de vahos"]
    assert (heat.kwh, heat.purchase, heat.processing) == (pytest.approx(900), None, None)


def test_what_does_not_close_is_named_with_its_kilograms() -> None:
    to = Sketch(tolerance=0.01)
    mill = to.step("Molino")
    to.flow("input", "Mineral", 100, "t", target=mill)
    to.flow("product", "Concentrado", 90, "t", source=mill)
    found = {finding.code: finding.evidence for finding in to.weigh().findings}
    assert found["balance.not_found_again"] == {"operation": "Molino", "kg": 10_000, "percent": 10, "tolerance": 1}
    to.flow("loss", "Relave", 20, "t", source=mill)
    assert "balance.more_out_than_in" in codes(to.weigh())


def test_a_volume_without_a_weight_leaves_the_balance_open_and_says_so() -> None:
    to = Sketch()
    still = to.step("Destilación", "10")
    to.flow("input", "Solvente", 10, "hL", target=still, price="50")
    to.flow("product", "Solvente limpio", 700, "kg", source=still)
    weighed = to.weigh()
    assert "balance.no_weight" in codes(weighed)
    assert not weighed.mass.closes.any()


def test_m_30_7_without_a_product_there_are_no_indicators_and_a_sentence() -> None:
    to = Sketch()
    wash = to.step("Lavado")
    to.flow("input", "Agua", 5, "m3", target=wash, is_water=True)
    to.flow("loss", "Efluente", 5, "m3", source=wash, is_water=True)
    weighed = to.weigh()
    assert weighed.basis is None
    assert "balance.no_product" in codes(weighed)


def test_products_that_do_not_add_up_ask_for_one_basis() -> None:
    to = Sketch()
    floor = to.step("Faena")
    to.flow("input", "Reses", 120, "head", target=floor, kg_per_unit=420)
    to.flow("product", "Canales", 28, "t", source=floor)
    to.flow("product", "Cueros", 120, "piece", source=floor, kg_per_unit=32)
    weighed = to.weigh()
    assert weighed.basis is None
    found = next(finding for finding in weighed.findings if finding.code == "balance.products_differ")
    assert found.evidence["units"] == ("piece", "t")


def test_an_abattoir_is_told_per_head() -> None:
    to = Sketch()
    floor = to.step("Faena")
    to.flow("input", "Reses", 120, "head", target=floor, kg_per_unit=420, is_basis=True)
    to.flow("product", "Canales", 28, "t", source=floor)
    basis = to.weigh().basis
    assert basis is not None
    assert (basis.quantity, basis.unit) == (120, "head")


def test_missing_prices_are_named_and_are_no_zero() -> None:
    to = Sketch()
    tan = to.step("Curtido")
    to.flow("input", "Cromo", 200, "kg", target=tan)
    to.flow("loss", "Baño agotado", 10, "m3", source=tan, is_water=True)
    found = codes(to.weigh())
    assert {"balance.no_price", "balance.no_disposal_cost", "balance.no_processing_cost"} <= set(found)


def test_prices_that_say_more_than_was_bought_are_named() -> None:
    to = Sketch()
    tan = to.step("Curtido", "0")
    to.flow("input", "Cromo", 200, "kg", target=tan, price="2")
    to.flow("product", "Cuero", 150, "kg", source=tan)
    to.flow("loss", "Cromo perdido", 50, "kg", source=tan, price="9")
    assert "balance.prices_exceed" in codes(to.weigh())


def test_an_empty_balance_is_no_crash() -> None:
    to = Sketch()
    weighed = to.weigh()
    assert weighed.streams == ()
    assert weighed.cost_of_losses == 0


def test_a_concentration_without_a_volume_is_named() -> None:
    to = Sketch()
    press = to.step("Prensa")
    to.flow("loss", "Lodo", 2, "t", source=press, concentrations={LoadParameter.COD: 900.0})
    assert "balance.no_volume" in codes(to.weigh())
