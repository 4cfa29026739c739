"""What commands answer with: one JSON document, CSV or a calm table on stdout; everything else on stderr."""

from __future__ import annotations

import csv
import json
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from emstrack.domain.errors import EmstrackError
from emstrack.services.readings.describe_import import document_of_finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from emstrack.domain.findings import Finding
    from emstrack.language.languages import Language


def finding_document(finding: Finding, language: Language) -> dict[str, Any]:
    """Return a finding as JSON has it, with its sentence."""
    document = document_of_finding(finding)
    document.pop("evidence")
    return {**document, "message": language.sentence(finding)}


def error_document(error: EmstrackError, language: Language) -> dict[str, Any]:
    """Return an error as JSON has it."""
    return {"error": {"code": error.code, "message": language.sentence(error)}}


def print_json(document: Any) -> None:
    """Print the one document."""
    click.echo(json.dumps(document, ensure_ascii=False, allow_nan=False))


@contextmanager
def answering(language: Language, *, as_json: bool) -> Iterator[None]:
    """With --json an error is a document too; its sentence still goes to stderr, and the exit code is 1."""
    try:
        yield
    except EmstrackError as error:
        if as_json:
            print_json(error_document(error, language))
        raise


def print_csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print a table as CSV."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> None:
    """Print a table whose columns stand under each other; numbers to the right."""
    every = [list(header), *[list(row) for row in rows]]
    widths = [max(len(row[place]) for row in every) for place in range(len(header))]
    for row in every:
        cells = [
            cell.rjust(widths[place]) if place in right else cell.ljust(widths[place]) for place, cell in enumerate(row)
        ]
        click.echo("  ".join(cells).rstrip())
