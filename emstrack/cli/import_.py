"""`emstrack import`: files in."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from emstrack.cli.answers import answering, error_document, finding_document, print_json, print_table
from emstrack.cli.installation import ready_application
from emstrack.domain.errors import EmstrackError, RefusedError
from emstrack.domain.findings import Finding, Severity
from emstrack.language.languages import Language

if TYPE_CHECKING:
    from emstrack.app import Application
    from emstrack.domain.accounts import Scope
    from emstrack.services.readings.import_outcome import Outcome
    from emstrack.services.readings.read_chunks import Request

KINDS = ("readings", "sites", "drivers", "weather", "recommendations")
_NOTHING = {"found": 0, "new": 0, "updated": 0, "unchanged": 0, "refused": 0}
_SHOWN = 20


@click.command("import")
@click.argument("files", nargs=-1, required=True, metavar="FILE…", type=click.Path(path_type=Path))
@click.option("--org", required=True, metavar="ORG", help="Organisation, by name or id; new sites belong to it.")
@click.option("--kind", type=click.Choice(KINDS), help="What the file holds; else its columns say so.")
@click.option("--format", "format_", metavar="F", default="", help="canonical, wide or portfolio_manager.")
@click.option("--mapping", metavar="NAME", help="A saved mapping of your own spreadsheet's columns.")
@click.option("--currency", metavar="C", default="", help="ISO 4217 code of costs that carry none, e.g. MXN.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, write nothing.")
@click.option("--all-or-nothing", is_flag=True, help="One refused row refuses the file.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def import_(ctx: click.Context, /, files: tuple[Path, ...], *, as_json: bool, **given: Any) -> None:
    """Take readings, sites, drivers, weather or recommendations in from files.

    The same file again changes nothing; a corrected file updates, and history keeps the old values.
    `emstrack imports undo` takes a file back.
    """
    language = Language(ctx.obj)
    with answering(language, as_json=as_json):
        _check(given)
        application = ready_application()
        try:
            answers = [_one(application, file, given, language, as_json=as_json) for file in files]
        finally:
            application.database.dispose()
    if as_json:
        print_json(answers[0][0] if len(files) == 1 else {"files": [document for document, _ in answers]})
    strict_refusal = given["all_or_nothing"] and not all(went for _, went in answers)
    sys.exit(0 if any(went for _, went in answers) and not strict_refusal else 1)


def _check(given: dict[str, Any]) -> None:
    currency = given["currency"] = given["currency"].strip().upper()
    if currency and not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
        raise RefusedError("currency.unknown", text=currency)


def _one(
    application: Application, file: Path, given: dict[str, Any], language: Language, *, as_json: bool
) -> tuple[dict[str, Any], bool]:
    """Take one file; return its document, and whether anything of it went in."""
    progress = _Progress(file.name, language)
    try:
        outcome = _run(application, file, given, progress)
    except EmstrackError as error:
        progress.clear()
        if error.code in {"organisation.not_found", "organisation.ambiguous"}:
            raise
        click.echo(f"{file.name}: {language.sentence(error)}", err=True)
        findings = getattr(error, "findings", ())
        _print_findings(findings, language)
        return _refused_document(file.name, given, error, language), False
    progress.clear()
    if as_json:
        _print_findings([f for f in outcome.findings if f.severity is Severity.REFUSED], language)
        click.echo(_summary(outcome, language), err=True)
    else:
        _print_outcome(outcome, language)
    return _document(outcome, language), outcome.took_anything


def _run(application: Application, file: Path, given: dict[str, Any], progress: _Progress) -> Outcome:
    from emstrack.services.readings.run_import import Watch, preview_import, run_import

    request, scope = _request(application, file, given)
    watch = Watch(application.transaction, scope, lambda: datetime.now(UTC), told=progress.tell)
    if given["dry_run"]:
        outcome, opened = preview_import(watch, request, application.settings)
        opened.close()
        return outcome
    watch.batch_id = _start(application, request, scope)
    return run_import(watch, request, application.settings)


def _request(application: Application, file: Path, given: dict[str, Any]) -> tuple[Request, Scope]:
    from emstrack.services.accounts.operate import operator_scope
    from emstrack.services.readings.choose_mapping import find_mapping
    from emstrack.services.readings.read_chunks import Request
    from emstrack.storage.scope import scope_of

    if not file.is_file():
        raise RefusedError("import.file_not_there", file=str(file))
    with application.transaction(read_only=True) as session:
        organisation = operator_scope(session, given["org"])
        mapping = find_mapping(session, given["mapping"]) if given["mapping"] else None
        request = Request(
            path=file,
            name=file.name,
            organisation_id=organisation.id,
            kind=given["kind"] or "",
            format=given["format_"],
            mapping=mapping,
            currency=given["currency"],
            all_or_nothing=given["all_or_nothing"],
            today=datetime.now(UTC).date(),
        )
        return request, scope_of(session)


def _start(application: Application, request: Request, scope: Scope) -> int:
    from emstrack.services.readings.keep_batch import mark_interrupted, start_batch
    from emstrack.services.readings.run_import import sha256_of
    from emstrack.storage.scope import set_scope

    now = datetime.now(UTC)
    with application.transaction() as session:
        set_scope(session, scope)
        mark_interrupted(session, now=now)
        batch = start_batch(
            session,
            organisation_id=request.organisation_id,
            file_name=request.name,
            kind=request.kind or "readings",
            sha256=sha256_of(request),
            now=now,
        )
        return batch.id


class _Progress:
    """A line on stderr that is rewritten while a person watches, and nothing where nobody does."""

    def __init__(self, name: str, language: Language) -> None:
        self._name, self._language = name, language
        self._shown = False

    def tell(self, rows: int, part: float) -> None:
        if sys.stderr.isatty():
            text = self._language.text("{file}: {rows} rows", file=self._name, rows=self._language.number(rows))
            percent = f" ({self._language.percent(part, digits=0)})" if part else ""
            click.echo(f"\r\x1b[K{text}{percent}", nl=False, err=True)
            self._shown = True

    def clear(self) -> None:
        if self._shown:
            click.echo("\r\x1b[K", nl=False, err=True)


def _document(outcome: Outcome, language: Language) -> dict[str, Any]:
    return {
        "batch": outcome.batch_id,
        "file": outcome.file,
        "format": outcome.format,
        "dry_run": outcome.dry_run,
        "kind": outcome.kind,
        outcome.kind: outcome.counts,
        "meters": outcome.meters,
        "findings": [finding_document(finding, language) for finding in outcome.findings],
    }


def _refused_document(name: str, given: dict[str, Any], error: EmstrackError, language: Language) -> dict[str, Any]:
    """A file that was refused as a whole has the same document, with the reason first among its findings."""
    place = error.evidence.get("row")
    sheet = error.evidence.get("sheet")
    reason = Finding(
        error.code,
        Severity.REFUSED,
        error.evidence,
        sheet=sheet if isinstance(sheet, str) else None,
        row=place if isinstance(place, int) else None,
    )
    findings = (reason, *getattr(error, "findings", ()))
    kind = given["kind"] or "readings"
    return {
        "batch": None,
        "file": name,
        "format": given["format_"],
        "dry_run": given["dry_run"],
        "kind": kind,
        kind: dict(_NOTHING),
        "meters": [],
        "findings": [finding_document(finding, language) for finding in findings],
        **error_document(error, language),
    }


def _print_outcome(outcome: Outcome, language: Language) -> None:
    click.echo(_summary(outcome, language))
    if outcome.meters:
        click.echo("")
        titles = ("Site", "Meter", "Resource", "Readings", "Quantity", "Unit", "Cost", "From", "Until")
        rows = [
            (
                meter["site"],
                meter["meter"],
                meter["resource"],
                language.number(meter["readings"]),
                language.number(meter["quantity"], digits=1),
                language.unit(meter["unit"]),
                language.money(meter["cost"], meter["currency"], cents=True) if meter["cost"] is not None else "",
                meter["first"],
                meter["last"],
            )
            for meter in outcome.meters[:_SHOWN]
        ]
        print_table([language.text(title) for title in titles], rows, right=(3, 4, 6))
        more = len(outcome.meters) - len(rows)
        if more:
            click.echo(language.plural("… and {n} more meter", "… and {n} more meters", more))
    _print_findings(outcome.findings, language)


def _summary(outcome: Outcome, language: Language) -> str:
    counts = {name: language.number(count) for name, count in outcome.counts.items()}
    text = language.text(
        "{file}: {found} rows: {new} new, {updated} updated, {unchanged} unchanged, {refused} refused.",
        file=outcome.file,
        **counts,
    )
    if outcome.refused_as_a_whole:
        return f"{text} " + language.text("Nothing was written, because a row was refused.")
    if outcome.dry_run:
        return f"{text} " + language.text("Nothing was written: this was a trial.")
    return f"{text} " + language.text("Batch {batch}.", batch=outcome.batch_id)


def _print_findings(findings: Any, language: Language) -> None:
    """Refusals and warnings first, each with its place; the rest is counted."""
    ordered = sorted(findings, key=lambda f: (f.severity is Severity.INFO, f.severity is Severity.WARNING))
    for finding in ordered[:_SHOWN]:
        click.echo(f"  {_place(finding, language)}{language.sentence(finding)}", err=True)
    more = len(ordered) - _SHOWN
    if more > 0:
        text = language.plural("… and {n} more remark; see --json", "… and {n} more remarks; see --json", more)
        click.echo(f"  {text}", err=True)


def _place(finding: Finding, language: Language) -> str:
    parts = []
    if finding.sheet:
        parts.append(language.text("sheet {sheet}", sheet=finding.sheet))
    if finding.row is not None:
        parts.append(language.text("row {row}", row=finding.row))
    if finding.column:
        parts.append(finding.column if finding.value is None else f"{finding.column} = “{finding.value}”")
    return ", ".join(parts) + ": " if parts else ""
