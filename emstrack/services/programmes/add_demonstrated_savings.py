"""What the demonstration verified apart from its meters, written by a place's people and signed by somebody else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import sqlalchemy as sa

from emstrack.domain.accounts import Permission, Role, Scope
from emstrack.services.savings.record_isolated_saving import add_isolated_saving
from emstrack.services.savings.settle_isolated_saving import sign_isolated_saving
from emstrack.storage.models import Membership, Meter, Site
from emstrack.storage.scope import scope_of, scoped, set_scope, tenant_of

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from emstrack.analysis.demonstration import Demonstration

_UNSIGNED = frozenset({"Low-flow showers"})
"""One waits for its signature, so that somebody who tries the demonstration has something to sign."""


def add_demonstrated_savings(session: Session, made: Demonstration, *, now: datetime) -> None:
    """Write each saving as the place's own people would, and have the centre's administrator sign most of them."""
    before, people = scope_of(session), _people(session)
    sites = {site.name: site for site in session.scalars(scoped(session, Site))}
    meters = {
        (meter.site_id, meter.name): meter.id
        for meter in session.scalars(scoped(session, Meter).where(Meter.parent_id.is_not(None)))
    }
    for each in made.isolated:
        site = sites[each.site]
        details = replace(each.details, meter_id=meters[site.id, each.sub_meter]) if each.sub_meter else each.details
        author = people[Role.MANAGER if site.kind == "hotel" else Role.COMMITTEE]
        _act_as(session, author)
        row = add_isolated_saving(session, site.id, details, now=now, today=now.date())
        if details.title not in _UNSIGNED:
            _act_as(session, people[Role.ADMINISTRATOR])
            sign_isolated_saving(session, row.id, version=row.version, now=now)
    set_scope(session, before)


def _people(session: Session) -> dict[Role, int]:
    rows = session.execute(scoped(session, Membership.role, sa.func.min(Membership.user_id)).group_by(Membership.role))
    return {Role(role): user_id for role, user_id in rows}


def _act_as(session: Session, user_id: int) -> None:
    set_scope(session, Scope(tenant_of(session), user_id=user_id, permissions=frozenset(Permission)))
