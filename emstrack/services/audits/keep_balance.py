"""A balance added, changed and taken away; its history stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.domain.errors import RefusedError
from emstrack.services.audits.check_balance import check_balance
from emstrack.services.audits.open_audit import require_site
from emstrack.services.sites.record_change import Subject, change_row, record_change
from emstrack.storage.models import Audit, Balance, Organisation, ProcessStream, Site, UnitOperation
from emstrack.storage.scope import find, scope_of, scoped, tenant_of

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from emstrack.domain.balances import BalanceDetails


def add_balance(session: Session, site_id: int, details: BalanceDetails, *, now: datetime) -> Balance:
    """Add a balance to a site."""
    site, scope = require_site(session, site_id), scope_of(session)
    values = _checked(session, site, details)
    row = Balance(tenant_id=scope.tenant_id, site_id=site_id, created_at=now, created_by=scope.user_id, **values)
    session.add(row)
    session.flush()
    record_change(session, subject_of(row), old=None, new={"title": row.title}, now=now)
    session.flush()
    return row


def change_balance(
    session: Session, balance_id: int, details: BalanceDetails, *, version: int, now: datetime
) -> Balance:
    """Change what is said of a balance."""
    row = writable_balance(session, balance_id)
    values = _checked(session, find(session, Site, row.site_id), details)
    change_row(session, row, values, subject_of(row), version=version, now=now)
    return row


def remove_balance(session: Session, balance_id: int, *, now: datetime, reason: str = "") -> int:
    """Take a balance away with its operations and streams; what it said stays in history. Returns the site."""
    row = writable_balance(session, balance_id)
    site_id = row.site_id
    streams = session.scalars(scoped(session, ProcessStream).where(ProcessStream.balance_id == balance_id))
    said = "; ".join(f"{stream.name}: {stream.quantity:g} {stream.unit}" for stream in streams)
    record_change(session, subject_of(row), old={"title": row.title, "streams": said}, new=None, reason=reason, now=now)
    for model, column in (
        (ProcessStream, ProcessStream.balance_id),
        (UnitOperation, UnitOperation.balance_id),
        (Balance, Balance.id),
    ):
        session.execute(
            sa.delete(model)
            .where(model.tenant_id == tenant_of(session), column == balance_id)
            .execution_options(synchronize_session=False)
        )
    session.expunge(row)
    return site_id


def writable_balance(session: Session, balance_id: int) -> Balance:
    """Return a balance of a site whose audits the scope may write: balances are part of an audit's work."""
    row = find(session, Balance, balance_id)
    require_site(session, row.site_id)
    return row


def subject_of(row: Balance) -> Subject:
    """Return whose history a balance's changes stand in."""
    return Subject("balance", row.id)


def _checked(session: Session, site: Site, details: BalanceDetails) -> dict[str, Any]:
    """Return the columns of a balance; an audit is one of the same site."""
    if details.audit_id is not None:
        audit = session.scalars(scoped(session, Audit).where(Audit.id == details.audit_id)).one_or_none()
        if audit is None or audit.site_id != site.id:
            raise RefusedError("balance.other_audit", field="audit_id")
    return check_balance(details, site_currency=_currency(session, site))


def _currency(session: Session, site: Site) -> str:
    if site.currency:
        return site.currency
    return str(
        session.scalars(
            sa.select(Organisation.currency).where(
                Organisation.tenant_id == tenant_of(session), Organisation.id == site.organisation_id
            )
        ).one()
    )
