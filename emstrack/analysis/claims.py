"""What may be claimed of a saving: percentages, money, carbon, intensities, and the word for it (M-5, M-6.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from emstrack.analysis import fit_statistics as stats
from emstrack.analysis.model_figures import number
from emstrack.analysis.normalization import SiteFigures, carbon, divided, price
from emstrack.analysis.student import two_sided_t
from emstrack.domain.findings import Finding, Severity
from emstrack.domain.savings import Claim

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from emstrack.analysis.baselines import Adjusted, Context


def is_disqualified(findings: Iterable[Finding]) -> bool:
    """Tell whether a disqualifying finding stands (M-8)."""
    return any(each.severity is Severity.DISQUALIFYING for each in findings)


def claims_of(
    context: Context,
    adjusted: Adjusted,
    meter: int,
    mine: NDArray[np.bool_],
    figures: dict[str, Any],
    noise: float,
    findings: list[Finding],
    site: SiteFigures,
) -> dict[str, Any]:
    """Return every figure that a disqualifying finding withholds (M-8.10)."""
    withheld = dict.fromkeys(
        (
            "avoided_percent", "fsu_90", "claim", "cost_avoided", "co2e_avoided_kg", "per_room", "per_room_year",
            "cost_per_room", "per_occupied_room_night", "per_m2", "per_guest_night", "per_occupant",
        )
    )  # fmt: skip
    if is_disqualified(findings):
        return {**withheld, "rooms": site.rooms}
    avoided, would = figures["avoided"], figures["adjusted_baseline"]
    facts = context.portfolio.meters[meter]
    paid, priced = float(context.segments.cost[meter][mine].sum()), float(context.segments.priced[meter][mine].sum())
    unit_price = price(paid, priced, facts.currency)
    cost = None if unit_price is None else avoided * unit_price
    fraction = avoided / would if would else None
    freedom = _uncertainty(adjusted, meter, int(mine.sum()), noise, figures)
    kilograms, carbon_findings = carbon(context, meter, adjusted, mine)
    findings += carbon_findings
    per_room = divided(avoided, site.rooms)
    return {
        "avoided_percent": None if fraction is None else 100 * fraction,
        "fsu_90": freedom[0],
        "claim": Claim.INDICATIVE if adjusted.method[meter].is_indicative else freedom[1],
        "cost_avoided": cost,
        "co2e_avoided_kg": kilograms,
        "per_room": per_room,
        "per_room_year": per_room if _twelve_months(context, meter, mine) else None,
        "cost_per_room": None if cost is None else divided(cost, site.rooms),
        "per_occupied_room_night": divided(avoided, site.room_nights),
        "per_m2": divided(avoided, site.floor_area_m2),
        "per_guest_night": divided(avoided, site.guest_nights),
        "per_occupant": divided(avoided, site.occupants),
        "rooms": site.rooms,
    }


def _twelve_months(context: Context, meter: int, mine: NDArray[np.bool_]) -> bool:
    period = context.questions[meter].reporting
    months = 12 * (period.end.year - period.start.year) + period.end.month - period.start.month
    return period.in_months and months == 12 and int(mine.sum()) == 12


def _uncertainty(
    adjusted: Adjusted, meter: int, reported: int, noise: float, figures: dict[str, Any]
) -> tuple[float | None, Claim | None]:
    """Return ASHRAE's FSU at 90 %, and the word for the claim (M-6.4, M-6.6)."""
    avoided, would, band = figures["avoided"], figures["adjusted_baseline"], figures["band_90"]
    if meter not in adjusted.batch or not would:
        return None, None
    batch, place = adjusted.batch[meter]
    n, p = int(batch.fits.n[place]), int(batch.fits.p[place])
    fraction = avoided / would
    at_90 = stats.fractional_savings_uncertainty(0.9, noise, fraction, n, p, reported)
    at_68 = stats.fractional_savings_uncertainty(0.68, noise, fraction, n, p, reported)
    if np.isnan(at_68):
        return None, None
    if band is not None and n > p:
        at_68 = max(at_68, band * two_sided_t(0.68, n - p) / two_sided_t(0.9, n - p) / abs(avoided))
    return number(at_90), word_of(fraction, at_68)


def word_of(saved: float, relative: float) -> Claim:
    """Return the word for a saving (M-6.6).

    Parameters
    ----------
    saved : float
        Its sign counts.
    relative : float
        The wider of FSU and our band at 68 %, ÷ the saving. [fraction]
    """
    if saved <= 0 or relative > 1:
        return Claim.NOISE
    return Claim.DISTINGUISHABLE if relative < 0.5 else Claim.INDICATIVE
