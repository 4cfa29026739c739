from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from emstrack.analysis.portfolio import Fixed
from emstrack.domain.errors import RefusedError
from emstrack.domain.periods import Period
from emstrack.domain.savings import Method
from emstrack.language.languages import Language
from emstrack.services.savings.analyse_file import Analysis, Request, analyse_file
from emstrack.services.savings.present_savings import savings_json
from emstrack.services.savings.read_inputs import Limits
from tests.services.savings.files import HEAD, drivers_csv, readings_csv, sites_csv

if TYPE_CHECKING:
    from pathlib import Path

LIMITS = Limits(memory_mb=1000, seconds=60)


def analysed(file: Path, **given: object) -> Analysis:
    parts: dict[str, object] = {
        "file": file,
        "baseline": Period.parse("2024-01:2024-12"),
        "reporting": Period.parse("2025-01:2025-12"),
    }
    return analyse_file(Request(**{**parts, **given}), LIMITS)  # type: ignore[arg-type]


def test_the_worked_hotel_from_its_files(tmp_path: Path) -> None:
    analysis = analysed(readings_csv(tmp_path), drivers_file=drivers_csv(tmp_path), sites_file=sites_csv(tmp_path))
    (item,) = analysis.savings.items
    assert item.avoided == pytest.approx(219_780.0, abs=0.1)
    assert item.band_90 == pytest.approx(15_023.6, abs=0.1)
    assert item.per_room == pytest.approx(219_780.0 / 120, abs=0.1)
    assert item.co2e_avoided_kg == pytest.approx(219_780.0 * 0.5613, abs=1)
    assert analysis.findings == ()


def test_rooms_of_the_one_site_there_is(tmp_path: Path) -> None:
    (item,) = analysed(readings_csv(tmp_path), rooms=60).savings.items
    assert item.per_room == pytest.approx((item.avoided or 0) / 60)


def test_rooms_of_several_sites_are_asked_for(tmp_path: Path) -> None:
    file = readings_csv(tmp_path, ("Hotel Mar,M1,electricity,2025-01,5,kWh,,",))
    with pytest.raises(RefusedError) as refused:
        analysed(file, rooms=60)
    assert refused.value.code == "analyse.rooms_of_which_site"


def test_a_lone_weather_station_serves_all_sites(tmp_path: Path) -> None:
    days = np.arange("2024-01-01", "2026-01-01", dtype="datetime64[D]")
    mean = 22 + 6 * np.sin(np.arange(len(days)) / 365 * 2 * np.pi)
    weather = tmp_path / "weather.csv"
    weather.write_text(
        "station,date,mean_c\n" + "".join(f"KIN,{day},{t:.2f}\n" for day, t in zip(days, mean, strict=True)),
        encoding="utf-8",
    )
    months = np.arange("2024-01", "2026-01", dtype="datetime64[M]")
    file = tmp_path / "readings.csv"
    rows = []
    for index, month in enumerate(months):
        inside = days.astype("datetime64[M]") == month
        use = (100 + 8 * np.maximum(np.round(mean[inside], 2) - 24, 0)).sum() * (1 if index < 12 else 0.9)
        rows += [f"{site},M,electricity,{month},{use!r},kWh,," for site in ("A", "B")]
    file.write_text("\n".join([HEAD, *[row.replace("np.float64(", "").replace(")", "") for row in rows]]) + "\n")
    analysis = analysed(file, weather_file=weather)
    for item in analysis.savings.items:
        assert item.model is not None
        assert item.model.form == "cooling"
        assert item.model.balance_points_c == {"cooling": 24.0}
        assert item.avoided_percent == pytest.approx(10, abs=1e-6)


def test_fuels_come_back_in_kwh_with_their_basis(tmp_path: Path) -> None:
    lines = [f"H,Gas,natural_gas,{year}-{month:02d},100,therm,," for year in (2024, 2025) for month in range(1, 13)]
    lines += [f"H,Tank,lpg,{year}-{month:02d},100,kg,," for year in (2024, 2025) for month in range(1, 13)]
    file = tmp_path / "fuels.csv"
    file.write_text("\n".join([HEAD, *lines]) + "\n", encoding="utf-8")
    gas, tank = analysed(file).savings.items
    assert (gas.unit, gas.heating_value_basis) == ("kWh", "gross")
    assert gas.actual == pytest.approx(1200 * 29.3071, rel=1e-5)
    assert (tank.unit, tank.heating_value_basis) == ("kWh", "net")


def test_net_and_gross_of_one_meter_are_refused(tmp_path: Path) -> None:
    lines = [f"H,Gas,natural_gas,2024-{month:02d},100,therm,," for month in range(1, 13)]
    file = tmp_path / "fuels.csv"
    file.write_text("\n".join([HEAD, *lines, "H,Gas,natural_gas,2025-01,100,m3,,"]) + "\n", encoding="utf-8")
    findings = analysed(file).findings
    assert [each.code for each in findings] == ["reading.mixed_heating_basis"]
    assert findings[0].row == 14


def test_overlapping_readings_are_refused_with_both_rows(tmp_path: Path) -> None:
    head = HEAD.replace("month", "start,end")
    file = tmp_path / "r.csv"
    file.write_text(
        f"{head}\nH,M,electricity,2024-01-01,2024-02-01,5,kWh,,\nH,M,electricity,2024-01-20,2024-02-20,7,kWh,,\n"
        "H,M,electricity,2024-02-01,2024-03-01,5,kWh,,\n",
        encoding="utf-8",
    )
    (finding,) = analysed(file).findings
    assert (finding.code, finding.row, finding.evidence["other"]) == ("reading.overlaps", 3, 2)


def test_costs_without_a_currency_are_left_out_and_said(tmp_path: Path) -> None:
    file = tmp_path / "r.csv"
    file.write_text(
        "site,meter,resource,month,quantity,unit,cost\n"
        + "".join(f"H,M,electricity,{y}-{m:02d},5,kWh,9\n" for y in (2024, 2025) for m in range(1, 13)),
        encoding="utf-8",
    )
    analysis = analysed(file)
    assert [each.code for each in analysis.findings] == ["cost.no_currency"]
    assert analysis.savings.items[0].cost_avoided is None


def test_drivers_of_sites_without_readings_are_said(tmp_path: Path) -> None:
    analysis = analysed(readings_csv(tmp_path, site="Otro"), drivers_file=drivers_csv(tmp_path))
    assert "driver.site_without_readings" in {each.code for each in analysis.findings}


def test_credits_reach_the_baseline_and_the_months_alike(tmp_path: Path) -> None:
    plain = analysed(readings_csv(tmp_path)).savings.items[0]
    head = HEAD + ",kind"
    text = readings_csv(tmp_path).read_text(encoding="utf-8").replace(HEAD, head).rstrip().replace("USD", "USD,actual")
    text += "\nHotel Sol,M1,electricity,2025-03,-900,kWh,-135,USD,credit\n"
    file = tmp_path / "credit.csv"
    file.write_text(text, encoding="utf-8")
    credited = analysed(file).savings.items[0]
    assert credited.actual == pytest.approx((plain.actual or 0) - 900)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"method": Method.FIXED}, "analyse.fixed_needs_a_figure"),
        ({"fixed": Fixed(1.0)}, "analyse.figure_needs_fixed"),
        ({"drivers_file": "nowhere.csv"}, "file.not_there"),
    ],
)
def test_what_cannot_be_asked_is_refused(tmp_path: Path, given: dict[str, object], code: str) -> None:
    if "drivers_file" in given:
        given = {"drivers_file": tmp_path / "nowhere.csv"}
    with pytest.raises(RefusedError) as refused:
        analysed(readings_csv(tmp_path), **given)
    assert refused.value.code == code


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedError) as refused:
        analysed(drivers_csv(tmp_path))
    assert refused.value.code == "file.other_kind"


def test_a_file_of_refused_rows_says_each(tmp_path: Path) -> None:
    file = tmp_path / "r.csv"
    file.write_text(f"{HEAD}\nH,M,electricity,2024-13,5,kWh,,\nH,M,magic,2024-01,5,kWh,,\n", encoding="utf-8")
    with pytest.raises(RefusedError) as refused:
        analysed(file)
    assert refused.value.code == "analyse.no_readings"
    assert [each.row for each in refused.value.findings] == [2, 3]


def test_the_public_document_has_exactly_its_fields(tmp_path: Path) -> None:
    document = savings_json(analysed(readings_csv(tmp_path)).savings, Language("es"))
    item, total = document["items"][0], document["totals"][0]
    assert set(item) >= {
        *("site", "meter", "resource", "unit", "baseline_period", "reporting_period", "method", "model", "months"),
        *("adjusted_baseline", "actual", "avoided", "avoided_percent", "band_90", "fsu_90", "cost_avoided", "currency"),
        *("co2e_avoided_kg", "per_room", "per_room_year", "cost_per_room", "per_occupied_room_night", "per_m2"),
        *("findings", "heating_value_basis"),
    }
    assert set(item["model"]) >= {
        *("form", "coefficients", "balance_points_c", "r2", "adjusted_r2", "cv_rmse", "nmbe", "n", "p"),
    }
    assert set(item["months"][0]) == {"month", "actual", "adjusted_baseline", "avoided"}
    assert set(total) >= {
        *("resource", "unit", "avoided", "band_90", "cost_avoided", "currency", "per_room", "cost_per_room"),
        *("sites", "sites_counted"),
    }
    assert item["findings"][0]["message"].startswith("Nada de lo registrado")


def test_several_stations_want_to_be_named(tmp_path: Path) -> None:
    weather = tmp_path / "weather.csv"
    weather.write_text("station,date,mean_c\nKIN,2024-01-01,25\nMBJ,2024-01-01,26\n", encoding="utf-8")
    codes = {each.code for each in analysed(readings_csv(tmp_path), weather_file=weather).findings}
    assert "weather.which_station" in codes
