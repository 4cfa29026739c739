"""The totals of a report: the engine's own, with their months, their percentage and what claims they are made of."""

from __future__ import annotations

from collections import Counter
from math import hypot
from typing import TYPE_CHECKING

from emstrack.analysis.normalization import divided
from emstrack.analysis.totals import add_up
from emstrack.documents.report_values import ReportedTotal, UsedMonth
from emstrack.domain.savings import Method

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from emstrack.analysis.savings_types import Total
    from emstrack.documents.report_values import ReportedItem
    from emstrack.domain.periods import Month


def add_up_report(items: Sequence[ReportedItem], sites: Mapping[tuple[str, str], int]) -> tuple[ReportedTotal, ...]:
    """Return a total per resource and heating-value basis; `sites` is the N of “n of N sites”."""
    found = []
    for total in add_up(item.saving for item in items):
        basis = total.heating_value_basis or ""
        group = [
            item
            for item in items
            if (item.saving.resource, item.saving.unit, item.saving.heating_value_basis or "")
            == (total.resource, total.unit, basis)
            and counts(item)
        ]
        found.append(_total(total, group, sites.get((total.resource, basis), 0)))
    return tuple(found)


def counts(item: ReportedItem) -> bool:
    """Tell whether an item enters totals."""
    return item.saving.in_totals and not item.saving.disqualified and item.saving.avoided is not None


def _total(total: Total, counted: Sequence[ReportedItem], sites: int) -> ReportedTotal:
    savings = [item.saving for item in counted]
    adjusted = [saving.adjusted_baseline for saving in savings]
    would = sum(each for each in adjusted if each is not None) if adjusted and None not in adjusted else None
    return ReportedTotal(
        resource=total.resource,
        unit=total.unit,
        heating_value_basis=total.heating_value_basis,
        avoided=total.avoided,
        band_90=total.band_90,
        percent=total.avoided / would if total.avoided is not None and would else None,
        cost_avoided=total.cost_avoided,
        currency=total.currency,
        co2e_avoided_kg=_sum([saving.co2e_avoided_kg for saving in savings]),
        per_room=total.per_room,
        cost_per_room=total.cost_per_room,
        per_m2=_per_m2(counted, total.avoided),
        sites=max(sites, total.sites),
        sites_counted=total.sites_counted,
        indicative=any(Method(saving.method).is_indicative for saving in savings),
        claims=Counter(str(saving.claim) for saving in savings if saving.claim is not None),
        months=_months(counted),
    )


def _per_m2(counted: Sequence[ReportedItem], avoided: float | None) -> float | None:
    """Divide by the floor areas that the engine divided by, each site's once; one unknown makes the ratio unknown."""
    areas: dict[int, float | None] = {}
    for item in counted:
        ratio, saved = item.saving.per_m2, item.saving.avoided
        if areas.get(item.site_id) is None:
            areas[item.site_id] = saved / ratio if ratio and saved else None
    known = [area for area in areas.values() if area is not None]
    return divided(avoided, sum(known)) if known and len(known) == len(areas) else None


def _sum(values: Sequence[float | None]) -> float | None:
    """Add up what is all known: a part would pass for the whole."""
    known = [value for value in values if value is not None]
    return sum(known) if known and len(known) == len(values) else None


def _months(counted: Sequence[ReportedItem]) -> tuple[UsedMonth, ...]:
    """Return the months in which anything counts; one that not all meters have figures for is not complete.

    Bands of different meters add in quadrature; a meter's own to date hold on through a month that does not count.
    """
    known: list[dict[Month, UsedMonth]] = []
    reporting: Counter[Month] = Counter()
    for item in counted:
        reported = {month.month for month in item.saving.months}
        own = {used.month: used for used in item.months if str(used.month) in reported}
        reporting.update(own.keys())
        known.append({month: used for month, used in own.items() if used.avoided is not None})
    to_date, found = 0.0, []
    bands: dict[int, float | None] = {}
    for month in sorted(set().union(*known)):
        parts = {place: months[month] for place, months in enumerate(known) if month in months}
        bands |= {place: part.band_to_date for place, part in parts.items()}
        avoided = sum(part.avoided or 0.0 for part in parts.values())
        to_date += avoided
        found.append(
            UsedMonth(
                month,
                sum(part.use or 0.0 for part in parts.values()),
                len(parts) == reporting[month],
                sum(part.adjusted_baseline or 0.0 for part in parts.values()),
                avoided,
                to_date,
                _quadrature([part.band for part in parts.values()]),
                _quadrature(list(bands.values())),
            )
        )
    return tuple(found)


def _quadrature(bands: Sequence[float | None]) -> float | None:
    known = [band for band in bands if band is not None]
    return hypot(*known) if known and len(known) == len(bands) else None
