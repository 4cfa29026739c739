"""Mass and energy balances of unit operations: what a stream is, what may be said of one, and which units it is in."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal


class StreamKind(StrEnum):
    """Where a stream comes from and goes to."""

    INPUT = "input"
    INTERMEDIATE = "intermediate"
    PRODUCT = "product"
    BY_PRODUCT = "by_product"
    LOSS = "loss"

    @property
    def enters(self) -> bool:
        """Whether it comes from outside the balance."""
        return self is StreamKind.INPUT

    @property
    def leaves(self) -> bool:
        """Whether it goes outside the balance."""
        return self in _LEAVING


_LEAVING = frozenset({StreamKind.PRODUCT, StreamKind.BY_PRODUCT, StreamKind.LOSS})


class LoadParameter(StrEnum):
    """What a concentration may be of; loads are flow times concentration."""

    COD = "cod"
    BOD5 = "bod5"
    TSS = "tss"
    CHROMIUM = "chromium"
    SULPHIDE = "sulphide"
    NITROGEN = "nitrogen"
    OIL_GREASE = "oil_grease"


COUNTED_UNITS = ("head", "piece")
"""Units of things that are counted; a mass balance needs what one of them weighs."""

STREAM_UNITS = ("kg", "t", "lb", "m3", "L", "hL", "gal_us", "gal_imp", "kWh", "MJ", "GJ", *COUNTED_UNITS)
"""What a stream is typed in."""

WATER_KG_PER_M3 = 1000.0
"""Density of water and of wastewater in a balance [kg/m3]; that of anything else is asked for."""

LARGEST_TOLERANCE = 0.5
"""Beyond this a balance shows nothing [fraction]."""

USUAL_TOLERANCE = 0.05
"""What measured streams usually close to [fraction]."""

LONGEST_NAME = 120
LONGEST_NOTE = 2000
MOST_OPERATIONS = 40
MOST_STREAMS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceDetails:
    """What a person says of a balance.

    Parameters
    ----------
    title : str
    start, end : date
        Half-open: the first day, and the first day after.
    tolerance : float
        How far in and out may differ and still close [fraction of what goes in].
    currency : str
        ISO 4217 code; empty takes the site's.
    note : str
        How it was measured, by whom.
    audit_id : int or None
        The audit of the same site it belongs to.
    """

    title: str
    start: date
    end: date
    tolerance: float = USUAL_TOLERANCE
    currency: str = ""
    note: str = ""
    audit_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationDetails:
    """What a person says of a unit operation.

    Parameters
    ----------
    name : str
    position : int
        From 1 on, in the order of the process; 0 puts a new one last.
    processing_cost : Decimal or None
        Labour, upkeep and other costs of the operation in the period [currency]; None is not known, and never zero.
    """

    name: str
    position: int = 0
    processing_cost: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamDetails:
    """What a person says of a stream.

    Parameters
    ----------
    name : str
    kind : StreamKind
    from_id, to_id : int or None
        Unit operations; an input has no first, what leaves has no second, an intermediate has both.
    quantity : float
        In its unit, for the whole period; never negative.
    unit : str
        One of `STREAM_UNITS`.
    kg_per_unit : float or None
        Mass of one unit [kg]; needed of volumes that are not water and of things that are counted.
    is_water : bool
        Water, steam or wastewater: its density is known, and processing costs do not follow it.
    is_basis : bool
        Whether indicators are per unit of this stream; where none is, they are per unit of product.
    unit_cost : Decimal or None
        What one unit cost to buy [currency/unit]. Of a loss: what one unit of what is lost cost; None shares by mass.
    disposal_unit_cost : Decimal or None
        What one unit costs to treat or dispose of [currency/unit]; negative where it is sold.
    concentrations : mapping of LoadParameter to float
        [mg/L].
    note : str
    """

    name: str
    kind: StreamKind
    quantity: float
    unit: str
    from_id: int | None = None
    to_id: int | None = None
    kg_per_unit: float | None = None
    is_water: bool = False
    is_basis: bool = False
    unit_cost: Decimal | None = None
    disposal_unit_cost: Decimal | None = None
    concentrations: Mapping[LoadParameter, float] = field(default_factory=dict)
    note: str = ""
