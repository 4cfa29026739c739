"""The contributor's page on a phone: typed, saved as one goes, and nothing to scroll sideways."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from axe_playwright_python.sync_playwright import Axe
from factories_jobs import Phone
from playwright.sync_api import expect

from emstrack import app
from emstrack.settings import Settings
from emstrack.storage.models import Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


@pytest.fixture
def phone(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Phone]:
    monkeypatch.chdir(tmp_path)
    shutil.copy(sqlite_template, tmp_path / "e.sqlite3")
    settings = Settings.read({}, database_url=f"sqlite:///{tmp_path}/e.sqlite3", files_dir=str(tmp_path / "files"))
    application = app.build(settings)
    yield Phone(application, app.create_web(application).test_client())
    application.database.dispose()


@pytest.fixture
def page(chromium: Browser, serve: Callable, phone: Phone) -> Iterator[Page]:
    with serve(app.create_web(phone.application)) as address:
        context = chromium.new_context(viewport={"width": 390, "height": 844}, locale="es-MX")
        opened = context.new_page()
        opened.goto(address + phone.address)
        yield opened
        context.close()


def test_figures_are_saved_while_one_goes_on_to_the_next_field(page: Page, phone: Phone) -> None:
    page.get_by_label("Cantidad en el recibo").fill("1,250")
    page.get_by_label("Cantidad en el recibo").press("Tab")
    page.keyboard.type("310.40")
    expect(page.locator(f"#state-{phone.meter_id}")).to_contain_text("Guardado")
    assert page.get_by_label("Total del recibo").first.input_value() == "310.40", "what is being typed stays"
    page.keyboard.press("Tab")
    expect(page.locator(f"#state-{phone.meter_id}")).to_contain_text("310.40")
    expect(page.locator("#progress")).to_contain_text("1 de 2")
    assert phone.ask(sa.select(Reading.quantity)) == [1250.0]


def test_a_figure_that_is_none_is_said_at_once(page: Page, phone: Phone) -> None:
    page.get_by_label("Cantidad en el recibo").fill("doce")
    page.get_by_label("Cantidad en el recibo").press("Tab")
    expect(
        page.locator(f"#state-{phone.meter_id} .alert, #state-{phone.meter_id} [data-severity]").first
    ).to_be_visible()
    assert phone.ask(sa.select(Reading.id)) == []


def test_the_page_is_for_everybody_and_fits(page: Page, tmp_path: Path) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.screenshot(path=str(tmp_path / "contribution.png"), full_page=True)
