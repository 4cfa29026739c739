"""The main job on a file, without a database: readings in, savings out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emstrack.analysis.portfolio import Fixed, Question
from emstrack.analysis.savings import compute_savings
from emstrack.domain.errors import RefusedError
from emstrack.domain.savings import Method
from emstrack.readers.rows import DriverRows, ReadingRows, SiteRows, WeatherRows
from emstrack.services.savings.build_portfolio import Sources, build_portfolio
from emstrack.services.savings.read_inputs import Limits, read_rows

if TYPE_CHECKING:
    from pathlib import Path

    from emstrack.analysis.savings_types import Savings
    from emstrack.domain.findings import Finding
    from emstrack.domain.periods import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What somebody asks of a file; see `emstrack analyse --help` for each."""

    file: Path
    baseline: Period
    reporting: Period
    method: Method = Method.AUTO
    drivers: tuple[str, ...] = ()
    fixed: Fixed | None = None
    sites_file: Path | None = None
    drivers_file: Path | None = None
    weather_file: Path | None = None
    rooms: int | None = None


@dataclass(frozen=True, slots=True)
class Analysis:
    """The savings, and what was found on the way: rows that were refused, sites that did not match."""

    savings: Savings
    findings: tuple[Finding, ...]


def analyse_file(request: Request, limits: Limits) -> Analysis:
    """Read the files, compute the savings of every meter.

    Raises
    ------
    RefusedError
        Where a file cannot be taken, or nothing of it can.
    """
    if request.method is Method.FIXED and request.fixed is None:
        raise RefusedError("analyse.fixed_needs_a_figure")
    if request.fixed is not None and request.method is not Method.FIXED:
        raise RefusedError("analyse.figure_needs_fixed", method=request.method)
    readings, findings = read_rows(request.file, "readings", limits, ReadingRows)
    if not len(readings):
        raise RefusedError("analyse.no_readings", findings=tuple(findings), file=request.file.name)
    sites = drivers = weather = None
    if request.sites_file is not None:
        sites, found = read_rows(request.sites_file, "sites", limits, SiteRows)
        findings += found
    if request.drivers_file is not None:
        drivers, found = read_rows(request.drivers_file, "drivers", limits, DriverRows)
        findings += found
    if request.weather_file is not None:
        weather, found = read_rows(request.weather_file, "weather", limits, WeatherRows)
        findings += found
    portfolio, found = build_portfolio(Sources(readings, sites, drivers, weather, request.rooms))
    findings += found
    question = Question(request.baseline, request.reporting, request.method, request.drivers, request.fixed)
    return Analysis(compute_savings(portfolio, question), tuple(findings))
