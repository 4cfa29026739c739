"""`emstrack migrate`: bring the database up to this version; a backup comes first."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from emstrack import app
from emstrack.cli.restoring import back_up_first
from emstrack.domain.errors import RefusedError
from emstrack.language.languages import Language
from emstrack.settings import Settings
from emstrack.storage import migrate as migrations


@click.command()
@click.option("--no-backup", is_flag=True, help="Do without the backup, e.g. where the database server makes its own.")
@click.pass_context
def migrate(ctx: click.Context, *, no_backup: bool) -> None:
    """Bring the database up to this version, after a backup."""
    language = Language(ctx.obj)
    application = app.build(Settings.read())
    database = application.database
    try:
        found, wanted = migrations.current(database), migrations.head()
        if found == wanted:
            click.echo(language.text("The database is up to date ({revision}).", revision=wanted))
            return
        if found is not None and not migrations.is_known(found):
            raise RefusedError("database.ahead", current=found)
        if not no_backup:
            kept = back_up_first(application, f"before-{wanted}", now=datetime.now(UTC))
            if kept is not None:
                click.echo(language.text("Backup: {path}", path=kept))
        migrations.upgrade(database)
        click.echo(language.text("The database went from {old} to {new}.", old=found or "–", new=wanted))
    finally:
        database.dispose()
