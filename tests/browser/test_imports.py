"""A file dropped in a real browser: looked at, imported, undone; both widths, no violation."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from factories_imports import HEADER, bills

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("EMSTRACK_SCREENSHOTS")


def look(page: Page, name: str) -> None:
    """Nothing sideways, no violation; a picture where one is wanted."""
    page.wait_for_load_state()
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width == 0, f"{name} scrolls sideways by {width} px"
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"imports-{name}.png", full_page=True)


def file_of(folder: Path, rows: list[list[Any]], name: str = "facturas.csv") -> Path:
    path = folder / name
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([HEADER, *rows])
    return path


@pytest.mark.parametrize("width", [1366, 390])
def test_a_file_goes_in_and_out_again(browser_of: Callable[..., Any], tmp_path: Path, width: int) -> None:
    page = browser_of("manager", width=width, height=844).new_page()
    trouble: list[str] = []
    page.on("console", lambda message: trouble.append(message.text) if message.type == "error" else None)
    page.goto("/imports")
    look(page, f"index-empty-{width}")
    page.set_input_files("input[type=file]", file_of(tmp_path, bills(12)))
    page.get_by_role("button", name="Revisar el archivo").click()
    page.get_by_role("button", name="Importar 12 filas").click()
    page.get_by_role("button", name="Deshacer esta importación").first.wait_for()
    look(page, f"result-{width}")
    rows = bills(14)
    rows[2][5], rows[3][7], rows[5][6] = 4321, "1.00", "furlong"
    page.goto("/imports")
    page.set_input_files("input[type=file]", file_of(tmp_path, rows))
    page.get_by_role("button", name="Revisar el archivo").click()
    page.get_by_role("button", name="Importar 4 filas").wait_for()
    look(page, f"preview-{width}")
    page.get_by_role("link", name="Filas no tomadas").click()
    look(page, f"preview-refused-{width}")
    page.get_by_role("button", name="Importar 4 filas").click()
    page.get_by_role("button", name="Deshacer esta importación").first.click()
    look(page, f"undo-{width}")
    page.get_by_role("dialog").get_by_role("button", name="Deshacer esta importación").click()
    page.get_by_text("Todo está como antes de este archivo.").wait_for()
    look(page, f"undone-{width}")
    page.goto("/imports")
    look(page, f"index-{width}")
    assert trouble == []


@pytest.mark.parametrize("width", [1366, 390])
def test_columns_are_confirmed(browser_of: Callable[..., Any], tmp_path: Path, width: int) -> None:
    page = browser_of("manager", width=width, height=844).new_page()
    path = tmp_path / "luz.csv"
    path.write_text("Edificio,Ene 2024,Feb 2024,Mar 2024\nPalacio,100,110,120\nMercado,10,11,12\n", encoding="utf-8")
    page.goto("/imports")
    page.set_input_files("input[type=file]", path)
    page.get_by_role("button", name="Revisar el archivo").click()
    page.get_by_role("link", name="Indicar qué es cada columna").click()
    look(page, f"columns-{width}")
    page.get_by_label("Todo de un recurso").select_option("electricity")
    page.get_by_label("Todo en una unidad").fill("kWh")
    page.get_by_role("button", name="Revisar el archivo").click()
    page.get_by_role("button", name="Importar 6 filas").wait_for()
