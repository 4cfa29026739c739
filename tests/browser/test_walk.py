"""From an audit to a verified saving in one go, with a tablet and at a desk, in Spanish; each step leaves a picture."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from factories_audits import TOWELS, picture
from factories_reports import adopt
from factories_savings import give_months, year
from factories_sites import make_hotel, make_meter
from playwright.sync_api import expect

from emstrack.domain.resources import Resource
from emstrack.services.audits.plan_follow_ups import plan_every_tenant
from emstrack.services.savings.refresh_results import refresh_results

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page
    from sqlalchemy.orm import Session

    from emstrack.storage.models import Organisation

pytestmark = pytest.mark.browser
TABLET, DESK = {"width": 820, "height": 1180}, {"width": 1366, "height": 768}


class Walk:
    """Two people on their way, and a camera."""

    def __init__(self, folder: Path) -> None:
        """Begin with an empty film."""
        self.folder, self.taken = folder, 0

    def look(self, page: Page, name: str) -> None:
        """Take a picture, and hold that nothing runs out of the screen."""
        self.taken += 1
        page.screenshot(path=self.folder / f"{self.taken:02}-{name}.png", full_page=True)
        size = page.viewport_size
        assert size is not None
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], name

    def step(self, page: Page, status: str, reason: str = "") -> None:
        """Take a measure to its next status."""
        page.get_by_label("Siguiente paso").select_option(status)
        page.locator("#step-reason").fill(reason)
        page.get_by_role("button", name="Dar este paso").click()
        page.wait_for_load_state()


def a_hotel(session: Session) -> int:
    """A hotel with two years of water bills and a baseline: its meter is too coarse for a towel programme."""
    hotel = make_hotel(session, "Hotel Bahía")
    water = make_meter(session, hotel.id, "Agua potable", resource=Resource.WATER, unit="m3")
    give_months(session, water, "2024-01", year(900, 60) + year(880, 60))
    adopt(session, water, reason="Doce meses antes de cualquier medida")
    refresh_results(session, now=datetime.now(UTC))
    return int(hotel.id)


def test_an_audit_becomes_a_verified_saving(
    live: Any, tenant: Organisation, browser_of: Callable[..., Any], tmp_path: Path
) -> None:
    hotel_id = live.of_tenant(tenant, a_hotel)
    walk, today = Walk(tmp_path), datetime.now(UTC).date() - timedelta(days=1)
    tablet = browser_of("auditor", **TABLET).new_page()
    plan_audit(walk, tablet, hotel_id)
    fill_in(walk, tablet)
    desk = browser_of("manager", **DESK).new_page()
    measure = recommend(walk, tablet, desk)
    plan_verification(walk, desk, measure, today)
    put_in(walk, desk, measure)
    plan_every_tenant(live.application.transaction, clock=lambda: datetime.now(UTC))
    come_back(walk, desk, measure)
    verify(walk, tablet, desk, measure)
    hand_out(tablet, tmp_path)
    assert walk.taken >= 12
    assert len(list(tmp_path.glob("*.png"))) == walk.taken


def plan_audit(walk: Walk, page: Page, hotel_id: int) -> None:
    """Plan an assessment of the hotel for today."""
    page.goto("/audits/new?lang=es")
    page.locator("[name=site_id]").select_option(str(hotel_id))
    page.locator("[name=start]").fill(datetime.now(UTC).date().isoformat())
    page.locator("[name=title]").fill("Diagnóstico de producción más limpia")
    page.locator("[name=checklist]").select_option("shipped-hotel")
    page.locator("main form button.primary").click()
    expect(page.locator("h1")).to_contain_text("Diagnóstico")
    walk.look(page, "auditoria-planificada")


def fill_in(walk: Walk, page: Page) -> None:
    """Answer a question on the tablet, and keep a finding with a photo."""
    audit = page.url.split("?")[0]
    page.goto(audit + "/field?lang=es")
    page.locator("[data-audit-field][data-kept]").wait_for()
    page.locator(f'form[data-place="{TOWELS}"] [data-choice="no"]').click()
    page.locator("#new-finding [name=title]").fill("Las toallas se cambian a diario sin preguntar")
    page.locator("#finding-photo").set_input_files(
        {"name": "toallas.jpg", "mimeType": "image/jpeg", "buffer": picture((800, 600))}
    )
    page.locator("#new-finding button[type=submit]").click()
    expect(page.locator("[data-queue-line]")).to_have_text("Todo está enviado")
    walk.look(page, "en-campo")
    page.goto(audit + "?lang=es")
    walk.look(page, "auditoria-con-hallazgo")


def recommend(walk: Walk, tablet: Page, desk: Page) -> str:
    """Begin a recommendation from the finding, with what it saves and costs; return the measure's address."""
    tablet.get_by_role("link", name="Las toallas se cambian").first.click()
    walk.look(tablet, "hallazgo")
    tablet.locator('a[href*="/measures/new"]').click()
    tablet.locator("[name=title]").fill("Programa de reúso de toallas")
    tablet.locator("[name=effects-0-resource]").select_option("water")
    tablet.locator("[name=effects-0-quantity]").fill("300")
    tablet.locator("[name=effects-0-unit]").fill("m3")
    tablet.locator("[name=effects-0-unit_price]").fill("38.5")
    tablet.locator("[name=effects-0-meter_id]").select_option(index=1)
    tablet.locator("[name=investment-0-label]").fill("Tarjetas y capacitación")
    tablet.locator("[name=investment-0-amount]").fill("6,000")
    choices = tablet.locator("[name=owner_id] option").all_inner_texts()
    tablet.locator("[name=owner_id]").select_option(index=len(choices) - 1)  # whoever came last: the manager
    walk.look(tablet, "recomendacion")
    tablet.locator("main form button.primary").click()
    expect(tablet.locator("h1")).to_contain_text("Programa de reúso de toallas")
    measure = tablet.url.split("?")[0]
    desk.goto(measure + "?lang=es")
    walk.step(desk, "accepted")
    walk.look(desk, "medida-aceptada")
    return measure


def plan_verification(walk: Walk, page: Page, measure: str, today: Any) -> None:
    """Option C is refused, for the meter cannot show so little; A is taken."""
    page.goto(measure + "/plan")
    page.locator("[name=boundary]").fill("El hotel entero")
    page.locator("[name=option]").select_option("C")
    page.locator("[name=meter_id]").select_option(index=1)
    page.locator("[name=agreed_by]").fill("Gerencia y comité verde")
    page.locator("[name=agreed_on]").fill(today.isoformat())
    page.locator("[name=verifier]").fill("Centro de producción más limpia")
    page.locator("main form button.primary").click()
    expect(page.locator(".field-error, .errors, [id$=-errors], [id$=-error]").first).to_contain_text("A (medir")
    walk.look(page, "opcion-c-rechazada")
    page.locator("[name=option]").select_option("A")
    page.locator("[name=key_parameters]").fill("Toallas lavadas por semana, conteo de 20 habitaciones")
    page.locator("[name=reporting_start]").fill(today.isoformat())
    page.locator("[name=reporting_end]").fill((today + timedelta(days=365)).isoformat())
    page.locator("main form button.primary").click()
    expect(page.locator("#plan").locator("xpath=ancestor::section")).to_contain_text("Gerencia y comité verde")
    walk.look(page, "plan-de-verificacion")


def put_in(walk: Walk, page: Page, measure: str) -> None:
    """Begin the work and put it in."""
    for status in ("in_progress", "implemented"):
        page.goto(measure)
        walk.step(page, status)
    expect(page.locator("main")).to_contain_text("Implementada")
    walk.look(page, "medida-implementada")


def come_back(walk: Walk, page: Page, measure: str) -> None:
    """The rules put follow-ups down; the first is completed with a result and a signature."""
    page.goto(measure)
    follow_ups = page.locator("#follow-ups").locator("xpath=ancestor::section")
    expect(follow_ups.locator("tbody tr")).to_have_count(4)
    walk.look(page, "seguimientos")
    follow_ups.locator("tbody a").first.click()
    page.locator("[name=outcome]").select_option("working")
    page.locator("[name=result]").fill("Ocho de cada diez huéspedes dejan la toalla colgada.")
    page.locator("[name=signed_as]").fill("Lucía Campos")
    page.locator("[name=photos]").set_input_files(
        {"name": "tarjeta.jpg", "mimeType": "image/jpeg", "buffer": picture((640, 480))}
    )
    page.locator('form[action$="/complete"] button.primary').click()
    expect(page.locator("main")).to_contain_text("Lucía Campos")
    walk.look(page, "seguimiento-completado")


def verify(walk: Walk, auditor: Page, owner: Page, measure: str) -> None:
    """Somebody who does not own the measure signs; its page says who."""
    auditor.goto(measure + "?lang=es")
    walk.step(auditor, "verified")
    expect(auditor.locator("main")).to_contain_text("Verificada")
    walk.look(auditor, "medida-verificada")
    owner.goto(measure + "?lang=es")
    expect(owner.locator("main")).to_contain_text("Verificada")
    owner.goto("/?lang=es")
    walk.look(owner, "inicio")


def hand_out(page: Page, folder: Path) -> None:
    """The audit's report is a PDF."""
    page.goto("/audits?lang=es")
    page.get_by_role("link", name="Diagnóstico de producción más limpia").click()
    with page.expect_download() as waited:
        page.locator('a[href*="measures.pdf"]').click()
    waited.value.save_as(folder / "informe.pdf")
    assert (folder / "informe.pdf").read_bytes().startswith(b"%PDF")
