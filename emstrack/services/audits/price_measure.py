"""What a measure costs and saves in its own currency, told anew whenever its rows or an exchange rate change."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from emstrack.services.audits.exchange_rates import Rates, load_rates
from emstrack.storage.models import InvestmentLine, Measure, MeasureEffect
from emstrack.storage.queries.readings import parts
from emstrack.storage.scope import scoped

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from emstrack.domain.measures import Effect
    from emstrack.domain.measures import InvestmentLine as Line

    EffectLike = MeasureEffect | Effect
    LineLike = InvestmentLine | Line


@dataclass(frozen=True, slots=True)
class Totals:
    """Money of a measure; None is not known, never zero: no line, no price, or no exchange rate."""

    investment: Decimal | None
    spent: Decimal | None
    annual_saving: Decimal | None

    def as_columns(self) -> dict[str, Any]:
        """Return what the measure's row keeps."""
        return {"investment": self.investment, "spent": self.spent, "annual_saving": self.annual_saving}


def price_of(effect: EffectLike, currency: str, rates: Rates, today: date) -> Decimal | None:
    """Return what an effect is worth in a year; None without a price or a rate."""
    if effect.unit_price is None:
        return None
    amount = (Decimal(repr(float(effect.quantity))) * effect.unit_price).quantize(Decimal("0.0001"))
    return rates.convert(amount, effect.currency or currency, currency, effect.price_date or today)


def total_up(
    currency: str,
    effects: Sequence[EffectLike],
    lines: Sequence[LineLike],
    *,
    yearly: Iterable[Decimal | None],
    rates: Rates,
    today: date,
) -> Totals:
    """Return the totals; what has no price is left out of the saving, what has no rate makes it unknown."""
    worth = [price_of(each, currency, rates, today) for each in effects if each.unit_price is not None]
    worth += [each for each in yearly if each is not None]
    budget = [rates.convert(each.amount, each.currency or currency, currency, each.day or today) for each in lines]
    spent = [
        rates.convert(each.spent, each.currency or currency, currency, each.day or today)
        for each in lines
        if each.spent is not None
    ]
    return Totals(_sum(budget), _sum(spent), _sum(worth))


def yearly_money(measure: Any) -> tuple[Decimal | None, Decimal | None]:
    """Return the money of a year beside resources: treatment no longer paid, and operation as a saving."""
    return measure.avoided_treatment, None if measure.om_change is None else -measure.om_change


def currencies_of(currency: str, effects: Iterable[EffectLike], lines: Iterable[LineLike]) -> set[str]:
    """Return every currency that a measure's money is in."""
    return {currency, *(each.currency for each in effects), *(each.currency for each in lines)} - {""}


def price_again(session: Session, touched: set[str], *, today: date) -> int:
    """Tell anew the money of measures with rows in one of these currencies; return how many differ."""
    changed = 0
    effects: dict[int, list[MeasureEffect]] = {}
    lines: dict[int, list[InvestmentLine]] = {}
    for effect in session.scalars(scoped(session, MeasureEffect)):
        effects.setdefault(effect.measure_id, []).append(effect)
    for line in session.scalars(scoped(session, InvestmentLine)):
        lines.setdefault(line.measure_id, []).append(line)
    for some in parts(sorted(effects.keys() | lines.keys())):
        for measure in session.scalars(scoped(session, Measure).where(Measure.id.in_(some))):
            own, paid = effects.get(measure.id, []), lines.get(measure.id, [])
            used = currencies_of(measure.currency, own, paid)
            if len(used) < 2 or not used & touched:
                continue
            rates = load_rates(session, used)
            totals = total_up(measure.currency, own, paid, yearly=yearly_money(measure), rates=rates, today=today)
            for name, value in totals.as_columns().items():
                if getattr(measure, name) != value:
                    setattr(measure, name, value)
                    changed += 1
    session.flush()
    return changed


def _sum(values: Sequence[Decimal | None]) -> Decimal | None:
    if not values or any(value is None for value in values):
        return None
    return sum((value for value in values if value is not None), Decimal(0))
