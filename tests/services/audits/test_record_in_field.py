"""Answers, findings and photos from the walk: each is taken once, and nobody's words are written over."""

from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from conftest import NOW
from factories_audits import FLOW, TOWELS, make_audit, make_finding, picture
from factories_sites import make_hotel
from PIL import Image

from emstrack.domain.audit_findings import FindingDetails, FindingSeverity
from emstrack.domain.checklists import Answer, Choice
from emstrack.domain.errors import ConflictError, NotFoundError, RefusedError
from emstrack.gateways.stored_files import StoredFiles
from emstrack.services.audits.keep_photo import SentPhoto, add_photos, remove_photo
from emstrack.services.audits.record_finding import change_finding
from emstrack.services.audits.record_in_field import FieldItem, record_in_field
from emstrack.services.audits.show_audit import show_audit
from emstrack.storage.models import AuditAnswer, AuditFinding, AuditPhoto, History, StoredFile
from emstrack.storage.scope import scoped

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

    from emstrack.storage.base import Base
    from emstrack.storage.models import Audit


@pytest.fixture
def audit(session: Session) -> Audit:
    """An audit of a hotel that was begun."""
    return make_audit(session)


@pytest.fixture
def files(tmp_path: Path) -> StoredFiles:
    """A folder for what is sent."""
    return StoredFiles(tmp_path / "files")


def send(session: Session, files: StoredFiles, audit: Audit, **given: Any) -> dict[str, Any]:
    return record_in_field(session, files, audit.id, FieldItem(**given), now=NOW)


def count(session: Session, model: type[Base]) -> int:
    return session.scalar(scoped(session, model).with_only_columns(sa.func.count())) or 0


def test_answers_count_as_progress_and_a_note_alone_does_not(
    session: Session, files: StoredFiles, audit: Audit
) -> None:
    send(session, files, audit, question=TOWELS, answer=Answer(Choice.PARTLY, note="Solo toallas"))
    send(session, files, audit, question=FLOW, answer=Answer(note="Sin cubeta"))
    shown = show_audit(session, audit.id)
    assert (shown.progress.answered, len(shown.answers)) == (1, 2)
    assert (shown.answers[TOWELS].choice, shown.answers[TOWELS].note) == ("partly", "Solo toallas")
    assert shown.answers[FLOW].number is None


def test_an_item_sent_again_writes_nothing_and_gets_the_same_answer(
    session: Session, files: StoredFiles, audit: Audit
) -> None:
    item: dict[str, Any] = {
        "key": "a1",
        "finding": FindingDetails(title="Fuga"),
        "photos": (SentPhoto(picture(), "f.jpg"),),
    }
    first, second = send(session, files, audit, **item), send(session, files, audit, **item)
    assert first == second
    assert [count(session, model) for model in (AuditFinding, AuditPhoto, StoredFile)] == [1, 1, 1]
    with pytest.raises(RefusedError) as refused:
        send(session, files, audit, **(item | {"finding": FindingDetails(title="Otra")}))
    assert refused.value.code == "entry.key_reused"


def test_a_changed_answer_keeps_what_was_said_before(session: Session, files: StoredFiles, audit: Audit) -> None:
    send(session, files, audit, question=TOWELS, answer=Answer(Choice.YES))
    told = send(session, files, audit, question=TOWELS, answer=Answer(Choice.NO), version=1)
    assert told["version"] == 2
    (row,) = session.scalars(scoped(session, History))
    assert row.old == {f"answer {TOWELS}": {"choice": "yes"}}


@pytest.mark.parametrize("version", [0, 1])
def test_what_somebody_else_wrote_meanwhile_is_shown_and_not_written_over(
    session: Session, files: StoredFiles, audit: Audit, version: int
) -> None:
    send(session, files, audit, question=TOWELS, answer=Answer(Choice.YES))
    send(session, files, audit, question=TOWELS, answer=Answer(Choice.NO, note="Visto"), version=1)
    with pytest.raises(ConflictError) as conflict:
        send(session, files, audit, question=TOWELS, answer=Answer(Choice.PARTLY), version=version)
    assert conflict.value.evidence["theirs"] == (Choice.NO, "Visto")
    assert conflict.value.evidence["version"] == 2
    same = send(session, files, audit, question=TOWELS, answer=Answer(Choice.NO, note="Visto"), version=version)
    assert same["version"] == 2


@pytest.mark.parametrize(
    ("question", "answer", "code"),
    [
        (TOWELS, Answer(number=3), "audit_answer.not_a_number"),
        (FLOW, Answer(number=float("nan")), "audit_answer.not_a_number"),
        (FLOW, Answer(Choice.YES), "audit_answer.not_a_choice"),
        (TOWELS, Answer(Choice.YES, note="x" * 4001), "audit_answer.note_too_long"),
    ],
)
def test_an_answer_of_another_kind_is_refused(
    session: Session, files: StoredFiles, audit: Audit, question: str, answer: Answer, code: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        send(session, files, audit, question=question, answer=answer)
    assert refused.value.code == code


def test_a_question_of_no_checklist_is_not_found(session: Session, files: StoredFiles, audit: Audit) -> None:
    with pytest.raises(NotFoundError):
        send(session, files, audit, question="nobody.asked", answer=Answer(Choice.YES))


def test_findings_are_numbered_and_changed(session: Session, files: StoredFiles, audit: Audit) -> None:
    make_finding(session, audit)
    second = make_finding(session, audit, "Caldera sin aislar", severity=FindingSeverity.HIGH, place="Sótano")
    assert second.number == 2
    change_finding(session, second.id, FindingDetails(title="Caldera sin aislamiento"), version=1, now=NOW)
    with pytest.raises(ConflictError):
        change_finding(session, second.id, FindingDetails(title="Otra cosa"), version=1, now=NOW)


def test_a_finding_of_another_audit_is_not_changed_through_this_one(
    session: Session, files: StoredFiles, audit: Audit
) -> None:
    other = make_finding(session, make_audit(session, make_hotel(session, "Otro").id))
    with pytest.raises(NotFoundError):
        send(session, files, audit, finding=FindingDetails(title="x"), finding_id=other.id, version=1)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"title": "  "}, "audit_finding.title_missing"),
        ({"title": "x" * 201}, "audit_finding.text_too_long"),
        ({"title": "x", "due": date(2026, 10, 4)}, "audit_finding.due_before"),
        ({"title": "x", "owner_id": 99999}, "audit_finding.owner_unknown"),
    ],
)
def test_a_finding_that_cannot_be_is_refused(session: Session, audit: Audit, given: dict[str, Any], code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        make_finding(session, audit, **given)
    assert refused.value.code == code


def test_a_photo_loses_its_place_and_camera_and_is_made_smaller(
    session: Session, files: StoredFiles, audit: Audit
) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Zanate Camera"
    exif.get_ifd(0x8825)[1] = "N"
    sent = SentPhoto(picture((3200, 1600), exif=exif), "fuga.jpg")
    told = send(session, files, audit, question=TOWELS, answer=Answer(Choice.NO), photos=(sent,))
    (photo,) = show_audit(session, audit.id).answer_photos[told["id"]]
    stored = session.scalars(scoped(session, StoredFile).where(StoredFile.id == photo.file_id)).one()
    kept = Image.open(io.BytesIO(files.open(stored.path)))
    assert (max(kept.size), dict(kept.getexif()), stored.site_id) == (1600, {}, audit.site_id)
    assert b"Zanate" not in files.open(stored.path)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "picture.empty"),
        (b"not a picture", "picture.not_one"),
        (b"x" * (50 * 1024 * 1024 + 1), "picture.too_large"),
    ],
)
def test_what_is_no_photo_is_refused_whole(
    session: Session, files: StoredFiles, audit: Audit, content: bytes, code: str
) -> None:
    good, bad = SentPhoto(picture(), "a.jpg"), SentPhoto(content, "b.jpg")
    with pytest.raises(RefusedError) as refused:
        add_photos(session, files, make_finding(session, audit).id, [good, bad], now=NOW)
    assert refused.value.code == code
    assert count(session, AuditPhoto) == 0


def test_a_finding_holds_so_many_photos_and_one_can_be_taken_off(
    session: Session, files: StoredFiles, audit: Audit
) -> None:
    finding = make_finding(session, audit)
    add_photos(session, files, finding.id, [SentPhoto(picture(), "a.jpg")], now=NOW)
    with pytest.raises(RefusedError) as refused:
        add_photos(session, files, finding.id, [SentPhoto(picture(), "a.jpg")] * 20, now=NOW)
    assert refused.value.code == "audit_photo.too_many"
    (photo,) = session.scalars(scoped(session, AuditPhoto))
    remove_photo(session, finding.id, photo.id, now=NOW)
    assert (count(session, AuditPhoto), count(session, StoredFile), count(session, AuditAnswer)) == (0, 1, 0)
    with pytest.raises(NotFoundError):
        remove_photo(session, finding.id, photo.id, now=NOW)
