"""Follow-ups by rule and by hand: made once, put off with a reason, completed with a signature, never lost."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from conftest import NOW
from factories_accounts import make_person
from factories_follow_ups import TODAY, make_follow_up, make_measure
from factories_sites import make_building, make_meter, make_ministry
from PIL import Image

from emstrack.domain.accounts import Permission, Scope
from emstrack.domain.errors import ConflictError, NotAllowedError, NotFoundError, RefusedError
from emstrack.domain.follow_ups import Awaited, FollowUpOutcome
from emstrack.gateways.stored_files import StoredFiles
from emstrack.services.audits import write_follow_up as writing
from emstrack.services.audits.list_follow_ups import (
    FollowUpFilter,
    follow_ups_due,
    list_follow_ups,
    show_follow_up,
)
from emstrack.services.audits.plan_follow_ups import escalate_follow_ups, plan_follow_ups
from emstrack.services.audits.set_follow_up_rules import SetRule, list_rules, set_rules
from emstrack.services.sites.list_changes import changes_of
from emstrack.storage.models import Audit, Device, FollowUp, Organisation
from emstrack.storage.scope import find, set_scope, tenant_of

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session


def planned(session: Session) -> list[FollowUp]:
    return list(
        session.scalars(sa.select(FollowUp).where(FollowUp.tenant_id == tenant_of(session)).order_by(FollowUp.due))
    )


def result(**given: object) -> writing.Result:
    values = {
        "outcome": FollowUpOutcome.WORKING,
        "text": "Las 40 lámparas encienden.",
        "signed_as": "Ana Ruiz",
        **given,
    }
    return writing.Result(**values)  # type: ignore[arg-type]


@pytest.fixture
def files(tmp_path: Path) -> StoredFiles:
    return StoredFiles(str(tmp_path / "files"))


def test_a_measure_in_place_is_looked_at_after_30_90_180_and_365_days_on_working_days(session: Session) -> None:
    site = make_building(session, country="MX")
    owner = make_person(session, find(session, Organisation, tenant_of(session)), "committee")
    make_measure(session, site.id, owner_id=owner.id)
    assert plan_follow_ups(session, today=TODAY, now=NOW) == 4
    # 30 days: 30 September; 90: 29 November is a Sunday; 180: 27 February a Saturday; 365: 31 August 2027
    found = [(row.span, row.due) for row in planned(session)]
    assert found == [
        (30, date(2026, 9, 30)),
        (90, date(2026, 11, 30)),
        (180, date(2027, 3, 1)),
        (365, date(2027, 8, 31)),
    ]
    assert {(row.kind, row.owner_id) for row in planned(session)} == {("measure_check", owner.id)}


def test_a_rule_makes_each_follow_up_once_however_often_it_runs(session: Session) -> None:
    make_measure(session, make_building(session).id)
    plan_follow_ups(session, today=TODAY, now=NOW)
    assert [plan_follow_ups(session, today=TODAY + timedelta(days=n), now=NOW) for n in (0, 1, 7)] == [0, 0, 0]


def test_a_scheduler_that_slept_for_a_week_misses_nothing(session: Session) -> None:
    make_measure(session, make_building(session).id, implemented_on=TODAY)
    plan_follow_ups(session, today=TODAY + timedelta(days=37), now=NOW)
    assert [row.span for row in planned(session)] == [30, 90, 180, 365]


def test_what_a_rule_would_have_asked_for_long_ago_is_not_made_up(session: Session) -> None:
    make_measure(session, make_building(session).id, implemented_on=date(2023, 6, 1))
    plan_follow_ups(session, today=TODAY, now=NOW)
    assert [(row.span, row.span_unit) for row in planned(session)] == [(48, "months")]


def test_only_measures_in_place_are_looked_at(session: Session) -> None:
    site = make_building(session)
    make_measure(session, site.id, status="in_progress", implemented_on=None)
    make_measure(session, site.id, "Otra", archived_at=NOW)
    assert plan_follow_ups(session, today=TODAY, now=NOW) == 0


def test_a_replaced_device_is_looked_at_and_a_first_one_is_not(session: Session) -> None:
    meter = make_meter(session, make_building(session).id)
    values = {"tenant_id": tenant_of(session), "meter_id": meter.id}
    session.add(Device(**values, serial="A", installed=date(2026, 10, 1)))
    session.flush()
    assert plan_follow_ups(session, today=TODAY, now=NOW) == 0
    session.add(Device(**values, serial="0", installed=date(2020, 1, 1), removed=date(2026, 10, 1)))
    session.flush()
    assert plan_follow_ups(session, today=TODAY, now=NOW) == 1
    assert [(row.kind, row.meter_id, row.due) for row in planned(session)] == [
        ("meter_event", meter.id, date(2026, 11, 2))  # 31 October is a Saturday
    ]


def test_a_tenants_own_rules_stand_in_the_place_of_the_standard_ones(session: Session) -> None:
    make_measure(session, make_building(session).id, implemented_on=TODAY)
    mine = [SetRule(Awaited.AFTER_IMPLEMENTATION, (10,), 0, active=True)]
    mine += [SetRule(each, (), 0, active=False) for each in Awaited if each != Awaited.AFTER_IMPLEMENTATION]
    set_rules(session, mine, now=NOW)
    assert [(rule.waits_for, rule.active) for rule in list_rules(session)][:2] == [
        (Awaited.AFTER_IMPLEMENTATION, True),
        (Awaited.YEARLY_AFTER_IMPLEMENTATION, False),
    ]
    plan_follow_ups(session, today=TODAY, now=NOW)
    assert [row.span for row in planned(session)] == [10]


def test_the_next_audit_is_due_so_many_months_after_the_last(session: Session) -> None:
    site = make_building(session, country="MX")
    for start in (date(2025, 5, 4), date(2026, 5, 4)):
        values = {"start": start, "last_day": start, "status": "reported", "kind": "walk_through", "created_at": NOW}
        session.add(Audit(tenant_id=tenant_of(session), site_id=site.id, **values))
    session.flush()
    rules = [SetRule(each, (), 12, active=each == Awaited.AUDIT_EVERY) for each in Awaited]
    set_rules(session, rules, now=NOW)
    plan_follow_ups(session, today=TODAY, now=NOW)
    assert [(row.kind, row.span, row.due) for row in planned(session)] == [("audit_repeat", 12, date(2027, 5, 4))]


def test_rules_nobody_touched_are_the_standard_ones(session: Session) -> None:
    assert [rule.active for rule in list_rules(session)] == [True, True, False, True, True]


def test_a_rule_without_days_is_refused_and_nothing_changes(session: Session) -> None:
    with pytest.raises(RefusedError) as refused:
        set_rules(session, [SetRule(Awaited.DEVICE_CHANGED, (), 0, active=True)], now=NOW)
    assert refused.value.code == "follow_up.rule_days"


def test_what_waits_too_long_is_passed_on_once_and_putting_off_takes_it_back(session: Session) -> None:
    row_id = make_follow_up(session, make_building(session).id).id
    assert escalate_follow_ups(session, today=date(2026, 12, 8), now=NOW) == 0
    assert escalate_follow_ups(session, today=date(2026, 12, 9), now=NOW) == 1
    assert escalate_follow_ups(session, today=date(2026, 12, 10), now=NOW) == 0
    session.expire_all()
    row = find(session, FollowUp, row_id)
    today = date(2026, 12, 10)
    writing.snooze_follow_up(session, row.id, date(2027, 1, 8), "vacaciones", version=row.version, today=today, now=NOW)
    assert (row.due, row.first_due, row.snoozes, row.escalated_at) == (date(2027, 1, 8), date(2026, 12, 1), 1, None)


def test_every_change_is_kept_with_its_reason(session: Session) -> None:
    row = make_follow_up(session, make_building(session).id)
    writing.snooze_follow_up(session, row.id, date(2027, 1, 8), "vacaciones", version=1, today=TODAY, now=NOW)
    kept = [(each.field, each.old, each.new, each.reason) for each in changes_of(session, "follow_up", row.id)]
    assert ("due", "2026-12-01", "2027-01-08", "vacaciones") in kept


def test_it_is_completed_with_what_was_found_a_photo_and_a_name(session: Session, files: StoredFiles) -> None:
    row = make_follow_up(session, make_building(session).id)
    picture = io.BytesIO()
    Image.new("RGB", (20, 20)).save(picture, "PNG")
    done = result(photos=[("foto.png", picture.getvalue())])
    writing.complete_follow_up(session, files, row.id, done, version=1, now=NOW)
    shown = show_follow_up(session, row.id, today=TODAY)
    assert (shown.row.status, shown.row.outcome, shown.row.signed_as) == ("done", "working", "Ana Ruiz")
    assert len(shown.row.photo_ids) == 1
    assert list_follow_ups(session, FollowUpFilter(show="done"), today=TODAY).total == 1


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"text": " "}, "follow_up.result_missing"),
        ({"text": "x" * 10_001}, "follow_up.result_too_long"),
        ({"signed_as": ""}, "follow_up.signature_missing"),
        ({"photos": [("a.jpg", b"no picture")]}, "picture.not_one"),
        ({"photos": [("a.jpg", b"")] * 11}, "follow_up.too_many_photos"),
    ],
)
def test_an_incomplete_result_is_refused_and_the_follow_up_stays_open(
    session: Session, files: StoredFiles, given: dict[str, object], code: str
) -> None:
    row = make_follow_up(session, make_building(session).id)
    with pytest.raises(RefusedError) as refused:
        writing.complete_follow_up(session, files, row.id, result(**given), version=1, now=NOW)
    assert refused.value.code == code
    assert row.status == "open"


def test_one_that_comes_after_another_waits_for_it(session: Session, files: StoredFiles) -> None:
    site = make_building(session)
    first = make_follow_up(session, site.id, "Primero")
    second = make_follow_up(session, site.id, "Segundo", after_id=first.id)
    with pytest.raises(RefusedError) as refused:
        writing.complete_follow_up(session, files, second.id, result(), version=1, now=NOW)
    assert refused.value.code == "follow_up.waits"
    with pytest.raises(RefusedError) as refused:
        writing.change_follow_up(session, first.id, {"after_id": second.id}, version=1, now=NOW)
    assert refused.value.code == "follow_up.circle"
    writing.complete_follow_up(session, files, first.id, result(), version=1, now=NOW)
    writing.complete_follow_up(session, files, second.id, result(), version=1, now=NOW)
    assert second.status == "done"


def test_what_is_closed_stays_closed(session: Session) -> None:
    row = make_follow_up(session, make_building(session).id)
    writing.cancel_follow_up(session, row.id, "Se vendió el edificio", version=1, now=NOW)
    with pytest.raises(RefusedError) as refused:
        writing.snooze_follow_up(session, row.id, date(2027, 1, 8), "x", version=2, today=TODAY, now=NOW)
    assert refused.value.code == "follow_up.closed"


def test_calling_off_wants_a_reason(session: Session) -> None:
    row = make_follow_up(session, make_building(session).id)
    with pytest.raises(RefusedError) as refused:
        writing.cancel_follow_up(session, row.id, " ", version=1, now=NOW)
    assert refused.value.code == "follow_up.cancel_reason"


def test_two_who_write_at_once_see_each_other(session: Session, files: StoredFiles) -> None:
    row = make_follow_up(session, make_building(session).id)
    writing.change_follow_up(session, row.id, {"title": "Ver la caldera y el quemador"}, version=1, now=NOW)
    with pytest.raises(ConflictError):
        writing.complete_follow_up(session, files, row.id, result(), version=1, now=NOW)
    with pytest.raises(ConflictError):
        writing.change_follow_up(session, row.id, {"title": "Otra cosa"}, version=1, now=NOW)


def test_an_owner_has_to_have_a_role_at_the_site(session: Session) -> None:
    root = find(session, Organisation, tenant_of(session))
    health, works = make_ministry(session), make_ministry(session, "Obras")
    site = make_building(session, organisation_id=health.id)
    above = make_person(session, root, "administrator", email="a@example.org")
    beside = make_person(session, works, "committee", email="b@example.org")
    viewer = make_person(session, health, "viewer", email="v@example.org")
    assert make_follow_up(session, site.id, owner_id=above.id).owner_id == above.id
    for other in (beside, viewer):
        with pytest.raises(RefusedError) as refused:
            make_follow_up(session, site.id, owner_id=other.id)
        assert refused.value.code == "follow_up.owner_unknown"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"title": " "}, "follow_up.title_missing"),
        ({"title": "x" * 201}, "follow_up.title_too_long"),
        ({"due": TODAY - timedelta(days=1)}, "follow_up.due_past"),
    ],
)
def test_a_follow_up_that_cannot_be_kept_is_refused(session: Session, given: dict[str, object], code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        make_follow_up(session, make_building(session).id, **{"title": "x", **given})
    assert refused.value.code == code


def test_what_it_is_about_stands_at_the_same_site(session: Session) -> None:
    here, there = make_building(session), make_building(session, "Otro")
    meter = make_meter(session, there.id)
    with pytest.raises(RefusedError) as refused:
        make_follow_up(session, here.id, meter_id=meter.id)
    assert refused.value.code == "follow_up.elsewhere"


def test_only_what_lies_in_the_scope_is_seen_or_changed(session: Session) -> None:
    health, works = make_ministry(session), make_ministry(session, "Obras")
    mine = make_follow_up(session, make_building(session, "A", organisation_id=health.id).id, "mío")
    other = make_follow_up(session, make_building(session, "B", organisation_id=works.id).id, "ajeno")
    part = Scope(tenant_of(session), frozenset({health.id}), permissions=frozenset(Permission))
    set_scope(session, part)
    assert [row.id for row in list_follow_ups(session, today=TODAY).rows] == [mine.id]
    with pytest.raises(NotFoundError):
        show_follow_up(session, other.id, today=TODAY)
    set_scope(session, Scope(tenant_of(session), permissions=frozenset({Permission.VIEW})))
    with pytest.raises(NotAllowedError):
        writing.cancel_follow_up(session, mine.id, "x", version=1, now=NOW)


def test_what_is_due_is_listed_with_its_days(session: Session) -> None:
    site = make_building(session)
    make_follow_up(session, site.id, "pronto", due=date(2026, 12, 24))
    make_follow_up(session, site.id)
    found = follow_ups_due(session, tenant_of(session), on=date(2026, 12, 11))
    assert [(row.title, row.days_overdue) for row in found] == [("Ver la caldera", 10)]
