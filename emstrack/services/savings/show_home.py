"""The first page: what is missing this month, what was saved to date, who saves most, what has to be cleared."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import sqrt
from typing import TYPE_CHECKING, Any

from emstrack.analysis.totals import claim_of
from emstrack.domain.accounts import Permission, ancestors
from emstrack.domain.findings import Finding, Severity
from emstrack.domain.periods import Month
from emstrack.domain.savings import Claim
from emstrack.services.savings.refresh_results import read_item
from emstrack.storage.kept import kept
from emstrack.storage.queries import prepared_savings as queries
from emstrack.storage.scope import require
from emstrack.storage.types import MONEY_SCALE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy.orm import Session

Tree = dict[int, tuple[str, int | None, list[str]]]
"""Organisations: name, parent, and who sends in their bills."""
RANKED, MISSING, WARNINGS = 8, 6, 5


@dataclass(frozen=True, slots=True)
class SavedResource:
    """The savings to date of one resource; `sites_counted` of `sites` have sufficient data.

    `bought_in` names the currency where the resource is bought in several: then each has a line of its own.
    """

    resource: str
    unit: str
    basis: str
    avoided: float
    fraction: float | None
    band_90: float | None
    claim: Claim | None
    cost: Decimal | None
    currency: str
    bought_in: str
    per_room: float | None
    sites_counted: int
    sites: int
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Money:
    """Money saved to date in one currency, of everything that has a price."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class RankedSite:
    """A site and its saving per room or per m² (`size`)."""

    id: int
    name: str
    organisation: str
    cost: Decimal | None
    per_size: Decimal | None
    electricity_per_size: float | None


@dataclass(frozen=True, slots=True)
class Ranking:
    """The best of one kind in one currency; `among` is how many there are."""

    is_hotel: bool
    currency: str
    sites: tuple[RankedSite, ...]
    among: int


@dataclass(frozen=True, slots=True)
class MissingSite:
    """A site with meters whose month is not complete, and who answers for it."""

    id: int
    name: str
    organisation: str
    missing: int
    a_meter: str
    a_resource: str
    who: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Withheld:
    """A result whose claim is withheld, by the finding that has to be mended."""

    site_id: int
    meter_id: int
    site: str
    meter: str
    resource: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class Home:
    """All that the first page shows."""

    sites: int
    meters: int
    has_results: bool
    month: Month
    missing: tuple[MissingSite, ...]
    missing_meters: int
    missing_sites: int
    money: tuple[Money, ...]
    saved: tuple[SavedResource, ...]
    rankings: tuple[Ranking, ...]
    withheld: tuple[Withheld, ...]
    withheld_count: int
    unprepared: int


def show_home(session: Session, *, today: date) -> Home:
    """Return the first page of what the scope may see: the same few queries for one site as for a thousand."""
    require(session, Permission.VIEW)
    month = Month.of(today).plus(-1)
    sums = kept(session, ("home", month), lambda: _add_up(session, month))
    tree = queries.organisations(session) if sums.missing or sums.ranked else {}
    return Home(
        sites=sums.places.sites,
        meters=sums.places.meters,
        has_results=sums.places.results > 0,
        month=month,
        missing=tuple(_missing(row, tree) for row in sums.missing),
        missing_meters=int(sums.missing[0].all_missing) if sums.missing else 0,
        missing_sites=sums.missing[0].all_sites if sums.missing else 0,
        money=_money(sums.totals),
        saved=sums.saved,
        rankings=_rankings(sums.ranked, tree),
        withheld=sums.withheld,
        withheld_count=sums.withheld_count,
        unprepared=sums.places.unprepared,
    )


@dataclass(frozen=True, slots=True)
class _Sums:
    """What is added up over the whole tenant, and stands until something it rests on is written."""

    places: Any
    missing: Sequence[Any]
    totals: Sequence[Any]
    saved: tuple[SavedResource, ...]
    ranked: Sequence[Any]
    withheld: tuple[Withheld, ...]
    withheld_count: int


def _add_up(session: Session, month: Month) -> _Sums:
    places = queries.count_places(session)
    totals = queries.totals(session) if places.results else []
    withheld = queries.results_with_findings(session, WARNINGS) if places.results else []
    return _Sums(
        places=places,
        missing=queries.missing_by_site(session, month.start, month.end, MISSING) if places.meters else [],
        totals=totals,
        saved=_resources(totals),
        ranked=queries.ranked_sites(session, RANKED) if places.results else [],
        withheld=tuple(_withheld(row) for row in withheld),
        withheld_count=withheld[0].total if withheld else 0,
    )


def saved_resources(session: Session) -> tuple[SavedResource, ...]:
    """Return the savings to date per resource, and per currency where one is bought in several."""
    return kept(session, "savings.totals", lambda: _resources(queries.totals(session)))


def _resources(totals: Sequence[Any]) -> tuple[SavedResource, ...]:
    return tuple(sorted((_saved(row) for row in totals), key=_weight))


def _missing(row: Any, tree: Tree) -> MissingSite:
    return MissingSite(
        row.id,
        row.name,
        _name(row.organisation_id, tree),
        row.missing,
        row.a_meter,
        row.a_resource,
        tuple(answering(row.organisation_id, tree)),
    )


def _name(organisation_id: int, tree: Tree) -> str:
    return tree[organisation_id][0] if organisation_id in tree else ""


def answering(organisation_id: int, tree: Tree) -> list[str]:
    """Return who sends a site's bills: people of its organisation, else of the nearest one above that has some."""
    line = ancestors({id_: parent for id_, (_, parent, _) in tree.items()}, organisation_id)
    return next((tree[each][2] for each in line if each in tree and tree[each][2]), [])


def _saved(row: Any) -> SavedResource:
    """Return a total by the rules of `analysis.totals`: money where all have a price, a band where all have one."""
    band = sqrt(row.variance) if row.variance is not None and row.bands == row.meters else None
    priced = row.costs == row.meters and bool(row.bought_in)
    return SavedResource(
        resource=row.resource,
        unit=row.unit,
        basis=row.basis,
        avoided=row.avoided,
        fraction=row.avoided / row.adjusted if row.adjusted else None,
        band_90=band,
        claim=_claim(row, band),
        cost=_amount(row.cost) if priced else None,
        currency=row.bought_in if priced else "",
        bought_in=row.bought_in if row.currencies else "",
        per_room=row.avoided / row.rooms if row.rooms and row.sites_with_rooms == row.sites else None,
        sites_counted=row.sites,
        sites=max(row.sites, row.sites_with_meters or 0),
        start=row.start,
        end=row.end,
    )


def _claim(row: Any, band: float | None) -> Claim | None:
    """Return a lone meter's own word, else that of the sum."""
    return Claim(row.claim) if row.meters == 1 and row.claim else claim_of(row.avoided, band)


def _weight(saved: SavedResource) -> tuple[bool, str, str, str]:
    return saved.resource != "electricity", saved.unit, saved.resource, saved.bought_in


def _money(totals: Sequence[Any]) -> tuple[Money, ...]:
    """Return the cost avoided in each currency, the one most meters are paid in first."""
    found: dict[str, tuple[int, Decimal]] = {}
    for row in totals:
        if row.cost is not None and row.bought_in:
            meters, amount = found.get(row.bought_in, (0, Decimal(0)))
            found[row.bought_in] = (meters + row.costs, amount + _amount(row.cost))
    order = sorted(found.items(), key=lambda each: (-each[1][0], each[0]))
    return tuple(Money(amount, currency) for currency, (_, amount) in order)


def _rankings(rows: Sequence[Any], tree: Tree) -> tuple[Ranking, ...]:
    groups: dict[tuple[bool, str], list[Any]] = {}
    for row in rows:
        groups.setdefault((bool(row.is_hotel), row.currency or ""), []).append(row)
    return tuple(
        Ranking(is_hotel, currency, tuple(_ranked(row, tree) for row in group), group[0].among)
        for (is_hotel, currency), group in groups.items()
    )


def _ranked(row: Any, tree: Tree) -> RankedSite:
    cost = None if row.cost is None else _amount(row.cost)
    size = row.size or None
    return RankedSite(
        row.id,
        row.name,
        _name(row.organisation_id, tree),
        cost,
        None if cost is None or size is None else cost / Decimal(size),
        None if row.electricity is None or size is None else row.electricity / size,
    )


def _withheld(row: Any) -> Withheld:
    item = read_item(row.item)
    finding = next(each for each in item.findings if each.severity is Severity.DISQUALIFYING)
    return Withheld(row.site_id, row.meter_id, row.site, item.meter, item.resource, finding)


def _amount(stored: Any) -> Decimal:
    return Decimal(stored) / MONEY_SCALE
