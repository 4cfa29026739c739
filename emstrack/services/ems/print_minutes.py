"""The agenda of a planned meeting, or the minutes of one that was held, as a PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emstrack.documents.minutes import MinutesValues, write_minutes
from emstrack.domain.committees import MeetingStatus
from emstrack.language.follow_ups import title_of
from emstrack.services.ems.list_committees import ShownMeeting, show_meeting
from emstrack.storage.models import Organisation
from emstrack.storage.scope import scoped, tenant_of

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from emstrack.language.languages import Language


def print_minutes(session: Session, meeting_id: int, language: Language, *, now: datetime) -> tuple[bytes, str]:
    """Return the PDF and the name it is saved under."""
    shown = show_meeting(session, meeting_id, today=now.date())
    root = session.execute(
        scoped(session, Organisation.name, Organisation.is_demonstration).where(Organisation.id == tenant_of(session))
    ).one_or_none()
    content = write_minutes(
        _values(shown, language, root.name if root else "", is_demonstration=bool(root and root.is_demonstration)),
        language,
        made_at=now,
    )
    return content, f"{shown.committee.name}-{shown.meeting.day}.pdf"


def _values(shown: ShownMeeting, language: Language, organisation: str, *, is_demonstration: bool) -> MinutesValues:
    meeting = shown.meeting
    frozen: dict[str, Any] = meeting.frozen
    approved = meeting.status == MeetingStatus.APPROVED
    here = [{"name": row.name, "role": row.role} for row in shown.members if row.id in meeting.present]
    away = [{"name": row.name, "role": row.role} for row in shown.members if row.id not in meeting.present]
    items = [
        {"kind": item.kind.value, "title": item.title, "lines": list(item.lines), "minutes": item.minutes}
        for item in shown.agenda
    ]
    return MinutesValues(
        committee=frozen.get("committee", shown.committee.name),
        organisation=organisation,
        day=meeting.day,
        hour=meeting.hour,
        place=meeting.place,
        approved=approved,
        approved_by=shown.approved_by,
        present=frozen.get("present", here),
        absent=frozen.get("absent", away if meeting.present else []),
        remarks=frozen.get("remarks", meeting.remarks),
        items=frozen.get("items", items),
        decisions=[
            (
                title_of(language, row.kind, row.title, row.span, row.span_unit),
                row.site,
                row.owner or "–",
                language.date(row.due),
            )
            for row in shown.decisions
        ],
        is_demonstration=is_demonstration,
    )
