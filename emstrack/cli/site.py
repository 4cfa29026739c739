"""`emstrack site`: buildings, hotels and the like."""

from __future__ import annotations

import csv
import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from emstrack.cli.installation import transaction
from emstrack.domain.sites import Attribute, SiteDetails, SiteKind
from emstrack.language.languages import Language

if TYPE_CHECKING:
    from emstrack.services.sites.list_sites import ListedSite

COLUMNS = (
    "id",
    "site",
    "kind",
    "organisation",
    "rooms",
    "floor_area_m2",
    "country",
    "city",
    "time_zone",
    "currency",
    "meters",
)
PAGE = 500


@click.group()
def group() -> None:
    """Sites: buildings, hotels, plants, lighting circuits, pumping stations."""


@group.command()
@click.argument("name")
@click.option("--org", required=True, metavar="ORG", help="The organisation it belongs to, by name or id.")
@click.option("--kind", required=True, type=click.Choice([str(kind) for kind in SiteKind]), help="What it is.")
@click.option("--rooms", type=float, metavar="N", help="Rooms, for savings per room.")
@click.option("--area", type=float, metavar="M2", help="Gross floor area in m².")
@click.pass_context
def add(ctx: click.Context, name: str, org: str, kind: str, rooms: float | None, area: float | None) -> None:
    """Add a site; country, currency and time zone are its organisation's."""
    from emstrack.services.accounts.operate import operator_scope
    from emstrack.services.sites.add_site import add_site

    given = {Attribute.ROOMS: rooms, Attribute.FLOOR_AREA_M2: area}
    with transaction() as session:
        organisation = operator_scope(session, org)
        site = add_site(
            session,
            SiteDetails(name=name, kind=SiteKind(kind), organisation_id=organisation.id),
            attributes={attribute: value for attribute, value in given.items() if value is not None},
            now=datetime.now(UTC),
        )
        told = {"name": site.name, "id": site.id}
    click.echo(Language(ctx.obj).text("Added {name} (id {id}).", **told))


@group.command(name="list")
@click.option("--org", required=True, metavar="ORG", help="The organisation, by name or id; descendants included.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.option("--csv", "as_csv", is_flag=True, help="A table of comma-separated values.")
@click.pass_context
def list_(ctx: click.Context, org: str, as_json: bool, as_csv: bool) -> None:
    """List the sites of an organisation and of those below it."""
    rows = [_row(site) for site in _every_site(org)]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
    elif as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows([row[column] for column in COLUMNS] for row in rows)
    else:
        _print_table(rows, Language(ctx.obj))


def _every_site(org: str) -> list[ListedSite]:
    from emstrack.services.accounts.operate import operator_scope
    from emstrack.services.sites.list_sites import SiteFilter, list_sites

    today = datetime.now(UTC).date()
    with transaction(read_only=True) as session:
        wanted = SiteFilter(organisation_id=operator_scope(session, org).id)
        page = list_sites(session, wanted, today=today, size=PAGE)
        found = list(page.rows)
        for number in range(2, page.pages + 1):
            found += list_sites(session, wanted, today=today, page=number, size=PAGE).rows
    return found


def _row(site: ListedSite) -> dict[str, Any]:
    return {
        "id": site.id,
        "site": site.name,
        "kind": site.kind.value,
        "organisation": site.organisation,
        "rooms": _whole(site.rooms),
        "floor_area_m2": site.floor_area_m2,
        "country": site.country,
        "city": site.city,
        "time_zone": site.time_zone,
        "currency": site.currency,
        "meters": site.meters,
    }


def _whole(value: float | None) -> float | int | None:
    return int(value) if value is not None and value.is_integer() else value


def _print_table(rows: list[dict[str, Any]], language: Language) -> None:
    if not rows:
        click.echo(language.text("There is no site yet. Add one with `emstrack site add`."), err=True)
        return
    head = [language.text(word) for word in ("Site", "Kind", "Organisation", "Rooms", "m²", "Meters")]
    cells = [
        [
            row["site"],
            language.label(row["kind"]),
            row["organisation"],
            language.number(row["rooms"]),
            language.number(row["floor_area_m2"]),
            str(row["meters"]),
        ]
        for row in rows
    ]
    widths = [max(len(line[place]) for line in (head, *cells)) for place in range(len(head))]
    for line in (head, *cells):
        left = [text.ljust(width) for text, width in zip(line[:3], widths[:3], strict=True)]
        right = [text.rjust(width) for text, width in zip(line[3:], widths[3:], strict=True)]
        click.echo("  ".join(left + right).rstrip())
