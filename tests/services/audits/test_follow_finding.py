"""Findings are corrected, verified by somebody else, closed, and opened again."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from conftest import NOW
from factories_accounts import make_person, open_tenant
from factories_audits import make_audit, make_finding

from emstrack.domain.audit_findings import FindingGrade, usual_due
from emstrack.domain.audits import AuditKind, AuditStatus
from emstrack.domain.errors import EmstrackError, NotAllowedError, RefusedError
from emstrack.services.audits.follow_finding import close_finding, correct_finding, reopen_finding
from emstrack.services.audits.move_audit import move_audit
from emstrack.services.audits.record_finding import change_finding, finding_details
from emstrack.services.audits.show_audit import show_finding
from emstrack.storage.models import Organisation
from emstrack.storage.scope import find, tenant_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from emstrack.storage.models import AuditFinding, User


@pytest.fixture
def people(session: Session) -> tuple[Organisation, User, User]:
    """The tenant, an owner, and somebody who verifies."""
    tenant = find(session, Organisation, tenant_of(session))
    return tenant, make_person(session, tenant, "manager", name="Olga"), make_person(session, tenant, "auditor")


def system_finding(session: Session, owner: User | None) -> AuditFinding:
    audit = make_audit(session, kind=AuditKind.EMS_INTERNAL, checklist="")
    return make_finding(session, audit, grade=FindingGrade.MAJOR, owner_id=owner.id if owner else None)


def refused(act: object) -> str:
    with pytest.raises(EmstrackError) as error:
        act()  # type: ignore[operator]  # a lambda
    return error.value.code


def test_a_finding_of_a_system_closes_only_when_somebody_else_verified_it(
    session: Session, people: tuple[Organisation, User, User]
) -> None:
    tenant, owner, verifier = people
    finding = system_finding(session, owner)
    open_tenant(session, tenant, verifier)
    assert refused(lambda: close_finding(session, finding.id, note="Visto", version=1, now=NOW)) == (
        "audit_finding.not_corrected"
    )
    open_tenant(session, tenant, owner)
    correct_finding(session, finding.id, text="Se selló el dique", version=1, now=NOW)
    with pytest.raises(NotAllowedError) as own:
        close_finding(session, finding.id, note="Visto", version=2, now=NOW)
    assert own.value.code == "audit_finding.own_verification"
    open_tenant(session, tenant, verifier)
    assert refused(lambda: close_finding(session, finding.id, note=" ", version=2, now=NOW)) == (
        "audit_finding.note_missing"
    )
    close_finding(session, finding.id, note="Sin derrames en tres lluvias", version=2, now=NOW)
    assert finding.due == date(2026, 11, 5)
    shown = show_finding(session, finding.id).shown
    assert (shown.row.status, shown.owner, shown.verifier) == ("closed", "Olga", verifier.name)


def test_the_operator_of_whom_nobody_knows_who_it_is_verifies_nothing(
    session: Session, people: tuple[Organisation, User, User]
) -> None:
    finding = system_finding(session, people[1])
    correct_finding(session, finding.id, text="Hecho", version=1, now=NOW)
    assert refused(lambda: close_finding(session, finding.id, note="x", version=2, now=NOW)) == (
        "audit_finding.own_verification"
    )


def test_a_finding_of_a_system_needs_a_grade_and_an_owner(
    session: Session, people: tuple[Organisation, User, User]
) -> None:
    finding = system_finding(session, None)
    assert refused(lambda: close_finding(session, finding.id, note="x", version=1, now=NOW)) == (
        "audit_finding.owner_missing"
    )
    audit = make_audit(session, finding.site_id, kind=AuditKind.CERTIFICATION, checklist="")
    assert refused(lambda: make_finding(session, audit)) == "audit_finding.grade_missing"
    walk = make_audit(session, finding.site_id, kind=AuditKind.WALK_THROUGH, checklist="")
    assert refused(lambda: make_finding(session, walk, grade=FindingGrade.MINOR)) == "audit_finding.grade_unwanted"


def test_any_other_finding_closes_at_a_word_and_opens_again_with_a_reason(session: Session) -> None:
    finding = make_finding(session, make_audit(session))
    assert refused(lambda: reopen_finding(session, finding.id, reason="x", version=1, now=NOW)) == (
        "audit_finding.open_already"
    )
    close_finding(session, finding.id, note="", version=1, now=NOW)
    assert refused(lambda: close_finding(session, finding.id, note="", version=2, now=NOW)) == (
        "audit_finding.closed_already"
    )
    details = finding_details(finding)
    assert refused(lambda: change_finding(session, finding.id, details, version=2, now=NOW)) == (
        "audit_finding.closed_already"
    )
    assert refused(lambda: correct_finding(session, finding.id, text="x", version=2, now=NOW)) == (
        "audit_finding.closed_already"
    )
    assert refused(lambda: reopen_finding(session, finding.id, reason="", version=2, now=NOW)) == "audit.reason_missing"
    reopen_finding(session, finding.id, reason="Volvió la fuga", version=2, now=NOW)
    assert (finding.status, finding.verified_by) == ("open", None)


def test_a_correction_is_said_in_words(session: Session) -> None:
    finding = make_finding(session, make_audit(session))
    assert refused(lambda: correct_finding(session, finding.id, text=" ", version=1, now=NOW)) == (
        "audit_finding.correction_missing"
    )


def test_a_closed_audit_of_a_system_keeps_its_findings_closed(
    session: Session, people: tuple[Organisation, User, User]
) -> None:
    tenant, owner, verifier = people
    finding = system_finding(session, owner)
    correct_finding(session, finding.id, text="Hecho", version=1, now=NOW)
    open_tenant(session, tenant, verifier)
    close_finding(session, finding.id, note="Visto", version=2, now=NOW)
    for version, to in enumerate((AuditStatus.IN_FIELD, AuditStatus.REPORTED, AuditStatus.CLOSED), 1):
        move_audit(session, finding.audit_id, to, version=version, now=NOW)
    with pytest.raises(RefusedError) as error:
        reopen_finding(session, finding.id, reason="x", version=3, now=NOW)
    assert error.value.code == "audit.closed"


def test_a_nonconformity_has_a_usual_day_and_an_opportunity_none() -> None:
    day = date(2026, 10, 6)
    assert usual_due(FindingGrade.MAJOR, day) == date(2026, 11, 5)
    assert usual_due(FindingGrade.MINOR, day) == date(2027, 1, 4)
    assert usual_due(FindingGrade.OPPORTUNITY, day) is None
    assert usual_due(None, day) is None
