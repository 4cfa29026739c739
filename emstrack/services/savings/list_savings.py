"""Every prepared saving of what the scope may see, for the savings page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from emstrack.domain.accounts import Permission
from emstrack.services.savings.refresh_results import count_unprepared, read_item
from emstrack.services.savings.show_home import SavedResource, saved_resources
from emstrack.storage.kept import kept
from emstrack.storage.queries import prepared_savings as queries
from emstrack.storage.scope import require

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from emstrack.analysis.savings_types import MeterSaving

PAGE = 30


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
    order = kept(session, "savings.order", lambda: queries.result_order(session))
    shown = order[(page - 1) * PAGE : page * PAGE]
    rows = queries.listed_results(session, shown) if shown else {}
    return SavingsPage(
        tuple(_listed(rows[each]) for each in shown if each in rows),
        saved_resources(session),
        len(order),
        page,
        PAGE,
        kept(session, "savings.unprepared", lambda: count_unprepared(session)),
    )


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
