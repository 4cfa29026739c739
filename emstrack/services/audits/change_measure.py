"""A measure is changed with its rows, archived or brought back; the old values stay in its history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.domain.accounts import Permission
from emstrack.domain.measures import (
    Category,
    Ease,
    Effect,
    InvestmentKind,
    MeasureDetails,
    Priority,
)
from emstrack.domain.measures import InvestmentLine as Line
from emstrack.services.audits.add_measure import add_rows
from emstrack.services.audits.check_measure import check_measure, wanted_currencies
from emstrack.services.audits.exchange_rates import load_rates
from emstrack.services.sites.record_change import Subject, as_json, change_row, conflict_of, record_change
from emstrack.storage.models import InvestmentLine, Measure, MeasureEffect, Site
from emstrack.storage.scope import find, require, scoped, tenant_of
from emstrack.storage.versions import update_if_unchanged

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

_PREPARED = frozenset({"investment", "spent", "annual_saving"})
"""Follow from the rows; the history tells of the rows."""


def change_measure(
    session: Session,
    measure_id: int,
    details: MeasureDetails,
    *,
    version: int,
    today: date,
    now: datetime,
    reason: str = "",
) -> Measure:
    """Change a measure as long as nobody else did since this version was read."""
    require(session, Permission.EDIT_SITES)
    measure = find(session, Measure, measure_id)
    site = find(session, Site, measure.site_id)
    rates = load_rates(session, wanted_currencies(session, site, details))
    checked = check_measure(session, site, details, rates=rates, today=today, owner_before=measure.owner_id)
    before = rows_of(session, measure_id)
    old_rows = {"effects": [_told(each) for each in before[0]], "investment": [_told(each) for each in before[1]]}
    new_rows = {"effects": [_plain(each) for each in checked.effects], "investment": [_plain(e) for e in checked.lines]}
    columns = {name: value for name, value in checked.columns.items() if getattr(measure, name) != value}
    different = [name for name in old_rows if old_rows[name] != new_rows[name]]
    if not columns and not different:
        return measure
    old = {name: getattr(measure, name) for name in columns if name not in _PREPARED}
    new = {name: value for name, value in columns.items() if name not in _PREPARED}
    if not update_if_unchanged(session, measure, version, columns):
        raise conflict_of(measure, new)
    if different:
        for model in (MeasureEffect, InvestmentLine):
            gone = sa.delete(model).where(model.tenant_id == tenant_of(session), model.measure_id == measure_id)
            session.execute(gone.execution_options(synchronize_session="fetch"))
        add_rows(session, measure, checked)
    old |= {name: _summary(old_rows[name]) for name in different}
    new |= {name: _summary(new_rows[name]) for name in different}
    record_change(session, Subject("measure", measure_id), old=old, new=new, reason=reason, now=now)
    session.flush()
    return measure


def archive_measure(session: Session, measure_id: int, *, version: int, now: datetime, reason: str = "") -> Measure:
    """Take a measure out of board and lists; everything recorded stays."""
    return _set_archived(session, measure_id, now, version=version, now=now, reason=reason)


def restore_measure(session: Session, measure_id: int, *, version: int, now: datetime) -> Measure:
    """Bring an archived measure back."""
    return _set_archived(session, measure_id, None, version=version, now=now, reason="")


def _set_archived(
    session: Session, measure_id: int, at: datetime | None, *, version: int, now: datetime, reason: str
) -> Measure:
    require(session, Permission.EDIT_SITES)
    measure = find(session, Measure, measure_id)
    if (measure.archived_at is None) != (at is None):
        values = {"archived_at": at}
        change_row(session, measure, values, Subject("measure", measure_id), version=version, now=now, reason=reason)
    return measure


def rows_of(session: Session, measure_id: int) -> tuple[list[MeasureEffect], list[InvestmentLine]]:
    """Return the effects and investment lines of a measure in their order."""
    return effects_of(session, measure_id), lines_of(session, measure_id)


def effects_of(session: Session, measure_id: int) -> list[MeasureEffect]:
    """Return the effects of a measure in their order."""
    effects = scoped(session, MeasureEffect).where(MeasureEffect.measure_id == measure_id)
    return list(session.scalars(effects.order_by(MeasureEffect.position, MeasureEffect.id)))


def lines_of(session: Session, measure_id: int) -> list[InvestmentLine]:
    """Return the investment lines of a measure in their order."""
    lines = scoped(session, InvestmentLine).where(InvestmentLine.measure_id == measure_id)
    return list(session.scalars(lines.order_by(InvestmentLine.position, InvestmentLine.id)))


def details_of(measure: Measure, effects: list[MeasureEffect], lines: list[InvestmentLine]) -> MeasureDetails:
    """Return what a measure says, as a form shows it and takes it back."""
    same = (
        *("title", "situation", "proposal", "currency", "om_change", "avoided_treatment", "life_years"),
        *("discount_rate", "residual_value", "risks", "safety", "quality", "liability", "owner_id", "due"),
        *("audit_id", "finding_id", "library_code"),
    )
    return MeasureDetails(
        **{name: getattr(measure, name) for name in same},
        category=Category(measure.category),
        ease=Ease(measure.ease) if measure.ease else None,
        priority=Priority(measure.priority) if measure.priority else None,
        effects=tuple(Effect(**{name: getattr(each, name) for name in _EFFECT}) for each in effects),
        investment=tuple(
            Line(**{name: getattr(each, name) for name in _LINE}, kind=InvestmentKind(each.kind)) for each in lines
        ),
    )


_EFFECT = (
    *("resource", "quantity", "unit", "unit_price", "currency", "price_date", "variety", "meter_id"),
    *("assumptions", "calculation"),
)
_LINE = ("label", "amount", "spent", "currency", "day")


def _told(row: Any) -> dict[str, Any]:
    names = ("position", *_EFFECT) if isinstance(row, MeasureEffect) else ("position", *_LINE, "kind")
    return {name: as_json(_number(getattr(row, name))) for name in names}


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: as_json(_number(value)) for name, value in row.items() if name not in {"canonical_quantity", "basis"}}


def _number(value: Any) -> Any:
    """Money is compared by its value: 1.5 and 1.5000 are the same price."""
    return value.normalize() if hasattr(value, "normalize") else value


def _summary(rows: list[dict[str, Any]]) -> list[str]:
    """Return a line for each row, short enough for a history."""
    lines = []
    for row in rows:
        if "resource" in row:
            price = f" × {row['unit_price']} {row['currency']}" if row["unit_price"] is not None else ""
            lines.append(f"{row['resource']} {row['quantity']:g} {row['unit']}{price}".strip())
        else:
            spent = f" ({row['spent']})" if row["spent"] is not None else ""
            lines.append(f"{row['label']} {row['amount']} {row['currency']}{spent}".strip())
    return lines
