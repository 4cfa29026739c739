"""`emstrack history verify`: whether readings and their history are what was written."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Any

import click

from emstrack.cli.answers import answering, print_json
from emstrack.cli.installation import transaction
from emstrack.language.languages import Language


@click.group()
def group() -> None:
    """The chain over every change."""


@group.command()
@click.option("--org", metavar="ORG", help="Organisation, by name or id; else all of them.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def verify(ctx: click.Context, org: str | None, *, as_json: bool) -> None:
    """Compute every link again, and name the first that does not hold."""
    from emstrack.services.accounts.operate import operator_scope
    from emstrack.services.readings.list_batches import tenants
    from emstrack.services.readings.verify_history import verify_history

    language = Language(ctx.obj)
    found: list[tuple[str, Any]] = []
    with answering(language, as_json=as_json), transaction(read_only=True) as session:
        for named in [org] if org is not None else [str(tenant.id) for tenant in tenants(session)]:
            organisation = operator_scope(session, named)
            found.append((organisation.name, verify_history(session)))
    if as_json:
        print_json([_document(name, verified) for name, verified in found])
    for name, verified in found:
        click.echo(_sentence(name, verified, language), err=as_json)
    sys.exit(0 if all(verified.holds for _, verified in found) else 1)


def _document(name: str, verified: Any) -> dict[str, Any]:
    at = verified.broken_at
    return {
        "organisation": name,
        "holds": verified.holds,
        **asdict(verified),
        "broken_at": at.isoformat() if at else None,
    }


def _sentence(name: str, verified: Any, language: Language) -> str:
    if verified.holds:
        return language.text(
            "{name}: {links} links over {rows} rows hold. Newest: {head}",
            name=name,
            links=verified.links,
            rows=language.number(verified.rows),
            head=verified.head[:16],
        )
    return language.text(
        "{name}: link {link} of {at} (batch {batch}) does not hold: rows under it were changed outside of emstrack. "
        "Compare with a backup from before.",
        name=name,
        link=verified.broken,
        at=language.instant(verified.broken_at),
        batch=verified.broken_batch if verified.broken_batch is not None else "–",
    )
