"""Does what is due: claims it, runs its body, writes the log. The clock that calls it decides nothing."""

from __future__ import annotations

import logging
import os
import socket
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from emstrack.domain.errors import EmstrackError
from emstrack.domain.schedules import next_after
from emstrack.jobs.schedule import SCHEDULE, Job
from emstrack.language.languages import Language
from emstrack.services.reports import claim_work, plan_work, record_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from emstrack.jobs.context import Context
    from emstrack.services.reports.claim_work import Work

log = logging.getLogger(__name__)


@dataclass
class Runner:
    """One scheduler process."""

    context: Context
    leads: Callable[[], bool]
    schedule: Iterable[Job] = SCHEDULE
    owner: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}:{os.urandom(3).hex()}")

    def run_due(self) -> dict[str, int]:
        """Do everything that is due now, if this process leads; return how often each kind ran."""
        done: dict[str, int] = {}
        if not self.leads():
            return done
        table = {job.kind: job for job in self.schedule}
        now = self.context.clock()
        with self.context.transaction() as session:
            record_run.beat(session, now=now)
            for job in table.values():
                if job.when is not None:
                    plan_work.keep_recurring(session, job.kind, job.when, now=now)
        while (work := self._claim(table)) is not None:
            self._do(table[work.kind], work)
            done[work.kind] = done.get(work.kind, 0) + 1
        return done

    def _claim(self, table: dict[str, Job]) -> Work | None:
        with self.context.transaction() as session:
            return claim_work.claim_work(session, table.keys(), owner=self.owner, now=self.context.clock())

    def _do(self, job: Job, work: Work) -> None:
        with self.context.transaction() as session:
            run_id = record_run.start_run(session, job.kind, now=self.context.clock())
        try:
            counts = job.body(self.context, work)
        except Exception as error:  # noqa: BLE001 - one job's defect must not stop the others; it is logged and shown
            self._failed(work, run_id, error)
            return
        with self.context.transaction() as session:
            now = self.context.clock()
            following = next_after(job.when, now) if job.when is not None else None
            claim_work.finish_work(session, work, owner=self.owner, now=now, next_due_at=following)
            late = int((now - work.due_at).total_seconds() // 60)
            told = {**counts, **({"late_minutes": late} if late >= 5 and any(counts.values()) else {})}
            record_run.finish_run(session, run_id, outcome="done", now=now, counts=told)

    def _failed(self, work: Work, run_id: int, error: Exception) -> None:
        if isinstance(error, EmstrackError):
            message = Language(self.context.settings.language or "en").sentence(error)
            log.warning("%s: %s", work.kind, message)
        else:
            message = f"{type(error).__name__}: {error}"
            log.error("%s failed", work.kind, exc_info=error)
        with self.context.transaction() as session:
            now = self.context.clock()
            claim_work.delay_work(session, work, owner=self.owner, now=now, error=message)
            record_run.finish_run(session, run_id, outcome="failed", now=now, counts={}, message=message)
