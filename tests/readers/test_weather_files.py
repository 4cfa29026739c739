"""Weather as others give it out: EPW, Open-Meteo, monthly means, and what is broken in them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
import pytest

from emstrack.domain.errors import RefusedError
from emstrack.domain.weather import StationFacts, StationKind, StationSource
from emstrack.readers.rows import WeatherRows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from files_read import Read

LOCATION = "LOCATION,La Paz,-,BOL,SRC,852010,-16.5,-68.18,-4.0,4061.4\nCOMMENTS 1,Made for a test\n"


def epw(*hours: tuple[int, int, int, int, str]) -> str:
    flags = "*?*?"
    return LOCATION + "".join(
        f"{year},{month},{day},{hour},60,{flags},{value},1" + ",0" * 25 + ",0.5,1\n"
        for year, month, day, hour, value in hours
    )


def stations(found: Read) -> tuple[StationFacts, ...]:
    return next(chunk.stations for chunk in found.chunks if chunk.stations)


@pytest.mark.shared
def test_the_real_epw_of_singapore_gives_a_typical_year_and_its_degree_days(
    read: Callable[..., Read], shared: Path
) -> None:
    found = read((shared / "data/weather/Singapore-Changi_1990_2010_TMY.epw").read_bytes(), "singapore.epw")
    assert isinstance(found.rows, WeatherRows)
    mean = found.rows.mean_c
    assert len(mean) == 365
    figures = (mean.mean(), np.maximum(mean - 18.3, 0).sum(), np.maximum(mean - 24, 0).sum())
    assert [round(float(each), 1) for each in figures] == [27.6, 3406.3, 1325.9]
    facts = stations(found)[0]
    assert (facts.kind, facts.source, facts.latitude, facts.longitude, facts.elevation_m) == (
        StationKind.TYPICAL_YEAR,
        StationSource.EPW,
        1.367,
        103.983,
        16.0,
    )
    assert "Meteonorm" in facts.attribution
    assert found.said == ["epw.typical_year"]


@pytest.mark.shared
def test_the_real_open_meteo_file_says_its_place_in_its_name(read: Callable[..., Read], shared: Path) -> None:
    name = "open-meteo-19.44N99.11W2233m.csv"
    found = read((shared / "data/weather" / name).read_bytes(), name)
    month = found.rows.day.astype("datetime64[M]").astype(int) % 12
    cooling = [round(float(np.maximum(found.rows.mean_c[month == n] - 18, 0).sum()), 2) for n in range(6)]
    assert cooling == [0, 6.58, 31.61, 41.77, 81.02, 16.82]
    facts = stations(found)[0]
    assert (facts.code, facts.kind) == ("open-meteo-19.44N99.11W", StationKind.OBSERVED)
    assert (facts.latitude, facts.longitude, facts.elevation_m) == (19.44, -99.11, 2233)


def test_open_meteo_by_the_day_with_its_place_above_in_fahrenheit(read: Callable[..., Read]) -> None:
    found = read(
        "latitude,longitude,elevation,utc_offset_seconds,timezone,timezone_abbreviation\n"
        "18.47,-77.92,3.0,-18000,America/Jamaica,EST\n\n"
        "time,temperature_2m_mean (°F),precipitation_sum (mm)\n2024-01-01,77.0,1.5\n2024-01-02,,\n",
        "open.csv",
    )
    assert found.rows.mean_c[0] == pytest.approx(25)
    assert found.rows.rain_mm[0] == 1.5
    assert np.isnan(found.rows.mean_c[1])
    assert stations(found)[0].code == "open-meteo-18.47N77.92W"


def test_open_meteo_without_a_place_is_refused(read: Callable[..., Read]) -> None:
    with pytest.raises(RefusedError) as refused:
        read("time,temperature_2m (°C)\n2024-01-01T00:00,20\n", "weather.csv")
    assert refused.value.code == "file.is_weather_without_station"


def test_months_of_an_epw_from_different_years_are_one_typical_year(read: Callable[..., Read]) -> None:
    hours = [(1998, 1, 1, hour, "10") for hour in range(1, 25)] + [(2004, 2, 28, hour, "99.9") for hour in range(1, 25)]
    hours += [(2004, 2, 29, hour, "12") for hour in range(1, 25)]
    found = read(epw(*hours), "paz.epw")
    assert [str(day) for day in found.rows.day] == ["2001-01-01", "2001-02-28"]
    assert found.rows.mean_c[0] == 10
    assert np.isnan(found.rows.mean_c[1])
    assert found.rows.rain_mm[0] == 12
    assert set(found.said) == {"weather.too_few_hours", "epw.typical_year", "epw.typical_year_incomplete"}


def test_an_epw_of_several_years_was_observed(read: Callable[..., Read]) -> None:
    found = read(epw(*((year, 3, 1, hour, "9") for year in (2020, 2021) for hour in range(1, 25))), "paz.epw")
    assert [str(day) for day in found.rows.day] == ["2020-03-01", "2021-03-01"]
    assert stations(found)[0] == StationFacts(
        code="852010",
        name="La Paz",
        latitude=-16.5,
        longitude=-68.18,
        elevation_m=4061.4,
        source=StationSource.EPW,
        attribution="Made for a test, SRC",
    )


@pytest.mark.parametrize(
    ("hour", "code"),
    [
        ((2020, 2, 30, 1, "9"), "epw.hour_damaged"),
        ((2020, 2, 3, 25, "9"), "epw.hour_damaged"),
        ((2020, 2, 3, 1, "x"), "epw.hour_damaged"),
        ((2020, 2, 3, 1, "80"), "epw.hour_damaged"),
    ],
)
def test_an_hour_that_cannot_be_is_refused_by_line(
    read: Callable[..., Read], hour: tuple[int, int, int, int, str], code: str
) -> None:
    good = [(2020, 3, 1, number, "9") for number in range(1, 25)]
    assert read(epw(hour, *good), "paz.epw").refused == {3: code}


@pytest.mark.parametrize("text", [LOCATION, "LOCATION,La Paz\n" + epw((2020, 3, 1, 1, "9")).split("\n", 1)[1]])
def test_an_epw_without_hours_or_place_is_refused(read: Callable[..., Read], text: str) -> None:
    with pytest.raises(RefusedError) as refused:
        read(text, "paz.epw")
    assert refused.value.code == "file.epw_damaged"


def test_weather_is_not_taken_for_readings(read: Callable[..., Read]) -> None:
    with pytest.raises(RefusedError) as refused:
        read(epw((2020, 3, 1, 1, "9")), "paz.epw", kind="readings")
    assert refused.value.code == "file.is_weather"


def test_monthly_means_are_months_and_say_so(read: Callable[..., Read]) -> None:
    found = read("estacion;mes;temperatura media\nCusco;enero 2024;12,5\nCusco;2024-02;12,9\n")
    assert [str(day) for day in found.rows.day] == ["2024-01-01", "2024-02-01"]
    assert found.rows.mean_c.tolist() == [12.5, 12.9]
    assert stations(found)[0].kind is StationKind.MONTHLY_MEANS


def test_canonical_weather_may_say_where_its_station_stands(read: Callable[..., Read]) -> None:
    found = read(
        "station,date,mean_c,station_name,latitude,longitude,elevation_m,source\n"
        "A,2024-01-01,20,Alta,-13.5,-71.9,3400,nasa_power\nA,2024-01-02,21,,,,,\n"
        "A,2024-01-03,21,,95,10,,\nA,2024-01-04,21,,5,,,\nA,2024-01-05,21,,,,,radio\n"
    )
    assert len(found.rows) == 2
    facts = stations(found)[0]
    assert (facts.name, facts.latitude, facts.source) == ("Alta", -13.5, StationSource.NASA_POWER)
    assert found.refused == {4: "place.not_on_earth", 5: "place.half", 6: "source.unknown"}


def test_rain_is_never_negative(read: Callable[..., Read]) -> None:
    assert read("station,date,mean_c,rain_mm\nA,2024-01-01,20,-1\n").refused == {2: "rain.negative"}


def test_twenty_years_of_hours_are_read_in_seconds(read: Callable[..., Read]) -> None:
    """M-14.1: 175,320 hours become days in a few seconds on a slow machine."""
    day = np.arange(np.datetime64("2004-01-01"), np.datetime64("2024-01-01"))
    text = "".join(f"A,{each}T{hour:02d}:00,{20 + hour / 10:.1f}\n" for each in day for hour in range(24))
    begun = time.process_time()
    rows = read("station,time,temperature_c\n" + text).rows
    assert time.process_time() - begun < 10
    assert len(rows) == 7305
    assert np.allclose(rows.mean_c, 21.15)
