"""Home in a real browser: what it weighs, how soon it is there, that it asks nobody else, by keyboard, on a phone."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from factories_large import fill_hotels

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("EMSTRACK_SCREENSHOTS")
MOST_BYTES, MOST_SECONDS = 250_000, 1.0


@pytest.fixture
def filled(live: Any, tenant: Any) -> dict[str, int]:
    """A hotel group with two hotels, three buildings, baselines and something missing."""
    return live.of_tenant(tenant, fill_hotels)


def look(page: Page, name: str) -> None:
    """Nothing sideways, no violation; a picture where one is wanted."""
    page.wait_for_load_state()
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width == 0, f"{name} scrolls sideways by {width} px"
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def test_a_first_visit_is_light_and_fast_and_asks_nobody_else(
    live: Any, filled: dict[str, int], browser_of: Callable[..., BrowserContext]
) -> None:
    context = browser_of("manager")
    warm = context.new_page()
    warm.goto("/healthz")
    warm.close()
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    weights: list[float] = []
    elsewhere: list[str] = []
    session.on("Network.loadingFinished", lambda event: weights.append(event["encodedDataLength"]))
    page.on("request", lambda request: None if request.url.startswith(live.url) else elsewhere.append(request.url))
    page.goto("/")
    page.wait_for_load_state("networkidle")
    ready = page.evaluate("performance.getEntriesByType('navigation')[0].domInteractive") / 1000
    sys.stderr.write(f"\nhome, cold: {sum(weights) / 1000:.1f} kB over the wire, interactive in {ready:.2f} s, ")
    sys.stderr.write(f"{len(weights)} requests, {len(elsewhere)} elsewhere\n")
    assert elsewhere == []
    assert sum(weights) <= MOST_BYTES
    assert ready < MOST_SECONDS


@pytest.mark.parametrize("width", [1366, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_home_has_no_violation_and_nothing_sideways(
    filled: dict[str, int], browser_of: Callable[..., BrowserContext], width: int, theme: str
) -> None:
    context = browser_of("manager", width=width, height=844)
    page = context.new_page()
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]  # one of the two
    page.goto("/")
    assert page.locator("html").get_attribute("lang") == "es"
    assert page.get_by_role("heading", name="Ahorro a la fecha").is_visible()
    look(page, f"home-{theme}-{width}")


def test_an_empty_home_says_how_to_begin(browser_of: Callable[..., BrowserContext]) -> None:
    page = browser_of("administrator", width=390, height=844).new_page()
    page.goto("/")
    assert page.get_by_role("link", name="Agregar un sitio").is_visible()
    look(page, "home-empty-390")


def test_one_months_bill_is_two_clicks_and_two_values_away(
    live: Any, tenant: Any, filled: dict[str, int], browser_of: Callable[..., BrowserContext]
) -> None:
    page = browser_of("manager").new_page()
    page.goto("/")
    page.get_by_role("link", name="Escuela").first.click()
    quantity = page.locator('input[name$=".quantity"]').first
    quantity.click()
    page.keyboard.type("1010")
    page.keyboard.press("ArrowRight")
    page.keyboard.type("2020")
    page.keyboard.press("Enter")
    page.locator('[data-state="saved"]').first.wait_for()


def test_all_of_the_navigation_is_reached_by_keyboard(
    filled: dict[str, int], browser_of: Callable[..., BrowserContext]
) -> None:
    page = browser_of("manager").new_page()
    page.goto("/")
    wanted = set(page.locator("nav.nav-wide a").all_inner_texts())
    reached: set[str] = set()
    for _ in range(20):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.innerText.trim()"))
    assert wanted <= reached
    page.get_by_role("link", name="Ahorro", exact=True).first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/savings")
    look(page, "savings-1366")


def test_a_report_is_two_clicks_from_home(filled: dict[str, int], browser_of: Callable[..., BrowserContext]) -> None:
    page = browser_of("manager").new_page()
    page.goto("/")
    page.get_by_role("link", name="Informe").first.click()
    with page.expect_download() as download:
        page.locator('form[action*="report.xlsx"] button').first.click()
    assert download.value.suggested_filename.endswith(".xlsx")
