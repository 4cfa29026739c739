"""Audits of a site: what kinds there are, who takes part, how one proceeds, and what is allowed when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from emstrack.domain.errors import RefusedError
from emstrack.domain.periods import EARLIEST_YEAR, LATEST_YEAR

LONGEST_TITLE = 200
LONGEST_TEXT = 4000
LONGEST_AUDIT_DAYS = 366
MOST_LINES = 100
"""Lines of a team or a plan; more is a file pasted into the wrong place."""


class AuditKind(StrEnum):
    """Why a site is inspected."""

    WALK_THROUGH = "walk_through"
    CP_ASSESSMENT = "cp_assessment"
    ENERGY = "energy"
    WATER = "water"
    WASTE = "waste"
    EMS_INTERNAL = "ems_internal"
    CERTIFICATION = "certification"

    @property
    def is_of_a_system(self) -> bool:
        """Whether findings carry a grade and close only after somebody else verified their effect (domain §8.1)."""
        return self in {AuditKind.EMS_INTERNAL, AuditKind.CERTIFICATION}


class AuditStatus(StrEnum):
    """Where an audit stands."""

    PLANNED = "planned"
    IN_FIELD = "in_field"
    REPORTED = "reported"
    CLOSED = "closed"

    @property
    def is_open_for_answers(self) -> bool:
        """Whether answers and findings may still be written."""
        return self in {AuditStatus.PLANNED, AuditStatus.IN_FIELD}


class TeamRole(StrEnum):
    """What somebody does in an audit."""

    LEAD = "lead"
    AUDITOR = "auditor"
    EXPERT = "expert"
    HOST = "host"
    OBSERVER = "observer"


STEPS: dict[AuditStatus, tuple[AuditStatus, ...]] = {
    AuditStatus.PLANNED: (AuditStatus.IN_FIELD,),
    AuditStatus.IN_FIELD: (AuditStatus.REPORTED, AuditStatus.PLANNED),
    AuditStatus.REPORTED: (AuditStatus.CLOSED, AuditStatus.IN_FIELD),
    AuditStatus.CLOSED: (AuditStatus.REPORTED,),
}
"""Where an audit may go from each status: the way on first, then the way back."""


@dataclass(frozen=True, slots=True)
class TeamMember:
    """Somebody who takes part: a user, or an outside name.

    Parameters
    ----------
    name : str
    role : TeamRole
    user_id : int or None
        None for somebody without an account.
    """

    name: str
    role: TeamRole
    user_id: int | None = None


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A line of the agenda.

    Parameters
    ----------
    day : date
    what : str
    time : str
        As people write it (9:00); empty where it does not matter.
    who : str
    """

    day: date
    what: str
    time: str = ""
    who: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditDetails:
    """What a person says of an audit.

    Parameters
    ----------
    site_id : int
    kind : AuditKind
    start : date
        First day at the site.
    last_day : date
        Last day at the site, included.
    title : str
        Empty takes the kind and the site.
    scope, summary : str
    team : tuple of TeamMember
    plan : tuple of PlanLine
    """

    site_id: int
    kind: AuditKind
    start: date
    last_day: date
    title: str = ""
    scope: str = ""
    summary: str = ""
    team: tuple[TeamMember, ...] = ()
    plan: tuple[PlanLine, ...] = ()


def check_details(details: AuditDetails) -> None:
    """Refuse what cannot be.

    Parameters
    ----------
    details : AuditDetails

    Raises
    ------
    RefusedError
        ``audit.backward``, ``audit.too_long``, ``audit.day_unlikely``, ``audit.plan_outside``,
        ``audit.text_too_long`` or ``audit.too_many_lines``, each naming its field.
    """
    if not EARLIEST_YEAR <= details.start.year <= LATEST_YEAR:
        raise RefusedError("audit.day_unlikely", day=details.start, field="start")
    if details.last_day < details.start:
        raise RefusedError("audit.backward", start=details.start, end=details.last_day, field="last_day")
    if details.last_day - details.start > timedelta(days=LONGEST_AUDIT_DAYS):
        raise RefusedError("audit.too_long", most=LONGEST_AUDIT_DAYS, field="last_day")
    for line in details.plan:
        if not details.start <= line.day <= details.last_day:
            raise RefusedError(
                "audit.plan_outside", day=line.day, start=details.start, end=details.last_day, field="plan"
            )
    if max(len(details.team), len(details.plan)) > MOST_LINES:
        raise RefusedError("audit.too_many_lines", most=MOST_LINES)
    if len(details.title) > LONGEST_TITLE:
        raise RefusedError("audit.text_too_long", most=LONGEST_TITLE, field="title")
    for field, text in (("scope", details.scope), ("summary", details.summary)):
        if len(text) > LONGEST_TEXT:
            raise RefusedError("audit.text_too_long", most=LONGEST_TEXT, field=field)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an audit has come.

    Parameters
    ----------
    questions, answered : int
        Of its checklist.
    findings, open_findings : int
    """

    questions: int = 0
    answered: int = 0
    findings: int = 0
    open_findings: int = 0


def check_step(kind: AuditKind, status: AuditStatus, to: AuditStatus, progress: Progress, *, reason: str) -> None:
    """Refuse a step that an audit may not take yet.

    Parameters
    ----------
    kind : AuditKind
    status, to : AuditStatus
    progress : Progress
    reason : str
        Needed to go back, and to report with questions unanswered.

    Raises
    ------
    RefusedError
        ``audit.no_such_step``, ``audit.reason_missing``, ``audit.nothing_recorded``, ``audit.unanswered`` or
        ``audit.open_findings``.
    """
    if to not in STEPS[status]:
        raise RefusedError("audit.no_such_step")
    if to is not STEPS[status][0] or status is AuditStatus.CLOSED:
        if not reason.strip():
            raise RefusedError("audit.reason_missing", field="reason")
        return
    if to is AuditStatus.REPORTED:
        if not progress.answered and not progress.findings:
            raise RefusedError("audit.nothing_recorded")
        if progress.answered < progress.questions and not reason.strip():
            raise RefusedError("audit.unanswered", count=progress.questions - progress.answered, field="reason")
    if to is AuditStatus.CLOSED and kind.is_of_a_system and progress.open_findings:
        raise RefusedError("audit.open_findings", count=progress.open_findings)
