"""The rows a ledger is drawn from, put together: measures with what they claim, isolated savings, meters' totals."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from emstrack.domain.findings import Finding, Severity
from emstrack.domain.measures import CHEMICALS, MONEY, MeasureStatus
from emstrack.domain.readings import Direction
from emstrack.domain.savings import Method
from emstrack.domain.verification import Quantity
from emstrack.services.savings.list_isolated_savings import ListedSaving, sub_meter_quantities
from emstrack.services.savings.refresh_results import read_item
from emstrack.storage.queries import ledger as queries

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from sqlalchemy.orm import Session

    from emstrack.analysis.savings_types import MeterSaving
    from emstrack.storage.models import IsolatedSaving, SignedSaving

NOT_METERED = frozenset({CHEMICALS, MONEY})
FEEDS = frozenset({Method.AUTO, Method.REGRESSION, Method.CALTRACK2})
"""Methods with a band; the others are indicative and feed no ledger (M-40.11)."""


@dataclass(slots=True)
class Effect:
    """What a measure was expected to save of one resource on one supply meter in a year."""

    resource: str
    meter_id: int | None
    """The supply meter; None where it is not known."""
    basis: str
    quantity: float | None
    """In the canonical unit."""
    money: Decimal | None
    currency: str
    findings: list[Finding] = field(default_factory=list)


@dataclass(slots=True)
class Entry:
    """A measure that was put in."""

    id: int
    title: str
    status: MeasureStatus
    site_id: int
    implemented_on: date
    owner_id: int | None
    verified_by: int | None
    option: str
    effects: list[Effect] = field(default_factory=list)


@dataclass(slots=True)
class Total:
    """What an adopted baseline says of a supply meter: the item where it may be claimed, else why not."""

    item: MeterSaving | None
    findings: list[Finding]


@dataclass(slots=True)
class Gathered:
    """All that a ledger is drawn from."""

    entries: list[Entry]
    savings: list[ListedSaving]
    measure_of: dict[int, int]
    roots: dict[tuple[int, str], list[Any]]
    """The supply meters of a site and resource."""
    meters: dict[int, Any]
    totals: dict[int, Total]
    places: dict[int, tuple[str, int, str]]
    signed: dict[int, list[SignedSaving]]

    def root_of(self, meter_id: int | None) -> int | None:
        """Return the supply meter a meter stands behind."""
        seen: set[int] = set()
        while meter_id is not None and meter_id in self.meters and meter_id not in seen:
            seen.add(meter_id)
            parent: int | None = self.meters[meter_id].parent_id
            if parent is None:
                return meter_id
            meter_id = parent
        return None


def gather_ledger(session: Session, site_id: int | None) -> Gathered:
    """Return what the ledger of a site, or of everything in sight, is drawn from, in a fixed number of queries."""
    rows = queries.implemented(session, site_id)
    quantified = queries.isolated(session, site_id)
    apart = {row.IsolatedSaving.id: row for row in quantified}
    sites = {row.site_id for row in rows} | {row.IsolatedSaving.site_id for row in apart.values()}
    if not sites:
        return Gathered([], [], {}, {}, {}, {}, {}, {})
    found = queries.sites_with_meters(session, sites)
    meters = {row.id: row for row in found if row.id is not None}
    roots: dict[tuple[int, str], list[Any]] = {}
    for row in meters.values():
        if row.parent_id is None and row.direction == Direction.IMPORT.value and row.archived_at is None:
            roots.setdefault((row.site_id, row.resource), []).append(row)
    gathered = Gathered(
        entries=[],
        savings=[],
        measure_of={row.IsolatedSaving.id: row.measure_id for row in apart.values() if row.measure_id is not None},
        roots=roots,
        meters=meters,
        totals={},
        places={row.site_id: (row.site, row.organisation_id, row.organisation) for row in found},
        signed={},
    )
    gathered.entries = _entries(rows, gathered)
    for signed in queries.signed(session, site_id):
        gathered.signed.setdefault(signed.measure_id, []).append(signed)
    quantities: dict[int, list[Quantity]] = {}
    for row in quantified:
        if (each := row.IsolatedQuantity) is not None:
            quantity = Quantity(each.resource, each.unit, each.basis, each.per_year, each.band_90)
            quantities.setdefault(each.saving_id, []).append(quantity)
    wanted = {effect.meter_id for entry in gathered.entries for effect in entry.effects}
    wanted |= {
        meter_id for row in apart.values() for meter_id in _meters_near(gathered, row.IsolatedSaving, quantities)
    }
    results = queries.adopted_results(session, [each for each in wanted if each is not None])
    gathered.savings = [_listed(row, quantities, results) for row in apart.values()]
    gathered.totals = {each: _total(results.get(each), gathered) for each in wanted if each is not None}
    return gathered


def _meters_near(gathered: Gathered, saving: IsolatedSaving, quantities: dict[int, list[Quantity]]) -> Iterable[int]:
    """Yield the sub-meter of a saving, and the supply meters it may be a part of."""
    resources = {each.resource for each in quantities.get(saving.id, ())}
    if saving.meter_id is not None and saving.meter_id in gathered.meters:
        yield saving.meter_id
        resources.add(gathered.meters[saving.meter_id].resource)
    for resource in resources:
        for root in gathered.roots.get((saving.site_id, resource), ()):
            yield root.id


def _listed(row: Any, quantities: dict[int, list[Quantity]], results: dict[int, Any]) -> ListedSaving:
    saving = row.IsolatedSaving
    result = results.get(saving.meter_id) if saving.meter_id is not None else None
    waiting = saving.meter_id is not None and (result is None or result.item is None)
    item = None if result is None or result.item is None else read_item(result.item)
    own = tuple(quantities.get(saving.id, ())) if item is None else sub_meter_quantities(item)
    return ListedSaving(saving, "", row.meter or "", "", own, frozenset(), item, waiting)


def _entries(rows: Iterable[Any], gathered: Gathered) -> list[Entry]:
    entries: dict[int, Entry] = {}
    for row in rows:
        entry = entries.get(row.id)
        if entry is None:
            entry = entries[row.id] = Entry(
                row.id,
                row.title,
                MeasureStatus(row.status),
                row.site_id,
                row.implemented_on,
                row.owner_id,
                row.verified_by,
                row.option or "",
            )
        if row.resource is not None:
            _add_effect(entry, row, gathered)
    return list(entries.values())


def _add_effect(entry: Entry, row: Any, gathered: Gathered) -> None:
    """Take an effect with those of the same resource, meter and basis: a line stands for all of them."""
    effect = _effect(entry, row, gathered)
    for each in entry.effects:
        if (each.resource, each.meter_id, each.basis) == (effect.resource, effect.meter_id, effect.basis):
            each.quantity = None if None in {each.quantity, effect.quantity} else each.quantity + effect.quantity  # type: ignore[operator]  # neither is None here
            same = each.currency == effect.currency
            each.money = each.money + effect.money if same and each.money and effect.money else None
            return
    entry.effects.append(effect)


def _effect(entry: Entry, row: Any, gathered: Gathered) -> Effect:
    money = None if row.unit_price is None else Decimal(repr(float(row.quantity))) * row.unit_price
    currency = row.effect_currency or row.currency
    effect = Effect(row.resource, None, row.basis or "", row.canonical_quantity, money, currency)
    if row.resource in NOT_METERED:
        effect.quantity = None
        effect.findings.append(Finding("ledger.not_metered", Severity.INFO))
        return effect
    meter_id = gathered.root_of(row.meter_id)
    near = gathered.roots.get((entry.site_id, row.resource), [])
    if meter_id is None and len(near) == 1:
        meter_id = near[0].id
    if meter_id is None:
        code = "ledger.several_meters" if near else "ledger.no_meter"
        effect.findings.append(Finding(code, Severity.WARNING, {"n": len(near)} if near else {}))
        return effect
    meter = gathered.meters[meter_id]
    effect.meter_id = meter_id
    if meter.resource != row.resource or (meter.basis and row.basis and meter.basis != row.basis):
        effect.quantity = None  # units and bases never mix
        effect.findings.append(Finding("ledger.other_basis", Severity.WARNING, {"meter": meter.name}))
    return effect


def _total(row: Any | None, gathered: Gathered) -> Total:
    if row is None:
        return Total(None, [Finding("ledger.no_baseline", Severity.WARNING)])
    meter = gathered.meters[row.meter_id].name
    if Method(row.method) not in FEEDS:
        evidence = {"method": Method(row.method), "meter": meter}
        return Total(None, [Finding("ledger.indicative_baseline", Severity.WARNING, evidence)])
    if row.item is None:
        return Total(None, [Finding("ledger.waiting", Severity.INFO, {"meter": meter})])
    item = read_item(row.item)
    if item.disqualified or item.avoided is None or not item.in_totals:
        told = [each for each in item.findings if each.severity is Severity.DISQUALIFYING]
        return Total(None, [Finding("ledger.withheld", Severity.WARNING, {"meter": meter}), *told])
    return Total(item, [each for each in item.findings if each.code == "savings.fading"])
