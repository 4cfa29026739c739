"""Savings added up over sites (docs/methods.md, M-5.8)."""

from __future__ import annotations

from math import hypot
from typing import TYPE_CHECKING

from emstrack.analysis.normalization import divided
from emstrack.analysis.savings_types import MeterSaving, Total
from emstrack.domain.savings import Claim

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def add_up(items: Iterable[MeterSaving]) -> tuple[Total, ...]:
    """Return one total per resource, unit and heating-value basis.

    Sub-meters, exports and disqualified items never enter; every item with sufficient data does, whatever its sign. A
    site's rooms count once. Different meters add in quadrature, and a band is only given where all have one.
    """
    groups: dict[tuple[str, str, str | None], list[MeterSaving]] = {}
    for item in items:
        if item.in_totals:
            groups.setdefault((item.resource, item.unit, item.heating_value_basis), []).append(item)
    return tuple(_total(key, group) for key, group in groups.items())


def _total(key: tuple[str, str, str | None], group: Sequence[MeterSaving]) -> Total:
    counted = [item for item in group if not item.disqualified and item.avoided is not None]
    avoided = sum(item.avoided for item in counted if item.avoided is not None) if counted else None
    bands = [item.band_90 for item in counted]
    known = [band for band in bands if band is not None]
    currencies = {item.currency for item in counted}
    costs = [item.cost_avoided for item in counted if item.cost_avoided is not None]
    one_currency = len(currencies) == 1 and len(costs) == len(counted) > 0
    rooms_by_site = {item.site_index: item.rooms for item in counted}
    known_rooms = [rooms for rooms in rooms_by_site.values() if rooms is not None]
    rooms = sum(known_rooms) if known_rooms and len(known_rooms) == len(rooms_by_site) else None
    cost = sum(costs) if one_currency else None
    return Total(
        resource=key[0],
        unit=key[1],
        heating_value_basis=key[2],
        avoided=avoided,
        band_90=hypot(*known) if known and len(known) == len(bands) else None,
        cost_avoided=cost,
        currency=next(iter(currencies)) if one_currency else None,
        per_room=divided(avoided, rooms),
        cost_per_room=divided(cost, rooms),
        sites=len({item.site_index for item in group}),
        sites_counted=len({item.site_index for item in counted}),
    )


_AT_68 = 0.994458 / 1.644854
"""Half-width at 68 % ÷ half-width at 90 %, of a normal distribution, which sums over many months tend to."""


def claim_of(avoided: float | None, band_90: float | None) -> Claim | None:
    """Return what may be said of a total (M-6.6); without a band it is indicative at best.

    Parameters
    ----------
    avoided, band_90 : float or None
        [canonical unit]
    """
    if avoided is None:
        return None
    if band_90 is None:
        return Claim.INDICATIVE
    if avoided <= 0 or _AT_68 * band_90 > avoided:
        return Claim.NOISE
    return Claim.DISTINGUISHABLE if _AT_68 * band_90 < 0.5 * avoided else Claim.INDICATIVE
