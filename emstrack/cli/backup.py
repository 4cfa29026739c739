"""`emstrack backup create|verify|restore FILE`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from emstrack import app
from emstrack.cli.installation import ready_application
from emstrack.cli.restoring import refuse_newer, restore_backup
from emstrack.domain.errors import RefusedError
from emstrack.language.languages import Language
from emstrack.settings import Settings
from emstrack.storage import backup

if TYPE_CHECKING:
    from emstrack.storage.backup import Opened


@click.group("backup")
def group() -> None:
    """Make, check and restore backups: the database and the uploaded files in one file."""


@group.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def create(ctx: click.Context, file: Path, *, as_json: bool) -> None:
    """Write a backup to FILE while everybody goes on working, and read it back."""
    if file.exists():
        raise RefusedError("backup.exists", path=str(file))
    application = ready_application()
    try:
        backup.create(application.database, Path(application.settings.files_dir), file, now=datetime.now(UTC))
    finally:
        application.database.dispose()
    with backup.opened(file, beside=file.resolve().parent) as checked:
        _tell(ctx, file, checked, "{path} holds the database and {n} files ({size} MB), and was read back.", as_json)


@group.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def verify(ctx: click.Context, file: Path, *, as_json: bool) -> None:
    """Unpack FILE beside itself, compare every checksum and read the database inside."""
    with backup.opened(file, beside=file.resolve().parent) as checked:
        refuse_newer(checked)
        _tell(ctx, file, checked, "{path} is sound: the database and {n} files ({size} MB) of {when}.", as_json)


@group.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def restore(ctx: click.Context, file: Path, *, as_json: bool) -> None:
    """Put the database and files of FILE in place of what is here, of which a backup is made first."""
    application = app.build(Settings.read())
    done = restore_backup(application, file, now=datetime.now(UTC))
    kept, held = done.kept, done.held
    told = {"restored": str(file), "kept": str(kept) if kept else None, **held}
    if as_json:
        click.echo(json.dumps(told))
        return
    language = Language(ctx.obj)
    click.echo(language.text("{path} is restored. Everybody signs in again.", path=file))
    if kept:
        click.echo(language.text("What was here before is kept in {path}.", path=kept))
    if held["mails_held"] or held["work_held"]:
        message = "{n} mails that may have gone out already are held; an administrator can send them."
        click.echo(language.text(message, n=held["mails_held"] + held["work_held"]))


def _tell(ctx: click.Context, file: Path, checked: Opened, message: str, as_json: bool) -> None:
    told: dict[str, Any] = {
        "file": str(file),
        "created_at": checked.created_at,
        "version": checked.version,
        "database": checked.kind,
        "files": len(checked.files),
        "bytes": file.stat().st_size,
    }
    if as_json:
        click.echo(json.dumps(told))
        return
    language = Language(ctx.obj)
    size = language.number(file.stat().st_size / 1e6, digits=1)
    when = language.instant(datetime.fromisoformat(checked.created_at))
    click.echo(language.text(message, path=file, n=len(checked.files), size=size, when=when))
