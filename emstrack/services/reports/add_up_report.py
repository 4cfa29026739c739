"""The totals of a report: the engine's own, with their months, their percentage and what claims they are made of."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emstrack.analysis.totals import add_up
from emstrack.documents.report_values import ReportedTotal, UsedMonth
from emstrack.domain.savings import Method

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from emstrack.analysis.savings_types import Total
    from emstrack.documents.report_values import ReportedItem
    from emstrack.domain.periods import Month


@dataclass(frozen=True, slots=True)
class Reported:
    """The items to add up, and whether all are of one site, whose floor area they share."""

    items: tuple[ReportedItem, ...]
    one_site: bool = False


def add_up_report(reported: Reported, sites: Mapping[tuple[str, str], int]) -> tuple[ReportedTotal, ...]:
    """Return a total per resource and heating-value basis; `sites` is the N of “n of N sites”."""
    found = []
    for total in add_up(item.saving for item in reported.items):
        basis = total.heating_value_basis or ""
        group = [
            item
            for item in reported.items
            if (item.saving.resource, item.saving.unit, item.saving.heating_value_basis or "")
            == (total.resource, total.unit, basis)
            and counts(item)
        ]
        found.append(_total(total, group, sites.get((total.resource, basis), 0), one_site=reported.one_site))
    return tuple(found)


def counts(item: ReportedItem) -> bool:
    """Tell whether an item enters totals."""
    return item.saving.in_totals and not item.saving.disqualified and item.saving.avoided is not None


def _total(total: Total, counted: Sequence[ReportedItem], sites: int, *, one_site: bool) -> ReportedTotal:
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
        per_m2=_sum([saving.per_m2 for saving in savings]) if one_site else None,
        sites=max(sites, total.sites),
        sites_counted=total.sites_counted,
        indicative=any(Method(saving.method).is_indicative for saving in savings),
        claims=Counter(str(saving.claim) for saving in savings if saving.claim is not None),
        months=_months(counted),
    )


def _sum(values: Sequence[float | None]) -> float | None:
    """Add up what is all known: a part would pass for the whole."""
    known = [value for value in values if value is not None]
    return sum(known) if known and len(known) == len(values) else None


def _months(counted: Sequence[ReportedItem]) -> tuple[UsedMonth, ...]:
    """Return the months in which anything counts; one that not all meters have figures for is not complete."""
    by_month: dict[Month, list[UsedMonth]] = {}
    reporting: Counter[Month] = Counter()
    for item in counted:
        reported = {month.month for month in item.saving.months}
        for month in item.months:
            if str(month.month) in reported:
                reporting[month.month] += 1
                if month.avoided is not None:
                    by_month.setdefault(month.month, []).append(month)
    to_date, found = 0.0, []
    for month, parts in sorted(by_month.items()):
        avoided = sum(part.avoided or 0.0 for part in parts)
        to_date += avoided
        found.append(
            UsedMonth(
                month,
                sum(part.use or 0.0 for part in parts),
                len(parts) == reporting[month],
                sum(part.adjusted_baseline or 0.0 for part in parts),
                avoided,
                to_date,
            )
        )
    return tuple(found)
