"""The bill behind a figure: attached by hand, sent by a contributor, opened by whoever may see its site."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from conftest import NOW
from factories_entry import make_meter, make_site

from emstrack.domain.periods import Month
from emstrack.services.readings.enter_reading import enter_reading
from emstrack.services.readings.verify_history import verify_history
from emstrack.storage.models import Bill, Reading, StoredFile
from emstrack.storage.scope import scoped, tenant_of

if TYPE_CHECKING:
    from collections.abc import Callable

PDF = b"%PDF-1.7\n<script>alert(1)</script>\n%%EOF"


@pytest.fixture
def manager(signed_in: Callable[..., Any]) -> Any:
    return signed_in("manager")


@pytest.fixture
def reading(manager: Any, of_tenant: Callable[..., Any]) -> Any:
    def make(session: Any) -> Any:
        meter = make_meter(session, make_site(session), "CFE")
        return enter_reading(session, meter.id, month=Month(2026, 1), quantity_text="300", now=NOW)

    return of_tenant(manager.tenant, make)


def picture() -> bytes:
    from PIL import Image

    written = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(written, "PNG")
    return written.getvalue()


def attach(manager: Any, reading_id: int, content: bytes, name: str, version: int = 1) -> Any:
    data = {"picture": (io.BytesIO(content), name), "version": str(version)}
    return manager.post(f"/readings/{reading_id}/bill", data)


def link(page: str) -> str:
    return re.findall(r'href="(/files/\d+)"', page)[0]


def test_a_picture_attached_by_hand_opens_from_the_reading_and_its_history(
    manager: Any, reading: Any, of_tenant: Callable[..., Any]
) -> None:
    assert attach(manager, reading.reading_id, picture(), "recibo enero.png").status_code == 303
    page = manager.client.get(f"/readings/{reading.reading_id}?lang=es").text
    assert "recibo enero.png" in page
    assert "Foto del recibo agregada" in page
    assert page.count('href="/files/') == 2, "the bill, and the line of the history"
    answer = manager.client.get(link(page))
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert answer.data.startswith(b"\xff\xd8")
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert of_tenant(manager.tenant, verify_history).holds


def test_a_pdf_is_saved_and_never_shown(manager: Any, reading: Any) -> None:
    attach(manager, reading.reading_id, PDF, "recibo.pdf")
    answer = manager.client.get(link(manager.client.get(f"/readings/{reading.reading_id}").text))
    assert (answer.mimetype, answer.data) == ("application/pdf", PDF)
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_another_picture_takes_its_place_and_the_first_stays_in_the_history(
    manager: Any, reading: Any, of_tenant: Callable[..., Any]
) -> None:
    attach(manager, reading.reading_id, picture(), "primera.png")
    attach(manager, reading.reading_id, PDF, "segunda.pdf", version=2)
    bills = of_tenant(manager.tenant, lambda session: session.scalars(scoped(session, Bill).order_by(Bill.id)).all())
    assert [bill.corrects_id for bill in bills] == [None, bills[0].id]
    page = manager.client.get(f"/readings/{reading.reading_id}?lang=es").text
    assert "segunda.pdf" in page
    assert len(set(re.findall(r'href="(/files/\d+)"', page))) == 2
    assert "Falta capturarlos" not in manager.client.get(f"/meters/{reading.meter_id}?lang=es").text


@pytest.mark.parametrize(
    ("content", "name", "version", "status"),
    [(b"", "", 1, 422), (b"MZ not a picture", "virus.exe", 1, 422), (PDF, "a.pdf", 7, 409)],
)
def test_what_cannot_be_kept_is_said_and_nothing_is_written(
    manager: Any, reading: Any, of_tenant: Callable[..., Any], content: bytes, name: str, version: int, status: int
) -> None:
    assert attach(manager, reading.reading_id, content, name, version).status_code == status
    assert of_tenant(manager.tenant, lambda session: session.scalars(scoped(session, StoredFile)).all()) == []


def waiting_bill(session: Any, meter_id: int) -> int:
    """A picture that somebody sent without figures."""
    from emstrack.storage.models import Meter

    site = session.scalar(scoped(session, Meter.site_id).where(Meter.id == meter_id))
    own = {"tenant_id": tenant_of(session), "created_at": NOW}
    file = StoredFile(**own, path="aa/x", name="foto.jpg", media_type="image/jpeg", size=1, sha256="", site_id=site)
    session.add(file)
    session.flush()
    bill = Bill(**own, meter_id=meter_id, file_id=file.id)
    session.add(bill)
    session.flush()
    return bill.id


def test_a_bill_without_figures_is_listed_until_it_is_typed_in_and_joined(
    manager: Any, reading: Any, of_tenant: Callable[..., Any]
) -> None:
    bill = of_tenant(manager.tenant, lambda session: waiting_bill(session, reading.meter_id))
    meter, month = f"/meters/{reading.meter_id}?lang=es", f"/meters/{reading.meter_id}/months/2026-02?lang=es"
    for page in (manager.client.get(meter).text, manager.client.get(month).text):
        assert "Falta capturarlos" in page
        assert "foto.jpg" in page
    assert "month=2026-10" in manager.client.get(meter).text, "sent in November: mostly October's"
    assert "month=2026-02" in manager.client.get(month).text
    page = manager.client.get(f"/readings/{reading.reading_id}?lang=es").text
    assert "Es el recibo de esta lectura" in page
    answer = manager.post(f"/readings/{reading.reading_id}/bill", {"bill_id": str(bill), "version": "1"})
    assert answer.status_code == 303
    assert of_tenant(manager.tenant, lambda session: session.scalar(scoped(session, Reading.bill_id))) == bill
    assert "foto.jpg" not in manager.client.get(meter).text


def test_a_bill_of_another_meter_is_not_there(manager: Any, reading: Any, of_tenant: Callable[..., Any]) -> None:
    def elsewhere(session: Any) -> int:
        return waiting_bill(session, make_meter(session, make_site(session, "Otro")).id)

    bill = of_tenant(manager.tenant, elsewhere)
    answer = manager.post(f"/readings/{reading.reading_id}/bill", {"bill_id": str(bill), "version": "1"})
    assert answer.status_code == 404


def test_a_file_gone_from_the_disk_is_not_found(manager: Any, reading: Any, of_tenant: Callable[..., Any]) -> None:
    def kept(session: Any) -> int:
        waiting_bill(session, reading.meter_id)
        session.execute(
            sa.update(StoredFile).where(StoredFile.tenant_id == tenant_of(session)).values(path=f"aa/{'a' * 32}.jpg")
        )
        return session.scalar(scoped(session, StoredFile.id))

    assert manager.client.get(f"/files/{of_tenant(manager.tenant, kept)}").status_code == 404


def test_stock_that_cannot_be_is_told_on_the_page_of_its_month(manager: Any, of_tenant: Callable[..., Any]) -> None:
    from emstrack.domain.typed import Writing
    from emstrack.services.readings.enter_stock_level import StockEntry, enter_stock_level

    def tank(session: Any) -> int:
        modes = {"cadence": "on_delivery", "calendar_mode": "between_deliveries"}
        meter = make_meter(session, make_site(session, "Hotel"), "Tanque", resource="diesel", unit="L", **modes)
        day = date(2026, 1, 10)
        enter_reading(session, meter.id, start=day, end=date(2026, 1, 11), quantity_text="100", now=NOW)
        for day, text in ((date(2025, 12, 31), "80"), (date(2026, 1, 31), "300"), (date(2026, 2, 28), "250")):
            entry = StockEntry(meter_id=meter.id, day=day, quantity_text=text)
            enter_stock_level(session, entry, writing=Writing(), now=NOW)
        return meter.id

    meter = of_tenant(manager.tenant, tank)
    page = manager.client.get(f"/meters/{meter}/months/2026-01?lang=es").text
    assert "la existencia pasó de 80 a 300" in page
    after = manager.client.get(f"/meters/{meter}/months/2026-02?lang=es").text
    assert "la existencia pasó" not in after
    assert "Salió del tanque" in after
