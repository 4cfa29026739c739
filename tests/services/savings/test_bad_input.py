"""Whatever stands in the files: a result, or a finding in plain words; never a NaN or a claim it should not make."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from emstrack.domain.findings import Severity
from emstrack.domain.periods import Period
from emstrack.domain.savings import Method
from emstrack.language.languages import Language
from emstrack.services.savings.analyse_file import Analysis, Request, analyse_file
from emstrack.services.savings.present_savings import findings_json, savings_json
from emstrack.services.savings.read_inputs import Limits

if TYPE_CHECKING:
    from pathlib import Path

    from emstrack.analysis.savings_types import MeterSaving

LIMITS = Limits(memory_mb=1000, seconds=60)
MONTHS = np.arange("2024-01", "2026-01", dtype="datetime64[M]")
START, END = MONTHS.astype("datetime64[D]"), (MONTHS + 1).astype("datetime64[D]")
SEASON = 9_000 + 1_500 * np.sin(np.arange(24) / 6 * np.pi)
SITES = ("zero", "constant", "two points", "backwards", "one long bill", "huge", "tiny", "constant driver", "plain")
SPOKEN = ("en", "es", "pt", "fr")


def rows_of(site: str) -> list[tuple[str, str, str]]:
    """Start, end, quantity of the bills of one site of each trouble."""
    quantity = {
        "zero": np.zeros(24),
        "constant": np.full(24, 5_000.0),
        "backwards": -SEASON,
        "huge": SEASON * 1e8,
        "tiny": SEASON * 1e-16,
    }.get(site, SEASON)
    rows = [
        (str(low), str(high), repr(float(each)).replace("e+", "e"))
        for low, high, each in zip(START, END, quantity, strict=True)
    ]
    if site == "two points":
        return [rows[0], rows[12]]
    if site == "one long bill":
        return [("2024-01-01", "2025-02-04", "120000"), *rows[14:]]
    return rows


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """All troubles in one file, so that they are read once."""
    folder = tmp_path_factory.mktemp("bad")
    lines = [
        f"{site},E,electricity,{start},{end},{quantity},kWh" for site in SITES for start, end, quantity in rows_of(site)
    ]
    readings = folder / "readings.csv"
    readings.write_text("\n".join(["site,meter,resource,start,end,quantity,unit", *lines]) + "\n", encoding="utf-8")
    drivers = folder / "drivers.csv"
    nights = "".join(
        f"constant driver,occupied_room_nights,{m},{d}\n"
        for m, d in zip(MONTHS, (END - START).astype(int), strict=True)
    )
    drivers.write_text("site,driver,month,value\n" + nights, encoding="utf-8")
    weather = folder / "weather.csv"
    days = np.arange("2023-01-01", "2023-03-01", dtype="datetime64[D]")
    weather.write_text("station,date,mean_c\n" + "".join(f"MEX,{day},20\n" for day in days), encoding="utf-8")
    return {"file": readings, "drivers_file": drivers, "weather_file": weather}


def analysed(files: dict[str, Path], **changed: object) -> Analysis:
    parts: dict[str, object] = {
        **files,
        "baseline": Period.parse("2024-01:2024-12"),
        "reporting": Period.parse("2025-01:2025-12"),
    }
    return analyse_file(Request(**{**parts, **changed}), LIMITS)  # type: ignore[arg-type]


def by_site(analysis: Analysis) -> dict[str, MeterSaving]:
    for code in SPOKEN:
        language = Language(code)
        shown = savings_json(analysis.savings, language)
        json.dumps(shown, allow_nan=False)
        told = [each["message"] for item in shown["items"] for each in item["findings"]]
        told += [each["message"] for each in findings_json(analysis.findings, language)]
        assert not [each for each in told if "{" in each or "." not in each or "nan" in each.casefold().split()]
    return {item.site: item for item in analysis.savings.items}


def codes(item: MeterSaving, severity: Severity | None = None) -> set[str]:
    return {each.code for each in item.findings if severity in {None, each.severity}}


def test_each_trouble_of_readings_is_a_result_or_a_named_finding(files: dict[str, Path]) -> None:
    analysis = analysed(files)
    items = by_site(analysis)
    assert set(items) == set(SITES) - {"backwards"}
    assert {each.code for each in analysis.findings if each.severity is Severity.REFUSED}, "bills below zero, by row"
    assert (items["zero"].avoided, items["zero"].avoided_percent, items["zero"].claim) == (0.0, None, None)
    assert "baseline.all_zero" in codes(items["zero"])
    assert items["constant"].avoided == pytest.approx(0, abs=1e-6 * 60_000) or items["constant"].claim is not None
    assert items["constant"].model is not None
    assert items["constant"].model.form == "flat"
    assert "baseline.too_few_months" in codes(items["two points"], Severity.DISQUALIFYING)
    assert "baseline.too_few_months" in codes(items["one long bill"], Severity.DISQUALIFYING)
    assert "baseline.long_reading" in codes(items["one long bill"])
    for scale, name in ((1e8, "huge"), (1e-16, "tiny")):
        assert items[name].avoided == pytest.approx((items["plain"].avoided or 0) * scale, rel=1e-6)
        assert items[name].claim == items["plain"].claim
    for item in items.values():
        if item.disqualified:
            assert (item.avoided_percent, item.claim, item.cost_avoided, item.co2e_avoided_kg) == (None,) * 4


def test_temperatures_that_are_all_missing_and_a_constant_driver_are_said(files: dict[str, Path]) -> None:
    items = by_site(analysed(files, method=Method.REGRESSION, drivers=("occupied_room_nights",)))
    assert "driver.constant" in codes(items["constant driver"])
    assert items["constant driver"].avoided is not None
    assert "weather.none_in_baseline" in codes(items["constant driver"], Severity.WARNING)
    assert "driver.not_there" in codes(items["plain"], Severity.DISQUALIFYING)
    needs_weather = by_site(analysed(files, method=Method.CHANGE_POINT_3PC))
    assert all(item.disqualified for item in needs_weather.values())


@pytest.mark.parametrize(
    ("baseline", "reporting", "code", "severity"),
    [
        ("2025-01:2025-12", "2024-01:2024-12", "baseline.after_reporting", Severity.WARNING),
        ("2024-01:2024-12", "2024-06:2025-05", "period.overlapping", Severity.DISQUALIFYING),
        ("2020-01:2020-12", "2025-01:2025-12", "baseline.no_readings", Severity.DISQUALIFYING),
        ("2024-01:2024-12", "2030-01:2030-12", "reporting.no_complete_month", Severity.DISQUALIFYING),
    ],
)
def test_odd_periods_are_named(
    files: dict[str, Path], baseline: str, reporting: str, code: str, severity: Severity
) -> None:
    only = {"file": files["file"]}
    items = by_site(analysed(only, baseline=Period.parse(baseline), reporting=Period.parse(reporting)))
    assert code in codes(items["plain"], severity)
    assert items["plain"].disqualified is (severity is Severity.DISQUALIFYING)
