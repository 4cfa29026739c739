"""What each row of a file would do: new, updated, unchanged or refused. Reads the database, writes nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from emstrack.domain.errors import RefusedError
from emstrack.domain.findings import Finding, Severity
from emstrack.readers.duplicates import Keys, find_duplicates
from emstrack.services.readings.convert_quantities import BASES, Converted, convert_quantities
from emstrack.services.readings.find_overlaps import ACTUAL, ESTIMATED, Overlaps, Spans, find_overlaps
from emstrack.services.readings.gather_rows import Gathered, Said, finding_at
from emstrack.services.readings.resolve_meters import Resolution, resolve_meters
from emstrack.storage.queries import readings as queries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from sqlalchemy.orm import Session

NEW, UPDATED, UNCHANGED, REFUSED = range(4)
STATUSES = ("new", "updated", "unchanged", "refused")

_EPOCH = np.datetime64("1970-01-01", "D")


@dataclass(slots=True)
class Plan:
    """What would happen to each row, with all that the writing needs."""

    gathered: Gathered
    resolution: Resolution
    converted: Converted
    sequence: int
    """The tenant's newest link of history when this was planned: unchanged, the plan still holds."""
    currency: NDArray[np.int32]
    """Place in `currencies` of each row's currency; -1 where the cost cannot be taken."""
    currencies: list[str]
    said: Said
    status: NDArray[np.int8] = field(default_factory=lambda: np.zeros(0, np.int8))
    stored: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    """Id of the stored reading of the same identity; 0 where there is none."""
    overlaps: Overlaps = field(default_factory=Overlaps)
    bases: NDArray[np.int8] = field(default_factory=lambda: np.zeros(0, np.int8))
    """For each meter, the place in `BASES` of its heating value basis once the file is in."""

    slot: NDArray[np.int64] = field(init=False)
    """The place of each row's meter."""

    def __post_init__(self) -> None:
        """Look up each row's meter once."""
        self.slot = self.resolution.slot_of_point[self.gathered.point]

    def counts(self) -> dict[str, int]:
        """Return found, new, updated, unchanged and refused; found is the sum of the others."""
        by_status = np.bincount(self.status, minlength=len(STATUSES)).tolist()
        refused = by_status[REFUSED] + self.gathered.said.refused
        return {
            "found": len(self.status) + self.gathered.said.refused,
            "new": by_status[NEW],
            "updated": by_status[UPDATED],
            "unchanged": by_status[UNCHANGED],
            "refused": refused,
        }

    def findings(self) -> list[Finding]:
        """Return everything said, the reader's first."""
        return self.gathered.said.all() + self.said.all()

    def refuse(self, index: int, code: str, **more: Any) -> None:
        """Refuse a row; the first reason stands."""
        if self.status[index] != REFUSED:
            self.status[index] = REFUSED
            self.said.add(finding_at(self.gathered, index, code, Severity.REFUSED, **more))


def plan_readings(session: Session, gathered: Gathered, *, organisation_id: int, currency: str = "") -> Plan:
    """Compare a file with what is stored."""
    resolution = resolve_meters(session, gathered.points, organisation_id)
    pairs = [(point.resource, resolution.sites[point.site].country) for point in gathered.points]
    converted = convert_quantities(pairs, gathered.units, gathered.point, gathered.unit, gathered.start)
    names, places = _currencies(gathered, resolution, currency)
    plan = Plan(gathered, resolution, converted, queries.last_sequence(session), places, names, Said())
    plan.status = np.full(len(gathered), NEW, np.int8)
    plan.stored = np.zeros(len(gathered), np.int64)
    _refuse_other_sites(plan)
    _refuse_units(plan)
    _refuse_mixed_bases(plan)
    _refuse_repeated(plan)
    stored = queries.identities(session, resolution.meter_ids)
    _match(plan, stored)
    _settle_overlaps(plan, stored)
    _compare(session, plan)
    _name_costs_without_currency(plan)
    _announce(plan)
    return plan


def _currencies(gathered: Gathered, resolution: Resolution, given: str) -> tuple[list[str], NDArray[np.int32]]:
    """Row, then the one given for the file, then the site's, then the organisation's; -1 is none."""
    inherited = [given or resolution.sites[point.site].currency for point in gathered.points]
    names = list(dict.fromkeys([*gathered.currencies, *inherited]))
    place = {name: index if name else -1 for index, name in enumerate(names)}
    of_row = np.array([place[name] for name in gathered.currencies], np.int32)[gathered.currency]
    of_point = np.array([place[name] for name in inherited], np.int32)[gathered.point]
    return names, np.where(of_row >= 0, of_row, of_point).astype(np.int32)


def _refuse_other_sites(plan: Plan) -> None:
    closed = np.array([not plan.resolution.sites[point.site].visible for point in plan.gathered.points], dtype=bool)
    for index in np.flatnonzero(closed[plan.gathered.point] if len(closed) else closed).tolist():
        name = plan.gathered.points[plan.gathered.point[index]].site
        plan.refuse(index, "import.site_elsewhere", column="site", value=name, site=name)


def _refuse_units(plan: Plan) -> None:
    for index in np.flatnonzero(plan.converted.refused).tolist():
        refused = plan.converted.table[plan.converted.place[index]]
        if isinstance(refused, RefusedError):
            unit = plan.gathered.units[plan.gathered.unit[index]]
            plan.refuse(index, refused.code, column="unit", value=unit, **refused.evidence)


def _refuse_mixed_bases(plan: Plan) -> None:
    """A meter is net or gross by its first readings; the other basis would be another meter."""
    slots, basis, slot = plan.resolution.slots, plan.converted.basis, plan.slot
    held = np.array([BASES.index(each.basis) for each in slots], np.int8)
    rows = np.flatnonzero((plan.status != REFUSED) & (basis > 0))
    of, first = np.unique(slot[rows], return_index=True)
    undecided = held[of] == 0 if len(of) else np.zeros(0, bool)
    held[of[undecided]] = basis[rows[first[undecided]]]
    plan.bases = held
    for index in rows[basis[rows] != held[slot[rows]]].tolist() if len(rows) else ():
        unit = plan.gathered.units[plan.gathered.unit[index]]
        other = BASES[held[slot[index]]]
        evidence = {"basis": BASES[basis[index]], "meter_basis": other}
        plan.refuse(index, "import.basis_mixed", column="unit", value=unit, **evidence)


def _identity(plan: Plan) -> NDArray[np.int64]:
    """Pack meter, start, days and kind into one number: 16 + 16 + 3 bits above which the meter's place stands."""
    gathered = plan.gathered
    return packed(plan.slot, gathered.start, gathered.end, gathered.kind)


def packed(
    slot: NDArray[np.int64], start: NDArray[np.int64], end: NDArray[np.int64], kind: NDArray[np.int8]
) -> NDArray[np.int64]:
    """Return one exact number per meter, period and kind."""
    first: NDArray[np.int64] = start + 20_000
    return (((slot << 17 | first) << 17) | (end - start)) << 3 | kind.astype(np.int64)


def _refuse_repeated(plan: Plan) -> None:
    gathered = plan.gathered
    with np.errstate(over="ignore"):
        identity = _identity(plan) * np.int64(0x9E3779B97F4A7C1) ^ gathered.bill
    rows = np.flatnonzero(plan.status != REFUSED)
    sheets = np.array([*gathered.sheets, ""], dtype=object)[gathered.sheet]
    keys = Keys(identity[rows], gathered.content[rows], gathered.row[rows], sheets[rows])
    found = find_duplicates([keys])
    plan.status[rows[found.refused]] = REFUSED
    for finding in found.findings:
        plan.said.add(finding)


def _match(plan: Plan, stored: dict[str, NDArray[Any]]) -> None:
    """Find the stored reading of the same identity for each row."""
    if not len(stored["id"]) or not len(plan.status):
        return
    place = {slot.meter_id: index for index, slot in enumerate(plan.resolution.slots) if slot.meter_id is not None}
    meters = np.array([place[meter] for meter in stored["meter"].tolist()], np.int64)
    stored["slot"] = meters
    theirs = packed(meters, stored["start"], stored["end"], stored["kind"])
    ours = _identity(plan)
    keys = np.concatenate([theirs, ours])
    bills = np.concatenate([stored["bill"], plan.gathered.bill])
    order = np.lexsort((np.arange(len(keys)), bills, keys))
    known = order < len(theirs)
    head = np.maximum.accumulate(np.where(known, np.arange(len(order)), -1))
    candidate = order[np.maximum(head, 0)]
    same = (head >= 0) & (keys[candidate] == keys[order]) & (bills[candidate] == bills[order]) & ~known
    plan.stored[order[same] - len(theirs)] = stored["id"][candidate[same]]


def _settle_overlaps(plan: Plan, stored: dict[str, NDArray[Any]]) -> None:
    gathered = plan.gathered
    mine = np.flatnonzero((plan.status != REFUSED) & (gathered.kind <= ESTIMATED) & (plan.stored == 0))
    theirs = np.flatnonzero(stored["kind"] <= ESTIMATED) if len(stored["id"]) else np.zeros(0, np.int64)
    spans = Spans(
        meter=np.concatenate([plan.slot[mine], stored["slot"][theirs] if len(theirs) else theirs]),
        start=np.concatenate([gathered.start[mine], stored["start"][theirs]]),
        end=np.concatenate([gathered.end[mine], stored["end"][theirs]]),
        kind=np.concatenate([gathered.kind[mine], stored["kind"][theirs]]),
        stored=np.concatenate([np.zeros(len(mine), np.int64), stored["id"][theirs]]),
        index=np.concatenate([mine, np.full(len(theirs), -1)]),
    )
    plan.overlaps = find_overlaps(spans)
    for index, other in sorted(plan.overlaps.refused.items()):
        kind = "actual" if other.kind == ACTUAL else "estimated"
        evidence: dict[str, Any] = {"start": _day(other.start), "end": _day(other.end), "kind": kind}
        if other.stored:
            _refuse_start(plan, index, "import.overlaps_stored", **evidence)
        else:
            _refuse_start(plan, index, "import.overlaps_row", other=int(gathered.row[other.at]), **evidence)
    for index, replaced in sorted(plan.overlaps.replaced.items()):
        plan.status[index] = UPDATED
        for other in replaced:
            evidence = {"start": _day(other.start), "end": _day(other.end)}
            plan.said.add(finding_at(gathered, index, "import.estimate_replaced", Severity.INFO, **evidence))
            for same in np.flatnonzero((plan.stored == other.stored) & (plan.status != REFUSED)).tolist():
                evidence |= {"other": int(gathered.row[index]), "kind": "actual"}
                _refuse_start(plan, same, "import.overlaps_row", **evidence)


def _refuse_start(plan: Plan, index: int, code: str, **evidence: Any) -> None:
    plan.refuse(index, code, column="start", value=_day(plan.gathered.start[index]), **evidence)


def _day(days: int) -> str:
    return str(_EPOCH + np.timedelta64(int(days), "D"))


def _compare(session: Session, plan: Plan) -> None:
    """Tell updated from unchanged, block by block."""
    matched = (plan.stored > 0) & (plan.status != REFUSED)
    if not matched.any():
        return
    for first, block in plan.gathered.blocks():
        rows = np.flatnonzero(matched[first : first + len(block["row"])])
        stored = queries.comparable(session, plan.stored[first + rows].tolist())
        for offset in rows.tolist():
            index = first + offset
            cells = changed_cells(stored[int(plan.stored[index])], row_values(plan, index, block, offset))
            plan.status[index] = UPDATED if cells else UNCHANGED


COMPARED = ("quantity", "unit", "cost", "currency", "tax", "demand_kw", "reactive_kvarh", "note")


def row_values(plan: Plan, index: int, block: dict[str, Any], offset: int) -> dict[str, Any]:
    """Return what a row says of quantity and money; None is not said, and leaves what is stored alone."""
    priced = plan.currency[index] >= 0
    has_cost = bool(block["has_cost"][offset]) and priced
    has_tax = bool(block["has_tax"][offset]) and priced
    demand, reactive = float(block["demand_kw"][offset]), float(block["reactive_kvarh"][offset])
    return {
        "quantity": float(block["quantity"][offset]) + 0.0,
        "unit": plan.gathered.units[plan.gathered.unit[index]],
        "cost": int(block["cost"][offset]) if has_cost else None,
        "currency": plan.currencies[plan.currency[index]] if has_cost or has_tax else None,
        "tax": int(block["tax"][offset]) if has_tax else None,
        "demand_kw": None if np.isnan(demand) else demand,
        "reactive_kvarh": None if np.isnan(reactive) else reactive,
        "note": block["note"][offset] or None,
    }


def changed_cells(stored: Sequence[Any], values: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return the cells that a row changes: column → (old, new)."""
    pairs = zip(COMPARED, stored, strict=True)
    return {name: (old, values[name]) for name, old in pairs if values[name] is not None and values[name] != old}


def _name_costs_without_currency(plan: Plan) -> None:
    without = plan.gathered.has_cost & (plan.currency < 0) & (plan.status != REFUSED)
    for index in np.flatnonzero(without).tolist():
        value = f"{plan.gathered.cost[index] / 10_000:.2f}"
        finding = finding_at(
            plan.gathered, index, "import.currency_missing", Severity.REFUSED, column="cost", value=value
        )
        plan.said.add(finding, of_a_row=False)


def _announce(plan: Plan) -> None:
    """Say which sites and meters are new, at the row where each turns up first."""
    gathered, slots = plan.gathered, plan.resolution.slots
    taken = np.flatnonzero(plan.status != REFUSED)
    of, first = np.unique(plan.slot[taken], return_index=True)
    sites: Counter[str] = Counter()
    for place, at in sorted(zip(of.tolist(), taken[first].tolist(), strict=True), key=lambda pair: pair[1]):
        slot = slots[place]
        if plan.resolution.sites[slot.site].id is None:
            sites[slot.site] += 1
            if sites[slot.site] == 1:
                plan.said.add(finding_at(gathered, at, "import.site_created", Severity.INFO, site=slot.site))
        if slot.meter_id is None:
            evidence = {"site": slot.site, "meter": slot.name, "resource": slot.resource}
            plan.said.add(finding_at(gathered, at, "import.meter_created", Severity.INFO, **evidence))
