"""The savings verified apart from the whole meter: options A, B and D, each with what it comes to in a year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from emstrack.analysis.isolation.worksheets import DAYS_PER_YEAR, parts_of_year
from emstrack.domain.accounts import Permission
from emstrack.domain.periods import Month
from emstrack.domain.resources import Resource
from emstrack.domain.verification import Option, Quantity
from emstrack.services.savings.refresh_results import read_item
from emstrack.storage.models import IsolatedSaving
from emstrack.storage.queries import verification as queries
from emstrack.storage.scope import require

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from emstrack.analysis.savings_types import MeterSaving


_ORDER = {resource.value: place for place, resource in enumerate(Resource)}


@dataclass(frozen=True, slots=True)
class ListedSaving:
    """A saving with a stable id: what a ledger or a measure reads of it.

    `quantities` is empty where a sub-meter's saving is still to be computed or withheld; `inside` names the resources
    whose supply meter has a saving of its own in the same time, which this one is a part of and is never added to.
    """

    row: IsolatedSaving
    site: str
    meter: str
    signatory: str
    quantities: tuple[Quantity, ...]
    inside: frozenset[str]
    item: MeterSaving | None = None
    waiting: bool = False

    @property
    def option(self) -> Option:
        """How it was verified."""
        return Option(self.row.option)


@dataclass(frozen=True, slots=True)
class MonthPart:
    """What falls into a month: by resource, the saving and its half-width."""

    month: Month
    by_resource: dict[str, tuple[float, float | None]]


def list_isolated_savings(
    session: Session, *, site_id: int | None = None, withdrawn: bool = False
) -> list[ListedSaving]:
    """Return the savings in sight, of one site where asked, withdrawn ones where asked."""
    require(session, Permission.VIEW)
    criteria = [IsolatedSaving.site_id == site_id] if site_id is not None else []
    criteria += [] if withdrawn else [IsolatedSaving.withdrawn_at.is_(None)]
    return listed(session, queries.savings(session, *criteria))


def listed(session: Session, rows: Any) -> list[ListedSaving]:
    """Return savings with their quantities, in as many queries for one as for all."""
    if not rows:
        return []
    ids = [row.IsolatedSaving.id for row in rows]
    stored: dict[int, list[Quantity]] = {}
    for each in sorted(queries.quantities(session, ids), key=lambda row: _ORDER.get(row.resource, len(_ORDER))):
        quantity = Quantity(each.resource, each.unit, each.basis, each.per_year, each.band_90)
        stored.setdefault(each.saving_id, []).append(quantity)
    meters = [row.IsolatedSaving.meter_id for row in rows if row.IsolatedSaving.meter_id is not None]
    prepared = {row.meter_id: row for row in queries.prepared(session, meters)} if meters else {}
    whole = queries.whole_meters(session, {row.IsolatedSaving.site_id for row in rows})
    return [_listed(row, stored, prepared, whole) for row in rows]


def _listed(
    row: Any, stored: dict[int, list[Quantity]], prepared: dict[int, Any], whole: dict[tuple[int, str], date]
) -> ListedSaving:
    saving: IsolatedSaving = row.IsolatedSaving
    result = prepared.get(saving.meter_id) if saving.meter_id is not None else None
    waiting = saving.meter_id is not None and (result is None or result.stale)
    item = None if result is None or waiting else read_item(result.item)
    quantities = tuple(stored.get(saving.id, ())) if item is None else sub_meter_quantities(item)
    inside = frozenset(
        each.resource
        for each in quantities
        if (start := whole.get((saving.site_id, each.resource))) is not None
        and (saving.end is None or start < saving.end)
    )
    return ListedSaving(saving, row.site, row.meter or "", row.signatory or "", quantities, inside, item, waiting)


def sub_meter_quantities(item: MeterSaving) -> tuple[Quantity, ...]:
    """Return a sub-meter's saving so far as that of a year (M-13.14); nothing where its claim is withheld."""
    if item.disqualified or item.avoided is None:
        return ()
    days = sum(Month.parse(each.month).days for each in item.months if each.avoided is not None)
    part = DAYS_PER_YEAR / days if days else 0.0
    band = None if item.band_90 is None else item.band_90 * part
    return (
        (Quantity(item.resource, item.unit, item.heating_value_basis or "", item.avoided * part, band),) if days else ()
    )


def saving_in_months(saving: ListedSaving, months: Sequence[Month]) -> list[MonthPart]:
    """Return what falls into each month, by resource with its half-width: the months of one saving add up (M-13.13).

    A sub-meter's are its own months; those that do not count are empty.
    """
    if saving.item is not None:
        resource = saving.item.resource
        own = {each.month: (each.avoided, each.band_90) for each in saving.item.months if each.avoided is not None}
        return [
            MonthPart(m, {resource: (own[str(m)][0] or 0.0, own[str(m)][1])} if str(m) in own else {}) for m in months
        ]
    parts = parts_of_year(saving.row.start, saving.row.end, months)
    return [
        MonthPart(
            month,
            {
                each.resource: (each.per_year * part, None if each.band_90 is None else each.band_90 * part)
                for each in saving.quantities
            },
        )
        for month, part in zip(months, parts.tolist(), strict=True)
    ]
