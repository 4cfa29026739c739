"""`emstrack monthly`: what each meter used by calendar month."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from emstrack.cli.answers import answering, print_csv, print_json, print_table
from emstrack.cli.installation import transaction
from emstrack.domain.periods import Month
from emstrack.domain.resources import Resource
from emstrack.language.languages import Language

if TYPE_CHECKING:
    from emstrack.services.readings.list_monthly_values import MonthlyRow

_HEADER = ("site", "meter", "resource", "month", "quantity", "unit", "cost", "currency", "coverage", "estimated")


@click.command()
@click.option("--org", required=True, metavar="ORG", help="Organisation, by name or id, with what is below it.")
@click.option("--site", metavar="S", help="One site, by name, external id or id.")
@click.option("--resource", type=click.Choice([each.value for each in Resource]))
@click.option("--from", "first", metavar="YYYY-MM", help="First month.")
@click.option("--to", "last", metavar="YYYY-MM", help="Last month, included.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@click.pass_context
def monthly(ctx: click.Context, /, org: str, *, as_json: bool, as_csv: bool, **given: Any) -> None:
    """Print monthly values: bills split by the day, with what part of each month they cover."""
    from emstrack.services.accounts.operate import operator_scope
    from emstrack.services.readings.list_monthly_values import list_monthly_values

    language = Language(ctx.obj)
    with answering(language, as_json=as_json):
        first = Month.parse(given["first"]) if given["first"] else None
        last = Month.parse(given["last"]) if given["last"] else None
        with transaction(read_only=True) as session:
            operator_scope(session, org)
            found = list_monthly_values(session, site=given["site"], resource=given["resource"], first=first, last=last)
            rows = list(found)
    if as_json:
        print_json([_document(row) for row in rows])
    elif as_csv:
        print_csv(_HEADER, [list(_document(row).values())[: len(_HEADER)] for row in rows])
    elif rows:
        _print(rows, language)
    else:
        click.echo(language.text("There are no monthly values here yet."))


def _document(row: MonthlyRow) -> dict[str, Any]:
    document = asdict(row)
    basis = document.pop("basis")
    document["cost"] = float(row.cost) if row.cost is not None else None
    document["currency"] = row.currency or None
    return {**document, "heating_value_basis": basis or None}


def _print(rows: list[MonthlyRow], language: Language) -> None:
    cells = [
        (
            row.site,
            row.meter,
            language.label(row.resource),
            row.month,
            language.number(row.quantity, digits=1),
            language.unit(row.unit),
            language.money(row.cost, row.currency, cents=True),
            language.percent(row.coverage, digits=0),
            language.percent(row.estimated, digits=0),
        )
        for row in rows
    ]
    titles = ("Site", "Meter", "Resource", "Month", "Quantity", "Unit", "Cost", "Covered", "Estimated")
    print_table([language.text(title) for title in titles], cells, right=(4, 6, 7, 8))
