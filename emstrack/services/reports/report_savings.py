"""What a savings report says of one site, or of all that somebody may see: gathered anew, never from prepared pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from emstrack.documents.report_values import (
    AdoptedBaseline,
    OrganisationTotals,
    ReportedItem,
    ReportedReading,
    SavingsReport,
    UsedMonth,
)
from emstrack.domain.accounts import Permission
from emstrack.domain.errors import RefusedError
from emstrack.domain.periods import Month, Period
from emstrack.reference.emission_factors import find_emission_factor
from emstrack.reference.units import heat_contents
from emstrack.services.reports.add_up_report import add_up_report
from emstrack.services.savings.compute_savings import adopted_savings
from emstrack.storage.models import Meter, Site
from emstrack.storage.queries import reports as queries
from emstrack.storage.queries.savings import COMPLETE
from emstrack.storage.scope import find, require

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from emstrack.analysis.savings_types import MeterSaving
    from emstrack.reference.emission_factors import EmissionFactor
    from emstrack.services.savings.compute_savings import Adopted
    from emstrack.storage.queries.savings import Criteria

MOST_READINGS = 1_000_000
"""A sheet holds no more rows than this, its header and the workbook's own limit apart."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """A report, and the baselines and meters it rests on."""

    report: SavingsReport
    baseline_ids: tuple[int, ...]
    meter_ids: tuple[int, ...]


def gather_site(session: Session, site_id: int, *, now: datetime) -> Gathered:
    """Return the report of one site.

    Raises
    ------
    RefusedError
        ``report.nothing_adopted`` where no baseline was adopted: there is no saving to speak of.
    """
    require(session, Permission.VIEW)
    site = find(session, Site, site_id)
    if site.archived_at is not None:
        raise RefusedError("baseline.site_archived")
    place = ", ".join(part for part in (site.city, site.country) if part)
    return _gather(
        session,
        _Heading(site.name, site.id, place, site.time_zone),
        [Meter.site_id == site.id],
        now=now,
    )


def gather_portfolio(session: Session, title: str, *, now: datetime) -> Gathered:
    """Return the report of everything the scope may see, under the name it goes by."""
    require(session, Permission.VIEW)
    return _gather(session, _Heading(title, None, "", ""), [], now=now)


@dataclass(frozen=True, slots=True)
class _Heading:
    title: str
    site_id: int | None
    place: str
    time_zone: str


def _gather(session: Session, heading: _Heading, criteria: Criteria, *, now: datetime) -> Gathered:
    adopted = adopted_savings(session, criteria)
    if not adopted.savings.items:
        raise RefusedError("report.nothing_adopted", name=heading.title)
    tenant = queries.tenant(session)
    items = _items(session, adopted)
    organisations = queries.organisations_of(session, [item.site_id for item in items])
    measured = queries.measured_sites(session, criteria)
    periods = [Period.parse(item.saving.reporting_period) for item in items]
    report = SavingsReport(
        title=heading.title,
        organisation=organisations[items[0].site_id][1] if heading.site_id is not None else tenant.name,
        place=heading.place,
        site_id=heading.site_id,
        made_on=now.astimezone(ZoneInfo(heading.time_zone or tenant.time_zone or "UTC")).date(),
        is_demonstration=tenant.is_demonstration,
        items=items,
        totals=add_up_report(items, _counted_by_resource(measured)),
        organisations=_by_organisation(items, organisations, measured) if heading.site_id is None else (),
        without_baseline=tuple((row.site, row.meter) for row in queries.without_baseline(session, criteria)),
        first=min(Month.of(period.start) for period in periods),
        last=max(Month.of(period.end).plus(-1) if period.end.day == 1 else Month.of(period.end) for period in periods),
    )
    return Gathered(report, adopted.baseline_ids, adopted.meter_ids)


def _items(session: Session, adopted: Adopted) -> tuple[ReportedItem, ...]:
    """Return the items with who adopted what, their months and the factors they were computed with."""
    savings, portfolio = adopted.savings.items, adopted.loaded.portfolio
    adoptions = queries.adoptions(session, adopted.baseline_ids)
    used = _used_months(session, adopted)
    heat = queries.heat_contents(session, adopted.meter_ids)
    sources = {row.key: row.source for row in heat_contents()}
    site_ids = [adopted.loaded.site_ids[portfolio.meters[place].site] for place in range(len(savings))]
    names = queries.organisations_of(session, site_ids)
    return tuple(
        ReportedItem(
            saving=item,
            meter_id=adopted.meter_ids[place],
            site_id=site_ids[place],
            organisation=names[site_ids[place]][1],
            baseline=_adopted_baseline(adoptions[adopted.baseline_ids[place]]),
            months=_months(item, used.get(adopted.meter_ids[place], {})),
            emission_factors=_factors(item, portfolio.sites[portfolio.meters[place].site].country),
            heat_sources=tuple(
                sorted({sources[key] for key in heat.get(adopted.meter_ids[place], ()) if key in sources})
            ),
        )
        for place, item in enumerate(savings)
    )


def _adopted_baseline(row: Any) -> AdoptedBaseline:
    return AdoptedBaseline(
        revision=row.revision,
        adopted_on=row.adopted_at.date() if row.adopted_at else None,
        adopted_by=row.name or row.email or "",
        reason=row.reason,
        fingerprint=row.fingerprint,
    )


def _used_months(session: Session, adopted: Adopted) -> dict[int, dict[Month, tuple[float, bool]]]:
    """Return the use of each meter by month, and whether the month is complete, from the first baseline on."""
    items = adopted.savings.items
    first = min(_start(item).start for item in items)
    after = max(Period.parse(item.reporting_period).end for item in items)
    found: dict[int, dict[Month, tuple[float, bool]]] = {}
    for row in queries.months(session, adopted.meter_ids, first, after):
        found.setdefault(row.meter_id, {})[Month.of(row.month)] = (row.quantity, row.coverage >= COMPLETE)
    return found


def _start(item: MeterSaving) -> Month:
    return min(Month.of(Period.parse(item.baseline_period).start), Month.of(Period.parse(item.reporting_period).start))


def _months(item: MeterSaving, used: dict[Month, tuple[float, bool]]) -> tuple[UsedMonth, ...]:
    """Return the baseline's months and the report's; the engine's own figures where a month counts."""
    saved = {Month.parse(month.month): month for month in item.months}
    first, to_date, found = _start(item), 0.0, []
    for month in sorted(used.keys() | saved.keys()):
        if month < first:
            continue
        use, complete = used.get(month, (None, False))
        counted = saved.get(month)
        if counted is None or counted.avoided is None:
            found.append(UsedMonth(month, use, complete))
            continue
        to_date += counted.avoided
        figures = (counted.actual, True, counted.adjusted_baseline, counted.avoided)
        found.append(UsedMonth(month, *figures, to_date, counted.band_90, counted.cumulative_band_90))
    return tuple(found)


def _factors(item: MeterSaving, country: str) -> tuple[EmissionFactor, ...]:
    """Return the dated factors that the months of an item fall under, each once; none where no CO2e is claimed."""
    if item.co2e_avoided_kg is None:
        return ()
    found = (
        find_emission_factor(
            item.resource,
            on=Month.parse(month.month).start,
            country=country,
            basis=item.heating_value_basis or "",
            variety=item.variety,
        )
        for month in item.months
        if month.avoided is not None
    )
    return tuple(dict.fromkeys(factor for factor in found if factor is not None))


def _counted_by_resource(measured: Iterable[Any]) -> dict[tuple[str, str], int]:
    counts: dict[tuple[str, str], int] = {}
    for row in measured:
        counts[row.resource, row.basis] = counts.get((row.resource, row.basis), 0) + row.sites
    return counts


def _by_organisation(
    items: Sequence[ReportedItem], organisations: dict[int, tuple[int, str]], measured: Sequence[Any]
) -> tuple[OrganisationTotals, ...]:
    """Return each organisation's own totals, where there is more than one."""
    groups: dict[tuple[int, str], list[ReportedItem]] = {}
    for item in items:
        groups.setdefault(organisations[item.site_id], []).append(item)
    if len(groups) < 2:
        return ()
    found = []
    for (id_, name), group in sorted(groups.items(), key=lambda entry: entry[0][1].casefold()):
        counts = _counted_by_resource(row for row in measured if row.organisation_id == id_)
        found.append(OrganisationTotals(name, add_up_report(group, counts)))
    return tuple(found)


def readings_behind(session: Session, gathered: Gathered) -> Iterator[ReportedReading]:
    """Yield the readings that baselines and reports stand on, as they are now.

    Raises
    ------
    RefusedError
        ``report.too_many_readings`` where a sheet could not hold them.
    """
    count = queries.count_readings(session, gathered.meter_ids)
    if count > MOST_READINGS:
        raise RefusedError("report.too_many_readings", count=count, most=MOST_READINGS)
    savings = {item.meter_id: item.saving for item in gathered.report.items}
    periods = {
        id_: (Period.parse(saving.baseline_period), Period.parse(saving.reporting_period))
        for id_, saving in savings.items()
    }
    for row in queries.readings(session, gathered.meter_ids):
        baseline, reporting = periods[row.meter_id]
        in_baseline = 2 * _shared_days(row, baseline) > (row.end - row.start).days
        if in_baseline or _shared_days(row, reporting):
            yield _reading(row, savings[row.meter_id], in_baseline=in_baseline)


def _shared_days(row: Any, period: Period) -> int:
    start: date = max(row.start, period.start)
    end: date = min(row.end, period.end)
    return max((end - start).days, 0)


def _reading(row: Any, saving: MeterSaving, *, in_baseline: bool) -> ReportedReading:
    return ReportedReading(
        site=saving.site,
        meter=saving.meter,
        resource=saving.resource,
        start=row.start,
        end=row.end,
        quantity=row.quantity,
        unit=row.unit,
        canonical_quantity=row.canonical_quantity,
        canonical_unit=saving.unit,
        kind=row.kind,
        cost=None if row.cost is None else float(row.cost),
        currency=row.currency,
        bill_number=row.bill_number,
        in_baseline=in_baseline,
    )
