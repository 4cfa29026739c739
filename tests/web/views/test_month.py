"""The month page: everything a month wants, typed in one place."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from conftest import NOW, make_tenant
from factories_entry import fill_months, give_rooms, make_meter, make_site
from sqlalchemy import event

from emstrack.domain.periods import Month
from emstrack.services.readings.enter_reading import enter_reading
from emstrack.storage.models import DriverValue, Reading, StockLevel
from emstrack.storage.scope import scoped

if TYPE_CHECKING:
    from collections.abc import Callable

    from emstrack import app

MONTH = "2026-03"


@pytest.fixture
def manager(signed_in: Callable[..., Any]) -> Any:
    return signed_in("manager")


@pytest.fixture
def meter_id(manager: Any, of_tenant: Callable[..., Any]) -> int:
    def make(session: Any) -> int:
        site = make_site(session)
        meter = make_meter(session, site)
        fill_months(session, meter, "2025-03", [1000.0] * 12)
        return meter.id

    return int(of_tenant(manager.tenant, make))


def send(manager: Any, rows: list[dict[str, Any]], month: str = MONTH) -> Any:
    headers = {"X-CSRFToken": manager.csrf()}
    return manager.client.post(f"/month/entries?month={month}", json={"rows": rows}, headers=headers)


def line(meter_id: int, **fields: str) -> dict[str, Any]:
    days = {"start": "2026-03-01", "end": "2026-04-01"}
    return {"row": f"reading-{meter_id}-new", "key": "k1", "fields": {**days, **fields}}


def stored(of_tenant: Callable[..., Any], manager: Any, model: type) -> list[Any]:
    return list(of_tenant(manager.tenant, lambda session: session.scalars(scoped(session, model)).all()))


def test_the_page_shows_each_meter_with_its_past_and_prefilled_days(manager: Any, meter_id: int) -> None:
    page = manager.client.get(f"/month?month={MONTH}&lang=en").text
    assert f'data-row="reading-{meter_id}-new"' in page
    assert 'value="01/03/2026"' in page
    assert 'value="01/04/2026"' in page
    assert re.search(r">1,000</a>", page), "last month"
    assert "878–1,190" in page or "850–1,190" in page or "–1," in page, "the usual range of 31 days"
    assert "0 of 1 in" in page


def test_a_line_is_saved_and_echoed(manager: Any, meter_id: int, of_tenant: Callable[..., Any]) -> None:
    answer = send(manager, [line(meter_id, quantity="1,034.5", cost="2500")])
    assert answer.status_code == 200
    [row] = answer.json["rows"]
    assert (row["state"], row["version"]) == ("saved", 1)
    assert row["echo"] == {"quantity": "1,034.5\u00a0kWh", "cost": "MXN 2,500.00", "end": "31 days"}
    assert [r.quantity for r in stored(of_tenant, manager, Reading) if r.start == date(2026, 3, 1)] == [1034.5]


def test_a_warning_does_not_block(manager: Any, meter_id: int) -> None:
    [row] = send(manager, [line(meter_id, quantity="10000")]).json["rows"]
    assert row["state"] == "warning"
    assert "ten times" in row["messages"][0]["text"]


def test_an_ambiguous_number_is_asked(manager: Any, meter_id: int) -> None:
    answer = send(manager, [line(meter_id, quantity="1.234")])
    assert answer.status_code == 422
    [message] = answer.json["rows"][0]["messages"]
    assert message["field"] == "quantity"
    assert [choice["label"] for choice in message["choices"]] == ["1,234", "1.234"]


def test_somebody_elses_value_is_409_with_both(manager: Any, meter_id: int) -> None:
    send(manager, [line(meter_id, quantity="1000")])
    answer = send(manager, [{**line(meter_id, quantity="1001"), "key": "k2"}])
    assert answer.status_code == 409
    [row] = answer.json["rows"]
    assert row["state"] == "conflict"
    assert row["current"]["fields"]["quantity"] == "1,000"
    assert row["current"]["version"] == 1
    assert "1001 kWh" in row["messages"][0]["text"]


def test_of_a_block_the_good_rows_are_saved(manager: Any, meter_id: int, of_tenant: Callable[..., Any]) -> None:
    april = {**line(meter_id, quantity="x"), "row": f"reading-{meter_id}-new2"}
    answer = send(manager, [line(meter_id, quantity="1000"), april])
    assert answer.status_code == 200
    assert [row["state"] for row in answer.json["rows"]] == ["saved", "refused"]
    assert len(stored(of_tenant, manager, Reading)) == 13


def test_the_same_post_twice_writes_once(manager: Any, meter_id: int, of_tenant: Callable[..., Any]) -> None:
    first = send(manager, [line(meter_id, quantity="1000")])
    assert send(manager, [line(meter_id, quantity="1000")]).json == first.json
    assert len(stored(of_tenant, manager, Reading)) == 13


def test_what_is_no_block_is_refused(manager: Any, meter_id: int) -> None:
    headers = {"X-CSRFToken": manager.csrf()}
    assert manager.client.post("/month/entries", json=[1], headers=headers).status_code == 422
    for row in ({"row": "reading-x-new"}, {"row": "nothing"}, {"row": f"reading-{meter_id}-new", "version": "x"}):
        assert send(manager, [row]).status_code == 422
    assert (
        send(manager, [{**line(meter_id, quantity="1"), "fields": {"start": "soon", "end": "2026-04-01"}}]).json[
            "rows"
        ][0]["messages"][0]["field"]
        == "start"
    )


def test_undo_takes_the_last_entry_back(manager: Any, meter_id: int, of_tenant: Callable[..., Any]) -> None:
    [row] = send(manager, [line(meter_id, quantity="1000")]).json["rows"]
    headers = {"X-CSRFToken": manager.csrf()}
    sent = {"kind": "reading", "id": row["id"], "version": row["version"]}
    assert manager.client.post("/month/undo", json=sent, headers=headers).json == {"gone": True}
    assert len(stored(of_tenant, manager, Reading)) == 12
    assert manager.client.post("/month/undo", json=sent, headers=headers).status_code == 404
    assert manager.client.post("/month/undo", json={}, headers=headers).status_code == 422


def test_without_scripts_one_form_saves_all_that_changed(
    manager: Any, meter_id: int, of_tenant: Callable[..., Any]
) -> None:
    name = f"reading-{meter_id}-new"
    form = {"row": name, f"{name}.start": "01/03/2026", f"{name}.end": "01/04/2026", f"{name}.was": ""}
    answer = manager.post(f"/month?month={MONTH}", {**form, f"{name}.quantity": "990"})
    assert answer.status_code == 303
    assert len(stored(of_tenant, manager, Reading)) == 13
    refused = manager.post(f"/month?month={MONTH}", {**form, f"{name}.quantity": "991"})
    assert refused.status_code == 200
    assert "Somebody changed this meanwhile. Yours: 991 kWh. Theirs: 990 kWh." in refused.text
    assert 'value="991"' in refused.text, "what was typed stays"


def test_a_hotel_is_asked_its_room_nights(manager: Any, of_tenant: Callable[..., Any]) -> None:
    def make(session: Any) -> int:
        hotel = make_site(session, "Hotel Sol", kind="hotel")
        give_rooms(session, hotel, 10)
        return hotel.id

    hotel = of_tenant(manager.tenant, make)
    page = manager.client.get(f"/month?month={MONTH}&lang=en").text
    assert f'data-row="driver-{hotel}-occupied_room_nights"' in page
    row = {"row": f"driver-{hotel}-occupied_room_nights", "key": "d1", "fields": {"quantity": "280"}}
    [told] = send(manager, [row]).json["rows"]
    assert (told["state"], told["echo"]) == ("saved", {"quantity": "280"})
    [value] = stored(of_tenant, manager, DriverValue)
    assert (value.start, value.end, value.value) == (date(2026, 3, 1), date(2026, 4, 1), 280)
    [more] = send(
        manager, [{**row, "key": "d2", "version": told["version"], "id": told["id"], "fields": {"quantity": "400"}}]
    ).json["rows"]
    assert (more["state"], more["version"]) == ("warning", 2)
    assert send(manager, [{**row, "key": "d3", "fields": {"quantity": "-1"}}]).status_code == 422
    assert send(manager, [{**row, "key": "d4", "version": 1, "fields": {"quantity": "1"}}]).status_code == 409


def test_deliveries_come_by_their_day_and_the_tank_by_its_level(manager: Any, of_tenant: Callable[..., Any]) -> None:
    def make(session: Any) -> int:
        site = make_site(session, "Cocina")
        values = {"resource": "lpg", "unit": "kg", "cadence": "on_delivery", "calendar_mode": "between_deliveries"}
        return make_meter(session, site, "Tanque", **values).id

    tank = of_tenant(manager.tenant, make)
    for day, quantity in (("05", "100"), ("20", "80")):
        fields = {"start": f"2026-03-{day}", "end": f"2026-03-{int(day) + 1:02d}", "quantity": quantity}
        row = {"row": f"reading-{tank}-new", "key": day, "fields": fields}
        assert send(manager, [row]).json["rows"][0]["state"] == "saved"
    again = {"row": f"reading-{tank}-new", "key": "x", "fields": {**fields, "quantity": "7"}}
    assert "another one" in send(manager, [again]).json["rows"][0]["messages"][0]["text"]
    level = {"row": f"stock-{tank}", "key": "s", "fields": {"end": "2026-03-31", "quantity": "40"}}
    assert send(manager, [level]).json["rows"][0]["echo"] == {"quantity": "40\u00a0kg"}
    assert [each.quantity for each in stored(of_tenant, manager, StockLevel)] == [40]
    page = manager.client.get(f"/month?month={MONTH}").text
    assert page.count(f'data-row="reading-{tank}-') == 3, "two deliveries and the place for one more"


def test_a_viewer_sees_the_month_and_may_not_type(signed_in: Callable[..., Any], meter_id: int) -> None:
    viewer = signed_in("viewer")
    page = viewer.client.get(f"/month?month={MONTH}")
    assert page.status_code == 200
    assert "readonly" in page.text
    assert "entry-grid.js" not in page.text
    assert send(viewer, [line(meter_id, quantity="1")]).status_code == 403


def test_another_tenants_meter_is_not_there(
    manager: Any, meter_id: int, signed_in: Callable[..., Any], in_database: Callable[..., Any]
) -> None:
    other = in_database(lambda session: make_tenant(session, "Ajeno"))
    stranger = signed_in("administrator", tenant=other, email="otra@example.org")
    assert "Palacio" not in stranger.client.get(f"/month?month={MONTH}").text
    answer = send(stranger, [line(meter_id, quantity="1")])
    assert answer.status_code == 404
    [row] = answer.json["rows"]
    assert row["state"] == "refused"
    assert "There is no such meter" in row["messages"][0]["text"]


def test_an_empty_tenant_is_told_what_to_do(manager: Any) -> None:
    assert "No sites yet" in manager.client.get("/month?lang=en").text


def test_a_month_that_is_none_is_refused(manager: Any) -> None:
    assert manager.client.get("/month?month=2026-13").status_code == 422


def test_a_thousand_meters_take_at_most_twelve_queries(
    manager: Any, of_tenant: Callable[..., Any], application: app.Application
) -> None:
    def make(session: Any) -> None:
        for place in range(25):
            site = make_site(session, f"Sitio {place:02d}")
            for number in range(40):
                make_meter(session, site, f"M{number:02d}")

    of_tenant(manager.tenant, make)
    statements: list[str] = []

    def count(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")) and "set_config" not in statement:
            statements.append(statement)

    manager.client.get("/month?month=2026-02")
    event.listen(application.database.engine, "before_cursor_execute", count)
    page = manager.client.get(f"/month?month={MONTH}")
    assert page.text.count('class="entry-line') == 1000
    assert len(statements) <= 12, "\n".join(statements)


def test_a_meter_read_in_mid_month_keeps_its_day(manager: Any, of_tenant: Callable[..., Any]) -> None:
    def make(session: Any) -> None:
        meter = make_meter(session, make_site(session))
        enter_reading(session, meter.id, start=date(2026, 1, 15), end=date(2026, 2, 14), quantity_text="5", now=NOW)

    of_tenant(manager.tenant, make)
    page = manager.client.get(f"/month?month={MONTH}").text
    assert 'value="14/02/2026"' in page
    assert 'value="14/03/2026"' in page
    assert str(Month(2026, 2)) not in re.findall(r'data-row="[^"]+"', page)


def test_where_there_are_many_sites_one_is_found_by_a_part_of_its_name(
    manager: Any, of_tenant: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("emstrack.services.readings.list_month.MOST_TO_CHOOSE", 2)

    def make(session: Any) -> None:
        for name in ("Escuela Álamos", "Escuela Benito", "Palacio"):
            make_meter(session, make_site(session, name))

    of_tenant(manager.tenant, make)
    whole = manager.client.get(f"/month?month={MONTH}&lang=es").text
    assert 'name="named"' in whole
    assert "<option" not in whole
    found = manager.client.get(f"/month?month={MONTH}&lang=es&named=álamos").text
    assert "Escuela Álamos" in found
    assert "Palacio" not in found
    assert "Ningún sitio con ese nombre" in manager.client.get(f"/month?month={MONTH}&lang=es&named=%25zz").text
