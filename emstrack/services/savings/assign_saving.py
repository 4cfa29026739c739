"""Which measure a saving that was verified apart from the meter belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import RefusedError
from emstrack.services.sites.record_change import Subject, record_change
from emstrack.storage.models import IsolatedSaving, Measure, MeasureSaving
from emstrack.storage.scope import find, require, scoped, within

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def assign_saving(session: Session, measure_id: int, saving_id: int, *, now: datetime) -> MeasureSaving:
    """Let a saving stand for a measure of the same site.

    Raises
    ------
    NotFoundError
        Where either is not in sight.
    RefusedError
        ``ledger.saving_elsewhere`` for another site's, ``ledger.saving_taken`` for another measure's,
        ``isolation.withdrawn``.
    """
    scope = require(session, Permission.EDIT_SITES)
    measure, saving = find(session, Measure, measure_id), find(session, IsolatedSaving, saving_id)
    if saving.withdrawn_at is not None:
        raise RefusedError("isolation.withdrawn", field="saving_id")
    if measure.site_id != saving.site_id:
        raise RefusedError("ledger.saving_elsewhere", field="saving_id")
    row = _of_saving(session, saving_id)
    if row is not None:
        if row.measure_id != measure_id:
            raise RefusedError("ledger.saving_taken", field="saving_id")
        return row
    row = MeasureSaving(
        tenant_id=scope.tenant_id,
        saving_id=saving_id,
        measure_id=measure_id,
        site_id=measure.site_id,
        created_at=now,
        created_by=scope.user_id,
    )
    session.add(row)
    session.flush()
    record_change(session, Subject("measure", measure_id), old=None, new={"measured_apart": saving.title}, now=now)
    return row


def release_saving(session: Session, measure_id: int, saving_id: int, *, now: datetime) -> None:
    """Let a saving stand for no measure again."""
    require(session, Permission.EDIT_SITES)
    find(session, Measure, measure_id)
    saving = find(session, IsolatedSaving, saving_id)
    row = _of_saving(session, saving_id)
    if row is None or row.measure_id != measure_id:
        return
    session.execute(
        sa.delete(MeasureSaving).where(*within(session, MeasureSaving), MeasureSaving.saving_id == saving_id)
    )
    session.expunge(row)
    old, new = {"measured_apart": saving.title}, {"measured_apart": None}
    record_change(session, Subject("measure", measure_id), old=old, new=new, now=now)


def _of_saving(session: Session, saving_id: int) -> MeasureSaving | None:
    return session.scalars(scoped(session, MeasureSaving).where(MeasureSaving.saving_id == saving_id)).one_or_none()
