"""The clock only ticks: it goes on after an error, after the computer's clock was set back, and stops when told."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from apscheduler.schedulers import base

from emstrack.domain.errors import UnavailableError
from emstrack.jobs.clock import keep_running


class Runner:
    """Counts how often it is called."""

    def __init__(self, *errors: Exception) -> None:
        self.times = 0
        self.errors = list(errors)

    def run_due(self) -> dict[str, int]:
        self.times += 1
        if self.errors:
            raise self.errors.pop(0)
        return {}


class Running:
    """The clock in a thread."""

    def __init__(self, runner: Runner) -> None:
        self.runner = runner
        self.stop = threading.Event()
        self.thread = threading.Thread(target=keep_running, args=(runner, self.stop), kwargs={"tick_seconds": 0.1})

    def __enter__(self) -> Running:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join(20)

    def reaches(self, times: int) -> bool:
        end = time.monotonic() + 20
        while time.monotonic() < end and self.runner.times < times:
            time.sleep(0.02)
        return self.runner.times >= times


def test_it_ticks_until_it_is_told_to_stop() -> None:
    with Running(Runner()) as running:
        assert running.reaches(3)
    assert not running.thread.is_alive()
    after = running.runner.times
    time.sleep(0.3)
    assert running.runner.times == after


@pytest.mark.parametrize("error", [UnavailableError("database.busy"), ZeroDivisionError("a defect")])
def test_an_error_does_not_end_it(error: Exception) -> None:
    with Running(Runner(error)) as running:
        assert running.reaches(3)


def test_a_clock_set_back_an_hour_does_not_stall_it(monkeypatch: pytest.MonkeyPatch) -> None:
    back = [timedelta()]

    class Shifted(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return datetime.now(tz or UTC) - back[0]

    monkeypatch.setattr(base, "datetime", Shifted)
    monkeypatch.setattr("emstrack.jobs.clock.datetime", Shifted)
    with Running(Runner()) as running:
        assert running.reaches(2)
        back[0] = timedelta(hours=1)
        assert running.reaches(running.runner.times + 5)
