"""A case study of the demonstration: one verified measure of a hotel, told to everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emstrack.domain.case_studies import Audience, CaseDetails
from emstrack.domain.measures import MeasureStatus
from emstrack.services.audits.release_case_study import release_case
from emstrack.services.audits.write_case_study import save_case
from emstrack.storage.models import Measure, Site
from emstrack.storage.scope import scoped, within

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

PLACE = "Coral Bay Inn"
WORDS = CaseDetails(
    title="Cool rooms for fewer kilowatt-hours",
    place="A hotel by the sea, Jamaica",
    before="Old equipment ran whether a room was taken or not, and nobody looked at the meter by the month.",
    after="The hotel replaced what the audit had named, and has read its meter every month since.",
    lesson="Measure one floor first: it convinces the owner better than a brochure.",
    language="en",
)
"""Content, not interface, so it is in the place's language."""


def add_demonstration_case_study(session: Session, *, now: datetime) -> None:
    """Write and publish the case study of a hotel's measure that is in place."""
    done = [MeasureStatus.VERIFIED.value, MeasureStatus.IMPLEMENTED.value]
    statement = (
        scoped(session, Measure.id)
        .join(Site, Site.id == Measure.site_id)
        .where(*within(session, Site), Site.name == PLACE, Measure.status.in_(done))
        .order_by(Measure.id)
    )
    measure_id = session.scalars(statement.limit(1)).first()
    if measure_id is None:
        return
    case = save_case(session, measure_id, WORDS, version=0, now=now)
    release_case(session, case.id, Audience.PUBLIC, version=case.version, today=now.date(), now=now)
