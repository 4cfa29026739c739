"""Programmes and their parts are written, changed, taken away; each refusal in a sentence, and no text lost."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from conftest import NOW
from factories_programmes import TODAY, make_cohort, make_programme, make_started, put
from factories_sites import make_building, make_ministry

from emstrack.domain.accounts import PERMISSIONS, Role, Scope
from emstrack.domain.errors import ConflictError, NotAllowedError, NotFoundError, RefusedError
from emstrack.domain.programmes import (
    ActivityDetails,
    ActivityKind,
    CohortDetails,
    IndicatorDetails,
    LeveragedDetails,
    ProgrammeDetails,
    PublishedDetails,
    check_part,
    check_programme,
)
from emstrack.services.programmes import keep_part, keep_programme
from emstrack.services.programmes.find_programme import find_programme
from emstrack.services.programmes.put_into_cohort import offer_sites, put_into_cohort, take_out
from emstrack.services.programmes.record_quarter import record_quarter
from emstrack.services.programmes.show_programme import list_programmes, show_cohort, show_programme
from emstrack.services.sites.list_changes import changes_of
from emstrack.storage.scope import set_scope, tenant_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

DAY = date(2026, 3, 1)


def activity(**given: Any) -> ActivityDetails:
    return ActivityDetails(**{"kind": ActivityKind.WORKSHOP, "title": "Taller", "start": DAY, "last_day": DAY, **given})


@pytest.mark.parametrize(
    ("details", "code", "field"),
    [
        (CohortDetails(name=" "), "programme.name_missing", "name"),
        (CohortDetails(name="x" * 201), "programme.name_too_long", "name"),
        (CohortDetails(name="x", start=DAY, end=DAY), "programme.ends_before_it_starts", "end"),
        (activity(last_day=date(2026, 2, 1)), "programme.ends_before_it_starts", "last_day"),
        (activity(women=-1), "programme.count_unlikely", "women"),
        (activity(before=1.0), "programme.before_and_after", "measured"),
        (activity(measured="x", before=1.0), "programme.before_and_after", "after"),
        (activity(outputs="x" * 10_001), "programme.text_too_long", "outputs"),
        (activity(cost=Decimal(1)), "programme.currency_missing", "currency"),
        (LeveragedDetails(source="x", amount=Decimal(-1), currency="USD"), "programme.amount_negative", "amount"),
        (LeveragedDetails(source="x", amount=Decimal("1e13"), currency="USD"), "programme.amount_unlikely", "amount"),
        (
            LeveragedDetails(source="x", amount=Decimal(1), currency="USD", day=date(2027, 1, 1)),
            "programme.day_in_future",
            "day",
        ),
        (PublishedDetails(label="x", sites=0), "programme.count_unlikely", "sites"),
        (PublishedDetails(label="x", implemented_percent=101.0), "programme.percent_unlikely", "implemented_percent"),
        (PublishedDetails(label="x", year=1900), "programme.year_unlikely", "year"),
    ],
)
def test_what_no_part_can_be_is_refused_at_its_field(details: Any, code: str, field: str) -> None:
    with pytest.raises(RefusedError) as refused:
        check_part(details, today=TODAY)
    assert (refused.value.code, refused.value.evidence["field"]) == (code, field)


def test_rates_of_a_day_to_come_are_refused() -> None:
    with pytest.raises(RefusedError) as refused:
        check_programme(ProgrammeDetails(name="x", rate_day=date(2027, 1, 1)), today=TODAY)
    assert refused.value.code == "programme.rate_day_in_future"


def test_a_programme_is_changed_by_version_and_keeps_its_history(session: Session) -> None:
    row = make_programme(session)
    details = ProgrammeDetails(name="Otro nombre", countries=("PE", "MX"), currency="usd")
    keep_programme.change_programme(session, row.id, details, version=1, today=TODAY, now=NOW)
    assert (row.name, row.countries, row.currency, row.version) == ("Otro nombre", ["MX", "PE"], "USD", 2)
    assert keep_programme.details_of(row) == ProgrammeDetails(
        name="Otro nombre", countries=("MX", "PE"), currency="USD"
    )
    with pytest.raises(ConflictError):
        keep_programme.change_programme(
            session, row.id, ProgrammeDetails(name="Tercero"), version=1, today=TODAY, now=NOW
        )
    assert {change.field for change in changes_of(session, "programme", row.id)} >= {"name", "countries", "currency"}
    for wrong, code in (
        (ProgrammeDetails(name="x", countries=("ZZ",)), "programme.country_unknown"),
        (ProgrammeDetails(name="x", currency="ZZZ"), "site.currency_unknown"),
    ):
        with pytest.raises(RefusedError) as refused:
            keep_programme.change_programme(session, row.id, wrong, version=2, today=TODAY, now=NOW)
        assert refused.value.code == code
    with pytest.raises(RefusedError) as refused:
        make_programme(session, "Otro nombre")
    assert refused.value.code == "programme.name_taken"


def test_an_archived_programme_leaves_the_list_and_comes_back(session: Session) -> None:
    row = make_programme(session)
    keep_programme.archive_programme(session, row.id, version=1, archived=True, now=NOW)
    assert (list_programmes(session)[0], len(list_programmes(session, archived=True)[0])) == ([], 1)
    keep_programme.archive_programme(session, row.id, version=2, archived=False, now=NOW)
    assert [each.name for each in list_programmes(session)[0]] == ["Edificios limpios"]


def test_parts_are_added_changed_and_taken_away(session: Session) -> None:
    programme = make_programme(session)
    row = keep_part.add_part(session, programme.id, activity(women=12, men=9), today=TODAY, now=NOW)
    assert keep_part.details_of_part("activities", row) == activity(women=12, men=9)
    keep_part.change_part(session, "activities", row.id, activity(women=13), version=1, today=TODAY, now=NOW)
    assert (row.women, row.men, row.version) == (13, None, 2)
    with pytest.raises(ConflictError):
        keep_part.change_part(session, "activities", row.id, activity(women=1), version=1, today=TODAY, now=NOW)
    assert keep_part.remove_part(session, "activities", row.id, now=NOW) == programme.id
    assert show_programme(session, programme.id, today=TODAY).activities == ()
    with pytest.raises(NotFoundError):
        keep_part.find_part(session, "activities", row.id)
    with pytest.raises(NotFoundError):
        keep_part.find_part(session, "anything", 1)


def test_two_cohorts_have_two_names_and_share_no_site(session: Session) -> None:
    programme, cohort, sites = make_started(session, 2)
    with pytest.raises(RefusedError) as refused:
        make_cohort(session, programme, cohort.name)
    assert refused.value.code == "programme.part_name_taken"
    second = make_cohort(session, programme, "Segundo")
    with pytest.raises(RefusedError) as refused:
        put(session, second, [sites[0]])
    assert refused.value.code == "programme.site_in_cohort"
    assert (refused.value.evidence["site"], refused.value.evidence["cohort"]) == (sites[0].name, cohort.name)
    assert offer_sites(session, programme.id, today=TODAY) == []
    with pytest.raises(RefusedError) as refused:
        keep_part.remove_part(session, "cohorts", cohort.id, now=NOW)
    assert refused.value.code == "programme.cohort_has_sites"
    for site in show_cohort(session, cohort.id, today=TODAY).rows:
        take_out(session, site.link_id, now=NOW)
    put(session, second, sites, destination="Bahía")
    assert {site.destination for site in show_cohort(session, second.id, today=TODAY).rows} == {"Bahía"}


def test_nothing_chosen_and_sites_that_are_not_there_are_refused(session: Session) -> None:
    cohort = make_cohort(session, make_programme(session))
    with pytest.raises(RefusedError) as refused:
        put_into_cohort(session, cohort.id, [], today=TODAY, now=NOW)
    assert refused.value.code == "programme.no_site_chosen"
    with pytest.raises(NotFoundError):
        put_into_cohort(session, cohort.id, [999_999], today=TODAY, now=NOW)
    with pytest.raises(RefusedError) as refused:
        put_into_cohort(session, cohort.id, list(range(5_001)), today=TODAY, now=NOW)
    assert refused.value.code == "programme.too_many_sites"


def test_quarters_are_written_once_and_never_over_somebody_elses(session: Session) -> None:
    programme = make_programme(session)
    indicator = keep_part.add_part(session, programme.id, IndicatorDetails(name="Edificios"), today=TODAY, now=NOW)
    quarter = date(2026, 4, 1)
    record_quarter(session, indicator.id, quarter, 4.0, today=TODAY, now=NOW)
    with pytest.raises(ConflictError):
        record_quarter(session, indicator.id, quarter, 5.0, today=TODAY, now=NOW)
    record_quarter(session, indicator.id, quarter, 6.0, version=1, today=TODAY, now=NOW)
    (shown,) = show_programme(session, programme.id, today=TODAY).indicators
    assert [(value.value, value.version) for value in shown.values] == [(6.0, 2)]
    record_quarter(session, indicator.id, quarter, None, version=2, today=TODAY, now=NOW)
    assert show_programme(session, programme.id, today=TODAY).indicators[0].values == ()
    for day, code in ((date(2026, 5, 1), "programme.quarter_unknown"), (date(2027, 1, 1), "programme.day_in_future")):
        with pytest.raises(RefusedError) as refused:
            record_quarter(session, indicator.id, day, 1.0, today=TODAY, now=NOW)
        assert refused.value.code == code


def test_a_part_of_the_tenant_writes_no_programme(session: Session) -> None:
    programme, cohort, _ = make_started(session, 1)
    ministry = make_ministry(session)
    put(session, cohort, [make_building(session, "Clínica", organisation_id=ministry.id)])
    set_scope(session, Scope(tenant_of(session), frozenset({ministry.id}), permissions=PERMISSIONS[Role.ADMINISTRATOR]))
    with pytest.raises(NotAllowedError):
        make_programme(session, "Otro")
    with pytest.raises(NotAllowedError):
        make_cohort(session, programme, "Otro")


def test_the_operator_names_a_programme(session: Session) -> None:
    row = make_programme(session, "EP3 Bolivia")
    assert find_programme(session, "ep3 bolivia") == find_programme(session, str(row.id)) == row.id
    with pytest.raises(NotFoundError) as absent:
        find_programme(session, "EP4")
    assert absent.value.code == "programme.not_found"
