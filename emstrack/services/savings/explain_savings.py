"""What goes beyond a meter's saving itself: why its bill changed, a typical year, what the meter can show at all."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from emstrack.analysis.bill_change import AvoidedCost, MarginalPrice, Paid, avoided_cost, change_of_bill, marginal_price
from emstrack.analysis.candidates import compare_candidates
from emstrack.analysis.chained_baselines import chain
from emstrack.analysis.daily_series import DailySeries
from emstrack.analysis.normalized_savings import (
    TypicalYear,
    normalized_savings,
    typical_series,
    typical_temperatures,
)
from emstrack.analysis.portfolio import Question
from emstrack.analysis.savings import compute_savings
from emstrack.domain.accounts import Permission
from emstrack.domain.periods import Month, Period
from emstrack.domain.savings import BaselineStatus
from emstrack.services.savings.compare_baselines import asked_of_baseline
from emstrack.services.sites.find_typical_year import find_typical_year
from emstrack.storage.models import Baseline, Meter
from emstrack.storage.queries import site_savings as queries
from emstrack.storage.queries.savings import COMPLETE
from emstrack.storage.scope import find, require, scoped

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from sqlalchemy.orm import Session

    from emstrack.analysis.bill_change import BillChange
    from emstrack.analysis.chained_baselines import ChainedSaving
    from emstrack.analysis.normalized_savings import NormalizedSaving
    from emstrack.analysis.portfolio import Portfolio
    from emstrack.analysis.savings_types import MeterSaving

_YEAR = 12
_NEGLIGIBLE = Decimal("0.005")
"""Standing charges below this part of a year's bills are rounding, not charges."""


@dataclass(frozen=True, slots=True)
class BillStory:
    """The same months of two years: what was paid, and the change by its causes.

    `fixed_estimated` says that standing charges are the part of the bills that does not follow the quantity.
    """

    first: Month
    last: Month
    first_before: Month
    months: int
    before: Paid
    after: Paid
    change: BillChange
    currency: str
    fixed_estimated: bool


@dataclass(frozen=True, slots=True)
class Explained:
    """All that explains a saving; each None where it cannot be told.

    `typical_station` names the typical year; empty where the median months of the weather known here stand for it.
    """

    unit: str
    story: BillStory | None
    marginal: MarginalPrice | None
    worth: AvoidedCost | None
    currency: str | None
    typical: NormalizedSaving | None
    typical_station: str
    least: float | None
    least_fraction: float | None
    chained: ChainedSaving | None


def explain_savings(session: Session, meter_id: int) -> Explained | None:
    """Return what explains a meter's saving, computed now; None without an adopted baseline."""
    require(session, Permission.VIEW)
    meter = find(session, Meter, meter_id)
    row = session.scalars(
        scoped(session, Baseline).where(Baseline.meter_id == meter_id, Baseline.status == BaselineStatus.ADOPTED.value)
    ).one_or_none()
    asked = None if row is None else asked_of_baseline(session, row)
    if asked is None:
        return None
    portfolio, question = asked
    item = compute_savings(portfolio, question).items[0]
    (candidate,) = compare_candidates(portfolio, question, [question.method])
    detectable = candidate.detectable
    bills = queries.bills(session, meter_id)
    marginal = _marginal(bills, question.reporting)
    typical, station = None, ""
    if candidate.expert is not None:
        typical, station = _typical(session, portfolio, question, meter.site_id)
    average = item.cost_avoided / item.avoided if item.cost_avoided and item.avoided else None
    return Explained(
        unit=item.unit,
        story=_story(queries.months(session, [meter_id]), bills, item, question.baseline),
        marginal=marginal,
        worth=avoided_cost(item.avoided, average, marginal) if not item.disqualified else None,
        currency=item.currency,
        typical=typical,
        typical_station=station,
        least=_first(detectable.least) if detectable is not None else None,
        least_fraction=_first(detectable.least_fraction) if detectable is not None else None,
        chained=_chained(portfolio, question),
    )


def _first(values: Any) -> float | None:
    value = float(values[0])
    return value if value == value else None  # noqa: PLR0124 - NaN is the one value that differs from itself


def _marginal(bills: Sequence[Any], period: Period) -> MarginalPrice | None:
    """Return the slope of cost on quantity over a period's own bills, recoverable tax taken out."""
    mine = [
        row
        for row in bills
        if row.cost is not None and row.kind == "actual" and period.start <= row.start and row.end <= period.end
    ]
    if len({row.currency for row in mine}) != 1:
        return None
    return marginal_price(
        [row.canonical_quantity for row in mine],
        [float(row.cost - (row.tax or 0)) for row in mine],
        [(row.end - row.start).days for row in mine],
    )


def _story(months: Sequence[Any], bills: Sequence[Any], item: MeterSaving, baseline: Period) -> BillStory | None:
    """Compare the last year that counted with the same months of the baseline, where both were billed."""
    known = {Month.of(row.month): row for row in months if row.coverage >= COMPLETE and row.cost is not None}
    counted = [Month.parse(each.month) for each in item.months if each.avoided is not None][-_YEAR:]
    of_baseline = {each.number: each for each in Period(baseline.start, baseline.end).months() if each in known}
    pairs = [(of_baseline[month.number], month) for month in counted if month in known and month.number in of_baseline]
    currencies = {known[month].currency for pair in pairs for month in pair}
    if not pairs or len(currencies) != 1:
        return None
    before, after = (_paid([known[pair[side]] for pair in pairs]) for side in (0, 1))
    span = Period.of_months(pairs[0][1], pairs[-1][1])
    prices = _marginal(bills, baseline), _marginal(bills, span)
    apart = [_without_standing(paid, price) for paid, price in zip((before, after), prices, strict=True)]
    estimated = all(each is not None for each in apart)
    earlier, later = (apart[0] or before, apart[1] or after) if estimated else (before, after)
    return BillStory(
        first=pairs[0][1],
        last=pairs[-1][1],
        first_before=pairs[0][0],
        months=len(pairs),
        before=earlier,
        after=later,
        change=change_of_bill(earlier, later),
        currency=next(iter(currencies)),
        fixed_estimated=estimated,
    )


def _paid(rows: Sequence[Any]) -> Paid:
    quantity = sum((Decimal(repr(float(row.quantity))) for row in rows), Decimal(0))
    return Paid(quantity, sum((row.cost for row in rows), Decimal(0)))


def _without_standing(paid: Paid, price: MarginalPrice | None) -> Paid | None:
    """Put apart what of the bills does not follow the quantity; None where that cannot be told, or is only rounding."""
    if price is None:
        return None
    variable = (paid.quantity * Decimal(repr(price.price))).quantize(Decimal("0.01"))
    fixed = paid.variable - variable
    return Paid(paid.quantity, variable, fixed) if fixed > _NEGLIGIBLE * paid.variable else None


def _typical(
    session: Session, portfolio: Portfolio, question: Question, site_id: int
) -> tuple[NormalizedSaving | None, str]:
    """Return the saving in a typical year, with the reporting period's drivers, and the typical year's name.

    The site's own typical year, else the median months of its weather. None where something was agreed about the
    report: its own model cannot tell what was agreed from what was saved.
    """
    if question.adjustments:
        return None, ""
    temperatures, name = typical_temperatures(portfolio.temperatures), ""
    station = portfolio.sites[portfolio.meters[0].site].station
    known = find_typical_year(session, site_id) if station >= 0 else None
    if known is not None:
        values = temperatures.values.copy()
        values[station] = known.mean_c
        temperatures, name = DailySeries(temperatures.first, values), known.station.name or known.station.code
    year = TypicalYear(temperatures, typical_series(portfolio.series, question.reporting))
    (found,) = normalized_savings(portfolio, [question], year)
    return found, name


def _chained(portfolio: Portfolio, question: Question) -> ChainedSaving | None:
    """Return the saving by way of each year between, where the baseline is a year and two whole years follow it."""
    baseline, end = question.baseline, question.reporting.end
    first = Month.of(baseline.start)
    if not baseline.in_months or len(list(baseline.months())) != _YEAR:
        return None
    years = [baseline]
    while years[-1].end < end and first.plus(_YEAR * (len(years) + 1)).start <= end:
        years.append(Period.of_months(first.plus(_YEAR * len(years)), first.plus(_YEAR * (len(years) + 1) - 1)))
    links = [
        (before, after, compute_savings(portfolio, _link(question, before, after)).items[0])
        for before, after in pairwise(years)
    ]
    return chain(links)


def _link(question: Question, before: Period, after: Period) -> Question:
    return Question(
        before, after, question.method, question.drivers, question.fixed, question.adjustments, question.closed
    )
