"""The ledger as a person meets it: the page, its workbook, a measure's part of it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import sqlalchemy as sa
from conftest import NOW
from factories_measures import kwh, make_measure
from factories_reports import make_saving_site
from worksheets_filled import filled_details

from emstrack.domain.measures import MeasureStatus, Step
from emstrack.domain.worksheets import Worksheet
from emstrack.services.audits.change_status import change_status
from emstrack.services.savings.record_isolated_saving import add_isolated_saving
from emstrack.services.savings.refresh_results import refresh_results
from emstrack.storage.models import SignedSaving

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

S = MeasureStatus


def fill(session: Session, owner_id: int, *, measures: int = 1) -> dict[str, int]:
    """Measures on the meter of a building that saved a fifth, and a worksheet that stands for none of them."""
    site, meter = make_saving_site(session)
    refresh_results(session, now=NOW)
    ids = []
    for n in range(measures):
        effects = (kwh(2400, "2", meter_id=meter.id),)
        measure = make_measure(session, site.id, f"Medida {n}", owner_id=owner_id, effects=effects)
        for status in (S.ACCEPTED, S.IN_PROGRESS, S.IMPLEMENTED):
            step = Step(status=status, reason="urgente", day=NOW.date().replace(year=2025, month=1, day=1))
            change_status(session, measure.id, step, version=measure.version, today=NOW.date(), now=NOW)
        ids.append(measure.id)
    details = filled_details(worksheet=Worksheet.LIGHTING, title="Lámparas", start=NOW.date())
    saving = add_isolated_saving(session, site.id, details, now=NOW, today=NOW.date())
    return {"site": site.id, "meter": meter.id, "measure": ids[0], "saving": saving.id}


@pytest.fixture
def filled(signed_in: Callable[..., Any], of_tenant: Callable[..., Any]) -> tuple[Any, Any, dict[str, int]]:
    """Owner and auditor, and the rows."""
    owner, auditor = signed_in("manager"), signed_in("auditor")
    return owner, auditor, of_tenant(owner.tenant, lambda session: fill(session, owner.user_id))


def test_an_empty_ledger_says_what_comes_in(signed_in: Callable[..., Any]) -> None:
    browser = signed_in("viewer")
    page = browser.client.get("/ledger?lang=es")
    assert "Todavía no hay nada en el registro" in page.text
    assert "Ir a las medidas" in page.text
    assert "Ningún renglón coincide" in browser.client.get("/ledger?status=verified&lang=es").text


def test_each_figure_leads_to_what_it_rests_on(filled: tuple[Any, Any, dict[str, int]]) -> None:
    owner, _, ids = filled
    page = owner.client.get("/ledger?lang=es").text
    assert f'href="/measures/{ids["measure"]}"' in page
    assert f'href="/meters/{ids["meter"]}/savings"' in page
    assert f'href="/options/{ids["saving"]}"' in page
    assert "Medido en el medidor" in page
    assert "Cómo los renglones suman lo de los medidores" in page
    one = owner.client.get(f"/ledger?lang=es&site={ids['site']}&resource=electricity&status=implemented").text
    assert "Medida 0" in one
    assert "Lámparas" not in one
    assert "Cómo los renglones suman" not in one


def test_a_measures_page_has_its_part_and_a_verification_signs_it(
    filled: tuple[Any, Any, dict[str, int]], in_database: Callable[..., Any]
) -> None:
    _, auditor, ids = filled
    path = f"/measures/{ids['measure']}"
    page = auditor.client.get(f"{path}?lang=es").text
    assert f'hx-get="{path}/ledger"' in page
    version = in_database(lambda session: session.scalar(sa.text("SELECT version FROM measure")))
    assert auditor.post(f"{path}/status", {"status": "verified", "version": version}).status_code == 303
    signed = in_database(lambda session: len(session.scalars(sa.select(SignedSaving)).all()))
    assert signed == 1
    part = auditor.client.get(f"{path}/ledger?lang=es", headers={"HX-Request": "true"}).text
    assert "Firmado por" in part
    assert "<html" not in part
    assert "<html" in auditor.client.get(f"{path}/ledger").text
    assert "Cantidad firmada" in auditor.client.get(f"{path}?lang=es").text


def test_a_saving_is_assigned_and_released(filled: tuple[Any, Any, dict[str, int]]) -> None:
    owner, _, ids = filled
    path = f"/measures/{ids['measure']}/saving"
    offered = owner.client.get(f"/measures/{ids['measure']}/ledger").text
    assert "Lámparas" in offered
    assert owner.post(path, {"saving_id": ids["saving"]}).status_code == 303
    assert "option A" in owner.client.get(f"/measures/{ids['measure']}/ledger").text
    assert owner.post(path, {"saving_id": ids["saving"], "release": "1"}).status_code == 303
    assert owner.post(path, {"saving_id": 999}).status_code == 404
    assert owner.post("/measures/999/saving", {"saving_id": ids["saving"]}).status_code == 404


def test_the_workbook_holds_numbers_and_sentences(filled: tuple[Any, Any, dict[str, int]]) -> None:
    owner, _, ids = filled
    answer = owner.client.get(f"/ledger.xlsx?lang=es&site={ids['site']}")
    assert answer.headers["Cache-Control"] == "no-store"
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    assert book.sheetnames == ["Registro de ahorros", "Medidores"]
    rows = list(book["Registro de ahorros"].iter_rows(values_only=True))
    line = next(dict(zip(rows[0], row, strict=True)) for row in rows if row[2] == "Medida 0")
    assert line["Medido"] == pytest.approx(2400, rel=0.02)
    assert line["Estimado, días iguales"] == pytest.approx(2400 * 365 / 365.25)
    assert line["Cómo se sabe"] == "Medido en el medidor"
    (meter,) = list(book["Medidores"].iter_rows(values_only=True))[1:]
    assert meter[10] == pytest.approx(line["Medido"])


def test_pages_of_many_measures_take_twelve_queries_at_most(
    signed_in: Callable[..., Any], of_tenant: Callable[..., Any], counted: list[str]
) -> None:
    browser = signed_in("manager")
    ids = of_tenant(browser.tenant, lambda session: fill(session, browser.user_id, measures=4))
    for path in ("/ledger", f"/ledger?site={ids['site']}&page=1", f"/measures/{ids['measure']}/ledger"):
        counted.clear()
        assert browser.client.get(path).status_code == 200
        assert len(counted) <= 12, counted
