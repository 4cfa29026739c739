"""A reading's page and the page of a meter's month: what stands behind a figure."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from conftest import NOW
from factories_entry import make_meter, make_site

from emstrack.services.readings.enter_reading import enter_reading
from emstrack.services.readings.verify_history import verify_history
from emstrack.storage.models import History, Reading
from emstrack.storage.scope import find, scoped

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def manager(signed_in: Callable[..., Any]) -> Any:
    return signed_in("manager")


@pytest.fixture
def gas(manager: Any, of_tenant: Callable[..., Any]) -> Any:
    """An LPG bill that runs from the middle of one month to the middle of the next."""

    def make(session: Any) -> Any:
        meter = make_meter(session, make_site(session), "Gas", resource="lpg", unit="kg")
        return enter_reading(
            session,
            meter.id,
            start=date(2026, 1, 15),
            end=date(2026, 2, 14),
            quantity_text="300",
            cost_text="6,000.00",
            bill_number="A-7",
            now=NOW,
        )

    return of_tenant(manager.tenant, make)


def form(reading: Any, **values: str) -> dict[str, str]:
    fields = {"start": "15/01/2026", "end": "14/02/2026", "quantity": "300", "unit": "kg", "cost": "6000"}
    more = {"currency": "MXN", "kind": "actual", "bill_number": "A-7", "version": str(reading.version)}
    return {**fields, **more, **values}


def test_the_page_shows_the_bill_its_conversion_and_its_split(manager: Any, gas: Any) -> None:
    page = manager.client.get(f"/readings/{gas.reading_id}?lang=en").text
    assert "A-7" in page
    assert "MXN\u00a06,000.00" in page
    assert "1 kg = 13.138889 kWh" in page
    assert "IPCC 2006" in page
    assert "net heating value" in page
    assert f'href="/meters/{gas.meter_id}/months/2026-01"' in page
    assert "MXN\u00a03,400.00" in page, "17 of 30 days"
    assert "MXN\u00a02,600.00" in page
    assert "Manager" in page or "Entered" in page


def test_a_month_of_a_meter_shows_the_bills_behind_it(manager: Any, gas: Any) -> None:
    page = manager.client.get(f"/meters/{gas.meter_id}/months/2026-01?lang=en").text
    assert f'href="/readings/{gas.reading_id}"' in page
    assert "55 %" in page, "17 of 31 days are covered"
    empty = manager.client.get(f"/meters/{gas.meter_id}/months/2025-01?lang=en").text
    assert "Nothing for this month yet" in empty


def test_a_change_needs_a_reason_and_is_kept(manager: Any, gas: Any, of_tenant: Callable[..., Any]) -> None:
    path = f"/readings/{gas.reading_id}/change"
    refused = manager.post(path, form(gas, quantity="330"))
    assert refused.status_code == 422
    assert "Say in a few words why" in refused.text
    assert 'value="330"' in refused.text, "what was typed stays"
    assert manager.post(path, form(gas, quantity="330", reason="Misread")).status_code == 303
    page = manager.client.get(f"/readings/{gas.reading_id}?lang=en").text
    assert "Misread" in page
    assert "before </span>300</span>" in page

    def check(session: Any) -> None:
        assert find(session, Reading, gas.reading_id).quantity == 330
        assert verify_history(session).holds

    of_tenant(manager.tenant, check)


def test_what_cannot_be_taken_is_said_at_its_field(manager: Any, gas: Any) -> None:
    path = f"/readings/{gas.reading_id}/change"
    page = manager.post(path, form(gas, quantity="1.234", start="soon", reason="x"))
    assert page.status_code == 422
    assert 'id="start-error"' in page.text
    page = manager.post(path, form(gas, quantity="1.234", reason="x"))
    assert 'id="quantity-error"' in page.text
    assert manager.post(path, form(gas, kind="guessed", reason="x")).status_code == 422


def test_somebody_elses_change_in_between_is_409(manager: Any, gas: Any) -> None:
    path = f"/readings/{gas.reading_id}/change"
    assert manager.post(path, form(gas, quantity="330", reason="x")).status_code == 303
    late = manager.post(path, form(gas, quantity="340", reason="y"))
    assert late.status_code == 409
    assert "330" in late.text
    assert manager.post(f"/readings/{gas.reading_id}/delete", {"version": "1", "reason": "z"}).status_code == 409


def test_deleting_needs_a_reason_and_leaves_history(manager: Any, gas: Any, of_tenant: Callable[..., Any]) -> None:
    path = f"/readings/{gas.reading_id}/delete"
    assert manager.post(path, {"version": "1", "reason": " "}).status_code == 422
    gone = manager.post(path, {"version": "1", "reason": "Twice"})
    assert gone.status_code == 303
    assert manager.client.get(f"/readings/{gas.reading_id}").status_code == 404

    def check(session: Any) -> None:
        [kept] = session.scalars(scoped(session, History))
        assert (kept.action, kept.old["quantity"], kept.reason) == ("delete", 300, "Twice")
        assert verify_history(session).holds

    of_tenant(manager.tenant, check)


def test_a_viewer_may_look_and_not_touch(signed_in: Callable[..., Any], gas: Any) -> None:
    viewer = signed_in("viewer")
    page = viewer.client.get(f"/readings/{gas.reading_id}")
    assert page.status_code == 200
    assert "/change" not in page.text
    assert viewer.post(f"/readings/{gas.reading_id}/change", form(gas)).status_code == 403
    assert viewer.post(f"/readings/{gas.reading_id}/delete", {"version": "1"}).status_code == 403


def test_a_month_that_is_none_is_refused(manager: Any, gas: Any) -> None:
    assert manager.client.get(f"/meters/{gas.meter_id}/months/soon").status_code == 422
