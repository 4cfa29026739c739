"""The pages of balances: built up step by step, shown with what follows, every refusal beside its field."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from factories_balances import make_beamhouse, make_plant

from emstrack.services.audits.keep_process_stream import streams_of
from emstrack.services.audits.keep_unit_operation import operations_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session


@pytest.fixture
def manager(signed_in: Callable[..., Any]) -> Any:
    """A manager's browser, in English."""
    browser = signed_in("manager")
    browser.client.set_cookie("lang", "en")
    return browser


@pytest.fixture
def beamhouse(manager: Any, of_tenant: Callable[..., Any]) -> dict[str, int]:
    """A beamhouse with its ids."""

    def make(session: Session) -> dict[str, int]:
        balance = make_beamhouse(session)
        soak = operations_of(session, balance.id)[0]
        hides = streams_of(session, balance.id)[0]
        return {"balance": balance.id, "site": balance.site_id, "soak": soak.id, "hides": hides.id}

    return of_tenant(manager.tenant, make)


def said(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_a_balance_is_built_from_nothing_to_its_losses(manager: Any, of_tenant: Callable[..., Any]) -> None:
    site_id = of_tenant(manager.tenant, lambda session: make_plant(session).id)
    assert "No balance yet" in manager.client.get(f"/sites/{site_id}/balances").text
    given = {"title": "Washing", "start": "2026-03-02", "end": "2026-03-02", "tolerance": "5"}
    answer = manager.post(f"/sites/{site_id}/balances/new", given)
    assert answer.status_code == 303
    page = manager.client.get(answer.location).text
    assert "No operation yet" in page
    balance = answer.location.rsplit("/", 1)[1]
    manager.post(f"/balances/{balance}/operations/new", {"name": "Rinse", "position": "1", "processing_cost": "100"})
    operation = re.search(r"/operations/(\d+)", manager.client.get(answer.location).text)
    assert operation is not None
    water = {"kind": "input", "name": "Water", "to_id": operation[1], "quantity": "10", "unit": "m3", "is_water": "y"}
    again = manager.post(f"/balances/{balance}/streams/new", {**water, "unit_cost": "20", "again": "1"})
    assert "kind=input" in again.location
    drain = {**water, "kind": "loss", "name": "Drain", "from_id": operation[1], "quantity": "9.8", "cod": "1500"}
    assert manager.post(f"/balances/{balance}/streams/new", {**drain, "disposal_unit_cost": "3"}).status_code == 303
    page = said(manager.client.get(answer.location).text)
    assert "2.0 %" in page
    assert "329.40" in page  # 200 for the water, 100 of processing as only water leaves, 29.40 to dispose of
    assert "14.7" in page  # kg COD
    assert "Washing" in manager.client.get(f"/sites/{site_id}/balances").text


def test_a_beamhouse_shows_its_dearest_loss_first(manager: Any, beamhouse: dict[str, int]) -> None:
    page = said(manager.client.get(f"/balances/{beamhouse['balance']}").text)
    losses = page.split("Losses by money")[1]
    assert losses.index("Carnazas") < losses.index("Baño de remojo") < losses.index("Baño de pelambre")
    for text in ("3,090.00", "5,405.00", "BOB", "1,030 103 kg/t", "6.00 m³/t"):
        assert text in page


def test_a_viewer_sees_it_and_finds_nothing_to_change(
    manager: Any, beamhouse: dict[str, int], signed_in: Callable[..., Any]
) -> None:
    viewer = signed_in("viewer", tenant=manager.tenant)
    page = viewer.client.get(f"/balances/{beamhouse['balance']}").text
    assert "Carnazas" in page
    assert "/streams/" not in page
    assert viewer.client.get(f"/balances/{beamhouse['balance']}/edit").status_code == 403


REFUSED = (
    ("quantity", "-5", "is negative"),
    ("quantity", "many", "is not a number"),
    ("name", "", "Give the stream a name"),
    ("to_id", "", "Choose the operation it goes into"),
    ("kg_per_unit", "0", "cannot weigh 0"),
    ("cod", "-1", "cannot be -1"),
    ("unit_cost", "-2", "is negative"),
    ("kind", "vapour", "Not a valid choice"),
    ("unit", "fanega", "Not a valid choice"),
)


def test_a_stream_that_cannot_be_is_refused_with_what_was_typed(manager: Any, beamhouse: dict[str, int]) -> None:
    good = {"kind": "input", "name": "Salt", "to_id": beamhouse["soak"], "quantity": "3", "unit": "hL"}
    for field, value, sentence in REFUSED:
        answer = manager.post(f"/balances/{beamhouse['balance']}/streams/new", {**good, field: value})
        assert answer.status_code == 422, field
        assert sentence in said(answer.text).replace("\u2212", "-"), field
        assert field == "name" or 'value="Salt"' in answer.text


def test_a_tolerance_of_zero_and_days_in_the_wrong_order_are_refused(manager: Any, beamhouse: dict[str, int]) -> None:
    given = {"title": "x", "start": "2026-03-09", "end": "2026-03-02", "tolerance": "5"}
    address = f"/sites/{beamhouse['site']}/balances/new"
    assert "comes before the first" in said(manager.post(address, given).text)
    zero = manager.post(address, {**given, "end": "2026-03-10", "tolerance": "0"})
    assert zero.status_code == 422
    assert "5 % is usual" in said(zero.text)


def test_an_operation_in_use_is_not_taken_out(manager: Any, beamhouse: dict[str, int]) -> None:
    answer = manager.post(f"/operations/{beamhouse['soak']}/remove", {})
    assert answer.status_code == 422
    assert "Baño de remojo" in answer.text
    assert manager.client.get(f"/operations/{beamhouse['soak']}").status_code == 200


def test_who_comes_second_sees_both_texts(manager: Any, beamhouse: dict[str, int]) -> None:
    form = {"name": "Hides", "kind": "input", "to_id": beamhouse["soak"], "unit": "t", "version": "1"}
    address = f"/streams/{beamhouse['hides']}"
    assert manager.post(address, {**form, "quantity": "11"}).status_code == 303
    answer = manager.post(address, {**form, "quantity": "12"})
    assert answer.status_code == 409
    assert "11" in said(answer.text)
    assert 'value="12"' in answer.text
    page = said(manager.client.get(f"/balances/{beamhouse['balance']}").text).split("What was changed")[1]
    assert "Quantity: 11" in page
    assert "Quantity: 10" in page


def test_what_is_taken_away_is_gone(manager: Any, beamhouse: dict[str, int]) -> None:
    assert manager.post(f"/streams/{beamhouse['hides']}/remove", {}).status_code == 303
    assert manager.client.get(f"/streams/{beamhouse['hides']}").status_code == 404
    assert manager.post(f"/balances/{beamhouse['balance']}/remove", {}).status_code == 303
    assert manager.client.get(f"/balances/{beamhouse['balance']}").status_code == 404


def test_a_balance_takes_few_queries(manager: Any, beamhouse: dict[str, int]) -> None:
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    sa.event.listen(sa.engine.Engine, "before_cursor_execute", note)
    try:
        assert manager.client.get(f"/balances/{beamhouse['balance']}").status_code == 200
    finally:
        sa.event.remove(sa.engine.Engine, "before_cursor_execute", note)
    asked = [statement for statement in asked if statement.startswith("SELECT") and "set_config" not in statement]
    assert 0 < len(asked) <= 12
