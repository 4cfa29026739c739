"""Reports on the web: what can be had, the files, and the lock that handing one out leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from conftest import make_tenant
from factories_reports import make_saving_site
from factories_sites import make_building

from emstrack.storage.models import Baseline

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def viewer(signed_in: Callable[..., Any]) -> Any:
    """A viewer's browser, in English."""
    browser = signed_in("viewer")
    browser.client.set_cookie("lang", "en")
    return browser


def site_of(of_tenant: Any, browser: Any) -> int:
    return int(of_tenant(browser.tenant, lambda session: make_saving_site(session, "Palacio")[0].id))


def test_a_report_is_two_clicks_away_and_locks_what_it_rests_on(viewer: Any, of_tenant: Any, in_database: Any) -> None:
    site_id = site_of(of_tenant, viewer)
    page = viewer.client.get("/report").text
    assert f"/sites/{site_id}/report.pdf" in page
    assert "/report.xlsx" in page
    answer = viewer.post(f"/sites/{site_id}/report.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=Palacio-")
    locks = in_database(lambda session: session.scalars(sa.select(Baseline.locked_at)).all())
    assert locks != [None]
    viewer.post(f"/sites/{site_id}/report.xlsx")
    assert in_database(lambda session: session.scalars(sa.select(Baseline.locked_at)).all()) == locks


def test_the_whole_comes_as_pdf_and_as_a_workbook(viewer: Any, of_tenant: Any) -> None:
    site_of(of_tenant, viewer)
    assert viewer.post("/report.pdf").data.startswith(b"%PDF")
    assert viewer.post("/report.xlsx").data.startswith(b"PK")


def test_a_look_at_a_report_is_marked_and_locks_nothing(viewer: Any, of_tenant: Any, in_database: Any) -> None:
    site_id = site_of(of_tenant, viewer)
    for path in (f"/sites/{site_id}/report.pdf", "/report.pdf", f"/sites/{site_id}/report.xlsx", "/report.xlsx"):
        answer = viewer.client.get(path)
        assert answer.status_code == 200
        assert "-preview-" in answer.headers["Content-Disposition"]
        assert answer.headers["Content-Disposition"].startswith("inline") == path.endswith("pdf")
    assert in_database(lambda session: session.scalars(sa.select(Baseline.locked_at)).all()) == [None]


def test_a_site_without_a_baseline_is_named_and_its_report_is_a_sentence(viewer: Any, of_tenant: Any) -> None:
    site_of(of_tenant, viewer)
    waiting = of_tenant(viewer.tenant, lambda session: make_building(session, "Clínica").id)
    assert "Without an adopted baseline" in viewer.client.get("/report").text
    refused = viewer.client.get(f"/sites/{waiting}/report.pdf")
    assert refused.status_code == 422
    assert "No baseline is adopted for Clínica yet" in refused.text


def test_where_there_is_nothing_yet_the_page_says_what_to_do(viewer: Any, of_tenant: Any) -> None:
    assert "Nothing to report yet" in viewer.client.get("/report").text
    of_tenant(viewer.tenant, lambda session: make_building(session, "Clínica").id)
    assert "No saving to report yet" in viewer.client.get("/report").text


@pytest.mark.parametrize("path", ["/sites/999999/report.pdf", "/sites/1/report.docx", "/report.csv"])
def test_what_is_not_there_is_not_found(viewer: Any, path: str) -> None:
    assert viewer.client.get(path).status_code == 404


def test_another_tenants_site_is_not_found_and_nothing_is_locked(
    viewer: Any, signed_in: Any, of_tenant: Any, in_database: Any
) -> None:
    site_id = site_of(of_tenant, viewer)
    other = in_database(lambda session: make_tenant(session, "Hotel Ajeno", kind="company"))
    foreigner = signed_in("administrator", tenant=other)
    for ending in ("pdf", "xlsx"):
        assert foreigner.client.get(f"/sites/{site_id}/report.{ending}").status_code == 404
    assert in_database(lambda session: session.scalars(sa.select(Baseline.locked_at)).all()) == [None]


def test_the_report_is_in_the_language_of_the_page(viewer: Any, of_tenant: Any) -> None:
    site_id = site_of(of_tenant, viewer)
    answer = viewer.client.get(f"/sites/{site_id}/report.pdf?lang=es")
    assert b"/Lang(es)" in answer.data or b"/Lang (es)" in answer.data
