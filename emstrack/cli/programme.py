"""`emstrack programme`: what a programme came to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from emstrack.cli.answers import answering, print_csv, print_json, print_table
from emstrack.cli.installation import transaction
from emstrack.language.languages import Language

if TYPE_CHECKING:
    from emstrack.analysis.programme_results import ResultRow
    from emstrack.services.programmes.add_up_results import Results

COLUMNS = (
    *("sector", "sites", "implemented_percent", "investment", "annual_savings_estimated", "annual_savings_measured"),
    *("currency", "payback_months", "basis"),
)


@click.group()
def group() -> None:
    """Programmes: their results by sector."""


@group.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.option("--csv", "as_csv", is_flag=True, help="A table of comma-separated values.")
@click.pass_context
def results(ctx: click.Context, name: str, *, as_json: bool, as_csv: bool) -> None:
    """Show what the implemented measures of a programme cost and save, by sector; NAME is a name or an id."""
    from datetime import UTC, datetime

    from emstrack.services.programmes.add_up_results import add_up_results, results_document
    from emstrack.services.programmes.find_programme import find_programme

    language = Language(ctx.obj)
    with answering(language, as_json=as_json), transaction(read_only=True) as session:
        programme_id = find_programme(session, name)
        found = add_up_results(session, programme_id, today=datetime.now(UTC).date())
    document = results_document(found)
    if as_json:
        print_json(document)
    elif as_csv:
        lines = [*document["rows"], {**document["total"], "sector": "total"}]
        print_csv(COLUMNS, [[line.get(column) for column in COLUMNS] for line in lines])
    else:
        _print(found, language)
    for finding in found.findings:
        click.echo(language.sentence(finding), err=True)


def _print(found: Results, language: Language) -> None:
    titles = ("Sector", "Sites", "Implemented", "Investment", "Savings a year, estimated", "measured", "Payback")
    header = [language.text(title) for title in titles]
    for rows, total in ((found.rows, found.total), (found.published, found.published_total)):
        if rows:
            lines = [_line(row, language) for row in rows]
            if total is not None:
                lines.append([language.text("Total"), *_line(total, language)[1:]])
            print_table(header, lines, right=(1, 2, 3, 4, 5, 6))
    if found.published:
        click.echo(language.text("As published, period uncertain."), err=True)
    for case in found.cases:
        click.echo(" · ".join(_case(case, language)))
    if not (found.rows or found.published or found.cases):
        click.echo(language.text("Nothing is in this programme yet."), err=True)


def _line(row: ResultRow, language: Language) -> list[str]:
    return [
        language.text(row.label) if row.label else language.label(row.sector),
        language.number(row.sites),
        language.percent(None if row.implemented_percent is None else row.implemented_percent / 100, digits=0),
        language.money(row.investment, row.currency),
        language.money(row.estimated, row.currency),
        language.money(row.measured, row.currency),
        _months(row.payback_months, language),
    ]


def _months(months: float | None, language: Language) -> str:
    return language.text("{n} months", n=language.number(months, digits=1)) if months is not None else "–"


def _case(row: ResultRow, language: Language) -> list[str]:
    said: list[Any] = [language.text(row.label), language.money(row.estimated, row.currency)]
    if row.per_room is not None:
        said.append(language.text("{amount} per room", amount=language.money(row.per_room, row.currency)))
    if row.investment is not None:
        said.insert(1, language.money(row.investment, row.currency) + " →")
    said.append(language.text("As published, period uncertain.") if row.period_uncertain else str(row.year or ""))
    return [str(each) for each in said if each]
