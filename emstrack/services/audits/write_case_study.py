"""The draft of a case study: begun from its measure, changed, and all that could go out with it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emstrack.domain.accounts import Permission
from emstrack.domain.case_studies import CaseDetails, check_case, slug_of
from emstrack.domain.errors import RefusedError
from emstrack.domain.measures import MeasureStatus
from emstrack.services.audits.show_measure import measure_and_site
from emstrack.services.sites.record_change import Subject, change_row, record_change
from emstrack.storage.models import CaseStudy, Measure, MeasurePhoto, Site
from emstrack.storage.scope import require, scoped

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

_TOLD = ("title", "place", "language", "with_money")


@dataclass(frozen=True, slots=True)
class CaseDesk:
    """A measure, what was written of it for others, and the photos there are."""

    measure: Measure
    site: Site
    photos: list[MeasurePhoto]
    case: CaseStudy | None

    @property
    def details(self) -> CaseDetails:
        """The draft; before there is one, what the measure itself says."""
        case = self.case
        if case is None:
            photos = tuple(each.id for each in self.photos)
            measure = self.measure
            return CaseDetails(title=measure.title, before=measure.situation, after=measure.proposal, photo_ids=photos)
        return CaseDetails(
            title=case.title,
            place=case.place,
            before=case.before,
            after=case.after,
            lesson=case.lesson,
            language=case.language,
            photo_ids=tuple(case.photo_ids),
            with_money=case.with_money,
        )


def open_case_desk(session: Session, measure_id: int) -> CaseDesk:
    """Return what a case study of a measure is written from."""
    measure, site = measure_and_site(session, measure_id)
    return CaseDesk(measure, site, photos_of(session, measure_id), case_of(session, measure_id))


def case_of(session: Session, measure_id: int) -> CaseStudy | None:
    """Return a measure's case study, where it has one."""
    return session.scalars(scoped(session, CaseStudy).where(CaseStudy.measure_id == measure_id)).first()


def photos_of(session: Session, measure_id: int) -> list[MeasurePhoto]:
    """Return a measure's photos, those of before first."""
    statement = scoped(session, MeasurePhoto).where(MeasurePhoto.measure_id == measure_id)
    return list(session.scalars(statement.order_by(MeasurePhoto.moment.desc(), MeasurePhoto.id)))


def save_case(session: Session, measure_id: int, details: CaseDetails, *, version: int, now: datetime) -> CaseStudy:
    """Keep the draft; what was let out before stays as it is until it is let out again.

    Raises
    ------
    RefusedError
        ``case_study.not_finished``, or what is wrong with the texts.
    ConflictError
        ``record.changed_meanwhile``.
    """
    scope = require(session, Permission.EDIT_SITES)
    desk = open_case_desk(session, measure_id)
    if not MeasureStatus(desk.measure.status).is_implemented:
        raise RefusedError("case_study.not_finished", title=desk.measure.title)
    values = check_case(details)
    own = {each.id for each in desk.photos}
    values["photo_ids"] = [each for each in details.photo_ids if each in own]
    subject = subject_of(measure_id)
    if desk.case is not None:
        change_row(session, desk.case, values, subject, version=version, now=now)
        return desk.case
    case = CaseStudy(
        tenant_id=scope.tenant_id,
        measure_id=measure_id,
        slug=f"{slug_of(details.title)}-{secrets.token_hex(4)}",
        created_at=now,
        created_by=scope.user_id,
        **values,
    )
    session.add(case)
    session.flush()
    record_change(session, subject, old=None, new={name: values[name] for name in _TOLD}, now=now)
    return case


def subject_of(measure_id: int) -> Subject:
    """Return where the history of a case study stands: with its measure."""
    return Subject("measure", measure_id, "case_study")
