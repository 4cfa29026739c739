"""What meters usually use and pay, from their own complete months."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import TYPE_CHECKING

from emstrack.domain.periods import Month
from emstrack.domain.usual import UsualRange, usual_range
from emstrack.storage.queries.month import monthly_values

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from decimal import Decimal

    from sqlalchemy.orm import Session

MONTHS_BACK = 25
_COMPLETE = 1 - 1e-9


@dataclass(frozen=True, slots=True)
class Past:
    """A meter's past as a typed month is held against it; quantities canonical.

    `usual` and `last_year_rate` are per day; `price` is the median cost per canonical unit of the last year.
    """

    last_month: float | None = None
    same_month_last_year: float | None = None
    usual: UsualRange | None = None
    last_year_rate: float | None = None
    price: float | None = None

    def in_unit(self, factor: float) -> Past:
        """Return it in a unit of which one is `factor` canonical ones."""
        usual = self.usual and UsualRange(self.usual.middle / factor, self.usual.low / factor, self.usual.high / factor)
        return Past(
            last_month=None if self.last_month is None else self.last_month / factor,
            same_month_last_year=None if self.same_month_last_year is None else self.same_month_last_year / factor,
            usual=usual,
            last_year_rate=None if self.last_year_rate is None else self.last_year_rate / factor,
            price=None if self.price is None else self.price * factor,
        )


def past_of(session: Session, meter_ids: Collection[int], month: Month) -> dict[int, Past]:
    """Return each meter's past as seen from a month, which itself never counts."""
    found: dict[int, dict[date, tuple[float, Decimal | None]]] = {}
    for row in monthly_values(session, meter_ids, month.plus(-MONTHS_BACK).start, month.start):
        if row.coverage >= _COMPLETE:
            found.setdefault(row.meter_id, {})[row.month] = (row.quantity, row.cost)
    return {meter_id: _past(months, month) for meter_id, months in found.items()}


def _past(months: dict[date, tuple[float, Decimal | None]], month: Month) -> Past:
    last = months.get(month.plus(-1).start)
    year_ago = months.get(month.plus(-12).start)
    since = month.plus(-13).start
    prices = [
        float(cost) / quantity for first, (quantity, cost) in months.items() if first >= since and cost and quantity > 0
    ]
    return Past(
        last_month=last[0] if last else None,
        same_month_last_year=year_ago[0] if year_ago else None,
        usual=usual_range(list(_rates(months.items()))),
        last_year_rate=year_ago[0] / month.plus(-12).days if year_ago else None,
        price=median(prices) if len(prices) >= 3 else None,
    )


def _rates(months: Iterable[tuple[date, tuple[float, Decimal | None]]]) -> Iterable[float]:
    for first, (quantity, _) in months:
        yield quantity / Month.of(first).days


def month_of_period(start: date, end: date) -> Month:
    """Return the month a period's bill belongs to on the month page: that of its last day."""
    return Month.of(max(end - timedelta(days=1), start))
