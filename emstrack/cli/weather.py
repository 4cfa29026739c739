"""`emstrack weather`: stations, and weather asked of a public service for a place."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from emstrack.cli.answers import answering, finding_document, print_csv, print_json, print_table
from emstrack.cli.installation import ready_application, transaction
from emstrack.language.languages import Language

if TYPE_CHECKING:
    from emstrack.services.sites.list_stations import ListedStation

COLUMNS = (
    *("id", "station", "name", "kind", "source", "latitude", "longitude", "elevation_m", "first", "last", "known"),
    *("coverage", "rain", "sites", "attribution"),
)


@click.group()
def group() -> None:
    """Weather stations, and weather for a place."""


@group.command()
@click.option("--org", required=True, metavar="ORG", help="The organisation, by name or id.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.option("--csv", "as_csv", is_flag=True, help="A table of comma-separated values.")
@click.pass_context
def stations(ctx: click.Context, org: str, as_json: bool, as_csv: bool) -> None:
    """List the weather stations: what each knows, from when to when, and the sites that use it."""
    from emstrack.services.accounts.operate import operator_scope
    from emstrack.services.sites.list_stations import list_stations

    language = Language(ctx.obj)
    with answering(language, as_json=as_json), transaction(read_only=True) as session:
        operator_scope(session, org)
        rows = [_row(each) for each in list_stations(session)]
    if as_csv:
        rows = [{**row, "sites": "; ".join(row["sites"])} for row in rows]
    if as_json:
        print_json(rows)
    elif as_csv:
        print_csv(COLUMNS, [[row[name] for name in COLUMNS] for row in rows])
    elif not rows:
        told = language.text("There is no weather station yet. Import a file of weather, or `emstrack weather fetch`.")
        click.echo(told, err=True)
    else:
        _print(rows, language)


def _row(each: ListedStation) -> dict[str, Any]:
    station = each.station
    return {
        "id": station.id,
        "station": station.code,
        "name": station.name,
        "kind": station.kind,
        "source": station.source,
        "latitude": station.latitude,
        "longitude": station.longitude,
        "elevation_m": station.elevation_m,
        "first": each.first.isoformat() if each.first else None,
        "last": each.last.isoformat() if each.last else None,
        "known": each.known,
        "coverage": each.coverage,
        "rain": each.has_rain,
        "sites": [name for _, name in each.sites],
        "attribution": station.attribution,
    }


def _print(rows: list[dict[str, Any]], language: Language) -> None:
    head = [language.text(word) for word in ("Station", "Kind", "From", "Until", "Coverage", "Sites")]
    cells = [
        (
            row["name"] or row["station"],
            language.label(row["kind"]),
            row["first"] or "–",
            row["last"] or "–",
            language.percent(row["coverage"], digits=0),
            str(len(row["sites"])),
        )
        for row in rows
    ]
    print_table(head, cells, right=(4, 5))


@group.command()
@click.option("--org", required=True, metavar="ORG", help="The organisation, by name or id.")
@click.option("--site", required=True, metavar="S", help="The site, by name or id; its coordinates are sent.")
@click.option("--service", metavar="NAME", default="open_meteo", help="open_meteo or nasa_power.")
@click.option("--from", "first_year", type=int, metavar="YYYY", help="First year; else that of the site's readings.")
@click.option("--to", "last_year", type=int, metavar="YYYY", help="Last year; else this one.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_context
def fetch(ctx: click.Context, /, *, org: str, site: str, as_json: bool, **given: Any) -> None:
    """Ask a public service for the weather of a site; `emstrack imports undo` takes it back."""
    language = Language(ctx.obj)
    with answering(language, as_json=as_json):
        application = ready_application()
        try:
            outcome = _fetch(application, org, site, given)
        finally:
            application.database.dispose()
    counts = outcome.counts
    if as_json:
        findings = [finding_document(finding, language) for finding in outcome.findings]
        print_json({"batch": outcome.batch_id, "file": outcome.file, "weather": counts, "findings": findings})
        return
    numbers = {name: language.number(counts[name]) for name in ("new", "updated", "unchanged")}
    told = language.text(
        "{file}: {new} days new, {updated} updated, {unchanged} unchanged. Batch {batch}.",
        file=outcome.file,
        batch=outcome.batch_id,
        **numbers,
    )
    click.echo(told)


def _fetch(application: Any, org: str, site: str, given: dict[str, Any]) -> Any:
    from emstrack.gateways.stored_files import StoredFiles
    from emstrack.services.accounts.operate import operator_scope
    from emstrack.services.readings.list_monthly_values import find_site
    from emstrack.services.readings.run_import import Watch
    from emstrack.services.sites.fetch_weather import Wish, ask_for_weather, fetch_weather, usual_years
    from emstrack.storage.scope import scope_of

    settings, now = application.settings, datetime.now(UTC)
    with application.transaction() as session:
        operator_scope(session, org)
        site_id = find_site(session, site)
        first, last = usual_years(session, site_id, today=now.date())
        wish = Wish(
            site_id=site_id,
            service=given["service"],
            first_year=given["first_year"] or first,
            last_year=given["last_year"] or last,
        )
        batch_id = ask_for_weather(session, wish, settings, now=now, today=now.date()).id
        scope = scope_of(session)
    watch = Watch(application.transaction, scope, lambda: datetime.now(UTC), batch_id)
    return fetch_weather(watch, StoredFiles(settings.files_dir), settings, settings)
