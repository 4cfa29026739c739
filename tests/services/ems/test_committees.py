"""A committee: terms, an agenda that writes itself, minutes, decisions, approval, the mayor's page."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from conftest import NOW
from factories_accounts import make_person
from factories_follow_ups import TODAY, make_follow_up, make_measure
from factories_programmes import make_programme
from factories_sites import make_building, make_meter, make_ministry
from pypdf import PdfReader

from emstrack.domain.accounts import Permission, Scope
from emstrack.domain.committees import CommitteeRole, PolicyStep, Rhythm
from emstrack.domain.errors import ConflictError, NotFoundError, RefusedError
from emstrack.language.languages import Language
from emstrack.services.ems import hold_meeting as holding
from emstrack.services.ems import write_agenda as agendas
from emstrack.services.ems import write_committee as writing
from emstrack.services.ems.list_committees import list_committees, show_committee, show_meeting
from emstrack.services.ems.print_minutes import print_minutes
from emstrack.services.ems.report_month import report_month
from emstrack.services.sites.list_changes import changes_of
from emstrack.storage.models import Committee, Meeting, Organisation, OutboxMail, User
from emstrack.storage.scope import find, set_scope, tenant_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

DAY = date(2026, 12, 10)


def found(session: Session, name: str = "Comité ambiental", **given: object) -> Committee:
    details = writing.CommitteeDetails(**{"organisation_id": tenant_of(session), "name": name, **given})  # type: ignore[arg-type]
    return writing.add_committee(session, details, now=NOW)


def seat(session: Session, committee: Committee, name: str = "ana", **given: object) -> User:
    user = make_person(
        session, find(session, Organisation, tenant_of(session)), "committee", email=f"{name}@example.org"
    )
    user.language = "es"
    term = writing.Term(**{"role": CommitteeRole.MEMBER, "start": date(2026, 1, 1), "user_id": user.id, **given})  # type: ignore[arg-type]
    writing.add_member(session, committee.id, term, now=NOW)
    return user


def planned(session: Session, committee: Committee, day: date = DAY) -> Meeting:
    return holding.plan_meeting(session, committee.id, day, hour="", place="", now=NOW)


def keys(session: Session, meeting: Meeting) -> list[str]:
    return [item.key for item in show_meeting(session, meeting.id, today=TODAY).agenda]


def begun(session: Session, committee: Committee, day: date = DAY) -> Meeting:
    meeting = holding.begin_meeting(session, planned(session, committee, day).id, now=NOW)
    present = [row.id for row in show_committee(session, committee.id, today=TODAY).members]
    return holding.write_presence(session, meeting.id, present, "", version=meeting.version, now=NOW)


def approve(session: Session, meeting: Meeting) -> Meeting:
    return holding.approve_meeting(
        session, meeting.id, version=meeting.version, today=TODAY, link_base="http://ems", now=NOW
    )


def test_an_agenda_writes_itself_from_what_waits(session: Session) -> None:
    committee = found(session)
    site = make_building(session, "Palacio")
    make_meter(session, site.id)
    make_follow_up(session, site.id, due=date(2026, 12, 1))
    make_follow_up(session, site.id, "Después", due=date(2026, 12, 24))
    make_measure(session, site.id, "LED", status="proposed", implemented_on=None)
    shown = show_meeting(session, planned(session, committee).id, today=TODAY)
    assert [(item.key, item.total) for item in shown.agenda] == [("overdue", 1), ("missing", 1), ("recommendation", 1)]
    (line,) = shown.agenda[0].lines
    assert (line["title"], line["days"], line["site"]) == ("Ver la caldera", 9, "Palacio")


def test_where_nothing_waits_the_agenda_is_empty(session: Session) -> None:
    assert keys(session, planned(session, found(session))) == []


def test_only_the_sites_it_looks_after_are_on_its_agenda(session: Session) -> None:
    health, works = make_ministry(session), make_ministry(session, "Obras")
    mine = make_building(session, "Clínica", organisation_id=health.id)
    make_follow_up(session, make_building(session, "Taller", organisation_id=works.id).id, due=date(2026, 12, 1))
    whole = found(session, organisation_id=health.id)
    assert keys(session, planned(session, whole)) == []
    make_follow_up(session, mine.id, due=date(2026, 12, 1))
    assert keys(
        session,
        show_meeting(
            session,
            session.scalars(sa.select(Meeting).where(Meeting.tenant_id == tenant_of(session))).one().id,
            today=TODAY,
        ).meeting,
    ) == ["overdue"]


def test_its_order_is_changed_by_hand_and_new_items_come_behind(session: Session) -> None:
    committee, site = found(session), make_building(session)
    make_follow_up(session, site.id, due=date(2026, 12, 1))
    make_measure(session, site.id, status="proposed", implemented_on=None)
    meeting = planned(session, committee)
    own = agendas.add_item(session, meeting.id, "Presupuesto 2027", now=NOW)
    agendas.move_item(session, meeting.id, own.key, -1, now=NOW)
    assert keys(session, meeting) == ["overdue", own.key, "recommendation"]
    make_meter(session, site.id)
    assert keys(session, meeting) == ["overdue", own.key, "recommendation", "missing"]
    agendas.leave_out(session, meeting.id, "overdue", now=NOW)
    assert keys(session, meeting) == [own.key, "recommendation", "missing"]
    agendas.bring_back(session, meeting.id, now=NOW)
    assert "overdue" in keys(session, meeting)


def test_once_begun_the_agenda_stays_and_minutes_are_typed(session: Session) -> None:
    committee, site = found(session), make_building(session)
    make_follow_up(session, site.id, due=date(2026, 12, 1))
    meeting = holding.begin_meeting(session, planned(session, committee).id, now=NOW)
    make_meter(session, site.id)
    (item,) = show_meeting(session, meeting.id, today=TODAY).agenda
    holding.write_minutes(session, item.item_id or 0, "Se revisa en enero.", version=item.version, now=NOW)
    with pytest.raises(ConflictError):
        holding.write_minutes(session, item.item_id or 0, "Otra cosa", version=item.version, now=NOW)
    with pytest.raises(RefusedError) as refused:
        agendas.move_item(session, meeting.id, "overdue", 1, now=NOW)
    assert refused.value.code == "committee.begun"
    assert [each.minutes for each in show_meeting(session, meeting.id, today=TODAY).agenda] == ["Se revisa en enero."]


def test_a_decision_becomes_a_task_and_comes_back_when_it_is_due(session: Session) -> None:
    committee, site = found(session), make_building(session)
    ana = seat(session, committee)
    meter = make_meter(session, site.id)
    meeting = begun(session, committee)
    given = holding.Decision(
        title="Cotizar LED", site_id=site.id, due=date(2027, 1, 11), owner_id=ana.id, meter_id=meter.id
    )
    task = holding.decide(session, meeting.id, given, today=TODAY, now=NOW)
    assert (task.meeting_id, task.meter_id, task.owner_id) == (meeting.id, meter.id, ana.id)
    approve(session, meeting)
    following = planned(session, committee, date(2027, 1, 14))
    (due, *_) = show_meeting(session, following.id, today=TODAY).agenda
    assert (due.key, [line["title"] for line in due.lines]) == ("decision_due", ["Cotizar LED"])


def test_approved_minutes_are_frozen_mailed_once_and_printed(session: Session) -> None:
    committee, site = found(session), make_building(session, "Palacio")
    seat(session, committee, role=CommitteeRole.CHAIR)
    guest = writing.Term(role=CommitteeRole.ADVISER, start=date(2026, 1, 1), name="Luz Vega", email="luz@example.org")
    writing.add_member(session, committee.id, guest, now=NOW)
    row = make_follow_up(session, site.id, due=date(2026, 12, 1))
    meeting = begun(session, committee)
    (item,) = show_meeting(session, meeting.id, today=TODAY).agenda
    holding.write_minutes(session, item.item_id or 0, "Se revisa en enero.", version=item.version, now=NOW)
    holding.decide(
        session, meeting.id, holding.Decision(title="Cotizar LED", site_id=site.id, due=DAY), today=TODAY, now=NOW
    )
    approve(session, meeting)
    row.title = "Otra cosa"
    session.flush()
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(_pdf(session, meeting))).pages)
    for said in ("Ver la caldera", "Se revisa en enero.", "Cotizar LED", "Luz Vega", "Acta"):
        assert said in text
    mails = session.scalars(sa.select(OutboxMail).order_by(OutboxMail.recipient)).all()
    assert [mail.recipient for mail in mails] == ["ana@example.org", "luz@example.org"]
    assert "Se revisa en enero." in mails[0].text
    assert f"http://ems/meetings/{meeting.id}" in mails[0].text
    for write in (
        lambda: holding.write_presence(session, meeting.id, [], "", version=meeting.version, now=NOW),
        lambda: approve(session, meeting),
        lambda: agendas.add_item(session, meeting.id, "tarde", now=NOW),
    ):
        with pytest.raises(RefusedError) as refused:
            write()
        assert refused.value.code == "committee.frozen"


def _pdf(session: Session, meeting: Meeting) -> bytes:
    content, name = print_minutes(session, meeting.id, Language("es"), now=NOW)
    assert name.endswith(".pdf")
    return content


def test_an_agenda_is_printed_before_the_meeting(session: Session) -> None:
    committee = found(session)
    make_follow_up(session, make_building(session).id, due=date(2026, 12, 1))
    text = PdfReader(io.BytesIO(_pdf(session, planned(session, committee)))).pages[0].extract_text()
    assert "Agenda" in text
    assert "1 asunto por tratar" in text


def test_minutes_without_anybody_present_are_not_approved(session: Session) -> None:
    meeting = holding.begin_meeting(session, planned(session, found(session)).id, now=NOW)
    with pytest.raises(RefusedError) as refused:
        approve(session, meeting)
    assert refused.value.code == "committee.nobody_present"


def test_minutes_that_are_not_approved_come_first_next_time(session: Session) -> None:
    committee = found(session)
    holding.begin_meeting(session, planned(session, committee).id, now=NOW)
    assert keys(session, planned(session, committee, date(2027, 1, 14))) == ["minutes"]


def test_the_next_day_follows_the_rhythm_and_no_day_is_taken_twice(session: Session) -> None:
    committee = found(session, rhythm=Rhythm(1, 2, 3))
    assert show_committee(session, committee.id, today=TODAY).proposed == date(2026, 11, 12)
    planned(session, committee)
    assert show_committee(session, committee.id, today=TODAY).proposed == date(2027, 1, 14)
    with pytest.raises(RefusedError) as refused:
        planned(session, committee)
    assert refused.value.code == "committee.day_taken"
    assert [row.next_day for row in list_committees(session, today=TODAY)] == [DAY]


def test_a_term_ends_and_another_begins(session: Session) -> None:
    committee = found(session)
    ana = seat(session, committee)
    again = writing.Term(role=CommitteeRole.CHAIR, start=date(2026, 6, 1), user_id=ana.id)
    with pytest.raises(RefusedError) as refused:
        writing.add_member(session, committee.id, again, now=NOW)
    assert refused.value.code == "committee.term_overlaps"
    (member,) = show_committee(session, committee.id, today=TODAY).members
    writing.end_term(session, member.id, "2026-06-01", version=1, now=NOW)
    writing.add_member(session, committee.id, again, now=NOW)
    assert len(changes_of(session, "committee", committee.id)) >= 3


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"name": " "}, "committee.name_missing"),
        ({"name": "x" * 121}, "committee.name_missing"),
        ({"hour": "25:00"}, "committee.hour"),
        ({"rhythm": Rhythm(0, 1, 1)}, "committee.rhythm"),
    ],
)
def test_a_committee_that_cannot_be_is_refused(session: Session, given: dict[str, object], code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        found(session, **given)
    assert refused.value.code == code


def test_two_committees_do_not_share_a_name(session: Session) -> None:
    found(session)
    with pytest.raises(RefusedError) as refused:
        found(session)
    assert refused.value.code == "committee.name_taken"


def test_a_policy_is_followed_from_proposal_to_adoption(session: Session) -> None:
    committee = found(session)
    row = writing.add_policy(session, committee.id, writing.Policy(title="Compras verdes", body="Cabildo"), now=NOW)
    for broken in ({"step": PolicyStep.ADOPTED}, {"decided_on": DAY}):
        with pytest.raises(RefusedError) as refused:
            writing.change_policy(session, row.id, writing.Policy(title="x", **broken), version=1, now=NOW)
        assert refused.value.code == "committee.policy_day"
    adopted = writing.Policy(title="Compras verdes", body="Cabildo", step=PolicyStep.ADOPTED, decided_on=DAY)
    assert writing.change_policy(session, row.id, adopted, version=1, now=NOW).step == "adopted"


def test_the_month_fits_on_one_page_however_much_there_is(session: Session) -> None:
    committee = found(session)
    for n in range(30):
        site = make_building(session, f"Edificio con un nombre bastante largo número {n}")
        make_meter(session, site.id)
        make_follow_up(session, site.id, f"Ver el tablero {n}", due=TODAY)
    later = date(2026, 12, 20)
    content, _ = report_month(session, committee.id, Language("es"), today=later, now=NOW)
    pages = PdfReader(io.BytesIO(content)).pages
    assert len(pages) == 1
    text = pages[0].extract_text()
    assert "0 de 30 registradas" in text
    assert "noviembre 2026" in text


def test_another_part_of_the_tenant_sees_neither_committee_nor_meeting(session: Session) -> None:
    health, works = make_ministry(session), make_ministry(session, "Obras")
    committee = found(session, organisation_id=health.id)
    meeting = planned(session, committee)
    set_scope(session, Scope(tenant_of(session), frozenset({works.id}), permissions=frozenset(Permission)))
    assert list_committees(session, today=TODAY) == []
    for look in (
        lambda: show_committee(session, committee.id, today=TODAY),
        lambda: show_meeting(session, meeting.id, today=TODAY),
    ):
        with pytest.raises(NotFoundError):
            look()


def test_a_committee_steers_a_programme_of_its_own_tenant(session: Session) -> None:
    programme = make_programme(session)
    assert writing.list_programmes_of(session) == [(programme.id, programme.name)]
    details = writing.CommitteeDetails(organisation_id=tenant_of(session), name="Comité", programme_id=programme.id)
    committee = writing.add_committee(session, details, now=NOW)
    assert show_committee(session, committee.id, today=NOW.date()).programme == programme.name
    with pytest.raises(NotFoundError):
        writing.add_committee(session, replace(details, name="Otro", programme_id=999_999), now=NOW)
