"""`emstrack report`: savings as a file to hand out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from emstrack.cli.answers import answering, print_json
from emstrack.cli.installation import transaction
from emstrack.language.languages import Language

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from emstrack.services.reports.write_report import WrittenReport

_FILE = click.option(
    "-o", "output", required=True, type=click.Path(path_type=Path), metavar="FILE", help="A .pdf or .xlsx."
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


@click.group()
def group() -> None:
    """Write a report of savings or recommendations: a PDF to read, or a workbook with every figure."""


@group.command()
@click.argument("name")
@_FILE
@click.option("--org", metavar="ORG", help="Organisation, where several have a site of this name.")
@_JSON
@click.pass_context
def site(ctx: click.Context, name: str, output: Path, org: str | None, *, as_json: bool) -> None:
    """Report one site, by name, external id or id."""
    from emstrack.services.reports.find_reported import open_site
    from emstrack.services.reports.write_report import write_site_report

    language, ending = Language(ctx.obj), _ending(output)

    def write(session: Session, now: datetime) -> WrittenReport:
        return write_site_report(session, open_site(session, name, org), ending, language, now=now)

    _report(language, output, write, lambda session: open_site(session, name, org), as_json=as_json)


@group.command()
@click.argument("name")
@_FILE
@_JSON
@click.pass_context
def portfolio(ctx: click.Context, name: str, output: Path, *, as_json: bool) -> None:
    """Report all sites of an organisation and of what is below it, by name or id."""
    from emstrack.services.accounts.operate import operator_scope
    from emstrack.services.reports.write_report import write_portfolio_report

    language, ending = Language(ctx.obj), _ending(output)

    def write(session: Session, now: datetime) -> WrittenReport:
        title = operator_scope(session, name).name
        return write_portfolio_report(session, title, ending, language, now=now)

    _report(language, output, write, lambda session: operator_scope(session, name), as_json=as_json)


@group.command()
@click.argument("name")
@_FILE
@click.option("--org", metavar="ORG", help="Organisation, where several have a site of this name.")
@_JSON
@click.pass_context
def audit(ctx: click.Context, name: str, output: Path, org: str | None, *, as_json: bool) -> None:
    """Report a site's recommendations and measures, by the site's name, external id or id."""
    from datetime import UTC, datetime

    from emstrack.services.reports.find_reported import open_site
    from emstrack.services.reports.report_measures import write_measures_report
    from emstrack.services.reports.write_report import check_ending

    language = Language(ctx.obj)
    with answering(language, as_json=as_json):
        check_ending(_ending(output))
        with transaction(read_only=True) as session:
            site_id = open_site(session, name, org)
            written = write_measures_report(session, site_id, _ending(output), language, now=datetime.now(UTC))
        _keep(output, written.content)
    if as_json:
        print_json({"file": str(output), "bytes": len(written.content)})
    else:
        click.echo(str(output))


@group.command()
@click.argument("name")
@_FILE
@_JSON
@click.pass_context
def programme(ctx: click.Context, name: str, output: Path, *, as_json: bool) -> None:
    """Report a programme's results, cohorts and activities, by its name or id."""
    from datetime import UTC, datetime

    from emstrack.services.programmes.find_programme import find_programme
    from emstrack.services.programmes.report_programme import write_programme_report
    from emstrack.services.reports.write_report import check_ending

    language = Language(ctx.obj)
    with answering(language, as_json=as_json):
        check_ending(_ending(output))
        with transaction(read_only=True) as session:
            programme_id = find_programme(session, name)
            written = write_programme_report(session, programme_id, _ending(output), language, now=datetime.now(UTC))
        _keep(output, written.content)
    if as_json:
        print_json({"file": str(output), "bytes": len(written.content)})
    else:
        click.echo(str(output))


def _ending(output: Path) -> str:
    return output.suffix.lower().removeprefix(".")


def _report(
    language: Language,
    output: Path,
    write: Callable[[Session, datetime], WrittenReport],
    open_scope: Callable[[Session], object],
    *,
    as_json: bool,
) -> None:
    """Write the file whole or not at all; lock its baselines in a short transaction once it is there."""
    from datetime import UTC, datetime

    from emstrack.services.reports.write_report import check_ending
    from emstrack.services.savings.adopt_baseline import lock_baselines

    now = datetime.now(UTC)
    with answering(language, as_json=as_json):
        check_ending(_ending(output))
        with transaction(read_only=True) as session:
            written = write(session, now)
        _keep(output, written.content)
        with transaction() as session:
            open_scope(session)
            lock_baselines(session, list(written.baseline_ids), now=now)
    if as_json:
        print_json({"file": str(output), "bytes": len(written.content), "baselines": len(written.baseline_ids)})
    else:
        click.echo(
            language.plural("{file}: {n} baseline", "{file}: {n} baselines", len(written.baseline_ids), file=output)
        )


def _keep(output: Path, content: bytes) -> None:
    from emstrack.domain.errors import RefusedError

    beside = output.with_name(f".{output.name}.part")
    try:
        beside.write_bytes(content)
        beside.replace(output)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise RefusedError("report.cannot_write", file=str(output), reason=error.strerror or "") from error
