"""Meters: what a person says of one, its place under another, its counters, and the sites that share it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from emstrack.domain.errors import RefusedError
from emstrack.domain.readings import Cadence, CalendarMode, Direction
from emstrack.domain.resources import Resource

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from emstrack.domain.periods import Period

USUAL_UNITS: dict[Resource, tuple[str, ...]] = {
    Resource.ELECTRICITY: ("kWh", "MWh", "GJ"),
    Resource.NATURAL_GAS: ("m3", "kWh", "therm", "MMBtu", "GJ", "CCF", "MCF", "ft3"),
    Resource.LPG: ("L", "kg", "gal_us", "gal_imp", "cyl_45kg", "cyl_20kg", "cyl_10kg", "lb", "m3"),
    Resource.DIESEL: ("L", "gal_us", "gal_imp", "m3"),
    Resource.FUEL_OIL: ("L", "gal_us", "gal_imp", "m3", "kg", "t"),
    Resource.GASOLINE: ("L", "gal_us", "gal_imp"),
    Resource.KEROSENE: ("L", "gal_us", "gal_imp"),
    Resource.WOOD: ("kg", "t", "lb", "short_ton"),
    Resource.CHARCOAL: ("kg", "t", "lb"),
    Resource.BAGASSE: ("t", "kg", "short_ton"),
    Resource.SOLAR_PV: ("kWh", "MWh"),
    Resource.STEAM: ("MWh", "kWh", "GJ", "MMBtu"),
    Resource.CHILLED_WATER: ("ton_hour", "kWh", "MWh", "GJ"),
    Resource.HOT_WATER: ("kWh", "MWh", "GJ", "MMBtu"),
    Resource.DISTRICT_HEAT: ("MWh", "kWh", "GJ"),
    Resource.WATER: ("m3", "L", "gal_us", "gal_imp", "kgal_us", "kgal_imp", "ft3", "CCF"),
    Resource.WASTEWATER: ("m3", "L", "gal_us", "gal_imp", "kgal_us", "kgal_imp"),
    Resource.WASTE: ("kg", "t", "lb", "short_ton"),
    Resource.MATERIAL: ("kg", "t", "lb"),
    Resource.REFRIGERANT: ("kg", "lb"),
}
"""The units each resource is usually billed in, the commonest first; a form offers these."""

LONGEST_WRAP = 0.5
"""A register that seems to have rolled over moved at most this part of its range; more is a typing error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterDetails:
    """What a person says of a meter.

    Parameters
    ----------
    name : str
    resource : Resource
    unit : str
        The unit its bills come in.
    variety, destination : str
        Water source, waste stream or material; where a waste goes. Part of the meter's identity.
    direction : Direction
    basis : str
        ``net`` or ``gross`` for a fuel, empty for what the unit implies.
    supply_point, provider : str
    cadence : Cadence
    calendar_mode : CalendarMode
    reads_index : bool
        Whether its register is typed rather than the consumption.
    opened, closed : date or None
    parent_id : int or None
        The meter it stands behind; totals never count it beside that one.
    """

    name: str
    resource: Resource
    unit: str
    variety: str = ""
    destination: str = ""
    direction: Direction = Direction.IMPORT
    basis: str = ""
    supply_point: str = ""
    provider: str = ""
    cadence: Cadence = Cadence.MONTHLY
    calendar_mode: CalendarMode = CalendarMode.PRO_RATA
    reads_index: bool = False
    opened: date | None = None
    closed: date | None = None
    parent_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """A device on a supply point, as its register is read.

    Parameters
    ----------
    multiplier : float
        Units of the meter per step of the register.
    digits : int
        Whole digits of the register; it starts again at 10**digits.
    serial : str
    installed, removed : date or None
    install_index, removal_index : float or None
        What the register said when it came and went.
    """

    multiplier: float = 1.0
    digits: int = 6
    serial: str = ""
    installed: date | None = None
    install_index: float | None = None
    removed: date | None = None
    removal_index: float | None = None

    @property
    def capacity(self) -> float:
        """Steps after which the register starts again at zero."""
        return 10.0**self.digits


@dataclass(frozen=True, slots=True)
class IndexConsumption:
    """What went through between two register readings.

    Parameters
    ----------
    quantity : float
        [the meter's unit].
    rolled_over : bool
        Whether a register started again in between: worth a look.
    """

    quantity: float
    rolled_over: bool = False


def consumption_between(
    index_start: float, index_end: float, *counters: Counter, largest_plausible: float | None = None
) -> IndexConsumption:
    """Return the consumption between two register readings.

    Parameters
    ----------
    index_start, index_end : float
        The register at the start, on the first counter, and at the end, on the last [steps].
    *counters : Counter
        In the order they stood there: one, or several where the device was replaced in between; then the first counts
        to its removal index and each later one from its install index.
    largest_plausible : float or None
        The most that may have gone through [the meter's unit]; None takes half of the register's range.

    Returns
    -------
    IndexConsumption

    Raises
    ------
    RefusedError
        ``device.index_too_long``, ``device.index_backward`` where it went down by more than a rollover explains, or
        ``device.index_missing`` where a replaced device lacks its removal or install index.
    """
    quantity, rolled_over = 0.0, False
    for place, counter in enumerate(counters):
        first = index_start if place == 0 else counter.install_index
        last = index_end if place == len(counters) - 1 else counter.removal_index
        if first is None or last is None:
            raise RefusedError("device.index_missing", serial=counter.serial)
        part = _counted(first, last, counter, largest_plausible)
        quantity, rolled_over = quantity + part.quantity, rolled_over or part.rolled_over
    return IndexConsumption(quantity, rolled_over)


def _counted(first: float, last: float, counter: Counter, largest_plausible: float | None) -> IndexConsumption:
    for index in (first, last):
        if not 0 <= index < counter.capacity:
            raise RefusedError("device.index_too_long", index=index, digits=counter.digits)
    steps = last - first
    if steps >= 0:
        return IndexConsumption(steps * counter.multiplier)
    wrapped = (steps + counter.capacity) * counter.multiplier
    limit = LONGEST_WRAP * counter.capacity * counter.multiplier if largest_plausible is None else largest_plausible
    if wrapped > limit:
        raise RefusedError("device.index_backward", first=first, last=last)
    return IndexConsumption(wrapped, rolled_over=True)


@dataclass(frozen=True, slots=True)
class DatedShare:
    """The part of a meter that another site uses, from a day on.

    Parameters
    ----------
    site_id : int
    fraction : float
        Above 0, at most 1.
    start : date
    end : date or None
        First day after it; None is open.
    """

    site_id: int
    fraction: float
    start: date
    end: date | None = None


def first_overfull_day(shares: Iterable[DatedShare]) -> date | None:
    """Return the first day on which shares add up to more than the whole meter, or None.

    Parameters
    ----------
    shares : iterable of DatedShare
        Of one meter.
    """
    given = list(shares)
    for day in sorted({each.start for each in given}):
        total = sum(e.fraction for e in given if e.start <= day and (e.end is None or day < e.end))
        if total > 1 + 1e-9:
            return day
    return None


def fractions_between(shares: Iterable[DatedShare], owner_id: int, period: Period) -> dict[int, float]:
    """Return the day-weighted part of a meter that each site uses in a period.

    Parameters
    ----------
    shares : iterable of DatedShare
        Of one meter, at most the whole on each day.
    owner_id : int
        The meter's own site, which keeps what is not shared.
    period : Period

    Returns
    -------
    dict of int to float
        Site to fraction; they add up to 1.
    """
    parts: dict[int, float] = {}
    for each in shares:
        end = period.end if each.end is None else min(each.end, period.end)
        days = max(0, (end - max(each.start, period.start)).days)
        if days:
            parts[each.site_id] = parts.get(each.site_id, 0.0) + each.fraction * days / period.days
    parts[owner_id] = parts.get(owner_id, 0.0) + 1.0 - sum(parts.values())
    return parts


def would_circle(meter_id: int, parent_id: int | None, parents: Mapping[int, int | None]) -> bool:
    """Tell whether putting a meter behind another would make it stand behind itself.

    Parameters
    ----------
    meter_id : int
    parent_id : int or None
        The meter it would stand behind.
    parents : mapping of int to (int or None)
        Each meter's parent as it is now.
    """
    seen: set[int] = set()
    while parent_id is not None and parent_id not in seen:
        if parent_id == meter_id:
            return True
        seen.add(parent_id)
        parent_id = parents.get(parent_id)
    return False
