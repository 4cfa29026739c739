"""Dated exchange rates of a tenant: money of one currency told in another by the rate of its day."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import RefusedError
from emstrack.reference.countries import currencies
from emstrack.storage.models import ExchangeRate
from emstrack.storage.scope import find, require, scoped
from emstrack.storage.uniqueness import first_come

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    import sqlalchemy as sa
    from sqlalchemy.orm import Session

LARGEST_RATE = 1e9


@dataclass(slots=True)
class Rates:
    """The rates known, by pair and day; either direction of a pair serves."""

    by_pair: dict[tuple[str, str], list[tuple[date, float]]] = field(default_factory=dict)

    def convert(self, amount: Decimal, currency: str, base: str, day: date) -> Decimal | None:
        """Return an amount in the base currency by the latest rate on or before a day; None where there is none."""
        if currency == base:
            return amount
        direct, inverse = self._on((currency, base), day), self._on((base, currency), day)
        if direct is None and inverse is None:
            return None
        if inverse is None or (direct is not None and direct[0] >= inverse[0]):
            assert direct is not None  # noqa: S101 - one of the two is there
            return (amount * Decimal(repr(direct[1]))).quantize(Decimal("0.0001"))
        return (amount / Decimal(repr(inverse[1]))).quantize(Decimal("0.0001"))

    def _on(self, pair: tuple[str, str], day: date) -> tuple[date, float] | None:
        known = self.by_pair.get(pair, [])
        at = bisect_right([each[0] for each in known], day)
        return known[at - 1] if at else None


def load_rates(session: Session, wanted: Iterable[str]) -> Rates:
    """Return the rates between some currencies; nothing is asked where there is only one."""
    codes = sorted(set(wanted) - {""})
    rates = Rates()
    if len(codes) < 2:
        return rates
    columns = (ExchangeRate.currency, ExchangeRate.base, ExchangeRate.day, ExchangeRate.rate)
    statement = scoped(session, *columns).where(ExchangeRate.currency.in_(codes), ExchangeRate.base.in_(codes))
    for row in session.execute(statement.order_by(ExchangeRate.day)):
        rates.by_pair.setdefault((row.currency, row.base), []).append((row.day, row.rate))
    return rates


def list_rates(session: Session) -> list[ExchangeRate]:
    """Return the tenant's rates, the newest first."""
    order = (ExchangeRate.day.desc(), ExchangeRate.currency, ExchangeRate.base)
    return list(session.scalars(scoped(session, ExchangeRate).order_by(*order).limit(500)))


def add_rate(
    session: Session,
    currency: str,
    base: str,
    *,
    day: date | None,
    rate: float | None,
    source: str,
    today: date,
    now: datetime,
) -> ExchangeRate:
    """Keep a rate of a day.

    Raises
    ------
    RefusedError
        ``rate.…`` with the field it belongs to as evidence ``field``.
    """
    scope = require(session, Permission.ADMINISTER)
    pair = (_code(currency, "currency"), _code(base, "base"))
    if pair[0] == pair[1]:
        raise RefusedError("rate.same_currency", currency=pair[0], field="base")
    if day is None:
        raise RefusedError("rate.day_missing", field="day")
    if day > today:
        raise RefusedError("rate.in_future", day=day, field="day")
    if rate is None or not 0 < rate < LARGEST_RATE:
        raise RefusedError("rate.not_positive", field="rate")
    row = ExchangeRate(
        tenant_id=scope.tenant_id,
        currency=pair[0],
        base=pair[1],
        day=day,
        rate=rate,
        source=source.strip()[:200],
        created_at=now,
        created_by=scope.user_id,
    )

    def check() -> None:
        if session.scalar(_of_day(session, pair, day)) is not None:
            raise RefusedError("rate.there_already", currency=pair[0], base=pair[1], day=day, field="day")

    check()
    with first_come(session, check):
        session.add(row)
    return row


def remove_rate(session: Session, rate_id: int) -> set[str]:
    """Take a rate away; return the two currencies whose money has to be told anew."""
    require(session, Permission.ADMINISTER)
    row = find(session, ExchangeRate, rate_id)
    session.delete(row)
    session.flush()
    return {row.currency, row.base}


def _of_day(session: Session, pair: tuple[str, str], day: date | None) -> sa.Select[tuple[int]]:
    return scoped(session, ExchangeRate.id).where(
        ExchangeRate.currency == pair[0], ExchangeRate.base == pair[1], ExchangeRate.day == day
    )


def _code(text: str, field_name: str) -> str:
    code = text.strip().upper()
    if code not in currencies():
        raise RefusedError("site.currency_unknown", currency=code[:60], field=field_name)
    return code
