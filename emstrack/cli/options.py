"""`emstrack options`: savings verified apart from the whole meter (IPMVP options A, B and D)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from emstrack.cli.answers import answering, print_json, print_table
from emstrack.cli.installation import transaction
from emstrack.language.languages import Language

if TYPE_CHECKING:
    from emstrack.services.savings.list_isolated_savings import ListedSaving


@click.group()
def group() -> None:
    """Savings verified apart from the whole meter: worksheets, sub-meters, calibrated models."""


@group.command(name="list")
@click.option("--org", required=True, metavar="ORG", help="Organisation, by name or id, with what is below it.")
@click.option("--withdrawn", is_flag=True, help="Those that were withdrawn too.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def list_(ctx: click.Context, org: str, *, withdrawn: bool, as_json: bool) -> None:
    """List them with what each saves in a year."""
    from emstrack.services.accounts.operate import operator_scope
    from emstrack.services.savings.list_isolated_savings import list_isolated_savings

    language = Language(ctx.obj)
    with answering(language, as_json=as_json), transaction(read_only=True) as session:
        operator_scope(session, org)
        found = list_isolated_savings(session, withdrawn=withdrawn)
        documents = [_document(each) for each in found]
    if as_json:
        print_json(documents)
    elif documents:
        _print(documents, language)
    else:
        click.echo(language.text("Nothing is verified apart from the meters here yet."), err=True)


def _document(saving: ListedSaving) -> dict[str, Any]:
    row = saving.row
    return {
        "id": row.id,
        "site_id": row.site_id,
        "site": saving.site,
        "option": row.option,
        "worksheet": row.worksheet,
        "meter": saving.meter or None,
        "title": row.title,
        "start": row.start.isoformat(),
        "end": row.end.isoformat() if row.end else None,
        "status": "withdrawn" if row.withdrawn_at else "signed" if row.signed_at else "unsigned",
        "signed_by": saving.signatory or None,
        "quantities": [
            {
                "resource": each.resource,
                "unit": each.unit,
                "heating_value_basis": each.basis or None,
                "per_year": each.per_year,
                "band_90": each.band_90,
                "inside_meter_saving": each.resource in saving.inside,
            }
            for each in saving.quantities
        ],
    }


def _print(documents: list[dict[str, Any]], language: Language) -> None:
    cells = [
        (
            str(each["id"]),
            each["site"],
            each["option"],
            each["title"],
            language.label(quantity["resource"]),
            language.number(quantity["per_year"]),
            language.number(quantity["band_90"]),
            language.unit(quantity["unit"]),
        )
        for each in documents
        for quantity in each["quantities"]
    ]
    titles = ("Id", "Site", "Option", "Saving", "Resource", "A year", "± 90 %", "Unit")
    print_table([language.text(title) for title in titles], cells, right=(0, 5, 6))
