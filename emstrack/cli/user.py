"""`emstrack user`: people, where the operator has to help."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import click

from emstrack.cli.installation import ready_application
from emstrack.domain.accounts import Role
from emstrack.domain.passwords import PasswordCost
from emstrack.language.languages import Language


@click.group()
def group() -> None:
    """People and their passwords."""


@group.command()
@click.argument("email")
@click.option("--org", "organisation", metavar="ORG", required=True, help="Where, by name or id.")
@click.option("--role", type=click.Choice([str(role) for role in Role]), required=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input; else a link is printed.")
@click.pass_context
def add(ctx: click.Context, email: str, organisation: str, role: str, password_stdin: bool) -> None:
    """Give somebody a role in an organisation."""
    from emstrack.services.accounts.add_person import add_person
    from emstrack.services.accounts.change_account import set_password
    from emstrack.services.accounts.operate import operator_scope
    from emstrack.services.accounts.reset_password import issue_reset_link

    language, link = Language(ctx.obj), ""
    application = ready_application()
    settings = application.settings
    with application.transaction() as session:
        where = operator_scope(session, organisation)
        user = add_person(session, email, organisation_id=where.id, role=Role(role), now=datetime.now(UTC))
        if password_stdin:
            password = sys.stdin.readline().rstrip("\r\n")
            cost = PasswordCost(settings.password_memory_kib, settings.password_passes)
            set_password(session, user, password, cost=cost, now=datetime.now(UTC))
        elif user.password_hash is None and role != Role.CONTRIBUTOR:
            link = issue_reset_link(session, user.email, link_base=settings.link_base, now=datetime.now(UTC))
        told = {"email": user.email, "role": language.label(role), "organisation": where.name}
    application.database.dispose()
    click.echo(language.text("{email} is now {role} of {organisation}.", **told), err=bool(link))
    if link:
        _hand_over(link, language)


@group.command(name="reset-link")
@click.argument("email")
@click.pass_context
def reset_link(ctx: click.Context, email: str) -> None:
    """Print a link with which somebody sets a new password."""
    from emstrack.services.accounts.reset_password import issue_reset_link

    application = ready_application()
    with application.transaction() as session:
        link = issue_reset_link(session, email, link_base=application.settings.link_base, now=datetime.now(UTC))
    application.database.dispose()
    _hand_over(link, Language(ctx.obj))


def _hand_over(link: str, language: Language) -> None:
    click.echo(language.text("Hand this link over; it sets a password once, within 60 minutes:"), err=True)
    click.echo(link)
