"""A follow-up by hand: added, changed, given to somebody else, put off with a reason, completed, called off."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import ConflictError, RefusedError
from emstrack.domain.follow_ups import (
    FollowUpKind,
    FollowUpOutcome,
    FollowUpStatus,
    check_no_circle,
    check_snooze,
)
from emstrack.readers import pictures
from emstrack.services.sites.record_change import Subject, change_row, record_change
from emstrack.storage.models import FollowUp, Measure, Meter, Site, StoredFile
from emstrack.storage.queries import follow_ups as queries
from emstrack.storage.scope import find, require

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from emstrack.gateways.stored_files import StoredFiles

LONGEST_TITLE = 200
LONGEST_RESULT = 10_000
MOST_PHOTOS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFollowUp:
    """What a person says of a follow-up."""

    site_id: int
    title: str
    due: date
    owner_id: int | None = None
    measure_id: int | None = None
    audit_id: int | None = None
    meter_id: int | None = None
    after_id: int | None = None
    meeting_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What whoever came back found, and who signs for it."""

    outcome: FollowUpOutcome
    text: str
    signed_as: str
    photos: Sequence[tuple[str, bytes]] = field(default_factory=tuple)


def add_follow_up(session: Session, given: NewFollowUp, *, today: date, now: datetime) -> FollowUp:
    """Add a follow-up by hand.

    Raises
    ------
    RefusedError
        ``follow_up.title_missing``, ``follow_up.due_past``, ``follow_up.owner_unknown``, ``follow_up.elsewhere``.
    """
    scope = require(session, Permission.EDIT_SITES)
    find(session, Site, given.site_id)
    title = _title(given.title)
    if given.due < today:
        raise RefusedError("follow_up.due_past", due=given.due, field="due")
    _check_owner(session, given.site_id, given.owner_id)
    _check_subject(session, given)
    row = FollowUp(
        tenant_id=scope.tenant_id,
        site_id=given.site_id,
        measure_id=given.measure_id,
        audit_id=given.audit_id,
        meter_id=given.meter_id,
        after_id=given.after_id,
        meeting_id=given.meeting_id,
        kind=FollowUpKind.TASK.value,
        title=title,
        due=given.due,
        first_due=given.due,
        owner_id=given.owner_id,
        created_at=now,
        created_by=scope.user_id,
    )
    session.add(row)
    session.flush()
    record_change(session, _subject(row), old=None, new={"title": title, "due": given.due}, now=now)
    return row


def change_follow_up(
    session: Session, follow_up_id: int, values: dict[str, Any], *, version: int, now: datetime, reason: str = ""
) -> FollowUp:
    """Change title, owner or what it comes after; its day moves by `snooze_follow_up`.

    Raises
    ------
    RefusedError
        Also ``follow_up.circle`` and ``follow_up.closed``.
    ConflictError
        ``record.changed_meanwhile``.
    """
    row = _open(session, follow_up_id)
    if "title" in values and row.kind == FollowUpKind.TASK:
        values = {**values, "title": _title(values["title"])}
    if values.get("owner_id") is not None:
        _check_owner(session, row.site_id, values["owner_id"])
    if values.get("after_id") is not None:
        other = find(session, FollowUp, values["after_id"])
        if other.site_id != row.site_id:
            raise RefusedError("follow_up.elsewhere", field="after_id")
        check_no_circle(queries.comes_after(session, row.site_id), row.id, other.id)
    change_row(session, row, values, _subject(row), version=version, now=now, reason=reason)
    return row


def snooze_follow_up(
    session: Session, follow_up_id: int, until: date, reason: str, *, version: int, today: date, now: datetime
) -> FollowUp:
    """Put a follow-up off to a later day, with the reason kept.

    Raises
    ------
    RefusedError
        ``follow_up.snooze_backward``, ``follow_up.snooze_too_far``, ``follow_up.snooze_reason``, ``follow_up.closed``.
    """
    row = _open(session, follow_up_id)
    check_snooze(row.due, until, today, reason)
    values = {"due": until, "snoozes": row.snoozes + 1, "escalated_at": None}
    change_row(session, row, values, _subject(row), version=version, now=now, reason=reason)
    return row


def complete_follow_up(
    session: Session, files: StoredFiles, follow_up_id: int, result: Result, *, version: int, now: datetime
) -> FollowUp:
    """Close a follow-up with what was found, photos and a name under it.

    Raises
    ------
    RefusedError
        ``follow_up.result_missing``, ``follow_up.signature_missing``, ``follow_up.waits``, ``follow_up.closed``, or
        what is wrong with a photo; the rest of what was typed is not lost to the page.
    ConflictError
        ``record.changed_meanwhile``.
    """
    scope = require(session, Permission.EDIT_SITES)
    row = _open(session, follow_up_id)
    _check_result(session, row, result)
    if row.version != version:
        raise ConflictError(
            "record.changed_meanwhile", mine=result.text, theirs=row.result or row.title, version=row.version
        )
    photos = [_keep_photo(session, files, row, name, content, now) for name, content in result.photos]
    values = {
        "status": FollowUpStatus.DONE.value,
        "outcome": result.outcome.value,
        "result": result.text.strip(),
        "signed_as": " ".join(result.signed_as.split()),
        "closed_at": now,
        "closed_by": scope.user_id,
        "photo_ids": [*row.photo_ids, *photos],
    }
    change_row(session, row, values, _subject(row), version=version, now=now)
    return row


def cancel_follow_up(session: Session, follow_up_id: int, reason: str, *, version: int, now: datetime) -> FollowUp:
    """Call a follow-up off; the reason stays.

    Raises
    ------
    RefusedError
        ``follow_up.cancel_reason`` or ``follow_up.closed``.
    """
    scope = require(session, Permission.EDIT_SITES)
    row = _open(session, follow_up_id)
    if not reason.strip():
        raise RefusedError("follow_up.cancel_reason", field="reason")
    values = {"status": FollowUpStatus.CANCELLED.value, "closed_at": now, "closed_by": scope.user_id}
    change_row(session, row, values, _subject(row), version=version, now=now, reason=reason)
    return row


def _open(session: Session, follow_up_id: int) -> FollowUp:
    require(session, Permission.EDIT_SITES)
    row = find(session, FollowUp, follow_up_id)
    if row.status != FollowUpStatus.OPEN:
        raise RefusedError("follow_up.closed")
    return row


def _subject(row: FollowUp) -> Subject:
    return Subject("follow_up", row.id)


def _title(title: str) -> str:
    title = " ".join(title.split())
    if not title:
        raise RefusedError("follow_up.title_missing", field="title")
    if len(title) > LONGEST_TITLE:
        raise RefusedError("follow_up.title_too_long", limit=LONGEST_TITLE, field="title")
    return title


def _check_owner(session: Session, site_id: int, owner_id: int | None) -> None:
    if owner_id is not None and owner_id not in {row.id for row in queries.people_of_site(session, site_id)}:
        raise RefusedError("follow_up.owner_unknown", field="owner_id")


def _check_subject(session: Session, given: NewFollowUp) -> None:
    """What it is about has to stand at the same site."""
    for model, id_, name in (
        (Meter, given.meter_id, "meter_id"),
        (Measure, given.measure_id, "measure_id"),
        (FollowUp, given.after_id, "after_id"),
    ):
        if id_ is None:
            continue
        there: Any = find(session, model, id_)
        if there.site_id != given.site_id:
            raise RefusedError("follow_up.elsewhere", field=name)


def _check_result(session: Session, row: FollowUp, result: Result) -> None:
    if not result.text.strip():
        raise RefusedError("follow_up.result_missing", field="result")
    if len(result.text) > LONGEST_RESULT:
        raise RefusedError("follow_up.result_too_long", limit=LONGEST_RESULT, field="result")
    if not result.signed_as.strip():
        raise RefusedError("follow_up.signature_missing", field="signed_as")
    if len(result.photos) > MOST_PHOTOS:
        raise RefusedError("follow_up.too_many_photos", limit=MOST_PHOTOS, field="photos")
    if row.after_id is not None:
        before = session.scalar(
            sa.select(FollowUp.status).where(FollowUp.tenant_id == row.tenant_id, FollowUp.id == row.after_id)
        )
        if before == FollowUpStatus.OPEN:
            raise RefusedError("follow_up.waits", title=find(session, FollowUp, row.after_id).title)


def _keep_photo(session: Session, files: StoredFiles, row: FollowUp, name: str, content: bytes, now: datetime) -> int:
    picture = pictures.read_picture(content, name)
    stored = StoredFile(
        tenant_id=row.tenant_id,
        path=files.save(picture, ".jpg"),
        name=name[:200],
        media_type=pictures.MEDIA_TYPE,
        size=len(picture),
        sha256=hashlib.sha256(picture).hexdigest(),
        site_id=row.site_id,
        created_at=now,
        created_by=require(session, Permission.EDIT_SITES).user_id,
    )
    session.add(stored)
    session.flush()
    return stored.id
