"""Daily would-be and actual use of every meter of the cast, and the canonical files made of them."""

from __future__ import annotations

import csv
import io
import zlib
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from emstrack.analysis.demonstration.isolated import GUESTS_PER_ROOM, isolated_savings
from emstrack.analysis.demonstration.places import BUILDINGS, CENTRE, HOTEL_GROUP, HOTELS, MINISTRIES, MUNICIPALITY
from emstrack.domain.periods import Month, Period

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from emstrack.analysis.demonstration.isolated import Isolated
    from emstrack.analysis.demonstration.places import Load, Place

    Days = NDArray[np.float64]
    Whole = NDArray[np.int64]

MONTHS = 36
BASELINE_MONTHS = 12
REPORTING_MONTHS = 12
SEED = 20_261_122
LAST_READ_DAY = 21
EPOCH = date(2019, 1, 1)
EPOCH_DAYS = 366 * 20
STATIONS = {"building": "SAN-AURELIO", "hotel": "MONTEGO-BAY"}
STANDING = {
    "SAN-AURELIO": ("San Aurelio, aeropuerto", 18.62, -99.18, 890),
    "MONTEGO-BAY": ("Montego Bay, Sangster", 18.50, -77.91, 2),
}
"""Name, latitude and longitude [degrees] and elevation [m] of each station; the town is invented, its valley is not."""
_CLIMATE = {"SAN-AURELIO": (25.4, 3.4, 1.5), "MONTEGO-BAY": (27.2, 1.6, 0.8)}  # mean, seasonal swing, day's noise [°C]


@dataclass(frozen=True, slots=True)
class TrueSaving:
    """What a measure really saved over the reporting months; only a generator can know it.

    Parameters
    ----------
    site, meter, resource, unit : str
    avoided : float
        Would-be use, its noise included, minus use [unit].
    would_be : float
        [unit]
    title : str
    """

    site: str
    meter: str
    resource: str
    unit: str
    avoided: float
    would_be: float
    title: str


@dataclass(frozen=True, slots=True)
class Demonstration:
    """The programme as canonical files, and its truth.

    Parameters
    ----------
    centre, municipality, hotel_group : str
        Names of the organisations above the sites.
    ministries : tuple of str
    period, baseline, reporting : Period
    sites, readings, drivers, weather : str
        Canonical CSV.
    services : dict of str to tuple of str
        A hotel's services.
    truth : tuple of TrueSaving
        One per meter that something was done to.
    truth_of_measures : tuple of TrueSaving
        One per measure and meter, each after those before it.
    sub_meters : dict of (str, str) to str
        Site and name of each sub-meter, and the meter it stands behind.
    isolated : tuple of Isolated
        What was verified apart from the meters.
    """

    centre: str
    municipality: str
    hotel_group: str
    ministries: tuple[str, ...]
    period: Period
    baseline: Period
    reporting: Period
    sites: str
    readings: str
    drivers: str
    weather: str
    services: dict[str, tuple[str, ...]]
    truth: tuple[TrueSaving, ...]
    truth_of_measures: tuple[TrueSaving, ...]
    sub_meters: dict[tuple[str, str], str]
    isolated: tuple[Isolated, ...]


def make_demonstration(today: date) -> Demonstration:
    """Return the demonstration as of a day: its 36 months end with the last complete one.

    The same day gives the same figures, and through a month they only grow by the bills that come in.

    Parameters
    ----------
    today : date

    Returns
    -------
    Demonstration
    """
    last = Month.of(today).plus(-1 if today.day > LAST_READ_DAY else -2)
    first = last.plus(1 - MONTHS)
    days = _Days(first, last, today)
    places = (*BUILDINGS, *HOTELS)
    readings: list[Sequence[object]] = []
    truth: list[TrueSaving] = []
    measures: list[TrueSaving] = []
    nights: dict[str, int] = {}
    drivers: list[Sequence[object]] = []
    for place in places:
        occupied = days.occupied_rooms(place)
        if place.kind == "hotel":
            drivers += days.driver_rows(place, occupied)
            nights[place.name] = int(occupied[days.reported()].sum())
        for load in place.loads:
            would_be, actual = days.use(place, load, occupied)
            readings += days.bills(place, load, actual)
            truth += days.true_savings(place, load, would_be, actual)
            measures += days.true_measures(place, load, would_be)
    return Demonstration(
        CENTRE,
        MUNICIPALITY,
        HOTEL_GROUP,
        MINISTRIES,
        Period.of_months(first, last),
        Period.of_months(first, first.plus(BASELINE_MONTHS - 1)),
        Period.of_months(last.plus(1 - REPORTING_MONTHS), last),
        _csv(_SITE_HEADER, (_site_row(place, number) for number, place in enumerate(places))),
        _csv(_READING_HEADER, readings),
        _csv(("site", "driver", "month", "value"), drivers),
        _csv(_WEATHER_HEADER, days.weather_rows()),
        {place.name: place.services for place in places if place.services},
        tuple(truth),
        tuple(measures),
        {(place.name, load.meter): load.behind for place in places for load in place.loads if load.behind},
        isolated_savings(first, nights),
    )


_SITE_HEADER = (
    *("site", "kind", "organisation", "rooms", "floor_area_m2", "country", "city", "time_zone", "station"),
    *("latitude", "longitude", "elevation_m"),
)
_WEATHER_HEADER = ("station", "date", "mean_c", "station_name", "latitude", "longitude", "elevation_m")
_READING_HEADER = (
    "site",
    "meter",
    "resource",
    "start",
    "end",
    "quantity",
    "unit",
    "cost",
    "currency",
    "kind",
    "variety",
)


class _Days:
    """Arrays over the days of the 36 months and the bills that reach beyond them."""

    def __init__(self, first: Month, last: Month, today: date) -> None:
        self.first, self.last, self.today = first, last, today
        self.start, self.end = first.plus(-1).start, last.plus(2).end
        self.dates = np.arange(np.datetime64(self.start, "D"), np.datetime64(self.end, "D"))
        self.month_index = (self.dates.astype("datetime64[M]") - np.datetime64(str(first), "M")).astype(int)
        self.working = np.is_busday(self.dates).astype(float)
        self.temperature = {station: self._temperatures(station) for station in _CLIMATE}

    def _random(self, *names: object) -> np.random.Generator:
        return np.random.default_rng([SEED, zlib.crc32("|".join(map(str, names)).encode())])

    def _temperatures(self, station: str) -> Days:
        mean, swing, noise = _CLIMATE[station]
        every_day = np.arange(EPOCH_DAYS)
        draws = self._random("temperature", station).normal(0.0, noise, EPOCH_DAYS)
        weather = np.convolve(draws, [0.5, 0.3, 0.2], mode="same") * 1.6
        days = np.datetime64(EPOCH, "D") + np.arange(EPOCH_DAYS)
        of_year = (days - days.astype("datetime64[Y]")).astype(int)
        hot_and_cold_years = self._random("year", station).normal(0.0, 0.35, 21)[(every_day // 365.25).astype(int)]
        season = mean - swing * np.cos(2 * np.pi * (of_year - 25) / 365.25)
        every: Days = np.round(season + weather + hot_and_cold_years, 1)
        return every[self._since_epoch()]

    def _since_epoch(self) -> Whole:
        since: Whole = (self.dates - np.datetime64(EPOCH, "D")).astype(np.int64)
        return since

    def _monthly_draws(self, *names: object) -> Days:
        """One standard normal draw per day's month, the same for a month whichever day the programme is made on."""
        every_month: Days = self._random(*names).normal(0.0, 1.0, EPOCH_DAYS // 28)
        since: Whole = (self.dates.astype("datetime64[M]") - np.datetime64(EPOCH, "M")).astype(np.int64)
        return every_month[since]

    def occupied_rooms(self, place: Place) -> Days:
        """Rooms occupied each night; zero in a building."""
        if not place.rooms:
            return np.zeros(len(self.dates))
        of_year = (self.dates - self.dates.astype("datetime64[Y]")).astype(int)
        season = 0.13 * np.cos(2 * np.pi * (of_year - 45) / 365.25) + 0.05 * np.cos(
            4 * np.pi * (of_year - 200) / 365.25
        )
        share = place.occupancy + season + 0.05 * self._monthly_draws("occupancy", place.name)
        occupied: Days = np.round(np.clip(share, 0.15, 0.98) * place.rooms)
        return occupied

    def use(self, place: Place, load: Load, occupied: Days) -> tuple[Days, Days]:
        """Return would-be and actual use per day [unit/d]."""
        heat = np.maximum(self.temperature[STATIONS[place.kind]] - load.balance_c, 0.0)
        driver = occupied if place.kind == "hotel" else self.working
        steady = load.base + load.per_degree * heat + load.per_driver * driver
        would_be = steady * (1.0 + load.noise * self._monthly_draws("noise", place.name, load.meter))
        left = np.ones(len(self.dates))
        for cut in place.cuts:
            if cut.is_felt_on(load):
                left = np.where(self.month_index >= cut.month, left * (1.0 - cut.fraction), left)
        grown = place.growth * (self.month_index >= MONTHS - REPORTING_MONTHS) * (load.resource == "electricity")
        return would_be, would_be * left + grown

    def bills(self, place: Place, load: Load, actual: Days) -> list[Sequence[object]]:
        """Return the canonical rows of a meter's bills; the last ones end on the last reading day there was."""
        rows: list[Sequence[object]] = []
        currency = "JMD" if place.kind == "hotel" else "MXN"
        edges = self._reading_days(load)
        for start, end in pairwise(edges):
            days = slice((start - self.start).days, (end - self.start).days)
            quantity = round(float(actual[days].sum()), 1 if load.unit in {"m3", "L", "gal_imp"} else 0)
            price = load.price * (1.0 + 0.05 * (end.year - EPOCH.year - 4))
            cost = f"{quantity * price:.2f}" if price else ""
            shown = f"{quantity:.1f}" if load.unit in {"m3", "L", "gal_imp"} else f"{quantity:.0f}"
            rows.append(
                (
                    place.name,
                    load.meter,
                    load.resource,
                    start,
                    end,
                    shown,
                    load.unit,
                    cost,
                    currency,
                    "actual",
                    load.variety,
                )
            )
        return rows

    def _reading_days(self, load: Load) -> list[date]:
        first = self.first if load.read_day == 1 else self.first.plus(-1)
        months = (first.plus(n) for n in range(0, MONTHS + 3, load.every))
        days = [month.start + timedelta(days=load.read_day - 1) for month in months if month <= self.last.plus(2)]
        read = [day for day in days if day <= self.today]
        return read[:-1] if load.late else read

    def true_savings(self, place: Place, load: Load, would_be: Days, actual: Days) -> list[TrueSaving]:
        """Return what was really saved in the calendar months of the reporting period."""
        cuts = [cut for cut in place.cuts if cut.is_felt_on(load)]
        if not cuts:
            return []
        reporting = self.reported()
        avoided = float((would_be - actual)[reporting].sum())
        total = float(would_be[reporting].sum())
        titles = "; ".join(cut.title for cut in cuts)
        return [TrueSaving(place.name, load.meter, load.resource, load.unit, avoided, total, titles)]

    def true_measures(self, place: Place, load: Load, would_be: Days) -> list[TrueSaving]:
        """Return what each measure alone saved in these months, on what those before it had left."""
        reporting, left, found = self.reported(), would_be, []
        for cut in (each for each in place.cuts if each.is_felt_on(load)):
            taken = np.where(self.month_index >= cut.month, left * cut.fraction, 0.0)
            avoided, total = float(taken[reporting].sum()), float(left[reporting].sum())
            found.append(TrueSaving(place.name, load.meter, load.resource, load.unit, avoided, total, cut.title))
            left = left - taken
        return found

    def reported(self) -> NDArray[np.bool_]:
        """Which days are those of the reporting months."""
        inside: NDArray[np.bool_] = (self.month_index >= MONTHS - REPORTING_MONTHS) & (self.month_index < MONTHS)
        return inside

    def driver_rows(self, place: Place, occupied: Days) -> list[Sequence[object]]:
        """Return monthly room-nights and guest-nights."""
        rows: list[Sequence[object]] = []
        for number in range(MONTHS):
            month, inside = self.first.plus(number), self.month_index == number
            nights = int(occupied[inside].sum())
            rows += [
                (place.name, "occupied_room_nights", month, nights),
                (place.name, "guest_nights", month, round(nights * GUESTS_PER_ROOM)),
                (place.name, "available_room_nights", month, place.rooms * month.days),
            ]
        return rows

    def weather_rows(self) -> Iterable[Sequence[object]]:
        """Return the daily means of both stations; where a station stands is told once."""
        for station, temperatures in self.temperature.items():
            standing: Sequence[object] = STANDING[station]
            for day, mean in zip(self.dates, temperatures, strict=True):
                if day < np.datetime64(self.today, "D"):
                    yield station, day, f"{mean:.1f}", *standing
                    standing = ("",) * len(standing)


def _site_row(place: Place, number: int) -> Sequence[object]:
    hotel = place.kind == "hotel"
    return (
        *(place.name, place.kind, place.organisation, place.rooms or "", f"{place.floor_area_m2:.0f}"),
        *(("JM", "Montego Bay", "America/Jamaica") if hotel else ("MX", "San Aurelio", "America/Mexico_City")),
        "" if hotel else STATIONS[place.kind],  # a hotel's is chosen by distance
        *_standing(place, number),
    )


def _standing(place: Place, number: int) -> tuple[str, str, int]:
    """Return where a site stands: a few kilometres around its station, each on a spot of its own."""
    _, north, east, up = STANDING[STATIONS[place.kind]]
    return f"{north + 0.004 * (number % 5 - 2):.4f}", f"{east + 0.005 * (number % 4 - 1):.4f}", up + 3 * (number % 4)


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
