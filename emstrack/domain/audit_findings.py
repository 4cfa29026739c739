"""Findings of an audit: what was seen where, how much it weighs, and when it may be closed and by whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from emstrack.domain.errors import NotAllowedError, RefusedError

LONGEST_TITLE = 200
LONGEST_TEXT = 4000
MOST_PHOTOS = 20


class FindingSeverity(StrEnum):
    """How much a finding weighs, from least to most."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class FindingGrade(StrEnum):
    """What a finding is against the requirements of a management system."""

    MAJOR = "major_nonconformity"
    MINOR = "minor_nonconformity"
    OBSERVATION = "observation"
    OPPORTUNITY = "opportunity"


class FindingStatus(StrEnum):
    """Where a finding stands; corrected is the owner's word, closed somebody else's."""

    OPEN = "open"
    CORRECTED = "corrected"
    CLOSED = "closed"


DUE_DAYS: dict[FindingGrade, int] = {FindingGrade.MAJOR: 30, FindingGrade.MINOR: 90}
"""Days to correct a nonconformity: a policy, proposed and free to change (domain §8.1) [d]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingDetails:
    """What a person says of a finding.

    Parameters
    ----------
    title : str
    severity : FindingSeverity
    description, place, evidence : str
    grade : FindingGrade or None
        Only in audits of a management system.
    question : str
        Code of the checklist's question it came from; empty for none.
    owner_id : int or None
        The user who has to correct it.
    owner_name : str
        Where the owner has no account.
    due : date or None
    """

    title: str
    severity: FindingSeverity = FindingSeverity.MEDIUM
    description: str = ""
    place: str = ""
    evidence: str = ""
    grade: FindingGrade | None = None
    question: str = ""
    owner_id: int | None = None
    owner_name: str = ""
    due: date | None = None

    @property
    def has_owner(self) -> bool:
        """Whether somebody has to correct it."""
        return self.owner_id is not None or bool(self.owner_name.strip())


def check_finding(details: FindingDetails, *, of_a_system: bool, audit_start: date) -> None:
    """Refuse what cannot be.

    Parameters
    ----------
    details : FindingDetails
    of_a_system : bool
        Whether the audit is of a management system, whose findings have a grade.
    audit_start : date

    Raises
    ------
    RefusedError
        ``audit_finding.title_missing``, ``audit_finding.text_too_long``, ``audit_finding.grade_missing``,
        ``audit_finding.grade_unwanted`` or ``audit_finding.due_before``, each naming its field.
    """
    if not details.title.strip():
        raise RefusedError("audit_finding.title_missing", field="title")
    for field, text, most in (
        ("title", details.title, LONGEST_TITLE),
        ("place", details.place, LONGEST_TITLE),
        ("owner_name", details.owner_name, LONGEST_TITLE),
        ("description", details.description, LONGEST_TEXT),
        ("evidence", details.evidence, LONGEST_TEXT),
    ):
        if len(text) > most:
            raise RefusedError("audit_finding.text_too_long", most=most, field=field)
    if of_a_system and details.grade is None:
        raise RefusedError("audit_finding.grade_missing", field="grade")
    if details.grade is not None and not of_a_system:
        raise RefusedError("audit_finding.grade_unwanted", field="grade")
    if details.due is not None and details.due < audit_start:
        raise RefusedError("audit_finding.due_before", due=details.due, start=audit_start, field="due")


def usual_due(grade: FindingGrade | None, day: date) -> date | None:
    """Return the day a nonconformity is usually due; None for what has none.

    Parameters
    ----------
    grade : FindingGrade or None
    day : date
        The audit's last day.
    """
    return day + timedelta(days=DUE_DAYS[grade]) if grade in DUE_DAYS else None


def check_close(
    details: FindingDetails, *, of_a_system: bool, status: FindingStatus, who: int | None, note: str
) -> None:
    """Refuse to close a finding before its effect was verified, or by its own owner (domain §8.1).

    Parameters
    ----------
    details : FindingDetails
    of_a_system : bool
    status : FindingStatus
    who : int or None
        The user who verifies; None is the operator, whom nobody can tell from the owner.
    note : str
        How the effect was verified.

    Raises
    ------
    RefusedError
        ``audit_finding.closed_already``, ``audit_finding.owner_missing``, ``audit_finding.not_corrected`` or
        ``audit_finding.note_missing``.
    NotAllowedError
        ``audit_finding.own_verification`` for the owner.
    """
    if status is FindingStatus.CLOSED:
        raise RefusedError("audit_finding.closed_already")
    if not of_a_system:
        return
    if not details.has_owner:
        raise RefusedError("audit_finding.owner_missing", field="owner_id")
    if status is not FindingStatus.CORRECTED:
        raise RefusedError("audit_finding.not_corrected")
    if who is None or who == details.owner_id:
        raise NotAllowedError("audit_finding.own_verification")
    if not note.strip():
        raise RefusedError("audit_finding.note_missing", field="note")
