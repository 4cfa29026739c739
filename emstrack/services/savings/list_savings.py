"""Every prepared saving of what the scope may see, for the savings page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.domain.accounts import Permission
from emstrack.services.savings.refresh_results import count_unprepared, read_item
from emstrack.services.savings.show_home import SavedResource, saved_resources
from emstrack.storage.models import Baseline, Organisation, SavingsResult, Site
from emstrack.storage.scope import require, tenant_of, within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from emstrack.analysis.savings_types import MeterSaving

PAGE = 60


@dataclass(frozen=True, slots=True)
class ListedSaving:
    """One meter's saving with where it belongs, and the baseline it rests on."""

    site_id: int
    meter_id: int
    baseline_id: int
    organisation: str
    item: MeterSaving
    revision: int
    reason: str
    locked: bool


@dataclass(frozen=True, slots=True)
class SavingsPage:
    """A page of savings by site, their totals over all pages, and how many there are."""

    rows: tuple[ListedSaving, ...]
    saved: tuple[SavedResource, ...]
    total: int
    page: int
    size: int
    unprepared: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.size))


def list_savings(session: Session, *, page: int = 1) -> SavingsPage:
    """Return a page of prepared savings by site and meter."""
    require(session, Permission.VIEW)
    page = max(1, page)
    rows = _rows(session, (page - 1) * PAGE, PAGE)
    return SavingsPage(
        tuple(_listed(row) for row in rows),
        saved_resources(session),
        rows[0].total if rows else 0,
        page,
        PAGE,
        count_unprepared(session),
    )


def _rows(session: Session, offset: int, limit: int) -> Sequence[sa.Row[Any]]:
    statement: sa.Select[Any] = (
        sa.select(
            SavingsResult.site_id,
            SavingsResult.meter_id,
            SavingsResult.baseline_id,
            SavingsResult.item,
            Organisation.name.label("organisation"),
            Baseline.revision,
            Baseline.reason,
            Baseline.locked_at,
            sa.func.count().over().label("total"),
        )
        .join(Site, Site.id == SavingsResult.site_id)
        .join(Organisation, Organisation.id == Site.organisation_id)
        .join(Baseline, Baseline.id == SavingsResult.baseline_id)
        .where(
            *within(session, SavingsResult),
            *within(session, Site),
            *within(session, Baseline),
            Organisation.tenant_id == tenant_of(session),
            Site.archived_at.is_(None),
            SavingsResult.stale.is_(False),
        )
        .order_by(Organisation.name, Site.name, SavingsResult.resource, SavingsResult.meter_id)
        .offset(offset)
        .limit(limit)
    )
    return session.execute(statement).all()


def _listed(row: Any) -> ListedSaving:
    return ListedSaving(
        row.site_id,
        row.meter_id,
        row.baseline_id,
        row.organisation,
        read_item(row.item),
        row.revision,
        row.reason,
        row.locked_at is not None,
    )
