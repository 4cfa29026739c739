"""The pages of sites and meters in a real browser: both widths, Spanish, no violation, by keyboard."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import NOW
from factories_sites import make_building, make_hotel, make_meter, make_ministry

from emstrack.domain.meters import Counter
from emstrack.domain.resources import Resource
from emstrack.domain.sites import Attribute, HotelService
from emstrack.services.sites.set_device import add_device
from emstrack.services.sites.set_site_attribute import set_site_attribute
from emstrack.services.sites.share_meter import share_meter

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("EMSTRACK_SCREENSHOTS")


def fill(session: Any) -> dict[str, int]:
    """A hotel that changed, and seventeen buildings."""
    ministry = make_ministry(session)
    for number in range(16):
        make_building(session, f"Oficina {number + 1:02}", organisation_id=ministry.id, city="Tecuala")
    palace = make_building(session)
    hotel = make_hotel(
        session,
        rooms=100,
        country="JM",
        city="Negril",
        services=tuple(HotelService)[:4],
        opened=date(1998, 12, 1),
        external_id="H-017",
    )
    set_site_attribute(session, hotel.id, Attribute.ROOMS, 140, start=date(2025, 7, 1), now=NOW, note="Ala nueva")
    set_site_attribute(session, hotel.id, Attribute.FLOOR_AREA_M2, 8_250.5, start=None, now=NOW)
    main = make_meter(session, hotel.id, "Principal", provider="Jamaica Public Service", supply_point="204 118 733")
    make_meter(session, hotel.id, "Enfriadores", parent_id=main.id)
    make_meter(session, hotel.id, "Pipas", resource=Resource.WATER, unit="gal_imp", variety="tanker")
    old = Counter(serial="A-1", digits=5, multiplier=40, removed=date(2025, 6, 10), removal_index=98_000)
    add_device(session, main.id, old, now=NOW)
    add_device(session, main.id, Counter(serial="B-2", installed=date(2025, 6, 10), install_index=3), now=NOW)
    share_meter(session, main.id, palace.id, 0.125, start=date(2025, 1, 1), now=NOW)
    return {"hotel": hotel.id, "meter": main.id, "building": palace.id}


def look(page: Page, name: str) -> None:
    """Nothing sideways, no violation; a picture where one is wanted."""
    page.wait_for_load_state()
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width == 0, f"{name} scrolls sideways by {width} px"
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


@pytest.mark.parametrize("width", [1366, 390])
def test_every_page_fits_and_has_no_violation(
    live: Any, tenant: Any, browser_of: Callable[..., Any], width: int
) -> None:
    ids = live.of_tenant(tenant, fill)
    context = browser_of("manager", width=width, height=844)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    trouble: list[str] = []
    page.on("console", lambda message: trouble.append(message.text) if message.type == "error" else None)
    for name, path in {
        "list": "/sites",
        "none": "/sites?q=nada",
        "archived": "/sites?archived=1",
        "new-hotel": "/sites/new?kind=hotel",
        "new-building": "/sites/new?kind=building",
        "hotel": f"/sites/{ids['hotel']}/about",
        "building": f"/sites/{ids['building']}/about",
        "edit": f"/sites/{ids['hotel']}/edit",
        "rooms": f"/sites/{ids['hotel']}/new/rooms",
        "new-meter": f"/sites/{ids['hotel']}/meters/new?resource=lpg",
        "meter": f"/meters/{ids['meter']}",
        "edit-meter": f"/meters/{ids['meter']}/edit",
        "device": f"/meters/{ids['meter']}/devices/new",
        "share": f"/meters/{ids['meter']}/shares/new",
    }.items():
        page.goto(path)
        assert page.locator("html").get_attribute("lang") == "es"
        for folded in page.locator("main details").all():
            folded.evaluate("each => { each.open = true }")
        look(page, f"sites-{name}-{width}")
    page.goto("/sites/new?kind=hotel")
    page.get_by_label("Habitaciones").fill("doce")
    page.get_by_role("button", name="Agregar este sitio").click()
    page.get_by_text("«doce» no es un número").wait_for()
    look(page, f"sites-refused-{width}")
    assert not [url for url in asked if not url.startswith(live.url)]
    assert [text for text in trouble if "422" not in text] == []


def test_a_hotel_and_its_meter_are_added_by_keyboard(live: Any, tenant: Any, browser_of: Callable[..., Any]) -> None:
    page = browser_of("manager").new_page()
    page.goto("/sites")
    page.get_by_role("link", name="Agregar un hotel").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Nombre").focus()
    page.keyboard.type("Hotel Bahía")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Hotel Bahía", level=1).wait_for()
    page.get_by_role("link", name="Agua", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_label("Nombre").focus()
    page.keyboard.type("Toma principal")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Toma principal").wait_for()


def test_another_resource_shows_its_fields_at_once(live: Any, tenant: Any, browser_of: Callable[..., Any]) -> None:
    ids = live.of_tenant(tenant, fill)
    page = browser_of("manager").new_page()
    page.goto(f"/sites/{ids['building']}/meters/new")
    page.get_by_label("Qué mide").select_option("water")
    page.get_by_label("Fuente del agua").wait_for()
    page.get_by_label("Nombre").fill("Pozo")
    page.get_by_label("Fuente del agua").select_option("well")
    page.get_by_role("button", name="Agregar este medidor").click()
    page.get_by_role("row", name="Pozo").get_by_text("Agua · Pozo").wait_for()


def test_archiving_asks_first(live: Any, tenant: Any, browser_of: Callable[..., Any]) -> None:
    ids = live.of_tenant(tenant, fill)
    page = browser_of("manager").new_page()
    page.goto(f"/sites/{ids['building']}/about")
    page.get_by_role("button", name="Archivar").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Cancelar").click()
    page.get_by_role("button", name="Archivar").click()
    dialog.get_by_label("Motivo").fill("Se vendió")
    dialog.get_by_role("button", name="Archivar").click()
    page.goto(f"/sites/{ids['building']}/about")
    page.get_by_text("Se vendió").wait_for()
