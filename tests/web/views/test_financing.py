"""The pages of finance: from a facility to a claim, every refusal beside its field, and what is handed out."""

from __future__ import annotations

import io
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import openpyxl
import pypdf
import pytest
import sqlalchemy as sa
from factories_financing import drawn, happen, make_facility, make_financing
from factories_measures import make_measure
from factories_sites import make_building

from emstrack.domain.financing import Instrument, Terms
from emstrack.storage.models import Financing

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

FACILITY = {
    "name": "Guarantee",
    "instrument": "guaranteed_loan",
    "lender": "Banco Andino",
    "country": "PE",
    "currency": "USD",
    "ceiling": "5,000,000",
    "cap": "400000",
    "cover": "50",
}


@pytest.fixture
def manager(signed_in: Callable[..., Any]) -> Any:
    """A manager's browser, in English."""
    browser = signed_in("manager")
    browser.client.set_cookie("lang", "en")
    return browser


@pytest.fixture
def loan(manager: Any, of_tenant: Callable[..., Any]) -> int:
    """A guaranteed loan of 600,000 by agreement, paid out."""

    def make(session: Session) -> int:
        terms = Terms(annual_rate=0.095, instalments=20, per_year=4)
        return drawn(session, amount=Decimal(600_000), over_cap_agreed=True, sector="hotel", terms=terms).id

    return int(of_tenant(manager.tenant, make))


def said(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_money_finds_its_way_from_a_facility_to_a_repayment(manager: Any, of_tenant: Callable[..., Any]) -> None:
    assert "No facility yet" in manager.client.get("/finance").text
    assert "No facility yet" in manager.client.get("/finance/applications/new").text

    def measure(session: Session) -> tuple[int, int]:
        row = make_measure(session, make_building(session).id, currency="USD")
        return row.id, manager.tenant.id

    measure_id, organisation = of_tenant(manager.tenant, measure)
    answer = manager.post("/finance/facilities/new", {**FACILITY, "organisation_id": organisation})
    assert answer.status_code == 303
    facility = answer.location.rsplit("/", 1)[1]
    page = manager.client.get(f"/finance/applications/new?measure={measure_id}&facility={facility}").text
    assert 'value="100,000"' in page
    asked = {
        "title": "LED",
        "facility_id": facility,
        "organisation_id": organisation,
        "measure_ids": measure_id,
        "amount": "100,000",
        "amortization": "annuity",
        "annual_rate": "12",
        "instalments": "60",
        "per_year": "12",
        "haircut": "20",
    }
    answer = manager.post("/finance/applications/new", asked)
    assert answer.status_code == 303
    page = said(manager.client.get(answer.location).text)
    assert "2,224.44" in page
    assert "1.26" in page  # 42,000 less 20 % over 26,693.28
    entries = f"{answer.location}/entries"
    steps = (("approval", "100000"), ("disbursement", "100000"), ("repayment", "1224.44"))
    for version, (kind, amount) in enumerate(steps, 1):
        more = {"interest": "1,000"} if kind == "repayment" else {}
        assert manager.post(entries, {"kind": kind, "amount": amount, "version": version, **more}).status_code == 303
    page = said(manager.client.get(answer.location).text)
    assert "98,775.56" in page
    assert "49,387.78" in page
    assert "Being repaid" in page
    assert "Financed" in manager.client.get(f"/measures/{measure_id}").text
    assert "LED" in manager.client.get("/finance?stage=repaying").text
    assert "LED" in manager.client.get(f"/finance/facilities/{facility}").text


def test_a_loan_of_600_000_shows_200_000_everywhere(manager: Any, loan: int) -> None:
    page = said(manager.client.get(f"/finance/loans/{loan}").text)
    assert "200,000.00" in page
    assert "33.33 %" in page
    exposure = said(manager.client.get("/finance/exposure").text)
    for text in ("Banco Andino", "USD 200,000", "Mexico", "Hotel", "no exchange rate from USD to MXN"):
        assert text in exposure
    answer = manager.client.get("/finance/exposure.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    rows = [[cell.value for cell in row] for row in book["By lender"].rows]
    assert rows[1] == ["Banco Andino", "USD", 1, 600_000, 600_000, 600_000, 200_000, 0, 0, None]
    assert book.sheetnames == ["By lender", "By country", "By sector", "To look at"]


IMPOSSIBLE: tuple[tuple[dict[str, str], str], ...] = (
    ({"kind": "claim", "amount": "200000.01"}, "more than the guarantee still covers"),
    ({"kind": "repayment", "amount": "600000.01"}, "more than the principal that is owed"),
    ({"kind": "repayment", "amount": "5", "day": "2026-01-20"}, "Nothing was paid out by"),
    ({"kind": "repayment", "amount": "-5"}, "Write an amount above zero"),
    ({"kind": "repayment", "amount": "much"}, "is not a number"),
    ({"kind": "repayment", "amount": "5", "day": "2999-01-01"}, "has not come yet"),
    ({"kind": "magic", "amount": "5"}, "Choose what happened"),
    ({"kind": "reversal", "amount": "", "reverses_id": "99999999"}, "That entry is not there"),
)


def test_what_cannot_have_happened_is_refused_with_what_was_typed(manager: Any, loan: int) -> None:
    for typed, sentence in IMPOSSIBLE:
        answer = manager.post(f"/finance/loans/{loan}/entries", {"version": 3, **typed})
        assert answer.status_code == 422, typed
        assert sentence in said(answer.text), typed
        assert not typed["amount"] or f'value="{typed["amount"]}"' in answer.text, typed


def test_who_comes_second_is_told_and_nothing_is_entered_twice(manager: Any, loan: int) -> None:
    form = {"kind": "repayment", "amount": "10", "version": 3}
    assert manager.post(f"/finance/loans/{loan}/entries", form).status_code == 303
    assert manager.post(f"/finance/loans/{loan}/entries", form).status_code == 409


NO_FACILITY = (
    ("name", "", "Give the facility a name"),
    ("currency", "XQX", "XQX"),
    ("cover", "150", "cannot be"),
    ("cover", "", "what share of the principal"),
    ("ceiling", "-1", "A ceiling is zero or more"),
)


def test_a_facility_that_cannot_be_is_refused_beside_its_field(manager: Any) -> None:
    for field, value, sentence in NO_FACILITY:
        answer = manager.post(
            "/finance/facilities/new", {**FACILITY, "organisation_id": manager.tenant.id, field: value}
        )
        assert answer.status_code == 422, field
        assert sentence in said(answer.text), field
        assert "Banco Andino" in answer.text


def test_an_application_over_the_cap_or_after_the_end_is_refused_beside_its_field(
    manager: Any, of_tenant: Callable[..., Any]
) -> None:
    facility, measure = of_tenant(
        manager.tenant,
        lambda session: (make_facility(session).id, make_measure(session, make_building(session).id).id),
    )
    asked = {
        "title": "x",
        "facility_id": facility,
        "organisation_id": manager.tenant.id,
        "measure_ids": measure,
        "amount": "400001",
        "annual_rate": "12",
        "instalments": "12",
        "per_year": "12",
        "haircut": "20",
        "amortization": "bullet",
    }
    address = "/finance/applications/new"
    assert "is over the cap" in said(manager.post(address, asked).text)
    for field, value, sentence in (
        ("annual_rate", "-1", "Write zero or more"),
        ("annual_rate", "", "yearly interest rate"),
        ("instalments", "1.5", "how many instalments"),
        ("measure_ids", "", "at least one measure"),
        ("haircut", "100", "leaves nothing sensible"),
    ):
        answer = manager.post(address, {**asked, "amount": "5", field: value})
        assert answer.status_code == 422, field
        assert sentence in said(answer.text), field
    assert manager.post(address, {**asked, "over_cap_agreed": "y"}).status_code == 303


def test_an_application_is_changed_until_it_is_decided(manager: Any, of_tenant: Callable[..., Any]) -> None:
    row = of_tenant(manager.tenant, lambda session: make_financing(session).id)
    page = manager.client.get(f"/finance/loans/{row}/edit").text
    fields = dict(re.findall(r'name="(\w+)"[^>]*value="([^"]*)"', page))
    chosen = re.search(r'name="measure_ids" value="(\d+)" checked', page)
    assert chosen is not None
    keep = {name: fields[name] for name in ("title", "annual_rate", "instalments", "grace", "haircut", "version")}
    asked = {**keep, "measure_ids": chosen[1], "amount": "90000", "per_year": "12", "amortization": "linear"}
    facility = of_tenant(
        manager.tenant, lambda s: s.scalars(sa.select(Financing).where(Financing.tenant_id == manager.tenant.id)).one()
    ).facility_id
    asked |= {"facility_id": facility, "organisation_id": manager.tenant.id}
    assert manager.post(f"/finance/loans/{row}/edit", asked).status_code == 303
    assert "90,000" in manager.client.get(f"/finance/loans/{row}").text
    assert manager.post(f"/finance/loans/{row}/edit", {**asked, "amount": "7"}).status_code == 409


def test_a_fund_takes_capital_and_says_what_is_left(manager: Any, of_tenant: Callable[..., Any]) -> None:
    given = {"instrument": Instrument.REVOLVING_FUND, "name": "Fondo", "cover": None, "cap": None, "ceiling": None}
    fund = of_tenant(manager.tenant, lambda session: make_facility(session, **given).id)
    address = f"/finance/facilities/{fund}/capital"
    assert manager.post(address, {"amount": "250,000", "note": "World Bank"}).status_code == 303
    assert "250,000" in said(manager.client.get(f"/finance/facilities/{fund}").text)
    assert manager.post(address, {"amount": "-1"}).status_code == 422
    page = manager.post(address, {"amount": ""})
    assert page.status_code == 422
    assert "Write a number here" in page.text


def test_a_viewer_sees_and_finds_nothing_to_change(manager: Any, loan: int, signed_in: Callable[..., Any]) -> None:
    viewer = signed_in("viewer", tenant=manager.tenant)
    page = viewer.client.get(f"/finance/loans/{loan}").text
    assert "200,000.00" in page
    assert "/entries" not in page
    assert viewer.post(f"/finance/loans/{loan}/entries", {"kind": "claim", "amount": "1"}).status_code == 403


def test_the_dossier_is_handed_out_in_every_language(manager: Any, loan: int) -> None:
    payments = {"es": "38,035.29", "en": "38,035.29", "pt": "38.035,29", "fr": "38\u202f035,29"}
    for language in ("es", "en", "pt", "fr"):
        answer = manager.client.get(f"/finance/loans/{loan}/dossier.pdf?lang={language}")
        assert answer.status_code == 200
        text = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.data)).pages)
        for wanted in ("Luminarias LED", "Banco Andino", payments[language]):
            assert wanted in text, language
        assert language == "en" or "Debt service" not in text


def test_pages_of_finance_take_few_queries(manager: Any, loan: int, of_tenant: Callable[..., Any]) -> None:
    def more(session: Session) -> int:
        facility = make_facility(session, name="Otra")
        for n in range(5):
            happen(session, make_financing(session, facility, title=f"Crédito {n}"), "approval", 1000)
        return facility.id

    facility = of_tenant(manager.tenant, more)
    for address in ("/finance", f"/finance/facilities/{facility}", f"/finance/loans/{loan}", "/finance/exposure"):
        asked: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object, to: list[str] = asked) -> None:
            to.append(statement)

        sa.event.listen(sa.engine.Engine, "before_cursor_execute", note)
        try:
            assert manager.client.get(address).status_code == 200
        finally:
            sa.event.remove(sa.engine.Engine, "before_cursor_execute", note)
        asked = [each for each in asked if each.startswith("SELECT") and "set_config" not in each]
        assert 0 < len(asked) <= 12, (address, len(asked))
