"""`emstrack savings`: what was saved, from the database."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from emstrack.cli.installation import transaction
from emstrack.domain.savings import Method

if TYPE_CHECKING:
    from emstrack.services.savings.compute_savings import Asked


@click.command()
@click.option("--org", required=True, metavar="ORG", help="Name or id; its descendants are included.")
@click.option("--site", metavar="S", help="One site, by name or id.")
@click.option("--resource", metavar="R", help="electricity, water, lpg …")
@click.option("--baseline", metavar="P", help="2024-01:2024-12, or 2024-01-15:2025-01-15 (half-open).")
@click.option("--reporting", metavar="P", help="The months or days whose saving is asked for.")
@click.option("--method", type=click.Choice([str(each) for each in Method]), default=str(Method.AUTO))
@click.option("--driver", "drivers", multiple=True, metavar="D", help="A driver the baseline has to use; repeatable.")
@click.option(
    "--fixed", metavar="Q", help="Agreed figure for --method fixed: 12000/month (the default) or 144000/year."
)
@click.option("--json", "as_json", is_flag=True, help="Exactly one JSON document on standard output.")
@click.pass_obj
def savings(lang: str, /, *, org: str, as_json: bool, **given: Any) -> None:
    """Show savings: of two periods, or without them of the baselines that were adopted."""
    from emstrack.cli.analyse import refusal_json
    from emstrack.cli.savings_table import findings_lines, savings_lines
    from emstrack.domain.errors import EmstrackError
    from emstrack.language.languages import Language
    from emstrack.services.accounts.operate import operator_scope
    from emstrack.services.savings.compute_savings import compute_savings
    from emstrack.services.savings.present_savings import savings_json

    language = Language(lang)
    try:
        asked = _asked(given)
        with transaction(read_only=True) as session:
            operator_scope(session, org)
            computed = compute_savings(session, asked)
    except EmstrackError as refused:
        if as_json:
            click.echo(refusal_json(refused, language))
        for line in findings_lines(getattr(refused, "findings", ()), language):
            click.echo(line, err=True)
        raise
    if as_json:
        document = savings_json(computed, language)
        click.echo(json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1))
    elif computed.items:
        for line in savings_lines(computed, language):
            click.echo(line)
    else:
        click.echo(language.text(_nothing(asked)), err=True)


def _asked(given: dict[str, Any]) -> Asked:
    from emstrack.cli.analyse import read_driver_name, read_figure
    from emstrack.domain.periods import Period
    from emstrack.services.savings.compute_savings import Asked

    return Asked(
        site=given["site"],
        resource=given["resource"],
        baseline=Period.parse(given["baseline"]) if given["baseline"] else None,
        reporting=Period.parse(given["reporting"]) if given["reporting"] else None,
        method=Method(given["method"]),
        drivers=tuple(read_driver_name(name) for name in given["drivers"]),
        fixed=read_figure(given["fixed"]),
    )


def _nothing(asked: Asked) -> str:
    if asked.baseline is None:
        return "No baseline is adopted here yet. Adopt one on a meter's page, or give --baseline and --reporting."
    return "There are no meters here yet. `emstrack import FILE --org ORG` brings in what you have."
