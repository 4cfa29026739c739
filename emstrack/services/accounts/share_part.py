"""Showing a site or a part of one's tree to another organisation until a day or until it is revoked.

For reading; or, to auditors, for writing audits of it as well.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.domain.accounts import Permission, Role, SharePurpose
from emstrack.domain.errors import NotFoundError, RefusedError
from emstrack.storage.models import Organisation, Share, Site
from emstrack.storage.scope import every_tenant, find, require, scoped

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

SHARING_ROLES = (Role.LENDER, Role.DONOR, Role.AUDITOR, Role.VIEWER)


@dataclass(frozen=True, slots=True)
class Shared:
    """A share as its owner reads it."""

    share_id: int
    what: str
    with_whom: str
    role: Role
    until: date | None
    created_at: datetime
    purpose: SharePurpose = SharePurpose.VIEW


def sharing_code(organisation_id: int, key: str) -> str:
    """Return the code by which an organisation is named to another; it cannot be guessed, so nobody is found by it."""
    seal = hmac.new(key.encode(), f"share with {organisation_id}".encode(), hashlib.sha256).hexdigest()[:12]
    return f"{organisation_id}-{seal}"


def share(
    session: Session,
    what: Organisation | Site,
    code: str,
    *,
    key: str,
    role: Role,
    until: date | None,
    now: datetime,
    purpose: SharePurpose = SharePurpose.VIEW,
) -> Share:
    """Share an organisation with everything below it, or one site.

    Raises
    ------
    RefusedError
        ``share.no_such_code``, ``share.with_oneself``, ``share.in_the_past`` or ``share.audit_needs_auditor``.
    """
    scope = require(session, Permission.ADMINISTER)
    if role not in SHARING_ROLES:
        raise RefusedError("share.role")
    if purpose is SharePurpose.AUDIT and role is not Role.AUDITOR:
        raise RefusedError("share.audit_needs_auditor", field="purpose")
    if until is not None and until < now.date():
        raise RefusedError("share.in_the_past", until=until)
    grantee_id = _read_code(code, key)
    with every_tenant(session, "whoever is shared with belongs to another tenant"):
        grantee = session.scalars(
            sa.select(Organisation).where(Organisation.id == grantee_id, Organisation.archived_at.is_(None))
        ).one_or_none()
    if grantee is None:
        raise RefusedError("share.no_such_code")
    if grantee.tenant_id == scope.tenant_id:
        raise RefusedError("share.with_oneself")
    shared = Share(
        tenant_id=scope.tenant_id,
        organisation_id=what.id if isinstance(what, Organisation) else None,
        site_id=what.id if isinstance(what, Site) else None,
        grantee_id=grantee.id,
        role=role,
        purpose=purpose,
        until=until,
        created_at=now,
        created_by=scope.user_id,
    )
    session.add(shared)
    session.flush()
    return shared


def find_shareable(session: Session, named: str) -> Organisation | Site:
    """Return what ``organisation-7`` or ``site-12`` of a form stands for, if the scope may see it."""
    kind, _, number = named.partition("-")
    if number.isascii() and number.isdigit() and len(number) < 19:
        if kind == "organisation":
            return find(session, Organisation, int(number))
        if kind == "site":
            return find(session, Site, int(number))
    raise NotFoundError("record.not_found", thing="record")


def list_shareable_sites(session: Session) -> list[tuple[int, str]]:
    """Return the sites in use that the scope may see: id and name."""
    statement = scoped(session, Site.id, Site.name).where(Site.archived_at.is_(None)).order_by(Site.name)
    return [(row.id, row.name) for row in session.execute(statement)]


def revoke_share(session: Session, share_id: int, *, now: datetime) -> None:
    """Close a share from the next request on."""
    require(session, Permission.ADMINISTER)
    found = find(session, Share, share_id)
    if found.revoked_at is None:
        found.revoked_at = now
        session.flush()


def list_shares(session: Session, *, today: date) -> list[Shared]:
    """Return what is shared with others now."""
    require(session, Permission.ADMINISTER)
    shares = session.scalars(
        scoped(session, Share)
        .where(Share.revoked_at.is_(None), Share.until.is_(None) | (Share.until >= today))
        .order_by(Share.id)
    ).all()
    organisations = _names(session, scoped(session, Organisation.id, Organisation.name))
    sites = _names(session, scoped(session, Site.id, Site.name))
    with every_tenant(session, "the names of those who are shared with"):
        wanted = sa.select(Organisation.id, Organisation.name).where(
            Organisation.id.in_([s.grantee_id for s in shares])
        )
        grantees = _names(session, wanted)
    return [
        Shared(
            share_id=each.id,
            what=organisations.get(each.organisation_id or 0) or sites.get(each.site_id or 0) or "",
            with_whom=grantees[each.grantee_id],
            role=Role(each.role),
            until=each.until,
            created_at=each.created_at,
            purpose=SharePurpose(each.purpose),
        )
        for each in shares
    ]


def _names(session: Session, statement: Any) -> dict[int, str]:
    return {row.id: row.name for row in session.execute(statement)}


def _read_code(code: str, key: str) -> int:
    number = code.strip().partition("-")[0]
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise RefusedError("share.no_such_code")
    if not hmac.compare_digest(sharing_code(int(number), key).encode(), code.strip().encode()):
        raise RefusedError("share.no_such_code")
    return int(number)
