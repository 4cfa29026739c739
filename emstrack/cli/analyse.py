"""`emstrack analyse`: the main job on a file, no database."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from emstrack.domain.savings import Method

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emstrack.analysis.portfolio import Fixed
    from emstrack.domain.errors import EmstrackError
    from emstrack.language.languages import Language
    from emstrack.services.savings.analyse_file import Analysis, Request

_FIGURE = re.compile(r"(\d+(?:\.\d+)?)(?:/(month|year))?")
_FILE = click.Path(path_type=Path)


@click.command()
@click.argument("file", type=_FILE)
@click.option("--baseline", required=True, metavar="P", help="2024-01:2024-12, or 2024-01-15:2025-01-15 (half-open).")
@click.option("--reporting", required=True, metavar="P", help="The months or days whose saving is asked for.")
@click.option("--sites", "sites_file", type=_FILE, help="Sites: rooms, floor area, country, weather station.")
@click.option("--rooms", type=click.IntRange(min=1), help="Rooms of the one site in the file.")
@click.option("--drivers", "drivers_file", type=_FILE, help="Room-nights, guests, production … by site and month.")
@click.option("--driver", "drivers", multiple=True, metavar="D", help="A driver the baseline has to use; repeatable.")
@click.option("--weather", "weather_file", type=_FILE, help="Daily or hourly temperatures; one station serves all.")
@click.option("--method", type=click.Choice([str(each) for each in Method]), default=str(Method.AUTO))
@click.option(
    "--fixed", metavar="Q", help="Agreed figure for --method fixed: 12000/month (the default) or 144000/year."
)
@click.option("--json", "as_json", is_flag=True, help="Exactly one JSON document on standard output.")
@click.pass_obj
def analyse(lang: str, /, file: Path, *, as_json: bool, **given: Any) -> None:
    """Compute savings from one file of readings."""
    from emstrack.domain.errors import EmstrackError
    from emstrack.language.languages import Language
    from emstrack.services.savings.analyse_file import analyse_file
    from emstrack.services.savings.read_inputs import Limits
    from emstrack.settings import Settings

    language = Language(lang)
    try:
        settings = Settings.read()
        limits = Limits(settings.import_memory_mb, settings.import_seconds, settings.max_upload_mb)
        analysis = analyse_file(_request(file, given), limits)
    except EmstrackError as refused:
        if as_json:
            click.echo(refusal_json(refused, language))
        for line in _findings_of(refused, language):
            click.echo(line, err=True)
        raise
    _show(analysis, language, as_json=as_json)


def _request(file: Path, given: dict[str, Any]) -> Request:
    from emstrack.domain.periods import Period
    from emstrack.services.savings.analyse_file import Request

    return Request(
        file=file,
        baseline=Period.parse(given["baseline"]),
        reporting=Period.parse(given["reporting"]),
        method=Method(given["method"]),
        drivers=tuple(read_driver_name(name) for name in given["drivers"]),
        fixed=read_figure(given["fixed"]),
        sites_file=given["sites_file"],
        drivers_file=given["drivers_file"],
        weather_file=given["weather_file"],
        rooms=given["rooms"],
    )


def _findings_of(refused: EmstrackError, language: Language) -> Iterator[str]:
    from emstrack.cli.savings_table import findings_lines

    return findings_lines(getattr(refused, "findings", ()), language)


def _show(analysis: Analysis, language: Language, *, as_json: bool) -> None:
    from emstrack.cli.savings_table import findings_lines, savings_lines
    from emstrack.services.savings.present_savings import findings_json, savings_json

    if as_json:
        document = savings_json(analysis.savings, language)
        document["findings"] = findings_json(analysis.findings, language)
        click.echo(json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1))
    else:
        for line in savings_lines(analysis.savings, language):
            click.echo(line)
    for line in findings_lines(analysis.findings, language):
        click.echo(line, err=True)


def refusal_json(refused: EmstrackError, language: Language) -> str:
    """The document of a command that was refused."""
    from emstrack.services.savings.present_savings import findings_json

    return json.dumps(
        {
            "items": [],
            "totals": [],
            "error": {"code": refused.code, "message": language.sentence(refused)},
            "findings": findings_json(getattr(refused, "findings", ()), language),
        },
        ensure_ascii=False,
        indent=1,
    )


def read_driver_name(name: str) -> str:
    """The code of a driver as a person writes it; a name of their own stays."""
    from emstrack.readers.drivers import read_driver

    known = read_driver(name)
    return known if isinstance(known, str) else name


def read_figure(text: str | None) -> Fixed | None:
    """The agreed figure of ``12000/month`` or ``144000/year``."""
    from emstrack.analysis.portfolio import Fixed, Per
    from emstrack.domain.errors import RefusedError

    if text is None:
        return None
    match = _FIGURE.fullmatch(text.strip())
    if match is None:
        raise RefusedError("analyse.not_a_figure", text=text)
    return Fixed(float(match[1]), Per(match[2] or "month"))
