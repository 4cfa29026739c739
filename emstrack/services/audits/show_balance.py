"""A balance with all that is computed from it, and a site's balances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emstrack.services.audits.keep_process_stream import streams_of
from emstrack.services.audits.keep_unit_operation import operations_of
from emstrack.services.audits.weigh_balance import WeighedBalance, weigh_balance
from emstrack.storage.models import Audit, Balance, ProcessStream, Site, UnitOperation
from emstrack.storage.scope import find, scoped

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class ShownBalance:
    """A balance, its site, and it weighed."""

    balance: Balance
    site: Site
    weighed: WeighedBalance


def show_balance(session: Session, balance_id: int) -> ShownBalance:
    """Return a balance the person may see."""
    balance = find(session, Balance, balance_id)
    site = find(session, Site, balance.site_id)
    operations, streams = operations_of(session, balance_id), streams_of(session, balance_id)
    return ShownBalance(balance, site, weigh_balance(balance, operations, streams))


def list_balances(session: Session, site_id: int) -> tuple[Site, list[Balance]]:
    """Return a site and its balances, the newest first."""
    site = find(session, Site, site_id)
    statement = scoped(session, Balance).where(Balance.site_id == site_id)
    return site, list(session.scalars(statement.order_by(Balance.start.desc(), Balance.id.desc())))


def find_operation(session: Session, operation_id: int) -> UnitOperation:
    """Return a unit operation the person may see."""
    return find(session, UnitOperation, operation_id)


def find_stream(session: Session, stream_id: int) -> ProcessStream:
    """Return a stream the person may see."""
    return find(session, ProcessStream, stream_id)


def find_site(session: Session, site_id: int) -> Site:
    """Return the site a balance is to stand on."""
    return find(session, Site, site_id)


def audits_of_site(session: Session, site_id: int) -> list[Audit]:
    """Return the audits a balance of the site may belong to, the newest first."""
    statement = scoped(session, Audit).where(Audit.site_id == site_id, Audit.archived_at.is_(None))
    return list(session.scalars(statement.order_by(Audit.start.desc(), Audit.id.desc())))
