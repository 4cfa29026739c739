"""Weather stations: what kind each is, where it stands, and how far it may be from a site."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

FARTHEST_KM = 200.0
"""Beyond this a station is never chosen by itself, and said to be far where a person chose it (M-14.2)."""
ELEVATION_SAID_M, ELEVATION_REFUSED_M = 300.0, 500.0
"""Differences of elevation that are said, and beyond which a station is not chosen by itself (M-14.2)."""
LEAST_COVERAGE = 0.9
"""Part of a site's days that its station has to know (M-14.2)."""
LEAST_YEARS = 3
"""Observed years that a typical year is made of at least (M-14.3)."""
TYPICAL_DAYS = 365


class StationKind(StrEnum):
    """What a station's values are: never one disguised as another."""

    OBSERVED = "observed"
    TYPICAL_YEAR = "typical_year"
    MONTHLY_MEANS = "monthly_means"


class StationSource(StrEnum):
    """Where a station's values come from."""

    FILE = "file"
    EPW = "epw"
    OPEN_METEO = "open_meteo"
    NASA_POWER = "nasa_power"
    COMPUTED = "computed"


class StationBy(StrEnum):
    """Who chose a site's station: distance alone, or a person."""

    DISTANCE = "distance"
    PERSON = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class StationFacts:
    """What a file or a service says of a station.

    Parameters
    ----------
    code : str
        What files and commands call it.
    kind : StationKind
    name : str
    latitude, longitude : float or None
        [degrees]; None where nobody said.
    elevation_m : float or None
        Above sea level [m].
    source : StationSource
    attribution : str
        Who has to be named with the values.
    """

    code: str
    kind: StationKind = StationKind.OBSERVED
    name: str = ""
    latitude: float | None = None
    longitude: float | None = None
    elevation_m: float | None = None
    source: StationSource = StationSource.FILE
    attribution: str = ""


def grid_code(source: StationSource, latitude: float, longitude: float) -> str:
    """Return what a grid point of a weather service is called, so that its files and its answers are one station.

    Parameters
    ----------
    source : StationSource
    latitude, longitude : float
        [degrees]

    Returns
    -------
    str
        E.g. ``open-meteo-19.44N99.11W``.
    """
    north, east = "N" if latitude >= 0 else "S", "E" if longitude >= 0 else "W"
    return f"{source.value.replace('_', '-')}-{abs(latitude):.2f}{north}{abs(longitude):.2f}{east}"
