"""`emstrack imports`: what came in by file, and taking it back."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from emstrack.cli.answers import answering, finding_document, print_csv, print_json, print_table
from emstrack.cli.installation import transaction
from emstrack.language.languages import Language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

_HEADER = ("id", "organisation", "kind", "file", "format", "status", "created_at", "new", "updated", "refused")


@click.group()
def group() -> None:
    """What came in by file: list, show, undo."""


@group.command("list")
@click.option("--org", metavar="ORG", help="Organisation, by name or id; else all of them.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@click.pass_context
def list_(ctx: click.Context, org: str | None, *, as_json: bool, as_csv: bool) -> None:
    """List the batches, newest first."""
    from emstrack.services.accounts.operate import operator_scope
    from emstrack.services.readings.list_batches import list_batches, tenants

    language = Language(ctx.obj)
    rows: list[dict[str, Any]] = []
    with answering(language, as_json=as_json), transaction(read_only=True) as session:
        for named in [org] if org is not None else [str(tenant.id) for tenant in tenants(session)]:
            operator_scope(session, named)
            rows += [_document(row) for row in list_batches(session, limit=1_000)]
    if as_json:
        print_json(rows)
        return
    cells = [[str(_cell(row, name)) for name in _HEADER] for row in rows]
    if as_csv:
        print_csv(_HEADER, cells)
    elif cells:
        print_table([language.text(name) for name in _HEADER], cells, right=(0, 7, 8, 9))
    else:
        click.echo(language.text("Nothing was imported yet. Begin with: emstrack import FILE --org ORG"))


@group.command()
@click.argument("batch", type=int)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def show(ctx: click.Context, batch: int, *, as_json: bool) -> None:
    """Show one batch with all that was said of it."""
    from emstrack.services.readings.describe_import import findings_of
    from emstrack.services.readings.list_batches import show_batch

    language = Language(ctx.obj)
    with answering(language, as_json=as_json), _of_batch(batch, read_only=True) as session:
        found = show_batch(session, batch)
        report = found.report
        document = {
            "id": found.id,
            "kind": found.kind,
            "file": found.file_name,
            "sha256": found.sha256,
            "format": found.format,
            "status": found.status,
            "created_at": found.created_at.isoformat(),
            "finished_at": found.finished_at.isoformat() if found.finished_at else None,
            "undone_at": found.undone_at.isoformat() if found.undone_at else None,
            found.kind: report.get("counts"),
            "meters": report.get("meters", []),
            "findings": [finding_document(finding, language) for finding in findings_of(report)],
        }
    if as_json:
        print_json(document)
        return
    for name, value in document.items():
        if name not in {"meters", "findings"}:
            click.echo(f"{name}: {value}")
    for finding in document["findings"]:
        place = f"{finding['row']}: " if finding["row"] else ""
        click.echo(f"  {place}{finding['message']}")


@group.command()
@click.argument("batch", type=int)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def undo(ctx: click.Context, batch: int, *, as_json: bool) -> None:
    """Take a batch back; what somebody changed since stays, and is named."""
    from emstrack.services.readings.undo_batch import undo_batch

    language = Language(ctx.obj)
    with answering(language, as_json=as_json), _of_batch(batch) as session:
        undone = undo_batch(session, batch, now=datetime.now(UTC))
    kept = [finding_document(finding, language) for finding in undone.kept]
    if as_json:
        print_json({"batch": batch, "removed": undone.removed, "put_back": undone.put_back, "kept": kept})
        return
    counts = {"removed": language.number(undone.removed), "put_back": language.number(undone.put_back)}
    click.echo(language.text("Batch {batch}: {removed} rows removed, {put_back} put back.", batch=batch, **counts))
    for finding in kept:
        click.echo(f"  {finding['message']}", err=True)


@contextmanager
def _of_batch(batch: int, *, read_only: bool = False) -> Iterator[Session]:
    from emstrack.services.accounts.operate import operator_scope
    from emstrack.services.readings.list_batches import tenant_of_batch

    with transaction(read_only=read_only) as session:
        operator_scope(session, tenant_of_batch(session, batch))
        yield session


def _document(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "organisation": row.organisation,
        "kind": row.kind,
        "file": row.file_name,
        "format": row.format,
        "status": row.status,
        "created_at": row.created_at.isoformat(),
        row.kind: row.counts,
    }


def _cell(row: dict[str, Any], name: str) -> object:
    if name in {"new", "updated", "refused"}:
        return (row[row["kind"]] or {}).get(name, "")
    return row[name]
