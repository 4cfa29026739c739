"""`emstrack scheduler run|run-once`: what happens by the clock."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from emstrack.cli.installation import ready_application
from emstrack.domain.errors import RefusedError
from emstrack.language.languages import Language

if TYPE_CHECKING:
    from collections.abc import Callable

    from emstrack import app
    from emstrack.jobs.runner import Runner


@click.group("scheduler")
def group() -> None:
    """Mails, monthly links, backups: what happens by the clock."""


@group.command()
@click.option("--until-stdin-closes", is_flag=True, hidden=True, help="Stop when the process that started this ends.")
@click.option("--tick", type=float, default=None, hidden=True, help="Seconds between looks.")
@click.pass_context
def run(ctx: click.Context, *, until_stdin_closes: bool, tick: float | None) -> None:
    """Run until stopped; of several on one database, one leads and the others wait."""
    from emstrack.jobs.clock import TICK_SECONDS, keep_running
    from emstrack.storage.leader import Leader

    application = ready_application()
    leader, stop = Leader(application.database), threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stop.set())
    if until_stdin_closes:
        threading.Thread(target=_wait_for_end, args=(stop,), daemon=True).start()
    click.echo(Language(ctx.obj).text("The scheduler runs."), err=True)
    try:
        keep_running(_runner(application, leader.leads), stop, tick_seconds=tick or TICK_SECONDS)
    finally:
        leader.resign()
        application.database.dispose()


@group.command("run-once")
@click.option("--on", metavar="DATETIME", help="As if it were then, e.g. 2026-12-03T08:00; UTC where no zone is given.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def run_once(ctx: click.Context, on: str | None, *, as_json: bool) -> None:
    """Do what is due now, and end."""
    moment = _moment(on) if on else None
    application = ready_application()
    try:
        done = _runner(application, lambda: True, moment).run_due()
    finally:
        application.database.dispose()
    if as_json:
        click.echo(json.dumps({"on": (moment or datetime.now(UTC)).isoformat(), "ran": done}))
        return
    language = Language(ctx.obj)
    for kind, times in done.items():
        click.echo(f"{kind}\t{times}")
    if not done:
        click.echo(language.text("Nothing was due."), err=True)


def _runner(application: app.Application, leads: Callable[[], bool], moment: datetime | None = None) -> Runner:
    from emstrack.jobs.context import Context
    from emstrack.jobs.runner import Runner

    def clock() -> datetime:
        return moment or datetime.now(UTC)

    return Runner(Context(application.transaction, application.settings, clock), leads)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise RefusedError("scheduler.not_a_moment", text=text) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _wait_for_end(stop: threading.Event) -> None:
    """The pipe from the parent closes when the parent ends, however it ends."""
    while os.read(sys.stdin.fileno(), 1024):
        pass
    stop.set()


def command_line() -> list[str]:
    """Return how another process starts the scheduler of this product."""
    return [sys.executable, "-m", "emstrack"]


def environment(application: app.Application) -> dict[str, Any]:
    """Return the environment in which a child reads the settings that this process uses."""
    settings = application.settings
    return {
        **os.environ,
        "EMSTRACK_HOST": settings.host,
        "EMSTRACK_PORT": str(settings.port),
        "EMSTRACK_DATABASE_URL": settings.database_url,
        "EMSTRACK_FILES_DIR": settings.files_dir,
    }
