"""`emstrack ledger`: what measures were to save, and what they saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from emstrack.cli.answers import answering, finding_document, print_csv, print_json, print_table
from emstrack.cli.installation import transaction
from emstrack.language.languages import MISSING, Language

if TYPE_CHECKING:
    from emstrack.services.savings.ledger_lines import LedgerLine, MeterSum

COLUMNS = (
    *("measure_id", "saving_id", "measure", "status", "site", "meter", "resource", "unit", "heating_value_basis"),
    *("option", "kind", "since", "days", "estimated_per_year", "estimated", "measured", "band_90", "realisation"),
    *("estimated_money", "estimated_currency", "measured_money", "currency", "signed", "signed_quantity"),
    "changed_since_signed",
)


@click.command()
@click.option("--org", required=True, metavar="ORG", help="Name or id; its descendants are included.")
@click.option("--json", "as_json", is_flag=True, help="Exactly one JSON document on standard output.")
@click.option("--csv", "as_csv", is_flag=True, help="A table of comma-separated values.")
@click.pass_context
def ledger(ctx: click.Context, org: str, *, as_json: bool, as_csv: bool) -> None:
    """Show the ledger of savings: estimated beside measured, adding up to the meters."""
    from datetime import UTC, datetime

    from emstrack.services.accounts.operate import operator_scope
    from emstrack.services.savings.list_ledger import LedgerFilter, list_ledger

    language = Language(ctx.obj)
    with answering(language, as_json=as_json), transaction(read_only=True) as session:
        wanted = LedgerFilter(organisation_id=operator_scope(session, org).id)
        page = list_ledger(session, wanted, today=datetime.now(UTC).date(), size=None)
        rows = [_document(line, language) for line in page.lines]
        meters = [_meter(each, language) for each in page.meters]
    if as_json:
        print_json({"lines": rows, "meters": meters})
    elif as_csv:
        print_csv(COLUMNS, [[row[name] for name in COLUMNS] for row in rows])
    elif rows:
        _print(rows, language)
    else:
        click.echo(language.text("No measure is implemented here yet."), err=True)


def _document(line: LedgerLine, language: Language) -> dict[str, Any]:
    signed = line.signature
    return {
        "measure_id": line.measure_id,
        "saving_id": line.saving_id,
        "measure": line.title,
        "status": line.status.value if line.status else None,
        "site": line.site,
        "meter_id": line.meter_id,
        "meter": line.meter or None,
        "resource": line.resource or None,
        "unit": line.unit or None,
        "heating_value_basis": line.basis or None,
        "option": line.option or None,
        "kind": line.kind.value.removesuffix("_line"),
        "since": line.start.isoformat(),
        "days": line.days,
        "estimated_per_year": line.estimate_per_year,
        "estimated": line.estimated,
        "measured": line.measured,
        "band_90": line.band_90,
        "realisation": line.realisation,
        "estimated_money": None if line.estimated_money is None else float(line.estimated_money),
        "estimated_currency": line.estimated_currency or None,
        "measured_money": None if line.measured_money is None else float(line.measured_money),
        "currency": line.currency or None,
        "signed": signed.signed_at.date().isoformat() if signed else None,
        "signed_quantity": signed.quantity if signed else None,
        "changed_since_signed": signed.changed if signed else None,
        "findings": [finding_document(each, language) for each in line.findings],
    }


def _meter(meter: MeterSum, language: Language) -> dict[str, Any]:
    return {
        "site": meter.site,
        "meter_id": meter.meter_id,
        "meter": meter.meter,
        "resource": meter.resource,
        "unit": meter.unit,
        "heating_value_basis": meter.basis or None,
        "reporting_period": meter.period,
        "isolated": meter.isolated,
        "measured": meter.measured,
        "allocated": meter.allocated,
        "unallocated": meter.unallocated,
        "avoided": meter.total,
        "band_90": meter.band_90,
        "unallocated_money": None if meter.unallocated_money is None else float(meter.unallocated_money),
        "cost_avoided": None if meter.money is None else float(meter.money),
        "currency": meter.currency or None,
        "findings": [finding_document(each, language) for each in meter.findings],
    }


def _print(rows: list[dict[str, Any]], language: Language) -> None:
    cells = [
        (
            row["measure"],
            row["site"],
            language.label(row["resource"]) if row["resource"] else MISSING,
            language.label(f"{row['kind']}_line"),
            language.number(row["estimated"]),
            language.number(row["measured"]),
            language.number(row["band_90"]),
            language.unit(row["unit"]) if row["unit"] else "",
            language.percent(row["realisation"], digits=0),
        )
        for row in rows
    ]
    titles = ("Measure", "Site", "Resource", "How it is known", "Estimated", "Measured", "± at 90 %", "Unit")
    print_table([language.text(title) for title in (*titles, "Realisation")], cells, right=(4, 5, 6, 8))
