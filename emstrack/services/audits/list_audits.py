"""The audits a person may see, one page at a time, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.domain.audits import AuditKind, AuditStatus, Progress, TeamMember
from emstrack.services.audits.plan_audit import team_of
from emstrack.storage.models import Audit, Site
from emstrack.storage.queries import audits as queries
from emstrack.storage.queries.sites import subtree
from emstrack.storage.scope import auditable_sites, scoped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from sqlalchemy.orm import Session

PAGE = 50


@dataclass(frozen=True, slots=True)
class ListedAudit:
    """One audit of a list."""

    id: int
    site_id: int
    site: str
    kind: AuditKind
    title: str
    start: date
    last_day: date
    team: tuple[TeamMember, ...]
    status: AuditStatus
    progress: Progress
    recommendations: int


@dataclass(frozen=True, slots=True)
class AuditPage:
    """A page of audits, and how many there are in all."""

    rows: list[ListedAudit]
    total: int
    page: int
    size: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        """The place of the first row shown, from 1; 0 where there is none."""
        return (self.page - 1) * self.size + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """The place of the last row shown."""
        return (self.page - 1) * self.size + len(self.rows)


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What to look for; nothing set is everything that is not archived."""

    site_id: int | None = None
    organisation_id: int | None = None
    kind: AuditKind | None = None
    status: AuditStatus | None = None
    text: str = ""
    archived: bool = False


def list_audits(session: Session, wanted: AuditFilter | None = None, *, page: int = 1, size: int = PAGE) -> AuditPage:
    """Return a page of audits; an organisation includes its descendants."""
    wanted = wanted or AuditFilter()
    page = max(1, page)
    statement = queries.list_audits(session).where(*_criteria(session, wanted))
    total = session.scalar(statement.with_only_columns(sa.func.count(), maintain_column_froms=True)) or 0
    if (page - 1) * size >= total:
        page = 1
    statement = statement.order_by(Audit.start.desc(), Audit.id.desc()).limit(size).offset((page - 1) * size)
    found = session.execute(statement).all()
    counts = queries.counts_of(session, [row.Audit.id for row in found])
    rows = [_listed(row, counts[row.Audit.id]) for row in found]
    return AuditPage(rows, total, page, size)


def every_audit(session: Session, wanted: AuditFilter, *, size: int = 500) -> Iterator[ListedAudit]:
    """Return all audits that fit, piece by piece."""
    page = list_audits(session, wanted, size=size)
    yield from page.rows
    for number in range(2, page.pages + 1):
        yield from list_audits(session, wanted, page=number, size=size).rows


def audits_of_site(session: Session, site_id: int, *, most: int = 5) -> list[ListedAudit]:
    """Return a site's latest audits, for its page."""
    found = session.execute(
        queries.list_audits(session)
        .add_columns(*queries.count_columns(session))
        .where(*_criteria(session, AuditFilter(site_id=site_id)))
        .order_by(Audit.start.desc(), Audit.id.desc())
        .limit(most)
    )
    return [_listed(row, queries.counts_in(row)) for row in found]


def list_auditable_sites(session: Session) -> list[Any]:
    """Return (id, name, kind) of the sites in use whose audits the scope may write."""
    statement = scoped(session, Site.id, Site.name, Site.kind).where(
        Site.archived_at.is_(None), Site.id.in_(auditable_sites(session))
    )
    return list(session.execute(statement.order_by(Site.name)))


def _criteria(session: Session, wanted: AuditFilter) -> list[sa.ColumnElement[bool]]:
    criteria: list[sa.ColumnElement[bool]] = [
        Audit.archived_at.is_not(None) if wanted.archived else Audit.archived_at.is_(None)
    ]
    if wanted.site_id is not None:
        criteria.append(Audit.site_id == wanted.site_id)
    if wanted.organisation_id is not None:
        criteria.append(Site.organisation_id.in_(subtree(session, wanted.organisation_id)))
    if wanted.kind is not None:
        criteria.append(Audit.kind == wanted.kind.value)
    if wanted.status is not None:
        criteria.append(Audit.status == wanted.status.value)
    if text := wanted.text.strip()[:100]:
        criteria.append(Site.name.icontains(text, autoescape=True) | Audit.title.icontains(text, autoescape=True))
    return criteria


def _listed(row: Any, counts: queries.Counts) -> ListedAudit:
    audit = row.Audit
    return ListedAudit(
        id=audit.id,
        site_id=audit.site_id,
        site=row.site,
        kind=AuditKind(audit.kind),
        title=audit.title,
        start=audit.start,
        last_day=audit.last_day,
        team=team_of(audit.team),
        status=AuditStatus(audit.status),
        progress=Progress(audit.question_count, counts.answered, counts.findings, counts.open_findings),
        recommendations=counts.recommendations,
    )
