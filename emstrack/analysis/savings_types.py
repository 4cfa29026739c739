"""What savings come out as: the fields of the public JSON, with NaN already turned into None."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from emstrack.analysis.portfolio import Adjustment
    from emstrack.domain.findings import Finding
    from emstrack.domain.savings import Claim


@dataclass(frozen=True, slots=True)
class Model:
    """A fitted baseline model.

    Parameters
    ----------
    form : str
        ``flat``, ``heating``, ``cooling`` or ``heating_cooling``; or 2P to 5P.
    coefficients : mapping of str to float
        ``base``, each driver, ``heating``, ``cooling``. [canonical unit / d per unit]
    balance_points_c : mapping of str to float
        ``heating``, ``cooling``: only those found. [°C]
    r2, adjusted_r2, cv_rmse, nmbe : float or None
        [fraction]
    n, p : int
        Points, and parameters with the intercept and each balance point.
    autocorrelation : float or None
        Of each residual with the one before it.
    """

    form: str
    coefficients: Mapping[str, float]
    balance_points_c: Mapping[str, float]
    r2: float | None
    adjusted_r2: float | None
    cv_rmse: float | None
    nmbe: float | None
    n: int
    p: int
    autocorrelation: float | None = None


@dataclass(frozen=True, slots=True)
class MonthSaving:
    """One month of a reporting period; all None where the month does not count.

    Parameters
    ----------
    month : str
        ``YYYY-MM``.
    actual, adjusted_baseline, avoided : float or None
        [canonical unit]
    band_90, cumulative_band_90 : float or None
        Half-width at 90 % of this month's saving, and of the savings up to its end. [canonical unit]
    """

    month: str
    actual: float | None
    adjusted_baseline: float | None
    avoided: float | None
    band_90: float | None = None
    cumulative_band_90: float | None = None


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the baseline that held before makes of the same meter, where one was revised after reporting began.

    Parameters
    ----------
    revision : int
        Of the baseline that held before.
    baseline_period, reporting_period, method : str
    avoided, band_90 : float or None
        [canonical unit]
    avoided_percent : float or None
        12.7 is 12.7 %; None where its claim is withheld.
    cost_avoided : float or None
        [currency]
    disqualified : bool
    """

    revision: int
    baseline_period: str
    reporting_period: str
    method: str
    avoided: float | None
    band_90: float | None
    avoided_percent: float | None
    cost_avoided: float | None
    disqualified: bool


@dataclass(frozen=True, slots=True)
class MeterSaving:
    """The saving of one meter; see the public JSON's ``items``.

    Parameters
    ----------
    site, meter, resource, unit : str
    heating_value_basis : str or None
    direction, variety : str
    baseline_period, reporting_period : str
    method : str
    model : Model or None
    months : tuple of MonthSaving
    adjusted_baseline, actual, avoided, band_90 : float or None
        [canonical unit]
    avoided_percent : float or None
        12.7 is 12.7 %.
    fsu_90 : float or None
        ASHRAE's fractional savings uncertainty at 90 %. [fraction]
    claim : Claim or None
        What may be said of it.
    cost_avoided : float or None
        At the reporting period's average price. [currency]
    currency : str or None
    co2e_avoided_kg : float or None
        [kgCO2e]
    per_room, per_room_year, per_occupied_room_night, per_m2, per_guest_night, per_occupant : float or None
        [canonical unit per room, …]
    cost_per_room : float or None
        [currency per room]
    findings : tuple of Finding
    site_index, meter_index : int
        Places in the portfolio.
    rooms : float or None
        Day-weighted installed rooms of the site.
    in_totals : bool
        Whether the meter may enter totals at all.
    disqualified : bool
        Whether a disqualifying finding stands.
    adjusted_by : float or None
        What agreed adjustments added to the adjusted baseline of the counted months; None without any.
        [canonical unit]
    adjustments : tuple of Adjustment
        Those that touch the reporting period.
    closed : tuple of str
        Periods left out of fit and claim.
    earlier : Earlier or None
        The result before the baseline was revised.
    """

    site: str
    meter: str
    resource: str
    unit: str
    heating_value_basis: str | None
    direction: str
    variety: str
    baseline_period: str
    reporting_period: str
    method: str
    model: Model | None
    months: tuple[MonthSaving, ...]
    adjusted_baseline: float | None
    actual: float | None
    avoided: float | None
    avoided_percent: float | None
    band_90: float | None
    fsu_90: float | None
    claim: Claim | None
    cost_avoided: float | None
    currency: str | None
    co2e_avoided_kg: float | None
    per_room: float | None
    per_room_year: float | None
    cost_per_room: float | None
    per_occupied_room_night: float | None
    per_m2: float | None
    findings: tuple[Finding, ...]
    site_index: int
    meter_index: int
    rooms: float | None
    in_totals: bool
    disqualified: bool
    per_guest_night: float | None = None
    per_occupant: float | None = None
    adjusted_by: float | None = None
    adjustments: tuple[Adjustment, ...] = ()
    closed: tuple[str, ...] = ()
    earlier: Earlier | None = None


@dataclass(frozen=True, slots=True)
class Total:
    """Savings of one resource over sites; see the public JSON's ``totals``.

    Parameters
    ----------
    resource, unit : str
    heating_value_basis : str or None
        The two bases never share a total.
    avoided, band_90 : float or None
        [canonical unit]
    cost_avoided : float or None
        [currency]
    currency : str or None
    per_room : float or None
        [canonical unit per room]
    cost_per_room : float or None
        [currency per room]
    sites, sites_counted : int
        Sites with the resource, and those whose data suffice.
    """

    resource: str
    unit: str
    heating_value_basis: str | None
    avoided: float | None
    band_90: float | None
    cost_avoided: float | None
    currency: str | None
    per_room: float | None
    cost_per_room: float | None
    sites: int
    sites_counted: int


@dataclass(frozen=True, slots=True)
class Savings:
    """The savings of a portfolio.

    Parameters
    ----------
    items : tuple of MeterSaving
        In the order of the portfolio's meters.
    totals : tuple of Total
    """

    items: tuple[MeterSaving, ...]
    totals: tuple[Total, ...] = field(default=())
