"""`emstrack serve`: the page with the scheduler beside it; `emstrack web`: the page alone."""

from __future__ import annotations

import signal
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NoReturn

import click

from emstrack import app
from emstrack.cli.installation import ready_application
from emstrack.cli.restoring import restore_backup
from emstrack.language.languages import Language
from emstrack.services.accounts.set_up import issue_set_up_code

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@click.command()
@click.option("--host", help="Where to listen; 0.0.0.0 is everybody on the network.")
@click.option("--port", type=int)
@click.pass_context
def serve(ctx: click.Context, host: str | None, port: int | None) -> None:
    """Serve the web page, with the scheduler beside it."""
    application = _application(host, port)
    invite(application, Language(ctx.obj))
    serve_with_scheduler(application, Language(ctx.obj))


@click.command()
@click.option("--host", help="Where to listen; 0.0.0.0 is everybody on the network.")
@click.option("--port", type=int)
@click.pass_context
def web(ctx: click.Context, host: str | None, port: int | None) -> None:
    """Serve the web page, without the scheduler."""
    application = _application(host, port)
    invite(application, Language(ctx.obj))
    listen(application)


def invite(application: app.Application, language: Language) -> None:
    """Print the set-up page's address with its one-time code, as long as nobody works here yet."""
    with application.transaction() as session:
        code = issue_set_up_code(session, now=datetime.now(UTC))
    if code is not None:
        address = f"{application.settings.link_base}/set-up?code={code}"
        click.echo(
            language.text("Set up your own organisation (works once, for 24 hours): {link}", link=address), err=True
        )


def serve_with_scheduler(application: app.Application, language: Language) -> None:
    """Serve until stopped; the scheduler is another process, which starts again where it dies."""
    from emstrack.cli.supervisor import Supervisor

    supervisor = Supervisor(application, language)
    signal.signal(signal.SIGTERM, _interrupt)
    supervisor.start()
    try:
        listen(application)
    finally:
        supervisor.stop()
        application.database.dispose()


def listen(application: app.Application) -> None:
    """Serve until stopped."""
    import waitress

    def restore(file: Path, before: Callable[[], object]) -> object:
        return restore_backup(application, file, now=datetime.now(UTC), beside_scheduler=True, before=before)

    settings = application.settings
    click.echo(f"http://{settings.host}:{settings.port}", err=True)
    waitress.serve(
        app.create_web(application, restore=restore),
        host=settings.host,
        port=settings.port,
        threads=settings.threads,
        ident="emstrack",
        clear_untrusted_proxy_headers=settings.trusted_proxies <= 0,
        max_request_body_size=settings.max_upload_mb * 1024 * 1024 + 1_000_000,
    )


def _application(host: str | None, port: int | None) -> app.Application:
    given = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    return ready_application(**given)


def _interrupt(*_: object) -> NoReturn:
    """Let a service manager's stop end the server as Ctrl-C does, so that the scheduler is stopped too."""
    raise KeyboardInterrupt
