"""Emission factors, dated and by country; each has a kind, basis and source, so that none serves another's purpose."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

PREFERENCE = ("official", "average", "combustion", "proxy")
"""Kinds that an inventory may use, the best first; project margins are asked for by name or not at all."""

EFFICIENCY_MARGIN = "efficiency_margin"


@dataclass(frozen=True, slots=True)
class EmissionFactor:
    """One row of the table: so many kg CO2e per kWh, m3 or kg; `source` is what a report prints beside the figure."""

    resource: str
    variety: str
    destination: str
    country: str
    kind: str
    basis: str
    kg_co2e: float
    unit: str
    valid_from: date | None
    valid_to: date | None
    year: int
    gases: str
    gwp: str
    source: str

    def holds_on(self, day: date) -> bool:
        """A factor holds between its dates; an open end holds on."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day < self.valid_to)


@cache
def emission_factors() -> tuple[EmissionFactor, ...]:
    """All rows of the table, read once."""
    text = (resources.files("emstrack.reference") / "emission_factors.csv").read_text(encoding="utf-8")
    return tuple(_factor(row) for row in csv.DictReader(text.splitlines()))


def _factor(row: dict[str, str]) -> EmissionFactor:
    return EmissionFactor(
        resource=row["resource"],
        variety=row["variety"],
        destination=row["destination"],
        country=row["country"],
        kind=row["kind"],
        basis=row["basis"],
        kg_co2e=float(row["kg_co2e"]),
        unit=row["unit"],
        valid_from=date.fromisoformat(row["valid_from"]) if row["valid_from"] else None,
        valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        year=int(row["year"]),
        gases=row["gases"],
        gwp=row["gwp"],
        source=row["source"],
    )


def find_emission_factor(
    resource: str,
    *,
    on: date,
    country: str = "",
    basis: str = "",
    variety: str = "",
    destination: str = "",
    kind: str = "",
) -> EmissionFactor | None:
    """The factor that fits, or None: a net energy never meets a gross factor, and no country borrows another's grid."""
    for wanted in (kind,) if kind else PREFERENCE:
        for factor in emission_factors():
            fits = (
                factor.resource == resource
                and factor.kind == wanted
                and factor.basis == basis
                and factor.country in {"", country}
                and (not factor.variety or factor.variety == variety)
                and factor.destination == destination
                and factor.holds_on(on)
            )
            if fits:
                return factor
    return None
