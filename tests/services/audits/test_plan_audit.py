"""Audits are planned, changed, moved on and archived; every refusal says why."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from conftest import NOW
from factories_audits import FLOW, HOTEL, TOWELS, audit_details, make_audit, make_finding
from factories_sites import make_building, make_hotel

from emstrack.domain.audit_findings import FindingGrade
from emstrack.domain.audits import AuditKind, AuditStatus, PlanLine, TeamMember, TeamRole
from emstrack.domain.checklists import Answer, Choice
from emstrack.domain.errors import ConflictError, RefusedError
from emstrack.services.audits.edit_checklist import change_checklist, copy_checklist, show_checklist
from emstrack.services.audits.list_audits import AuditFilter, audits_of_site, every_audit, list_audits
from emstrack.services.audits.move_audit import move_audit
from emstrack.services.audits.open_audit import open_for_field
from emstrack.services.audits.plan_audit import archive_audit, change_audit, details_of, plan_audit, restore_audit
from emstrack.services.audits.record_answer import questions_of, record_answer
from emstrack.services.audits.show_audit import show_audit
from emstrack.services.sites.change_site import archive_site
from emstrack.storage.models import History
from emstrack.storage.scope import scoped

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

TEAM = (TeamMember("Ana Ríos", TeamRole.LEAD), TeamMember("Perito externo", TeamRole.EXPERT))
PLAN = (PlanLine(date(2026, 10, 5), "Cuartos y lavandería", "9:00", "Ana"), PlanLine(date(2026, 10, 6), "Cierre"))


def test_an_audit_holds_its_team_plan_and_checklist(session: Session) -> None:
    audit = make_audit(session, team=TEAM, plan=PLAN, scope="Todo el hotel")
    shown = show_audit(session, audit.id)
    assert details_of(shown.audit).team == TEAM
    assert details_of(shown.audit).plan == PLAN
    assert {TOWELS, FLOW} <= {question.code for question in shown.questions}
    assert (shown.status, shown.progress.answered) == (AuditStatus.PLANNED, 0)


def test_a_list_has_the_newest_first_with_what_was_found(session: Session) -> None:
    hotel = make_hotel(session)
    first = make_audit(session, hotel.id, team=TEAM)
    make_audit(session, make_building(session).id, start=date(2026, 10, 6), checklist="")
    make_finding(session, first)
    page = list_audits(session)
    assert [row.site for row in page.rows] == ["Palacio Municipal", "Hotel Bahía"]
    assert (page.rows[1].progress.findings, page.rows[1].recommendations, page.total) == (1, 0, 2)
    assert [row.id for row in audits_of_site(session, hotel.id)] == [first.id]


def test_a_list_can_be_narrowed_and_turned_over(session: Session) -> None:
    hotel = make_hotel(session)
    energy = make_audit(session, hotel.id, kind=AuditKind.ENERGY, title="Calderas")
    for day in (1, 2, 3):
        make_audit(session, hotel.id, start=date(2026, 9, day), last_day=date(2026, 9, day), checklist="")
    assert [row.id for row in list_audits(session, AuditFilter(kind=AuditKind.ENERGY)).rows] == [energy.id]
    assert [row.id for row in list_audits(session, AuditFilter(text="calder")).rows] == [energy.id]
    assert list_audits(session, AuditFilter(status=AuditStatus.CLOSED)).rows == []
    second = list_audits(session, page=2, size=3)
    assert (second.first, second.last, second.total, second.pages) == (4, 4, 4, 2)
    assert len(list(every_audit(session, AuditFilter(), size=3))) == 4


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"start": date(2026, 10, 7)}, "audit.backward"),
        ({"last_day": date(2028, 1, 1)}, "audit.too_long"),
        ({"start": date(26, 10, 5), "last_day": date(26, 10, 6)}, "audit.day_unlikely"),
        ({"plan": (PlanLine(date(2026, 11, 1), "Tarde"),)}, "audit.plan_outside"),
        ({"title": "x" * 201}, "audit.text_too_long"),
        ({"team": TEAM * 60}, "audit.too_many_lines"),
    ],
)
def test_what_cannot_be_planned_is_refused(session: Session, given: dict[str, Any], code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        make_audit(session, **given)
    assert refused.value.code == code


def test_no_audit_begins_with_a_checklist_nobody_has(session: Session) -> None:
    site = make_hotel(session)
    for wanted in ("shipped-moon", "own-99", "own-x", "hotel"):
        with pytest.raises(RefusedError) as refused:
            plan_audit(session, audit_details(site.id), checklist=wanted, now=NOW)
        assert refused.value.code == "checklist.unknown"


def test_an_archived_site_gets_no_audit(session: Session) -> None:
    site = make_hotel(session)
    archive_site(session, site.id, version=1, now=NOW)
    with pytest.raises(RefusedError) as refused:
        make_audit(session, site.id)
    assert refused.value.code == "audit.site_archived"


def test_a_change_keeps_its_history_and_meets_somebody_elses(session: Session) -> None:
    audit = make_audit(session)
    change_audit(session, audit.id, audit_details(audit.site_id, scope="Cocina"), version=1, now=NOW)
    (row,) = session.scalars(scoped(session, History).where(History.entity == "audit"))
    assert (row.entity_id, row.old, row.new) == (audit.id, {"scope": ""}, {"scope": "Cocina"})
    with pytest.raises(ConflictError) as conflict:
        change_audit(session, audit.id, audit_details(audit.site_id, scope="Calderas"), version=1, now=NOW)
    assert (conflict.value.evidence["mine"], conflict.value.evidence["theirs"]) == ("Calderas", "Cocina")


def test_the_checklist_is_frozen_as_it_was_and_stays_once_answered(session: Session) -> None:
    own = copy_checklist(session, HOTEL, name="Nuestra lista", now=NOW)
    audit = make_audit(session, checklist=f"own-{own.id}")
    questions = show_checklist(session, own.id).questions
    change_checklist(session, own.id, name="Nuestra lista", questions=questions[:5], version=1, now=NOW)
    assert len(questions_of(session, audit.id)) == len(questions)
    assert (audit.checklist_name, audit.checklist_edition) == ("Nuestra lista", 1)
    change_audit(session, audit.id, details_of(audit), checklist=f"own-{own.id}", version=1, now=NOW)
    assert (len(questions_of(session, audit.id)), audit.question_count) == (5, 5)
    record_answer(session, open_for_field(session, audit.id), questions[0].code, Answer(Choice.NO), version=0, now=NOW)
    with pytest.raises(RefusedError) as refused:
        change_audit(session, audit.id, details_of(audit), checklist=HOTEL, version=2, now=NOW)
    assert refused.value.code == "audit.checklist_in_use"


def test_an_audit_goes_to_the_field_the_report_and_its_end_and_back_with_a_reason(session: Session) -> None:
    audit = make_audit(session)

    def move(to: AuditStatus, reason: str = "") -> str:
        try:
            move_audit(session, audit.id, to, version=audit.version, reason=reason, now=NOW)
        except RefusedError as refused:
            return refused.code
        return audit.status

    assert move(AuditStatus.CLOSED) == "audit.no_such_step"
    assert move(AuditStatus.IN_FIELD) == "in_field"
    assert move(AuditStatus.REPORTED) == "audit.nothing_recorded"
    make_finding(session, audit)
    assert move(AuditStatus.REPORTED) == "audit.unanswered"
    assert move(AuditStatus.REPORTED, "Sin acceso a la azotea") == "reported"
    with pytest.raises(RefusedError, match=r"audit\.reported"):
        make_finding(session, audit)
    assert move(AuditStatus.IN_FIELD) == "audit.reason_missing"
    assert move(AuditStatus.IN_FIELD, "Faltó la caldera") == "in_field"
    assert move(AuditStatus.REPORTED, "Completo") == "reported"
    assert move(AuditStatus.CLOSED) == "closed"


def test_an_audit_of_a_system_does_not_end_with_open_findings(session: Session) -> None:
    audit = make_audit(session, kind=AuditKind.EMS_INTERNAL, checklist="")
    make_finding(session, audit, grade=FindingGrade.MINOR)
    for to in (AuditStatus.IN_FIELD, AuditStatus.REPORTED):
        move_audit(session, audit.id, to, version=audit.version, now=NOW)
    with pytest.raises(RefusedError) as refused:
        move_audit(session, audit.id, AuditStatus.CLOSED, version=audit.version, now=NOW)
    assert (refused.value.code, refused.value.evidence["count"]) == ("audit.open_findings", 1)


def test_an_archived_audit_leaves_the_list_is_not_written_and_comes_back(session: Session) -> None:
    audit = make_audit(session)
    archive_audit(session, audit.id, version=1, now=NOW, reason="Duplicado")
    assert list_audits(session).rows == []
    assert [row.id for row in list_audits(session, AuditFilter(archived=True)).rows] == [audit.id]
    with pytest.raises(RefusedError) as refused:
        make_finding(session, audit)
    assert refused.value.code == "audit.archived"
    restore_audit(session, audit.id, version=2, now=NOW)
    assert [row.id for row in list_audits(session).rows] == [audit.id]
