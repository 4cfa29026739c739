"""An answer is written, or changed as long as nobody else changed it since it was read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emstrack.domain.checklists import Answer, Choice, Question, check_answer, is_answered
from emstrack.domain.errors import ConflictError, NotFoundError
from emstrack.services.sites.record_change import Subject, change_row
from emstrack.storage.models import Audit, AuditAnswer
from emstrack.storage.scope import scope_of, scoped

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def record_answer(
    session: Session, audit: Audit, code: str, answer: Answer, *, version: int, now: datetime
) -> AuditAnswer:
    """Write the answer to a question of an audit that was opened for the field; version 0 is nothing read yet.

    Raises
    ------
    RefusedError
        Where the answer is of another kind than the question.
    ConflictError
        ``record.changed_meanwhile``, with both texts; an answer equal to the one that is there is no conflict.
    """
    question = question_of(session, audit, code)
    check_answer(question, answer)
    values: dict[str, Any] = {
        "choice": answer.choice.value if answer.choice else "",
        "number": answer.number,
        "note": answer.note.strip(),
        "is_complete": is_answered(question, answer),
    }
    found: AuditAnswer | None = session.scalars(
        scoped(session, AuditAnswer).where(AuditAnswer.audit_id == audit.id, AuditAnswer.question == code)
    ).one_or_none()
    if found is None:
        return _new(session, audit, code, values, now=now)
    if version != found.version and any(getattr(found, name) != value for name, value in values.items()):
        raise _somebody_was_first(found, answer)
    subject = Subject("audit", audit.id, f"answer {code}")
    change_row(session, found, values, subject, version=found.version, now=now)
    return found


def question_of(session: Session, audit: Audit, code: str) -> Question:
    """Return a question of the audit's frozen checklist."""
    for each in questions_of(session, audit.id):
        if each.code == code:
            return each
    raise NotFoundError("record.not_found", thing="question")


def questions_of(session: Session, audit_id: int) -> list[Question]:
    """Return an audit's frozen checklist."""
    kept = session.scalar(scoped(session, Audit.questions).where(Audit.id == audit_id)) or []
    return [Question.from_json(each) for each in kept]


def answer_of(row: AuditAnswer) -> Answer:
    """Return the answer a row holds."""
    return Answer(Choice(row.choice) if row.choice else None, row.number, row.note)


def _new(session: Session, audit: Audit, code: str, values: dict[str, Any], *, now: datetime) -> AuditAnswer:
    row = AuditAnswer(
        tenant_id=audit.tenant_id,
        audit_id=audit.id,
        site_id=audit.site_id,
        question=code,
        created_at=now,
        created_by=scope_of(session).user_id,
        **values,
    )
    session.add(row)
    session.flush()
    return row


def _somebody_was_first(found: AuditAnswer, mine: Answer) -> ConflictError:
    return ConflictError(
        "record.changed_meanwhile",
        mine=_told(mine) or None,
        theirs=_told(answer_of(found)) or None,
        version=found.version,
    )


def _told(answer: Answer) -> tuple[object, ...]:
    return tuple(each for each in (answer.choice, answer.number, answer.note.strip()) if each not in {None, ""})
