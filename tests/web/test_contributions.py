"""The contributor's page: without an account, on a phone, for their own missing fields and nothing else."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from factories_jobs import Phone

from emstrack.storage.models import Bill, Reading, StoredFile

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from emstrack import app

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cfc0f01f0005000"
    "1ffd2bd9e5d0000000049454e44ae426082"
)


@pytest.fixture
def phone(application: app.Application, client: FlaskClient) -> Phone:
    return Phone(application, client)


def test_the_page_is_in_their_language_and_lists_their_meters_only(phone: Phone) -> None:
    answer = phone.client.get(phone.address)
    assert answer.status_code == 200
    assert '<html lang="es"' in answer.text
    assert "Clínica" in answer.text
    assert "Lectura del medidor" in answer.text
    assert "Secreto" not in answer.text
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_figures_are_saved_by_a_plain_form(phone: Phone) -> None:
    answer = phone.save(phone.meter_id, "1,234.5", cost="99.90")
    assert answer.status_code == 303
    assert phone.ask(sa.select(Reading.quantity)) == [1234.5]
    page = phone.client.get(phone.address).text
    assert "1 de 2 anotados" in page
    assert 'name="version" value="1"' in page


def test_figures_are_saved_as_one_goes_and_may_be_mended(phone: Phone) -> None:
    assert phone.save(phone.meter_id, "100", htmx=True).status_code == 200
    answer = phone.save(phone.meter_id, "120", htmx=True, version="1")
    assert answer.status_code == 200
    assert phone.ask(sa.select(Reading.quantity)) == [120.0]


def test_what_cannot_be_understood_is_said_beside_the_field_and_kept(phone: Phone) -> None:
    answer = phone.save(phone.meter_id, "doce")
    assert answer.status_code == 422
    assert 'value="doce"' in answer.text
    assert phone.ask(sa.select(Reading.id)) == []


@pytest.mark.parametrize("day", ["", "31/09/2026", "2026-09-31", "0001-01-01"])
def test_a_day_that_is_none_is_said(phone: Phone, day: str) -> None:
    answer = phone.save(phone.meter_id, "12", start=day)
    assert answer.status_code == 422
    assert "no es un día" in answer.text


def test_a_stale_page_does_not_overwrite(phone: Phone) -> None:
    phone.save(phone.meter_id, "100", htmx=True)
    assert phone.save(phone.meter_id, "200", htmx=True).status_code == 409
    assert phone.ask(sa.select(Reading.quantity)) == [100.0]


def test_a_photo_of_the_bill_is_kept_with_the_figures(phone: Phone) -> None:
    phone.save(phone.meter_id, "100")
    answer = phone.client.post(
        f"{phone.address}/meters/{phone.meter_id}/bill",
        data={"csrf_token": phone.csrf(), "picture": (io.BytesIO(PIXEL), "recibo.png")},
    )
    assert answer.status_code == 303
    assert phone.ask(sa.select(StoredFile.media_type)) == ["image/jpeg"]
    assert phone.ask(sa.select(Reading.bill_id)) != [None]


def test_what_is_no_picture_is_said(phone: Phone) -> None:
    answer = phone.client.post(
        f"{phone.address}/meters/{phone.meter_id}/bill",
        data={"csrf_token": phone.csrf(), "picture": (io.BytesIO(b"MZ not a picture"), "virus.exe")},
    )
    assert answer.status_code == 422
    assert phone.ask(sa.select(StoredFile.id)) == []


def test_nothing_else_of_the_organisation_opens_with_the_link(phone: Phone, flask_app: object) -> None:
    phone.client.get(phone.address)
    token = phone.csrf()
    assert phone.save(phone.foreign_id, "1").status_code == 404
    photo = {"csrf_token": token, "picture": (io.BytesIO(PIXEL), "a.png")}
    assert phone.client.post(f"{phone.address}/meters/{phone.foreign_id}/bill", data=photo).status_code == 404
    for rule in flask_app.url_map.iter_rules():
        if rule.endpoint.startswith(("contributions.", "health.", "static", "htmx")) or "GET" not in rule.methods:
            continue
        path = re.sub(r"<(?:int:)?[^>]+>", str(phone.foreign_id), rule.rule)
        answer = phone.client.get(path)
        assert "Secreto" not in answer.text, path
        assert "Clínica" not in answer.text, path
    assert phone.ask(sa.select(Reading.id)) == []


@pytest.mark.parametrize("change", [lambda token: token[:-2], lambda _: "x", lambda token: token.swapcase()])
def test_another_secret_opens_nothing(phone: Phone, change: Callable[[str], str]) -> None:
    answer = phone.client.get(f"/contribution/{change(phone.token)}", headers={"Accept-Language": "en"})
    assert answer.status_code == 404
    assert "no longer open" in answer.text


def test_without_its_token_a_form_is_refused(phone: Phone) -> None:
    answer = phone.client.post(f"{phone.address}/meters/{phone.meter_id}", data={"value": "1"})
    assert answer.status_code == 400
    assert phone.ask(sa.select(Reading.id)) == []


def test_of_two_photos_sent_before_the_figures_the_second_joins_them_and_none_is_left_over(phone: Phone) -> None:
    for name in ("borrosa.png", "nítida.png"):
        phone.client.post(
            f"{phone.address}/meters/{phone.meter_id}/bill",
            data={"csrf_token": phone.csrf(), "picture": (io.BytesIO(PIXEL), name)},
        )
    bills = phone.ask(sa.select(Bill.id).order_by(Bill.id))
    assert phone.ask(sa.select(Bill.corrects_id).order_by(Bill.id)) == [None, bills[0]]
    phone.save(phone.meter_id, "100")
    assert phone.ask(sa.select(Reading.bill_id)) == [bills[1]]
