"""Months along an axis: as many names as there is room for, the year where it begins.

Months are names in order, not points in time: on a temporal axis the line stands half a month beside its bars, and a
time zone can move a month into the one before.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from babel import dates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emstrack.charts.chart import Size, Spec
    from emstrack.domain.periods import Month
    from emstrack.language.languages import Language

_WIDE_STEPS = ((14, 1), (30, 3), (60, 6))
_NARROW_STEPS = ((5, 1), (14, 3), (36, 6))


def every_month(months: Sequence[Month]) -> list[Month]:
    """Return all months from the first to the last, so that a gap in the data is a gap in the picture."""
    if not months:
        return []
    month, last, found = min(months), max(months), []
    while month <= last:
        found.append(month)
        month = month.plus(1)
    return found


def month_axis(months: Sequence[Month], language: Language, size: Size) -> Spec:
    """Return the x encoding of months; the field is ``month``."""
    steps = _NARROW_STEPS if size.narrow else _WIDE_STEPS
    step = next((step for most, step in steps if len(months) <= most), 12)
    named = [month for month in months if (month.number - 1) % step == 0] or list(months[:1])
    names = {str(month): _name(month, language, with_year=month is named[0] or month.number == 1) for month in named}
    return {
        "field": "month",
        "type": "ordinal",
        "sort": None,
        "scale": {"domain": [str(month) for month in months], "paddingInner": 0.3, "paddingOuter": 0.15},
        "axis": {
            "title": None,
            "labelAngle": 0,
            "values": list(names),
            "labelExpr": f"({json.dumps(names, ensure_ascii=False)})[datum.value]",
            "labelOverlap": False,
        },
    }


def _name(month: Month, language: Language, *, with_year: bool) -> list[str]:
    name = dates.format_date(month.start, format="LLL", locale=language.locale)
    return [name, str(month.year)] if with_year else [name]
