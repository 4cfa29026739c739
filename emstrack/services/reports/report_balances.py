"""A site's balances, weighed, as a report tells of them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from emstrack.documents.measures_values import ReportedBalance, ReportedClosure, ReportedLoss
from emstrack.services.audits.weigh_balance import weigh_balance
from emstrack.storage.models import Balance, ProcessStream, UnitOperation
from emstrack.storage.scope import scoped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.orm import Session

    from emstrack.analysis.material_balance import Closure
    from emstrack.services.audits.weigh_balance import Weighed


def gather_balances(session: Session, site_id: int, audit_id: int | None = None) -> tuple[ReportedBalance, ...]:
    """Return the balances of a site, or of one audit, the newest first: three queries however many there are."""
    statement = scoped(session, Balance).where(Balance.site_id == site_id)
    if audit_id is not None:
        statement = statement.where(Balance.audit_id == audit_id)
    balances = list(session.scalars(statement.order_by(Balance.start.desc(), Balance.id.desc())))
    operations = _parts(session, UnitOperation, balances, UnitOperation.position, UnitOperation.id)
    streams = _parts(session, ProcessStream, balances, ProcessStream.id)
    return tuple(
        _reported(each, operations.get(each.id, []), streams.get(each.id, []))
        for each in balances
        if streams.get(each.id)
    )


def _parts(session: Session, model: Any, balances: Sequence[Balance], *order: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    if not balances:
        return found
    statement = scoped(session, model).where(model.balance_id.in_([each.id for each in balances]))
    for row in session.scalars(statement.order_by(*order)):
        found.setdefault(row.balance_id, []).append(row)
    return found


def _reported(balance: Balance, operations: list[UnitOperation], streams: list[ProcessStream]) -> ReportedBalance:
    weighed = weigh_balance(balance, operations, streams)
    names = {row.id: row.name for row in operations}
    has_energy = weighed.energy is not None and bool(weighed.energy.outward.any())
    return ReportedBalance(
        title=balance.title,
        first=balance.start,
        last=balance.end - timedelta(days=1),
        tolerance=balance.tolerance,
        currency=balance.currency,
        mass=tuple(_closures(operations, weighed.mass)),
        energy=tuple(_closures(operations, weighed.energy)) if has_energy and weighed.energy is not None else (),
        losses=tuple(_loss(each, names) for each in weighed.losses),
        cost_of_losses=weighed.cost_of_losses,
        loads=tuple((name.value, kilograms) for name, kilograms in weighed.loads.items()),
        basis_quantity=weighed.basis.quantity if weighed.basis else 0.0,
        basis_unit=weighed.basis.unit if weighed.basis else "",
        findings=weighed.findings,
    )


def _closures(operations: list[UnitOperation], closure: Closure) -> Iterator[ReportedClosure]:
    """Yield closure by operation, and last, without a name, of the whole."""
    for place, name in enumerate([*(row.name for row in operations), ""]):
        empty = closure.inward[place] == 0 and closure.outward[place] == 0
        yield ReportedClosure(
            name=name,
            inward=_known(closure.inward[place]),
            outward=_known(closure.outward[place]),
            difference=_known(closure.difference[place]),
            fraction=_known(closure.fraction[place]),
            closes=None if empty else bool(closure.closes[place]),
        )


def _loss(each: Weighed, names: dict[int, str]) -> ReportedLoss:
    return ReportedLoss(
        name=each.row.name,
        operation=names.get(each.row.from_id or 0, ""),
        quantity=each.row.quantity,
        unit=each.row.unit,
        purchase=each.purchase,
        processing=each.processing,
        disposal=each.disposal,
        cost=each.cost,
    )


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
