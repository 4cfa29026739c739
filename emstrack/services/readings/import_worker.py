"""Previews and imports of uploaded files, in threads: a page is answered at once and asks how far it is.

Each starts once the transaction that asked for it is committed. A process that is killed leaves a batch whose process
is gone, which the next one calls interrupted.
"""

from __future__ import annotations

import logging
import threading
from contextlib import closing
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import event

from emstrack.domain.errors import EmstrackError
from emstrack.domain.readings import BatchStatus
from emstrack.gateways.stored_files import StoredFiles
from emstrack.services.readings.keep_batch import finish_batch, mark_interrupted
from emstrack.services.readings.preview_rows import write_rows
from emstrack.services.readings.read_chunks import Limits, Request
from emstrack.services.readings.receive_file import COLUMNS_HELP, request_of_batch
from emstrack.services.readings.run_import import Transactions, Watch, preview_import, run_import
from emstrack.storage.models import ImportBatch
from emstrack.storage.scope import find, scope_of, set_scope

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from typing import Any

    from sqlalchemy.orm import Session

    from emstrack.domain.accounts import Scope

log = logging.getLogger(__name__)


class Installation(Limits, Protocol):
    """What the worker needs of the settings."""

    @property
    def files_dir(self) -> str:
        """Where uploaded files lie."""


class ImportWorker:
    """Works on uploaded files, one thread each."""

    def __init__(self, transactions: Transactions, settings: Installation, clock: Callable[[], datetime]) -> None:
        """Take the way to open transactions, the settings, and the clock."""
        self.files = StoredFiles(settings.files_dir)
        self._transactions, self._settings, self._clock = transactions, settings, clock
        self._recovered = threading.Lock()
        self._has_recovered = False
        self._threads: list[threading.Thread] = []

    def recover(self) -> None:
        """Call interrupted what an earlier process left behind; once in the life of this one."""
        with self._recovered:
            if not self._has_recovered:
                with self._transactions() as session:
                    mark_interrupted(session, now=self._clock())
                self._has_recovered = True

    def preview_after_commit(self, session: Session, batch_id: int) -> None:
        """Look at a file as soon as the present transaction is committed."""
        self._after_commit(session, batch_id, lambda watch: self._preview(watch, self._request(watch)))

    def import_after_commit(self, session: Session, batch_id: int) -> None:
        """Import a file as soon as the present transaction is committed."""
        self._after_commit(session, batch_id, lambda watch: self._import(watch, self._request(watch)))

    def after_commit(self, session: Session, batch_id: int, work: Callable[[Watch], object]) -> None:
        """Do other work that ends in a batch as soon as the present transaction is committed."""
        self._after_commit(session, batch_id, work)

    def wait(self, seconds: float = 60) -> None:
        """Wait until all is done; for tests and for an orderly end."""
        for thread in self._threads:
            thread.join(seconds)

    def _after_commit(self, session: Session, batch_id: int, work: Callable[[Watch], object]) -> None:
        scope = scope_of(session)

        def start(_session: Any) -> None:
            thread = threading.Thread(target=self._work, args=(scope, batch_id, work), daemon=True)
            self._threads = [each for each in self._threads if each.is_alive()] + [thread]
            thread.start()

        event.listen(session, "after_commit", start, once=True)

    def _work(self, scope: Scope, batch_id: int, work: Callable[[Watch], object]) -> None:
        watch = Watch(self._transactions, scope, self._clock, batch_id)
        try:
            work(watch)
        except EmstrackError as error:
            log.info("batch %s: %s", batch_id, error.code)
        except Exception:  # a thread has no one above it; the page shows the batch as interrupted
            log.exception("defect in batch %s", batch_id)
            self._finish(watch, BatchStatus.INTERRUPTED)

    def _request(self, watch: Watch) -> Request:
        with self._transactions(read_only=True) as session:
            set_scope(session, watch.scope)
            batch = find(session, ImportBatch, watch.batch_id or 0)
            return request_of_batch(session, batch, self.files, self._clock().date())

    def _import(self, watch: Watch, request: Request) -> None:
        run_import(watch, request, self._settings)

    def _preview(self, watch: Watch, request: Request) -> None:
        try:
            outcome, file = preview_import(watch, request, self._settings)
        except EmstrackError as error:
            waits = error.code in COLUMNS_HELP
            gone = BatchStatus.CANCELLED if error.code == "file.cancelled" else BatchStatus.REFUSED
            self._finish(watch, BatchStatus.PREVIEW if waits else gone, error=error)
            return
        with closing(file):
            path, place = self.files.new_place(".rows")
            with self._transactions(read_only=True) as session:
                set_scope(session, watch.scope)
                index = write_rows(place, file.preview(session))
        with self._transactions() as session:
            set_scope(session, watch.scope)
            batch = find(session, ImportBatch, watch.batch_id or 0)
            if batch.status != BatchStatus.PREVIEW or batch.cancel_asked:
                batch.status = BatchStatus.CANCELLED.value
                self.files.remove(path)
                return
            finish_batch(session, batch.id, BatchStatus.PREVIEW, outcome=outcome, now=self._clock())
            batch.report = {**batch.report, "rows": {"path": path, "index": index}}

    def _finish(self, watch: Watch, status: BatchStatus, *, error: EmstrackError | None = None) -> None:
        with self._transactions() as session:
            set_scope(session, watch.scope)
            finish_batch(session, watch.batch_id or 0, status, error=error, now=self._clock())
