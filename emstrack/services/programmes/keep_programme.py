"""A programme is written down, changed, archived, brought back: by whoever may edit sites of the whole tenant."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import NotAllowedError, RefusedError
from emstrack.domain.programmes import ProgrammeDetails, check_programme
from emstrack.domain.sectors import Sector
from emstrack.reference.countries import countries, currencies
from emstrack.services.sites.record_change import Subject, change_row, record_change
from emstrack.storage.models import Programme
from emstrack.storage.scope import find, require, tenant_of
from emstrack.storage.uniqueness import first_come

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from emstrack.domain.accounts import Scope


def may_keep(scope: Scope) -> bool:
    """Tell whether somebody may write programmes: they reach over a tenant's organisations, so a part may not."""
    return scope.may(Permission.EDIT_SITES) and scope.organisation_ids is None and scope.shared_audits is None


def require_whole(session: Session) -> Scope:
    """Return the scope of somebody who may write programmes; otherwise refuse."""
    scope = require(session, Permission.EDIT_SITES)
    if not may_keep(scope):
        raise NotAllowedError("record.not_allowed", permission=Permission.EDIT_SITES.value)
    return scope


def find_to_keep(session: Session, programme_id: int) -> Programme:
    """Return a programme to somebody who may write it."""
    require_whole(session)
    return find(session, Programme, programme_id)


def add_programme(session: Session, details: ProgrammeDetails, *, today: date, now: datetime) -> Programme:
    """Write a programme down."""
    scope = require_whole(session)
    values = _checked(details, today)

    def check() -> None:
        _check_name(session, details.name.strip())

    check()
    row = Programme(**values, tenant_id=scope.tenant_id, created_at=now, created_by=scope.user_id)
    with first_come(session, check):
        session.add(row)
    record_change(session, subject_of(row.id), old=None, new={"name": row.name}, now=now)
    session.flush()
    return row


def change_programme(
    session: Session, programme_id: int, details: ProgrammeDetails, *, version: int, today: date, now: datetime
) -> Programme:
    """Change what is said of a programme."""
    require_whole(session)
    row = find(session, Programme, programme_id)
    values = _checked(details, today)

    def check() -> None:
        _check_name(session, details.name.strip(), but=programme_id)

    check()
    with first_come(session, check):
        change_row(session, row, values, subject_of(programme_id), version=version, now=now)
    return row


def archive_programme(session: Session, programme_id: int, *, version: int, archived: bool, now: datetime) -> Programme:
    """Take a programme out of the list, or bring it back; everything recorded stays."""
    require_whole(session)
    row = find(session, Programme, programme_id)
    change_row(
        session, row, {"archived_at": now if archived else None}, subject_of(programme_id), version=version, now=now
    )
    return row


def details_of(row: Programme) -> ProgrammeDetails:
    """Return what was said of a programme."""
    said = {field.name: getattr(row, field.name) for field in fields(ProgrammeDetails)}
    sectors = tuple(Sector(each) for each in row.sectors)
    return ProgrammeDetails(**{**said, "countries": tuple(row.countries), "sectors": sectors})


def subject_of(programme_id: int, part: str = "") -> Subject:
    """Return whose history a programme's changes stand in."""
    return Subject("programme", programme_id, part)


def currency_code(text: str, *, field: str = "currency") -> str:
    """Return a currency's code; empty stays so."""
    code = text.strip().upper()
    if code and code not in currencies():
        raise RefusedError("site.currency_unknown", currency=code[:60], field=field)
    return code


def _checked(details: ProgrammeDetails, today: date) -> dict[str, Any]:
    check_programme(details, today=today)
    unknown = [code for code in details.countries if code not in countries()]
    if unknown:
        raise RefusedError("programme.country_unknown", country=unknown[0][:60], field="countries")
    values: dict[str, Any] = {field.name: getattr(details, field.name) for field in fields(details)}
    return values | {
        "name": details.name.strip(),
        "countries": sorted(set(details.countries)),
        "sectors": [sector.value for sector in dict.fromkeys(details.sectors)],
        "currency": currency_code(details.currency),
    }


def _check_name(session: Session, name: str, but: int | None = None) -> None:
    statement = sa.select(Programme.id).where(Programme.tenant_id == tenant_of(session), Programme.name == name)
    if but is not None:
        statement = statement.where(Programme.id != but)
    if session.scalar(statement.limit(1)) is not None:
        raise RefusedError("programme.name_taken", name=name, field="name")
