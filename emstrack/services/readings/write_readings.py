"""A planned file written: sites, meters, readings, history and months, all under one link, in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import sqlalchemy as sa

from emstrack.domain.readings import Cadence
from emstrack.services.readings.convert_quantities import BASES
from emstrack.services.readings.describe_state import state_of
from emstrack.services.readings.make_sites import make_sites
from emstrack.services.readings.plan_readings import NEW, REFUSED, UPDATED, changed_cells, row_values
from emstrack.services.readings.recompute_monthly_values import recompute_monthly_values
from emstrack.services.readings.resolve_meters import resolve_meters
from emstrack.services.readings.write_history_link import Change, OpenLink, add_changes, close_link
from emstrack.storage import bulk
from emstrack.storage.models import Meter, Reading
from emstrack.storage.queries import readings as queries
from emstrack.storage.scope import find, scope_of, tenant_of
from emstrack.storage.types import MONEY_SCALE

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from numpy.typing import NDArray
    from sqlalchemy.orm import Session

    from emstrack.services.readings.plan_readings import Plan

_CADENCES = ((45, Cadence.MONTHLY), (75, Cadence.BIMONTHLY), (135, Cadence.QUARTERLY))


def write_readings(
    session: Session,
    plan: Plan,
    link: OpenLink,
    *,
    organisation_id: int,
    proceed: Callable[[int], None] = lambda _done: None,
) -> None:
    """Write what the plan says; `proceed` is told how many rows are in, and may raise to stop it all."""
    meters = _make_what_is_missing(session, plan, link, organisation_id)
    _set_bases(session, plan, meters, link)
    taken = (plan.status == NEW) | ((plan.status == UPDATED) & (plan.stored == 0))
    for first, block in plan.gathered.blocks():
        last = first + len(block["row"])
        _replace_estimates(session, plan, link, first, last)
        _insert(session, plan, link, meters, first, block, np.flatnonzero(taken[first:last]))
        _update(session, plan, link, first, block)
        proceed(last)
    touched = np.unique(plan.slot[(plan.status == NEW) | (plan.status == UPDATED)])
    recompute_monthly_values(session, meters[touched].tolist())
    close_link(session, link)


def _make_what_is_missing(session: Session, plan: Plan, link: OpenLink, organisation_id: int) -> NDArray[np.int64]:
    """Make the sites and meters that accepted rows need; return the id of each slot's meter, 0 where none is needed."""
    slots, sites = plan.resolution.slots, plan.resolution.sites
    needed = np.unique(plan.slot[plan.status != REFUSED]).tolist()
    who: dict[str, Any] = {"created_by": scope_of(session).user_id, "created_at": link.row.at}
    batch = link.row.batch_id
    names = list(dict.fromkeys(slots[place].site for place in needed if sites[slots[place].site].id is None))
    meter_table: Any = Meter.__table__
    if names:
        make_sites(session, names, organisation_id=organisation_id, link=link)
        sites = resolve_meters(session, plan.gathered.points, organisation_id).sites
    missing = [place for place in needed if slots[place].meter_id is None]
    if missing:
        chosen = [slots[place] for place in missing]
        columns: dict[str, list[Any]] = {
            "site_id": [sites[slot.site].id for slot in chosen],
            **{name: [getattr(slot, name) for slot in chosen] for name in ("name", "resource", "variety")},
            **{name: [getattr(slot, name) for slot in chosen] for name in ("destination", "direction")},
            "unit": _units(plan, missing),
            "basis": [BASES[plan.bases[place]] for place in missing],
            "cadence": _cadences(plan, missing),
        }
        constants = {"supply_point": "", "provider": "", "calendar_mode": "pro_rata", "reads_index": False}
        bulk.insert_columns(session, meter_table, columns, batch_id=batch, version=1, **constants, **who)
    if names or missing:
        slots = resolve_meters(session, plan.gathered.points, organisation_id).slots
    return np.array([slot.meter_id or 0 for slot in slots], np.int64)


def _units(plan: Plan, places: list[int]) -> list[str]:
    """A new meter's unit is that of its first row."""
    taken = np.flatnonzero(plan.status != REFUSED)
    of, first = np.unique(plan.slot[taken], return_index=True)
    unit = plan.gathered.unit[taken[first]][np.searchsorted(of, places)]
    return [plan.gathered.units[code] for code in unit.tolist()]


def _cadences(plan: Plan, places: list[int]) -> list[str]:
    """A new meter's cadence is the middle length of its rows."""
    taken = np.flatnonzero(plan.status != REFUSED)
    slot, days = plan.slot[taken], (plan.gathered.end - plan.gathered.start)[taken]
    order = np.lexsort((days, slot))
    slot, days = slot[order], days[order]
    low, high = np.searchsorted(slot, places), np.searchsorted(slot, places, side="right")
    middles = days[(low + high - 1) // 2].tolist()
    return [next((name for most, name in _CADENCES if middle <= most), Cadence.YEARLY).value for middle in middles]


def _set_bases(session: Session, plan: Plan, meters: NDArray[np.int64], link: OpenLink) -> None:
    """A meter made by hand learns from its first fuel readings whether it is net or gross."""
    slots = plan.resolution.slots
    learned = [at for at, slot in enumerate(slots) if slot.meter_id is not None and not slot.basis and plan.bases[at]]
    changes = []
    for at in learned:
        meter = find(session, Meter, int(meters[at]))
        old = state_of(meter)
        meter.basis = BASES[plan.bases[at]]
        meter.version += 1
        changes.append(Change("meter", meter.id, old, state_of(meter), meter.id))
    session.flush()
    add_changes(session, link, changes)


def _insert(
    session: Session,
    plan: Plan,
    link: OpenLink,
    meters: NDArray[np.int64],
    first: int,
    block: dict[str, Any],
    rows: NDArray[np.int64],
) -> None:
    if not len(rows):
        return
    gathered, at = plan.gathered, first + rows
    priced = plan.currency[at] >= 0
    has_cost, has_tax = block["has_cost"][rows] & priced, block["has_tax"][rows] & priced
    money = has_cost | has_tax
    quantity = gathered.quantity[at]
    columns: dict[str, list[Any]] = {
        "meter_id": meters[plan.slot[at]].tolist(),
        "start": gathered.start[at].view("datetime64[D]").astype(str).tolist(),
        "end": gathered.end[at].view("datetime64[D]").astype(str).tolist(),
        "kind": [queries.KINDS[code] for code in gathered.kind[at].tolist()],
        "bill_number": block["bill_number"][rows].tolist(),
        "quantity": quantity.tolist(),
        "quantity_text": block["quantity_text"][rows].tolist(),
        "unit": [gathered.units[code] for code in gathered.unit[at].tolist()],
        "canonical_quantity": (quantity * plan.converted.factor[at]).tolist(),
        "heat_content": _heat_contents(plan, at),
        "cost": _or_none(block["cost"][rows], has_cost),
        "currency": [plan.currencies[code] if code >= 0 else "" for code in np.where(money, plan.currency[at], -1)],
        "tax": _or_none(block["tax"][rows], has_tax),
        "demand_kw": _or_none(block["demand_kw"][rows], ~np.isnan(block["demand_kw"][rows])),
        "reactive_kvarh": _or_none(block["reactive_kvarh"][rows], ~np.isnan(block["reactive_kvarh"][rows])),
        "note": block["note"][rows].tolist(),
        "source_row": block["row"][rows].tolist(),
    }
    batch = {"batch_id": link.row.batch_id}
    link.wrote_columns(columns, batch, len(rows))
    who = {"created_at": link.row.at, "created_by": scope_of(session).user_id, "link_id": link.id, "version": 1}
    table: Any = Reading.__table__
    bulk.insert_columns(session, table, columns, **batch, **who)


def _heat_contents(plan: Plan, at: NDArray[np.int64]) -> list[str]:
    keys = [getattr(each, "heat_content", "") for each in plan.converted.table]
    return [keys[place] for place in plan.converted.place[at].tolist()]


def _or_none(values: NDArray[Any], there: NDArray[np.bool_]) -> list[Any]:
    if there.all():
        return list(values.tolist())
    if not there.any():
        return [None] * len(values)
    return [value if is_there else None for value, is_there in zip(values.tolist(), there.tolist(), strict=True)]


def _update(session: Session, plan: Plan, link: OpenLink, first: int, block: dict[str, Any]) -> None:
    """Change stored readings to what the file says now; history keeps what they said."""
    size = len(block["row"])
    rows = np.flatnonzero((plan.status == UPDATED)[first : first + size] & (plan.stored[first : first + size] > 0))
    if not len(rows):
        return
    readings = queries.by_ids(session, plan.stored[first + rows].tolist())
    old_states = {id_: state_of(reading) for id_, reading in readings.items()}
    for offset in rows.tolist():
        index = first + offset
        reading = readings[int(plan.stored[index])]
        values = row_values(plan, index, block, offset)
        for name, (_, new) in changed_cells(_comparable(reading), values).items():
            setattr(reading, name, _decimal(new) if name in {"cost", "tax"} else new)
        reading.quantity_text = block["quantity_text"][offset]
        reading.canonical_quantity = float(reading.quantity * plan.converted.factor[index])
        reading.heat_content = _heat_contents(plan, np.array([index]))[0]
        reading.source_row = int(block["row"][offset])
        reading.link_id = link.id
        reading.version += 1
    session.flush()
    new_states = {id_: state_of(reading) for id_, reading in readings.items()}
    link.wrote_states(list(new_states.values()))
    changes = [Change("reading", id_, old, new_states[id_], readings[id_].meter_id) for id_, old in old_states.items()]
    add_changes(session, link, changes)
    for reading in readings.values():
        session.expunge(reading)


def _comparable(reading: Reading) -> tuple[Any, ...]:
    return (
        reading.quantity,
        reading.unit,
        _stored(reading.cost),
        reading.currency,
        _stored(reading.tax),
        reading.demand_kw,
        reading.reactive_kvarh,
        reading.note,
    )


def _stored(amount: Decimal | None) -> int | None:
    return None if amount is None else int(amount * MONEY_SCALE)


def _decimal(stored: int) -> Decimal:
    from decimal import Decimal  # noqa: PLC0415 - only where a cost changed

    return Decimal(stored) / MONEY_SCALE


def _replace_estimates(session: Session, plan: Plan, link: OpenLink, first: int, last: int) -> None:
    """Take away the stored estimates that actual readings of the file cover; history keeps them."""
    ids = [
        span.stored
        for index, spans in plan.overlaps.replaced.items()
        if first <= index < last and plan.status[index] == UPDATED
        for span in spans
    ]
    if ids:
        remove_readings(session, link, ids, reason="")


def remove_readings(session: Session, link: OpenLink, ids: list[int], *, reason: str) -> None:
    """Delete readings by id, each with a row of history."""
    for some in queries.parts(ids):
        readings = queries.by_ids(session, some)
        changes = [
            Change("reading", id_, state_of(reading), None, reading.meter_id) for id_, reading in readings.items()
        ]
        add_changes(session, link, changes, reason=reason)
        session.execute(
            sa.delete(Reading)
            .where(Reading.tenant_id == tenant_of(session), Reading.id.in_(list(readings)))
            .execution_options(synchronize_session=False)
        )
        for reading in readings.values():
            session.expunge(reading)
