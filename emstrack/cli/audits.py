"""`emstrack audits`: what was inspected, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from emstrack.cli.answers import answering, print_csv, print_json, print_table
from emstrack.cli.installation import transaction
from emstrack.language.languages import MISSING, Language

if TYPE_CHECKING:
    from emstrack.services.audits.list_audits import ListedAudit

COLUMNS = ("id", "site", "kind", "date", "team", "status", "findings", "recommendations")


@click.group()
def group() -> None:
    """Audits: planned, in the field, reported, closed."""


@group.command(name="list")
@click.option("--org", required=True, metavar="ORG", help="The organisation, by name or id; descendants included.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.option("--csv", "as_csv", is_flag=True, help="A table of comma-separated values.")
@click.pass_context
def list_(ctx: click.Context, org: str, *, as_json: bool, as_csv: bool) -> None:
    """List the audits of an organisation and of those below it, the newest first."""
    from emstrack.services.accounts.operate import operator_scope
    from emstrack.services.audits.list_audits import AuditFilter, every_audit

    language = Language(ctx.obj)
    with answering(language, as_json=as_json), transaction(read_only=True) as session:
        wanted = AuditFilter(organisation_id=operator_scope(session, org).id)
        rows = [_document(audit) for audit in every_audit(session, wanted)]
    if as_json:
        print_json(rows)
    elif as_csv:
        print_csv(COLUMNS, [["; ".join(row[c]) if c == "team" else row[c] for c in COLUMNS] for row in rows])
    elif rows:
        _print(rows, language)
    else:
        click.echo(language.text("There is no audit here yet."), err=True)


def _document(audit: ListedAudit) -> dict[str, Any]:
    return {
        "id": audit.id,
        "site": audit.site,
        "kind": audit.kind.value,
        "date": audit.start.isoformat(),
        "team": [member.name for member in audit.team],
        "status": audit.status.value,
        "findings": audit.progress.findings,
        "recommendations": audit.recommendations,
    }


def _print(rows: list[dict[str, Any]], language: Language) -> None:
    cells = [
        (
            row["site"],
            language.label(f"audit_kind.{row['kind']}"),
            row["date"],
            ", ".join(row["team"]) or MISSING,
            language.label(f"audit_status.{row['status']}"),
            str(row["findings"]),
            str(row["recommendations"]),
        )
        for row in rows
    ]
    titles = ("Site", "Kind", "Day", "Team", "Status", "Findings", "Recommendations")
    print_table([language.text(title) for title in titles], cells, right=(5, 6))
