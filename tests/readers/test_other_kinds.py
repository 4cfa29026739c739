"""Sites, drivers and weather."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from emstrack.readers.rows import DriverRows, SiteRows, WeatherRows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from files_read import Read

SITES = "site,kind,organisation,rooms,floor_area_m2,country,city,time_zone,station,opened,external_id\n"


def test_sites(read: Callable[..., Read]) -> None:
    found = read(
        SITES
        + "Hotel Sol,hotel,,120,8500.5,jm,Negril,America/Jamaica,MKJS,1998-05-01,H-1\nAlcaldía,edificio,,,,,,,,,\n"
    )
    rows = found.rows
    assert isinstance(rows, SiteRows)
    assert not found.refused
    assert rows.kind.tolist() == ["hotel", "building"]
    assert (rows.rooms[0], rows.floor_area_m2[0], rows.country[0], str(rows.opened[0])) == (
        120,
        8500.5,
        "JM",
        "1998-05-01",
    )
    assert np.isnan(rows.rooms[1])
    assert np.isnat(rows.opened[1])


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (",hotel,,,,,,,,,", "cell.missing"),
        ("A,,,,,,,,,,", "cell.missing"),
        ("A,castle,,,,,,,,,", "site_kind.unknown"),
        ("A,hotel,,-3,,,,,,,", "size.negative"),
        ("A,hotel,,3.5,,,,,,,", "rooms.not_whole"),
        ("A,hotel,,,-1,,,,,,", "size.negative"),
        ("A,hotel,,,,Mexico,,,,,", "country.not_a_code"),
        ("A,hotel,,,,,,Mars/Olympus,,,", "time_zone.unknown"),
        ("A,hotel,,,,,,,,31/02/2020,", "date.not_in_calendar"),
    ],
)
def test_a_site_that_cannot_be_taken_is_refused(read: Callable[..., Read], row: str, code: str) -> None:
    assert read(SITES + row + "\n").refused == {2: code}


def test_drivers(read: Callable[..., Read]) -> None:
    found = read(
        "site,driver,month,value\nH,Room nights,2024-01,930\nH,Comidas,2024-01,2100\nH,Golf rounds,2024-01,12\n"
    )
    assert isinstance(found.rows, DriverRows)
    assert found.rows.driver.tolist() == ["occupied_room_nights", "meals", "Golf rounds"]
    assert found.rows.value.tolist() == [930, 2100, 12]
    assert [str(day) for day in found.rows.end] == ["2024-02-01"] * 3


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (",meals,2024-01,1", "cell.missing"),
        ("H,,2024-01,1", "cell.missing"),
        ("H,meals,,1", "date.missing"),
        ("H,meals,2024-01,", "cell.missing"),
        ("H,meals,2024-01,-1", "driver.negative"),
        ("H," + "x" * 61 + ",2024-01,1", "driver.name_too_long"),
        ("H,meals,2024-13,1", "month.not_a_month"),
    ],
)
def test_a_driver_that_cannot_be_taken_is_refused(read: Callable[..., Read], row: str, code: str) -> None:
    assert read("site,driver,month,value\n" + row + "\n").refused == {2: code}


def test_daily_weather(read: Callable[..., Read]) -> None:
    found = read("station,date,mean_c,rain_mm\nMKJS,2024-01-01,25.5,0\nMKJS,2024-01-02,,3.5\nMKJS,2024-01-03,70,\n")
    assert isinstance(found.rows, WeatherRows)
    assert found.rows.mean_c.tolist()[0] == 25.5
    assert np.isnan(found.rows.mean_c[1])
    assert found.refused == {4: "temperature.impossible"}


def test_hours_become_days_where_half_of_them_are_there(read: Callable[..., Read]) -> None:
    hours = [f"S,2024-01-01T{hour:02d}:00,{hour},0.5\n" for hour in range(24)]
    hours += [f"S,2024-01-02 {hour:02d}:00:00-05:00,10,\n" for hour in range(12)]
    hours += [f"S,2024-01-03T{hour:02d}:00,10,\n" for hour in range(11)]
    hours += ["S,noon,10,\n", "S,2024-02-30T01:00,10,\n", "S,2024-01-04T25:00,10,\n"]
    found = read("station,time,temperature_c,rain_mm\n" + "".join(hours))
    assert [str(day) for day in found.rows.day] == ["2024-01-01", "2024-01-02", "2024-01-03"]
    assert found.rows.mean_c.tolist()[:2] == [11.5, 10]
    assert np.isnan(found.rows.mean_c[2])
    assert found.rows.rain_mm[0] == 12
    assert found.said == ["weather.too_few_hours"]
    assert sorted(found.refused.values()) == ["date.not_in_calendar", "time.not_a_time", "time.not_a_time"]


@pytest.mark.shared
def test_the_real_hours_of_mexico_city_give_their_degree_days(read: Callable[..., Read], shared: Path) -> None:
    real = (shared / "data/weather/open-meteo-19.44N99.11W2233m.csv").read_text().splitlines()[1:]
    lines = (f"MX,{line.split(',')[0]},{line.split(',')[1]}" for line in real)
    rows = read("station,time,temperature_c\n" + "\n".join(lines)).rows
    assert len(rows) * 24 == len(real) == 4344
    month = rows.day.astype("datetime64[M]").astype(int) % 12
    cooling = [round(float(np.maximum(rows.mean_c[month == n] - 18, 0).sum()), 2) for n in range(6)]
    heating = [round(float(np.maximum(18 - rows.mean_c[month == n], 0).sum()), 2) for n in range(6)]
    assert cooling == [0, 6.58, 31.61, 41.77, 81.02, 16.82]
    assert heating == [116.50, 37.75, 17.87, 1.73, 0.28, 8.30]
