"""What a report is gathered from: the engine's own figures, who adopted what, n of N, and the readings behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from conftest import NOW, make_tenant
from factories_accounts import make_person, open_tenant
from factories_reports import REASON, adopt, make_saving_site
from factories_savings import give_months, year
from factories_sites import make_building, make_hotel, make_meter, make_ministry

from emstrack.domain.errors import NotFoundError, RefusedError
from emstrack.domain.periods import Month
from emstrack.domain.resources import Resource
from emstrack.domain.savings import Method
from emstrack.services.reports.report_savings import gather_portfolio, gather_site, readings_behind
from emstrack.services.savings.compute_savings import Asked, compute_savings
from emstrack.services.sites.change_site import archive_site

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def test_a_sites_report_has_the_engines_own_figures(session: Session) -> None:
    site, _ = make_saving_site(session)
    report = gather_site(session, site.id, now=NOW).report
    computed = compute_savings(session, Asked(site="Palacio"))
    total, same = report.totals[0], computed.totals[0]
    assert report.items[0].saving == computed.items[0]
    assert (total.avoided, total.band_90, total.cost_avoided) == (same.avoided, same.band_90, same.cost_avoided)
    assert total.percent == pytest.approx((computed.items[0].avoided_percent or 0) / 100)
    assert (report.first, report.last) == (Month(2025, 1), Month(2025, 12))


def test_it_says_who_stands_for_a_baseline_and_why(session: Session) -> None:
    tenant = make_tenant(session, "Santa Cruz")
    ana = make_person(session, tenant, "administrator", email="ana@example.org", name="Ana Paz")
    open_tenant(session, tenant, ana)
    site, _ = make_saving_site(session, "Alcaldía")
    baseline = gather_site(session, site.id, now=NOW).report.items[0].baseline
    assert (baseline.revision, baseline.adopted_on, baseline.adopted_by) == (1, NOW.date(), "Ana Paz")
    assert baseline.reason == REASON
    assert len(baseline.fingerprint) == 64


def test_the_months_hold_the_baselines_too_and_add_up_to_the_saving(session: Session) -> None:
    site, _ = make_saving_site(session)
    item = gather_site(session, site.id, now=NOW).report.items[0]
    assert [str(month.month) for month in item.months][:1] == ["2024-01"]
    assert item.months[11].adjusted_baseline is None
    assert item.months[-1].to_date == pytest.approx(item.saving.avoided)
    assert sum(month.avoided or 0 for month in item.months) == pytest.approx(item.saving.avoided)


def test_a_portfolio_counts_n_of_all_sites_and_names_what_has_no_baseline(session: Session) -> None:
    make_saving_site(session, "Palacio")
    make_saving_site(session, "Mercado", factor=1.1)
    late = make_meter(session, make_building(session, "Clínica").id, "CFE-9")
    give_months(session, late, "2024-01", year(500))
    report = gather_portfolio(session, "Municipio", now=NOW).report
    total = report.totals[0]
    assert (total.sites_counted, total.sites) == (2, 3)
    assert report.without_baseline == (("Clínica", "CFE-9"),)
    assert total.avoided == pytest.approx(sum(item.saving.avoided or 0 for item in report.items))
    assert total.months[-1].to_date == pytest.approx(total.avoided)


def test_organisations_stand_apart_where_there_are_several(session: Session) -> None:
    make_saving_site(session, "Palacio")
    ministry = make_ministry(session)
    clinic = make_building(session, "Clínica", organisation_id=ministry.id)
    meter = make_meter(session, clinic.id)
    give_months(session, meter, "2024-01", year(1000, 20) + year(700, 20))
    adopt(session, meter)
    report = gather_portfolio(session, "Municipio", now=NOW).report
    assert len(report.organisations) == 2
    parts = [each.totals[0].avoided or 0 for each in report.organisations]
    assert sum(parts) == pytest.approx(report.totals[0].avoided)
    assert [each.totals[0].sites for each in report.organisations] == [1, 1]


def test_a_month_that_one_meter_lacks_is_not_complete_in_the_total(session: Session) -> None:
    make_saving_site(session, "Palacio")
    meter = make_meter(session, make_building(session, "Mercado").id)
    give_months(session, meter, "2024-01", year(1000, 20) + [800.0] * 11)
    give_months(session, meter, "2026-01", [800.0])
    adopt(session, meter)
    months = {str(each.month): each for each in gather_portfolio(session, "M", now=NOW).report.totals[0].months}
    assert not months["2025-12"].complete
    assert months["2025-11"].complete


def test_hotels_are_divided_by_rooms_and_each_resource_stands_apart(session: Session) -> None:
    site = make_hotel(session, rooms=60)
    power = make_meter(session, site.id)
    water = make_meter(session, site.id, "NWC", resource=Resource.WATER, unit="m3")
    for meter in (power, water):
        give_months(session, meter, "2024-01", year(1000, 20) + year(800, 20))
        adopt(session, meter)
    totals = gather_site(session, site.id, now=NOW).report.totals
    assert {total.resource for total in totals} == {"electricity", "water"}
    for total in totals:
        assert total.per_room == pytest.approx((total.avoided or 0) / 60)


def test_a_first_look_is_marked_indicative(session: Session) -> None:
    meter = make_meter(session, make_building(session).id)
    give_months(session, meter, "2024-01", year(1000, 20) + year(800, 20))
    adopt(session, meter, method=Method.AVERAGE)
    assert gather_portfolio(session, "M", now=NOW).report.totals[0].indicative


def test_the_readings_behind_are_told_apart_by_what_they_are_for(session: Session) -> None:
    site, _ = make_saving_site(session)
    gathered = gather_site(session, site.id, now=NOW)
    rows = list(readings_behind(session, gathered))
    assert [row.in_baseline for row in rows] == [True] * 12 + [False] * 12
    assert sum(row.canonical_quantity or 0 for row in rows[12:]) == pytest.approx(
        gathered.report.items[0].saving.actual
    )


def test_more_readings_than_a_sheet_holds_are_refused(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    site, _ = make_saving_site(session)
    monkeypatch.setattr("emstrack.services.reports.report_savings.MOST_READINGS", 23)
    with pytest.raises(RefusedError, match=r"report\.too_many_readings"):
        list(readings_behind(session, gather_site(session, site.id, now=NOW)))


def test_without_an_adopted_baseline_there_is_nothing_to_report(session: Session) -> None:
    site = make_building(session)
    give_months(session, make_meter(session, site.id), "2024-01", year(1000))
    with pytest.raises(RefusedError, match=r"report\.nothing_adopted"):
        gather_site(session, site.id, now=NOW)
    with pytest.raises(RefusedError, match=r"report\.nothing_adopted"):
        gather_portfolio(session, "Municipio", now=NOW)


def test_an_archived_site_has_no_report(session: Session) -> None:
    site, _ = make_saving_site(session)
    archive_site(session, site.id, version=site.version, now=NOW, reason="sold")
    with pytest.raises(RefusedError, match=r"baseline\.site_archived"):
        gather_site(session, site.id, now=NOW)


def test_another_tenants_site_is_not_there(session: Session) -> None:
    site, _ = make_saving_site(session)
    open_tenant(session, make_tenant(session, "Otro"))
    with pytest.raises(NotFoundError):
        gather_site(session, site.id, now=NOW)
