"""Programmes as a person meets them: written down, filled, read, refused without a loss; few queries a page."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from factories_programmes import make_cohort, make_programme, make_started, publish
from factories_sites import make_building

from emstrack.storage.models import ProgrammeActivity, ProgrammeIndicator, ProgrammeSite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ACTIVITY = {"kind": "workshop", "title": "Taller", "start": "2026-03-01", "last_day": "2026-03-02", "women": "12"}


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


def test_a_programme_goes_from_the_form_to_a_cohort_with_sites(
    signed_in: Callable[..., Any], of_tenant: Callable[..., Any], in_database: Callable[..., Any]
) -> None:
    browser = signed_in("administrator")
    site = of_tenant(browser.tenant, lambda session: make_building(session).id)
    form = {"name": "Edificios", "currency": "mxn", "sectors": ["municipal_building"], "countries": ["MX"]}
    made = browser.post("/programmes/new", form)
    assert made.status_code == 303
    page = browser.client.get(made.headers["Location"] + "?lang=es").text
    assert "Este programa todavía está vacío" in page
    made = browser.post("/programmes/1/cohorts/new", {"name": "Primer grupo"})
    assert made.headers["Location"] == "/cohorts/1/sites"
    refused = browser.post("/cohorts/1/sites?lang=es", {"destination": "Centro"})
    assert (refused.status_code, 'value="Centro"' in refused.text) == (422, True)
    assert browser.post("/cohorts/1/sites", {"sites": [site], "destination": "Centro"}).status_code == 303
    assert "Centro" in browser.client.get("/cohorts/1").text
    link = in_database(lambda session: session.scalars(sa.select(ProgrammeSite)).one().id)
    assert browser.post(f"/cohort-sites/{link}/remove").status_code == 303
    assert in_database(lambda session: session.scalars(sa.select(ProgrammeSite)).all()) == []


def test_parts_are_refused_at_their_field_and_nothing_typed_is_lost(
    signed_in: Callable[..., Any], of_tenant: Callable[..., Any], in_database: Callable[..., Any]
) -> None:
    browser = signed_in("administrator")
    of_tenant(browser.tenant, make_programme)
    path = "/programmes/1/activities/new?lang=es"
    for wrong, said in (
        ({"title": ""}, "Escriba un nombre"),
        ({"last_day": "2026-02-01"}, "El final está antes del inicio"),
        ({"women": "1.5"}, "número entero"),
        ({"cost": "100"}, "Escriba la moneda"),
        ({"before": "3"}, "antes y después"),
    ):
        answer = browser.post(path, {**ACTIVITY, "place": "Sala 3", **wrong})
        assert answer.status_code == 422
        assert said in answer.text
        assert "Sala 3" in answer.text
    assert browser.post(path, ACTIVITY).status_code == 303
    row = in_database(lambda session: session.scalars(sa.select(ProgrammeActivity)).one().women)
    assert row == 12
    stale = browser.post("/programmes/activities/1", {**ACTIVITY, "title": "Otro", "version": "0"})
    assert stale.status_code == 409
    assert "Otro" in stale.text
    for part, form in (
        ("indicators", {"name": "Edificios", "baseline": "3", "target": "17"}),
        ("money", {"source": "Fondo", "amount": "5,000", "currency": "MXN"}),
        ("published", {"label": "Curtiembres", "sector": "tannery", "sites": "2", "in_total": "y", "currency": "USD"}),
    ):
        assert browser.client.get(f"/programmes/1/{part}/new").status_code == 200
        assert browser.post(f"/programmes/1/{part}/new", form).status_code == 303
        assert browser.client.get(f"/programmes/{part}/1").status_code == 200
    assert in_database(lambda session: session.scalars(sa.select(ProgrammeIndicator)).one().target) == 17
    quarter = datetime.now(UTC).date().replace(month=1, day=1).isoformat()
    assert browser.post("/indicators/1/quarters", {"quarter": quarter, "value": "5"}).status_code == 303
    assert browser.post("/indicators/1/quarters", {"quarter": quarter, "value": "6"}).status_code == 409
    assert "no es un número" in browser.post("/indicators/1/quarters?lang=es", {"quarter": quarter, "value": "x"}).text
    assert browser.post("/programmes/activities/1/remove").status_code == 303
    page = browser.client.get("/programmes/1?lang=es").text
    for word in ("Curtiembres", "Fondo", "MXN\xa05,000", "de 3 a 17"):
        assert word in page


def test_the_page_shows_the_published_table_and_the_computed_rows(
    signed_in: Callable[..., Any], of_tenant: Callable[..., Any], counted: list[str]
) -> None:
    browser = signed_in("administrator")

    def fill(session: Any) -> None:
        programme, *_ = make_started(session, 3)
        publish(session, programme)
        for n in range(3):
            make_cohort(session, programme, f"Grupo {n}")

    of_tenant(browser.tenant, fill)
    counted.clear()
    page = browser.client.get("/programmes/1?lang=es").text.replace("\xa0", " ")
    assert len(counted) <= 4 + 12, "four of signing in, and the page's own"
    for word in (
        "USD 130,630",
        "USD 227,030",
        "24.8 meses",
        "6.9 meses",
        "MXN 300,000",
        "28.6 meses",
        "periodo incierto",
    ):
        assert word in page
    book = browser.client.get("/programmes/1/report.xlsx")
    assert (book.status_code, book.data[:2]) == (200, b"PK")


def test_a_viewer_reads_and_finds_nothing_to_change(
    signed_in: Callable[..., Any], of_tenant: Callable[..., Any]
) -> None:
    browser, reader = signed_in("administrator"), signed_in("viewer")
    of_tenant(browser.tenant, lambda session: make_started(session, 1) and None)
    page = reader.client.get("/programmes/1").text
    assert "Add a cohort" not in page
    assert "Put sites in" not in reader.client.get("/cohorts/1").text
    assert reader.client.get("/cohorts/1/sites").status_code == 403


def test_an_archived_programme_is_brought_back(signed_in: Callable[..., Any], of_tenant: Callable[..., Any]) -> None:
    browser = signed_in("administrator")
    of_tenant(browser.tenant, lambda session: make_programme(session).id)
    assert browser.post("/programmes/1/archive", {"version": "1"}).status_code == 303
    assert "Bring it back" in browser.client.get("/programmes/1").text
    assert "Edificios limpios" in browser.client.get("/programmes?archived=1").text
    assert browser.post("/programmes/1/restore", {"version": "2"}).status_code == 303
    assert browser.post("/programmes/1/edit", {"name": "Nuevo", "version": "1"}).status_code == 409
