"""An indicator's actual in a quarter: written, written over with its history, or taken away by an empty figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emstrack.domain.programmes import check_quarter
from emstrack.services.programmes.keep_programme import require_whole, subject_of
from emstrack.services.sites.record_change import conflict_of, record_change
from emstrack.storage.models import IndicatorValue, ProgrammeIndicator
from emstrack.storage.scope import find, scoped
from emstrack.storage.versions import update_if_unchanged

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session


def record_quarter(
    session: Session,
    indicator_id: int,
    quarter: date,
    value: float | None,
    *,
    note: str = "",
    version: int = 0,
    today: date,
    now: datetime,
) -> int:
    """Keep a quarter's actual; returns the programme.

    Raises
    ------
    RefusedError
        ``programme.quarter_unknown``, ``programme.day_in_future``.
    ConflictError
        ``record.changed_meanwhile`` where somebody else wrote it since this version was read.
    """
    scope = require_whole(session)
    indicator = find(session, ProgrammeIndicator, indicator_id)
    check_quarter(quarter, today=today)
    statement = scoped(session, IndicatorValue).where(
        IndicatorValue.indicator_id == indicator_id, IndicatorValue.quarter == quarter
    )
    row = session.scalars(statement).one_or_none()
    said = {"value": value, "note": note.strip()}
    subject = subject_of(indicator.programme_id, f"indicators:{indicator_id}:{quarter.isoformat()}")
    old = None if row is None else {"value": row.value, "note": row.note}
    if row is None and value is not None:
        session.add(
            IndicatorValue(
                tenant_id=scope.tenant_id, indicator_id=indicator_id, quarter=quarter, value=value, note=note.strip()
            )
        )
    elif row is not None and row.version != version:
        raise conflict_of(row, said)
    elif row is not None and value is None:
        session.delete(row)
    elif row is not None and old != said and not update_if_unchanged(session, row, version, said):
        raise conflict_of(row, said)
    if old != said and not (old is None and value is None):
        record_change(session, subject, old=old, new=None if value is None else said, now=now)
    session.flush()
    return indicator.programme_id
