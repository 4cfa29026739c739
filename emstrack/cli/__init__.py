"""The command line: one lazy table, so that `emstrack --help` needs none of the product's weight.

Exit 0 done, 1 refused or failed with a sentence on stderr, 2 wrong usage.
"""

from __future__ import annotations

import importlib
import locale
import os
import sys
from typing import Any

import click

from emstrack import __version__

COMMANDS: dict[str, str] = {
    # name: module:attribute, in the order of a person's work
    "demo": "emstrack.cli.demo:demo",
    "analyse": "emstrack.cli.analyse:analyse",
    # organisations, people, sites
    "org": "emstrack.cli.org:group",
    "user": "emstrack.cli.user:group",
    "site": "emstrack.cli.site:group",
    "weather": "emstrack.cli.weather:group",
    # readings
    "import": "emstrack.cli.import_:import_",
    "imports": "emstrack.cli.imports:group",
    "monthly": "emstrack.cli.monthly:monthly",
    "export": "emstrack.cli.export:group",
    "history": "emstrack.cli.history:group",
    # savings
    "savings": "emstrack.cli.savings:savings",
    "options": "emstrack.cli.options:group",
    "ledger": "emstrack.cli.ledger:ledger",
    "report": "emstrack.cli.report:group",
    # audits
    "audits": "emstrack.cli.audits:group",
    # what is looked at again
    "follow-ups": "emstrack.cli.follow_ups:group",
    # programmes
    "programme": "emstrack.cli.programme:group",
    # installation
    "serve": "emstrack.cli.serve:serve",
    "web": "emstrack.cli.serve:web",
    "scheduler": "emstrack.cli.scheduler:group",
    "migrate": "emstrack.cli.migrate:migrate",
    "backup": "emstrack.cli.backup:group",
    "doctor": "emstrack.cli.doctor:doctor",
}


class LazyGroup(click.Group):
    """A group that imports a command only when it is called for."""

    def __init__(self, *args: Any, table: dict[str, str], **kwargs: Any) -> None:
        """Take the table of commands."""
        super().__init__(*args, **kwargs)
        self.table = table

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Keep the table's order, which is that of a person's work."""
        del ctx
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of one command."""
        del ctx
        target = self.table.get(cmd_name)
        if target is None:
            return None
        module, _, attribute = target.partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command


def language_of(environment: dict[str, str]) -> str:
    """Return EMSTRACK_LANGUAGE, else LANG, else English."""
    named = environment.get("EMSTRACK_LANGUAGE") or environment.get("LANG", "").split(".")[0]
    return named if named and named not in {"C", "POSIX"} else "en"


@click.group(cls=LazyGroup, table=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
@click.option("--lang", metavar="LANGUAGE", help="es, en, pt or fr; else EMSTRACK_LANGUAGE, LANG, en.")
@click.pass_context
def group(ctx: click.Context, lang: str | None) -> None:
    """Environmental management for municipalities, hotels and cleaner-production programmes."""
    ctx.obj = lang or language_of(dict(os.environ))


def main() -> None:
    """Run the command; an error a person can mend is one sentence on stderr and exit 1."""
    from emstrack.domain.errors import EmstrackError
    from emstrack.language.languages import Language

    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    locale.setlocale(locale.LC_CTYPE, "")
    try:
        code = group.main(standalone_mode=False, prog_name="emstrack")
        if isinstance(code, int):  # what a command gave to ctx.exit()
            sys.exit(code)
    except EmstrackError as error:
        language = Language(_asked_language(sys.argv[1:]))
        click.echo(f"emstrack: {language.sentence(error)}", err=True)
        sys.exit(1)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("emstrack: stopped.", err=True)
        sys.exit(1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)


def _asked_language(arguments: list[str]) -> str:
    for index, argument in enumerate(arguments):
        if argument == "--lang" and index + 1 < len(arguments):
            return arguments[index + 1]
        if argument.startswith("--lang="):
            return argument.partition("=")[2]
    return language_of(dict(os.environ))
