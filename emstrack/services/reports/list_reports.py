"""What can be handed out: which sites have a saving to report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emstrack.domain.accounts import Permission
from emstrack.storage.queries import reports as queries
from emstrack.storage.scope import require

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class ReportableSite:
    """A site, and on how many adopted baselines its report would rest; on none there is nothing to report."""

    id: int
    name: str
    adopted: int


def list_reports(session: Session) -> list[ReportableSite]:
    """Return the sites in use by name."""
    require(session, Permission.VIEW)
    return [ReportableSite(row.id, row.name, row.adopted) for row in queries.reportable_sites(session)]
