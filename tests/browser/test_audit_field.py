"""A walk with a tablet and no signal: answers, a finding with a photo, a conflict, a reload, and signing out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from conftest import NOW
from factories_audits import FLOW, TOWELS, make_audit, picture
from playwright.sync_api import expect

from emstrack.domain.checklists import Answer, Choice
from emstrack.services.audits.open_audit import open_for_field
from emstrack.services.audits.record_answer import record_answer
from emstrack.services.audits.show_audit import ShownAudit, show_audit

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Page

    from emstrack.storage.models import Organisation

pytestmark = pytest.mark.browser
TABLET = {"width": 820, "height": 1180}


@dataclass
class Walk:
    """A tablet in somebody's hands, on the page of a walk that it keeps."""

    live: Any
    tenant: Organisation
    context: BrowserContext
    page: Page
    audit_id: int

    def shown(self) -> ShownAudit:
        """What the server has."""
        return self.live.of_tenant(self.tenant, lambda session: show_audit(session, self.audit_id))

    def question(self, code: str) -> Any:
        """The card of a question."""
        return self.page.locator(f'form[data-place="{code}"]')

    def answer(self, code: str, choice: str) -> None:
        """Tap an answer."""
        self.question(code).locator(f'[data-choice="{choice}"]').click()

    def line(self) -> Any:
        """What the page says about sending."""
        return self.page.locator("[data-queue-line]")


@pytest.fixture
def walk(live: Any, tenant: Organisation, browser_of: Callable[..., BrowserContext]) -> Walk:
    """An audit of a hotel, opened on a tablet while there is a signal."""
    audit_id = live.of_tenant(tenant, lambda session: make_audit(session).id)
    context = browser_of("auditor", **TABLET)
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(f"/audits/{audit_id}/field?lang=es")
    page.locator("[data-audit-field][data-kept]").wait_for()
    made = Walk(live, tenant, context, page, audit_id)
    made.page.problems = problems  # type: ignore[attr-defined]  # a page takes attributes
    return made


def test_what_is_written_without_a_signal_survives_a_reload_and_is_sent_once_later(walk: Walk) -> None:
    page = walk.page
    walk.context.set_offline(True)
    walk.answer(TOWELS, "no")
    walk.question(FLOW).locator("[name=number]").fill("12.5")
    walk.question(FLOW).locator("[name=number]").blur()
    walk.question(TOWELS).locator("summary").click()
    walk.question(TOWELS).locator("[name=photo]").set_input_files(
        {"name": "toallas.jpg", "mimeType": "image/jpeg", "buffer": picture((2400, 1800))}
    )
    page.locator("#new-finding [name=title]").fill("Fuga en la cisterna")
    page.locator("#finding-photo").set_input_files(
        {"name": "fuga.jpg", "mimeType": "image/jpeg", "buffer": picture((800, 600))}
    )
    page.locator("#new-finding button[type=submit]").click()
    expect(page.locator(".field-findings li")).to_contain_text("Fuga en la cisterna")
    expect(walk.line()).to_have_text("3 por enviar")
    page.reload()
    expect(walk.line()).to_have_text("3 por enviar")
    expect(walk.question(TOWELS).locator("[value=no]")).to_be_checked()
    expect(walk.question(FLOW).locator("[name=number]")).to_have_value("12.5")
    expect(page.locator(".field-findings li")).to_contain_text("Fuga en la cisterna")
    assert walk.shown().answers == {}
    walk.context.set_offline(False)
    expect(walk.line()).to_have_text("Todo está enviado")
    shown = walk.shown()
    assert (shown.answers[TOWELS].choice, shown.answers[FLOW].number) == ("no", 12.5)
    assert len(shown.answer_photos[shown.answers[TOWELS].id]) == 1
    assert [(each.row.title, len(each.photos)) for each in shown.findings] == [("Fuga en la cisterna", 1)]
    assert page.problems == []  # type: ignore[attr-defined]


def test_somebody_elses_answer_is_shown_beside_mine_and_a_person_decides(walk: Walk) -> None:
    def theirs(session: Any) -> None:
        audit = open_for_field(session, walk.audit_id)
        for code in (TOWELS, "hotel.rooms.led"):
            record_answer(session, audit, code, Answer(Choice.YES, note="Visto ayer"), version=0, now=NOW)

    walk.context.set_offline(True)
    walk.answer(TOWELS, "no")
    walk.answer("hotel.rooms.led", "partly")
    walk.live.of_tenant(walk.tenant, theirs)
    walk.context.set_offline(False)
    said = walk.question(TOWELS).locator("[data-said]")
    expect(said).to_contain_text("Visto ayer")
    expect(said).to_contain_text("No")
    said.get_by_role("button", name="Dejar el mío").click()
    walk.question("hotel.rooms.led").locator("[data-said]").get_by_role("button", name="Tomar el otro").click()
    expect(walk.line()).to_have_text("Todo está enviado")
    expect(walk.question("hotel.rooms.led").locator("[value=yes]")).to_be_checked()
    answers = walk.shown().answers
    assert (answers[TOWELS].choice, answers["hotel.rooms.led"].choice) == ("no", "yes")


def test_what_was_sent_is_known_to_the_page_that_was_kept_before(walk: Walk) -> None:
    walk.answer(TOWELS, "yes")
    expect(walk.line()).to_have_text("Todo está enviado")
    walk.context.set_offline(True)
    walk.page.reload()
    expect(walk.question(TOWELS).locator("[value=yes]")).to_be_checked()
    walk.answer(TOWELS, "partly")
    expect(walk.line()).to_have_text("1 por enviar")
    walk.context.set_offline(False)
    expect(walk.line()).to_have_text("Todo está enviado")
    assert walk.shown().answers[TOWELS].choice == "partly"


def test_what_is_no_photo_and_no_number_is_said_beside_it_and_nothing_is_lost(walk: Walk) -> None:
    walk.question(TOWELS).locator("summary").click()
    walk.question(TOWELS).locator("[name=note]").fill("Cambio diario")
    walk.question(TOWELS).locator("[name=photo]").set_input_files(
        {"name": "carta.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4"}
    )
    expect(walk.question(TOWELS).locator("[data-said]")).to_contain_text("carta.pdf")
    walk.question(FLOW).locator("[name=number]").fill("doce")
    walk.question(FLOW).locator("[name=number]").blur()
    expect(walk.question(FLOW).locator("[data-said]")).to_contain_text("“doce”")
    expect(walk.question(FLOW).locator("[name=number]")).to_have_value("doce")
    expect(walk.question(TOWELS).locator("[name=note]")).to_have_value("Cambio diario")


def test_signing_out_empties_what_the_device_keeps_of_pages(walk: Walk) -> None:
    kept = """async () => [(await (await caches.open("emstrack-private")).keys()).length,
        (await emstrackStore.known()).length]"""
    walk.answer(TOWELS, "yes")
    expect(walk.line()).to_have_text("Todo está enviado")
    assert walk.page.evaluate(kept) == [1, 1]
    walk.page.locator("details.account > summary").click()
    walk.page.get_by_role("button", name="Cerrar sesión").click()
    walk.page.wait_for_url("**/sign-in**")
    walk.page.wait_for_load_state("networkidle")
    assert not walk.page.evaluate("caches.has('emstrack-private')")
    known = """() => new Promise((resolve) => { const asked = indexedDB.open("emstrack-audits");
        asked.onsuccess = () => { const all = asked.result.transaction("known").objectStore("known").count();
        all.onsuccess = () => resolve(all.result); }; })"""
    assert walk.page.evaluate(known) == 0
    walk.context.set_offline(True)
    with pytest.raises(Exception, match=r"ERR_INTERNET_DISCONNECTED|ERR_FAILED"):
        walk.page.goto(f"/audits/{walk.audit_id}/field")
