"""`emstrack doctor`: what is well, what is not, and how to mend it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click
import sqlalchemy as sa

from emstrack import app
from emstrack.domain.errors import EmstrackError
from emstrack.domain.findings import Finding, Severity
from emstrack.language.languages import Language
from emstrack.services.reports.check_database import check_database
from emstrack.services.reports.check_installation import check_deployment, check_installation
from emstrack.settings import Settings
from emstrack.storage import migrate

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORDS = {Severity.INFO: "well", Severity.WARNING: "look", Severity.REFUSED: "wrong"}


@click.command()
@click.option("--deploy", is_flag=True, help="Look also at what is unsafe where others than this computer come.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def doctor(ctx: click.Context, *, deploy: bool, as_json: bool) -> None:
    """Look at the installation; exit 1 where something is wrong."""
    language = Language(ctx.obj)
    settings = Settings.read()
    now = datetime.now(UTC)
    findings = [
        *check_installation(settings, now=now),
        *_database(settings, now),
        *(check_deployment(settings) if deploy else ()),
    ]
    checks = [
        {"number": n, "code": each.code, "state": _WORDS[each.severity], "message": language.sentence(each)}
        for n, each in enumerate(findings, start=1)
    ]
    wrong = sum(each.severity is Severity.REFUSED for each in findings)
    if as_json:
        click.echo(json.dumps({"ok": wrong == 0, "checks": checks}, ensure_ascii=False))
    else:
        width = max(len(language.text(word)) for word in _WORDS.values())
        for each in checks:
            click.echo(f"{each['number']:>2}  {language.text(str(each['state'])):<{width}}  {each['message']}")
    if wrong:
        click.echo(language.plural("{n} thing is wrong.", "{n} things are wrong.", wrong), err=True)
        ctx.exit(1)


def _database(settings: Settings, now: datetime) -> Iterator[Finding]:
    application = app.build(settings)
    database = application.database
    try:
        found, wanted = migrate.current(database), migrate.head()
        if found is None:
            yield Finding("doctor.database_empty", Severity.WARNING)
            return
        if found != wanted:
            code = "database.behind" if migrate.is_known(found) else "database.ahead"
            yield Finding(code, Severity.REFUSED, {"current": found, "wanted": wanted})
            return
        yield Finding("doctor.revision", Severity.INFO, {"revision": found})
        with application.transaction(read_only=True) as session:
            yield from check_database(session, now=now)
    except EmstrackError as error:
        yield Finding(error.code, Severity.REFUSED, error.evidence)
    except sa.exc.SQLAlchemyError as error:
        url = database.url.render_as_string(hide_password=True)
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        yield Finding("database.cannot_open", Severity.REFUSED, {"url": url, "reason": reason})
    finally:
        database.dispose()
