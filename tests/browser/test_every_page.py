"""Every page an administrator and a viewer can open, on the demonstration, held against the same few promises."""

from __future__ import annotations

import re
import shutil
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
import waitress
from axe_playwright_python.sync_playwright import Axe
from factories_accounts import CHEAP, make_session, open_tenant

from emstrack import app
from emstrack.domain.accounts import PERMISSIONS, Permission, Role, Scope
from emstrack.services.audits.edit_checklist import copy_checklist
from emstrack.services.programmes.load_demonstration import load_demonstration
from emstrack.settings import Settings
from emstrack.storage.models import (
    Audit,
    AuditFinding,
    Balance,
    Baseline,
    CaseStudy,
    Checklist,
    ClosedPeriod,
    Committee,
    Facility,
    Financing,
    FollowUp,
    ImportBatch,
    IsolatedSaving,
    Measure,
    Meeting,
    Membership,
    Meter,
    NonRoutineAdjustment,
    Organisation,
    ProcessStream,
    ProgrammeSite,
    PublishedResult,
    Reading,
    Site,
    SiteAttribute,
    UnitOperation,
    User,
)
from emstrack.storage.scope import every_tenant, scoped, set_scope
from emstrack.web.urls import URLS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page
    from sqlalchemy.orm import Session

pytestmark = pytest.mark.browser
NO_PAGE = {
    "health.process": "for machines",
    "health.ready": "for machines",
    "sites.photo": "a picture",
    "case_studies.photo": "a picture",
    "cases.photo": "a picture",
    "cases.robots": "for machines",
    "imports.template": "a download",
    "reports.portfolio": "a download",
    "reports.site": "a download",
    "reports.measures": "a download",
    "ledger.workbook": "a download",
    "programmes.report": "a download",
    "finance.exposure_workbook": "a download",
    "financings.dossier": "a download",
    "files.show": "a download",
    "imports.progress": "a part of a page",
    "sites.charts": "a part of a page",
    "savings.charts": "a part of a page",
    "savings.meter_charts": "a part of a page",
    "savings.meter_more": "a part of a page",
    "baselines.candidate_charts": "a part of a page",
    "baselines.fit_charts": "a part of a page",
    "options.detectable": "a part of a page",
    "imports.columns": "needs a file that asks; test_imports.py",
    "contributions.show": "needs the link of a mail; test_contribution.py",
    "accounts.reset": "needs the link of a mail",
    "accounts.accept_invitation": "needs the link of a mail",
    "accounts.set_up": "closed once somebody works here; test_set_up.py",
    "accounts.demonstration": "closed once somebody works here; test_set_up.py",
    "accounts.sign_in": "leads on whoever is signed in",
    "accounts.ask_reset": "leads on whoever is signed in",
    "audits.service_worker": "a script",
    "committees.month_page": "a download",
    "meetings.pdf": "a download",
    "calendars.read": "for calendar programs",
    "meters.edit_device": "needs a device; the form is meters.add_device's",
}
"""What is reached by GET and is no page of these people, with the reason."""
PEOPLE = {
    "admin@demo.example": (Role.ADMINISTRATOR, "Coral Bay Inn"),
    "visita@demo.example": (Role.VIEWER, "Palacio Municipal"),
}
WIDE, NARROW = {"width": 1366, "height": 768}, {"width": 390, "height": 844}


def pages_of(role: Role) -> list[str]:
    may = PERMISSIONS[role]
    return sorted(
        {
            url.name
            for url in URLS
            if "GET" in url.methods and url.name not in NO_PAGE and (url.needs is None or url.needs in may)
        }
    )


NOT_THEIRS = {("visita@demo.example", "imports.show"), ("visita@demo.example", "balances.show")}
"""No file was brought in for their part alone, and no balance stands in it."""
CASES = [
    (email, name) for email, (role, _) in PEOPLE.items() for name in pages_of(role) if (email, name) not in NOT_THEIRS
]


@dataclass
class Opened:
    """A person's browser page, the addresses it may open, and what it complained about."""

    page: Page
    parts: dict[str, str]
    complaints: list[str]


@pytest.fixture(scope="module")
def demonstration(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Any]]:
    """The demonstration, served; its address and application."""
    folder = tmp_path_factory.mktemp("every-page")
    shutil.copy(sqlite_template, folder / "pages.sqlite3")
    settings = Settings.read(
        {},
        database_url=f"sqlite:///{folder / 'pages.sqlite3'}",
        files_dir=str(folder / "files"),
        secret_key="of these tests",
        password_memory_kib=8,
        password_passes=1,
    )
    application = app.build(settings)
    loaded = load_demonstration(application.transaction, settings, cost=CHEAP, clock=lambda: datetime.now(UTC))
    with application.transaction() as session:
        set_scope(session, Scope(loaded.tenant_id, permissions=frozenset(Permission)))
        copy_checklist(session, "shipped-hotel", name="Hoteles de playa", now=datetime.now(UTC))
    server = waitress.create_server(app.create_web(application), host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}", application
    server.trigger.pull_trigger(server.close)  # in its own thread, which may be waiting on the socket
    thread.join(timeout=5)
    application.database.dispose()


def parts_of(session: Session, site_name: str) -> dict[str, str]:
    site = session.scalars(scoped(session, Site).where(Site.name == site_name)).one()
    meter = session.scalars(scoped(session, Meter).where(Meter.site_id == site.id).order_by(Meter.id)).first()
    assert meter is not None

    def first(statement: Any) -> str:
        return str(session.scalars(statement).first())

    return {
        "site_id": str(site.id),
        "meter_id": str(meter.id),
        "organisation_id": str(site.organisation_id),
        "reading_id": first(scoped(session, Reading.id).where(Reading.meter_id == meter.id)),
        "row_id": first(scoped(session, SiteAttribute.id).where(SiteAttribute.site_id == site.id)),
        "batch_id": first(scoped(session, ImportBatch.id)),
        "station_id": str(site.weather_station_id),
        "baseline_id": first(scoped(session, Baseline.id).where(Baseline.meter_id == meter.id)),
        "adjustment_id": first(scoped(session, NonRoutineAdjustment.id)),
        "period_id": first(scoped(session, ClosedPeriod.id)),
        "audit_id": first(scoped(session, Audit.id).where(Audit.site_id == site.id)),
        "finding_id": first(scoped(session, AuditFinding.id).where(AuditFinding.site_id == site.id)),
        "checklist_id": first(scoped(session, Checklist.id)),
        "balance_id": first(scoped(session, Balance.id)),
        "operation_id": first(scoped(session, UnitOperation.id)),
        "stream_id": first(scoped(session, ProcessStream.id)),
        "attribute": "floor_area_m2",
        "measure_id": first(scoped(session, Measure.id).where(Measure.site_id == site.id)),
        "programme_id": first(scoped(session, ProgrammeSite.programme_id).where(ProgrammeSite.site_id == site.id)),
        "cohort_id": first(scoped(session, ProgrammeSite.cohort_id).where(ProgrammeSite.site_id == site.id)),
        "part": "published",
        "part_id": first(scoped(session, PublishedResult.id)),
        "facility_id": first(scoped(session, Facility.id)),
        "financing_id": first(scoped(session, Financing.id)),
        "code": "linen_reuse",
        "case_id": first(scoped(session, CaseStudy.id)),
        "slug": first(scoped(session, CaseStudy.slug)),
        "follow_up_id": first(scoped(session, FollowUp.id).where(FollowUp.site_id == site.id)),
        "committee_id": first(scoped(session, Committee.id)),
        "meeting_id": first(scoped(session, Meeting.id)),
        "saving_id": first(scoped(session, IsolatedSaving.id).where(IsolatedSaving.site_id == site.id)),
        "worksheet": "taps_showers",
        "month": datetime.now(UTC).strftime("%Y-") + "05",
    }


@pytest.fixture(scope="module")
def opened_by(demonstration: tuple[str, Any], chromium: Browser) -> Iterator[dict[str, Opened]]:
    """A signed-in browser for each of the people."""
    address, application = demonstration
    opened, contexts = {}, []
    for email, (_, site_name) in PEOPLE.items():
        with application.transaction() as session:
            with every_tenant(session, "a test signs somebody in"):
                user = session.scalars(sa.select(User).where(User.email == email)).one()
                place = session.scalars(sa.select(Membership).where(Membership.user_id == user.id)).one()
                organisation = session.get_one(Organisation, place.organisation_id)
                tenant = session.get_one(Organisation, organisation.tenant_id)
            token = make_session(session, user, organisation, now=datetime.now(UTC))
            open_tenant(session, tenant)
            parts = parts_of(session, site_name)
        context = chromium.new_context(viewport=WIDE, locale="es-MX", base_url=address, reduced_motion="reduce")
        context.add_cookies([{"name": "emstrack", "value": token, "url": address}])
        contexts.append(context)
        page, complaints = context.new_page(), []
        page.on("console", lambda message, told=complaints: told.append(message.text))
        page.on("pageerror", lambda error, told=complaints: told.append(str(error)))
        page.on(
            "request",
            lambda request, told=complaints: told.append(request.url) if not request.url.startswith(address) else None,
        )
        opened[email] = Opened(page, parts, complaints)
    yield opened
    for context in contexts:
        context.close()


def address_of(name: str, parts: dict[str, str]) -> str:
    path = next(url.path for url in URLS if url.name == name and "GET" in url.methods)
    return re.sub(r"<(?:[^:<>]+:)?(\w+)>", lambda found: parts[found[1]], path)


@pytest.mark.parametrize(("email", "name"), CASES)
def test_a_page_keeps_its_promises(opened_by: dict[str, Opened], email: str, name: str) -> None:
    """It answers, in Spanish, without a complaint or a stranger, fits both screens, and axe finds nothing."""
    person = opened_by[email]
    person.complaints.clear()
    answer = person.page.goto(address_of(name, person.parts) + "?lang=es")
    assert answer is not None
    assert answer.status == 200
    assert person.page.evaluate("document.documentElement.lang") == "es"
    for width in (WIDE, NARROW):
        person.page.set_viewport_size(width)  # type: ignore[arg-type]  # a plain dictionary is one
        assert person.page.evaluate("document.documentElement.scrollWidth") <= width["width"]
        if (email.startswith("admin")) == (width is NARROW):
            found = Axe().run(person.page)
            assert found.violations_count == 0, found.generate_report()
    person.page.set_viewport_size(WIDE)  # type: ignore[arg-type]  # a plain dictionary is one
    assert person.complaints == []


def test_no_page_is_left_out_without_a_reason() -> None:
    names = {url.name for url in URLS if "GET" in url.methods}
    assert NO_PAGE.keys() <= names
    assert {name for name in names if name not in NO_PAGE} <= set(pages_of(Role.ADMINISTRATOR))


def test_a_baseline_is_compared_by_keyboard_alone(opened_by: dict[str, Opened]) -> None:
    """A year is chosen on the bars with the keys, candidates are compared, and axe finds nothing on what comes."""
    person = opened_by["admin@demo.example"]
    page = person.page
    person.complaints.clear()
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]  # a plain dictionary is one
    page.goto(f"/meters/{person.parts['meter_id']}/baselines?lang=es")
    bars = page.locator(".month-bar")
    bars.nth(2).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert page.locator("#first").input_value() == bars.nth(3).get_attribute("value")
    assert page.locator('.month-bar[aria-pressed="true"]').count() == 12
    for _ in range(9):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert page.locator("#last").input_value() == bars.nth(12).get_attribute("value")
    page.locator("#last").press("Enter")
    page.wait_for_selector("#fit figure")
    assert page.locator(".candidate").count() >= 3
    assert page.locator('input[name="method"]:checked').count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]  # a plain dictionary is one
    assert person.complaints == []
