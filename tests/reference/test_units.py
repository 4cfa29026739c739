"""Units, spellings and heat contents."""

from __future__ import annotations

from datetime import date

import pytest

from emstrack.domain.errors import RefusedError
from emstrack.domain.resources import Resource
from emstrack.domain.units import Dimension, HeatingValueBasis
from emstrack.reference.spellings import spellings, table
from emstrack.reference.units import convert, find_resource, find_unit, fits, heat_contents, unit, unit_choices, units

DAY = date(2025, 1, 1)
CODES = [
    "kWh",
    "MWh",
    "Wh",
    "MJ",
    "GJ",
    "kBtu",
    "MMBtu",
    "therm",
    "ton_hour",
    "m3",
    "L",
    "kL",
    "gal_us",
    "gal_imp",
    "kgal_us",
    "kgal_imp",
    "ft3",
    "CCF",
    "MCF",
    "kg",
    "t",
    "lb",
    "short_ton",
    "cyl_45kg",
]


@pytest.mark.parametrize("code", CODES)
def test_every_public_unit_code_exists_and_finds_itself(code: str) -> None:
    assert unit(code).code == code
    assert find_unit(code) == code


@pytest.mark.parametrize("resource", list(Resource))
def test_every_resource_code_finds_itself_and_has_a_fitting_unit(resource: Resource) -> None:
    assert find_resource(resource.value) == resource.value
    assert fits(resource.value, resource.canonical_unit)


@pytest.mark.parametrize(
    ("resource", "code", "factor"),
    [
        ("electricity", "MWh", 1000),
        ("electricity", "GJ", 277.7777777778),
        ("electricity", "kBtu", 1 / 3.412141633),
        ("natural_gas", "therm", 29.3071070172),
        ("natural_gas", "MMBtu", 293.071070172),
        ("chilled_water", "ton_hour", 3.51685284),
        ("water", "gal_us", 0.003785411784),
        ("water", "gal_imp", 0.00454609),
        ("water", "kgal_imp", 4.54609),
        ("water", "CCF", 2.8316846592),
        ("waste", "short_ton", 907.18474),
        ("waste", "lb", 0.45359237),
    ],
)
def test_units_convert_by_their_definition(resource: str, code: str, factor: float) -> None:
    assert convert(resource, code, on=DAY).factor == pytest.approx(factor, rel=1e-9)


def test_energy_units_of_a_fuel_are_gross_and_its_volume_and_mass_are_net() -> None:
    assert convert("natural_gas", "therm", on=DAY).basis is HeatingValueBasis.GROSS
    litres = convert("lpg", "L", on=DAY)
    assert (litres.basis, litres.heat_content) == (HeatingValueBasis.NET, "lpg.m3.net.ipcc2006")
    assert convert("lpg", "cyl_45kg", on=DAY).factor == pytest.approx(45 * 13.138889)
    assert convert("electricity", "kWh", on=DAY).basis is None


def test_a_country_has_its_own_heat_content_and_the_basis_can_be_asked_for() -> None:
    assert convert("lpg", "L", country="MX", on=DAY).factor == pytest.approx(7.256)
    assert convert("diesel", "gal_us", country="US", on=DAY, basis=HeatingValueBasis.GROSS).factor == pytest.approx(
        0.138 * 293.071070172, rel=1e-5
    )
    assert convert("diesel", "L", country="JM", on=DAY, basis=HeatingValueBasis.GROSS).factor == pytest.approx(10.685)


@pytest.mark.parametrize(
    ("resource", "code"), [("electricity", "m3"), ("water", "kWh"), ("water", "kg"), ("waste", "L"), ("wood", "m3")]
)
def test_a_unit_that_cannot_measure_the_resource_is_refused(resource: str, code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        convert(resource, code, on=DAY)
    assert refused.value.code == "unit.does_not_fit"


def test_a_basis_without_a_heat_content_is_refused() -> None:
    with pytest.raises(RefusedError) as refused:
        convert("bagasse", "kg", on=DAY, basis=HeatingValueBasis.GROSS)
    assert refused.value.code == "heat_content.missing"


@pytest.mark.parametrize("code", ["", "kwh", "gal", "cyl_0kg", "cyl_kg", "parsec"])
def test_an_unknown_unit_is_refused(code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        unit(code)
    assert refused.value.code == "unit.unknown"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("kWh", "kWh"),
        ("  KWH ", "kWh"),
        ("Kilovatios-hora", "kWh"),
        ("kBtu (thousand Btu)", "kBtu"),
        ("m³", "m3"),
        ("Metros cúbicos", "m3"),
        ("litros", "L"),
        ("Galones imperiales", "gal_imp"),
        ("Gallons (US)", "gal_us"),
        ("tonelada", "t"),
        ("Libras", "lb"),
        ("cilindro 45 kg", "cyl_45kg"),
        ("Cilindro de 20 kg", "cyl_20kg"),
        ("cyl_100lb", "cyl_100lb"),
        ("\ufeffkg", "kg"),
    ],
)
def test_common_spellings_of_units_are_understood(text: str, code: str) -> None:
    assert find_unit(text) == code


@pytest.mark.parametrize("text", ["", "gal", "gallons", "ton", "mbtu", "Some Unknown Unit", "mcf (million cubic feet)"])
def test_a_unit_that_is_unknown_or_could_be_two_is_never_guessed(text: str) -> None:
    assert find_unit(text) is None


def test_an_ambiguous_unit_names_its_choices() -> None:
    assert unit_choices("Galones") == "gal_us, gal_imp"
    assert unit_choices("parsec") == ""


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Energía eléctrica", "electricity"),
        ("Luz", "electricity"),
        ("Electric - Grid", "electricity"),
        ("Gas LP", "lpg"),
        ("Propane", "lpg"),
        ("Diésel", "diesel"),
        ("Água", "water"),
        ("Déchets", "waste"),
        ("Alcantarillado", "wastewater"),
    ],
)
def test_common_spellings_of_resources_are_understood(text: str, code: str) -> None:
    assert find_resource(text) == code


def test_plain_gas_could_be_two_fuels_and_is_not_guessed() -> None:
    assert find_resource("gas") is None


def test_a_cylinder_weighs_what_it_says() -> None:
    assert unit("cyl_20kg").dimension is Dimension.MASS
    assert unit("cyl_100lb").factor == pytest.approx(45.359237)


@pytest.mark.parametrize("name", ["units.csv", "heat_contents.csv", "densities.csv"])
def test_no_number_stands_without_source_and_year(name: str) -> None:
    for row in table(name):
        assert row["source"].strip()
        assert row["year"].isdigit()


def test_the_tables_agree_with_each_other() -> None:
    assert len({row.key for row in heat_contents()}) == len(heat_contents())
    assert set(spellings("unit_spellings.csv", "code").values()) == set(units())
    assert set(spellings("resource_spellings.csv", "code").values()) == {each.value for each in Resource}
    assert not set(spellings("unit_spellings.csv", "code")) & set(spellings("ambiguous_units.csv", "codes"))
    assert all(row.kwh > 0 and Resource(row.resource).is_fuel for row in heat_contents())
