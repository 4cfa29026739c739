"""Audits as their pages show them: rows, facts, the questions of a walk by area, and what changed."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from flask import url_for

from emstrack.domain.audit_findings import FindingStatus
from emstrack.domain.audits import STEPS, AuditStatus
from emstrack.domain.checklists import Choice
from emstrack.domain.sectors import AnswerKind
from emstrack.language.languages import MISSING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from emstrack.domain.audits import AuditDetails
    from emstrack.domain.checklists import Question
    from emstrack.language.languages import Language
    from emstrack.services.audits.choose_checklist import Offered
    from emstrack.services.audits.list_audits import ListedAudit
    from emstrack.services.audits.show_audit import FindingOnItsPage, ShownAudit, ShownFinding
    from emstrack.services.audits.show_waiting import PlannedAudit
    from emstrack.services.sites.list_changes import Change
    from emstrack.storage.models import Audit, AuditAnswer

TONES: dict[str, str] = {
    AuditStatus.PLANNED: "",
    AuditStatus.IN_FIELD: "info",
    AuditStatus.REPORTED: "warning",
    AuditStatus.CLOSED: "good",
    FindingStatus.OPEN: "warning",
    FindingStatus.CORRECTED: "info",
}
SEVERITY_TONES: dict[str, str] = {"low": "", "medium": "info", "high": "warning"}
CHOICE_TONES: dict[str, str] = {"yes": "good", "partly": "warning", "no": "refused", "not_applicable": ""}


def kind_word(kind: str, language: Language) -> str:
    """Write a kind of audit."""
    return language.label(f"audit_kind.{kind}")


def title_of(audit: Audit | ListedAudit | PlannedAudit, language: Language) -> str:
    """Write an audit's name: its own, else its kind."""
    return audit.title or kind_word(audit.kind, language)


def days(start: date, last_day: date, language: Language) -> str:
    """Write the days at the site."""
    if start == last_day:
        return language.date(start)
    return language.text("{first} to {last}", first=language.date(start), last=language.date(last_day))


def audit_columns(language: Language) -> list[dict[str, Any]]:
    """Return the columns of a list of audits."""
    text = language.text
    return [
        {"label": text("Audit")},
        {"label": text("Days")},
        {"label": text("Team")},
        {"label": text("Status")},
        {"label": text("Answered"), "numeric": True},
        {"label": text("Findings"), "numeric": True},
        {"label": text("Recommendations"), "numeric": True},
    ]


def audit_rows(rows: Iterable[ListedAudit], language: Language, *, with_site: bool = True) -> list[list[Any]]:
    """Return the cells of a list of audits."""
    listed = []
    for row in rows:
        name = title_of(row, language)
        kind = kind_word(row.kind, language)
        note = " · ".join(filter(None, (row.site if with_site else "", kind if kind != name else "")))
        cells: list[Any] = [
            {"text": name, "href": url_for("audits.show", audit_id=row.id), "note": note},
            days(row.start, row.last_day, language),
            ", ".join(member.name for member in row.team) or MISSING,
            language.label(f"audit_status.{row.status}"),
            answered(row.progress.answered, row.progress.questions, language),
            found(row.progress.findings, row.progress.open_findings, language),
            language.number(row.recommendations),
        ]
        listed.append(cells)
    return listed


def answered(count: int, of: int, language: Language) -> str:
    """Write how many of the questions are answered; a dash without a checklist."""
    return language.text("{n} of {total}", n=language.number(count), total=language.number(of)) if of else MISSING


def found(count: int, unsolved: int, language: Language) -> str:
    """Write how many findings there are, and how many are open."""
    if not unsolved:
        return language.number(count)
    return language.text("{n} ({open} open)", n=language.number(count), open=language.number(unsolved))


def checklist_name(audit: Audit, language: Language) -> str:
    """Write which checklist an audit froze."""
    if not audit.question_count:
        return ""
    if audit.checklist_edition is None:
        return language.label(audit.checklist_origin)
    return language.text("{name}, edition {n}", name=audit.checklist_name, n=audit.checklist_edition)


def offered_choices(offered: Iterable[Offered], language: Language) -> list[tuple[str, str]]:
    """Return the checklists that may be chosen, as a select has them."""
    return [
        (each.value, each.name or language.text("{sector} (ours)", sector=language.label(each.sector)))
        for each in offered
    ]


def audit_facts(shown: ShownAudit, language: Language) -> list[tuple[str, str]]:
    """Return what is known of an audit, nothing that is not."""
    audit, text = shown.audit, language.text
    facts = [
        (text("Site"), shown.site.name),
        (text("Kind"), kind_word(audit.kind, language)),
        (text("Days"), days(audit.start, audit.last_day, language)),
        (text("Checklist"), checklist_name(audit, language)),
        (text("Scope"), audit.scope),
        (text("Summary"), audit.summary),
        (text("Recommendations"), language.number(shown.recommendations) if shown.recommendations else ""),
    ]
    return [(name, value) for name, value in facts if value]


def team_rows(details: AuditDetails, language: Language) -> list[list[str]]:
    """Return who takes part."""
    return [[member.name, language.label(f"team_role.{member.role}")] for member in details.team]


def plan_rows(details: AuditDetails, language: Language) -> list[list[str]]:
    """Return the agenda by day."""
    lines = sorted(details.plan, key=lambda line: line.day)
    return [[line.what, language.date(line.day), line.time or MISSING, line.who or MISSING] for line in lines]


def steps(shown: ShownAudit, language: Language) -> list[dict[str, Any]]:
    """Return where the audit may go, the way on first; whether a reason is asked for is the rules' to say."""
    words = {
        AuditStatus.IN_FIELD: language.text("Begin in the field"),
        AuditStatus.REPORTED: language.text("Hand in the report"),
        AuditStatus.CLOSED: language.text("Close the audit"),
        AuditStatus.PLANNED: language.text("Back to planning"),
    }
    back = {
        AuditStatus.IN_FIELD: language.text("Back to the field"),
        AuditStatus.REPORTED: language.text("Open it again"),
        AuditStatus.PLANNED: words[AuditStatus.PLANNED],
    }
    told = []
    for place, to in enumerate(STEPS[shown.status]):
        is_back = place > 0 or shown.status is AuditStatus.CLOSED
        unanswered = to is AuditStatus.REPORTED and shown.progress.answered < shown.progress.questions
        told.append(
            {
                "to": to.value,
                "word": back[to] if is_back else words[to],
                "back": is_back,
                "reason": is_back or unanswered,
            }
        )
    return told


def areas(
    questions: Sequence[Question], answers: Mapping[str, AuditAnswer], language: Language
) -> list[dict[str, Any]]:
    """Return the questions of a walk area by area, each with what was answered."""
    told = []
    for area, group in groupby(questions, key=lambda each: each.area):
        asked = [question(each, answers.get(each.code), language) for each in group]
        done = sum(each["complete"] for each in asked)
        told.append(
            {
                "name": language.label(area),
                "questions": asked,
                "done": done,
                "total": len(asked),
                "count": answered(done, len(asked), language),
            }
        )
    return told


def question(asked: Question, answer: AuditAnswer | None, language: Language) -> dict[str, Any]:
    """Return one question with its answer."""
    return {
        "code": asked.code,
        "text": asked.text(language.code),
        "hint": asked.hint(language.code),
        "kind": asked.answer.value,
        "unit": _unit(asked, language),
        "complete": answer is not None and answer.is_complete,
        "answer_id": answer.id if answer is not None else None,
        **answer_fields(answer, language),
        "told": answer_text(asked, answer, language),
        "tone": CHOICE_TONES.get(answer.choice, "") if answer is not None else "",
    }


def answer_fields(answer: AuditAnswer | None, language: Language) -> dict[str, str]:
    """Return an answer as its form's fields hold it."""
    if answer is None:
        return {"choice": "", "number": "", "note": "", "version": "0"}
    number = language.number(answer.number, digits=6, fixed=False) if answer.number is not None else ""
    return {"choice": answer.choice, "number": number, "note": answer.note, "version": str(answer.version)}


def answer_text(asked: Question, answer: AuditAnswer | None, language: Language) -> str:
    """Write an answer; a dash where there is none."""
    if answer is None:
        return MISSING
    if answer.choice:
        return language.label(Choice(answer.choice))
    if answer.number is not None:
        return f"{language.number(answer.number, digits=6, fixed=False)}\u00a0{_unit(asked, language)}".rstrip()
    return answer.note if asked.answer is AnswerKind.TEXT and answer.note else MISSING


def _unit(asked: Question, language: Language) -> str:
    """Write a unit; what is counted in pieces has none."""
    return language.unit(asked.unit) if asked.unit not in {"", "1"} else ""


def finding_rows(findings: Iterable[ShownFinding], language: Language, *, graded: bool) -> list[list[Any]]:
    """Return the cells of an audit's findings."""
    rows = []
    for each in findings:
        row = each.row
        weight = f"grade.{row.grade}" if graded else f"severity.{row.severity}"
        photos = language.plural("{n} photo", "{n} photos", len(each.photos)) if each.photos else ""
        rows.append(
            [
                {
                    "text": f"{row.number}. {row.title}",
                    "href": url_for("findings.show", finding_id=row.id),
                    "note": " · ".join(filter(None, (row.place, photos))),
                },
                language.label(weight) if row.grade or not graded else MISSING,
                each.owner or MISSING,
                language.date(row.due),
                language.label(f"finding_status.{row.status}"),
            ]
        )
    return rows


def finding_columns(language: Language, *, graded: bool) -> list[dict[str, Any]]:
    """Return the columns of an audit's findings."""
    text = language.text
    return [
        {"label": text("Finding")},
        {"label": text("Grade") if graded else text("How serious")},
        {"label": text("Who corrects it")},
        {"label": text("Due on")},
        {"label": text("Status")},
    ]


def finding_facts(page: FindingOnItsPage, question_text: str, language: Language) -> list[tuple[str, str]]:
    """Return what is known of a finding, nothing that is not."""
    row, text = page.shown.row, language.text
    verified = ", ".join(
        filter(None, (page.shown.verifier, language.date(row.verified_at.date()) if row.verified_at else ""))
    )
    facts = [
        (text("Where"), row.place),
        (text("How serious"), language.label(f"severity.{row.severity}")),
        (text("Grade"), language.label(f"grade.{row.grade}") if row.grade else ""),
        (text("Situation and cause"), row.description),
        (text("Evidence"), row.evidence),
        (text("From the question"), question_text),
        (text("Who corrects it"), page.shown.owner),
        (text("Due on"), language.date(row.due) if row.due else ""),
        (text("What was done"), row.correction),
        (text("How it was verified"), row.verification),
        (text("Verified by") if page.of_a_system else text("Closed by"), verified),
    ]
    return [(name, value) for name, value in facts if value]


FIELDS = {
    "status": "Status",
    "title": "Name",
    "kind": "Kind",
    "start": "First day",
    "last_day": "Last day",
    "scope": "Scope",
    "summary": "Summary",
    "severity": "How serious",
    "description": "Situation and cause",
    "place": "Where",
    "evidence": "Evidence",
    "grade": "Grade",
    "due": "Due on",
    "owner_name": "Who corrects it",
    "correction": "What was done",
    "verification": "How it was verified",
    "choice": "Answer",
    "number": "Number",
    "note": "Note",
}
_PREFIX = {"kind": "audit_kind.", "severity": "severity.", "grade": "grade."}
_ONLY_THAT_IT_CHANGED = {
    "team": "Team",
    "plan": "Plan",
    "checklist_name": "Checklist",
    "owner_id": "Who corrects it",
    "photo": "Photo",
}
_UNTOLD = {
    "checklist_origin",
    "checklist_edition",
    "question_count",
    "is_complete",
    "verified_by",
    "verified_at",
    "question",
}


def change_entries(changes: Iterable[Change], time_zone: str, language: Language) -> list[dict[str, str]]:
    """Return an audit's changes for the timeline macro: one line for each field that changed."""
    entries = []
    for change in changes:
        part, parts = change.field, [(change.field, change.old, change.new)]
        if isinstance(change.old, dict) or isinstance(change.new, dict):
            old, new = change.old or {}, change.new or {}
            parts = [(name, old.get(name), new.get(name)) for name in {**old, **new}]
        else:
            part = ""
        for name, old, new in parts:
            if name in _UNTOLD:
                continue
            entries.append(
                {
                    "when": language.instant(change.at, time_zone or "UTC"),
                    "who": change.who or language.text("Operator"),
                    "why": change.reason,
                    **_what(part, name, old, new, language),
                }
            )
    return entries


def _what(part: str, name: str, old: Any, new: Any, language: Language) -> dict[str, str]:
    of = ""
    if part.startswith("finding "):
        of = language.text("Finding {n}", n=part.removeprefix("finding ")) + " · "
    elif part:
        of = language.text("Answer") + " · "
    if name == "archived_at":
        return {"what": language.text("Archived") if new else language.text("Restored"), "old": "", "new": ""}
    if name in _ONLY_THAT_IT_CHANGED:
        field = language.text(_ONLY_THAT_IT_CHANGED[name])
        return {"what": of + language.text("{field} changed", field=field), "old": "", "new": ""}
    prefix = _PREFIX.get(
        name, "finding_status." if part and name == "status" else "audit_status." if name == "status" else ""
    )
    return {
        "what": of + language.text(FIELDS.get(name, name)),
        "old": _written(prefix, old, language),
        "new": _written(prefix, new, language),
    }


def _written(prefix: str, value: Any, language: Language) -> str:
    if value in {None, ""}:
        return ""
    if isinstance(value, int | float):
        return language.number(value, digits=6, fixed=False)
    text = str(value)
    return language.label(prefix + text) if prefix or text in set(Choice) else text
