"""A tenant's own checklists: copied, changed question by question, every edition kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from conftest import NOW
from factories_audits import HOTEL

from emstrack.domain.checklists import Question
from emstrack.domain.errors import ConflictError, RefusedError
from emstrack.domain.sites import SiteKind
from emstrack.services.audits.choose_checklist import choose_checklist, offered_checklists
from emstrack.services.audits.edit_checklist import (
    archive_checklist,
    change_checklist,
    copy_checklist,
    list_checklists,
    show_checklist,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from emstrack.storage.models import Checklist


@pytest.fixture
def own(session: Session) -> Checklist:
    """A copy of the product's checklist for hotels."""
    return copy_checklist(session, HOTEL, name="Hoteles de playa", site_kind=SiteKind.HOTEL, now=NOW)


def test_a_copy_has_the_questions_in_every_language(session: Session, own: Checklist) -> None:
    shown = show_checklist(session, own.id)
    assert shown.questions == list(choose_checklist(session, HOTEL).questions)  # type: ignore[union-attr]  # it is one
    assert shown.questions[0].text("es") != shown.questions[0].text("en")
    assert shown.questions[0].hint("xx") == shown.questions[0].hint("en")


def test_questions_are_added_moved_dropped_and_renamed_as_an_edition(session: Session, own: Checklist) -> None:
    first, second, third, *_ = show_checklist(session, own.id).questions
    added = Question("own.1", "Muelle", {"": "¿Hay derrames?"})
    wanted = [third, added, first.renamed("¿Se reusan las toallas?", "es")]
    change_checklist(session, own.id, name="Playa", questions=wanted, version=1, now=NOW)
    shown = show_checklist(session, own.id)
    assert (shown.edition, shown.row.name, shown.questions) == (2, "Playa", wanted)
    assert shown.questions[2].text("fr") == "¿Se reusan las toallas?"
    assert show_checklist(session, own.id, 1).questions[1] == second
    assert [number for number, _ in shown.editions] == [2, 1]


def test_a_question_left_as_it_reads_keeps_its_other_languages(session: Session, own: Checklist) -> None:
    first = show_checklist(session, own.id).questions[0]
    assert first.renamed(f" {first.text('es')} ", "es") is first


def test_saving_without_a_change_makes_no_edition(session: Session, own: Checklist) -> None:
    questions = show_checklist(session, own.id).questions
    change_checklist(session, own.id, name=own.name, questions=questions, version=1, now=NOW)
    assert own.edition == 1


def test_two_who_change_the_same_edition_do_not_write_over_each_other(session: Session, own: Checklist) -> None:
    questions = show_checklist(session, own.id).questions
    change_checklist(session, own.id, name="Suya", questions=questions[1:], version=1, now=NOW)
    with pytest.raises(ConflictError) as conflict:
        change_checklist(session, own.id, name="Mía", questions=questions[2:], version=1, now=NOW)
    assert (conflict.value.evidence["theirs"], conflict.value.evidence["edition"]) == ("Suya", 2)
    assert len(show_checklist(session, own.id).editions) == 2


def made(count: int = 1, **given: Any) -> list[Question]:
    one = Question("own.0", "Zona", {"": "¿Algo?"}, **given)
    return [replace(one, code=f"own.{number}") for number in range(count)]


@pytest.mark.parametrize(
    ("questions", "code"),
    [
        ([], "checklist.empty"),
        (made(401), "checklist.too_many"),
        ([Question("a", "z", {"": " "})], "checklist.question_missing"),
        ([Question("a", "z", {"": "x" * 501})], "checklist.question_too_long"),
        (made(unit="x" * 21), "checklist.unit_too_long"),
        ([*made(), *made()], "checklist.question_twice"),
    ],
)
def test_a_checklist_that_cannot_be_walked_is_refused(
    session: Session, own: Checklist, questions: list[Question], code: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        change_checklist(session, own.id, name="x", questions=questions, version=1, now=NOW)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("name", "code"),
    [
        (" ", "checklist.name_missing"),
        ("x" * 201, "checklist.name_too_long"),
        ("Hoteles de playa", "checklist.name_taken"),
    ],
)
def test_a_name_that_cannot_be_is_refused(session: Session, own: Checklist, name: str, code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        copy_checklist(session, HOTEL, name=name, now=NOW)
    assert refused.value.code == code


def test_an_archived_checklist_is_offered_no_more_and_comes_back(session: Session, own: Checklist) -> None:
    value = f"own-{own.id}"
    assert value in {each.value for each in offered_checklists(session)}
    archive_checklist(session, own.id, version=1, now=NOW)
    assert value not in {each.value for each in offered_checklists(session)}
    with pytest.raises(RefusedError):
        choose_checklist(session, value)
    assert [row.id for row, _ in list_checklists(session)] == [own.id]
    archive_checklist(session, own.id, version=2, now=NOW)
    assert value in {each.value for each in offered_checklists(session)}


def test_what_fits_the_sites_kind_is_offered_first(session: Session, own: Checklist) -> None:
    offered = offered_checklists(session, SiteKind.HOTEL)
    assert [each.value for each in offered[:2]] == [f"own-{own.id}", HOTEL]
