"""A balance added, changed and taken away; its history stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from emstrack.domain.accounts import Permission
from emstrack.services.audits.check_balance import check_balance
from emstrack.services.sites.record_change import Subject, change_row, record_change
from emstrack.storage.models import Balance, Organisation, ProcessStream, Site, UnitOperation
from emstrack.storage.scope import find, require, scoped, tenant_of

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from emstrack.domain.balances import BalanceDetails

MAY_WRITE = Permission.EDIT_SITES
"""What writing balances asks of a person."""


def add_balance(session: Session, site_id: int, details: BalanceDetails, *, now: datetime) -> Balance:
    """Add a balance to a site."""
    scope = require(session, MAY_WRITE)
    site = find(session, Site, site_id)
    values = check_balance(details, site_currency=_currency(session, site))
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
    require(session, MAY_WRITE)
    row = find(session, Balance, balance_id)
    values = check_balance(details, site_currency=_currency(session, find(session, Site, row.site_id)))
    change_row(session, row, values, subject_of(row), version=version, now=now)
    return row


def remove_balance(session: Session, balance_id: int, *, now: datetime, reason: str = "") -> int:
    """Take a balance away with its operations and streams; what it said stays in history. Returns the site."""
    require(session, MAY_WRITE)
    row = find(session, Balance, balance_id)
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


def subject_of(row: Balance) -> Subject:
    """Return whose history a balance's changes stand in."""
    return Subject("balance", row.id)


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
