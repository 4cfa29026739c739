"""Countries: what a site or an organisation takes from its own where nobody said otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from zoneinfo import available_timezones

from babel import Locale
from babel.numbers import list_currencies

from emstrack.domain.errors import RefusedError
from emstrack.reference.spellings import plain, table


@dataclass(frozen=True, slots=True)
class Country:
    """A country's usual currency, time zone (the capital's) and language, among those the product speaks."""

    code: str
    currency: str
    time_zone: str
    language: str


@cache
def countries() -> dict[str, Country]:
    """Every country of the table, by its ISO 3166 code."""
    return {
        row["code"]: Country(row["code"], row["currency"], row["time_zone"], row["language"])
        for row in table("countries.csv")
    }


def country(code: str) -> Country:
    """Return a country by its code.

    Raises
    ------
    RefusedError
        ``site.country_unknown``.
    """
    found = countries().get(code.strip().upper())
    if found is None:
        raise RefusedError("site.country_unknown", country=code[:60], field="country")
    return found


def country_name(code: str, language: str) -> str:
    """Return a country's name in a language; its code where there is none."""
    return str(_names(language).get(code, code))


@cache
def country_choices(language: str) -> tuple[tuple[str, str], ...]:
    """Return (code, name) of every country, in the language's order of letters, accents aside."""
    named = [(code, country_name(code, language)) for code in countries()]
    return tuple(sorted(named, key=lambda pair: plain(pair[1])))


@cache
def currencies() -> frozenset[str]:
    """Every ISO 4217 code."""
    return frozenset(list_currencies())


@cache
def time_zones() -> tuple[str, ...]:
    """Every IANA time zone a site may lie in, in order."""
    return tuple(sorted(z for z in available_timezones() if "/" in z and not z.startswith(("Etc/", "SystemV/", "US/"))))


@cache
def _names(language: str) -> dict[str, str]:
    return dict(Locale.parse(language).territories)
