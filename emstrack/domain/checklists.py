"""Checklists: questions that can be answered on a walk, and what an answer may be."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from emstrack.domain.errors import RefusedError
from emstrack.domain.sectors import AnswerKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

OWN_WORDS = ""
"""The language of a question that a person wrote or rewrote: whoever reads it reads what was written."""
MOST_QUESTIONS = 400
LONGEST_QUESTION = 500
LONGEST_NOTE = 4000
LONGEST_NAME = 200
LONGEST_UNIT = 20


class Choice(StrEnum):
    """The answer to a question of yes or no; not applicable fits every kind."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a checklist.

    Parameters
    ----------
    code : str
        Unique in its checklist, and kept when the question is renamed or moved, so that answers can be compared.
    area : str
        Code of a shipped area, or what a person called it.
    texts, hints : mapping of str to str
        By language; `OWN_WORDS` where a person wrote it.
    answer : AnswerKind
    unit : str
        Of a number.
    resource : str
    measures : tuple of str
        Codes of the library's measures it leads to.
    """

    code: str
    area: str
    texts: Mapping[str, str]
    hints: Mapping[str, str] = field(default_factory=dict)
    answer: AnswerKind = AnswerKind.YES_NO
    unit: str = ""
    resource: str = ""
    measures: tuple[str, ...] = ()

    def text(self, language: str) -> str:
        """Return the question as somebody of a language reads it."""
        return _in_language(self.texts, language)

    def hint(self, language: str) -> str:
        """Return the hint as somebody of a language reads it; empty for none."""
        return _in_language(self.hints, language)

    def renamed(self, text: str, language: str) -> Question:
        """Return the question in a person's own words; unchanged where they left it as it was."""
        text = text.strip()
        return self if text == self.text(language) else replace(self, texts={OWN_WORDS: text})

    def as_json(self) -> dict[str, Any]:
        """Return what a frozen checklist holds of it."""
        return {
            "code": self.code,
            "area": self.area,
            "texts": dict(self.texts),
            "hints": dict(self.hints),
            "answer": self.answer.value,
            "unit": self.unit,
            "resource": self.resource,
            "measures": list(self.measures),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Question:
        """Return the question that was kept."""
        return cls(
            code=kept["code"],
            area=kept["area"],
            texts=kept["texts"],
            hints=kept.get("hints", {}),
            answer=AnswerKind(kept.get("answer", AnswerKind.YES_NO)),
            unit=kept.get("unit", ""),
            resource=kept.get("resource", ""),
            measures=tuple(kept.get("measures", ())),
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered to one question.

    Parameters
    ----------
    choice : Choice or None
    number : float or None
        In the question's unit; None where nothing was counted: missing is never zero.
    note : str
    """

    choice: Choice | None = None
    number: float | None = None
    note: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said."""
        return self.choice is None and self.number is None and not self.note.strip()


def check_questions(questions: Sequence[Question]) -> None:
    """Refuse a checklist that cannot be walked.

    Parameters
    ----------
    questions : sequence of Question

    Raises
    ------
    RefusedError
        ``checklist.empty``, ``checklist.too_many``, ``checklist.question_missing``, ``checklist.question_too_long``,
        ``checklist.unit_too_long`` or ``checklist.question_twice``.
    """
    if not questions:
        raise RefusedError("checklist.empty")
    if len(questions) > MOST_QUESTIONS:
        raise RefusedError("checklist.too_many", most=MOST_QUESTIONS)
    seen: set[str] = set()
    for place, question in enumerate(questions, 1):
        texts = [text.strip() for text in question.texts.values()]
        if not texts or not all(texts):
            raise RefusedError("checklist.question_missing", place=place)
        if max(map(len, texts)) > LONGEST_QUESTION:
            raise RefusedError("checklist.question_too_long", place=place, most=LONGEST_QUESTION)
        if len(question.unit) > LONGEST_UNIT:
            raise RefusedError("checklist.unit_too_long", place=place, most=LONGEST_UNIT)
        if question.code in seen:
            raise RefusedError("checklist.question_twice", text=texts[0][:80])
        seen.add(question.code)


def check_answer(question: Question, answer: Answer) -> None:
    """Refuse an answer of another kind than its question asks for.

    Parameters
    ----------
    question : Question
    answer : Answer

    Raises
    ------
    RefusedError
        ``audit_answer.not_a_number``, ``audit_answer.not_a_choice`` or ``audit_answer.note_too_long``.
    """
    if answer.number is not None and (question.answer is not AnswerKind.NUMBER or not math.isfinite(answer.number)):
        raise RefusedError("audit_answer.not_a_number", field="number")
    yes_no = question.answer is AnswerKind.YES_NO
    if answer.choice is not None and answer.choice is not Choice.NOT_APPLICABLE and not yes_no:
        raise RefusedError("audit_answer.not_a_choice", field="choice")
    if len(answer.note) > LONGEST_NOTE:
        raise RefusedError("audit_answer.note_too_long", most=LONGEST_NOTE, field="note")


def is_answered(question: Question, answer: Answer) -> bool:
    """Tell whether a question needs nothing more: a note alone answers only what asks for words.

    Parameters
    ----------
    question : Question
    answer : Answer
    """
    if answer.choice is not None:
        return True
    return bool(answer.note.strip()) if question.answer is AnswerKind.TEXT else answer.number is not None


def _in_language(texts: Mapping[str, str], language: str) -> str:
    return texts.get(OWN_WORDS) or texts.get(language) or texts.get("en") or next(iter(texts.values()), "")
