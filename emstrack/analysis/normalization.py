"""Savings per room, room-night and m², in money and in kg CO2e (docs/methods.md, M-5.4 to M-5.7)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from emstrack.analysis.portfolio import FLOOR_AREA, GUEST_NIGHTS, LEVELS, OCCUPANTS, OCCUPIED_ROOM_NIGHTS, ROOMS
from emstrack.domain.findings import Finding, Severity
from emstrack.reference.emission_factors import EmissionFactor, find_emission_factor

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from emstrack.analysis.baselines import Adjusted, Context


def divided(amount: float | None, by: float | None) -> float | None:
    """Return a quotient, or None where there is nothing to divide by: not applicable is never zero (M-5.4)."""
    return None if amount is None or by is None or by <= 0 else amount / by


def price(paid: float, quantity: float, currency: str | None) -> float | None:
    """Return the average price of the reporting period, or None where it is unknown (M-5.5).

    Parameters
    ----------
    paid : float
        [currency]
    quantity : float
        What it paid for. [canonical unit]
    currency : str or None
    """
    return None if currency is None or quantity <= 0 else paid / quantity


@dataclass(frozen=True, slots=True)
class SiteFigures:
    """What the saving of a site's meter is divided by; None where it is not known (M-5.4).

    Parameters
    ----------
    rooms, floor_area_m2, occupants : float or None
        Day-weighted over the counted stretches. [rooms, m², people]
    room_nights, guest_nights : float or None
        Over the counted stretches, and only where they are known on all days.
    """

    rooms: float | None = None
    floor_area_m2: float | None = None
    occupants: float | None = None
    room_nights: float | None = None
    guest_nights: float | None = None


def site_figures(context: Context, counted: NDArray[np.bool_]) -> list[SiteFigures]:
    """Return what each meter's saving is divided by, over its counted segments.

    Parameters
    ----------
    context : Context
    counted : ndarray of bool, shape (meters, segments)
    """
    segments, series = context.segments, context.series
    columns: list[list[float | None]] = []
    for name in (ROOMS, FLOOR_AREA, OCCUPANTS, OCCUPIED_ROOM_NIGHTS, GUEST_NIGHTS):
        row = series.series.row(context.site, name)[:, None]
        if (row < 0).all():
            columns.append([None] * len(counted))
            continue
        total, known = series.sums.over(row, segments.start, segments.end)
        days, amount = np.where(counted, known, 0).sum(axis=1), np.where(counted, total, 0.0).sum(axis=1)
        if name in LEVELS:
            columns.append(_where(days > 0, amount / np.maximum(days, 1)))
        else:
            whole = days == np.where(counted, segments.days, 0.0).sum(axis=1)
            columns.append(_where(whole & (amount > 0), amount))
    return [SiteFigures(*each) for each in zip(*columns, strict=True)]


def _where(good: NDArray[np.bool_], value: NDArray[np.float64]) -> list[float | None]:
    return [each if is_good else None for is_good, each in zip(good.tolist(), value.tolist(), strict=True)]


def carbon(
    context: Context, meter: int, adjusted: Adjusted, counted: NDArray[np.bool_]
) -> tuple[float | None, list[Finding]]:
    """Return the CO2e avoided by each segment's own dated factor [kgCO2e], or a finding that none fits (M-5.7)."""
    facts = context.portfolio.meters[meter]
    country = context.portfolio.sites[facts.site].country
    segments = context.segments
    total = 0.0
    for place in np.flatnonzero(counted).tolist():
        factor = _factor(
            str(facts.resource),
            country,
            facts.heating_value_basis or "",
            facts.variety,
            segments.start[meter, place].item(),
        )
        if factor is None or factor.unit != facts.unit:
            evidence = {"resource": facts.resource, "country": country or None}
            return None, [Finding("carbon.no_factor", Severity.INFO, evidence)]
        total += float(adjusted.use[meter, place] - segments.actual[meter, place]) * factor.kg_co2e
    return total, []


@lru_cache(maxsize=4096)
def _factor(resource: str, country: str, basis: str, variety: str, on: date) -> EmissionFactor | None:
    return find_emission_factor(resource, on=on, country=country, basis=basis, variety=variety)
