"""Exposure adds up by lender, country and sector, and what carries a debt is told apart: estimated and measured."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from conftest import NOW
from factories_financing import TODAY, drawn, happen, make_facility, make_financing
from factories_measures import kwh, make_measure
from factories_savings import give_months, year
from factories_sites import make_building, make_meter

from emstrack.domain.periods import Period
from emstrack.domain.savings import Method
from emstrack.services.audits.exchange_rates import add_rate
from emstrack.services.programmes.list_financing import list_facilities, list_financings
from emstrack.services.programmes.measure_exposure import measure_exposure
from emstrack.services.programmes.show_financing import show_financing
from emstrack.services.reports.report_financing import gather_dossier
from emstrack.services.savings.adopt_baseline import Plan, adopt_baseline, propose_baseline
from emstrack.services.savings.refresh_results import refresh_results

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def test_m_60_8_exposure_is_told_in_one_currency_where_a_rate_is_known(session: Session) -> None:
    dollars = make_facility(session)
    drawn(session, dollars, amount=Decimal(600_000), over_cap_agreed=True, sector="hotel", title="A")
    drawn(session, dollars, amount=Decimal(100_000), sector="tannery", title="B")
    soles = make_facility(session, name="Soles", lender="Caja", currency="PEN", cap=None)
    drawn(session, soles, amount=Decimal(80_000), sector="hotel", title="C")
    make_financing(session, dollars, title="Todavía no")
    add_rate(session, "USD", "MXN", day=date(2026, 1, 1), rate=18.0, source="", today=TODAY, now=NOW)
    found = measure_exposure(session, today=TODAY)
    told = [(each.name, each.currency, each.exposure, each.told, each.loans) for each in found.by_lender]
    assert told == [
        ("Banco Andino", "USD", 250_000, 4_500_000, 2),
        ("Caja", "PEN", 40_000, None, 1),
    ]
    assert found.total == 4_500_000
    assert {(each.name, each.currency): each.exposure for each in found.by_sector} == {
        ("hotel", "USD"): 200_000,
        ("tannery", "USD"): 50_000,
        ("hotel", "PEN"): 40_000,
    }
    assert {each.name for each in found.by_country} == {"MX"}
    assert [each.evidence["currency"] for each in found.findings] == ["PEN"]
    pipeline = list_financings(session)
    assert {each.stage.value: each.count for each in pipeline.stages if each.count} == {"applied": 1, "disbursed": 3}
    listed = {each.facility.name: each.left for each in list_facilities(session, today=TODAY)}
    assert listed["Garantía P+L"] == 4_300_000


def test_a_saving_in_another_currency_without_a_rate_is_named_and_not_guessed(session: Session) -> None:
    site = make_building(session)
    row = drawn(session, measure_ids=(make_measure(session, site.id, currency="MXN").id,))
    coverage = show_financing(session, row.id, today=TODAY).coverage
    assert (coverage.estimated, coverage.estimated_coverage) == (None, None)
    assert [each.code for each in coverage.findings] == ["finance.no_exchange_rate"]
    add_rate(session, "USD", "MXN", day=date(2026, 1, 1), rate=20.0, source="", today=TODAY, now=NOW)
    coverage = show_financing(session, row.id, today=TODAY).coverage
    assert coverage.estimated == 2_100
    assert coverage.estimated_coverage == pytest.approx(2_100 * 0.8 / 26_693.28, rel=1e-4)  # the last one settles
    assert coverage.findings == []


def test_a_measured_saving_stands_beside_the_estimate_without_a_haircut(session: Session) -> None:
    site = make_building(session)
    meter = make_meter(session, site.id)
    give_months(session, meter, "2024-01", year(1000, 20) + year(800, 20))
    plan = Plan(period=Period.parse("2024-01:2024-12"), method=Method.REGRESSION, reporting_start=date(2025, 1, 1))
    draft = propose_baseline(session, meter.id, plan, now=NOW)
    adopt_baseline(session, draft.id, reason="Antes", version=draft.version, now=NOW)
    refresh_results(session, now=NOW)
    measure = make_measure(session, site.id, currency="MXN", effects=(kwh(meter_id=meter.id),))
    planned = make_measure(session, site.id, "Todavía no", currency="MXN", effects=(kwh(meter_id=meter.id),))
    facility = make_facility(session, currency="MXN")
    row = drawn(session, facility, measure_ids=(measure.id, planned.id))
    assert show_financing(session, row.id, today=TODAY).coverage.measured is None, "nothing was put in yet"
    measure.status = "implemented"
    session.flush()
    coverage = show_financing(session, row.id, today=TODAY).coverage
    assert coverage.measured is not None
    assert coverage.service is not None
    assert coverage.measured_coverage == pytest.approx(float(coverage.measured / coverage.service))
    assert [each.code for each in coverage.findings] == ["finance.measured_on_whole_meters"]
    assert coverage.findings[0].evidence == {"count": 1, "done": 1, "all": 2}


def test_a_bundle_is_appraised_together_and_a_gap_leaves_it_out(session: Session) -> None:
    site = make_building(session)
    first = make_measure(session, site.id, "A", currency="USD", life_years=10.0)
    second = make_measure(session, site.id, "B", currency="USD", life_years=10.0)
    row = drawn(session, measure_ids=(first.id, second.id), amount=Decimal(150_000), title="Paquete")
    dossier = gather_dossier(session, row.id, today=TODAY)
    assert dossier.finance is not None
    assert dossier.finance.payback_years == pytest.approx(200_000 / 84_000)
    assert (dossier.investment, dossier.estimated, len(dossier.measures)) == (200_000, 84_000, 2)
    second.life_years = None
    session.flush()
    assert gather_dossier(session, row.id, today=TODAY).finance is None


def test_a_declined_loan_exposes_nothing(session: Session) -> None:
    row = happen(session, make_financing(session), "approval", 100_000)
    happen(session, row, "decline")
    assert measure_exposure(session, today=TODAY).by_lender == []
