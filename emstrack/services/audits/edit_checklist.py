"""A tenant's own checklists: copied from the product's, changed question by question, every edition kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from emstrack.domain.accounts import Permission
from emstrack.domain.checklists import LONGEST_NAME, Question, check_questions
from emstrack.domain.errors import ConflictError, NotAllowedError, NotFoundError, RefusedError
from emstrack.services.audits.choose_checklist import choose_checklist
from emstrack.storage.models import Checklist, ChecklistEdition
from emstrack.storage.scope import find, require, scope_of, scoped
from emstrack.storage.uniqueness import first_come
from emstrack.storage.versions import update_if_unchanged

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from emstrack.domain.sites import SiteKind


@dataclass(frozen=True, slots=True)
class ShownChecklist:
    """A checklist in one of its editions, and the days of all of them."""

    row: Checklist
    edition: int
    questions: list[Question]
    editions: list[tuple[int, datetime]]


def copy_checklist(
    session: Session, source: str, *, name: str, site_kind: SiteKind | None = None, now: datetime
) -> Checklist:
    """Make a checklist of the tenant's own from one of the product's, or from another of its own."""
    _require(session)
    chosen = choose_checklist(session, source)
    if chosen is None:
        raise RefusedError("checklist.unknown", field="checklist")
    name = _checked_name(session, name)
    row = Checklist(
        tenant_id=scope_of(session).tenant_id,
        name=name,
        site_kind=site_kind.value if site_kind else "",
        origin=chosen.origin,
        created_at=now,
        created_by=scope_of(session).user_id,
    )
    with first_come(session, lambda: _checked_name(session, name)):
        session.add(row)
    _write_edition(session, row, 1, chosen.questions, now=now)
    return row


def change_checklist(
    session: Session, checklist_id: int, *, name: str, questions: Sequence[Question], version: int, now: datetime
) -> Checklist:
    """Keep other questions as the next edition; audits keep the edition they began with.

    Raises
    ------
    ConflictError
        ``checklist.changed_meanwhile`` where somebody else wrote an edition since this one was read.
    """
    _require(session)
    row = find(session, Checklist, checklist_id)
    name = _checked_name(session, name, row)
    check_questions(questions)
    changed = list(questions) != show_checklist(session, checklist_id).questions
    edition = row.edition + 1 if changed else row.edition
    with first_come(session, lambda: _checked_name(session, name, find(session, Checklist, checklist_id))):
        taken = update_if_unchanged(session, row, version, {"name": name, "edition": edition})
    if not taken:
        raise ConflictError(
            "checklist.changed_meanwhile", edition=row.edition, mine=name, theirs=row.name, version=row.version
        )
    if changed:
        _write_edition(session, row, edition, questions, now=now)
    return row


def archive_checklist(session: Session, checklist_id: int, *, version: int, now: datetime) -> Checklist:
    """Take a checklist out of lists, or bring an archived one back; its editions stay."""
    _require(session)
    row = find(session, Checklist, checklist_id)
    values = {"archived_at": None if row.archived_at else now}
    if not update_if_unchanged(session, row, version, values):
        raise ConflictError(
            "checklist.changed_meanwhile", edition=row.edition, mine=row.name, theirs=row.name, version=row.version
        )
    return row


def list_checklists(session: Session) -> list[tuple[Checklist, int]]:
    """Return the tenant's checklists, those in use first, each with the number of its questions."""
    require(session, Permission.VIEW)
    rows = session.execute(
        scoped(session, Checklist, ChecklistEdition.questions)
        .join(ChecklistEdition, ChecklistEdition.checklist_id == Checklist.id)
        .where(ChecklistEdition.edition == Checklist.edition)
        .order_by(Checklist.archived_at.is_not(None), sa.func.lower(Checklist.name))
    )
    return [(row.Checklist, len(row.questions)) for row in rows]


def show_checklist(session: Session, checklist_id: int, edition: int | None = None) -> ShownChecklist:
    """Return a checklist in its latest edition, or in an earlier one."""
    require(session, Permission.VIEW)
    row = find(session, Checklist, checklist_id)
    wanted = edition or row.edition
    kept = session.scalar(
        scoped(session, ChecklistEdition.questions).where(
            ChecklistEdition.checklist_id == checklist_id, ChecklistEdition.edition == wanted
        )
    )
    if kept is None:
        raise NotFoundError("record.not_found", thing="edition")
    editions = session.execute(
        scoped(session, ChecklistEdition.edition, ChecklistEdition.created_at)
        .where(ChecklistEdition.checklist_id == checklist_id)
        .order_by(ChecklistEdition.edition.desc())
    )
    return ShownChecklist(
        row, wanted, [Question.from_json(each) for each in kept], [(each.edition, each.created_at) for each in editions]
    )


def _require(session: Session) -> None:
    if require(session, Permission.AUDIT).shared_audits is not None:
        raise NotAllowedError("record.not_allowed", permission=Permission.AUDIT.value)


def _checked_name(session: Session, name: str, row: Checklist | None = None) -> str:
    name = name.strip()
    if not name:
        raise RefusedError("checklist.name_missing", field="name")
    if len(name) > LONGEST_NAME:
        raise RefusedError("checklist.name_too_long", most=LONGEST_NAME, field="name")
    taken = scoped(session, Checklist.id).where(Checklist.name == name, Checklist.id != (row.id if row else 0))
    if session.scalar(taken) is not None:
        raise RefusedError("checklist.name_taken", name=name, field="name")
    return name


def _write_edition(
    session: Session, row: Checklist, edition: int, questions: Sequence[Question], *, now: datetime
) -> None:
    session.add(
        ChecklistEdition(
            tenant_id=row.tenant_id,
            checklist_id=row.id,
            edition=edition,
            questions=[each.as_json() for each in questions],
            created_at=now,
            created_by=scope_of(session).user_id,
        )
    )
    session.flush()
