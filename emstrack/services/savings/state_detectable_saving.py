"""The smallest saving a meter can show in a year, said before anything is installed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from emstrack.analysis import savings as engine
from emstrack.analysis.isolation.worksheets import DAYS_PER_YEAR
from emstrack.analysis.portfolio import Question
from emstrack.domain.accounts import Permission
from emstrack.domain.periods import Month, Period
from emstrack.domain.resources import Resource
from emstrack.domain.savings import Method
from emstrack.services.savings.load_portfolio import load_portfolio
from emstrack.storage.models import Meter
from emstrack.storage.queries import savings as queries
from emstrack.storage.scope import find, require

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_YEAR = 12
_WITH_A_BAND = frozenset({Method.AUTO, Method.REGRESSION, Method.CALTRACK2})


@dataclass(frozen=True, slots=True)
class DetectableSaving:
    """What a meter can show; `least` None where no model fits it, and then the reason is a finding of the baseline.

    `least` is the half-width at 90 % of a year like the baseline's, `use` that year's use, both in `unit` a year.
    """

    meter: Meter
    unit: str
    least: float | None
    use: float | None
    adopted: bool
    period: Period | None

    @property
    def fraction(self) -> float | None:
        """`least` as a part of the use."""
        return self.least / self.use if self.least is not None and self.use else None


def state_detectable_saving(session: Session, meter_id: int) -> DetectableSaving:
    """Return the smallest saving a meter can show (M-13.16).

    It rests on the adopted baseline, else on the best model of the last twelve complete months.
    """
    require(session, Permission.VIEW)
    meter = find(session, Meter, meter_id)
    nothing = DetectableSaving(meter, Resource(meter.resource).canonical_unit, None, None, adopted=False, period=None)
    wanted = queries.wanted_meters(session, [Meter.id == meter_id])
    baseline = next(iter(queries.adopted(session, wanted)), None)
    last = queries.last_complete_months(session, wanted).get(meter_id)
    if last is None:
        return nothing
    loaded = load_portfolio(session, [Meter.id == meter_id])
    if not loaded.portfolio.meters:
        return nothing
    ends = Month.of(last)
    candidate = Period.of_months(ends.plus(1 - _YEAR), ends)
    for question in _questions(baseline, candidate):
        item = engine.compute_savings(loaded.portfolio, question).items[0]
        days = sum(Month.parse(each.month).days for each in item.months if each.avoided is not None)
        if item.band_90 and item.adjusted_baseline is not None and days:
            to_a_year = DAYS_PER_YEAR / days if days < DAYS_PER_YEAR else 1.0
            return replace(
                nothing,
                least=item.band_90 * to_a_year,
                use=item.adjusted_baseline * to_a_year,
                adopted=question.baseline != candidate,
                period=question.baseline,
            )
    return nothing


def _questions(baseline: Any, candidate: Period) -> list[Question]:
    """Return what is tried: each asks for months of the baseline itself, so that the band is that of a year like it."""
    asked = [Question(candidate, candidate, Method.AUTO, (), None)]
    if baseline is None or Method(baseline.method) not in _WITH_A_BAND:
        return asked
    period = Period(baseline.start, baseline.end, in_months=baseline.in_months)
    year = Period.of_months(Month.of(baseline.end).plus(-_YEAR), Month.of(baseline.end).plus(-1))
    asked_of = year if period.in_months and year.start > period.start else period
    return [Question(period, asked_of, Method(baseline.method), tuple(baseline.drivers), None), *asked]
