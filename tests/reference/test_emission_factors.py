from __future__ import annotations

from datetime import date

import pytest

from emstrack.domain.resources import Resource
from emstrack.reference.emission_factors import EFFICIENCY_MARGIN, emission_factors, find_emission_factor


@pytest.mark.parametrize(
    ("on", "kg"),
    [(date(2019, 5, 1), 0.494), (date(2021, 1, 1), 0.423), (date(2023, 12, 31), 0.438), (date(2026, 3, 1), 0.444)],
)
def test_mexicos_factor_is_the_years_own(on: date, kg: float) -> None:
    factor = find_emission_factor("electricity", on=on, country="MX")
    assert factor is not None
    assert (factor.kg_co2e, factor.kind) == (kg, "official")


def test_without_an_official_factor_the_published_average_stands() -> None:
    factor = find_emission_factor("electricity", on=date(2025, 1, 1), country="JM")
    assert factor is not None
    assert (factor.kg_co2e, factor.kind) == (0.5613, "average")


def test_a_project_margin_is_only_given_when_asked_for() -> None:
    margin = find_emission_factor("electricity", on=date(2025, 1, 1), country="CO", kind=EFFICIENCY_MARGIN)
    usual = find_emission_factor("electricity", on=date(2025, 1, 1), country="CO")
    assert margin is not None
    assert usual is not None
    assert (margin.kg_co2e, usual.kg_co2e) == (0.165, 0.112)


def test_no_country_borrows_anothers_grid() -> None:
    assert find_emission_factor("electricity", on=date(2025, 1, 1)) is None
    assert find_emission_factor("electricity", on=date(2025, 1, 1), country="ZZ") is None


def test_net_energy_never_meets_a_gross_factor() -> None:
    net, gross = (find_emission_factor("lpg", on=date(2025, 1, 1), basis=basis) for basis in ("net", "gross"))
    assert net is not None
    assert gross is not None
    assert net.kg_co2e == pytest.approx(0.22776)
    assert gross.kg_co2e < net.kg_co2e
    assert find_emission_factor("lpg", on=date(2025, 1, 1)) is None


def test_waste_needs_its_stream_and_where_it_goes() -> None:
    on = date(2025, 1, 1)
    food = find_emission_factor("waste", on=on, variety="food", destination="landfill")
    assert food is not None
    assert food.kg_co2e == pytest.approx(0.7003)
    assert find_emission_factor("waste", on=on, variety="food") is None


def test_every_factor_has_a_source_a_year_and_the_unit_of_its_resource() -> None:
    for factor in emission_factors():
        assert factor.source
        assert 2000 < factor.year < 2030
        assert factor.unit == Resource(factor.resource).canonical_unit
        assert (factor.basis != "") == Resource(factor.resource).is_fuel
