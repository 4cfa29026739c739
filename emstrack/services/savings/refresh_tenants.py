"""The scheduler's part: every tenant's savings brought up to date, a short transaction for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from emstrack.domain.accounts import Permission, Scope
from emstrack.services.savings.refresh_results import refresh_results
from emstrack.storage.models import Organisation
from emstrack.storage.scope import every_tenant, set_scope

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from datetime import datetime

    from sqlalchemy.orm import Session


def refresh_tenants(
    transactions: Callable[[], AbstractContextManager[Session]], *, clock: Callable[[], datetime]
) -> int:
    """Compute what waits in any tenant; return how many results that were."""
    with transactions() as session, every_tenant(session, "the scheduler refreshes the savings of all"):
        tenants = session.scalars(sa.select(Organisation.id).where(Organisation.parent_id.is_(None))).all()
    done = 0
    for tenant in tenants:
        with transactions() as session:
            set_scope(session, Scope(tenant, permissions=frozenset(Permission)))
            done += refresh_results(session, now=clock())
    return done
