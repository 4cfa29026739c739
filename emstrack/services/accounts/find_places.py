"""The organisations a person may work in: where they hold a role, and what others shared with those organisations."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.domain.accounts import (
    SHARED_MODULES,
    OrganisationKind,
    Permission,
    Role,
    Scope,
    SharedAudits,
    SharePurpose,
    ancestors,
    descendants,
    modules_of,
    permissions_of,
    strongest,
)
from emstrack.storage.models import Membership, Organisation, Share
from emstrack.storage.scope import every_tenant

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Place:
    """An organisation to work in, and what may be seen and done there."""

    organisation_id: int
    name: str
    tenant_id: int
    tenant_name: str
    roles: frozenset[Role]
    organisation_ids: frozenset[int] | None
    site_ids: frozenset[int] | None
    modules: frozenset[str]
    shared: bool
    is_demonstration: bool
    audits: SharedAudits | None = None
    """What may be audited of somebody else's tenant; None in one's own."""

    @property
    def role(self) -> Role:
        """The strongest role held here."""
        return strongest(self.roles)

    def scope(self, user_id: int) -> Scope:
        """Return what somebody who works here may see and do."""
        seen = (self.tenant_id, self.organisation_ids, self.site_ids, user_id)
        if self.audits is None:
            return Scope(*seen, permissions_of(self.roles))
        may_audit = self.audits != SharedAudits()
        return Scope(*seen, frozenset({Permission.VIEW, *([Permission.AUDIT] if may_audit else [])}), self.audits)


def find_places(session: Session, user_id: int, *, today: date) -> list[Place]:
    """Return where a person may work, their own organisations first; contributors have no place of their own."""
    with every_tenant(session, "where a person may work is known before their tenant is"):
        held = session.execute(
            sa.select(Membership.organisation_id, Membership.tenant_id, Membership.role)
            .where(Membership.user_id == user_id, Membership.role != Role.CONTRIBUTOR)
            .order_by(Membership.id)
        ).all()
        if not held:
            return []
        trees = _trees(session, {row.tenant_id for row in held})
        own = _own_places(held, trees)
        return own + _shared_places(session, own, _auditing(own, trees), today)


def _trees(session: Session, tenant_ids: Collection[int]) -> dict[int, dict[int, Any]]:
    trees: dict[int, dict[int, Any]] = defaultdict(dict)
    rows = session.execute(
        sa.select(
            *(Organisation.id, Organisation.parent_id, Organisation.tenant_id, Organisation.name, Organisation.kind),
            *(Organisation.profile, Organisation.archived_at, Organisation.is_demonstration),
        ).where(Organisation.tenant_id.in_(tenant_ids))
    )
    for row in rows:
        trees[row.tenant_id][row.id] = row
    return trees


def _parents(tree: Mapping[int, Any]) -> dict[int, int | None]:
    return {id_: row.parent_id for id_, row in tree.items()}


def _own_places(held: Collection[Any], trees: Mapping[int, Mapping[int, Any]]) -> list[Place]:
    roles: dict[int, set[Role]] = defaultdict(set)
    for row in held:
        roles[row.organisation_id].add(Role(row.role))
    places: dict[int, Place] = {}
    for row in held:
        tree = trees[row.tenant_id]
        organisation, root = tree[row.organisation_id], tree[row.tenant_id]
        if organisation.archived_at is not None or root.archived_at is not None:
            continue
        parents = _parents(tree)
        places[organisation.id] = Place(
            organisation_id=organisation.id,
            name=organisation.name,
            tenant_id=root.id,
            tenant_name=root.name,
            roles=frozenset().union(*(roles[each] for each in ancestors(parents, organisation.id) if each in roles)),
            organisation_ids=None if organisation.id == root.id else descendants(parents, [organisation.id]),
            site_ids=None,
            modules=modules_of(OrganisationKind(root.kind), root.profile.get("modules", {})),
            shared=False,
            is_demonstration=root.is_demonstration,
        )
    return list(places.values())


def _auditing(own: Collection[Place], trees: Mapping[int, Mapping[int, Any]]) -> frozenset[int]:
    """Return the organisations in which a person may audit."""
    places = [place for place in own if Permission.AUDIT in permissions_of(place.roles)]
    return frozenset().union(
        *(trees[place.tenant_id] if place.organisation_ids is None else place.organisation_ids for place in places)
    )


def _shared_places(session: Session, own: Collection[Place], auditing: frozenset[int], today: date) -> list[Place]:
    """What was shared with a person's organisations, one place per tenant that shares.

    It opens for reading; a share for audits, to who is an auditor there, for writing those of its sites too.
    """
    grantees = sa.or_(
        Share.grantee_id.in_([id_ for place in own for id_ in place.organisation_ids or ()]),
        Share.grantee_id.in_(
            sa.select(Organisation.id).where(
                Organisation.tenant_id.in_([place.tenant_id for place in own if place.organisation_ids is None])
            )
        ),
    )
    shares = session.execute(
        sa.select(Share.tenant_id, Share.organisation_id, Share.site_id, Share.role, Share.purpose, Share.grantee_id)
        .where(grantees, Share.revoked_at.is_(None), Share.until.is_(None) | (Share.until >= today))
        .order_by(Share.id)
    ).all()
    if not shares:
        return []
    trees = _trees(session, {row.tenant_id for row in shares})
    places = []
    for tenant_id in dict.fromkeys(row.tenant_id for row in shares):
        mine = [row for row in shares if row.tenant_id == tenant_id]
        root = trees[tenant_id][tenant_id]
        if root.archived_at is not None:
            continue
        parents = _parents(trees[tenant_id])
        places.append(
            Place(
                organisation_id=tenant_id,
                name=root.name,
                tenant_id=tenant_id,
                tenant_name=root.name,
                roles=frozenset(Role(row.role) for row in mine),
                organisation_ids=_organisations(parents, mine),
                site_ids=_sites(mine) or None,
                modules=modules_of(OrganisationKind(root.kind), root.profile.get("modules", {})) & SHARED_MODULES,
                shared=True,
                is_demonstration=root.is_demonstration,
                audits=_audits(parents, mine, auditing),
            )
        )
    return places


def _organisations(parents: Mapping[int, int | None], shares: Collection[Any]) -> frozenset[int]:
    return descendants(parents, [row.organisation_id for row in shares if row.organisation_id is not None])


def _sites(shares: Collection[Any]) -> frozenset[int]:
    return frozenset(row.site_id for row in shares if row.site_id is not None)


def _audits(parents: Mapping[int, int | None], shares: Collection[Any], auditing: frozenset[int]) -> SharedAudits:
    """Return what a person may audit: the shares for audits with an organisation in which they are an auditor."""
    given = [row for row in shares if row.purpose == SharePurpose.AUDIT and row.grantee_id in auditing]
    return SharedAudits(_organisations(parents, given), _sites(given))
