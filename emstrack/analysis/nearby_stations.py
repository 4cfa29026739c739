"""Which weather station stands for which site: how far each is, and which is taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from emstrack.domain.weather import ELEVATION_REFUSED_M, FARTHEST_KM, LEAST_COVERAGE

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

EARTH_KM = 6371.0088
"""Mean radius of the earth (IUGG)."""


def great_circle_km(
    latitude: ArrayLike, longitude: ArrayLike, station_latitude: ArrayLike, station_longitude: ArrayLike
) -> NDArray[np.float64]:
    """Return the great-circle distance between places (M-14.2).

    Parameters
    ----------
    latitude, longitude : array_like, shape (sites,)
        [degrees]; NaN where unknown.
    station_latitude, station_longitude : array_like, shape (stations,)
        [degrees]

    Returns
    -------
    ndarray of float64, shape (sites, stations)
        [km]; NaN where either place is unknown.

    References
    ----------
    Sinnott, R. W. (1984), "Virtues of the haversine", Sky and Telescope 68.
    """
    north, east = np.radians(np.asarray(latitude, float)), np.radians(np.asarray(longitude, float))
    there, along = np.radians(np.asarray(station_latitude, float)), np.radians(np.asarray(station_longitude, float))
    up, round_ = north[:, None] - there[None, :], east[:, None] - along[None, :]
    part = np.sin(up / 2) ** 2 + np.cos(north)[:, None] * np.cos(there)[None, :] * np.sin(round_ / 2) ** 2
    distance: NDArray[np.float64] = 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(part, 0.0, 1.0)))
    return distance


def choose_stations(
    distance: NDArray[np.float64], climb: NDArray[np.float64], coverage: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Return the station of each site: the nearest that knows enough of its days (M-14.2).

    Parameters
    ----------
    distance : ndarray of float64, shape (sites, stations)
        [km]; NaN where unknown: such a station is never taken.
    climb : ndarray of float64, shape (sites, stations)
        Difference of elevation [m]; NaN where unknown, which rules nothing out.
    coverage : ndarray of float64, shape (sites, stations)
        Part of the site's days that the station knows, 0 to 1.

    Returns
    -------
    ndarray of int64, shape (sites,)
        Column of the station; -1 where none within 200 km and 500 m knows a day. Where none knows nine tenths of the
        days, the one that knows most; of equals the nearest.
    """
    if not distance.shape[1]:
        return np.full(distance.shape[0], -1, dtype=np.int64)
    possible = (distance <= FARTHEST_KM) & ~(np.abs(climb) > ELEVATION_REFUSED_M) & (coverage > 0)
    enough = np.minimum(coverage, LEAST_COVERAGE)
    # the better covered first, then the nearer; what is not possible last
    rank = np.where(possible, np.round(LEAST_COVERAGE - enough, 3) * 1e6 + np.nan_to_num(distance), np.inf)
    best = rank.argmin(axis=1)
    return np.where(np.isfinite(rank.min(axis=1)), best, -1).astype(np.int64)
