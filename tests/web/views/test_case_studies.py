"""Case studies: written from a finished measure, published as they stood, withdrawn at once, safe to show anybody."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from factories_accounts import make_organisation
from factories_audits import picture
from factories_measures import TODAY, make_measure
from factories_reports import adopt
from factories_savings import give_months, year
from factories_sites import make_building, make_meter

from emstrack.domain.measurement_plans import PlanDetails
from emstrack.domain.measures import Effect, MeasureStatus, Moment, Option, Step
from emstrack.gateways.stored_files import StoredFiles
from emstrack.services.audits.change_status import change_status
from emstrack.services.audits.plan_verification import set_plan
from emstrack.services.audits.set_measure_photo import add_photo, remove_photo
from emstrack.services.savings.refresh_results import refresh_results
from emstrack.storage.models import CaseStudy, History, Measure, MeasurePhoto
from emstrack.storage.scope import find, scoped

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

XSS = "<script>alert(1)</script><img src=x onerror=alert(2)>"
NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
FORM = {
    "title": "Luminarias LED en el palacio",
    "place": "Un palacio municipal",
    "language": "es",
    "before": "Lámparas de 2 × 75 W, encendidas todo el día.",
    "after": "Tubos LED de 18 W y sensores en los baños.",
    "lesson": "Medir antes de comprar.",
    "with_money": "y",
    "version": "0",
}


def finished(session: Session, files: StoredFiles) -> int:
    """A measure that is implemented, with a picture of before and one of after."""
    site = make_building(session, "Palacio Secreto")
    measure = make_measure(session, site.id)
    for moment in Moment:
        add_photo(session, files, measure.id, picture(), name="a.jpg", moment=moment, caption=f"Sala {moment}", now=NOW)
    for status in (MeasureStatus.ACCEPTED, MeasureStatus.IN_PROGRESS, MeasureStatus.IMPLEMENTED):
        step = Step(status=status, reason="sin plan")
        measure = change_status(session, measure.id, step, version=measure.version, today=TODAY, now=NOW)
    return int(measure.id)


@pytest.fixture
def ana(signed_in: Callable[..., Any]) -> Any:
    return signed_in("manager")


@pytest.fixture
def files(application: Any) -> StoredFiles:
    return StoredFiles(application.settings.files_dir)


@pytest.fixture
def measure_id(ana: Any, of_tenant: Callable[..., Any], files: StoredFiles) -> int:
    return int(of_tenant(ana.tenant, lambda session: finished(session, files)))


def the_case(in_database: Callable[..., Any]) -> Any:
    def read(session: Session) -> Any:
        found = session.scalars(sa.select(CaseStudy)).one()
        session.expunge(found)
        return found

    return in_database(read)


def photo_ids(in_database: Callable[..., Any]) -> list[int]:
    return list(in_database(lambda session: session.scalars(sa.select(MeasurePhoto.id)).all()))


def write(ana: Any, measure_id: int, **given: Any) -> Any:
    return ana.post(f"/measures/{measure_id}/case-study", {**FORM, **given})


def let_out(ana: Any, case: Any, audience: str = "public") -> Any:
    return ana.post(f"/case-studies/{case.id}/release", {"audience": audience, "version": str(case.version)})


def test_a_case_study_goes_from_draft_to_the_public_and_back(
    ana: Any, measure_id: int, in_database: Callable[..., Any], flask_app: Any
) -> None:
    form = ana.client.get(f"/measures/{measure_id}/case-study?lang=es").text
    assert 'value="Luminarias LED"' in form
    assert write(ana, measure_id, photo_ids=[str(photo_ids(in_database)[0])]).status_code == 303
    case, stranger = the_case(in_database), flask_app.test_client()
    address = f"/cases/{case.slug}"
    assert case.slug.startswith("luminarias-led-en-el-palacio-")
    assert stranger.get(address).status_code == 404
    assert ana.client.get(address).status_code == 404
    assert let_out(ana, case).status_code == 303
    page = stranger.get(address + "?lang=es")
    assert page.status_code == 200
    assert "Palacio Secreto" not in page.text
    assert "Un palacio municipal" in page.text
    assert re.search(r"12,000\s*kWh al año", page.text)
    assert "MXN\u00a042,000" in page.text
    assert "Sala before" in page.text
    assert "Sala after" not in page.text
    assert "X-Robots-Tag" not in page.headers
    assert stranger.get(f"{address}/photos/1").content_type == "image/jpeg"
    assert [stranger.get(f"{address}/photos/{n}").status_code for n in (0, 2)] == [404, 404]
    assert ana.post(f"/case-studies/{case.id}/withdraw").status_code == 303
    assert [stranger.get(each).status_code for each in (address, f"{address}/photos/1")] == [404, 404]


def test_readers_keep_what_was_let_out_until_it_is_let_out_anew(
    ana: Any, measure_id: int, in_database: Callable[..., Any], flask_app: Any
) -> None:
    write(ana, measure_id)
    let_out(ana, the_case(in_database))
    case = the_case(in_database)
    write(ana, measure_id, title="Borrador secreto", version=str(case.version))
    stranger, address = flask_app.test_client(), f"/cases/{case.slug}"
    assert "Borrador secreto" not in stranger.get(address).text
    assert "han cambiado" in ana.client.get(f"/case-studies/{case.id}?lang=es").text
    assert let_out(ana, case).status_code == 409
    let_out(ana, the_case(in_database))
    assert "Borrador secreto" in stranger.get(address).text


def test_who_let_out_what_is_kept(
    ana: Any, measure_id: int, in_database: Callable[..., Any], of_tenant: Callable[..., Any]
) -> None:
    write(ana, measure_id)
    case = the_case(in_database)
    let_out(ana, case, "tenant")
    let_out(ana, the_case(in_database), "public")
    ana.post(f"/case-studies/{case.id}/withdraw")

    def told(session: Session) -> list[str]:
        rows = session.scalars(scoped(session, History).where(History.entity == "measure").order_by(History.id))
        return [
            row.new["case_study"]["audience"] for row in rows if "audience" in (row.new or {}).get("case_study", {})
        ]

    assert of_tenant(ana.tenant, told) == ["tenant", "public", "draft"]
    assert the_case(in_database).released_by == ana.user_id
    assert "Caso de éxito" in ana.client.get(f"/measures/{measure_id}?lang=es").text


def test_what_people_type_runs_nowhere(
    ana: Any, measure_id: int, in_database: Callable[..., Any], flask_app: Any
) -> None:
    write(ana, measure_id, title=XSS, place=XSS, before=XSS, after=XSS, lesson=XSS)
    case = the_case(in_database)
    let_out(ana, case)
    pages = (flask_app.test_client().get(f"/cases/{case.slug}"), ana.client.get(f"/case-studies/{case.id}"))
    for page in (*pages, ana.client.get("/case-studies")):
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        assert "unsafe" not in page.headers["Content-Security-Policy"]


def test_the_organisation_reads_what_was_let_out_to_it_and_no_draft(
    ana: Any,
    measure_id: int,
    signed_in: Callable[..., Any],
    in_database: Callable[..., Any],
    of_tenant: Callable[..., Any],
    flask_app: Any,
) -> None:
    elsewhere = of_tenant(ana.tenant, lambda session: make_organisation(session, ana.tenant, "Hotel vecino"))
    neighbour = signed_in("viewer", organisation=elsewhere)
    write(ana, measure_id, photo_ids=[str(each) for each in photo_ids(in_database)])
    case = the_case(in_database)
    paths = (f"/case-studies/{case.id}", f"/case-studies/{case.id}/photos/1")
    assert [neighbour.client.get(path).status_code for path in paths] == [404, 404]
    let_out(ana, case, "tenant")
    assert [neighbour.client.get(path).status_code for path in paths] == [200, 200]
    assert "Luminarias LED en el palacio" in neighbour.client.get("/case-studies").text
    assert neighbour.client.get(f"/measures/{measure_id}").status_code == 404
    assert flask_app.test_client().get(f"/cases/{case.slug}").status_code == 404
    case = the_case(in_database)
    write(ana, measure_id, title="Otra cosa", version=str(case.version))
    for path in ("/case-studies", paths[0]):
        assert "Otra cosa" not in neighbour.client.get(path).text


def test_a_photo_taken_off_the_measure_is_gone_from_the_public_page(
    ana: Any, measure_id: int, in_database: Callable[..., Any], of_tenant: Callable[..., Any], flask_app: Any
) -> None:
    first = photo_ids(in_database)[0]
    write(ana, measure_id, photo_ids=[str(first)])
    case = the_case(in_database)
    let_out(ana, case)
    of_tenant(ana.tenant, lambda session: remove_photo(session, measure_id, first, now=NOW))
    assert flask_app.test_client().get(f"/cases/{case.slug}/photos/1").status_code == 404


def test_what_was_measured_stands_apart_with_its_band(
    ana: Any, in_database: Callable[..., Any], of_tenant: Callable[..., Any], files: StoredFiles, flask_app: Any
) -> None:
    def prepare(session: Session) -> int:
        measure_id = finished(session, files)
        measure = find(session, Measure, measure_id)
        meter = make_meter(session, measure.site_id, "CFE")
        give_months(session, meter, "2024-01", year(1000, 20) + year(800, 20))
        adopt(session, meter, reason="línea base")
        refresh_results(session, now=NOW)
        plan = PlanDetails(option=Option.C, boundary="El edificio", meter_id=meter.id)
        set_plan(session, measure_id, plan, version=0, today=TODAY, now=NOW)
        return measure_id

    measure_id = of_tenant(ana.tenant, prepare)
    write(ana, measure_id, with_money="")
    case = the_case(in_database)
    let_out(ana, case)
    page = flask_app.test_client().get(f"/cases/{case.slug}?lang=es").text
    assert "Opción C: el medidor completo" in page
    assert re.search(r"±\s*[\d,.]+\s*kWh", page)
    assert "MXN" not in page


def test_a_measure_that_is_not_finished_has_nothing_to_tell_yet(ana: Any, of_tenant: Callable[..., Any]) -> None:
    def propose(session: Session) -> int:
        effects = (Effect(resource="electricity", quantity=1, unit="kWh"),)
        return int(make_measure(session, make_building(session).id, effects=effects).id)

    measure_id = of_tenant(ana.tenant, propose)
    assert "Todavía es pronto" in ana.client.get(f"/measures/{measure_id}/case-study?lang=es").text
    assert write(ana, measure_id).status_code == 200


def test_nothing_goes_out_without_a_before_and_an_after(
    ana: Any, measure_id: int, in_database: Callable[..., Any]
) -> None:
    write(ana, measure_id, after="")
    answer = let_out(ana, the_case(in_database))
    assert answer.status_code == 422
    assert let_out(ana, the_case(in_database), "nobody").status_code == 422
    assert the_case(in_database).audience == "draft"
    refused = write(ana, measure_id, title="", version="1")
    assert refused.status_code == 422
    assert "Tubos LED" in refused.text


def test_search_engines_are_shown_to_public_case_studies_alone(flask_app: Any) -> None:
    page = flask_app.test_client().get("/robots.txt")
    assert page.content_type.startswith("text/plain")
    assert page.text.splitlines() == ["User-agent: *", "Allow: /cases/", "Allow: /static/", "Disallow: /"]
