"""`emstrack demo`: a filled demonstration, its savings printed, then the page."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from emstrack.cli.installation import ready_application
from emstrack.language.languages import Language

if TYPE_CHECKING:
    from pathlib import Path

    from emstrack.app import Application
    from emstrack.services.programmes.load_demonstration import Loaded


@click.command()
@click.option("--no-serve", is_flag=True, help="Only load it and print its savings.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document: items, totals, the generator's truth.")
@click.pass_context
def demo(ctx: click.Context, no_serve: bool, as_json: bool) -> None:
    """Load a filled demonstration, print its savings and the sign-in, then serve the page."""
    from emstrack.cli.serve import invite, serve_with_scheduler

    language = Language(ctx.obj)
    application = ready_application()
    loaded = _load(application, language)
    people = _keep_passwords(application, loaded, language)
    _print_savings(application, loaded, language, as_json=as_json)
    click.echo("", err=True)
    click.echo(people or language.text("The sign-in was kept in {file}.", file=_passwords(application)), err=True)
    if no_serve:
        application.database.dispose()
        return
    invite(application, language)
    serve_with_scheduler(application, language)


def _load(application: Application, language: Language) -> Loaded:
    from emstrack.domain.passwords import PasswordCost
    from emstrack.services.programmes.load_demonstration import load_demonstration

    click.echo(language.text("Preparing the demonstration (illustrative figures) …"), err=True)
    settings = application.settings
    cost = PasswordCost(settings.password_memory_kib, settings.password_passes)
    return load_demonstration(application.transaction, settings, cost=cost, clock=lambda: datetime.now(UTC))


def _passwords(application: Application) -> Path:
    from emstrack.services.programmes.keep_sign_ins import FILE_NAME

    return application.settings.instance_dir / FILE_NAME


def _keep_passwords(application: Application, loaded: Loaded, language: Language) -> str:
    """Write the random passwords where only the operator reads them, and return what is there."""
    from emstrack.services.programmes.keep_sign_ins import keep_sign_ins

    path = _passwords(application)
    if loaded.made:
        keep_sign_ins(loaded.people, path.parent, language)
    return path.read_text(encoding="utf-8").rstrip("\n") if path.is_file() else ""


def _print_savings(application: Application, loaded: Loaded, language: Language, *, as_json: bool) -> None:
    from emstrack.cli.savings_table import savings_lines
    from emstrack.domain.accounts import Permission, Scope
    from emstrack.services.programmes.load_demonstration import demonstration_truth
    from emstrack.services.savings.compute_savings import Asked, compute_savings
    from emstrack.services.savings.present_savings import savings_json
    from emstrack.storage.scope import set_scope

    with application.transaction(read_only=True) as session:
        set_scope(session, Scope(loaded.tenant_id, permissions=frozenset(Permission)))
        savings = compute_savings(session, Asked())
        truth = demonstration_truth(session)
    if not as_json:
        for line in savings_lines(savings, language):
            click.echo(line)
        return
    document: dict[str, Any] = {**savings_json(savings, language), "truth": truth}
    click.echo(json.dumps(document, ensure_ascii=False, indent=1))
