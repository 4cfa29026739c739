"""Due work is done once, late rather than never, and one failure stops nothing else."""

from __future__ import annotations

import threading
from datetime import time, timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from conftest import NOW

from emstrack.domain.errors import UnavailableError
from emstrack.domain.schedules import Daily, Every
from emstrack.jobs.runner import Runner
from emstrack.jobs.schedule import Job
from emstrack.services.reports.claim_work import claim_work
from emstrack.services.reports.plan_work import Plan, plan_work
from emstrack.storage.models import DueWork, JobRun

if TYPE_CHECKING:
    from collections.abc import Mapping

    from emstrack.jobs.context import Context
    from emstrack.services.reports.claim_work import Work
    from emstrack.storage.session import Database


class Recording:
    """A body that remembers what it was given."""

    def __init__(self, error: Exception | None = None) -> None:
        self.keys: list[str] = []
        self.error = error

    def __call__(self, _context: Context, work: Work) -> Mapping[str, int]:
        self.keys.append(work.key)
        if self.error is not None:
            raise self.error
        return {"done": 1}


def runner(context: Context, *jobs: Job, leads: bool = True) -> Runner:
    return Runner(context, lambda: leads, schedule=jobs)


def plan(database: Database, key: str, *, after: timedelta = timedelta()) -> bool:
    with database.transaction() as session:
        return plan_work(session, Plan("once", key, NOW + after), now=NOW)


def rows(database: Database, model: type) -> list:
    with database.transaction(read_only=True) as session:
        found = list(session.scalars(sa.select(model).order_by(model.id)))
        session.expunge_all()
        return found


def test_one_off_work_is_done_once_and_planned_once(context: Context, database: Database) -> None:
    body = Recording()
    assert plan(database, "a")
    assert not plan(database, "a")
    one = runner(context, Job("once", None, body))
    assert one.run_due() == {"once": 1}
    assert one.run_due() == {}
    assert body.keys == ["a"]


def test_work_not_begun_yet_moves_to_its_new_moment(context: Context, database: Database) -> None:
    plan(database, "a", after=timedelta(days=2))
    plan(database, "a", after=timedelta(days=1))
    assert [row.due_at for row in rows(database, DueWork)] == [NOW + timedelta(days=1)]


@pytest.mark.parametrize("away", [{"seconds": 3}, {"hours": 1}, {"days": 3}, {"days": 40}])
def test_after_an_absence_each_piece_arrives_once_and_a_recurring_one_once(
    context: Context, database: Database, clock, away: dict[str, float]
) -> None:
    once, often = Recording(), Recording()
    one = runner(context, Job("once", None, once), Job("often", Every(1), often))
    one.run_due()
    for n in range(20):
        plan(database, f"k{n}", after=timedelta(seconds=1))
    clock.turn(**away)
    one.run_due()
    one.run_due()
    assert sorted(once.keys) == sorted(f"k{n}" for n in range(20))
    assert len(often.keys) == (1 if away == {"seconds": 3} else 2)


def test_lateness_is_written_in_the_log(context: Context, database: Database, clock) -> None:
    plan(database, "a")
    clock.turn(hours=3)
    runner(context, Job("once", None, Recording())).run_due()
    assert rows(database, JobRun)[-1].counts == {"done": 1, "late_minutes": 180}


def test_a_failure_is_told_tried_again_and_stops_nothing_else(context: Context, database: Database, clock) -> None:
    bad, good = Recording(ZeroDivisionError("x")), Recording()
    plan(database, "a")
    one = runner(context, Job("once", None, bad), Job("often", Every(1), good))
    one.run_due()
    assert good.keys == ["often"]
    failed = next(run for run in rows(database, JobRun) if run.kind == "once")
    assert (failed.outcome, failed.message) == ("failed", "ZeroDivisionError: x")
    one.run_due()
    assert bad.keys == ["a"], "not again at once"
    clock.turn(minutes=2)
    bad.error = None
    one.run_due()
    assert bad.keys == ["a", "a"]
    assert next(row for row in rows(database, DueWork) if row.kind == "once").done_at == clock.now


def test_an_error_with_a_sentence_is_logged_as_the_sentence(context: Context, database: Database) -> None:
    plan(database, "a")
    runner(context, Job("once", None, Recording(UnavailableError("database.busy")))).run_due()
    assert rows(database, JobRun)[-1].message.startswith("Somebody else is writing")


def test_what_a_killed_process_had_claimed_is_done_after_its_lease(context: Context, database: Database, clock) -> None:
    plan(database, "a")
    with database.transaction() as session:
        assert claim_work(session, ["once"], owner="killed", now=NOW) is not None
    body = Recording()
    one = runner(context, Job("once", None, body))
    assert one.run_due() == {}
    clock.turn(minutes=16)
    assert one.run_due() == {"once": 1}


def test_a_clock_set_back_neither_stalls_nor_doubles(context: Context, database: Database, clock) -> None:
    often, daily = Recording(), Recording()
    one = runner(context, Job("often", Every(1), often), Job("daily", Daily(time(3)), daily))
    one.run_due()
    clock.turn(days=1)
    one.run_due()
    assert (len(often.keys), len(daily.keys)) == (2, 1)
    clock.turn(hours=-1)
    one.run_due()
    assert len(often.keys) == 2
    clock.turn(minutes=1)
    one.run_due()
    assert len(often.keys) == 3
    clock.turn(hours=2)
    one.run_due()
    assert len(daily.keys) == 1


def test_who_does_not_lead_does_nothing(context: Context, database: Database) -> None:
    plan(database, "a")
    assert runner(context, Job("once", None, Recording()), leads=False).run_due() == {}
    assert rows(database, JobRun) == []


def test_a_kind_this_version_does_not_know_is_left_alone(context: Context, database: Database) -> None:
    plan(database, "a")
    assert runner(context).run_due() == {}
    assert rows(database, DueWork)[0].done_at is None


def test_idle_runs_leave_only_the_heartbeat(context: Context, database: Database, clock) -> None:
    one = runner(context, Job("often", Every(1), lambda *_: {"sent": 0}))
    for _ in range(5):
        one.run_due()
        clock.turn(minutes=1)
    assert [(run.kind, run.started_at) for run in rows(database, JobRun)] == [("tick", NOW + timedelta(minutes=4))]


@pytest.mark.slow
def test_eight_workers_do_two_hundred_pieces_exactly_once(context: Context, database: Database) -> None:
    with database.transaction() as session:
        session.add_all(
            DueWork(kind="once", payload={}, due_at=NOW, dedupe_key=f"k{n}", created_at=NOW) for n in range(200)
        )
    keys: list[str] = []
    job = Job("once", None, lambda _context, work: keys.append(work.key) or {"done": 1})

    def work() -> None:
        one = runner(context, job)
        while True:
            try:
                one.run_due()
            except UnavailableError:
                continue
            return

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(keys) == sorted(f"k{n}" for n in range(200))
