"""The pages of audits: planned, filled in without scripts, followed to their end; each refusal beside its field."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from conftest import NOW, make_tenant
from factories_audits import FLOW, HOTEL, TOWELS, make_audit, make_finding, picture
from factories_measures import make_measure
from factories_sites import make_hotel

from emstrack.domain.accounts import Permission, Scope, SharePurpose
from emstrack.domain.audit_findings import FindingGrade
from emstrack.domain.audits import AuditKind
from emstrack.services.audits.edit_checklist import copy_checklist, show_checklist
from emstrack.services.audits.list_audits import list_audits
from emstrack.services.audits.show_audit import show_audit
from emstrack.storage.models import Audit, AuditFinding, Share
from emstrack.storage.scope import every_tenant, scoped, set_scope, tenant_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy.orm import Session

PLAN = {
    "kind": "cp_assessment",
    "start": "2026-10-05",
    "last_day": "2026-10-06",
    "checklist": HOTEL,
    "title": "",
    "scope": "Todo",
    "team-0-user": "",
    "team-0-name": "Perito externo",
    "team-0-role": "expert",
    "team-1-user": "",
    "team-1-name": "",
    "team-1-role": "auditor",
    "plan-0-day": "2026-10-05",
    "plan-0-time": "9:00",
    "plan-0-what": "Cocina",
    "plan-0-who": "Chef",
    "plan-1-day": "",
    "plan-1-time": "",
    "plan-1-what": "",
    "plan-1-who": "",
}


@pytest.fixture
def browser(signed_in: Callable[..., Any]) -> Any:
    """A manager's browser, in English."""
    signed = signed_in("manager")
    signed.client.set_cookie("lang", "en")
    return signed


@pytest.fixture
def hotel_id(browser: Any, of_tenant: Callable[..., Any]) -> int:
    """A hotel."""
    return int(of_tenant(browser.tenant, lambda session: make_hotel(session).id))


@pytest.fixture
def audit_id(browser: Any, hotel_id: int, of_tenant: Callable[..., Any]) -> int:
    """An audit of it."""
    return int(of_tenant(browser.tenant, lambda session: make_audit(session, hotel_id).id))


@pytest.fixture
def counted(application: Any) -> Iterator[list[str]]:
    """The queries sent to the database."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "SELECT set_config")):
            sent.append(statement)

    sa.event.listen(application.database.engine, "before_cursor_execute", note)
    yield sent
    sa.event.remove(application.database.engine, "before_cursor_execute", note)


def test_an_empty_list_says_how_to_begin(browser: Any) -> None:
    page = browser.client.get("/audits").text
    assert "No audit yet" in page
    assert "/audits/new" in page


def test_an_audit_is_planned_and_stands_in_the_list_and_on_its_site(browser: Any, hotel_id: int) -> None:
    answer = browser.post("/audits/new", {**PLAN, "site_id": hotel_id})
    assert answer.status_code == 303
    page = browser.client.get(answer.location).text
    for text in ("Cleaner-production assessment", "Perito externo", "Expert", "Cocina", "Planned", "0 of 74"):
        assert text in page
    assert "Hotel Bahía" in browser.client.get("/audits").text
    assert "Cleaner-production assessment" in browser.client.get(f"/sites/{hotel_id}/about").text


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"last_day": "2026-10-01"}, "The audit ends"),
        ({"start": "31/02/2026"}, "Not a valid date value"),
        ({"plan-0-day": ""}, "Line 1 of the plan"),
        ({"plan-0-day": "2026-12-24"}, "The plan has a line on"),
        ({"team-0-user": "99999"}, "Line 1 of the team"),
        ({"team-0-role": "king"}, "Line 1 of the team"),
        ({"site_id": "99999"}, "Not a valid choice"),
        ({"checklist": "shipped-moon"}, "Not a valid choice"),
    ],
)
def test_what_cannot_be_planned_is_said_and_nothing_typed_is_lost(
    browser: Any, hotel_id: int, given: dict[str, str], sentence: str
) -> None:
    answer = browser.post("/audits/new", {**PLAN, "site_id": hotel_id, **given})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="Perito externo"' in answer.text
    assert 'value="Cocina"' in answer.text


def test_a_plan_changed_by_two_shows_both(browser: Any, hotel_id: int, audit_id: int) -> None:
    change = {**PLAN, "site_id": hotel_id, "version": "1", "checklist": "keep"}
    assert browser.post(f"/audits/{audit_id}/edit", {**change, "scope": "Cocina"}).status_code == 303
    answer = browser.post(f"/audits/{audit_id}/edit", {**change, "scope": "Calderas"})
    assert answer.status_code == 409
    assert "Calderas" in answer.text
    assert "Theirs:" in answer.text
    assert 'name="version" type="hidden" value="2"' in answer.text


def test_without_scripts_an_answer_a_number_and_a_photo_are_saved_by_plain_forms(
    browser: Any, audit_id: int, of_tenant: Callable[..., Any]
) -> None:
    field = f"/audits/{audit_id}/field"
    photo = (io.BytesIO(picture()), "toallas.jpg")
    towels = {"item": "answer", "question": TOWELS, "version": "0", "choice": "no", "note": "Diario", "photo": photo}
    answer = browser.post(field, towels, content_type="multipart/form-data")
    assert (answer.status_code, answer.location) == (303, f"{field}#q-{TOWELS}")
    flow = {"item": "answer", "question": FLOW, "version": "0", "number": "1,234.5"}
    assert browser.post(field, flow).status_code == 303
    page = browser.client.get(field).text
    assert "2 of 74" in page
    assert 'value="1,234.5"' in page
    shown = of_tenant(browser.tenant, lambda session: show_audit(session, audit_id))
    (photos,) = shown.answer_photos.values()
    assert browser.client.get(f"/files/{photos[0].file_id}").content_type == "image/jpeg"


@pytest.mark.parametrize(
    ("given", "status", "sentence"),
    [
        ({"item": "answer", "question": FLOW, "number": "doce"}, 422, "“doce” is not a number"),
        ({"item": "answer", "question": TOWELS, "photo": (b"x", "x.jpg")}, 422, "is not a picture"),
        ({"item": "finding", "title": ""}, 422, "Say in one line"),
        ({"item": "finding", "title": "x", "severity": "huge"}, 422, "could not be read"),
    ],
)
def test_what_the_field_page_cannot_take_is_said_on_it_and_as_json(
    browser: Any, audit_id: int, given: dict[str, Any], status: int, sentence: str
) -> None:
    def sent() -> dict[str, Any]:
        return {name: (io.BytesIO(v[0]), v[1]) if isinstance(v, tuple) else v for name, v in given.items()}

    field = f"/audits/{audit_id}/field"
    page = browser.post(field, sent(), content_type="multipart/form-data")
    assert page.status_code == status
    assert sentence in page.text
    json = {"Accept": "application/json"}
    answer = browser.post(field, sent(), content_type="multipart/form-data", headers=json)
    assert (answer.status_code, answer.json["state"]) == (status, "refused")
    assert sentence in answer.json["message"]


def test_as_json_an_item_is_taken_once_and_a_conflict_brings_the_other_answer(browser: Any, audit_id: int) -> None:
    field, json = f"/audits/{audit_id}/field", {"Accept": "application/json"}
    item = {"item": "answer", "question": TOWELS, "version": "0", "choice": "no", "key": "k1"}
    first, again = (browser.post(field, item, headers=json) for _ in range(2))
    assert first.json == again.json
    assert first.json["state"] == "saved"
    other = browser.post(field, {**item, "key": "k2", "choice": "yes"}, headers=json)
    assert (other.status_code, other.json["state"]) == (409, "conflict")
    assert other.json["theirs"] == {"choice": "no", "number": "", "note": "", "version": "1"}
    assert browser.post(field, {**item, "question": "nobody.asked", "key": "k3"}, headers=json).status_code == 404


def test_a_finding_is_written_changed_photographed_corrected_and_closed(
    browser: Any, audit_id: int, of_tenant: Callable[..., Any]
) -> None:
    new = {"title": "Fuga", "severity": "high", "place": "Sótano", "owner_name": "Luis", "due": "2026-12-01"}
    answer = browser.post(f"/audits/{audit_id}/findings/new", new)
    assert answer.status_code == 303
    finding = answer.location
    assert "Serious" in browser.client.get(finding).text
    changed = browser.post(f"{finding}/edit", {**new, "title": "Fuga grande", "version": "1"})
    assert changed.status_code == 303
    photos = {"photo": [(io.BytesIO(picture()), "a.jpg"), (io.BytesIO(picture()), "b.jpg")]}
    assert browser.post(f"{finding}/photos", photos, content_type="multipart/form-data").status_code == 303
    page = browser.client.get(finding).text
    assert page.count("<img") == 2
    take_off = re.search(rf'action="({finding}/photos/\d+/remove)"', page)
    assert take_off is not None
    assert browser.post(take_off[1]).status_code == 303
    assert browser.post(f"{finding}/correct", {"correction": "Se cambió el sello", "version": "2"}).status_code == 303
    assert browser.post(f"{finding}/close", {"note": "Seco", "version": "3"}).status_code == 303
    page = browser.client.get(finding).text
    assert "Se cambió el sello" in page
    assert "Closed by" in page
    assert browser.post(f"{finding}/reopen", {"reason": "", "version": "4"}).status_code == 422
    assert browser.post(f"{finding}/reopen", {"reason": "Volvió", "version": "4"}).status_code == 303
    assert "Finding 1" in browser.client.get(f"/audits/{audit_id}").text


def test_a_recommendation_starts_from_a_finding_and_is_counted_with_its_audit(
    browser: Any, hotel_id: int, audit_id: int, of_tenant: Callable[..., Any]
) -> None:
    def find_something(session: Session) -> int:
        audit = session.scalars(scoped(session, Audit).where(Audit.id == audit_id)).one()
        return make_finding(session, audit).id

    finding_id = of_tenant(browser.tenant, find_something)
    start = f"/sites/{hotel_id}/measures/new?finding={finding_id}&amp;audit={audit_id}"
    assert start in browser.client.get(f"/findings/{finding_id}").text
    assert browser.client.get(start.replace("&amp;", "&")).status_code == 200
    ids = {"audit_id": audit_id, "finding_id": finding_id}
    of_tenant(browser.tenant, lambda session: make_measure(session, hotel_id, **ids).id)
    (row,) = of_tenant(browser.tenant, lambda session: list_audits(session).rows)
    assert row.recommendations == 1
    assert f"/measures?audit={audit_id}" in browser.client.get(f"/audits/{audit_id}").text


def test_a_finding_of_a_system_asks_for_its_grade_and_for_somebody_else(
    browser: Any, hotel_id: int, of_tenant: Callable[..., Any]
) -> None:
    def make(session: Session) -> tuple[int, int]:
        audit = make_audit(session, hotel_id, kind=AuditKind.EMS_INTERNAL, checklist="")
        finding = make_finding(session, audit, grade=FindingGrade.MAJOR, owner_id=browser.user_id)
        return audit.id, finding.id

    audit_id, finding_id = of_tenant(browser.tenant, make)
    refused = browser.post(f"/audits/{audit_id}/findings/new", {"title": "x", "severity": "low"})
    assert refused.status_code == 422
    assert "Choose the grade" in refused.text
    path = f"/findings/{finding_id}"
    browser.post(f"{path}/correct", {"correction": "Hecho", "version": "1"})
    assert "Somebody other than you" in browser.client.get(path).text
    own = browser.post(f"{path}/close", {"note": "Visto", "version": "2"})
    assert own.status_code == 422
    assert "verified by somebody other than its owner" in own.text


def test_an_audit_goes_on_from_its_page_and_says_why_it_cannot(browser: Any, audit_id: int) -> None:
    path = f"/audits/{audit_id}"
    assert browser.post(f"{path}/move", {"to": "in_field", "version": "1"}).status_code == 303
    refused = browser.post(f"{path}/move", {"to": "reported", "version": "2"})
    assert (refused.status_code, "Nothing is written down yet" in refused.text) == (422, True)
    assert browser.post(f"{path}/move", {"to": "moon", "version": "2"}).status_code == 422
    assert browser.post(f"{path}/move", {"to": "planned", "version": "1", "reason": "x"}).status_code == 409
    assert browser.post(f"{path}/archive", {"version": "2"}).status_code == 303
    assert "No audit yet" in browser.client.get("/audits").text
    assert browser.post(f"{path}/restore", {"version": "3"}).status_code == 303


def test_a_checklist_is_copied_changed_and_archived(browser: Any, of_tenant: Callable[..., Any]) -> None:
    assert "¿Las toallas" in browser.client.get("/checklists?shipped=hotel&lang=es").text
    copied = browser.post("/checklists?lang=en", {"source": HOTEL, "name": "La nuestra"})
    assert copied.status_code == 303
    page = browser.client.get(copied.location).text
    fields = dict(re.findall(r'<input[^>]*name="(q-\d+-(?:code|order|area|unit))"[^>]*value="([^"]*)"', page))
    assert fields["q-0-code"] == TOWELS
    texts = {f"q-{n}-text": text for n, text in re.findall(r'name="q-(\d+)-text"[^>]*>([^<]*)<', page)}
    sent = {**fields, **texts, "name": "La nuestra", "version": "1", "q-1-drop": "1", "q-0-order": "500"}
    added = {"q-74-text": "Is the jetty clean?", "q-74-area": "Jetty", "q-74-order": "0", "q-74-answer": "yes_no"}
    saved = browser.post(copied.location, {**sent, **added})
    assert saved.status_code == 303
    id_ = int(copied.location.split("/")[2])
    questions = of_tenant(browser.tenant, lambda session: show_checklist(session, id_)).questions
    assert (questions[0].text("en"), questions[0].area) == ("Is the jetty clean?", "Jetty")
    assert questions[-1].code == TOWELS
    assert FLOW not in {each.code for each in questions}
    lost = browser.post(copied.location, {**sent, "q-2-text": "Mine"})
    assert lost.status_code == 409
    assert "Mine</textarea>" in lost.text
    assert browser.post(copied.location, {**sent, "name": "", "version": "2"}).status_code == 422
    assert browser.post(f"/checklists/{id_}/archive", {"version": "2"}).status_code == 303
    assert "Archived" in browser.client.get("/checklists").text


def test_an_auditor_of_another_tenant_comes_by_a_share_and_a_reader_only_reads(
    browser: Any, hotel_id: int, audit_id: int, signed_in: Callable[..., Any], in_database: Callable[..., Any]
) -> None:
    def give(session: Session) -> Any:
        centre = make_tenant(session, "Centro PML", kind="cp_centre")
        keys = {"tenant_id": browser.tenant.id, "site_id": hotel_id, "grantee_id": centre.id, "created_at": NOW}
        session.add(Share(**keys, role="auditor", purpose=SharePurpose.AUDIT))
        session.flush()
        return centre

    centre = in_database(give)
    for role, status in (("auditor", 303), ("viewer", 403)):
        guest = signed_in(role, tenant=centre, email=f"{role}@centro.example.org")
        moved = guest.post("/account/organisation", {"organisation_id": browser.tenant.id})
        assert moved.status_code in {302, 303}
        assert guest.client.get(f"/audits/{audit_id}").status_code == 200
        sent = {"item": "finding", "title": "Fuga", "severity": "low"}
        assert guest.post(f"/audits/{audit_id}/field", sent).status_code == status
        assert guest.client.get("/sites/new").status_code == 403
        assert guest.post(f"/sites/{hotel_id}/archive", {"version": "1"}).status_code == 403


def test_five_thousand_audits_are_turned_over_and_no_page_asks_more_than_twelve_queries(
    browser: Any, hotel_id: int, audit_id: int, of_tenant: Callable[..., Any], counted: list[str]
) -> None:
    def fill(session: Session) -> tuple[int, int]:
        tenant, first = tenant_of(session), date(2000, 1, 1)
        rows = [
            {
                "tenant_id": tenant,
                "site_id": hotel_id,
                "kind": "energy",
                "start": first + timedelta(days=place),
                "last_day": first + timedelta(days=place),
                "created_at": NOW,
            }
            for place in range(5_000)
        ]
        session.execute(sa.insert(Audit), rows)
        audit = session.scalars(scoped(session, Audit).where(Audit.id == audit_id)).one()
        findings = [make_finding(session, audit, f"Hallazgo {n}").id for n in range(30)]
        return findings[0], copy_checklist(session, HOTEL, name="x", now=NOW).id

    finding_id, checklist_id = of_tenant(browser.tenant, fill)
    for path in (
        *("/audits", "/audits?page=101", f"/audits/{audit_id}", f"/audits/{audit_id}/field", "/audits/new"),
        *(f"/audits/{audit_id}/edit", f"/findings/{finding_id}", f"/audits/{audit_id}/findings/new", "/checklists"),
        *(f"/checklists/{checklist_id}/edit", f"/sites/{hotel_id}/about", f"/sites/{hotel_id}"),
    ):
        counted.clear()
        page = browser.client.get(path)
        assert page.status_code == 200
        assert len(counted) <= 12, (path, counted)
    assert "5001 to 5001 of 5001" in browser.client.get("/audits?page=101").text


def test_no_finding_of_another_tenant_is_followed(
    browser: Any, signed_in: Callable[..., Any], in_database: Any
) -> None:
    def make(session: Session) -> int:
        other = make_tenant(session, "Ajeno")
        with every_tenant(session, "a test"):
            set_scope(session, Scope(other.id, permissions=frozenset(Permission)))
            return make_finding(session, make_audit(session)).id

    finding_id = in_database(make)
    for step in ("correct", "close", "reopen", "photos"):
        assert browser.post(f"/findings/{finding_id}/{step}", {"version": "1"}).status_code == 404
    assert in_database(lambda session: session.scalar(sa.select(AuditFinding.version))) == 1
