"""Units, their spellings, and the conversion of what was typed to kWh, m3 or kg."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from emstrack.domain.errors import RefusedError
from emstrack.domain.periods import parse_day
from emstrack.domain.resources import Resource
from emstrack.domain.units import BASE_UNITS, Conversion, Dimension, HeatContent, HeatingValueBasis, Unit
from emstrack.reference.spellings import plain, spellings, table

if TYPE_CHECKING:
    from datetime import date

_CYLINDER_CODE = re.compile(r"cyl_(\d{1,3}(?:\.\d{1,2})?)(kg|lb)")
_CYLINDER_SPELLED = re.compile(
    r"(?:cylinders?|cyl|cilindros?|cil|bombonas?|tanques?|botijao|botijoes|bouteilles?|garrafas?)"
    r"(?: (?:of|de))?[ .,_-]*\(?(\d{1,3}(?:\.\d{1,2})?) ?(kgs?|kilos?|lbs?|libras?)\.?\)?"
)


@cache
def units() -> dict[str, Unit]:
    """Every unit of the table, by code."""
    return {
        row["code"]: Unit(row["code"], Dimension(row["dimension"]), float(row["factor"])) for row in table("units.csv")
    }


@lru_cache(maxsize=1000)
def unit(code: str) -> Unit:
    """The unit of a code; cylinders of any filling are written ``cyl_20kg`` or ``cyl_100lb``.

    Raises
    ------
    RefusedError
        ``unit.unknown``.
    """
    known = units().get(code)
    if known is not None:
        return known
    cylinder = _CYLINDER_CODE.fullmatch(code)
    if cylinder is None or float(cylinder[1]) == 0:
        raise RefusedError("unit.unknown", unit=code[:60])
    return Unit(code, Dimension.MASS, float(cylinder[1]) * units()[cylinder[2]].factor)


@lru_cache(maxsize=20_000)
def find_unit(text: str) -> str | None:
    """The code of a unit as people spell it; None where it is unknown or could mean two things."""
    wanted = plain(text)
    code = spellings("unit_spellings.csv", "code").get(wanted)
    if code is not None:
        return code
    cylinder = _CYLINDER_CODE.fullmatch(wanted) or _CYLINDER_SPELLED.fullmatch(wanted)
    if cylinder is None or float(cylinder[1]) == 0:
        return None
    return f"cyl_{float(cylinder[1]):g}{'kg' if cylinder[2].startswith('k') else 'lb'}"


def unit_choices(text: str) -> str:
    """The codes that an ambiguous spelling (a gallon, a ton) may mean, for a sentence; empty where it is not one."""
    return spellings("ambiguous_units.csv", "codes").get(plain(text), "")


@lru_cache(maxsize=20_000)
def find_resource(text: str) -> str | None:
    """The code of a resource as people spell it; None where it is unknown."""
    return spellings("resource_spellings.csv", "code").get(plain(text))


@cache
def heat_contents() -> tuple[HeatContent, ...]:
    """Every heat content of the table."""
    return tuple(
        HeatContent(
            key=row["key"],
            resource=row["resource"],
            dimension=Dimension(row["dimension"]),
            kwh=float(row["kwh"]),
            basis=HeatingValueBasis(row["basis"]),
            country=row["country"],
            valid_from=parse_day(row["valid_from"]) if row["valid_from"] else None,
            valid_to=parse_day(row["valid_to"]) if row["valid_to"] else None,
            source=f"{row['source']} ({row['year']})",
        )
        for row in table("heat_contents.csv")
    )


def fits(resource: str, code: str) -> bool:
    """Whether a unit can measure a resource at all."""
    kind, dimension = Resource(resource), unit(code).dimension
    if kind.is_fuel and dimension is not Dimension.ENERGY:
        return any(row.resource == kind and row.dimension is dimension for row in heat_contents())
    return BASE_UNITS[dimension] == kind.canonical_unit


def convert(
    resource: str, code: str, *, country: str = "", on: date, basis: HeatingValueBasis | None = None
) -> Conversion:
    """How a quantity typed in a unit becomes the resource's own; the heat content is the country's and the day's.

    A fuel's energy units are billed gross; its volumes and masses are turned with a net heat content unless asked
    otherwise.

    Raises
    ------
    RefusedError
        ``unit.unknown``, ``unit.does_not_fit``, or ``heat_content.missing`` for that basis and day.
    """
    kind, measure = Resource(resource), unit(code)
    if not fits(resource, code):
        raise RefusedError("unit.does_not_fit", unit=code, resource=kind.value, canonical_unit=kind.canonical_unit)
    if not kind.is_fuel:
        return Conversion(code, kind.canonical_unit, measure.factor)
    if measure.dimension is Dimension.ENERGY:
        return Conversion(code, "kWh", measure.factor, "", basis or HeatingValueBasis.GROSS)
    heat = _heat_content(kind, measure.dimension, country, on, basis or HeatingValueBasis.NET)
    return Conversion(code, "kWh", measure.factor * heat.kwh, heat.key, heat.basis)


def _heat_content(
    kind: Resource, dimension: Dimension, country: str, on: date, basis: HeatingValueBasis
) -> HeatContent:
    fitting = [
        row
        for row in heat_contents()
        if (row.resource, row.dimension, row.basis) == (kind, dimension, basis)
        and row.country in {"", country}
        and (row.valid_from is None or row.valid_from <= on)
        and (row.valid_to is None or on < row.valid_to)
    ]
    if not fitting:
        raise RefusedError("heat_content.missing", resource=kind.value, basis=basis.value, on=on.isoformat())
    return max(fitting, key=lambda row: (row.country != "", row.valid_from.toordinal() if row.valid_from else 0))
