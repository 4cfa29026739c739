"""Savings verified apart from the whole meter: written down, corrected, signed, withdrawn, listed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from conftest import NOW, make_tenant
from factories_accounts import make_person, open_tenant
from factories_reports import adopt
from factories_savings import give_months, year
from factories_sites import make_building, make_hotel, make_meter, make_ministry
from worksheets_filled import FILLED, P, filled_details, measured

from emstrack.domain.accounts import Permission, Scope
from emstrack.domain.errors import ConflictError, NotAllowedError, NotFoundError, RefusedError
from emstrack.domain.periods import Month
from emstrack.domain.resources import Resource
from emstrack.domain.verification import CalibrationSteps, ExternalResult, Option, Quantity
from emstrack.domain.worksheets import Worksheet
from emstrack.services.readings.verify_history import verify_history
from emstrack.services.savings.describe_isolated_saving import details_of
from emstrack.services.savings.list_isolated_savings import list_isolated_savings, saving_in_months
from emstrack.services.savings.record_isolated_saving import add_isolated_saving, change_isolated_saving
from emstrack.services.savings.refresh_results import refresh_results
from emstrack.services.savings.settle_isolated_saving import sign_isolated_saving, withdraw_isolated_saving
from emstrack.services.savings.show_isolated_saving import show_isolated_saving
from emstrack.storage.models import IsolatedParameter, IsolatedSaving, Organisation, SavingsResult
from emstrack.storage.scope import scoped, set_scope, tenant_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from emstrack.storage.models import Meter, Site

TODAY = date(2026, 1, 15)
EXTERNAL = ExternalResult(
    model="EnergyPlus 24.1",
    author="Ing. Ruiz",
    made_on=date(2025, 2, 1),
    steps=CalibrationSteps.MONTHLY,
    cv_rmse=0.21,
    nmbe=0.02,
    quantities=(Quantity("electricity", "kWh", "", 50_000.0, None),),
)


def add(session: Session, site_id: int, **given: Any) -> IsolatedSaving:
    return add_isolated_saving(session, site_id, filled_details(**given), now=NOW, today=TODAY)


def external(session: Session, site_id: int) -> IsolatedSaving:
    return add(session, site_id, option=Option.CALIBRATED_MODEL, worksheet=None, external=EXTERNAL, title="Model")


def with_sub_meter(session: Session) -> tuple[Site, Meter]:
    """A building whose main meter and pump each have two years and an adopted baseline; the pump halved its use."""
    site = make_building(session)
    main = make_meter(session, site.id, "Main")
    pump = make_meter(session, site.id, "Pump", parent_id=main.id)
    give_months(session, main, "2024-01", year(5000, 60) + year(4600, 60))
    give_months(session, pump, "2024-01", year(800, 9) + year(400, 9), price=None)
    adopt(session, main)
    adopt(session, pump)
    refresh_results(session, now=NOW)
    return site, pump


def root(session: Session) -> Organisation:
    return session.scalars(scoped(session, Organisation).where(Organisation.parent_id.is_(None))).one()


def as_person(session: Session, user_id: int) -> None:
    set_scope(session, Scope(tenant_of(session), user_id=user_id, permissions=frozenset(Permission)))


def test_a_worksheet_is_kept_with_what_it_comes_to(session: Session) -> None:
    site = make_hotel(session)
    row = add(session, site.id)
    listed = list_isolated_savings(session, site_id=site.id)
    assert [(each.row.id, each.option, each.site) for each in listed] == [(row.id, Option.KEY_PARAMETER, "Hotel Bahía")]
    (water,) = listed[0].quantities
    assert (water.resource, water.unit, water.per_year) == ("water", "m3", pytest.approx(492))
    assert water.band_90 == pytest.approx(80.68, abs=0.05)
    assert details_of(session, row) == filled_details(choices={})
    months = [Month(2025, 3), Month(2025, 4), Month(2025, 5)]
    saved = [part.by_resource["water"][0] for part in saving_in_months(listed[0], months)]
    assert saved == pytest.approx([0, 492 * 30 / 365, 492 * 31 / 365])


def test_an_auditor_follows_it_step_by_step_and_month_by_month(session: Session) -> None:
    row = add(session, make_hotel(session).id, worksheet=Worksheet.TAPS_SHOWERS, end=date(2025, 12, 11))
    shown = show_isolated_saving(session, row.id, today=TODAY)
    assert shown.computed is not None
    assert [step.name for step in shown.computed.steps] == ["water_saved", "heat_saved", "heating_energy_saved"]
    assert [str(part.month) for part in shown.months] == [f"2025-{n:02d}" for n in range(4, 13)]
    assert shown.months[0].by_resource["water"][0] == pytest.approx(1440 * 30 / 365)
    assert shown.months[-1].by_resource["water"][0] == pytest.approx(1440 * 10 / 365)
    bands = {each.resource: each.band_90 or 0.0 for each in shown.saving.quantities}
    assert shown.months[-1].by_resource["lpg"][1] == pytest.approx(bands["lpg"] * 10 / 365)
    assert [change.new for change in shown.changes if change.field == "option"] == ["A"]


def test_m_13_14_a_sub_meter_is_option_b_and_its_own_saving(session: Session) -> None:
    site, pump = with_sub_meter(session)
    row = add(session, site.id, option=Option.ALL_PARAMETERS, worksheet=None, meter_id=pump.id, title="Pump")
    (listed,) = list_isolated_savings(session)
    parts = saving_in_months(listed, [Month(2024, 12), Month(2025, 4), Month(2025, 5)])
    assert [len(part.by_resource) for part in parts] == [0, 1, 1]
    (saved,) = listed.quantities
    assert (listed.option, listed.meter, saved.resource) == (Option.ALL_PARAMETERS, "Pump", "electricity")
    assert saved.per_year == pytest.approx(4800, rel=0.02)
    assert saved.band_90 is not None
    shown = show_isolated_saving(session, row.id, today=TODAY)
    assert [str(part.month) for part in shown.months] == [f"2025-{n:02d}" for n in range(1, 13)]


def test_m_13_15_a_part_of_the_meters_saving_is_never_added_to_it(session: Session) -> None:
    site, pump = with_sub_meter(session)
    before = session.scalars(sa.select(sa.func.sum(SavingsResult.avoided)).where(
        SavingsResult.counted, SavingsResult.tenant_id == tenant_of(session))).one()  # fmt: skip
    sub = add(session, site.id, option=Option.ALL_PARAMETERS, worksheet=None, meter_id=pump.id, title="Pump")
    lamps = add(session, site.id, worksheet=Worksheet.LIGHTING)
    taps = add(session, site.id)
    ended = add(session, site.id, worksheet=Worksheet.LIGHTING, start=date(2024, 3, 1), end=date(2024, 9, 1))
    inside = {each.row.id: each.inside for each in list_isolated_savings(session)}
    assert inside == {sub.id: {"electricity"}, lamps.id: {"electricity"}, taps.id: frozenset(), ended.id: frozenset()}
    codes = {each.code for each in show_isolated_saving(session, lamps.id, today=TODAY).findings}
    assert "isolation.inside_meter_saving" in codes
    counted = scoped(session, SavingsResult.avoided).where(SavingsResult.counted)
    assert session.scalars(counted).all() == [pytest.approx(before)]


def test_a_saving_that_is_most_of_the_years_use_is_looked_at_twice(session: Session) -> None:
    site, _ = with_sub_meter(session)
    row = add(session, site.id, worksheet=Worksheet.LIGHTING, start=date(2025, 1, 1))
    (said,) = [e for e in show_isolated_saving(session, row.id, today=TODAY).findings if e.code.endswith("part_of_use")]
    assert said.evidence == {"resource": Resource.ELECTRICITY, "percent": round(100 * 45_302.4 / sum(year(5000, 60)))}
    early = add(session, site.id, worksheet=Worksheet.LIGHTING, start=date(2024, 7, 1))
    codes = {each.code for each in show_isolated_saving(session, early.id, today=TODAY).findings}
    assert "isolation.large_part_of_use" not in codes  # half a year is no year


def test_a_sub_meter_whose_saving_waits_or_is_withheld_shows_none(session: Session) -> None:
    site, pump = with_sub_meter(session)
    row = add(session, site.id, option=Option.ALL_PARAMETERS, worksheet=None, meter_id=pump.id, title="Pump")
    result = session.scalars(scoped(session, SavingsResult).where(SavingsResult.meter_id == pump.id)).one()
    result.stale = True
    session.flush()
    shown = show_isolated_saving(session, row.id, today=TODAY)
    assert (shown.saving.quantities, [each.code for each in shown.findings]) == ((), ["isolation.waiting"])
    result.stale, result.item = False, {**result.item, "disqualified": True}
    session.flush()
    shown = show_isolated_saving(session, row.id, today=TODAY)
    assert (shown.saving.quantities, [each.code for each in shown.findings]) == ((), ["isolation.sub_meter_withheld"])


def test_what_bounds_nothing_is_no_option_b(session: Session) -> None:
    site, pump = with_sub_meter(session)
    bare = make_meter(session, site.id, "Bare", parent_id=pump.parent_id)
    elsewhere = make_meter(session, make_building(session, "Anexo").id, "Elsewhere")

    def refused(meter_id: int) -> str:
        with pytest.raises(RefusedError) as error:
            add(session, site.id, option=Option.ALL_PARAMETERS, worksheet=None, meter_id=meter_id)
        return error.value.code

    assert refused(pump.parent_id or 0) == "isolation.not_a_sub_meter"
    assert refused(elsewhere.id) == "isolation.not_a_sub_meter"
    assert refused(bare.id) == "isolation.no_baseline"
    first = add(session, site.id, option=Option.ALL_PARAMETERS, worksheet=None, meter_id=pump.id)
    assert refused(pump.id) == "isolation.sub_meter_taken"
    withdraw_isolated_saving(session, first.id, reason="typed twice", version=first.version, now=NOW)
    add(session, site.id, option=Option.ALL_PARAMETERS, worksheet=None, meter_id=pump.id)


def test_an_external_result_is_recorded_and_says_where_it_is_not_calibrated(session: Session) -> None:
    row = external(session, make_building(session).id)
    shown = show_isolated_saving(session, row.id, today=TODAY)
    assert shown.external == EXTERNAL
    assert shown.saving.quantities == EXTERNAL.quantities
    assert shown.months[0].by_resource["electricity"][1] is None
    assert [each.code for each in shown.findings] == ["isolation.not_calibrated"]


def test_a_correction_keeps_what_stood_there_and_takes_the_signature_off(session: Session) -> None:
    author = make_person(session, root(session), "auditor")
    other = make_person(session, root(session), "auditor", email="other@example.org")
    as_person(session, author.id)
    row = add(session, make_building(session).id)
    as_person(session, other.id)
    sign_isolated_saving(session, row.id, version=row.version, now=NOW)
    assert list_isolated_savings(session)[0].signatory
    flushes, _, after = FILLED[Worksheet.TOILETS]
    better = filled_details(parameters=(flushes, measured(P.LITRES_BEFORE, 12, 0.7, 20), after))
    changed = change_isolated_saving(
        session, row.id, better, version=row.version, now=NOW, today=TODAY, reason="measured again"
    )
    assert (changed.signed_by, changed.changed_by) == (None, other.id)
    assert list_isolated_savings(session)[0].quantities[0].per_year == pytest.approx(60_000 * 7.2 / 1000)
    fields = {c.field: c for c in show_isolated_saving(session, row.id, today=TODAY).changes if c.reason}
    assert fields.keys() == {"litres_before", "signed_at"}
    assert (fields["litres_before"].old[0], fields["litres_before"].new[0]) == ("13", "12")
    assert verify_history(session).holds
    assert len(session.scalars(scoped(session, IsolatedParameter)).all()) == 3


def test_saving_what_stands_there_already_changes_nothing(session: Session) -> None:
    row = add(session, make_building(session).id)
    again = change_isolated_saving(session, row.id, filled_details(), version=row.version, now=NOW, today=TODAY)
    assert again.version == row.version == 1


def test_of_two_who_correct_the_same_one_sees_both_texts(session: Session) -> None:
    row = add(session, make_building(session).id)
    change_isolated_saving(session, row.id, filled_details(title="First"), version=1, now=NOW, today=TODAY)
    with pytest.raises(ConflictError) as error:
        change_isolated_saving(session, row.id, filled_details(title="Second"), version=1, now=NOW, today=TODAY)
    evidence = error.value.evidence
    assert (evidence["mine"], evidence["theirs"], evidence["version"]) == ("Second", "First", 2)


def test_nobody_signs_their_own(session: Session) -> None:
    author = make_person(session, root(session), "auditor")
    as_person(session, author.id)
    row = add(session, make_building(session).id)
    with pytest.raises(RefusedError) as error:
        sign_isolated_saving(session, row.id, version=1, now=NOW)
    assert error.value.code == "isolation.signed_by_author"


def test_a_withdrawn_saving_stays_with_its_reason_and_is_closed(session: Session) -> None:
    row = add(session, make_building(session).id)
    with pytest.raises(RefusedError) as error:
        withdraw_isolated_saving(session, row.id, reason=" ", version=1, now=NOW)
    assert error.value.code == "isolation.reason_missing"
    withdraw_isolated_saving(session, row.id, reason="the tanks were changed back", version=1, now=NOW)
    assert list_isolated_savings(session) == []
    (listed,) = list_isolated_savings(session, withdrawn=True)
    assert listed.row.withdrawn_at == NOW
    reasons = [change.reason for change in show_isolated_saving(session, row.id, today=TODAY).changes]
    assert "the tanks were changed back" in reasons
    for act in (
        lambda: change_isolated_saving(session, row.id, filled_details(title="x"), version=2, now=NOW, today=TODAY),
        lambda: sign_isolated_saving(session, row.id, version=2, now=NOW),
        lambda: withdraw_isolated_saving(session, row.id, reason="again", version=2, now=NOW),
    ):
        with pytest.raises(RefusedError) as error:
            act()
        assert error.value.code == "isolation.withdrawn"


def test_what_is_refused_leaves_no_row(session: Session) -> None:
    flushes, before, after = FILLED[Worksheet.TOILETS]
    with pytest.raises(RefusedError):
        add(session, make_building(session).id, parameters=(flushes, replace(before, sample=1), after))
    with pytest.raises(RefusedError):
        add(session, make_building(session, "B").id, parameters=(
            flushes, replace(before, measured_on=TODAY + timedelta(days=1)), after))  # fmt: skip
    assert list_isolated_savings(session, withdrawn=True) == []


def test_who_may_only_look_writes_nothing(session: Session) -> None:
    site = make_building(session)
    row = add(session, site.id)
    set_scope(session, Scope(tenant_of(session), permissions=frozenset({Permission.VIEW})))
    for act in (
        lambda: add(session, site.id),
        lambda: change_isolated_saving(session, row.id, filled_details(), version=1, now=NOW, today=TODAY),
        lambda: sign_isolated_saving(session, row.id, version=1, now=NOW),
        lambda: withdraw_isolated_saving(session, row.id, reason="why not", version=1, now=NOW),
    ):
        with pytest.raises(NotAllowedError):
            act()
    assert len(list_isolated_savings(session)) == 1


def test_another_tenant_or_ministry_finds_nothing(session: Session) -> None:
    health, works = make_ministry(session), make_ministry(session, "Obras")
    tenant = tenant_of(session)
    row = add(session, make_building(session, organisation_id=health.id).id)
    permissions = frozenset(Permission)
    set_scope(session, Scope(tenant, frozenset({works.id}), permissions=permissions))
    with pytest.raises(NotFoundError):
        show_isolated_saving(session, row.id, today=TODAY)
    assert list_isolated_savings(session) == []
    assert session.scalars(scoped(session, IsolatedParameter)).all() == []
    set_scope(session, Scope(tenant, frozenset({health.id}), permissions=permissions))
    assert show_isolated_saving(session, row.id, today=TODAY).changes
    open_tenant(session, make_tenant(session, "Otro"))
    for act in (
        lambda: show_isolated_saving(session, row.id, today=TODAY),
        lambda: withdraw_isolated_saving(session, row.id, reason="mine now", version=1, now=NOW),
    ):
        with pytest.raises(NotFoundError):
            act()


def test_a_list_asks_the_same_for_one_as_for_many(session: Session, database: Any) -> None:
    def asked() -> int:
        sent: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            sent.append(statement)

        sa.event.listen(database.engine, "before_cursor_execute", note)
        list_isolated_savings(session)
        sa.event.remove(database.engine, "before_cursor_execute", note)
        return len(sent)

    site = make_building(session)
    add(session, site.id)
    alone = asked()
    for n in range(4):
        add(session, make_building(session, f"Edificio {n}").id, worksheet=Worksheet.LEAKS)
    assert asked() == alone <= 4
    assert Resource.WATER in {q.resource for each in list_isolated_savings(session) for q in each.quantities}
