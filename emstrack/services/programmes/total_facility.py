"""What facilities have given, got back and still may give (M-60.7): one query for any number of them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import sqlalchemy as sa

from emstrack.domain.financing import EntryKind, Instrument, Stage
from emstrack.storage.models import Financing, FinancingEntry
from emstrack.storage.scope import scoped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from emstrack.storage.models import Facility

_NONE = Decimal(0)
_SUMMED = ("approved", "disbursed", "repaid", "interest", "recovered", "claimed", "outstanding", "exposure", "revenue")


@dataclass(frozen=True, slots=True, kw_only=True)
class FacilityTotals:
    """What the financings of a facility come to, in its currency."""

    financings: int = 0
    asked: Decimal = _NONE
    approved: Decimal = _NONE
    disbursed: Decimal = _NONE
    repaid: Decimal = _NONE
    interest: Decimal = _NONE
    recovered: Decimal = _NONE
    claimed: Decimal = _NONE
    outstanding: Decimal = _NONE
    exposure: Decimal = _NONE
    revenue: Decimal = _NONE
    capital: Decimal = _NONE

    @property
    def committed(self) -> Decimal:
        """Approved and not yet disbursed."""
        return self.approved - self.disbursed


def totals_of(session: Session, facilities: Sequence[Facility]) -> dict[int, FacilityTotals]:
    """Return the totals of each facility; those of a fund with its capital."""
    ids = [each.id for each in facilities]
    if not ids:
        return {}
    alive = Financing.stage != Stage.DECLINED
    sums = [sa.func.sum(sa.case((alive, getattr(Financing, name)))).label(name) for name in _SUMMED]
    asked = sa.func.sum(sa.case((Financing.stage == Stage.APPLIED, Financing.amount))).label("asked")
    statement = scoped(session, Financing.facility_id, sa.func.count().label("n"), asked, *sums)
    rows = session.execute(statement.where(Financing.facility_id.in_(ids)).group_by(Financing.facility_id))
    found = {row.facility_id: row for row in rows}
    capital = _capital(session, [each.id for each in facilities if each.instrument == Instrument.REVOLVING_FUND])
    return {
        id_: FacilityTotals(
            capital=capital.get(id_, _NONE),
            **(
                {}
                if id_ not in found
                else {"financings": found[id_].n, **{n: _money(found[id_], n) for n in ("asked", *_SUMMED)}}
            ),
        )
        for id_ in ids
    }


def left_of(session: Session, facilities: Sequence[Facility]) -> dict[int, Decimal | None]:
    """Return what each may still approve; None where there is no ceiling."""
    totals = totals_of(session, facilities)
    return {each.id: left_from(each, totals[each.id]) for each in facilities}


def left_from(facility: Facility, totals: FacilityTotals) -> Decimal | None:
    """Return what a facility may still approve (M-60.7): of a fund no more than its own money."""
    under = None if facility.ceiling is None else facility.ceiling - totals.approved
    if facility.instrument != Instrument.REVOLVING_FUND:
        return under
    own = totals.capital + totals.repaid + totals.recovered - totals.approved
    return own if facility.ceiling is None else min(own, facility.ceiling - totals.committed - totals.outstanding)


def _capital(session: Session, ids: Sequence[int]) -> dict[int, Decimal]:
    if not ids:
        return {}
    statement = scoped(session, FinancingEntry.facility_id, sa.func.sum(FinancingEntry.amount).label("capital"))
    rows = session.execute(
        statement.where(
            FinancingEntry.facility_id.in_(ids),
            FinancingEntry.financing_id.is_(None),
            FinancingEntry.kind == EntryKind.CAPITAL,
        ).group_by(FinancingEntry.facility_id)
    )
    return {row.facility_id: _decimal(row.capital) for row in rows}


def _money(row: object, name: str) -> Decimal:
    return _decimal(getattr(row, name))


def _decimal(value: object) -> Decimal:
    return _NONE if value is None else Decimal(str(value))
