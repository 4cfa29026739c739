"""Use against what drives it."""

from emstrack.charts.drivers import DriverPoint, Drivers, drivers
from emstrack.language.languages import Language

EN = Language("en")
POINTS = (DriverPoint("January 2025", 40.0, 900.0), DriverPoint("January 2026", 41.0, 800.0, in_baseline=False))


def test_baseline_and_reporting_period_differ_in_shape_and_not_in_colour_alone() -> None:
    spec = drivers(Drivers("Hotel", "Occupied room-nights", "1/d", "kWh", POINTS), EN).wide
    assert spec["layer"][0]["encoding"]["shape"]["scale"]["range"] == ["circle", "triangle-up"]


def test_a_model_adds_its_line_below_the_points() -> None:
    data = Drivers("Hotel", "Occupied room-nights", "", "kWh", POINTS, ((40.0, 900.0), (41.0, 920.0)))
    layers = drivers(data, EN).wide["layer"]
    assert layers[0]["mark"]["type"] == "line"
    assert layers[0]["data"]["values"][1] == {"x": 41.0, "y": 920.0}


def test_the_axes_carry_units() -> None:
    spec = drivers(Drivers("Hotel", "Guests", "1/d", "m3", POINTS), EN).wide
    assert spec["layer"][0]["encoding"]["x"]["axis"]["title"] == "Guests [1/d]"
    assert spec["layer"][0]["encoding"]["y"]["axis"]["title"] == "m³ per day"


def test_the_table_says_which_period_each_reading_belongs_to() -> None:
    chart = drivers(Drivers("Hotel", "Guests", "1/d", "m3", POINTS), EN)
    assert chart.rows == (
        ("January 2025", "40.0", "900.0", "Baseline period"),
        ("January 2026", "41.0", "800.0", "Reporting period"),
    )
