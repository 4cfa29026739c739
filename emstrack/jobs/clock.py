"""The tick: APScheduler wakes the runner, and a watch wakes it too where the computer's clock was set back."""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from apscheduler.schedulers.background import BackgroundScheduler

from emstrack.domain.errors import EmstrackError

if TYPE_CHECKING:
    import threading

    from emstrack.jobs.runner import Runner

log = logging.getLogger(__name__)

TICK_SECONDS = 15


def keep_running(runner: Runner, stop: threading.Event, *, tick_seconds: float = TICK_SECONDS) -> None:
    """Run what is due at each tick until told to stop; what runs then is finished first."""
    last = [time.monotonic()]

    def tick() -> None:
        last[0] = time.monotonic()
        try:
            runner.run_due()
        except EmstrackError as error:  # a database that is busy or away comes back
            log.warning("not this time: %s", error.code)
        except Exception:
            log.exception("a tick failed; the next one tries again")
        last[0] = time.monotonic()

    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    scheduler = BackgroundScheduler(timezone=UTC)
    scheduler.add_job(
        tick,
        "interval",
        seconds=tick_seconds,
        id="tick",
        next_run_time=datetime.now(UTC),
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,
    )
    scheduler.start()
    try:
        while not stop.wait(tick_seconds):
            if time.monotonic() - last[0] > 3 * tick_seconds:
                # its timer waits for a moment that a clock set back has moved away
                scheduler.modify_job("tick", next_run_time=datetime.now(UTC))
    finally:
        scheduler.shutdown(wait=True)
