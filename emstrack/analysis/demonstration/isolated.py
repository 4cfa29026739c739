"""What the demonstration verified apart from its meters: worksheets somebody measured, and a pump room's own meter.

The figures are near the generator's truth, as those of careful people would be; texts are in the place's language.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emstrack.domain.verification import Grounds, Option, Parameter, SavingDetails
from emstrack.domain.worksheets import ParameterName as P
from emstrack.domain.worksheets import Worksheet

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from emstrack.domain.periods import Month

GUESTS_PER_ROOM = 1.82
_AFTER = 2
"""Months after a measure in which it was measured again."""


@dataclass(frozen=True, slots=True)
class Isolated:
    """A saving of the demonstration.

    Parameters
    ----------
    site : str
    details : SavingDetails
    sub_meter : str
        Option B: the name of the meter; its id is only known once it is there.
    """

    site: str
    details: SavingDetails
    sub_meter: str = ""


def isolated_savings(first: Month, room_nights: Mapping[str, int]) -> tuple[Isolated, ...]:
    """Return the savings verified apart.

    Parameters
    ----------
    first : Month
        First of the 36 months.
    room_nights : mapping of str to int
        A year's occupied room-nights of each hotel.

    Returns
    -------
    tuple of Isolated
    """
    return (
        _lighting(first.plus(14)),
        _toilets(first.plus(17)),
        _showers(first.plus(16), room_nights["Coral Bay Inn"]),
        _linen("Ocho Rios Garden", first.plus(18), room_nights, (5.3, 2.8), (24.5, 22, 27), (35, 30, 40)),
        _linen("Blue Lagoon Resort", first.plus(18), room_nights, (4.2, 3.4), (22.5, 20, 25), (45, 38, 52)),
        Isolated(
            "Blue Lagoon Resort",
            SavingDetails(
                title="Variable-speed pool pumps",
                option=Option.ALL_PARAMETERS,
                start=first.plus(19).start,
                note="The pump room has had a meter of its own since before the pumps were changed.",
            ),
            sub_meter="POOL-PUMPS",
        ),
    )


def _measured(name: P, value: float, spread: float, sample: int, instrument: str, day: date) -> Parameter:
    return Parameter(
        name=name,
        value=value,
        grounds=Grounds.MEASURED,
        sample=sample,
        spread=spread,
        instrument=instrument,
        measured_on=day,
    )


def _estimated(name: P, value: float, source: str, low: float | None = None, high: float | None = None) -> Parameter:
    return Parameter(name=name, value=value, grounds=Grounds.ESTIMATED, source=source, low=low, high=high)


def _lighting(month: Month) -> Isolated:
    clamp = "Pinza amperimétrica Fluke 345"
    parameters = (
        _estimated(P.FITTINGS_BEFORE, 240, "Inventario de luminarias del edificio"),
        _measured(P.POWER_BEFORE_W, 72.4, 1.9, 12, clamp, month.plus(-1).start),
        _estimated(P.FITTINGS_AFTER, 240, "Inventario de luminarias del edificio"),
        _measured(P.POWER_AFTER_W, 28.1, 0.8, 12, clamp, month.plus(_AFTER).start),
        _measured(P.HOURS_PER_YEAR, 3890, 310, 8, "Registradores de encendido, tres semanas", month.plus(_AFTER).start),
        _estimated(P.COOLING_FACTOR, 10, "Carga del aire acondicionado del diagnóstico", 5, 15),
    )
    return Isolated(
        "Comandancia de Policía", _worksheet("Luminarias LED y sensores", Worksheet.LIGHTING, month, parameters)
    )


def _toilets(month: Month) -> Isolated:
    tank = "Medición del tanque y aforo con cubeta"
    parameters = (
        _estimated(P.FLUSHES_PER_YEAR, 107_000, "Encuesta de dos semanas, 250 personas", 92_000, 122_000),
        _measured(P.LITRES_BEFORE, 13.0, 0.9, 14, tank, month.plus(-1).start),
        _measured(P.LITRES_AFTER, 4.8, 0.2, 14, tank, month.plus(_AFTER).start),
    )
    return Isolated("Palacio Municipal", _worksheet("Sanitarios ahorradores", Worksheet.TOILETS, month, parameters))


def _showers(month: Month, nights: int) -> Isolated:
    bag, guests = "Flow bag and stopwatch", round(nights * GUESTS_PER_ROOM)
    parameters = (
        _estimated(
            P.USES_PER_YEAR,
            guests,
            "One shower a guest-night, by the books",
            round(guests * 0.92),
            round(guests * 1.08),
        ),
        _estimated(P.MINUTES_PER_USE, 7.5, "Guest survey, 64 answers", 6.5, 8.5),
        _measured(P.FLOW_BEFORE_L_MIN, 12.4, 1.6, 18, bag, month.plus(-1).start),
        _measured(P.FLOW_AFTER_L_MIN, 6.7, 0.5, 18, bag, month.plus(_AFTER).start),
        _estimated(P.HEATED_SHARE, 100, "Mixed at the tap, measured mixed", 95, 100),
        _estimated(P.TEMPERATURE_RISE_K, 13, "38 °C mixed, 25 °C from the main", 11, 15),
        _estimated(P.HEATER_EFFICIENCY, 78, "Data sheet of the boiler, less its standing loss", 72, 84),
    )
    return Isolated("Coral Bay Inn", _worksheet("Low-flow showers", Worksheet.TAPS_SHOWERS, month, parameters))


def _linen(
    site: str,
    month: Month,
    room_nights: Mapping[str, int],
    kilograms: tuple[float, float],
    water: tuple[float, float, float],
    heated: tuple[float, float, float],
) -> Isolated:
    scale = "Laundry scale Ohaus D31"
    parameters = (
        _estimated(P.ROOM_NIGHTS_PER_YEAR, room_nights[site], "Front-office books"),
        _measured(P.LAUNDRY_BEFORE_KG, kilograms[0], 0.35, 14, scale, month.plus(-1).start),
        _measured(P.LAUNDRY_AFTER_KG, kilograms[1], 0.30, 14, scale, month.plus(_AFTER).start),
        _estimated(P.WATER_L_PER_KG, water[0], "Data sheet of the washer-extractor", *water[1:]),
        _estimated(P.HEATED_SHARE, heated[0], "Wash programmes: one bath of three is hot", *heated[1:]),
        _estimated(P.TEMPERATURE_RISE_K, 30, "55 °C bath, 25 °C from the main", 27, 33),
        _estimated(P.HEATER_EFFICIENCY, 78, "Data sheet of the boiler, less its standing loss", 72, 84),
        _estimated(P.DETERGENT_G_PER_KG, 12, "Dosing pump of the washer", 10, 14),
    )
    return Isolated(site, _worksheet("Towel and linen programme", Worksheet.LINEN, month, parameters))


def _worksheet(title: str, worksheet: Worksheet, month: Month, parameters: tuple[Parameter, ...]) -> SavingDetails:
    return SavingDetails(
        title=title,
        option=Option.KEY_PARAMETER,
        start=month.start,
        worksheet=worksheet,
        choices={"fuel": "lpg", "basis": "net"},
        parameters=parameters,
    )
