"""`emstrack export`: everything out again, in files that can be imported."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from emstrack.cli.answers import answering, print_json
from emstrack.cli.installation import transaction
from emstrack.language.languages import Language

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

_ORG = click.option("--org", required=True, metavar="ORG", help="Organisation, by name or id, with what is below it.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


@click.group()
def group() -> None:
    """Write what there is to files that can be imported again."""


@group.command()
@_ORG
@click.option("-o", "output", required=True, type=click.Path(path_type=Path), metavar="FILE", help="A .csv or .xlsx.")
@_JSON
@click.pass_context
def readings(ctx: click.Context, org: str, output: Path, *, as_json: bool) -> None:
    """Write every reading."""
    from emstrack.services.readings.export_tables import export_readings

    _export(ctx, org, output, export_readings, as_json=as_json)


@group.command("all")
@_ORG
@click.option("-o", "output", required=True, type=click.Path(path_type=Path), metavar="FILE", help="A .zip or .xlsx.")
@_JSON
@click.pass_context
def all_(ctx: click.Context, org: str, output: Path, *, as_json: bool) -> None:
    """Write sites, readings, drivers and weather."""
    from emstrack.services.readings.export_tables import export_all

    _export(ctx, org, output, export_all, as_json=as_json)


def _export(
    ctx: click.Context, org: str, output: Path, write: Callable[[Session, Path], int], *, as_json: bool
) -> None:
    from emstrack.services.accounts.operate import operator_scope

    language = Language(ctx.obj)
    with answering(language, as_json=as_json), transaction(read_only=True) as session:
        operator_scope(session, org)
        rows = write(session, output)
    if as_json:
        print_json({"file": str(output), "rows": rows})
    else:
        click.echo(language.text("{file}: {rows} rows", file=output, rows=language.number(rows)))
