"""What savings are computed from: sites, their meters, and everything dated about them, as columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from emstrack.analysis.daily_series import DailySeries, Sums, mean_over
from emstrack.domain.readings import CalendarMode, Direction
from emstrack.domain.savings import Method

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from emstrack.analysis.readings import Readings
    from emstrack.domain.periods import Period
    from emstrack.domain.resources import Resource

ROOMS, FLOOR_AREA = "rooms", "floor_area_m2"
RAIN = "rain_mm"
OCCUPIED_ROOM_NIGHTS, GUEST_NIGHTS, OCCUPANTS = "occupied_room_nights", "guest_nights", "occupants"
LEVELS = frozenset({OCCUPANTS, ROOMS, FLOOR_AREA, "staff"})
"""Series whose value holds on each day of its period; all others are shared among the days (M-3.2)."""


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """A site, as savings need it.

    Parameters
    ----------
    name : str
    country : str
        ISO 3166 code, or empty.
    station : int
        Row of the portfolio's temperatures; -1 without one.
    """

    name: str
    country: str = ""
    station: int = -1


@dataclass(frozen=True, slots=True)
class MeterFacts:
    """A meter, as savings need it.

    Parameters
    ----------
    site : int
        Index into the portfolio's sites.
    name : str
    resource : Resource
    unit : str
        Canonical: kWh, m3 or kg.
    heating_value_basis : str or None
        ``net`` or ``gross``; None where the resource is no fuel.
    mode : CalendarMode
    direction : Direction
    currency : str or None
        Of its costs; None where there are none, or where they are in several.
    in_totals : bool
        False for sub-meters, whose use their parents count already.
    variety : str
        Water source, waste stream or material; empty where there is none.
    """

    site: int
    name: str
    resource: Resource
    unit: str
    heating_value_basis: str | None = None
    mode: CalendarMode = CalendarMode.PRO_RATA
    direction: Direction = Direction.IMPORT
    currency: str | None = None
    in_totals: bool = True
    variety: str = ""


@dataclass(frozen=True, slots=True)
class SiteSeries:
    """Dated series of sites: drivers, and the attributes that use is divided by.

    Parameters
    ----------
    names : tuple of str
    daily : DailySeries
        Row ``site * len(names) + place of the name``.
    """

    names: tuple[str, ...] = ()
    daily: DailySeries = field(default_factory=DailySeries.empty)

    def row(self, site: NDArray[np.int64], name: str) -> NDArray[np.int64]:
        """Return the row of a series for each site; -1 where there is no such series."""
        if name not in self.names:
            return np.full(len(site), -1, dtype=np.int64)
        return site * len(self.names) + self.names.index(name)

    def sums(self) -> SeriesSums:
        """Return the look-up of any period."""
        return SeriesSums(self, self.daily.sums())


@dataclass(frozen=True, slots=True)
class SeriesSums:
    """Look-up of site series over periods."""

    series: SiteSeries
    sums: Sums

    def per_day(
        self,
        site: NDArray[np.int64],
        names: tuple[str, ...],
        start: NDArray[np.datetime64],
        end: NDArray[np.datetime64],
    ) -> NDArray[np.float64]:
        """Return each series per day over each period; NaN where any day is missing.

        Parameters
        ----------
        site : ndarray of int64, shape (meters,)
        names : tuple of str
        start, end : ndarray of datetime64[D], shape (meters, periods)

        Returns
        -------
        ndarray, shape (meters, periods, names)
        """
        out = np.full((*start.shape, len(names)), np.nan)
        for place, name in enumerate(names):
            row = self.series.row(site, name)
            if (row >= 0).any():
                out[:, :, place] = mean_over(self.sums, row[:, None], start, end)
        return out


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Everything savings are computed from.

    Parameters
    ----------
    sites : tuple of SiteFacts
    meters : tuple of MeterFacts
    readings : Readings
        ``meter`` is an index into `meters`.
    series : SiteSeries
        Drivers and attributes.
    temperatures : DailySeries
        Daily means, a row per station. [°C]
    """

    sites: tuple[SiteFacts, ...]
    meters: tuple[MeterFacts, ...]
    readings: Readings
    series: SiteSeries = field(default_factory=SiteSeries)
    temperatures: DailySeries = field(default_factory=DailySeries.empty)

    def meter_sites(self) -> NDArray[np.int64]:
        """Return the site of each meter."""
        return np.array([meter.site for meter in self.meters], dtype=np.int64)


class Per(StrEnum):
    """What a fixed figure is for."""

    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Fixed:
    """A baseline figure agreed in an audit.

    Parameters
    ----------
    quantity : float
        [canonical unit per month or year]
    per : Per
    """

    quantity: float
    per: Per = Per.MONTH


@dataclass(frozen=True, slots=True)
class Adjustment:
    """An agreed change of the adjusted baseline that no driver explains: + a pool added, − a wing closed.

    Parameters
    ----------
    start, end : date
        Half-open.
    per_month : float or None
        By a quantity. [canonical unit per month]
    fraction : float or None
        By a part of the adjusted baseline. [fraction]
    uncertainty : float
        Half-width at 90 % of what is added. [fraction of it]
    """

    start: date
    end: date
    per_month: float | None = None
    fraction: float | None = None
    uncertainty: float = 0.0


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of one meter, or of all.

    Parameters
    ----------
    baseline, reporting : Period
    method : Method
    drivers : tuple of str
        Drivers that the baseline has to use; empty lets BIC choose among those there are.
    fixed : Fixed or None
    adjustments : tuple of Adjustment
        Non-routine adjustments of the reporting period.
    closed : tuple of Period
        When the site was closed: left out of fit and claim.
    """

    baseline: Period
    reporting: Period
    method: Method = Method.AUTO
    drivers: tuple[str, ...] = ()
    fixed: Fixed | None = None
    adjustments: tuple[Adjustment, ...] = ()
    closed: tuple[Period, ...] = ()
