"""Keeps the scheduler running beside the page: started with it, started again where it dies, stopped with it."""

from __future__ import annotations

import subprocess
import threading
import time
from typing import TYPE_CHECKING

import click

from emstrack.cli import scheduler

if TYPE_CHECKING:
    from emstrack import app
    from emstrack.language.languages import Language

_FIRST_WAIT, _LONGEST_WAIT = 1.0, 60.0
_STOP_SECONDS = 20


class Supervisor:
    """One child process and the thread that watches it."""

    def __init__(self, application: app.Application, language: Language) -> None:
        """Start nothing yet."""
        self._application = application
        self._language = language
        self._stopping = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def start(self) -> None:
        """Start the scheduler and the watch."""
        self._start_child()
        self._thread.start()

    def stop(self) -> None:
        """Stop both; what the scheduler is doing is finished first."""
        self._stopping.set()
        child = self._child
        if child is None:
            return
        if child.stdin is not None:
            child.stdin.close()
        try:
            child.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.terminate()
            child.wait(_STOP_SECONDS)

    def _start_child(self) -> None:
        self._child = subprocess.Popen(  # noqa: S603 - our own command
            [*scheduler.command_line(), "--lang", self._language.code, "scheduler", "run", "--until-stdin-closes"],
            stdin=subprocess.PIPE,
            env=scheduler.environment(self._application),
        )

    def _watch(self) -> None:
        wait = _FIRST_WAIT
        while self._child is not None:
            began = time.monotonic()
            code = self._child.wait()
            if self._stopping.is_set():
                return
            wait = _FIRST_WAIT if time.monotonic() - began > _LONGEST_WAIT else min(wait * 2, _LONGEST_WAIT)
            message = "The scheduler ended ({code}); it starts again in {seconds} s. Pages go on working."
            click.echo(self._language.text(message, code=code, seconds=round(wait)), err=True)
            if self._stopping.wait(wait):
                return
            self._start_child()
