"""The library of measures: what is known to work, in our own words, each with its range and where that comes from.

`measures/measures.csv` holds what is the same in every language, `measures/<language>.csv` the sentences by code, so
that whoever translates has one file.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from emstrack.domain.sectors import Sector
from emstrack.reference.spellings import plain, table
from emstrack.reference.texts import FourTexts

TEXT_COLUMNS = ("title", "mechanism", "saving_of", "cost_drivers", "verification")
_LANGUAGES = ("en", "es", "pt", "fr")


class Basis(StrEnum):
    """Where a saving range comes from: a publication that was read, or our own judgement, and then it says so."""

    SOURCE = "source"
    ESTIMATE = "estimate"


@dataclass(frozen=True, slots=True)
class LibraryMeasure:
    """One entry: `low` to `high` percent of what `saving_of` names; `source` says what was read, or is empty.

    `resource` is a resource's code, or ``fuel`` (whichever the site burns), ``chemicals`` or ``money``; `category` one
    of the eight techniques of cleaner production; `option` the IPMVP's A, B, C or D.
    """

    code: str
    sectors: tuple[Sector, ...]
    resource: str
    category: str
    low_percent: float
    high_percent: float
    basis: Basis
    source: str
    life_years: int
    option: str
    ease: str
    title: FourTexts
    mechanism: FourTexts
    saving_of: FourTexts
    cost_drivers: FourTexts
    verification: FourTexts

    def is_for(self, sector: Sector) -> bool:
        """Whether it fits a sector; what is for any sector fits all."""
        return sector in self.sectors or Sector.ANY in self.sectors


@cache
def library_measures() -> tuple[LibraryMeasure, ...]:
    """All entries, in the order of the table; read once."""
    texts = {language: {row["code"]: row for row in table(f"measures/{language}.csv")} for language in _LANGUAGES}
    return tuple(_measure(row, texts) for row in table("measures/measures.csv"))


@cache
def library_measure(code: str) -> LibraryMeasure | None:
    """The entry of a code, or None."""
    return next((each for each in library_measures() if each.code == code), None)


def find_library_measures(
    *, sector: Sector | None = None, resource: str = "", category: str = "", words: str = "", language: str = "en"
) -> tuple[LibraryMeasure, ...]:
    """Entries that fit; `words` are all looked for in title and mechanism, case and accents aside."""
    wanted = plain(words).split()
    return tuple(
        each
        for each in library_measures()
        if (sector is None or each.is_for(sector))
        and resource in {"", each.resource}
        and category in {"", each.category}
        and all(word in _searched(each, language) for word in wanted)
    )


def _searched(measure: LibraryMeasure, language: str) -> str:
    return plain(f"{measure.title.said_in(language)} {measure.mechanism.said_in(language)}")


def _measure(row: dict[str, str], texts: dict[str, dict[str, dict[str, str]]]) -> LibraryMeasure:
    said = {
        column: FourTexts(*(texts[language][row["code"]][column] for language in _LANGUAGES)) for column in TEXT_COLUMNS
    }
    return LibraryMeasure(
        code=row["code"],
        sectors=tuple(Sector(each) for each in row["sectors"].split(";")),
        resource=row["resource"],
        category=row["category"],
        low_percent=float(row["low_percent"]),
        high_percent=float(row["high_percent"]),
        basis=Basis(row["basis"]),
        source=row["source"],
        life_years=int(row["life_years"]),
        option=row["option"],
        ease=row["ease"],
        title=said["title"],
        mechanism=said["mechanism"],
        saving_of=said["saving_of"],
        cost_drivers=said["cost_drivers"],
        verification=said["verification"],
    )
