"""A measure goes its way, signed and reasoned; many at once, each refusal by name."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from conftest import NOW
from factories_accounts import make_person
from factories_measures import TODAY, kwh, make_measure, use_of_a_year
from factories_sites import make_building, make_meter

from emstrack.domain.errors import ConflictError, RefusedError
from emstrack.domain.measurement_plans import PlanDetails
from emstrack.domain.measures import MeasureStatus, Option, Step
from emstrack.services.audits.change_status import Wish, change_many, change_status
from emstrack.services.audits.combine_measures import combine_measures
from emstrack.services.audits.list_measures import MeasureFilter, list_measures, show_board
from emstrack.services.audits.list_owners import list_owners
from emstrack.services.audits.plan_verification import plan_of, set_plan
from emstrack.services.audits.show_measure import show_measure
from emstrack.storage.models import Measure, Organisation
from emstrack.storage.scope import find, scope_of, set_scope, tenant_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

S = MeasureStatus


def step(session: Session, measure: Measure, status: MeasureStatus, reason: str = "", day: date | None = None) -> None:
    wanted = Step(status=status, reason=reason, day=day)
    change_status(session, measure.id, wanted, version=measure.version, today=TODAY, now=NOW)


def people(session: Session) -> tuple[int, int]:
    root = find(session, Organisation, tenant_of(session))
    owner = make_person(session, root, "manager", email="olga@example.org", name="Olga")
    signer = make_person(session, root, "auditor", email="vera@example.org", name="Vera")
    return owner.id, signer.id


def as_user(session: Session, user_id: int) -> None:
    set_scope(session, replace(scope_of(session), user_id=user_id))


def test_the_way_of_a_measure_stands_in_its_history(session: Session) -> None:
    owner, signer = people(session)
    measure = make_measure(session, make_building(session).id, owner_id=owner)
    step(session, measure, S.ACCEPTED)
    step(session, measure, S.IN_PROGRESS, "Fuga urgente")
    step(session, measure, S.IMPLEMENTED, day=date(2026, 9, 1))
    as_user(session, owner)
    with pytest.raises(RefusedError) as refused:
        step(session, measure, S.VERIFIED)
    assert refused.value.code == "measure.signed_by_owner"
    as_user(session, signer)
    step(session, measure, S.VERIFIED)
    assert (measure.verified_by, measure.implemented_on) == (signer, date(2026, 9, 1))
    told = [each for each in show_measure(session, measure.id, today=TODAY).changes if each.field == "status"]
    assert [each.new for each in told] == ["verified", "implemented", "in_progress", "accepted"]
    assert [each.reason for each in told if each.new == "in_progress"] == ["Fuga urgente"]


def test_taken_back_it_is_no_longer_verified(session: Session) -> None:
    owner, signer = people(session)
    measure = make_measure(session, make_building(session).id, owner_id=owner)
    for status in (S.ACCEPTED, S.IN_PROGRESS, S.IMPLEMENTED):
        step(session, measure, status, "prisa")
    as_user(session, signer)
    step(session, measure, S.VERIFIED)
    step(session, measure, S.IMPLEMENTED, "El medidor estaba mal")
    assert (measure.verified_by, measure.verified_at) == (None, None)
    assert measure.implemented_on == TODAY


def test_two_who_step_at_once_meet_a_conflict(session: Session) -> None:
    measure = make_measure(session, make_building(session).id)
    step(session, measure, S.ACCEPTED)
    with pytest.raises(ConflictError):
        change_status(session, measure.id, Step(status=S.FINANCED), version=1, today=TODAY, now=NOW)


def test_many_at_once_name_each_that_refuses(session: Session) -> None:
    owner, _ = people(session)
    site = make_building(session)
    first, second, third = (make_measure(session, site.id, f"Medida {n}") for n in range(3))
    step(session, third, S.REJECTED, "No conviene")
    wish = Wish(owner_id=owner, due=date(2027, 3, 1), step=Step(status=S.ACCEPTED))
    done = change_many(session, [first.id, second.id, third.id], wish, today=TODAY, now=NOW)
    assert done.changed == 2
    assert [(title, error.code) for title, error in done.refused] == [("Medida 2", "measure.step_unknown")]
    assert (first.owner_id, first.due, first.status) == (owner, date(2027, 3, 1), "accepted")
    assert (third.owner_id, third.due) == (None, None)


WISHES: list[tuple[int, Wish, str]] = [
    (0, Wish(due=TODAY), "measure.none_chosen"),
    (501, Wish(due=TODAY), "measure.too_many_chosen"),
    (1, Wish(), "measure.nothing_wished"),
    (1, Wish(owner_id=12345), "measure.owner_unknown"),
]


def test_a_wish_that_is_none_is_refused(session: Session) -> None:
    for count, wish, code in WISHES:
        with pytest.raises(RefusedError) as refused:
            change_many(session, list(range(1, count + 1)), wish, today=TODAY, now=NOW)
        assert refused.value.code == code


def test_owners_are_the_people_who_work_here(session: Session) -> None:
    owner, signer = people(session)
    assert list_owners(session) == [(owner, "Olga"), (signer, "Vera")]


def test_a_list_filters_sorts_and_adds_up(session: Session) -> None:
    one, two = make_building(session), make_building(session, "Biblioteca", currency="USD")
    late = make_measure(session, one.id, "Fugas", due=date(2026, 1, 1))
    make_measure(session, one.id, "Bomba", effects=(kwh(40_000, "1"),))
    make_measure(session, two.id, "Solar")
    page = list_measures(session, today=TODAY)
    assert [row.title for row in page.rows] == ["Fugas", "Bomba", "Solar"]
    assert {s.currency: (s.measures, s.investment, s.annual_saving) for s in page.sums} == {
        "MXN": (2, 200_000, 82_000),
        "USD": (1, 100_000, 42_000),
    }
    assert page.sums[0].payback_years == pytest.approx(200 / 82)
    overdue = list_measures(session, MeasureFilter(overdue=True), today=TODAY)
    assert [row.id for row in overdue.rows] == [late.id]
    assert overdue.rows[0].overdue
    by_payback = list_measures(session, MeasureFilter(sort="payback"), today=TODAY, size=1)
    assert ([row.title for row in by_payback.rows], by_payback.pages) == (["Fugas"], 3)
    assert [r.title for r in list_measures(session, MeasureFilter(text="biblio"), today=TODAY).rows] == ["Solar"]
    assert list_measures(session, MeasureFilter(resource="water"), today=TODAY).total == 0
    assert list_measures(session, today=TODAY, page=99).rows


def test_the_board_has_a_column_for_each_status(session: Session) -> None:
    site = make_building(session)
    for n in range(10):
        make_measure(session, site.id, f"Medida {n}")
    step(session, make_measure(session, site.id, "Otra"), S.ACCEPTED)
    board = {column.status: column for column in show_board(session, today=TODAY)}
    assert (board[S.PROPOSED].count, len(board[S.PROPOSED].cards)) == (10, 8)
    assert [card.title for card in board[S.ACCEPTED].cards] == ["Otra"]
    assert board[S.VERIFIED].count == 0


def test_m_12_7_measures_on_one_meter_act_on_what_the_others_left(session: Session) -> None:
    site = make_building(session)
    meter = make_meter(session, site.id)
    use_of_a_year(session, meter.id, 10_000)
    make_measure(session, site.id, "LED", effects=(kwh(24_000, meter_id=meter.id),))
    second = make_measure(session, site.id, "Aire", effects=(kwh(12_000, meter_id=meter.id),))
    away = make_measure(session, site.id, "No", effects=(kwh(60_000, meter_id=meter.id),))
    step(session, away, S.REJECTED, "cara")
    [found] = combine_measures(session, site.id)
    assert (found.use, found.alone) == (120_000, 36_000)
    assert found.together == pytest.approx(120_000 * 0.28)
    assert [round(part.of_the_rest or 0) for part in found.parts] == [24_000, 9_600]
    assert found.factor == pytest.approx(33_600 / 36_000)
    [shown] = show_measure(session, second.id, today=TODAY).together
    assert shown.together == found.together


def test_m_12_7_without_twelve_months_nothing_is_claimed_together(session: Session) -> None:
    site = make_building(session)
    meter = make_meter(session, site.id)
    make_measure(session, site.id, effects=(kwh(24_000, meter_id=meter.id),))
    [found] = combine_measures(session, site.id)
    assert (found.use, found.together, found.factor) == (None, None, 1.0)


def test_an_agreed_plan_lets_the_work_begin(session: Session) -> None:
    site = make_building(session)
    meter = make_meter(session, site.id)
    use_of_a_year(session, meter.id, 10_000)
    measure = make_measure(session, site.id, effects=(kwh(24_000, meter_id=meter.id),))
    step(session, measure, S.ACCEPTED)
    with pytest.raises(RefusedError) as refused:
        step(session, measure, S.IN_PROGRESS)
    assert refused.value.code == "measure.plan_missing"
    details = PlanDetails(
        option=Option.C,
        boundary="Todo el edificio",
        meter_id=meter.id,
        reporting_start=date(2027, 1, 1),
        reporting_end=date(2028, 1, 1),
        verifier="Vera",
        agreed_by="Comité",
        agreed_on=TODAY,
    )
    plan = set_plan(session, measure.id, details, version=0, today=TODAY, now=NOW)
    assert plan.expected_fraction == pytest.approx(0.2)
    step(session, measure, S.IN_PROGRESS)
    set_plan(session, measure.id, replace(details, verifier="Otra"), version=1, today=TODAY, now=NOW)
    with pytest.raises(ConflictError):
        set_plan(session, measure.id, replace(details, verifier="Nadie"), version=1, today=TODAY, now=NOW)
    found = plan_of(session, measure.id)
    assert found is not None
    assert found.verifier == "Otra"


def test_a_plan_on_another_sites_meter_is_refused(session: Session) -> None:
    measure = make_measure(session, make_building(session).id)
    other = make_meter(session, make_building(session, "Otro").id)
    details = PlanDetails(option=Option.C, boundary="x", meter_id=other.id)
    with pytest.raises(RefusedError) as refused:
        set_plan(session, measure.id, details, version=0, today=TODAY, now=NOW)
    assert refused.value.code == "effect.meter_elsewhere"
