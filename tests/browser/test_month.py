"""The month page in a real browser: pasted blocks, a lost connection, somebody else, and the keyboard alone."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from factories_entry import fill_months, give_rooms, make_meter, make_site
from playwright.sync_api import expect

from emstrack.domain.periods import Month
from emstrack.language.languages import Language
from emstrack.language.writing import writing_of
from emstrack.services.readings.enter_driver import DriverEntry, enter_driver
from emstrack.storage.models import Meter, Reading
from emstrack.storage.scope import find, scoped

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Page

    from emstrack.storage.models import Organisation

pytestmark = pytest.mark.browser
MONTH = "2026-03"


@pytest.fixture
def meters(live: Any, tenant: Organisation) -> list[int]:
    """Twelve meters of four buildings, one of them with a year behind it."""

    def make(session: Any) -> list[int]:
        ids = []
        for place in range(4):
            site = make_site(session, f"Edificio {place + 1}")
            ids += [make_meter(session, site, f"Medidor {number}").id for number in (1, 2, 3)]
            if place == 0:
                fill_months(session, make_meter(session, site, "Con historia"), "2025-03", [1000.0] * 12)
        return ids

    return list(live.of_tenant(tenant, make))


def readings(live: Any, tenant: Organisation, since: str = "2026-03-01") -> dict[int, Reading]:
    def ask(session: Any) -> dict[int, Reading]:
        return {row.meter_id: row for row in session.scalars(scoped(session, Reading)) if str(row.start) >= since}

    return dict(live.of_tenant(tenant, ask))


def opened(context: BrowserContext, query: str = "") -> Page:
    page = context.new_page()
    page.problems = []  # type: ignore[attr-defined]  # a page takes attributes
    page.on("pageerror", lambda error: page.problems.append(str(error)))  # type: ignore[attr-defined]
    page.goto(f"/month?month={MONTH}&lang=es{query}")
    return page


def cell(page: Page, meter: int, field: str = "quantity") -> Any:
    return page.locator(f'tr[data-row^="reading-{meter}-"] input[data-field="{field}"]')


def state_of(page: Page, meter: int, field: str = "quantity") -> Any:
    return page.locator(f'tr[data-row^="reading-{meter}-"] .cell:has(input[data-field="{field}"])')


def paste(page: Page, text: str) -> None:
    page.evaluate(
        """text => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            document.activeElement.dispatchEvent(
                new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        text,
    )


def block(meters: list[int]) -> str:
    """12 × 6: from, to, quantity, cost, bill number, note."""
    return "\r\n".join(
        f"01/03/2026\t01/04/2026\t{1000 + place}\t{2000 + place}.50\tF-{place}\tnota {place}"
        for place, _ in enumerate(meters)
    )


def test_a_block_of_12_by_6_cells_lands_in_its_fields(
    live: Any, tenant: Organisation, meters: list[int], browser_of: Callable[..., BrowserContext]
) -> None:
    page = opened(browser_of())
    cell(page, meters[0], "start").focus()
    rows = [row.get_attribute("data-row") for row in page.locator("tr[data-row]").all()]
    order = [int(str(row).split("-")[1]) for row in rows]
    assert len(order) == 13
    paste(page, block(meters))
    expect(page.locator("[data-entry-status]")).to_have_text("Todo está guardado")
    stored = readings(live, tenant)
    first = order.index(meters[0])
    for place, meter in enumerate(order[first : first + 12]):
        row = stored[meter]
        assert (row.quantity, float(row.cost or 0)) == (1000 + place, 2000.5 + place)
        assert (row.bill_number, row.note) == (f"F-{place}", f"nota {place}")
    assert page.problems == []  # type: ignore[attr-defined]


def test_a_connection_lost_in_the_middle_of_a_save_loses_nothing_and_doubles_nothing(
    live: Any, tenant: Organisation, meters: list[int], browser_of: Callable[..., BrowserContext]
) -> None:
    page = opened(browser_of())
    cut = {"answers": 0}

    def lose_the_answer(route: Any) -> None:
        cut["answers"] += 1
        if cut["answers"] == 1:
            route.fetch()  # the server saves it, and the answer is lost on its way back
            route.abort("connectionreset")
        elif cut["answers"] == 2:
            route.abort("internetdisconnected")
        else:
            route.continue_()

    page.route("**/month/entries*", lose_the_answer)
    cell(page, meters[0]).fill("1500")
    cell(page, meters[0]).press("Enter")
    expect(state_of(page, meters[0])).to_have_attribute("data-state", "offline")
    expect(page.locator("[data-entry-status]")).to_have_text("1 sin guardar")
    assert "1500" in str(page.evaluate("JSON.stringify(sessionStorage)"))
    cell(page, meters[0]).fill("1510")
    cell(page, meters[0]).press("Enter")
    expect(page.locator("[data-entry-status]")).to_have_text("Todo está guardado", timeout=20_000)
    stored = readings(live, tenant)
    assert stored[meters[0]].quantity == 1510
    assert len(stored) == 1
    assert cut["answers"] >= 4, "lost, cut off, repeated, and the later value"


def test_what_was_not_saved_comes_back_after_a_reload(
    live: Any, tenant: Organisation, meters: list[int], browser_of: Callable[..., BrowserContext]
) -> None:
    page = opened(browser_of())
    page.on("dialog", lambda dialog: dialog.accept())
    page.route("**/month/entries*", lambda route: route.abort("internetdisconnected"))
    cell(page, meters[1]).fill("77")
    cell(page, meters[1]).press("Enter")
    expect(state_of(page, meters[1])).to_have_attribute("data-state", "offline")
    page.unroute("**/month/entries*")
    page.reload()
    expect(page.locator("[data-entry-status]")).to_have_text("Todo está guardado")
    assert readings(live, tenant)[meters[1]].quantity == 77


@pytest.mark.parametrize(("choice", "kept"), [("Dejar el mío", 200), ("Tomar el otro", 100)])
def test_somebody_elses_change_is_shown_and_the_person_chooses(
    live: Any,
    tenant: Organisation,
    meters: list[int],
    browser_of: Callable[..., BrowserContext],
    choice: str,
    kept: float,
) -> None:
    mine, theirs = opened(browser_of()), opened(browser_of("committee"))
    cell(theirs, meters[0]).fill("100")
    cell(theirs, meters[0]).press("Enter")
    expect(state_of(theirs, meters[0])).to_have_attribute("data-state", "saved")
    cell(mine, meters[0]).fill("200")
    cell(mine, meters[0]).press("Enter")
    expect(state_of(mine, meters[0])).to_have_attribute("data-state", "conflict")
    said = mine.locator(f'[data-message-of="reading-{meters[0]}-new"]')
    expect(said).to_contain_text("200 kWh")
    expect(said).to_contain_text("100 kWh")
    said.get_by_role("button", name=choice).click()
    expect(state_of(mine, meters[0])).to_have_attribute("data-state", "saved")
    assert readings(live, tenant)[meters[0]].quantity == kept
    expect(cell(mine, meters[0])).to_have_value(re.compile(f"{kept:.0f}"))


def test_the_keyboard_alone_enters_a_month_and_takes_it_back(
    live: Any, tenant: Organisation, meters: list[int], browser_of: Callable[..., BrowserContext]
) -> None:
    page = opened(browser_of(), "&site=1")
    expect(page.locator("input[data-field=quantity]").first).to_be_focused()
    names = page.locator("input[data-field=quantity]").all()
    for value in ("900", "910", "920"):
        page.keyboard.type(value)
        page.keyboard.press("Enter")
    expect(page.locator("[data-entry-status]")).to_have_text("Todo está guardado")
    assert len(readings(live, tenant)) == 3
    expect(names[3]).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(names[2]).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator("input[data-field=cost]").nth(2)).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Control+z")
    expect(page.locator("[data-entry-status]")).to_have_text("Lo último quedó deshecho")
    expect(names[2]).to_have_value("")
    assert len(readings(live, tenant)) == 2
    expect(page.locator("[data-entry-count]")).to_have_text("2 de 4 registrados")


def test_quantity_and_cost_of_a_bill_are_one_entry(
    live: Any, tenant: Organisation, meters: list[int], browser_of: Callable[..., BrowserContext]
) -> None:
    page = opened(browser_of())
    cell(page, meters[0]).click()
    page.keyboard.type("950")
    page.keyboard.press("Tab")
    page.keyboard.type("1900")
    page.keyboard.press("Enter")
    expect(page.locator("[data-entry-status]")).to_have_text("Todo está guardado")
    row = readings(live, tenant)[meters[0]]
    assert (row.quantity, float(row.cost or 0), row.version) == (950, 1900, 1)


def test_a_months_work_of_a_hotel_is_one_click_and_eleven_values(
    live: Any, tenant: Organisation, browser_of: Callable[..., BrowserContext]
) -> None:
    """Four meters (quantity and cost) and three drivers; nothing else is touched, and Enter finds the next line."""

    def make(session: Any) -> None:
        hotel = make_site(session, "Hotel Sol", kind="hotel")
        give_rooms(session, hotel, 60)
        for name, resource, unit in (
            ("Luz", "electricity", "kWh"),
            ("Agua", "water", "m3"),
            ("Gas", "lpg", "kg"),
            ("Diésel", "diesel", "L"),
        ):
            make_meter(session, hotel, name, resource=resource, unit=unit)
        before = Month.of(datetime.now(UTC).date()).plus(-2)
        entry = DriverEntry(site_id=hotel.id, driver="meals", month=before, value_text="900")
        enter_driver(session, entry, writing=writing_of(Language("es")), now=datetime.now(UTC))

    live.of_tenant(tenant, make)
    page = browser_of().new_page()
    page.goto("/?lang=es")
    page.locator("main a[href*='/month']").first.click()
    fields = page.locator("input[data-field=quantity]")
    expect(fields).to_have_count(7)
    expect(fields.first).to_be_focused()
    for value in range(4):
        page.keyboard.type(str(1000 + value))
        page.keyboard.press("Tab")
        page.keyboard.type(str(2000 + value))
        page.keyboard.press("Enter")
        expect(fields.nth(value + 1)).to_be_focused()
    for value in range(3):
        page.keyboard.type(str(100 + value))
        page.keyboard.press("Enter")
    expect(page.locator("[data-entry-count]")).to_have_text("7 de 7 registrados")
    expect(page.locator("[data-entry-status]")).to_have_text("Todo está guardado")


def test_what_is_complete_is_folded_and_what_is_missing_can_be_had_alone(
    live: Any, tenant: Organisation, meters: list[int], browser_of: Callable[..., BrowserContext]
) -> None:
    def fill(session: Any) -> None:
        for meter in meters[:3]:
            fill_months(session, find(session, Meter, meter), MONTH, [1000.0])
        fill_months(session, find(session, Meter, meters[3]), MONTH, [1000.0])
        whole = make_site(session, "Edificio completo")
        fill_months(session, make_meter(session, whole, "Único"), MONTH, [500.0])

    live.of_tenant(tenant, fill)
    page = opened(browser_of(width=390, height=844))
    folds = page.locator("details.entry-fold")
    states = dict(zip(folds.locator(".entry-site-name").all_inner_texts(), folds.all(), strict=True))
    assert states["Edificio completo"].get_attribute("open") is None
    assert states["Edificio 2"].get_attribute("open") is not None
    expect(cell(page, meters[4], "note")).not_to_be_visible()
    page.locator(f'tr[data-row^="reading-{meters[4]}-"] [data-entry-more]').click()
    expect(cell(page, meters[4], "note")).to_be_visible()
    page.get_by_role("link", name="Solo lo que falta").click()
    expect(page.locator("tr[data-row]")).to_have_count(9)
    expect(page.locator(".entry-site-name", has_text="Edificio completo")).to_have_count(0)
    cell(page, meters[4]).fill("77")
    cell(page, meters[4]).press("Enter")
    expect(state_of(page, meters[4])).to_have_attribute("data-state", "saved")
    page.get_by_role("link", name="Mostrar todo").click()
    expect(page.locator("tr[data-row]")).to_have_count(14)
    page.goto(f"/month?month={MONTH}&lang=es&site=5&only=missing")
    expect(page.get_by_text("Todo está registrado")).to_be_visible()


def test_an_ambiguous_number_is_settled_with_one_click(
    live: Any, tenant: Organisation, meters: list[int], browser_of: Callable[..., BrowserContext]
) -> None:
    page = opened(browser_of())
    cell(page, meters[0]).fill("1.234")
    cell(page, meters[0]).press("Enter")
    expect(state_of(page, meters[0])).to_have_attribute("data-state", "refused")
    page.get_by_role("button", name="1,234", exact=True).click()
    expect(state_of(page, meters[0])).to_have_attribute("data-state", "saved")
    expect(state_of(page, meters[0])).to_contain_text("1,234 kWh")
    assert readings(live, tenant)[meters[0]].quantity == 1234


@pytest.mark.parametrize("width", [1366, 390])
def test_the_page_fits_and_axe_finds_nothing(
    live: Any, tenant: Organisation, meters: list[int], browser_of: Callable[..., BrowserContext], width: int
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    def more(session: Any) -> None:
        hotel = make_site(session, "Hotel Sol", kind="hotel")
        give_rooms(session, hotel, 60)
        make_meter(session, hotel, "Acometida", reads_index=True)
        values = {"resource": "lpg", "unit": "kg", "cadence": "on_delivery", "calendar_mode": "between_deliveries"}
        make_meter(session, hotel, "Tanque de la cocina", **values)

    live.of_tenant(tenant, more)
    page = opened(browser_of(width=width, height=844 if width == 390 else 768))
    cell(page, meters[0]).fill("1.234")
    cell(page, meters[0]).press("Enter")
    expect(state_of(page, meters[0])).to_have_attribute("data-state", "refused")
    cell(page, meters[1]).fill("950")
    cell(page, meters[1]).press("Enter")
    expect(state_of(page, meters[1])).to_have_attribute("data-state", "saved")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.goto(page.locator("tr[data-row] th a").first.get_attribute("href") or "")
    assert Axe().run(page).violations_count == 0
    [reading] = readings(live, tenant).values()
    page.goto(f"/readings/{reading.id}")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
