"""Case studies as others read them: the organisation's own people, and whoever comes to a public address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.domain.accounts import Permission
from emstrack.domain.case_studies import Audience, is_slug
from emstrack.domain.errors import NotFoundError
from emstrack.services.audits.release_case_study import compose
from emstrack.services.audits.show_measure import show_measure
from emstrack.storage.models import CaseStudy, Measure, MeasurePhoto, StoredFile, User
from emstrack.storage.scope import every_tenant, find, require, scoped

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from emstrack.gateways.stored_files import StoredFiles


@dataclass(frozen=True, slots=True)
class ShownCase:
    """A case study and what this reader gets of it; `draft` is what its writers would let out now."""

    case: CaseStudy
    content: dict[str, Any]
    is_own: bool
    released_by: str

    @property
    def differs(self) -> bool:
        """Whether the draft moved on since it was let out."""
        return self.is_own and self.case.audience != Audience.DRAFT and self.content != self.case.released


def list_cases(session: Session) -> Sequence[sa.Row[Any]]:
    """Return the case studies this person may read, the latest first."""
    require(session, Permission.VIEW)
    statement = scoped(
        session, CaseStudy.id, CaseStudy.title, CaseStudy.audience, CaseStudy.released, CaseStudy.released_at
    )
    return session.execute(statement.order_by(CaseStudy.released_at.desc().nulls_first(), CaseStudy.id.desc())).all()


def show_case(session: Session, case_id: int, *, today: date) -> ShownCase:
    """Return a case study: its draft for who sees the measure, what was let out for the rest."""
    require(session, Permission.VIEW)
    case = find(session, CaseStudy, case_id)
    own = session.scalar(scoped(session, Measure.id).where(Measure.id == case.measure_id)) is not None
    who = session.scalar(sa.select(User.name).where(User.id == case.released_by)) if case.released_by else ""
    content = compose(session, case, show_measure(session, case.measure_id, today=today)) if own else case.released
    return ShownCase(case, content, own, who or "")


def open_photo(session: Session, files: StoredFiles, case_id: int, number: int) -> tuple[bytes, str]:
    """Return a photo of a case study that was let out, for a reader who may not see its site."""
    require(session, Permission.VIEW)
    case = find(session, CaseStudy, case_id)
    if case.audience == Audience.DRAFT:
        raise NotFoundError("record.not_found", thing="photo")
    with every_tenant(session, "the photos of a case study go with it, not with its site"):
        return _photo(session, files, case, number)


def show_public_case(session: Session, slug: str) -> tuple[dict[str, Any], datetime | None]:
    """Return what was let out to everybody at a public address, and when.

    Raises
    ------
    NotFoundError
        Where there is none, or it is not public (any more): all look alike.
    """
    with every_tenant(session, "a public case study is open to anybody"):
        case = _public(session, slug)
        return dict(case.released), case.released_at


def open_public_photo(session: Session, files: StoredFiles, slug: str, number: int) -> tuple[bytes, str]:
    """Return a photo of a public case study."""
    with every_tenant(session, "the photos of a public case study are open to anybody"):
        return _photo(session, files, _public(session, slug), number)


def _public(session: Session, slug: str) -> CaseStudy:
    statement = sa.select(CaseStudy).where(CaseStudy.slug == slug, CaseStudy.audience == Audience.PUBLIC.value)
    case = session.scalars(statement).one_or_none() if is_slug(slug) else None
    if case is None:
        raise NotFoundError("record.not_found", thing="case study")
    return case


def _photo(session: Session, files: StoredFiles, case: CaseStudy, number: int) -> tuple[bytes, str]:
    """Return a photo by its place among those let out; one taken off the measure since is gone here too."""
    listed = case.released.get("photos", [])
    if not 1 <= number <= len(listed):
        raise NotFoundError("record.not_found", thing="photo")
    statement = (
        sa.select(StoredFile)
        .join(
            MeasurePhoto,
            sa.and_(MeasurePhoto.file_id == StoredFile.id, MeasurePhoto.tenant_id == StoredFile.tenant_id),
        )
        .where(
            StoredFile.tenant_id == case.tenant_id,
            StoredFile.id == listed[number - 1]["file_id"],
            MeasurePhoto.measure_id == case.measure_id,
        )
    )
    stored = session.scalars(statement).first()
    if stored is None:
        raise NotFoundError("record.not_found", thing="photo")
    try:
        return files.open(stored.path), stored.media_type
    except FileNotFoundError:
        raise NotFoundError("record.not_found", thing="photo") from None
