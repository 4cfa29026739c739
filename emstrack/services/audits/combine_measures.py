"""Several measures on one meter: each acts on what the others left, so that together they save less than their sum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from emstrack.analysis.interaction import combined_fraction, remaining_savings
from emstrack.domain.measures import MeasureStatus
from emstrack.domain.periods import Month
from emstrack.domain.resources import Resource
from emstrack.storage.models import Measure, MeasureEffect, Meter, MonthlyValue
from emstrack.storage.queries.savings import COMPLETE
from emstrack.storage.scope import scoped, within

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

LEFT_OUT = (MeasureStatus.REJECTED.value, MeasureStatus.DEFERRED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One measure's part of a meter: alone, and of the load that those before it left."""

    measure_id: int
    title: str
    alone: float
    of_the_rest: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """The measures of one meter: what they would save each for itself, and together, a year."""

    meter_id: int
    meter: str
    resource: Resource
    unit: str
    use: float | None
    parts: tuple[Part, ...]
    alone: float
    together: float | None

    @property
    def factor(self) -> float:
        """What the sum of the single savings has to be multiplied with; 1 where nothing is known of the use."""
        return 1.0 if self.together is None or self.alone == 0 else self.together / self.alone

    @property
    def exceeds(self) -> bool:
        """Whether the single savings come to more than the meter uses: something is wrong with an estimate."""
        return self.use is not None and self.alone > self.use


def combine_measures(session: Session, site_id: int) -> list[Together]:
    """Return the meters of a site that measures act on, each with what these save together."""
    columns = (MeasureEffect.measure_id, MeasureEffect.meter_id, MeasureEffect.canonical_quantity)
    statement = (
        scoped(session, *columns)
        .join(Measure, Measure.id == MeasureEffect.measure_id)
        .join(Meter, Meter.id == MeasureEffect.meter_id)
        .add_columns(Measure.title, Measure.implemented_on, Meter.name.label("meter"), Meter.resource)
        .where(*within(session, Measure), *within(session, Meter), Measure.site_id == site_id)
        .where(Measure.archived_at.is_(None), Measure.status.not_in(LEFT_OUT))
        .where(MeasureEffect.canonical_quantity.is_not(None))
        .order_by(Meter.name, Measure.implemented_on.is_(None), Measure.implemented_on, Measure.id)
    )
    by_meter: dict[int, list[Any]] = {}
    for row in session.execute(statement):
        by_meter.setdefault(row.meter_id, []).append(row)
    uses = yearly_uses(session, {meter: _first_day(rows) for meter, rows in by_meter.items()})
    return [_together(rows, uses.get(meter)) for meter, rows in by_meter.items()]


def yearly_uses(session: Session, before: dict[int, date | None]) -> dict[int, float]:
    """Return what each meter used in the last twelve complete months before a day; None is until now.

    A meter without twelve complete months in a row is not in the answer: missing is never zero.
    """
    if not before:
        return {}
    statement = scoped(session, MonthlyValue.meter_id, MonthlyValue.month, MonthlyValue.quantity)
    statement = statement.where(MonthlyValue.meter_id.in_(list(before)), MonthlyValue.coverage >= COMPLETE)
    months: dict[int, dict[Month, float]] = {}
    for row in session.execute(statement):
        until = before[row.meter_id]
        if until is None or Month.of(row.month).end <= until:
            months.setdefault(row.meter_id, {})[Month.of(row.month)] = row.quantity
    found = {meter: _last_year(values) for meter, values in months.items()}
    return {meter: use for meter, use in found.items() if use is not None}


def _last_year(values: dict[Month, float]) -> float | None:
    for last in sorted(values, reverse=True):
        year = [values.get(last.plus(-n)) for n in range(12)]
        known = [each for each in year if each is not None]
        if len(known) == 12:
            return sum(known)
    return None


def _first_day(rows: Sequence[Any]) -> date | None:
    return min((row.implemented_on for row in rows if row.implemented_on is not None), default=None)


def _together(rows: Sequence[Any], use: float | None) -> Together:
    merged: dict[int, list[Any]] = {}
    for row in rows:
        merged.setdefault(row.measure_id, []).append(row)
    alone = {id_: sum(row.canonical_quantity for row in some) for id_, some in merged.items()}
    fractions = [value / use for value in alone.values()] if use else []
    rest = remaining_savings(fractions) * use if use else [None] * len(alone)
    resource = Resource(rows[0].resource)
    return Together(
        meter_id=rows[0].meter_id,
        meter=rows[0].meter,
        resource=resource,
        unit=resource.canonical_unit,
        use=use,
        parts=tuple(_parts(merged, alone.values(), rest)),
        alone=sum(alone.values()),
        together=combined_fraction(fractions) * use if use else None,
    )


def _parts(merged: dict[int, list[Any]], alone: Iterable[float], rest: Iterable[Any]) -> Iterable[Part]:
    for (id_, some), one, left in zip(merged.items(), alone, rest, strict=True):
        yield Part(measure_id=id_, title=some[0].title, alone=one, of_the_rest=None if left is None else float(left))
