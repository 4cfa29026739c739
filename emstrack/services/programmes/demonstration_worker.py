"""The demonstration loaded beside the page that asked for it, which asks how far it is."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emstrack.services.programmes.keep_sign_ins import keep_sign_ins
from emstrack.services.programmes.load_demonstration import STEPS, load_demonstration

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from emstrack.domain.passwords import PasswordCost
    from emstrack.language.languages import Language
    from emstrack.services.programmes.load_demonstration import Loaded, Means
    from emstrack.services.readings.run_import import Transactions

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is: steps done of all; who may sign in, once it is there; or that it failed."""

    running: bool = False
    done: int = 0
    steps: int = STEPS
    loaded: Loaded | None = None
    failed: bool = False


class DemonstrationWorker:
    """Loads the demonstration once, in a thread, however often it is asked to."""

    def __init__(
        self,
        transactions: Transactions,
        means: Means,
        folder: Path,
        cost: PasswordCost,
        clock: Callable[[], datetime],
    ) -> None:
        """Take the way to open transactions, the settings, where passwords are kept, their cost, and the clock."""
        self._transactions, self._means, self._folder = transactions, means, folder
        self._cost, self._clock = cost, clock
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self.progress = Progress()

    def start(self, language: Language) -> None:
        """Begin, unless it runs already or is there."""
        with self._lock:
            if self.progress.running or self.progress.loaded is not None:
                return
            self.progress = Progress(running=True)
            self._thread = threading.Thread(target=self._load, args=(language,), daemon=True)
            self._thread.start()

    def wait(self, seconds: float = 120) -> None:
        """Wait until it is done; for tests."""
        if self._thread is not None:
            self._thread.join(seconds)

    def _load(self, language: Language) -> None:
        try:
            loaded = load_demonstration(
                self._transactions, self._means, cost=self._cost, clock=self._clock, note=self._note
            )
            if loaded.made:
                keep_sign_ins(loaded.people, self._folder, language)
            self.progress = Progress(done=STEPS, loaded=loaded)
        except Exception:  # a thread has no one above it; the page says that it failed, and may be asked again
            log.exception("the demonstration was not loaded")
            self.progress = Progress(failed=True)

    def _note(self, done: int) -> None:
        self.progress = Progress(running=True, done=done)
