"""Results by sector: rows that add up to the measures, published ones to the printed digit, and what is left out.

They bear rules M-43.1 to M-43.6.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from conftest import NOW, make_tenant
from factories_measures import kwh, line, make_measure
from factories_programmes import PUBLISHED, TODAY, done, make_cohort, make_programme, make_started, publish, put
from factories_sites import make_building, make_hotel, make_meter, make_ministry

from emstrack.domain.accounts import PERMISSIONS, Permission, Role, Scope, SharedAudits
from emstrack.domain.errors import NotFoundError
from emstrack.domain.measurement_plans import PlanDetails
from emstrack.domain.measures import Option
from emstrack.domain.programmes import PublishedDetails
from emstrack.services.audits.exchange_rates import add_rate
from emstrack.services.audits.plan_verification import set_plan
from emstrack.services.programmes.add_up_results import add_up_results, results_document
from emstrack.services.programmes.keep_part import add_part
from emstrack.services.programmes.show_programme import show_cohort, show_programme
from emstrack.storage.models import Baseline, SavingsResult, Share
from emstrack.storage.scope import set_scope, tenant_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def test_m_43_6_the_published_table_comes_back_to_the_printed_digit(session: Session) -> None:
    programme = make_programme(session, "EP3 Bolivia", currency="USD")
    publish(session, programme)
    document = results_document(add_up_results(session, programme.id, today=TODAY))
    told = [
        (row["sector"], row["sites"], row["implemented_percent"], row["investment"], row["annual_savings_estimated"])
        for row in document["rows"]
    ]
    assert told == [(label, n, percent, int(i), int(s)) for label, _, n, percent, i, s, _ in PUBLISHED]
    assert [row["payback_months"] for row in document["rows"]] == [months for *_, months in PUBLISHED]
    total = document["total"]
    assert (total["sites"], total["implemented_percent"]) == (7, None)
    assert (total["investment"], total["annual_savings_estimated"]) == (130_630, 227_030)
    assert (total["payback_months"], total["currency"], total["period_uncertain"]) == (6.9, "USD", True)
    assert {row["annual_savings_measured"] for row in document["rows"]} == {None}


def test_a_case_stands_beside_the_table_and_in_no_total(session: Session) -> None:
    programme = make_programme(session, currency="USD")
    publish(session, programme)
    case = PublishedDetails(
        label="Five hotels",
        sites=5,
        annual_savings=Decimal(620_000),
        per_room=Decimal(920),
        currency="USD",
        in_total=False,
    )
    add_part(session, programme.id, case, today=TODAY, now=NOW)
    document = results_document(add_up_results(session, programme.id, today=TODAY))
    assert document["total"]["annual_savings_estimated"] == 227_030
    (told,) = document["cases"]
    assert (told["annual_savings_estimated"], told["per_room"], told["period_uncertain"]) == (620_000, 920, True)
    assert (told["payback_months"], told["investment"]) == (None, None)


def test_m_43_1_rows_count_implemented_measures_and_add_up_to_the_total(session: Session) -> None:
    programme, cohort, sites = make_started(session, 3)
    hotel = make_hotel(session)
    put(session, cohort, [hotel])
    done(session, hotel, effects=(kwh(1000),), investment=(line("7000"),))
    make_measure(session, sites[0].id, "Solo propuesta")
    done(session, sites[1], "Archivada").archived_at = NOW
    session.flush()
    results = add_up_results(session, programme.id, today=TODAY)
    buildings, hotels = sorted(results.rows, key=lambda row: row.sector, reverse=True)
    assert (buildings.sector, buildings.sites, buildings.recommended, buildings.implemented) == (
        "municipal_building",
        3,
        4,
        3,
    )
    assert buildings.implemented_percent == 75.0
    assert (buildings.investment, buildings.estimated) == (300_000, 126_000)
    assert buildings.payback_months == pytest.approx(12 * 300_000 / 126_000)
    assert (hotels.investment, hotels.estimated) == (7_000, 3_500)
    total = results.total
    assert (total.sites, total.implemented, total.investment, total.estimated) == (4, 4, 307_000, 129_500)
    # M-43.3
    assert total.payback_months == pytest.approx(12 * 307_000 / 129_500), "ΣI ÷ ΣS, never a mean of paybacks"


def test_m_43_2_what_is_measured_is_the_meters_and_never_added_to_the_estimate(session: Session) -> None:
    programme, _, sites = make_started(session, 2)
    for site, days, saved in ((sites[0], 730, 20_000), (sites[1], 200, 9_000)):
        meter = make_meter(session, site.id)
        for n in range(2):  # two measures on one meter: its saving counts once
            measure = done(session, site, f"Verificada {n}", status="verified", effects=(kwh(100, meter_id=meter.id),))
            plan = PlanDetails(
                option=Option.D,
                boundary="x",
                meter_id=meter.id,
                verifier="V",
                agreed_by="C",
                agreed_on=date(2025, 1, 1),
                reporting_start=date(2025, 1, 1),
                reporting_end=date(2026, 1, 1),
            )
            set_plan(session, measure.id, plan, version=0, today=TODAY, now=NOW).option = "C"
        _result(session, meter.id, site.id, days=days, saved=saved)
    session.flush()
    (row,) = add_up_results(session, programme.id, today=TODAY).rows
    assert row.measured == 10_000, "two years are told as one; 200 days are not stretched into a year"
    assert row.estimated == 84_000 + 4 * 350


def _result(session: Session, meter_id: int, site_id: int, *, days: int, saved: int) -> None:
    own = {"tenant_id": tenant_of(session), "meter_id": meter_id}
    start = date(2024, 1, 1)
    baseline = Baseline(
        **own,
        start=date(2023, 1, 1),
        end=start,
        in_months=True,
        reporting_start=start,
        method="average",
        status="adopted",
        revision=1,
        created_at=NOW,
    )
    session.add(baseline)
    session.flush()
    session.add(
        SavingsResult(
            **own,
            baseline_id=baseline.id,
            site_id=site_id,
            resource="electricity",
            unit="kWh",
            counted=True,
            cost_avoided=Decimal(saved),
            currency="MXN",
            disqualified=False,
            reporting_start=start,
            reporting_end=date.fromordinal(start.toordinal() + days),
            item={},
            fingerprint="",
            computed_at=NOW,
        )
    )


def test_m_43_4_currencies_are_told_by_the_rate_of_the_day_or_stand_apart(session: Session) -> None:
    programme, cohort, _ = make_started(session, 1)
    hotel = make_hotel(session, currency="USD")
    put(session, cohort, [hotel])
    done(session, hotel, effects=(kwh(1000, "1"),), investment=(line("2000"),))
    apart = add_up_results(session, programme.id, today=TODAY)
    assert {(row.currency, row.investment) for row in apart.rows} == {("MXN", 100_000), ("USD", 2_000)}
    assert (apart.total.investment, apart.total.currency, apart.total.payback_months) == (None, "", None)
    assert apart.findings[0].code == "programme.no_rate"
    assert apart.findings[0].evidence == {"currency": "USD", "base": "MXN", "day": TODAY}
    add_rate(session, "USD", "MXN", day=date(2026, 6, 1), rate=18.0, source="", today=TODAY, now=NOW)
    told = add_up_results(session, programme.id, today=TODAY)
    assert (told.total.investment, told.total.estimated, told.year) == (136_000, 60_000, 2026)
    assert told.findings == ()
    programme.rate_day = date(2026, 1, 1)
    assert add_up_results(session, programme.id, today=TODAY).findings, "before that day there was no rate"


def test_m_43_5_one_sector_in_two_currencies_has_a_row_for_each(session: Session) -> None:
    programme = make_programme(session, currency="")
    cohort = make_cohort(session, programme)
    for name, currency in (("Uno", "MXN"), ("Dos", "USD")):
        site = make_building(session, name, currency=currency)
        put(session, cohort, [site])
        done(session, site)
    results = add_up_results(session, programme.id, today=TODAY)
    assert [(row.currency, row.estimated) for row in results.rows] == [("MXN", 42_000), ("USD", 42_000)]
    assert results.total.investment is None
    assert [finding.code for finding in results.findings] == ["programme.currencies_apart"]


def test_what_has_no_price_is_counted_and_never_a_zero(session: Session) -> None:
    programme, _, (site,) = make_started(session, 1)
    done(session, site, "Sin precio", effects=(kwh(price=None),), investment=())
    results = add_up_results(session, programme.id, today=TODAY)
    assert (results.total.implemented, results.total.priced) == (2, 1)
    assert results.findings[0].evidence == {"count": 1, "all": 2}


def test_an_empty_programme_has_no_row_and_no_money(session: Session) -> None:
    results = add_up_results(session, make_programme(session).id, today=TODAY)
    assert (results.rows, results.total.investment, results.total.implemented_percent) == ((), None, None)


def test_cohorts_show_how_far_they_are(session: Session) -> None:
    programme, _, sites = make_started(session, 3)
    later = make_cohort(session, programme, "Segundo grupo")
    make_measure(session, sites[0].id, "Otra")
    first, second = show_programme(session, programme.id, today=TODAY).cohorts
    assert (first.sites, first.audited, first.planned, first.implemented, first.verified) == (3, 0, 3, 3, 0)
    assert (first.measures, first.measures_done) == (4, 3)
    assert (second.name, second.sites) == (later.name, 0)


def share_with(session: Session, lender: int, **what: int) -> Share:
    share = Share(tenant_id=tenant_of(session), grantee_id=lender, role="lender", created_at=NOW, **what)
    session.add(share)
    session.flush()
    return share


def test_a_linked_site_is_seen_only_while_it_is_shared(session: Session) -> None:
    theirs = tenant_of(session)
    ministry = make_ministry(session)
    clinic = make_building(session, "Clínica", organisation_id=ministry.id)
    yard = make_building(session, "Taller")
    done(session, clinic)
    centre = make_tenant(session, "Centro", kind="cp_centre")
    share = share_with(session, centre.id, organisation_id=ministry.id)
    set_scope(session, Scope(centre.id, permissions=frozenset(Permission)))
    programme = make_programme(session)
    cohort = make_cohort(session, programme)
    put(session, cohort, [clinic])
    with pytest.raises(NotFoundError):
        put(session, cohort, [yard])
    (row,) = add_up_results(session, programme.id, today=TODAY).rows
    assert (row.sites, row.implemented, row.investment) == (1, 1, 100_000)
    assert [(each.name, each.is_linked) for each in show_cohort(session, cohort.id, today=TODAY).rows] == [
        ("Clínica", True)
    ]
    assert show_programme(session, programme.id, today=TODAY).cohorts[0].implemented == 1
    set_scope(session, Scope(theirs, permissions=frozenset(Permission)))
    share.revoked_at = NOW
    session.flush()
    with pytest.raises(NotFoundError):
        show_programme(session, programme.id, today=TODAY)
    set_scope(session, Scope(centre.id, permissions=frozenset(Permission)))
    assert add_up_results(session, programme.id, today=TODAY).rows == ()
    assert [each.name for each in show_cohort(session, cohort.id, today=TODAY).rows] == [""]


def test_a_part_of_the_tenant_sees_its_own_sites_of_a_programme_and_a_guest_none(session: Session) -> None:
    programme, cohort, _ = make_started(session, 2)
    ministry = make_ministry(session)
    clinic = make_building(session, "Clínica", organisation_id=ministry.id)
    put(session, cohort, [clinic])
    alone = make_programme(session, "De otros")
    part = Scope(tenant_of(session), frozenset({ministry.id}), permissions=PERMISSIONS[Role.COMMITTEE])
    set_scope(session, part)
    shown = show_programme(session, programme.id, today=TODAY)
    assert (shown.results.total.sites, shown.is_whole, shown.may_keep) == (1, False, False)
    with pytest.raises(NotFoundError):
        show_programme(session, alone.id, today=TODAY)
    set_scope(
        session,
        Scope(
            part.tenant_id,
            frozenset({ministry.id}),
            frozenset({clinic.id}),
            permissions=PERMISSIONS[Role.LENDER],
            shared_audits=SharedAudits(),
        ),
    )
    with pytest.raises(NotFoundError):
        show_programme(session, programme.id, today=TODAY)
