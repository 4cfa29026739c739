"""Measures as a person meets them: proposed, changed, moved on, planned, signed, handed out; nothing typed is lost."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import sqlalchemy as sa
from factories_measures import kwh, make_measure
from factories_sites import make_building, make_meter
from PIL import Image

from emstrack.storage.models import Measure, MeasureEffect, MeasurePhoto, VerificationPlan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy.orm import Session

FORM = {
    "title": "Luminarias LED",
    "category": "technology_change",
    "situation": "Lámparas de 2 × 75 W",
    "effects-0-resource": "electricity",
    "effects-0-quantity": "12,000",
    "effects-0-unit": "kwh",
    "effects-0-unit_price": "3.5",
    "effects-1-resource": "",
    "effects-1-quantity": "",
    "investment-0-label": "Equipo",
    "investment-0-kind": "equipment",
    "investment-0-amount": "100,000",
}


@pytest.fixture
def counted(application: Any) -> Iterator[list[str]]:
    """The queries sent to the database; beginnings, and PostgreSQL's being told of the scope, ask nothing."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "SELECT set_config", "SET ", "PRAGMA", "SAVEPOINT", "RELEASE")):
            seen.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(sa.Engine, "before_cursor_execute", note)


def png() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(stream, "PNG")
    return stream.getvalue()


def site_of(browser: Any, of_tenant: Callable[..., Any]) -> int:
    return int(of_tenant(browser.tenant, lambda session: make_building(session).id))


def one(in_database: Callable[..., Any], model: Any) -> Any:
    def read(session: Session) -> Any:
        found = session.scalars(sa.select(model)).one()
        session.expunge(found)
        return found

    return in_database(read)


def test_a_recommendation_goes_from_the_form_to_a_signed_verification(
    signed_in: Callable[..., Any], of_tenant: Callable[..., Any], in_database: Callable[..., Any]
) -> None:
    owner, signer = signed_in("manager"), signed_in("auditor")
    site = site_of(owner, of_tenant)
    answer = owner.post(f"/sites/{site}/measures/new?lang=es", {**FORM, "owner_id": owner.user_id})
    assert answer.status_code == 303
    measure = one(in_database, Measure)
    assert (measure.annual_saving, measure.investment, measure.owner_id) == (42_000, 100_000, owner.user_id)
    page = owner.client.get(f"/measures/{measure.id}?lang=es").text
    assert "MXN 42,000" in page.replace("\xa0", " ")
    assert "2.4 años" in page

    def move(who: Any, status: str, **more: str) -> Any:
        version = one(in_database, Measure).version
        return who.post(f"/measures/{measure.id}/status?lang=es", {"status": status, "version": version, **more})

    assert move(owner, "accepted").status_code == 303
    refused = move(owner, "in_progress")
    assert refused.status_code == 422
    assert "acuerden cómo se medirá" in refused.text
    plan = {"option": "D", "boundary": "Pasillos", "version": 0, "verifier": "Vera", "agreed_by": "Comité"}
    days = {"agreed_on": "2026-01-05", "reporting_start": "2026-02-01", "reporting_end": "2027-02-01"}
    assert owner.post(f"/measures/{measure.id}/plan", {**plan, **days}).status_code == 303
    assert one(in_database, VerificationPlan).boundary == "Pasillos"
    assert move(owner, "in_progress").status_code == 303
    assert move(owner, "implemented", day="2026-02-01").status_code == 303
    assert "no puede verificarla" in move(owner, "verified").text
    assert move(signer, "verified").status_code == 303
    assert one(in_database, Measure).verified_by == signer.user_id
    assert "Verificada" in owner.client.get(f"/measures/{measure.id}?lang=es").text


def test_what_cannot_be_is_told_at_its_field_and_nothing_typed_is_lost(
    signed_in: Callable[..., Any], of_tenant: Callable[..., Any], in_database: Callable[..., Any]
) -> None:
    browser = signed_in("manager")
    site = site_of(browser, of_tenant)
    for wrong, said in (
        ({"investment-0-amount": "-5"}, "Un monto no puede ser negativo"),
        ({"effects-0-quantity": "0"}, "Un ahorro de 0 no ahorra nada"),
        ({"effects-0-quantity": "mucho"}, "“mucho” no es un número"),
        ({"effects-0-resource": ""}, "Elija una opción."),
        ({"life_years": "0"}, "Una medida dura más de 0"),
        ({"discount_rate": "-100"}, "mayor que −100 %"),
        ({"title": " "}, "Diga en pocas palabras"),
    ):
        answer = browser.post(f"/sites/{site}/measures/new?lang=es", {**FORM, **wrong})
        assert answer.status_code == 422
        text = answer.text.replace("«", "“").replace("»", "”")
        assert said in text
        assert "Lámparas de 2 × 75 W" in text
    assert in_database(lambda session: session.scalar(sa.select(sa.func.count(Measure.id)))) == 0


def test_a_row_more_keeps_what_was_typed_and_saves_nothing(
    signed_in: Callable[..., Any], of_tenant: Callable[..., Any], in_database: Callable[..., Any]
) -> None:
    browser = signed_in("manager")
    site = site_of(browser, of_tenant)
    answer = browser.post(f"/sites/{site}/measures/new", {**FORM, "add": "investment"})
    assert answer.status_code == 200
    assert 'name="investment-1-amount"' in answer.text
    assert "12,000" in answer.text
    assert in_database(lambda session: session.scalar(sa.select(sa.func.count(Measure.id)))) == 0


def test_two_who_change_at_once_see_both_texts(
    signed_in: Callable[..., Any], of_tenant: Callable[..., Any], in_database: Callable[..., Any]
) -> None:
    browser = signed_in("manager")
    site = site_of(browser, of_tenant)
    browser.post(f"/sites/{site}/measures/new", FORM)
    id_ = one(in_database, Measure).id
    assert browser.post(f"/measures/{id_}/edit", {**FORM, "title": "Uno", "version": 1}).status_code == 303
    conflict = browser.post(f"/measures/{id_}/edit?lang=es", {**FORM, "title": "Dos", "version": 1})
    assert conflict.status_code == 409
    assert "Uno" in conflict.text
    assert "Dos" in conflict.text
    again = re.search(r'name="version"[^>]*value="(\d+)"', conflict.text)
    assert again is not None
    assert browser.post(f"/measures/{id_}/edit", {**FORM, "title": "Dos", "version": again[1]}).status_code == 303


def test_an_entry_of_the_library_begins_a_recommendation(
    signed_in: Callable[..., Any], of_tenant: Callable[..., Any], in_database: Callable[..., Any]
) -> None:
    browser = signed_in("manager")
    site = site_of(browser, of_tenant)
    assert "/measures/library/linen_reuse" in browser.client.get("/measures/library?lang=es&q=toallas").text
    led = browser.client.get("/measures/new?library=linen_reuse")
    assert led.headers["Location"].endswith(f"/sites/{site}/measures/new?library=linen_reuse")
    page = browser.client.get(f"/sites/{site}/measures/new?library=linen_reuse&lang=es").text
    assert 'value="linen_reuse"' in page
    assert "%" in page
    browser.post(f"/sites/{site}/measures/new", {**FORM, "library_code": "linen_reuse"})
    id_ = one(in_database, Measure).id
    assert "selected" in browser.client.get(f"/measures/{id_}/plan?lang=es").text
    assert browser.client.get("/measures/library/no_such_thing").status_code == 404


def test_photos_of_before_and_after_come_and_go(
    signed_in: Callable[..., Any], of_tenant: Callable[..., Any], in_database: Callable[..., Any]
) -> None:
    browser = signed_in("manager")
    browser.post(f"/sites/{site_of(browser, of_tenant)}/measures/new", FORM)
    id_ = one(in_database, Measure).id
    picture = {"picture": (io.BytesIO(png()), "antes.png"), "moment": "before", "caption": "Pasillo 2"}
    assert browser.post(f"/measures/{id_}/photos", picture).status_code == 303
    photo = one(in_database, MeasurePhoto)
    assert browser.client.get(f"/files/{photo.file_id}").mimetype == "image/jpeg"
    wrong = browser.post(f"/measures/{id_}/photos?lang=es", {"picture": (io.BytesIO(b"%PDF-1.4"), "acta.pdf")})
    assert wrong.status_code == 422
    assert "acta.pdf" in wrong.text
    assert browser.post(f"/measures/{id_}/photos/{photo.id}/remove").status_code == 303
    assert "Foto quitada" in browser.client.get(f"/measures/{id_}?lang=es").text


def test_pages_of_many_measures_take_twelve_queries_at_most(
    signed_in: Callable[..., Any], of_tenant: Callable[..., Any], counted: list[str]
) -> None:
    browser = signed_in("manager")

    def fill(session: Session) -> tuple[int, int]:
        site = make_building(session)
        meter = make_meter(session, site.id)
        ids = [
            make_measure(session, site.id, f"Medida {n}", effects=(kwh(100 + n, meter_id=meter.id),)).id
            for n in range(20)
        ]
        return site.id, ids[0]

    site, measure = of_tenant(browser.tenant, fill)
    lists = ("/measures", "/measures?sort=payback&q=med", f"/measures?site={site}", "/measures/board")
    forms = (f"/measures/{measure}/edit", f"/measures/{measure}/plan", f"/sites/{site}/measures/new")
    for path in (*lists, *forms, f"/measures/{measure}"):
        counted.clear()
        assert browser.client.get(path).status_code == 200
        assert len(counted) <= 12, counted


def test_several_at_once_are_changed_and_the_others_named(
    signed_in: Callable[..., Any], of_tenant: Callable[..., Any], in_database: Callable[..., Any]
) -> None:
    browser = signed_in("manager")

    def fill(session: Session) -> list[int]:
        site = make_building(session)
        return [make_measure(session, site.id, f"Medida {n}").id for n in range(2)]

    ids = of_tenant(browser.tenant, fill)
    browser.post(f"/measures/{ids[1]}/status", {"status": "rejected", "reason": "cara", "version": 1})
    answer = browser.post("/measures?lang=es", {"measure": ids, "status": "accepted", "due": "2027-01-31"})
    assert answer.status_code == 200
    assert "1 medida cambió" in answer.text
    assert "Medida 1" in answer.text
    statuses = in_database(lambda session: sorted(session.scalars(sa.select(Measure.status))))
    assert statuses == ["accepted", "rejected"]
    none = browser.post("/measures?lang=es", {"status": "accepted"})
    assert (none.status_code, "Elija al menos una medida" in none.text) == (422, True)


def test_a_report_goes_out_as_pdf_and_as_workbook(
    signed_in: Callable[..., Any], of_tenant: Callable[..., Any], in_database: Callable[..., Any]
) -> None:
    browser = signed_in("manager")
    site = site_of(browser, of_tenant)
    nothing = browser.client.get(f"/sites/{site}/measures.pdf?lang=es")
    assert (nothing.status_code, "Aún no se recomienda nada" in nothing.text) == (422, True)
    browser.post(f"/sites/{site}/measures/new", {**FORM, "life_years": "10", "effects-0-calculation": "=1+1"})
    assert browser.client.get(f"/sites/{site}/measures.pdf?lang=es").data.startswith(b"%PDF")
    book = openpyxl.load_workbook(io.BytesIO(browser.client.get(f"/sites/{site}/measures.xlsx?lang=es").data))
    assert book.sheetnames == ["Resumen", "Efectos", "Inversión", "Plan"]
    header, row = (list(each) for each in book["Resumen"].iter_rows(values_only=True))
    assert row[header.index("Inversión")] == 100_000
    assert row[header.index("Recuperación simple (años)")] == pytest.approx(100 / 42)
    effects = dict(zip(*(list(each) for each in book["Efectos"].iter_rows(values_only=True)), strict=True))
    assert effects["Cálculo"] == "=1+1"
    assert one(in_database, MeasureEffect).calculation == "=1+1"
    assert book["Efectos"].cell(2, 14).data_type == "s"


def test_rates_are_kept_and_told_again_in_measures(
    signed_in: Callable[..., Any], of_tenant: Callable[..., Any], in_database: Callable[..., Any]
) -> None:
    browser = signed_in("administrator")
    site = site_of(browser, of_tenant)
    browser.post(f"/sites/{site}/measures/new", {**FORM, "investment-0-currency": "USD"})
    assert one(in_database, Measure).investment is None
    rate = {"currency": "usd", "base": "MXN", "rate": "18.5", "day": "2026-01-02", "source": "Banxico"}
    assert browser.post("/administration/exchange-rates", rate).status_code == 303
    assert one(in_database, Measure).investment == 1_850_000
    again = browser.post("/administration/exchange-rates?lang=es", rate)
    assert (again.status_code, "Ya hay un tipo de cambio" in again.text) == (422, True)
