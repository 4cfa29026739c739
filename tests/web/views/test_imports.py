"""A file dropped on the page: looked at, confirmed, imported, undone."""

from __future__ import annotations

import io
import re
import threading
from typing import TYPE_CHECKING, Any

import pytest
from factories_imports import HEADER, bills

from emstrack.services.readings import import_worker
from emstrack.services.readings.run_import import preview_import
from emstrack.storage.models import ImportBatch, ImportMapping, Reading, Site, StoredFile
from emstrack.storage.scope import scoped

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask


def csv_of(rows: list[list[Any]], header: tuple[str, ...] = HEADER) -> bytes:
    return "\n".join(",".join(map(str, row)) for row in (header, *rows)).encode()


@pytest.fixture
def upload(flask_app: Flask) -> Callable[..., str]:
    """Drop a file and wait until it was looked at; gives the address of its page."""

    def dropped(person: Any, content: bytes, name: str = "bills.csv", **said: str) -> str:
        data = {"csrf_token": person.csrf(), "file": (io.BytesIO(content), name), **said}
        answer = person.client.post("/imports", data=data, content_type="multipart/form-data")
        assert answer.status_code == 303, answer.text
        flask_app.extensions["emstrack.imports"].wait()
        return str(answer.headers["Location"])

    return dropped


@pytest.fixture
def confirm(flask_app: Flask) -> Callable[[Any, str], None]:
    """Give the word, and wait until it is done."""

    def given(person: Any, address: str) -> None:
        assert person.post(f"{address}/confirm").status_code == 303
        flask_app.extensions["emstrack.imports"].wait()

    return given


def all_of(of_tenant: Callable[..., Any], person: Any, model: Any) -> list[Any]:
    return of_tenant(person.tenant, lambda session: list(session.scalars(scoped(session, model))))


def test_a_file_is_looked_at_confirmed_imported_and_undone(
    signed_in: Callable[..., Any],
    upload: Callable[..., str],
    confirm: Callable[..., None],
    of_tenant: Callable[..., Any],
) -> None:
    person = signed_in("manager")
    address = upload(person, csv_of(bills(3)))
    page = person.client.get(address).text
    assert "Import 3 rows" in page
    assert "1,000" in page
    assert all_of(of_tenant, person, Reading) == []
    confirm(person, address)
    assert len(all_of(of_tenant, person, Reading)) == 3
    assert "Undo this import" in person.client.get(address).text
    assert person.post(f"{address}/undo").status_code == 303
    assert all_of(of_tenant, person, Reading) == []
    assert all_of(of_tenant, person, Site) == []
    page = person.client.get(address).text
    assert "Everything is as it was before this file." in page


def test_the_preview_shows_old_and_new_in_the_changed_cell(
    signed_in: Callable[..., Any], upload: Callable[..., str], confirm: Callable[..., None]
) -> None:
    person = signed_in("manager")
    confirm(person, upload(person, csv_of(bills(3))))
    rows = bills(3)
    rows[1][5] = 4321
    page = person.client.get(upload(person, csv_of(rows))).text
    changed = re.search(r"<del>.*?1,001.*?</del>.*?<ins>.*?4,321.*?</ins>", page, re.S)
    assert changed
    assert "Import 1 row<" in page


def test_refused_rows_are_shown_with_place_and_remedy(
    signed_in: Callable[..., Any], upload: Callable[..., str]
) -> None:
    person = signed_in("manager")
    rows = bills(2)
    rows[1][6] = "furlong"
    address = upload(person, csv_of(rows))
    page = person.client.get(f"{address}?rows=refused").text
    assert "furlong" in page
    assert "row 3" in page


def test_rows_are_paged_on_the_server(signed_in: Callable[..., Any], upload: Callable[..., str]) -> None:
    person = signed_in("manager")
    address = upload(person, csv_of(bills(120, year=2014)))
    first = person.client.get(f"{address}?rows=new").text
    assert "1 to 50 of 120" in first
    last = person.client.get(f"{address}?rows=new&page=3").text
    assert "101 to 120 of 120" in last
    assert "1 Dec 2023" in last


def test_the_same_file_again_has_nothing_to_import(
    signed_in: Callable[..., Any], upload: Callable[..., str], confirm: Callable[..., None]
) -> None:
    person = signed_in("manager")
    confirm(person, upload(person, csv_of(bills(2))))
    page = person.client.get(upload(person, csv_of(bills(2)))).text
    assert "There is nothing to import" in page


def test_only_one_click_counts(
    signed_in: Callable[..., Any], upload: Callable[..., str], confirm: Callable[..., None]
) -> None:
    person = signed_in("manager")
    address = upload(person, csv_of(bills(2)))
    confirm(person, address)
    assert person.post(f"{address}/confirm").status_code == 422


def test_a_preview_given_up_is_over(
    signed_in: Callable[..., Any], upload: Callable[..., str], of_tenant: Callable[..., Any]
) -> None:
    person = signed_in("manager")
    address = upload(person, csv_of(bills(2)))
    assert person.post(f"{address}/cancel").status_code == 303
    assert all_of(of_tenant, person, ImportBatch)[0].status == "cancelled"
    assert person.post(f"{address}/confirm").status_code == 422
    assert "Nothing of this file was saved." in person.client.get(address).text


def test_while_a_file_is_looked_at_the_page_tells_how_far_and_another_has_to_wait(
    signed_in: Callable[..., Any], flask_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = threading.Event()

    def slow(*arguments: Any) -> Any:
        assert go.wait(30)
        return preview_import(*arguments)

    monkeypatch.setattr(import_worker, "preview_import", slow)
    person = signed_in("manager")
    data = {"csrf_token": person.csrf(), "file": (io.BytesIO(csv_of(bills(2))), "a.csv")}
    address = person.client.post("/imports", data=data, content_type="multipart/form-data").headers["Location"]
    try:
        assert "hx-get" in person.client.get(address).text
        moving = person.client.get(f"{address}/progress")
        assert (moving.status_code, "HX-Refresh" in moving.headers) == (200, False)
        again = {"csrf_token": person.csrf(), "file": (io.BytesIO(csv_of(bills(2))), "b.csv")}
        refused = person.client.post("/imports", data=again, content_type="multipart/form-data")
        assert refused.status_code == 422
        assert "Another file of your organisation" in refused.text
    finally:
        go.set()
        flask_app.extensions["emstrack.imports"].wait()
    assert person.client.get(f"{address}/progress").headers["HX-Refresh"] == "true"


def test_a_file_that_is_something_else_is_told_what_it_is(
    signed_in: Callable[..., Any], upload: Callable[..., str]
) -> None:
    person = signed_in("manager")
    page = person.client.get(upload(person, b"%PDF-1.7\n...", "bill.pdf")).text
    assert "is a PDF" in page
    assert "Choose another file" in page


def test_without_a_file_the_page_says_so(signed_in: Callable[..., Any]) -> None:
    person = signed_in("manager")
    answer = person.post("/imports")
    assert answer.status_code == 422
    assert "No file was chosen" in answer.text


def test_a_file_lies_under_a_random_name_whatever_it_was_called(
    signed_in: Callable[..., Any],
    upload: Callable[..., str],
    of_tenant: Callable[..., Any],
    settings: Any,
) -> None:
    from pathlib import Path

    person = signed_in("manager")
    upload(person, csv_of(bills(1)), "../../etc/<b>passwd</b>.csv")
    stored = all_of(of_tenant, person, StoredFile)[0]
    assert re.fullmatch(r"[0-9a-f]{2}/[0-9a-f]{32}\.csv", stored.path)
    assert (Path(settings.files_dir) / stored.path).read_bytes() == csv_of(bills(1))
    page = person.client.get("/imports").text
    assert "<b>passwd" not in page


def test_somebodys_own_spreadsheet_asks_what_its_columns_are_and_remembers(
    signed_in: Callable[..., Any], upload: Callable[..., str], of_tenant: Callable[..., Any], flask_app: Flask
) -> None:
    person = signed_in("manager")
    wide = b"Edificio,Ene 2024,Feb 2024,Mar 2024\nPalacio,100,110,120\nMercado,10,11,12\n"
    address = upload(person, wide, "luz.csv")
    assert "Say what each column is" in person.client.get(address).text
    page = person.client.get(f"{address}/columns")
    assert page.status_code == 200
    open_ = person.post(f"{address}/columns")
    assert open_.status_code == 422
    said = {"s0-resource": "electricity", "s0-unit": "kWh", "name": "Luz"}
    answer = person.post(f"{address}/columns", said)
    assert answer.status_code == 303, answer.text
    flask_app.extensions["emstrack.imports"].wait()
    assert "Import 6 rows" in person.client.get(address).text
    assert [row.name for row in all_of(of_tenant, person, ImportMapping)] == ["Luz"]
    again = upload(person, wide, "luz-2.csv", mapping="Luz")
    assert "Import 6 rows" in person.client.get(again).text


def test_templates_are_there_for_every_kind(signed_in: Callable[..., Any], tmp_path: Path) -> None:
    import openpyxl

    person = signed_in("viewer")
    for kind in ("readings", "sites", "drivers", "weather"):
        answer = person.client.get(f"/imports/template?kind={kind}&suffix=xlsx")
        book = openpyxl.load_workbook(io.BytesIO(answer.data))
        assert book.sheetnames == [kind, "example"]
        assert person.client.get(f"/imports/template?kind={kind}&suffix=csv").data.startswith(b"\xef\xbb\xbf")
    assert person.client.get("/imports/template?kind=passwords").status_code == 404


def test_a_viewer_sees_what_came_in_and_cannot_add_to_it(
    signed_in: Callable[..., Any], upload: Callable[..., str]
) -> None:
    upload(signed_in("manager"), csv_of(bills(1)))
    viewer = signed_in("viewer", email="v@example.org")
    page = viewer.client.get("/imports").text
    assert "bills.csv" in page
    assert "multipart/form-data" not in page
    assert viewer.post("/imports").status_code == 403


def test_all_of_it_is_in_spanish(signed_in: Callable[..., Any], upload: Callable[..., str]) -> None:
    person = signed_in("manager")
    address = upload(person, csv_of(bills(3)))
    page = person.client.get(f"{address}?lang=es").text
    assert "Importar 3 filas" in page
    assert "Todavía no se guardó nada" in page
