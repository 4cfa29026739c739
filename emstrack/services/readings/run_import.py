"""One file's whole way in: read in a limited process, compared, and written in one short transaction at the end.

A process killed anywhere before the last commit leaves nothing but a batch that says `running`, which the next start
calls interrupted.
"""

from __future__ import annotations

import hashlib
import itertools
import time
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from emstrack.domain.errors import EmstrackError, RefusedError, UnavailableError
from emstrack.domain.readings import BatchStatus
from emstrack.readers.rows import DriverRows, ReadingRows, RecommendationRows, SiteRows
from emstrack.services.audits.file_of_recommendations import FileOfRecommendations
from emstrack.services.readings.file_of_drivers import FileOfDrivers
from emstrack.services.readings.file_of_readings import FileOfReadings
from emstrack.services.readings.file_of_sites import FileOfSites
from emstrack.services.readings.file_of_weather import FileOfWeather
from emstrack.services.readings.import_outcome import Outcome
from emstrack.services.readings.keep_batch import finish_batch, note_progress, still_wanted
from emstrack.services.readings.read_chunks import Limits, Request, read_chunks
from emstrack.services.readings.write_history_link import open_link
from emstrack.storage.scope import set_scope
from emstrack.storage.statistics import gather_statistics

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

    from emstrack.domain.accounts import Scope
    from emstrack.readers.rows import Chunk

    File = FileOfReadings | FileOfSites | FileOfDrivers | FileOfWeather | FileOfRecommendations

_PROGRESS_SECONDS = 0.5
_TRIES = 6


class Transactions(Protocol):
    """Opens a transaction that commits at its end; the edge gives it, because a long job has several."""

    def __call__(self, *, read_only: bool = False) -> AbstractContextManager[Session]:
        """Begin one."""


@dataclass(slots=True)
class Watch:
    """Between two chunks: tells how far it is, hears whether it shall go on."""

    transactions: Transactions
    scope: Scope
    clock: Callable[[], datetime]
    batch_id: int | None = None
    told: Callable[[int, float], None] = lambda _rows, _part: None
    rows: int = 0
    _last: float = field(default_factory=time.monotonic)
    _cancelled: bool = False

    def over(self, chunks: Iterator[Chunk]) -> Iterator[Chunk]:
        """Pass chunks on, telling of each."""
        for chunk in chunks:
            self.rows += len(chunk.rows)
            self.told(self.rows, chunk.done)
            if not self._cancelled and time.monotonic() - self._last >= _PROGRESS_SECONDS:
                self._note(chunk.done)
            if self._cancelled:
                raise RefusedError("file.cancelled")
            yield chunk

    def cancelled(self) -> bool:
        """Ask at most twice a second whether somebody said stop."""
        if time.monotonic() - self._last >= _PROGRESS_SECONDS:
            self._last = time.monotonic()
            self._cancelled = self._cancelled or not self._wanted()
        return self._cancelled

    def check(self) -> None:
        """Stop if somebody said so."""
        if self._cancelled or not self._wanted():
            raise RefusedError("file.cancelled")

    def _wanted(self) -> bool:
        if self.batch_id is None:
            return True
        with self.transactions(read_only=True) as session:
            set_scope(session, self.scope)
            return still_wanted(session, self.batch_id)

    def _note(self, part: float) -> None:
        self._last = time.monotonic()
        if self.batch_id is None:
            return
        total = round(self.rows / part) if part > 0 else None
        try:
            with self.transactions() as session:
                set_scope(session, self.scope)
                self._cancelled = not note_progress(session, self.batch_id, self.rows, total)
        except UnavailableError:
            return  # progress is a courtesy; whoever holds the database comes first


def run_import(watch: Watch, request: Request, limits: Limits) -> Outcome:
    """Take a file in for real; its batch is there already and says `running`."""
    try:
        outcome = _run(watch, request, limits)
    except EmstrackError as error:
        cancelled = error.code == "file.cancelled"
        _finish(watch, BatchStatus.CANCELLED if cancelled else BatchStatus.REFUSED, error=error)
        raise
    except BaseException:
        _finish(watch, BatchStatus.INTERRUPTED)
        raise
    if outcome.refused_as_a_whole:
        _finish(watch, BatchStatus.REFUSED, outcome=outcome)
    return outcome


def preview_import(watch: Watch, request: Request, limits: Limits) -> tuple[Outcome, File]:
    """Say what a file would do, and write nothing; the caller closes the file."""
    file = _read(watch, request, limits)
    with watch.transactions(read_only=True) as session:
        set_scope(session, watch.scope)
        file.plan(session)
    outcome = _outcome(request, file, dry_run=True)
    outcome.refused_as_a_whole = _nothing_may_go(request, outcome)
    return outcome, file


def _run(watch: Watch, request: Request, limits: Limits) -> Outcome:
    with closing(_read(watch, request, limits)) as file:
        with watch.transactions(read_only=True) as session:
            set_scope(session, watch.scope)
            file.plan(session)
        watch.check()
        outcome = _outcome(request, file, dry_run=False)
        outcome.batch_id = watch.batch_id
        if _nothing_may_go(request, outcome):
            outcome.refused_as_a_whole = True
            return outcome
        return _write(watch, request, file)


def _nothing_may_go(request: Request, outcome: Outcome) -> bool:
    return request.all_or_nothing and outcome.counts["refused"] > 0


def _write(watch: Watch, request: Request, file: File) -> Outcome:
    for tried in itertools.count(1):
        try:
            with watch.transactions() as session:
                set_scope(session, watch.scope)
                return _write_in(session, watch, request, file)
        except UnavailableError:
            if tried == _TRIES:
                raise
            watch.check()
    raise AssertionError("unreachable")


def _write_in(session: Session, watch: Watch, request: Request, file: File) -> Outcome:
    batch_id = watch.batch_id
    if batch_id is None or not still_wanted(session, batch_id):
        raise RefusedError("file.cancelled")
    link = open_link(session, now=watch.clock(), batch_id=batch_id)
    if not file.still_holds(session, link.row.sequence - 1):
        file.plan(session)
    outcome = _outcome(request, file, dry_run=False)
    outcome.batch_id = batch_id
    if _nothing_may_go(request, outcome):
        session.rollback()
        outcome.refused_as_a_whole = True
        return outcome
    if outcome.counts["new"] + outcome.counts["updated"]:
        file.write(session, link, lambda _rows: None)
        gather_statistics(session, outcome.counts["new"] + outcome.counts["updated"])
    else:
        session.delete(link.row)
    finish_batch(session, batch_id, BatchStatus.DONE, outcome=outcome, now=watch.clock())
    return outcome


def _read(watch: Watch, request: Request, limits: Limits) -> File:
    chunks = watch.over(read_chunks(request, limits, watch.cancelled))
    first = next(chunks)
    every = itertools.chain((first,), chunks)
    if isinstance(first.rows, ReadingRows):
        return FileOfReadings(every, organisation_id=request.organisation_id, currency=request.currency)
    if isinstance(first.rows, SiteRows):
        return FileOfSites(every, organisation_id=request.organisation_id)
    if isinstance(first.rows, DriverRows):
        return FileOfDrivers(every, organisation_id=request.organisation_id)
    if isinstance(first.rows, RecommendationRows):
        return FileOfRecommendations(
            every, organisation_id=request.organisation_id, currency=request.currency, today=request.today
        )
    return FileOfWeather(every)


def _outcome(request: Request, file: File, *, dry_run: bool) -> Outcome:
    return Outcome(
        file=request.name,
        kind=file.kind,
        format=file.format,
        dry_run=dry_run,
        counts=file.counts(),
        meters=file.meters(),
        findings=file.findings(),
    )


def _finish(
    watch: Watch, status: BatchStatus, *, outcome: Outcome | None = None, error: EmstrackError | None = None
) -> None:
    if watch.batch_id is None:
        return
    with watch.transactions() as session:
        set_scope(session, watch.scope)
        finish_batch(session, watch.batch_id, status, outcome=outcome, error=error, now=watch.clock())


def sha256_of(request: Request) -> str:
    """Return the digest of the file, so that the same file is recognised under another name."""
    with request.path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
