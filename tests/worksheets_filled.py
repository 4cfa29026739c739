"""Worksheets filled in as an engineer would, for tests of what they come to."""

from __future__ import annotations

from datetime import date

from emstrack.domain.verification import Grounds, Option, Parameter, SavingDetails
from emstrack.domain.worksheets import ParameterName, Worksheet

P = ParameterName
MEASURED_ON = date(2025, 3, 14)


def measured(name: ParameterName, value: float, spread: float = 0.5, sample: int = 12) -> Parameter:
    """A parameter measured on a sample."""
    return Parameter(
        name=name,
        value=value,
        grounds=Grounds.MEASURED,
        spread=spread,
        sample=sample,
        instrument="Bucket and stopwatch",
        measured_on=MEASURED_ON,
    )


def estimated(name: ParameterName, value: float, low: float | None = None, high: float | None = None) -> Parameter:
    """A parameter estimated between two values, or counted whole."""
    return Parameter(name=name, value=value, grounds=Grounds.ESTIMATED, low=low, high=high, source="Inventory 2025")


HEATED = (
    estimated(P.HEATED_SHARE, 100, 95, 100),
    estimated(P.TEMPERATURE_RISE_K, 14, 12, 16),
    estimated(P.HEATER_EFFICIENCY, 78, 72, 84),
)
FILLED: dict[Worksheet, tuple[Parameter, ...]] = {
    Worksheet.LIGHTING: (
        estimated(P.FITTINGS_BEFORE, 240),
        measured(P.POWER_BEFORE_W, 72, 2.0, 10),
        estimated(P.FITTINGS_AFTER, 240),
        measured(P.POWER_AFTER_W, 28, 1.0, 10),
        estimated(P.HOURS_PER_YEAR, 3900, 3600, 4200),
        estimated(P.COOLING_FACTOR, 10, 5, 15),
    ),
    Worksheet.TAPS_SHOWERS: (
        estimated(P.USES_PER_YEAR, 40_000, 36_000, 44_000),
        estimated(P.MINUTES_PER_USE, 8, 7, 9),
        measured(P.FLOW_BEFORE_L_MIN, 12, 1.5, 20),
        measured(P.FLOW_AFTER_L_MIN, 7.5, 0.6, 20),
        *HEATED,
    ),
    Worksheet.TOILETS: (
        estimated(P.FLUSHES_PER_YEAR, 60_000, 50_000, 70_000),
        measured(P.LITRES_BEFORE, 13, 0.8, 15),
        measured(P.LITRES_AFTER, 4.8, 0.2, 15),
    ),
    Worksheet.LINEN: (
        estimated(P.ROOM_NIGHTS_PER_YEAR, 31_000),
        measured(P.LAUNDRY_BEFORE_KG, 5.4, 0.6, 14),
        measured(P.LAUNDRY_AFTER_KG, 2.9, 0.5, 14),
        estimated(P.WATER_L_PER_KG, 24, 20, 28),
        estimated(P.HEATED_SHARE, 60, 50, 70),
        estimated(P.TEMPERATURE_RISE_K, 35, 30, 40),
        estimated(P.HEATER_EFFICIENCY, 80, 75, 85),
        estimated(P.DRYING_KWH_PER_KG, 1.1, 0.9, 1.3),
        estimated(P.ELECTRICITY_KWH_PER_KG, 0.2, 0.15, 0.25),
        estimated(P.DETERGENT_G_PER_KG, 12, 10, 14),
    ),
    Worksheet.LEAKS: (
        measured(P.LEAK_BEFORE_L_MIN, 2.5, 0.2, 5),
        measured(P.LEAK_AFTER_L_MIN, 0.1, 0.05, 5),
        estimated(P.LEAK_HOURS_PER_YEAR, 8000, 7000, 8760),
    ),
    Worksheet.BOILER: (
        estimated(P.FUEL_KWH_PER_YEAR, 500_000),
        measured(P.EFFICIENCY_BEFORE, 76, 1.2, 4),
        measured(P.EFFICIENCY_AFTER, 84, 0.9, 4),
    ),
    Worksheet.AIR_CONDITIONING: (
        estimated(P.CAPACITY_TON, 60),
        estimated(P.FULL_LOAD_HOURS, 2400, 2100, 2700),
        measured(P.RATING_BEFORE, 1.3, 0.08, 6),
        measured(P.RATING_AFTER, 0.8, 0.04, 6),
    ),
    Worksheet.AIR_CONDITIONING_SAMPLE: (
        estimated(P.UNITS, 60),
        measured(P.KWH_PER_DAY_BEFORE, 9.0, 1.4, 8),
        measured(P.KWH_PER_DAY_AFTER, 5.5, 0.9, 8),
        estimated(P.DAYS_PER_YEAR, 300, 280, 320),
    ),
}
"""One of each, under the usual choices (LPG, net, kW per ton)."""


def filled_details(worksheet: Worksheet | None = Worksheet.TOILETS, **given: object) -> SavingDetails:
    """What a person says of such a saving."""
    usual: dict[str, object] = {
        "title": "Low-flow toilets",
        "option": Option.KEY_PARAMETER,
        "start": date(2025, 4, 1),
        "worksheet": worksheet,
        "parameters": FILLED[worksheet] if worksheet else (),
    }
    return SavingDetails(**{**usual, **given})  # type: ignore[arg-type]  # as a person would
