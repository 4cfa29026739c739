"""Units and the conversion of what was typed to the unit a resource is added up in.

The tables themselves (factors, spellings, heat contents, each with its source) are data: `emstrack.reference`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


class Dimension(StrEnum):
    """What a unit measures."""

    ENERGY = "energy"
    VOLUME = "volume"
    MASS = "mass"


BASE_UNITS = {Dimension.ENERGY: "kWh", Dimension.VOLUME: "m3", Dimension.MASS: "kg"}


class HeatingValueBasis(StrEnum):
    """Whether a fuel's kWh count the heat of the water vapour (gross) or not (net); the two never share a total."""

    NET = "net"
    GROSS = "gross"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure.

    Parameters
    ----------
    code : str
        As in files and JSON, e.g. ``gal_imp``.
    dimension : Dimension
    factor : float
        How many base units (kWh, m3, kg) one of it is.
    """

    code: str
    dimension: Dimension
    factor: float


@dataclass(frozen=True, slots=True)
class HeatContent:
    """The energy in a fuel per m3 or kg, for a country and a time.

    Parameters
    ----------
    key : str
        Stable name of the row, kept with each converted reading.
    resource : str
    dimension : Dimension
        VOLUME or MASS: per m3 or per kg.
    kwh : float
        Energy per base unit [kWh/m3 or kWh/kg].
    basis : HeatingValueBasis
    country : str
        ISO 3166 code, or empty for the default.
    valid_from, valid_to : date or None
        Half-open; None is open-ended.
    source : str
    """

    key: str
    resource: str
    dimension: Dimension
    kwh: float
    basis: HeatingValueBasis
    country: str
    valid_from: date | None
    valid_to: date | None
    source: str


@dataclass(frozen=True, slots=True)
class Conversion:
    """How a typed quantity becomes a canonical one: ``canonical = typed * factor``.

    Parameters
    ----------
    unit : str
        The unit typed.
    canonical_unit : str
        kWh, m3 or kg.
    factor : float
    heat_content : str
        Key of the heat content used, or empty where none was needed.
    basis : HeatingValueBasis or None
        Basis of the kWh; None where the resource is no fuel.
    """

    unit: str
    canonical_unit: str
    factor: float
    heat_content: str = ""
    basis: HeatingValueBasis | None = None
