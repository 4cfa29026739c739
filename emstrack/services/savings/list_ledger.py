"""The ledger as a person asks for it: filtered, a page at a time, with totals in which nothing is added twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emstrack.analysis.ledger import realisation_of
from emstrack.domain.ledger import LineKind
from emstrack.domain.measures import MeasureStatus
from emstrack.services.savings.draw_ledger import draw_ledger
from emstrack.storage.queries.ledger import names_of
from emstrack.storage.queries.sites import subtree

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from decimal import Decimal

    from sqlalchemy.orm import Session

    from emstrack.services.savings.ledger_lines import LedgerLine, MeterSum

PAGE = 50
STATUSES = (MeasureStatus.IMPLEMENTED, MeasureStatus.VERIFIED, MeasureStatus.FADED)


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerFilter:
    """What to look for; nothing set is everything."""

    organisation_id: int | None = None
    site_id: int | None = None
    resource: str = ""
    status: MeasureStatus | None = None

    @property
    def is_set(self) -> bool:
        """Whether anything is looked for."""
        return self != LedgerFilter()

    @property
    def cuts_meters(self) -> bool:
        """Whether lines of one meter are told apart, so that its rest is no part of what is shown."""
        return self.status is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceSum:
    """What the lines of one resource, unit, basis and currency come to; estimated and measured stay apart.

    `realisation` is over the lines that have both, on equal days; `meters` is what their meters saved, None where a
    filter tells the lines of a meter apart.
    """

    resource: str
    unit: str
    basis: str
    lines: int
    per_year: float | None
    estimated: float | None
    measured: float | None
    band_90: float | None
    allocated: float | None
    unallocated: float | None
    meters: float | None
    realisation: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneySum:
    """Money of one currency; what has no price is in none of these."""

    currency: str
    estimated: Decimal | None
    measured: Decimal | None
    allocated: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerPage:
    """A page of lines with the totals of all of them."""

    lines: tuple[LedgerLine, ...]
    meters: tuple[MeterSum, ...]
    sums: tuple[ResourceSum, ...]
    money: tuple[MoneySum, ...]
    sites: tuple[tuple[int, str], ...]
    resources: tuple[str, ...]
    people: dict[int, str]
    total: int
    page: int
    size: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        """The place of the first line shown, from 1; 0 where there is none."""
        return (self.page - 1) * self.size + 1 if self.lines else 0

    @property
    def last(self) -> int:
        """The place of the last line shown."""
        return (self.page - 1) * self.size + len(self.lines)


def list_ledger(
    session: Session, wanted: LedgerFilter | None = None, *, today: date, page: int = 1, size: int | None = PAGE
) -> LedgerPage:
    """Return a page of the ledger, all of it where `size` is None; an organisation includes its descendants."""
    wanted = wanted or LedgerFilter()
    ledger = draw_ledger(session, today=today)
    within = None if wanted.organisation_id is None else set(session.scalars(subtree(session, wanted.organisation_id)))
    lines = [line for line in ledger.lines if _fits(line, wanted, within)]
    meter_ids = {line.meter_id for line in lines}
    meters = [each for each in ledger.meters if each.meter_id in meter_ids and _fits_meter(each, wanted, within)]
    size = size or max(1, len(lines))
    page = min(max(1, page), max(1, -(-len(lines) // size)))
    shown = tuple(lines[(page - 1) * size : page * size])
    shown_meters = {line.meter_id for line in shown}
    return LedgerPage(
        lines=shown,
        meters=() if wanted.cuts_meters else tuple(each for each in meters if each.meter_id in shown_meters),
        sums=_sums(lines, None if wanted.cuts_meters else meters),
        money=_money(lines),
        sites=tuple(sorted({(line.site_id, line.site) for line in ledger.lines}, key=lambda each: each[1])),
        resources=tuple(dict.fromkeys(line.resource for line in ledger.lines if line.resource)),
        people=signers_of(session, shown),
        total=len(lines),
        page=page,
        size=size,
    )


def ledger_of_measure(
    session: Session, measure_id: int, site_id: int, *, today: date
) -> tuple[tuple[LedgerLine, ...], tuple[tuple[int, str], ...]]:
    """Return the lines of one measure, and the site's savings verified apart that stand for no measure yet."""
    drawn = draw_ledger(session, today=today, site_id=site_id)
    free = {e.saving_id: e.title for e in drawn.lines if e.measure_id is None and e.saving_id is not None}
    own = tuple(line for line in drawn.lines if line.measure_id == measure_id)
    return own, tuple(sorted(free.items(), key=lambda each: each[1]))


def signers_of(session: Session, lines: Sequence[LedgerLine]) -> dict[int, str]:
    """Return the names of those who signed lines."""
    signed = [line.signature for line in lines if line.signature is not None]
    return names_of(session, {each.signed_by for each in signed if each.signed_by is not None})


def _fits(line: LedgerLine, wanted: LedgerFilter, within: set[int] | None) -> bool:
    return (
        (within is None or line.organisation_id in within)
        and (wanted.site_id is None or line.site_id == wanted.site_id)
        and (not wanted.resource or line.resource == wanted.resource)
        and (wanted.status is None or line.status is wanted.status)
    )


def _fits_meter(meter: MeterSum, wanted: LedgerFilter, within: set[int] | None) -> bool:
    return (
        (within is None or meter.organisation_id in within)
        and (wanted.site_id is None or meter.site_id == wanted.site_id)
        and (not wanted.resource or meter.resource == wanted.resource)
    )


def _sums(lines: Sequence[LedgerLine], meters: Sequence[MeterSum] | None) -> tuple[ResourceSum, ...]:
    keys = dict.fromkeys((line.resource, line.unit, line.basis) for line in lines if line.unit)
    return tuple(_sum(key, [e for e in lines if (e.resource, e.unit, e.basis) == key], meters) for key in sorted(keys))


def _sum(key: tuple[str, str, str], lines: list[LedgerLine], meters: Sequence[MeterSum] | None) -> ResourceSum:
    own = [] if meters is None else [each for each in meters if (each.resource, each.unit, each.basis) == key]
    signable = [each for each in lines if each.kind.may_be_verified]
    bands = [each.band_90 for each in signable]
    both = [each for each in lines if each.measured is not None and each.estimated]
    known = [each for each in bands if each is not None]
    return ResourceSum(
        resource=key[0],
        unit=key[1],
        basis=key[2],
        lines=len(lines),
        per_year=_added(each.estimate_per_year for each in lines),
        estimated=_added(each.estimated for each in both),
        measured=_added(each.measured for each in signable),
        band_90=sum(each**2 for each in known) ** 0.5 if known and len(known) == len(bands) else None,
        allocated=_added(each.measured for each in lines if each.kind is LineKind.ALLOCATED),
        unallocated=_added(each.unallocated for each in own),
        meters=_added(each.total for each in own),
        realisation=realisation_of(_added(e.measured for e in both), _added(e.estimated for e in both)),
    )


def _money(lines: Sequence[LedgerLine]) -> tuple[MoneySum, ...]:
    currencies = {each.estimated_currency for each in lines} | {each.currency for each in lines}
    found = []
    for currency in sorted(currencies - {""}):
        own = [each for each in lines if each.currency == currency]
        estimated = [e.estimated_money for e in lines if e.estimated_currency == currency and e.measured is not None]
        found.append(
            MoneySum(
                currency=currency,
                estimated=_added_money(estimated),
                measured=_added_money(each.measured_money for each in own if each.kind.may_be_verified),
                allocated=_added_money(each.measured_money for each in own if each.kind is LineKind.ALLOCATED),
            )
        )
    return tuple(each for each in found if (each.estimated, each.measured, each.allocated) != (None, None, None))


def _added(values: Iterable[float | None]) -> float | None:
    """Add what is known; nothing known is no zero."""
    known = [each for each in values if each is not None]
    return sum(known) if known else None


def _added_money(values: Iterable[Decimal | None]) -> Decimal | None:
    known = [each for each in values if each is not None]
    return sum(known, known[0] * 0) if known else None
