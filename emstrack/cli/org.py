"""`emstrack org`: organisations."""

from __future__ import annotations

import csv
import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from emstrack.cli.installation import transaction
from emstrack.domain.accounts import Locality, OrganisationKind
from emstrack.language.languages import Language

if TYPE_CHECKING:
    from collections.abc import Sequence

COLUMNS = ("id", "name", "kind", "parent", "tenant", "country", "currency", "sites", "archived")


@click.group()
def group() -> None:
    """Organisations: municipalities with their ministries, hotels with their companies."""


@group.command()
@click.argument("name")
@click.option("--kind", type=click.Choice([str(kind) for kind in OrganisationKind]), help="What it is.")
@click.option("--parent", metavar="ORG", help="What it belongs to, by name or id; without it, a tree of its own.")
@click.option("--country", metavar="CC", default="", help="ISO 3166 code, e.g. MX.")
@click.option("--currency", metavar="C", default="", help="ISO 4217 code, e.g. MXN; else the country's own.")
@click.pass_context
def add(ctx: click.Context, name: str, kind: str | None, parent: str | None, country: str, currency: str) -> None:
    """Add an organisation."""
    from emstrack.services.accounts.create_organisation import create_organisation, create_tenant
    from emstrack.services.accounts.operate import operator_scope

    locality = Locality(country=country, currency=currency)
    with transaction() as session:
        if parent is None:
            made = create_tenant(
                session, name, kind or OrganisationKind.MUNICIPALITY, locality=locality, now=datetime.now(UTC)
            )
        else:
            above = operator_scope(session, parent)
            made = create_organisation(
                session,
                name,
                parent_id=above.id,
                kind=kind or OrganisationKind.MINISTRY,
                locality=locality,
                now=datetime.now(UTC),
            )
        told = {"name": made.name, "id": made.id}
    click.echo(Language(ctx.obj).text("Added {name} (id {id}).", **told))


@group.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.option("--csv", "as_csv", is_flag=True, help="A table of comma-separated values.")
@click.pass_context
def list_(ctx: click.Context, as_json: bool, as_csv: bool) -> None:
    """List every organisation of the installation."""
    from emstrack.services.accounts.list_organisations import list_every_organisation

    with transaction(read_only=True) as session:
        rows = list_every_organisation(session)
    if as_json:
        click.echo(json.dumps([{column: row[column] for column in COLUMNS} for row in rows], ensure_ascii=False))
    elif as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows([row[column] for column in COLUMNS] for row in rows)
    else:
        _print_tree(rows, Language(ctx.obj))


def _print_tree(rows: Sequence[dict[str, Any]], language: Language) -> None:
    if not rows:
        click.echo(language.text("No organisation yet. `emstrack org add NAME` adds one."), err=True)
    for row in rows:
        away = f" · {language.text('archived')}" if row["archived"] else ""
        sites = language.plural("{n} site", "{n} sites", row["sites"])
        name = "  " * row["depth"] + row["name"]
        click.echo(f"{row['id']:>6}  {name:<40}  {language.label(row['kind'])} · {sites}{away}")
