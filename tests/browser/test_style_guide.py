"""Every component in a real browser, under the product's own content policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from guide import guide_application

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
PHONE, DESKTOP = 390, 1366


@pytest.fixture(scope="module")
def address(serve, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the style guide is served."""
    with serve(guide_application(tmp_path_factory.mktemp("guide"))) as root:
        yield f"{root}/style-guide"


@pytest.fixture(params=[PHONE, DESKTOP])
def width(request: pytest.FixtureRequest) -> int:
    """A phone and a desk."""
    return request.param


@pytest.fixture
def page(chromium: Browser, width: int) -> Iterator[Page]:
    """A page that must neither complain nor call anywhere else."""
    context = chromium.new_context(viewport={"width": width, "height": 844 if width == PHONE else 768}, locale="es-MX")
    page = context.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("request", lambda asked: told.append(asked.url) if not asked.url.startswith("http://127.0.0.1:") else None)
    yield page
    context.close()
    assert told == []


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(page: Page, address: str, theme: str) -> None:
    page.emulate_media(color_scheme=theme)
    page.goto(f"{address}?lang=es")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") is not None
    assert violations(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_with_everything_open(page: Page, address: str, theme: str) -> None:
    page.emulate_media(color_scheme=theme)
    page.goto(f"{address}?lang=en")
    page.evaluate("document.querySelectorAll('.chart details').forEach((each) => { each.open = true; })")
    page.locator(".account > summary").click()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Why?").first.click()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Undo this import").click()
    assert violations(page) == []


def test_nothing_scrolls_sideways_but_wide_tables(page: Page, address: str, width: int) -> None:
    page.goto(f"{address}?lang=es")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.evaluate("document.querySelectorAll('.chart details').forEach((each) => { each.open = true; })")
    for summary in page.locator("details[data-menu] > summary:visible").all():
        summary.click()
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_the_charts_lettering_can_be_read(page: Page, address: str) -> None:
    page.goto(f"{address}?lang=es")
    for text in page.locator(".chart svg text:visible").all()[:40]:
        assert text.evaluate("(e) => parseFloat(getComputedStyle(e).fontSize) * e.getScreenCTM().d") >= 9.5


def test_a_charts_colours_follow_the_theme(page: Page, address: str) -> None:
    seen = set()
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        page.goto(f"{address}?lang=es")
        bar = page.locator(".chart svg:visible path[fill='var(--chart-use)']").first
        seen.add(bar.evaluate("(e) => getComputedStyle(e).fill"))
    assert seen == {"rgb(43, 127, 117)", "rgb(86, 171, 159)"}


def test_the_keyboard_skips_to_the_content(page: Page, address: str) -> None:
    page.goto(f"{address}?lang=en")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_a_menu_closes_with_escape_and_outside(page: Page, address: str) -> None:
    page.goto(f"{address}?lang=en")
    menu = page.locator(".languages")
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    assert menu.get_attribute("open") is not None
    page.keyboard.press("Escape")
    assert menu.get_attribute("open") is None
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    menu.locator("summary").click()
    page.mouse.click(8, 700)
    assert menu.get_attribute("open") is None


def test_two_menus_never_lie_over_each_other(page: Page, address: str) -> None:
    page.goto(f"{address}?lang=en")
    page.locator(".languages > summary").click()
    page.locator(".account > summary").click()
    page.wait_for_function("document.querySelectorAll('details[data-menu][open]').length === 1")


def test_a_dialog_opens_asks_and_closes(page: Page, address: str) -> None:
    page.goto(f"{address}?lang=en")
    opener = page.get_by_role("button", name="Undo this import")
    opener.click()
    dialog = page.get_by_role("dialog", name="Undo this import?")
    assert dialog.is_visible()
    dialog.get_by_role("button", name="Cancel").click()
    assert not dialog.is_visible()
    assert opener.evaluate("(e) => e === document.activeElement")
    opener.click()
    page.mouse.click(4, 4)
    assert not dialog.is_visible()


def test_the_chosen_theme_and_language_stay(page: Page, address: str) -> None:
    page.goto(f"{address}?lang=en")
    page.locator(".account > summary").click()
    page.get_by_role("button", name="Dark").click()
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    page.locator(".languages > summary").click()
    page.get_by_role("link", name="Español").click()
    page.wait_for_url(address)
    assert page.locator("html").get_attribute("lang") == "es"
    page.reload()
    assert page.locator("html").get_attribute("lang") == "es"
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.locator(".account > summary").click()
    page.get_by_role("button", name="Automática").click()
    page.reload()
    assert page.locator("html").get_attribute("data-theme") is None


def test_a_toast_can_be_sent_and_dismissed(page: Page, address: str) -> None:
    page.goto(f"{address}?lang=en")
    page.evaluate("emstrack.say('<b>48</b> readings', 'good')")
    toast = page.locator("#toasts .toast")
    assert toast.locator("p").inner_text() == "<b>48</b> readings"
    toast.get_by_role("button", name="Dismiss").click()
    assert toast.count() == 0


def test_a_server_may_send_a_toast_with_an_answer(page: Page, address: str) -> None:
    page.goto(f"{address}?lang=en")
    page.evaluate("htmx.trigger(document.body, 'toast', {text: 'Saved.', tone: 'good'})")
    assert page.locator("#toasts .toast p").inner_text() == "Saved."


def test_a_chosen_file_is_named(page: Page, address: str) -> None:
    page.goto(f"{address}?lang=en")
    page.locator("#file").set_input_files({"name": "bills.csv", "mimeType": "text/csv", "buffer": b"a"})
    assert page.locator("[data-file-drop] output").inner_text() == "bills.csv"


def test_every_target_is_large_enough_for_a_thumb(page: Page, address: str) -> None:
    page.goto(f"{address}?lang=es")
    small = page.evaluate(
        """() => [...document.querySelectorAll('button, .button, summary, select, input, nav a')]
        .filter((e) => e.offsetParent && !['hidden', 'checkbox', 'radio', 'file'].includes(e.type))
        .filter((e) => e.getBoundingClientRect().height < 23.9).map((e) => e.outerHTML.slice(0, 90))"""
    )
    assert small == []


def test_paper_shows_the_figures_and_not_the_furniture(page: Page, address: str) -> None:
    page.emulate_media(media="print")
    page.goto(f"{address}?lang=es")
    assert page.locator(".chart .wide svg").first.is_visible()
    assert not page.locator(".top-bar").is_visible()
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
