"""A site's page and a baseline's in a real browser: charts, tables, both widths, light and dark."""

from __future__ import annotations

import os
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


@pytest.fixture
def filled(live: Any, tenant: Any) -> dict[str, int]:
    """A hotel group with baselines."""
    return live.of_tenant(tenant, fill_hotels)


def look(page: Page, name: str) -> None:
    """Nothing sideways, no violation; a picture where one is wanted."""
    page.wait_for_function("document.readyState === 'complete' && document.querySelector('footer') !== null")
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width == 0, f"{name} scrolls sideways by {width} px"
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


@pytest.mark.parametrize("width", [1366, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_sites_page_has_its_charts_and_no_violation(
    filled: dict[str, int], browser_of: Callable[..., BrowserContext], width: int, theme: str
) -> None:
    page = browser_of("manager", width=width, height=844).new_page()
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]  # one of the two
    page.goto(f"/sites/{filled['hotel']}")
    page.locator("[data-charts] figure").first.wait_for()
    assert page.locator("[data-charts] figure").count() == 3
    assert page.get_by_text("menos de electricidad de lo que habría consumido").is_visible()
    look(page, f"site-{theme}-{width}")


def test_every_figure_of_a_meter_opens_the_bills_behind_it(
    filled: dict[str, int], browser_of: Callable[..., BrowserContext]
) -> None:
    page = browser_of("viewer").new_page()
    page.goto(f"/sites/{filled['hotel']}")
    page.locator("td a[href*='/months/']").first.click()
    assert "/months/" in page.url
    assert page.get_by_role("heading", level=1).is_visible()


@pytest.mark.parametrize("width", [1366, 390])
def test_a_baseline_is_chosen_seen_and_adopted(
    filled: dict[str, int], browser_of: Callable[..., BrowserContext], width: int
) -> None:
    page = browser_of("manager", width=width, height=844).new_page()
    page.goto(f"/sites/{filled['hotel']}?resource=water")
    page.get_by_role("link", name="Elegir una línea base").click()
    page.wait_for_url("**/meters/*/baselines")
    look(page, f"baselines-{width}")
    page.get_by_role("button", name="Comparar los ajustes").click()
    page.get_by_role("heading", name="Candidatas").wait_for()
    look(page, f"baseline-{width}")
    page.get_by_label("Por qué esta línea base es la correcta").fill("El año anterior a la reforma")
    page.get_by_role("button", name="Adoptar esta línea base").click()
    page.wait_for_url("**/meters/*/savings")
    assert page.get_by_text("Adoptada").first.is_visible()
    look(page, f"site-water-{width}")


def test_figures_that_were_written_below_heal_themselves(
    live: Any, tenant: Any, filled: dict[str, int], browser_of: Callable[..., BrowserContext]
) -> None:
    from factories_savings import give_driver

    live.of_tenant(tenant, lambda session: give_driver(session, filled["hotel"], "meals", "2020-01", [1.0]))
    page = browser_of("viewer").new_page()
    page.goto(f"/sites/{filled['hotel']}")
    page.get_by_text("menos de electricidad de lo que habría consumido").wait_for()
