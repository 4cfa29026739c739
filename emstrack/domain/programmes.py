"""Programmes: cohorts of sites, activities, indicators, money leveraged, and results as somebody published them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from emstrack.domain.errors import RefusedError
from emstrack.domain.sectors import Sector
from emstrack.domain.sites import SiteKind

LONGEST_NAME = 200
LONGEST_TEXT = 10_000
LARGEST_COUNT = 100_000_000
"""Beyond this a number of people is a typing error."""
LARGEST_MONEY = Decimal("1e12")
MOST_SITES = 5_000
"""Sites put into a cohort at once."""


class ActivityKind(StrEnum):
    """What a programme does beside the work at its sites."""

    WORKSHOP = "workshop"
    TRAINING = "training"
    DEMONSTRATION = "demonstration_project"
    CAMPAIGN = "awareness_campaign"
    GUIDE = "technical_guide"
    SUMMIT = "summit"
    POLICY = "policy_step"


class Stage(StrEnum):
    """How far a site of a cohort is; each holds those before it only where they were recorded."""

    AUDIT = "stage_audit"
    PLAN = "stage_plan"
    IMPLEMENTATION = "stage_implementation"
    VERIFICATION = "stage_verification"


class Basis(StrEnum):
    """Where a row of results comes from."""

    COMPUTED = "from_measures"
    PUBLISHED = "as_published"


class CostKind(StrEnum):
    """What an environmental cost is for, by the bills; the first three are bought, the last is got rid of."""

    ENERGY = "cost_energy"
    WATER = "cost_water"
    MATERIALS = "cost_materials"
    DISPOSAL = "cost_disposal"


def cost_kind(resource: str) -> CostKind:
    """Return what the bills of a resource pay for (M-41.1).

    Parameters
    ----------
    resource : str
        Code of the resource.

    Returns
    -------
    CostKind
    """
    return _COST_KINDS.get(resource, CostKind.ENERGY)


_COST_KINDS = {
    "water": CostKind.WATER,
    "material": CostKind.MATERIALS,
    "refrigerant": CostKind.MATERIALS,
    "waste": CostKind.DISPOSAL,
    "wastewater": CostKind.DISPOSAL,
}


SECTOR_OF_KIND: dict[SiteKind, Sector] = {
    SiteKind.BUILDING: Sector.MUNICIPAL_BUILDING,
    SiteKind.HOTEL: Sector.HOTEL,
    SiteKind.STREET_LIGHTING: Sector.STREET_LIGHTING,
    SiteKind.PUMPING_STATION: Sector.PUMPING,
}
"""The sector a site of a kind is put into unless a person says otherwise; plants and others have none of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeDetails:
    """What a person says of a programme.

    Parameters
    ----------
    name : str
    summary : str
    countries : tuple of str
        ISO 3166 codes.
    sectors : tuple of Sector
        What it works in; results stand by the sector of each site.
    partners : str
        Who takes part, one in a line.
    currency : str
        ISO 4217 code that results are told in; empty keeps currencies apart.
    rate_day : date or None
        Day whose exchange rates convert the rest; None is today.
    start, end : date or None
        Half-open.
    """

    name: str
    summary: str = ""
    countries: tuple[str, ...] = ()
    sectors: tuple[Sector, ...] = ()
    partners: str = ""
    currency: str = ""
    rate_day: date | None = None
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortDetails:
    """A group of sites that goes the way together.

    Parameters
    ----------
    name : str
    start, end : date or None
        Half-open.
    """

    name: str
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityDetails:
    """A workshop, a campaign, a guide: when, for whom, what came of it, what it cost.

    Parameters
    ----------
    kind : ActivityKind
    title, place : str
    start, last_day : date
        Both included.
    women, men, not_told : int or None
        People who took part; None where nobody counted.
    reach : int or None
        People a campaign reached.
    measured : str
        What was asked or measured before and after.
    before, after : float or None
        [as `measured` says]
    outputs : str
    cost : Decimal or None
        [currency]
    currency : str
        ISO 4217.
    """

    kind: ActivityKind
    title: str
    start: date
    last_day: date
    place: str = ""
    women: int | None = None
    men: int | None = None
    not_told: int | None = None
    reach: int | None = None
    measured: str = ""
    before: float | None = None
    after: float | None = None
    outputs: str = ""
    cost: Decimal | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorDetails:
    """What a programme is measured by.

    Parameters
    ----------
    name, unit : str
    baseline, target : float or None
        [unit]
    baseline_day, target_day : date or None
    """

    name: str
    unit: str = ""
    baseline: float | None = None
    baseline_day: date | None = None
    target: float | None = None
    target_day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeveragedDetails:
    """Money of others that the programme brought in.

    Parameters
    ----------
    source : str
    amount : Decimal
        [currency]
    currency : str
        ISO 4217.
    day : date or None
    note : str
    """

    source: str
    amount: Decimal
    currency: str = ""
    day: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedDetails:
    """A row of results as somebody printed it: kept beside what is computed, never added to it.

    Parameters
    ----------
    label : str
        The sector or case in their words.
    sector : Sector
    sites : int or None
    implemented_percent : float or None
        [%]
    investment, annual_savings : Decimal or None
        [currency]
    per_room : Decimal or None
        [currency]
    currency : str
        ISO 4217.
    year : int or None
        Of the figures; None where it was not said.
    period_uncertain : bool
        Whether the printed saving may not be one of a year.
    in_total : bool
        Whether the row stands in their table and its total; a case by itself does not.
    source : str
    """

    label: str
    sector: Sector = Sector.ANY
    sites: int | None = None
    implemented_percent: float | None = None
    investment: Decimal | None = None
    annual_savings: Decimal | None = None
    per_room: Decimal | None = None
    currency: str = ""
    year: int | None = None
    period_uncertain: bool = True
    in_total: bool = True
    source: str = ""


PartDetails = CohortDetails | ActivityDetails | IndicatorDetails | LeveragedDetails | PublishedDetails


def check_programme(details: ProgrammeDetails, *, today: date) -> None:
    """Refuse what no programme can be.

    Parameters
    ----------
    details : ProgrammeDetails
    today : date

    Raises
    ------
    RefusedError
        ``programme.…`` with the field it belongs to as evidence ``field``.
    """
    _check_name(details.name, "name")
    _check_texts(summary=details.summary, partners=details.partners)
    _check_period(details.start, details.end)
    if details.rate_day is not None and details.rate_day > today:
        raise RefusedError("programme.rate_day_in_future", day=details.rate_day, field="rate_day")


def check_part(details: PartDetails, *, today: date) -> None:
    """Refuse what no part of a programme can be.

    Parameters
    ----------
    details : PartDetails
    today : date

    Raises
    ------
    RefusedError
        ``programme.…`` with the field it belongs to as evidence ``field``.
    """
    if isinstance(details, CohortDetails):
        _check_name(details.name, "name")
        _check_period(details.start, details.end)
    elif isinstance(details, ActivityDetails):
        _check_activity(details)
    elif isinstance(details, IndicatorDetails):
        _check_name(details.name, "name")
    elif isinstance(details, LeveragedDetails):
        _check_name(details.source, "source")
        _check_money(amount=details.amount)
        _check_currency(details.currency, details.amount)
        if details.day is not None and details.day > today:
            raise RefusedError("programme.day_in_future", day=details.day, field="day")
    else:
        _check_published(details, today)


def check_quarter(quarter: date, *, today: date) -> None:
    """Refuse a quarter that has not begun, or a day that begins none.

    Parameters
    ----------
    quarter : date
        First day of January, April, July or October.
    today : date

    Raises
    ------
    RefusedError
        ``programme.quarter_unknown`` or ``programme.day_in_future``.
    """
    if quarter.day != 1 or quarter.month not in {1, 4, 7, 10}:
        raise RefusedError("programme.quarter_unknown", field="quarter")
    if quarter > today:
        raise RefusedError("programme.day_in_future", day=quarter, field="quarter")


def _check_activity(details: ActivityDetails) -> None:
    _check_name(details.title, "title")
    _check_texts(outputs=details.outputs)
    if details.last_day < details.start:
        raise RefusedError("programme.ends_before_it_starts", field="last_day")
    for name in ("women", "men", "not_told", "reach"):
        count = getattr(details, name)
        if count is not None and not 0 <= count <= LARGEST_COUNT:
            raise RefusedError("programme.count_unlikely", field=name)
    if (details.before is None) != (details.after is None) or (details.before is not None and not details.measured):
        missing = next(name for name in ("measured", "before", "after") if getattr(details, name) in {None, ""})
        raise RefusedError("programme.before_and_after", field=missing)
    _check_money(cost=details.cost)
    _check_currency(details.currency, details.cost)


def _check_published(details: PublishedDetails, today: date) -> None:
    _check_name(details.label, "label")
    _check_texts(source=details.source)
    if details.sites is not None and not 0 < details.sites <= LARGEST_COUNT:
        raise RefusedError("programme.count_unlikely", field="sites")
    percent = details.implemented_percent
    if percent is not None and not 0 <= percent <= 100:
        raise RefusedError("programme.percent_unlikely", percent=percent, field="implemented_percent")
    _check_money(investment=details.investment, annual_savings=details.annual_savings, per_room=details.per_room)
    _check_currency(details.currency, details.investment or details.annual_savings or details.per_room)
    if details.year is not None and not 1950 <= details.year <= today.year:
        raise RefusedError("programme.year_unlikely", year=str(details.year), field="year")


def _check_name(name: str, field: str) -> None:
    if not name.strip():
        raise RefusedError("programme.name_missing", field=field)
    if len(name) > LONGEST_NAME:
        raise RefusedError("programme.name_too_long", limit=LONGEST_NAME, field=field)


def _check_texts(**texts: str) -> None:
    for name, text in texts.items():
        if len(text) > LONGEST_TEXT:
            raise RefusedError("programme.text_too_long", limit=LONGEST_TEXT, field=name)


def _check_period(start: date | None, end: date | None) -> None:
    if start is not None and end is not None and end <= start:
        raise RefusedError("programme.ends_before_it_starts", field="end")


def _check_money(**amounts: Decimal | None) -> None:
    for name, amount in amounts.items():
        if amount is None:
            continue
        if amount < 0:
            raise RefusedError("programme.amount_negative", field=name)
        if amount > LARGEST_MONEY:
            raise RefusedError("programme.amount_unlikely", field=name)


def _check_currency(currency: str, amount: Decimal | None) -> None:
    if amount is not None and not currency:
        raise RefusedError("programme.currency_missing", field="currency")
