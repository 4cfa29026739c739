"""What waits stands on the first page: one's own follow-ups, late measures, audits to come; nothing of other people."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from conftest import NOW
from factories_accounts import make_person
from factories_audits import make_audit
from factories_measures import make_measure
from factories_sites import make_building

from emstrack.services.audits.show_waiting import show_waiting
from emstrack.storage.models import FollowUp, Organisation
from emstrack.storage.scope import scope_of, scoped, set_scope

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

TODAY = NOW.date()


def follow_up(session: Session, site_id: int, owner_id: int, due: date, **given: object) -> None:
    row = {"tenant_id": scope_of(session).tenant_id, "kind": "task", "title": f"{due}", "first_due": due, **given}
    session.add(FollowUp(site_id=site_id, owner_id=owner_id, due=due, created_at=NOW, **row))
    session.flush()


def test_nothing_waits_in_an_empty_place(session: Session) -> None:
    assert show_waiting(session, today=TODAY).is_empty


def test_what_is_mine_and_due_comes_first_and_the_rest_is_counted(session: Session) -> None:
    root = session.scalars(scoped(session, Organisation)).first()
    assert root is not None
    me, other = (make_person(session, root, "manager", email=f"{name}@example.org").id for name in ("yo", "otro"))
    site = make_building(session, "Palacio")
    for days in range(-7, 0):
        follow_up(session, site.id, me, TODAY + timedelta(days=days))
    follow_up(session, site.id, me, TODAY + timedelta(days=15))
    follow_up(session, site.id, me, TODAY, status="done")
    follow_up(session, site.id, other, TODAY)
    make_measure(session, site.id, due=TODAY - timedelta(days=1))
    make_measure(session, site.id, due=TODAY + timedelta(days=1))
    make_audit(session, site.id, start=TODAY, last_day=TODAY)
    make_audit(session, site.id, start=TODAY - timedelta(days=1), last_day=TODAY)
    set_scope(session, replace(scope_of(session), user_id=me))
    waiting = show_waiting(session, today=TODAY)
    assert [each.days_overdue for each in waiting.follow_ups] == [7, 6, 5, 4, 3]
    assert {each.site for each in waiting.follow_ups} == {"Palacio"}
    assert waiting.follow_ups_in_all == 7
    assert waiting.measures_overdue == 1
    assert [each.start for each in waiting.audits] == [TODAY]
