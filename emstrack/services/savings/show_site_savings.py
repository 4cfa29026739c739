"""A site's page: per resource what each month used, would have used and cost, and what may be said of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import hypot
from typing import TYPE_CHECKING, Any

from emstrack.analysis.totals import add_up, claim_of
from emstrack.domain.accounts import Permission
from emstrack.domain.errors import NotFoundError
from emstrack.domain.findings import Severity
from emstrack.domain.periods import Month
from emstrack.domain.resources import Resource
from emstrack.domain.savings import BaselineStatus, Claim, Method
from emstrack.services.savings.refresh_results import read_item
from emstrack.storage.queries import site_savings as queries
from emstrack.storage.queries.savings import COMPLETE
from emstrack.storage.queries.sites import meters_of
from emstrack.storage.scope import require

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

    from sqlalchemy.orm import Session

    from emstrack.analysis.savings_types import MeterSaving, MonthSaving, Total
    from emstrack.domain.findings import Finding
    from emstrack.storage.models import Meter, Site


@dataclass(frozen=True, slots=True)
class SheetKey:
    """A resource and, of a fuel, the heating value it is counted with: the two bases never share a sheet."""

    resource: str
    basis: str

    def __str__(self) -> str:
        """Write it as it stands in the address."""
        return f"{self.resource}-{self.basis}" if self.basis else self.resource


@dataclass(frozen=True, slots=True)
class MeterMonth:
    """What one meter used in a month; None where nothing is known of it."""

    meter_id: int
    quantity: float | None
    coverage: float


@dataclass(frozen=True, slots=True)
class SheetMonth:
    """One month of a resource: what its meters used, what they would have used, what it cost."""

    month: Month
    meters: tuple[MeterMonth, ...]
    quantity: float | None
    complete: bool
    coverage: float
    estimated: float
    cost: Decimal | None
    currency: str
    adjusted_baseline: float | None
    avoided: float | None
    band_90: float | None
    cumulative: float | None
    cumulative_band_90: float | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A resource of the site: `meters` are those that totals count."""

    resource: str
    unit: str
    basis: str
    meters: tuple[Meter, ...]
    items: tuple[MeterSaving, ...]
    total: Total | None
    claim: Claim | None
    months: tuple[SheetMonth, ...]
    waiting: bool
    without_baseline: tuple[Meter, ...]

    @property
    def key(self) -> str:
        """What stands in the address."""
        return str(SheetKey(self.resource, self.basis))

    @property
    def findings(self) -> list[tuple[MeterSaving, Finding]]:
        """What has to be known of its meters' savings, the most serious first."""
        order = list(Severity)
        found = [(item, each) for item in self.items for each in item.findings if each.severity is not Severity.INFO]
        return sorted(found, key=lambda pair: -order.index(pair[1].severity))

    @property
    def is_indicative(self) -> bool:
        """Whether a method stands behind it that never bears a claim."""
        return any(Method(item.method).is_indicative for item in self.items)

    @property
    def fraction(self) -> float | None:
        """The part saved of what would have been used."""
        would = [item.adjusted_baseline for item in self.items if not item.disqualified and item.in_totals]
        known = sum(each for each in would if each is not None)
        return self.total.avoided / known if self.total and self.total.avoided is not None and known else None

    @property
    def years(self) -> list[int]:
        """The years that have months, the newest first."""
        return sorted({each.month.year for each in self.months}, reverse=True)


@dataclass(frozen=True, slots=True)
class SiteSavings:
    """All that a site's page shows."""

    site: Site
    organisation: str
    keys: tuple[SheetKey, ...]
    sheet: Sheet | None
    meters: tuple[Meter, ...]
    adopted: dict[int, Any]
    drafts: dict[int, Any]
    baselines: Sequence[Any]
    drivers: dict[str, dict[Month, float]]


def show_site_savings(session: Session, site_id: int, key: str = "") -> SiteSavings:
    """Return a site's page with the resource asked for, else its first, in a fixed number of queries.

    Raises
    ------
    NotFoundError
        Where the site is not there, or not to be seen.
    """
    require(session, Permission.VIEW)
    found = queries.site(session, site_id)
    if found is None:
        raise NotFoundError("record.not_found", thing="site")
    meters = session.scalars(meters_of(session, site_id)).all()
    revisions = queries.baselines(session, site_id)
    adopted = {row.meter_id: row for row in revisions if row.status == BaselineStatus.ADOPTED}
    groups: dict[SheetKey, list[Meter]] = {}
    for meter in meters:
        if meter.parent_id is None and meter.direction == "import":
            groups.setdefault(SheetKey(meter.resource, meter.basis), []).append(meter)
    keys = sorted(groups, key=_first)
    wanted = next((each for each in keys if str(each) == key), keys[0] if keys else None)
    sheet = None
    if wanted is not None:
        ids = [meter.id for meter in groups[wanted]]
        by_meter: dict[int, dict[Month, Any]] = {}
        for row in queries.months(session, ids):
            by_meter.setdefault(row.meter_id, {})[Month.of(row.month)] = row
        current = {
            row.meter_id: read_item(row.item)
            for row in queries.results(session, ids)
            if not row.stale and row.meter_id in adopted
        }
        sheet = make_sheet(wanted, groups[wanted], by_meter, current, adopted.keys())
    return SiteSavings(
        found.Site,
        found.organisation,
        tuple(keys),
        sheet,
        tuple(meters),
        adopted,
        {row.meter_id: row for row in revisions if row.status == BaselineStatus.DRAFT},
        revisions,
        _drivers(queries.drivers(session, site_id)),
    )


def _first(key: SheetKey) -> tuple[bool, bool, str]:
    return key.resource != "electricity", key.resource != "water", key.resource


def make_sheet(
    key: SheetKey,
    meters: list[Meter],
    values: dict[int, dict[Month, Any]],
    current: dict[int, MeterSaving],
    adopted: Iterable[int],
) -> Sheet:
    """Return one resource's months, sums and claim, of one meter or of several."""
    with_baseline = set(adopted)
    items = {meter.id: replace(current[meter.id], site_index=0) for meter in meters if meter.id in current}
    totals = add_up(items.values())
    total = totals[0] if totals else None
    months = _months(meters, values, items)
    return Sheet(
        resource=key.resource,
        unit=Resource(key.resource).canonical_unit,
        basis=key.basis,
        meters=tuple(meters),
        items=tuple(items.values()),
        total=total,
        claim=_claim(total, [item for item in items.values() if item.in_totals and not item.disqualified]),
        months=tuple(months),
        waiting=any(meter.id in with_baseline and meter.id not in items for meter in meters),
        without_baseline=tuple(
            meter
            for meter in meters
            if meter.id not in with_baseline and values.get(meter.id) and not meter.archived_at
        ),
    )


def _claim(total: Total | None, counted: list[MeterSaving]) -> Claim | None:
    """Return the word for a resource: the meter's own where there is one, else that of the sum."""
    if total is None:
        return None
    return counted[0].claim if len(counted) == 1 else claim_of(total.avoided, total.band_90)


def _months(
    meters: list[Meter], values: dict[int, dict[Month, Any]], items: dict[int, MeterSaving]
) -> list[SheetMonth]:
    known = [month for meter in meters for month in values.get(meter.id, {})]
    if not known:
        return []
    savings = {id_: {Month.parse(each.month): each for each in item.months} for id_, item in items.items()}
    found: list[SheetMonth] = []
    month, last, so_far = min(known), max(known), 0.0
    while month <= last:
        row = _month(month, meters, values, savings, so_far)
        so_far = row.cumulative if row.cumulative is not None else so_far
        found.append(row)
        month = month.plus(1)
    return found


def _month(
    month: Month,
    meters: list[Meter],
    values: dict[int, dict[Month, Any]],
    savings: dict[int, dict[Month, MonthSaving]],
    so_far: float,
) -> SheetMonth:
    """Return one month; the baseline's line is there only where each meter that counts has one."""
    due = [meter for meter in meters if _is_due(meter, month, values.get(meter.id, {}))]
    rows = {meter.id: values.get(meter.id, {}).get(month) for meter in due}
    there = [row for row in rows.values() if row is not None]
    complete = bool(there) and all(row is not None and row.coverage >= COMPLETE for row in rows.values())
    months = [savings.get(meter.id, {}).get(month) for meter in due]
    compared = [each for each in months if each is not None and each.avoided is not None]
    whole = bool(compared) and len(compared) == len(due)
    avoided = sum(each.avoided or 0.0 for each in compared) if whole else None
    currencies = {row.currency for row in there if row.cost is not None}
    costs = [row.cost for row in there if row.cost is not None]
    return SheetMonth(
        month=month,
        meters=tuple(
            MeterMonth(id_, None if row is None else row.quantity, 0.0 if row is None else row.coverage)
            for id_, row in rows.items()
        ),
        quantity=sum(row.quantity for row in there) if there else None,
        complete=complete,
        coverage=min((0.0 if row is None else row.coverage for row in rows.values()), default=0.0),
        estimated=max((row.estimated for row in there), default=0.0),
        cost=sum(costs[1:], costs[0]) if costs and len(currencies) == 1 else None,
        currency=next(iter(currencies)) if len(currencies) == 1 else "",
        adjusted_baseline=sum(each.adjusted_baseline or 0.0 for each in compared) if whole else None,
        avoided=avoided,
        band_90=_together([each.band_90 for each in compared]) if whole else None,
        cumulative=None if avoided is None else so_far + avoided,
        cumulative_band_90=_together([each.cumulative_band_90 for each in compared]) if whole else None,
    )


def _is_due(meter: Meter, month: Month, values: dict[Month, Any]) -> bool:
    """Tell whether a meter has to have a value in a month: from its first one on, until it was closed."""
    if month in values:
        return True
    if not values or month < min(values):
        return False
    ended = meter.archived_at is not None or (meter.closed is not None and meter.closed <= month.start)
    return not (ended and month > max(values))


def _together(bands: list[float | None]) -> float | None:
    """Add the bands of different meters in quadrature; None where one has none."""
    known = [band for band in bands if band is not None]
    return hypot(*known) if known and len(known) == len(bands) else None


def _drivers(rows: Sequence[Any]) -> dict[str, dict[Month, float]]:
    """Return the drivers that were given for whole months."""
    found: dict[str, dict[Month, float]] = {}
    for row in rows:
        month = Month.of(row.start)
        if (row.start, row.end) == (month.start, month.end):
            found.setdefault(row.driver, {})[month] = row.value
    return found
