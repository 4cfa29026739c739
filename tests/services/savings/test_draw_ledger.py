"""The ledger on real rows: measures, meters, isolated savings, signatures; what is withheld says why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from conftest import NOW, make_tenant
from factories_accounts import make_person
from factories_measures import kwh, make_measure
from factories_reports import adopt, make_saving_site
from factories_savings import give_months, year
from factories_sites import make_meter
from worksheets_filled import filled_details

from emstrack.domain.accounts import Permission, Scope
from emstrack.domain.errors import NotFoundError, RefusedError
from emstrack.domain.ledger import LineKind
from emstrack.domain.measures import MeasureStatus, Step
from emstrack.domain.savings import Method
from emstrack.domain.verification import Option
from emstrack.domain.worksheets import Worksheet
from emstrack.services.audits.change_status import change_status
from emstrack.services.readings.recompute_monthly_values import recompute_monthly_values
from emstrack.services.savings.assign_saving import assign_saving, release_saving
from emstrack.services.savings.draw_ledger import draw_ledger
from emstrack.services.savings.list_ledger import LedgerFilter, ledger_of_measure, list_ledger
from emstrack.services.savings.record_isolated_saving import add_isolated_saving
from emstrack.services.savings.refresh_results import refresh_results
from emstrack.services.savings.settle_isolated_saving import sign_isolated_saving
from emstrack.services.sites.list_changes import changes_of
from emstrack.storage.models import Baseline, Measure, Organisation, Reading, SavingsResult, SignedSaving
from emstrack.storage.scope import find, scope_of, set_scope, tenant_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from emstrack.services.savings.ledger_lines import LedgerLine
    from emstrack.storage.models import IsolatedSaving, Meter, Site

S, K = MeasureStatus, LineKind
TODAY = NOW.date()
JANUARY = date(2025, 1, 1)


def saving_site(session: Session) -> tuple[Site, Meter]:
    """A building that used 1,000 kWh a month in 2024 and 800 in 2025, its baseline adopted and computed."""
    site, meter = make_saving_site(session)
    refresh_results(session, now=NOW)
    return site, meter


def people(session: Session) -> tuple[int, int]:
    root = find(session, Organisation, tenant_of(session))
    return tuple(
        make_person(session, root, role, email=f"{role}@example.org", name=role.title()).id
        for role in ("manager", "auditor")
    )  # type: ignore[return-value]  # two of them


def put_in(session: Session, site_id: int, title: str = "LED", *, day: date = JANUARY, **given: Any) -> Measure:
    """A measure that was implemented on a day."""
    measure = make_measure(session, site_id, title, **given)
    for status in (S.ACCEPTED, S.IN_PROGRESS, S.IMPLEMENTED):
        step(session, measure, status, "urgent", day if status is S.IMPLEMENTED else None)
    return measure


def step(session: Session, measure: Measure, status: S, reason: str = "", day: date | None = None) -> None:
    wanted = Step(status=status, reason=reason, day=day)
    change_status(session, measure.id, wanted, version=measure.version, today=TODAY, now=NOW)


def as_user(session: Session, user_id: int) -> None:
    set_scope(session, replace(scope_of(session), user_id=user_id))


def lighting(session: Session, site_id: int, **given: Any) -> IsolatedSaving:
    details = filled_details(**{"worksheet": Worksheet.LIGHTING, "start": JANUARY, "title": "Lamps", **given})
    return add_isolated_saving(session, site_id, details, now=NOW, today=TODAY)


def lines(session: Session) -> dict[str, LedgerLine]:
    return {line.title: line for line in draw_ledger(session, today=TODAY).lines}


def told(line: LedgerLine) -> list[str]:
    return [each.code for each in line.findings]


def test_a_measure_alone_on_its_meter_has_the_meters_saving(session: Session) -> None:
    site, meter = saving_site(session)
    put_in(session, site.id, effects=(kwh(2400, "2", meter_id=meter.id),))
    ledger = draw_ledger(session, today=TODAY)
    (line,), (total,) = ledger.lines, ledger.meters
    assert (line.kind, line.option, line.days, line.unit, line.meter) == (K.MEASURED, "C", 365, "kWh", meter.name)
    assert line.measured == pytest.approx(total.total)
    assert line.measured == pytest.approx(2400, rel=0.02)
    assert line.estimated == pytest.approx(2400 * 365 / 365.25)
    assert line.realisation == pytest.approx(1, rel=0.02)
    assert line.band_90 is not None
    assert line.estimated_money == Decimal("4796.71")
    assert line.measured_money == total.money
    assert total.unallocated == 0.0


def test_what_was_measured_apart_comes_off_first_and_the_rest_is_allocated(session: Session) -> None:
    site, meter = saving_site(session)
    first = put_in(session, site.id, "Lamps of all halls", effects=(kwh(500, meter_id=meter.id),))
    put_in(session, site.id, "Timers", effects=(kwh(1000, meter_id=meter.id),), day=date(2025, 7, 1))
    saving = lighting(session, site.id)
    assign_saving(session, first.id, saving.id, now=NOW)
    found = lines(session)
    apart, rest = found["Lamps of all halls"], found["Timers"]
    assert (apart.kind, apart.option, apart.saving_id) == (K.ISOLATED, "A", saving.id)
    assert (rest.kind, rest.days) == (K.ALLOCATED, 184)
    assert told(apart) == ["ledger.isolated_unsigned"]
    (total,) = draw_ledger(session, today=TODAY).meters
    assert (apart.measured or 0) + (rest.measured or 0) + total.unallocated == pytest.approx(total.total, rel=1e-9)
    money = (apart.measured_money or 0) + (rest.measured_money or 0) + (total.unallocated_money or 0)
    assert money == total.money
    assert [each.code for each in total.findings] == ["ledger.before_measures"]
    assert (rest.measured or 0) < 0  # the worksheet claims more than the meter saved: the rest says so


def test_a_sub_meter_comes_off_its_supply_meter(session: Session) -> None:
    site, meter = saving_site(session)
    pump = make_meter(session, site.id, "Pump", parent_id=meter.id)
    give_months(session, pump, "2024-01", year(200, 3) + year(150, 3), price=None)
    adopt(session, pump)
    refresh_results(session, now=NOW)
    details = filled_details(
        option=Option.ALL_PARAMETERS, worksheet=None, meter_id=pump.id, title="Pump", start=JANUARY
    )
    saving = add_isolated_saving(session, site.id, details, now=NOW, today=TODAY)
    measure = put_in(session, site.id, "Pump drive", effects=(kwh(600, meter_id=pump.id),))
    put_in(session, site.id, "Rest", effects=(kwh(1800, meter_id=meter.id),))
    assert told(lines(session)["Pump drive"]) == []
    assign_saving(session, measure.id, saving.id, now=NOW)
    found = lines(session)
    assert (found["Pump drive"].option, found["Pump drive"].meter) == ("B", meter.name)
    assert found["Pump drive"].measured == pytest.approx(600, rel=0.05)
    assert found["Rest"].measured == pytest.approx(1800, rel=0.05)
    assert found["Rest"].kind is K.ALLOCATED


@pytest.mark.parametrize("method", [Method.AVERAGE, Method.INTENSITY, Method.FIXED])
def test_m_40_11_an_indicative_baseline_feeds_no_line(session: Session, method: Method) -> None:
    site, meter = saving_site(session)
    session.execute(sa.update(Baseline).where(Baseline.tenant_id == tenant_of(session)).values(method=method.value))
    put_in(session, site.id, effects=(kwh(2400, meter_id=meter.id),))
    ledger = draw_ledger(session, today=TODAY)
    (line,) = ledger.lines
    assert (line.kind, line.measured, line.realisation) == (K.ESTIMATED, None, None)
    assert (told(line), ledger.meters) == (["ledger.indicative_baseline"], ())
    assert line.estimate_per_year == 2400


def test_what_is_not_measured_says_why(session: Session) -> None:
    site, meter = saving_site(session)
    put_in(session, site.id, "No baseline", effects=(kwh(10, meter_id=make_meter(session, site.id, "Annex").id),))
    put_in(session, site.id, "Which meter", effects=(kwh(10),))
    put_in(session, site.id, "No meter", effects=(kwh(10, resource="water", unit="m3"),))
    put_in(session, site.id, "Chemicals", effects=(kwh(10, resource="chemicals", unit="kg"),))
    put_in(session, site.id, "Nothing said", effects=())
    put_in(session, site.id, "Only now", effects=(kwh(10, meter_id=meter.id),), day=date(2026, 3, 1))
    found = {title: told(line) for title, line in lines(session).items()}
    assert found == {
        "No baseline": ["ledger.no_baseline"],
        "Which meter": ["ledger.several_meters"],
        "No meter": ["ledger.no_meter"],
        "Chemicals": ["ledger.not_metered"],
        "Nothing said": ["ledger.no_effect"],
        "Only now": ["ledger.not_yet"],
    }
    assert all(line.measured is None for line in lines(session).values())


def test_while_a_meter_is_computed_nothing_is_claimed_on_it(session: Session) -> None:
    site, meter = saving_site(session)
    put_in(session, site.id, effects=(kwh(2400, meter_id=meter.id),))
    session.execute(sa.update(SavingsResult).where(SavingsResult.tenant_id == tenant_of(session)).values(stale=True))
    assert told(lines(session)["LED"]) == ["ledger.waiting"]


def test_verifying_signs_the_figure_and_a_change_afterwards_shows(session: Session) -> None:
    site, meter = saving_site(session)
    owner, signer = people(session)
    measure = put_in(session, site.id, owner_id=owner, effects=(kwh(2400, meter_id=meter.id),))
    as_user(session, signer)
    step(session, measure, S.VERIFIED)
    (row,) = session.scalars(sa.select(SignedSaving).where(SignedSaving.tenant_id == tenant_of(session)))
    line = lines(session)["LED"]
    assert (row.quantity, row.band_90, row.kind, row.signed_by) == (line.measured, line.band_90, K.MEASURED, signer)
    assert (row.fingerprint, len(row.months)) == (line.fingerprint, 12)
    assert line.signature is not None
    assert (line.signature.changed, line.signature.first, line.signature.last) == (False, "2025-01", "2025-12")
    history = {each.field: each.new for each in changes_of(session, "measure", measure.id)}
    assert history["signed_fingerprint"] == line.fingerprint[:12]

    give_months(session, meter, "2026-01", year(800, 16)[:3])  # later months change nothing that was signed
    refresh_results(session, now=NOW)
    later = lines(session)["LED"]
    assert later.signature is not None
    assert (later.days, later.signature.changed) == (455, False)

    put_in(session, site.id, "Timers", effects=(kwh(100, meter_id=meter.id),))
    changed = lines(session)["LED"]
    assert changed.signature is not None
    assert (changed.kind, changed.signature.changed) == (K.ALLOCATED, True)
    assert "ledger.changed_since_signed" in told(changed)
    assert changed.signature.quantity == row.quantity
    assert changed.signature.now is not None


def test_a_corrected_bill_shows_against_what_was_signed(session: Session) -> None:
    site, meter = saving_site(session)
    owner, signer = people(session)
    measure = put_in(session, site.id, owner_id=owner, effects=(kwh(2400, meter_id=meter.id),))
    as_user(session, signer)
    step(session, measure, S.VERIFIED)
    session.execute(
        sa.update(Reading)
        .where(Reading.tenant_id == tenant_of(session), Reading.meter_id == meter.id, Reading.start == date(2025, 5, 1))
        .values(quantity=100.0, canonical_quantity=100.0)
    )

    recompute_monthly_values(session, [meter.id])
    refresh_results(session, now=NOW)
    line = lines(session)["LED"]
    assert line.signature is not None
    assert line.signature.changed
    assert (line.signature.now or 0) > line.signature.quantity


def test_a_step_back_withdraws_the_signature_and_fading_keeps_it(session: Session) -> None:
    site, meter = saving_site(session)
    owner, signer = people(session)
    measure = put_in(session, site.id, owner_id=owner, effects=(kwh(2400, meter_id=meter.id),))
    as_user(session, signer)
    step(session, measure, S.VERIFIED)
    step(session, measure, S.FADED, "doors open")
    assert lines(session)["LED"].signature is not None
    step(session, measure, S.VERIFIED)
    step(session, measure, S.IMPLEMENTED, "wrong bill")
    assert lines(session)["LED"].signature is None
    rows = session.scalars(sa.select(SignedSaving).where(SignedSaving.tenant_id == tenant_of(session))).all()
    assert [row.withdrawn_at is not None for row in rows] == [True, True]


def test_a_share_is_never_signed_nor_a_saving_that_waits_for_its_own_signature(session: Session) -> None:
    site, meter = saving_site(session)
    owner, signer = people(session)
    led = put_in(session, site.id, owner_id=owner, effects=(kwh(1000, meter_id=meter.id),))
    put_in(session, site.id, "Timers", owner_id=owner, effects=(kwh(1000, meter_id=meter.id),))
    saving = lighting(session, site.id)
    as_user(session, signer)
    with pytest.raises(RefusedError) as refused:
        step(session, led, S.VERIFIED)
    assert refused.value.code == "ledger.only_allocated"
    assign_saving(session, led.id, saving.id, now=NOW)
    with pytest.raises(RefusedError) as refused:
        step(session, led, S.VERIFIED)
    assert refused.value.code == "ledger.saving_unsigned"
    sign_isolated_saving(session, saving.id, version=saving.version, now=NOW)
    step(session, led, S.VERIFIED)
    assert lines(session)["LED"].signature is not None


def test_a_measure_verified_without_a_figure_says_so(session: Session) -> None:
    site, _ = saving_site(session)
    owner, signer = people(session)
    measure = put_in(session, site.id, owner_id=owner, effects=(kwh(10, resource="water", unit="m3"),))
    as_user(session, signer)
    step(session, measure, S.VERIFIED)
    assert told(lines(session)["LED"]) == ["ledger.no_meter", "ledger.verified_without_figure"]


def test_a_saving_stands_for_one_measure_of_its_own_site(session: Session) -> None:
    site, meter = saving_site(session)
    other, _ = make_saving_site(session, "Biblioteca")
    measure = put_in(session, site.id, effects=(kwh(100, meter_id=meter.id),))
    second, elsewhere = put_in(session, site.id, "Two", effects=()), put_in(session, other.id, "Other", effects=())
    saving = lighting(session, site.id)
    assert lines(session)["Lamps"].measure_id is None
    assign_saving(session, measure.id, saving.id, now=NOW)
    assert assign_saving(session, measure.id, saving.id, now=NOW).measure_id == measure.id
    assert ledger_of_measure(session, measure.id, site.id, today=TODAY)[1] == ()
    for wrong, code in ((second, "ledger.saving_taken"), (elsewhere, "ledger.saving_elsewhere")):
        with pytest.raises(RefusedError) as refused:
            assign_saving(session, wrong.id, saving.id, now=NOW)
        assert refused.value.code == code
    release_saving(session, second.id, saving.id, now=NOW)  # it is not its own: nothing happens
    release_saving(session, measure.id, saving.id, now=NOW)
    assert ledger_of_measure(session, measure.id, site.id, today=TODAY)[1] == ((saving.id, "Lamps"),)
    assert "Lamps" in lines(session)


def test_m_40_12_totals_keep_resources_and_kinds_apart(session: Session) -> None:
    site, meter = saving_site(session)
    second, other = make_saving_site(session, "Biblioteca", factor=0.9)
    refresh_results(session, now=NOW)
    put_in(session, site.id, effects=(kwh(2400, meter_id=meter.id),))
    put_in(session, second.id, "A", effects=(kwh(400, meter_id=other.id),))
    put_in(session, second.id, "B", effects=(kwh(800, meter_id=other.id), kwh(5, resource="water", unit="m3")))
    page = list_ledger(session, today=TODAY)
    sums = {each.resource: each for each in page.sums}
    power = sums["electricity"]
    assert power.measured == pytest.approx(2400, rel=0.02)
    assert power.allocated == pytest.approx(1200, rel=0.05)
    assert (power.measured or 0) + (power.allocated or 0) == pytest.approx(power.meters)
    assert (sums["water"].measured, sums["water"].per_year, sums["water"].realisation) == (None, 5, None)
    assert [each.currency for each in page.money] == ["MXN"]
    assert [each.title for each in list_ledger(session, LedgerFilter(site_id=site.id), today=TODAY).lines] == ["LED"]
    assert list_ledger(session, LedgerFilter(resource="water"), today=TODAY).total == 1
    none = list_ledger(session, LedgerFilter(status=S.VERIFIED), today=TODAY)
    assert (none.total, none.meters, none.sums, none.first) == (0, (), (), 0)
    second_page = list_ledger(session, today=TODAY, page=2, size=3)
    assert (second_page.pages, second_page.first, second_page.last, len(second_page.lines)) == (2, 4, 4, 1)


def test_another_tenants_ledger_is_its_own(session: Session) -> None:
    site, meter = saving_site(session)
    measure = put_in(session, site.id, effects=(kwh(2400, meter_id=meter.id),))
    saving = lighting(session, site.id)
    foreign = make_tenant(session, "Hotel Ajeno")
    set_scope(session, Scope(foreign.id, permissions=frozenset(Permission)))
    assert draw_ledger(session, today=TODAY).lines == ()
    with pytest.raises(NotFoundError):
        assign_saving(session, measure.id, saving.id, now=NOW)
