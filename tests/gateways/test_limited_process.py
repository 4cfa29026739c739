"""A function in a process of its own."""

from __future__ import annotations

import sqlite3
import sys
import time
from typing import TYPE_CHECKING

import limited_jobs as jobs
import pytest

from emstrack.domain.errors import RefusedError
from emstrack.gateways.limited_process import call, stream

if TYPE_CHECKING:
    from pathlib import Path

LIMITS = {"memory_mb": 1000, "seconds": 20}


def refused(function: object, **limits: object) -> str:
    with pytest.raises(RefusedError) as raised:
        list(stream(function, **{**LIMITS, **limits}))
    return raised.value.code


def test_what_the_function_yields_comes_back_in_order() -> None:
    assert list(stream(jobs.count, 1000, **LIMITS)) == list(range(1000))


def test_a_function_that_returns_gives_its_one_value() -> None:
    assert call(jobs.print_and_return, **LIMITS) == "value"


def test_starting_one_costs_less_than_half_a_second() -> None:
    def seconds() -> float:
        began = time.perf_counter()
        call(jobs.print_and_return, **LIMITS)
        return time.perf_counter() - began

    assert min(seconds() for _ in range(5)) < 0.5


def test_a_refusal_comes_back_as_itself_after_what_was_yielded() -> None:
    got = []
    with pytest.raises(RefusedError) as raised:
        got.extend(stream(jobs.refuse_after_two, **LIMITS))
    assert raised.value.code == "file.empty"
    assert raised.value.evidence == {"file": "a.csv"}


def test_memory_beyond_the_limit_is_a_refusal() -> None:
    assert refused(jobs.eat_memory) == "file.too_costly"


@pytest.mark.slow
def test_processor_time_beyond_the_limit_is_a_refusal() -> None:
    assert refused(jobs.eat_time, seconds=1) == "file.too_costly"


@pytest.mark.slow
def test_waiting_beyond_the_limit_is_a_refusal() -> None:
    began = time.monotonic()
    assert refused(jobs.sleep, seconds=1) == "file.too_costly"
    assert time.monotonic() - began < 5


def test_a_child_that_dies_is_a_refusal() -> None:
    assert refused(jobs.die) == "file.too_costly"


def test_a_child_that_leaves_without_a_word_is_a_refusal() -> None:
    assert refused(jobs.leave) == "file.cannot_be_read"


def test_a_failure_nobody_foresaw_is_a_sentence_and_a_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    assert refused(jobs.fail) == "file.cannot_be_read"
    assert "ZeroDivisionError" in caplog.text


def test_cancelling_ends_it_at_once() -> None:
    began = time.monotonic()
    assert refused(jobs.sleep, cancelled=lambda: True) == "file.cancelled"
    assert time.monotonic() - began < 5


def test_a_caller_that_stops_early_leaves_no_child_behind() -> None:
    numbers = stream(jobs.count, 10**9, **LIMITS)
    assert next(numbers) == 0
    began = time.monotonic()
    numbers.close()
    assert time.monotonic() - began < 5


def test_the_child_inherits_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMSTRACK_SECRET_KEY", "s3cret")
    assert not [name for name in call(jobs.environment, **LIMITS) if name.startswith("EMSTRACK")]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_child_inherits_no_database_connection(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "rows.sqlite3")
    connection.execute("CREATE TABLE row (id)")
    assert not [name for name in call(jobs.open_files, **LIMITS) if "sqlite3" in name or "socket" in name]
    connection.close()
