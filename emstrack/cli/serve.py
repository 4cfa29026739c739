"""`emstrack web`: the page."""

from __future__ import annotations

import click

from emstrack import app
from emstrack.cli.installation import ready_application


@click.command()
@click.option("--host", help="Where to listen; 0.0.0.0 is everybody on the network.")
@click.option("--port", type=int)
def web(host: str | None, port: int | None) -> None:
    """Serve the web page, without the scheduler."""
    given = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    application = ready_application(**given)
    listen(application)


def listen(application: app.Application) -> None:
    """Serve until stopped."""
    import waitress

    settings = application.settings
    click.echo(f"http://{settings.host}:{settings.port}", err=True)
    waitress.serve(
        app.create_web(application),
        host=settings.host,
        port=settings.port,
        threads=settings.threads,
        ident="emstrack",
        max_request_body_size=settings.max_upload_mb * 1024 * 1024 + 1_000_000,
    )
