"""`emstrack follow-ups`: what has to be looked at again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from emstrack.cli.answers import answering, print_csv, print_json, print_table
from emstrack.cli.installation import transaction
from emstrack.language.languages import Language

if TYPE_CHECKING:
    from emstrack.services.audits.list_follow_ups import ListedFollowUp

COLUMNS = ("id", "kind", "subject", "site", "due", "owner", "status", "days_overdue")


@click.group()
def group() -> None:
    """Follow-ups: what was promised to be looked at again."""


@group.command()
@click.option("--org", metavar="ORG", required=True, help="The organisation, by name or id; its descendants count.")
@click.option("--on", "on", metavar="DATE", type=click.DateTime(["%Y-%m-%d"]), help="Due by this day; else today.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.option("--csv", "as_csv", is_flag=True, help="A table of comma-separated values.")
@click.pass_context
def due(ctx: click.Context, org: str, on: datetime | None, as_json: bool, as_csv: bool) -> None:
    """List what is due."""
    from emstrack.services.accounts.operate import operator_scope
    from emstrack.services.audits.list_follow_ups import follow_ups_due

    language = Language(ctx.obj)
    day = (on or datetime.now(UTC)).date()
    with answering(language, as_json=as_json), transaction(read_only=True) as session:
        organisation = operator_scope(session, org)
        rows = [_document(row, language) for row in follow_ups_due(session, organisation.id, on=day)]
    if as_json:
        print_json(rows)
    elif as_csv:
        print_csv(COLUMNS, [[row[column] for column in COLUMNS] for row in rows])
    elif not rows:
        click.echo(language.text("Nothing is due by {day}.", day=language.date(day)), err=True)
    else:
        header = [
            *(language.text("Due"), language.text("Days overdue"), language.text("What")),
            *(language.text("Site"), language.text("Who does it")),
        ]
        table = [
            [row["due"], language.number(row["days_overdue"]), row["subject"], row["site"], row["owner"] or "–"]
            for row in rows
        ]
        print_table(header, table, right=(1,))


def _document(row: ListedFollowUp, language: Language) -> dict[str, Any]:
    from emstrack.language.follow_ups import title_of

    title = title_of(language, row.kind, row.title, row.span, row.span_unit)
    return {
        "id": row.id,
        "kind": row.kind.value,
        "subject": f"{title}: {row.subject}" if row.subject != row.site else title,
        "site": row.site,
        "due": row.due.isoformat(),
        "owner": row.owner or None,
        "status": row.status.value,
        "days_overdue": row.days_overdue,
    }
