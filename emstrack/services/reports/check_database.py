"""What `doctor` asks of the database: sound, guarded, not an SQLite that may lose rows, its scheduler alive."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.domain.findings import Finding, Severity
from emstrack.services.reports.check_readiness import SCHEDULER_SILENCE
from emstrack.services.reports.record_run import HEARTBEAT
from emstrack.storage.models import DueWork, JobRun, OutboxMail
from emstrack.storage.session import wal_is_safe

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

_RECENT = timedelta(days=2)


def check_database(session: Session, *, now: datetime) -> list[Finding]:
    """Return a finding for each thing looked at; `info` is well."""
    sqlite = session.connection().dialect.name == "sqlite"
    return [*(_sqlite(session) if sqlite else _postgresql(session)), *_work(session, now)]


def _sqlite(session: Session) -> Iterator[Finding]:
    version = str(_ask(session, "SELECT sqlite_version()"))
    mode = str(_ask(session, "PRAGMA journal_mode")).lower()
    safe = wal_is_safe(tuple(int(part) for part in version.split(".")))
    told = {"version": version, "mode": mode}
    if safe:
        yield Finding("doctor.sqlite", Severity.INFO, told)
    elif mode == "wal":
        yield Finding("doctor.sqlite_loses_rows", Severity.REFUSED, told)
    else:
        yield Finding("doctor.sqlite_slow", Severity.WARNING, told)
    if _ask(session, "PRAGMA foreign_keys") == 1:
        yield Finding("doctor.foreign_keys", Severity.INFO)
    else:
        yield Finding("doctor.foreign_keys_off", Severity.REFUSED)
    said = str(_ask(session, "PRAGMA quick_check(1)"))
    if said == "ok":
        yield Finding("doctor.sound", Severity.INFO)
    else:
        yield Finding("doctor.unsound", Severity.REFUSED, {"reason": said})


def _postgresql(session: Session) -> Iterator[Finding]:
    yield Finding("doctor.postgresql", Severity.INFO, {"version": str(_ask(session, "SHOW server_version"))})
    mighty = _ask(session, "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
    if mighty:
        yield Finding("doctor.role_too_mighty", Severity.REFUSED)
    else:
        yield Finding("doctor.role", Severity.INFO)


def _work(session: Session, now: datetime) -> Iterator[Finding]:
    last = session.scalar(sa.select(sa.func.max(JobRun.started_at)).where(JobRun.kind == HEARTBEAT))
    if last is None:
        yield Finding("doctor.scheduler_never", Severity.WARNING)
    elif now - last > SCHEDULER_SILENCE:
        yield Finding("doctor.scheduler_silent", Severity.REFUSED, {"since": last.isoformat(timespec="minutes")})
    else:
        yield Finding("doctor.scheduler", Severity.INFO, {"last": last.isoformat(timespec="minutes")})
    failing = session.execute(
        sa.select(DueWork.kind, DueWork.last_error).where(DueWork.done_at.is_(None), DueWork.last_error != "")
    ).all()
    if failing:
        told = {"n": len(failing), "kind": failing[0].kind, "reason": failing[0].last_error}
        yield Finding("doctor.work_failing", Severity.REFUSED, told)
    else:
        yield Finding("doctor.work", Severity.INFO)
    failed = sa.select(sa.func.count()).select_from(OutboxMail).where(OutboxMail.failed_at > now - _RECENT)
    if n := session.scalar(failed):
        yield Finding("doctor.mails_failed", Severity.WARNING, {"n": n})


def _ask(session: Session, question: str) -> Any:
    return (
        session.connection()
        .execute(sa.text(question), execution_options={"emstrack_text": "asks the server about itself"})
        .scalar()
    )
