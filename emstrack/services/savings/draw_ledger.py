"""The ledger of verified savings: each measure that was put in, what it was to save and what it saved.

Its lines and what no line stands for add up to the meters (M-40).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from emstrack.analysis.ledger import (
    DAYS_OF_A_YEAR,
    Claimant,
    Counted,
    Isolated,
    Part,
    settle_apart,
    settle_meter,
)
from emstrack.domain.accounts import Permission
from emstrack.domain.findings import Finding, Severity
from emstrack.domain.ledger import LineKind
from emstrack.domain.measures import Option
from emstrack.domain.periods import Month, Period
from emstrack.domain.resources import Resource
from emstrack.domain.verification import Quantity
from emstrack.services.savings.compare_signed import with_signature
from emstrack.services.savings.gather_ledger import FEEDS, NOT_METERED, Gathered, Total, gather_ledger
from emstrack.services.savings.ledger_lines import Ledger, LedgerLine, MeterSum
from emstrack.services.savings.list_isolated_savings import saving_in_months
from emstrack.storage.kept import kept
from emstrack.storage.scope import require
from emstrack.storage.types import MONEY_SCALE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from emstrack.analysis.ledger import Settled
    from emstrack.analysis.savings_types import MeterSaving
    from emstrack.services.savings.gather_ledger import Effect, Entry
    from emstrack.services.savings.list_isolated_savings import ListedSaving

_CENTS = 100


@dataclass(slots=True)
class _Sheet:
    """A supply meter while its saving is shared."""

    claims: list[tuple[Entry, Effect]] = field(default_factory=list)
    apart: list[tuple[ListedSaving, Quantity, Entry | None, Effect | None]] = field(default_factory=list)


def draw_ledger(session: Session, *, today: date, site_id: int | None = None) -> Ledger:
    """Return the ledger of a site, or of everything in sight; it is kept for readers until something changes."""
    require(session, Permission.VIEW)
    month = Month.of(today)
    return kept(session, ("ledger", site_id, str(month)), lambda: _draw(gather_ledger(session, site_id), month))


def _draw(gathered: Gathered, month: Month) -> Ledger:
    entries = {each.id: each for each in gathered.entries}
    sheets: dict[int | None, _Sheet] = {}
    taken: set[tuple[int, str]] = set()
    for saving in gathered.savings:
        entry = entries.get(gathered.measure_of.get(saving.row.id, 0))
        for quantity in saving.quantities or _unknown(gathered, saving):
            effect = _effect_of(entry, quantity, taken)
            meter_id = _meter_of(gathered, saving, quantity, effect)
            sheets.setdefault(meter_id, _Sheet()).apart.append((saving, quantity, entry, effect))
            if entry is not None:
                taken.add((entry.id, quantity.resource))
    for entry in gathered.entries:
        for effect in entry.effects:
            if (entry.id, effect.resource) not in taken:
                sheets.setdefault(effect.meter_id, _Sheet()).claims.append((entry, effect))
    lines: list[LedgerLine] = []
    sums: list[MeterSum] = []
    for meter_id, sheet in sheets.items():
        total = gathered.totals.get(meter_id) if meter_id is not None else None
        if meter_id is not None and total is not None and total.item is not None:
            found, added = _settle(gathered, meter_id, total, total.item, sheet)
            lines += found
            sums.append(added)
        else:
            lines += _unsettled(gathered, meter_id, total, sheet, month)
    lines += _without_figures(gathered)
    lines = [with_signature(line, gathered.signed.get(line.measure_id or 0, ())) for line in lines]
    order = {resource.value: place for place, resource in enumerate(Resource)}
    lines.sort(key=lambda e: (e.organisation, e.site, order.get(e.resource, 99), e.meter, e.title, e.measure_id or 0))
    sums.sort(key=lambda e: (e.site, order.get(e.resource, 99), e.meter))
    return Ledger(tuple(lines), tuple(sums))


def _unknown(gathered: Gathered, saving: ListedSaving) -> tuple[Quantity, ...]:
    """Return a line of its own, without a figure, of a sub-meter whose saving waits or is withheld."""
    meter = gathered.meters.get(saving.row.meter_id or 0)
    if meter is None:
        return ()
    return (Quantity(meter.resource, Resource(meter.resource).canonical_unit, meter.basis, 0.0, None),)


def _effect_of(entry: Entry | None, quantity: Quantity, taken: set[tuple[int, str]]) -> Effect | None:
    """Return what a measure was to save in a resource, once: a second saving of the same resource has no estimate."""
    if entry is None or (entry.id, quantity.resource) in taken:
        return None
    return next((each for each in entry.effects if each.resource == quantity.resource), None)


def _meter_of(gathered: Gathered, saving: ListedSaving, quantity: Quantity, effect: Effect | None) -> int | None:
    """Return the supply meter an isolated saving is a part of; None where it is not known or of another basis."""
    root = gathered.root_of(saving.row.meter_id) if saving.row.meter_id is not None else None
    if root is None and effect is not None:
        root = effect.meter_id
    near = gathered.roots.get((saving.row.site_id, quantity.resource), [])
    if root is None and len(near) == 1:
        root = near[0].id
    if root is None or gathered.meters[root].resource != quantity.resource:
        return None
    return None if (gathered.meters[root].basis or "") != quantity.basis else root


def _counted(item: MeterSaving) -> Counted:
    period = Period.parse(item.reporting_period)
    months = [Month.parse(each.month) for each in item.months]
    cost = None if item.cost_avoided is None else round(item.cost_avoided * _CENTS) * (MONEY_SCALE // _CENTS)
    return Counted(
        tuple(each.month for each in item.months),
        np.array([max(each.start, period.start) for each in months], dtype="datetime64[D]"),
        np.array([min(each.end, period.end) for each in months], dtype="datetime64[D]"),
        np.array([np.nan if each.avoided is None else each.avoided for each in item.months], dtype=np.float64),
        item.avoided or 0.0,
        item.band_90,
        cost,
    )


def _isolated(saving: ListedSaving, quantity: Quantity, effect: Effect | None, months: Sequence[Month]) -> Isolated:
    feeds = saving.item is None or saving.item.method in FEEDS
    parts = [each.by_resource.get(quantity.resource) if feeds else None for each in saving_in_months(saving, months)]
    values = [np.nan if part is None else part[0] for part in parts]
    bands = [np.nan if part is None or part[1] is None else part[1] for part in parts]
    estimate = None if effect is None else effect.quantity
    claimant = Claimant(estimate, saving.row.start, saving.row.end)
    return Isolated(claimant, np.array(values, dtype=np.float64), np.array(bands, dtype=np.float64))


def _settle(
    gathered: Gathered, meter_id: int, total: Total, item: MeterSaving, sheet: _Sheet
) -> tuple[list[LedgerLine], MeterSum]:
    """Return a meter's lines, and how they add up to it."""
    counted = _counted(item)
    months = [Month.parse(each) for each in counted.months]
    isolated = [_isolated(saving, quantity, effect, months) for saving, quantity, _, effect in sheet.apart]
    claimants = [Claimant(effect.quantity, entry.implemented_on) for entry, effect in sheet.claims]
    settled = settle_meter(counted, isolated, claimants)
    currency = item.currency or ""
    lines = [
        _filled(_apart_line(gathered, one, meter_id), part, currency)
        for one, part in zip(sheet.apart, settled.isolated, strict=True)
    ]
    told = tuple(total.findings) + tuple(each for each in settled.findings if each.code != "ledger.no_measure_left")
    for (entry, effect), part in zip(sheet.claims, settled.shared, strict=True):
        line = _claim_line(gathered, entry, effect)
        found = (*told, *([] if part.days else [Finding("ledger.not_yet", Severity.INFO)]))
        lines.append(_filled(replace(line, findings=line.findings + found), part, currency))
    return lines, _sum(gathered, meter_id, item, counted, settled)


def _sum(gathered: Gathered, meter_id: int, item: MeterSaving, counted: Counted, settled: Settled) -> MeterSum:
    meter = gathered.meters[meter_id]
    site, organisation_id, _ = gathered.places[meter.site_id]
    by_kind = dict.fromkeys(LineKind, 0.0)
    for part in (*settled.isolated, *settled.shared):
        by_kind[part.kind] += part.quantity or 0.0
    return MeterSum(
        meter_id=meter_id,
        meter=meter.name,
        site_id=meter.site_id,
        site=site,
        organisation_id=organisation_id,
        resource=item.resource,
        unit=item.unit,
        basis=item.heating_value_basis or "",
        period=item.reporting_period,
        isolated=by_kind[LineKind.ISOLATED],
        measured=by_kind[LineKind.MEASURED],
        allocated=by_kind[LineKind.ALLOCATED],
        unallocated=settled.unallocated,
        total=counted.total,
        band_90=item.band_90,
        unallocated_money=_money(settled.unallocated_cost),
        money=_money(counted.cost),
        currency=item.currency or "",
        findings=settled.findings,
    )


def _unsettled(
    gathered: Gathered, meter_id: int | None, total: Total | None, sheet: _Sheet, month: Month
) -> Iterator[LedgerLine]:
    """Yield the lines where no meter's saving may be claimed: what was measured apart stands by itself (M-40.9)."""
    for one in sheet.apart:
        saving, quantity, _, effect = one
        first = Month.of(saving.row.start)
        if saving.item is not None and saving.item.months:
            first = Month.parse(saving.item.months[0].month)
        count = max(0, (month.year - first.year) * 12 + month.number - first.number)
        months = [first.plus(n) for n in range(count)]
        line = _apart_line(gathered, one, meter_id)
        if not months:
            yield replace(line, findings=(*line.findings, Finding("ledger.not_yet", Severity.INFO)))
            continue
        counted = Counted(
            tuple(map(str, months)),
            np.array([each.start for each in months], dtype="datetime64[D]"),
            np.array([each.end for each in months], dtype="datetime64[D]"),
            np.zeros(count),
            0.0,
            None,
        )
        yield _filled(line, settle_apart(counted, _isolated(saving, quantity, effect, months)), "", in_meter=False)
    for entry, effect in sheet.claims:
        line = _claim_line(gathered, entry, effect)
        yield replace(line, findings=line.findings + tuple(total.findings if total else ()))


def _claim_line(gathered: Gathered, entry: Entry, effect: Effect) -> LedgerLine:
    findings = list(effect.findings)
    if entry.option in {Option.A.value, Option.B.value, Option.D.value}:
        findings.append(Finding("ledger.isolation_missing", Severity.WARNING, {"option": entry.option}))
    return _line(gathered, entry, effect, option=entry.option or Option.C.value, findings=findings)


def _line(gathered: Gathered, entry: Entry, effect: Effect, *, option: str, findings: Sequence[Finding]) -> LedgerLine:
    site, organisation_id, organisation = gathered.places[entry.site_id]
    meter = gathered.meters.get(effect.meter_id) if effect.meter_id is not None else None
    metered = effect.resource not in NOT_METERED
    return LedgerLine(
        measure_id=entry.id,
        saving_id=None,
        title=entry.title,
        status=entry.status,
        owner_id=entry.owner_id,
        site_id=entry.site_id,
        site=site,
        organisation_id=organisation_id,
        organisation=organisation,
        resource=effect.resource,
        unit=Resource(effect.resource).canonical_unit if metered else "",
        basis=(meter.basis if meter is not None else "") or effect.basis,
        meter_id=effect.meter_id,
        meter=meter.name if meter is not None else "",
        option=option,
        kind=LineKind.ESTIMATED,
        start=entry.implemented_on,
        estimate_per_year=effect.quantity,
        money_per_year=effect.money,
        estimated_currency=effect.currency if effect.money is not None else "",
        findings=tuple(findings),
    )


def _apart_line(gathered: Gathered, one: Any, meter_id: int | None) -> LedgerLine:
    saving, quantity, entry, effect = one
    site, organisation_id, organisation = gathered.places[saving.row.site_id]
    findings = [] if saving.row.signed_at is not None else [Finding("ledger.isolated_unsigned", Severity.INFO)]
    if meter_id is None and gathered.roots.get((saving.row.site_id, quantity.resource)):
        findings.append(Finding("ledger.meter_of_saving_unknown", Severity.WARNING))
    if saving.waiting:
        findings.append(Finding("ledger.waiting", Severity.INFO, {"meter": saving.meter}))
    elif not saving.quantities:
        findings.append(Finding("ledger.withheld", Severity.WARNING, {"meter": saving.meter}))
    if saving.item is not None:
        if saving.item.method not in FEEDS:
            evidence = {"method": saving.item.method, "meter": saving.meter}
            findings.append(Finding("ledger.indicative_baseline", Severity.WARNING, evidence))
        findings += [each for each in saving.item.findings if each.code == "savings.fading"]
    return LedgerLine(
        measure_id=entry.id if entry else None,
        saving_id=saving.row.id,
        title=entry.title if entry else saving.row.title,
        status=entry.status if entry else None,
        owner_id=entry.owner_id if entry else None,
        site_id=saving.row.site_id,
        site=site,
        organisation_id=organisation_id,
        organisation=organisation,
        resource=quantity.resource,
        unit=quantity.unit,
        basis=quantity.basis,
        meter_id=meter_id,
        meter=gathered.meters[meter_id].name if meter_id is not None else saving.meter,
        option=saving.row.option,
        kind=LineKind.ESTIMATED,
        start=saving.row.start,
        estimate_per_year=effect.quantity if effect else None,
        money_per_year=effect.money if effect else None,
        estimated_currency=effect.currency if effect and effect.money is not None else "",
        findings=tuple(findings),
    )


def _filled(line: LedgerLine, part: Part, currency: str, *, in_meter: bool = True) -> LedgerLine:
    """Return a line with its figures; money estimated a year becomes that of the same days."""
    money = line.money_per_year
    if money is not None and part.days:
        money = (money * part.days / Decimal(str(DAYS_OF_A_YEAR))).quantize(Decimal("0.01"))
    measured = part.quantity is not None
    return replace(
        line,
        kind=part.kind,
        days=part.days,
        estimated=part.estimated,
        measured=part.quantity,
        band_90=part.band_90,
        estimated_money=money if part.days else None,
        measured_money=_money(part.cost),
        currency=currency if part.cost is not None else "",
        months=part.months,
        in_meter=in_meter and measured,
    )


def _without_figures(gathered: Gathered) -> Iterator[LedgerLine]:
    """Yield a line for each measure that says of no resource what it saves, so that none is left out silently."""
    for entry in gathered.entries:
        if not entry.effects and entry.id not in gathered.measure_of.values():
            site, organisation_id, organisation = gathered.places[entry.site_id]
            yield LedgerLine(
                measure_id=entry.id,
                saving_id=None,
                title=entry.title,
                status=entry.status,
                owner_id=entry.owner_id,
                site_id=entry.site_id,
                site=site,
                organisation_id=organisation_id,
                organisation=organisation,
                resource="",
                unit="",
                basis="",
                meter_id=None,
                meter="",
                option=entry.option,
                kind=LineKind.ESTIMATED,
                start=entry.implemented_on,
                findings=(Finding("ledger.no_effect", Severity.WARNING),),
            )


def _money(ten_thousandths: int | None) -> Decimal | None:
    return None if ten_thousandths is None else Decimal(ten_thousandths) / MONEY_SCALE
