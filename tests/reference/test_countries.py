"""What a country gives a site that says nothing else."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from emstrack.domain.errors import RefusedError
from emstrack.reference.countries import (
    countries,
    country,
    country_choices,
    country_name,
    currencies,
    time_zones,
)


@pytest.mark.parametrize(
    ("code", "currency", "zone", "language"),
    [
        ("MX", "MXN", "America/Mexico_City", "es"),
        ("JM", "JMD", "America/Jamaica", "en"),
        ("BO", "BOB", "America/La_Paz", "es"),
        ("BR", "BRL", "America/Sao_Paulo", "pt"),
        ("HT", "HTG", "America/Port-au-Prince", "fr"),
        ("PA", "USD", "America/Panama", "es"),
        ("LC", "XCD", "America/St_Lucia", "en"),
    ],
)
def test_a_country_has_its_money_zone_and_language(code: str, currency: str, zone: str, language: str) -> None:
    found = country(code)
    assert (found.currency, found.time_zone, found.language) == (currency, zone, language)


def test_every_row_can_be_used() -> None:
    assert len(countries()) > 230
    for each in countries().values():
        assert ZoneInfo(each.time_zone)
        assert each.time_zone in time_zones()
        assert each.currency in currencies()
        assert each.language in {"es", "en", "pt", "fr"}


def test_names_come_in_each_language_in_its_order() -> None:
    assert country_name("MX", "es") == "México"
    assert country_name("DE", "fr") == "Allemagne"
    assert country_name("ZZ9", "en") == "ZZ9"
    names = [name for _, name in country_choices("es")]
    assert names.index("México") < names.index("Nicaragua")
    assert names.index("Perú") < names.index("Polonia")


def test_a_country_in_small_letters_is_found_and_an_unknown_one_refused() -> None:
    assert country(" jm ").code == "JM"
    with pytest.raises(RefusedError) as refused:
        country("Mexico")
    assert refused.value.code == "site.country_unknown"
