"""Forms of audits, findings and checklists. Labels are English constants; the page translates them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from wtforms import DateField, Form, HiddenField, RadioField, SelectField, StringField, TextAreaField, validators

from emstrack.domain.audit_findings import FindingDetails, FindingGrade, FindingSeverity
from emstrack.domain.audits import AuditDetails, AuditKind, PlanLine, TeamMember, TeamRole
from emstrack.domain.checklists import Answer, Choice, Question
from emstrack.domain.errors import RefusedError
from emstrack.domain.sectors import AnswerKind
from emstrack.language.labels import LABELS
from emstrack.services.audits.keep_photo import SentPhoto
from emstrack.services.audits.record_in_field import FieldItem
from emstrack.web.forms.quantities import understood_number
from emstrack.web.forms.sites import number_or_none, options, text_field

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from werkzeug.datastructures.file_storage import FileStorage

    from emstrack.language.languages import Language

SPARE_LINES = 3
MOST_LINES = 200
MOST_QUESTIONS_SENT = 600


def _strip(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").strip()


def long_text(label: str, description: str = "", *, rows: int = 3, limit: int = 4000) -> Any:
    """Return a field for a longer text."""
    return TextAreaField(
        label,
        [validators.Length(max=limit, message="This is too long.")],
        description=description,
        filters=[_strip],
        render_kw={"rows": rows, "maxlength": limit},
    )


class AuditForm(Form):  # type: ignore[misc]  # wtforms carries no types
    """An audit's plan; team and agenda are lines of their own."""

    site_id = SelectField("Site", coerce=number_or_none)
    kind = SelectField("Kind", choices=options(*((kind.value, LABELS[f"audit_kind.{kind}"]) for kind in AuditKind)))
    title = text_field("Name", "Empty takes the kind and the site.", autocomplete="off")
    start = DateField("First day", [validators.InputRequired("Choose the first day.")])
    last_day = DateField("Last day", [validators.Optional()], description="Empty is the same day.")
    checklist = SelectField("Checklist", description="The audit keeps the questions as they are today.")
    scope = long_text("Scope", "Which parts of the site, which period, and what is left out.")
    summary = long_text("Summary", "For who reads the report: what matters most, in a few sentences.")
    version = HiddenField()

    def details(self, site_id: int, sent: Mapping[str, str], people: Mapping[int, str]) -> AuditDetails:
        """Return what the person said; `sent` holds the lines of team and plan, `people` who may be named."""
        return AuditDetails(
            site_id=site_id,
            kind=AuditKind(self.kind.data),
            start=self.start.data,
            last_day=self.last_day.data or self.start.data,
            title=self.title.data or "",
            scope=self.scope.data or "",
            summary=self.summary.data or "",
            team=team_of(sent, people),
            plan=plan_of(sent),
        )


class FindingForm(Form):  # type: ignore[misc]  # wtforms carries no types
    """A finding."""

    title = text_field("What was found", "In one line, as it will stand in the report.", autocomplete="off")
    severity = RadioField(
        "How serious it is",
        choices=options(*((each.value, LABELS[f"severity.{each}"]) for each in FindingSeverity)),
        default=FindingSeverity.MEDIUM.value,
    )
    place = text_field("Where", "Building, floor, room or machine.")
    description = long_text("Situation and cause")
    evidence = long_text("Evidence", "What was seen, measured or read, and who said it.", rows=2)
    grade = SelectField(
        "Grade",
        choices=options(("", "Choose one"), *((each.value, LABELS[f"grade.{each}"]) for each in FindingGrade)),
        default="",
    )
    question = HiddenField()
    owner_id = SelectField("Who corrects it", coerce=number_or_none)
    owner_name = text_field("Or somebody without an account")
    due = DateField("Due on", [validators.Optional()])
    version = HiddenField()

    def details(self) -> FindingDetails:
        """Return what the person said."""
        return FindingDetails(
            title=self.title.data or "",
            severity=FindingSeverity(self.severity.data),
            description=self.description.data or "",
            place=self.place.data or "",
            evidence=self.evidence.data or "",
            grade=FindingGrade(self.grade.data) if self.grade.data else None,
            question=self.question.data or "",
            owner_id=self.owner_id.data,
            owner_name=self.owner_name.data or "",
            due=self.due.data,
        )


class CopyForm(Form):  # type: ignore[misc]  # wtforms carries no types
    """A checklist of one's own, made from another."""

    source = SelectField("Begin with")
    name = StringField("Name of your checklist", filters=[_strip], render_kw={"maxlength": 200, "autocomplete": "off"})


def team_of(sent: Mapping[str, str], people: Mapping[int, str]) -> tuple[TeamMember, ...]:
    """Read the lines of a team: a user, or an outside name; an empty line is nobody."""
    team = []
    for place in _places(sent, "team", "role"):
        name, user = sent.get(f"team-{place}-name", "").strip(), sent.get(f"team-{place}-user", "").strip()
        role = sent.get(f"team-{place}-role", "")
        if not name and not user:
            continue
        user_id = int(user) if user.isascii() and user.isdigit() and len(user) < 16 else None
        if role not in set(TeamRole) or (user and user_id not in people):
            raise RefusedError("audit.team_incomplete", place=place + 1, field="team")
        team.append(TeamMember(people[user_id] if user_id else name, TeamRole(role), user_id))
    return tuple(team)


def plan_of(sent: Mapping[str, str]) -> tuple[PlanLine, ...]:
    """Read the lines of an agenda; an empty line is none."""
    plan = []
    for place in _places(sent, "plan", "what"):
        day, time, what, who = (
            sent.get(f"plan-{place}-{name}", "").strip()[:300] for name in ("day", "time", "what", "who")
        )
        if not (time or what or who):
            continue
        try:
            plan.append(PlanLine(date.fromisoformat(day), what, time, who))
        except ValueError:
            raise RefusedError("audit.plan_incomplete", place=place + 1, field="plan") from None
        if not what:
            raise RefusedError("audit.plan_incomplete", place=place + 1, field="plan")
    return tuple(plan)


def answer_item(sent: Mapping[str, str], photos: Sequence[FileStorage]) -> FieldItem:
    """Read an answer as the field page sends it.

    Raises
    ------
    RefusedError
        ``audit_answer.not_a_number`` for a number that is none.
    """
    choice, typed = sent.get("choice", ""), sent.get("number", "").strip()
    number: float | None = None
    if typed:
        try:
            number = understood_number(typed)
        except ValueError:
            raise RefusedError("audit_answer.not_a_number", text=typed[:40], field="number") from None
    answer = Answer(Choice(choice) if choice in set(Choice) else None, number, _strip(sent.get("note")))
    return FieldItem(
        key=sent.get("key", ""),
        version=version_of(sent.get("version")),
        question=sent.get("question", ""),
        answer=answer,
        photos=photos_of(photos),
    )


def photos_of(sent: Sequence[FileStorage]) -> tuple[SentPhoto, ...]:
    """Read the pictures of a form; a file field left empty is none."""
    return tuple(SentPhoto(each.stream.read(), each.filename or "") for each in sent if each.filename)


def version_of(text: str | None) -> int:
    """Read the version that was read; 0 for nothing read."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


def questions_of(sent: Mapping[str, str], before: Sequence[Question], language: Language) -> list[Question]:
    """Read an edited checklist: lines in their order, those ticked off left out, and new ones.

    A line without a number keeps its place after the one before it.
    """
    known = {each.code: each for each in before}
    lines: list[tuple[float, int, Question]] = []
    for place in _places(sent, "q", "text"):
        text = sent.get(f"q-{place}-text", "").strip()
        code = sent.get(f"q-{place}-code", "")
        if sent.get(f"q-{place}-drop") or (not text and code not in known):
            continue
        area = sent.get(f"q-{place}-area", "").strip()[:100]
        answer = sent.get(f"q-{place}-answer", "")
        kind = AnswerKind(answer) if answer in set(AnswerKind) else AnswerKind.YES_NO
        unit = sent.get(f"q-{place}-unit", "").strip() if kind is AnswerKind.NUMBER else ""
        if code in known:
            question = known[code].renamed(text, language.code)
            as_it_was = area in {"", language.label(question.area)}
            question = replace(question, area=question.area if as_it_was else area, answer=kind, unit=unit)
        else:
            question = Question(_new_code(known, place), area or "–", {"": text}, answer=kind, unit=unit)
            known[question.code] = question
        lines.append((_order(sent.get(f"q-{place}-order", ""), place), place, question))
    return [question for _, _, question in sorted(lines, key=lambda line: line[:2])]


def _new_code(known: Mapping[str, Question], place: int) -> str:
    number = place + 1
    while f"own.{number}" in known:
        number += 1
    return f"own.{number}"


def _order(text: str, place: int) -> float:
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return float(place + 1)


def _places(sent: Mapping[str, str], kind: str, field: str) -> list[int]:
    """Return the numbers of the lines that came."""
    return [place for place in range(MOST_QUESTIONS_SENT) if f"{kind}-{place}-{field}" in sent]
