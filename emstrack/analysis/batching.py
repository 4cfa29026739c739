"""Which meters are fitted together: those that share a method, drivers and temperature forms (M-4.6, M-4.9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from emstrack.analysis.balance_points import BOTH, COOLING, FLAT, HEATING
from emstrack.analysis.driver_choice import MOST
from emstrack.analysis.portfolio import FLOOR_AREA, RAIN, ROOMS
from emstrack.domain.resources import Resource
from emstrack.domain.savings import Method

if TYPE_CHECKING:
    from emstrack.analysis.baselines import Context

_NO_WEATHER = frozenset({Resource.WASTE, Resource.MATERIAL, Resource.REFRIGERANT})
_HEAT_ONLY = frozenset(
    {
        Resource.NATURAL_GAS,
        Resource.LPG,
        Resource.DIESEL,
        Resource.FUEL_OIL,
        Resource.GASOLINE,
        Resource.KEROSENE,
        Resource.WOOD,
        Resource.CHARCOAL,
        Resource.BAGASSE,
        Resource.STEAM,
        Resource.HOT_WATER,
        Resource.DISTRICT_HEAT,
    }
)
_COLD_ONLY = frozenset({Resource.CHILLED_WATER})


def drivers_there(context: Context, meter: int) -> tuple[str, ...]:
    """Return the series with a value on most days of the baseline, and some in the reporting period."""
    series, site = context.series, int(context.site[meter])
    takes_rain = context.portfolio.meters[meter].resource is Resource.WATER
    found = []
    for name in series.series.names:
        if name in {ROOMS, FLOOR_AREA} or (name == RAIN and not takes_rain):
            continue
        row = series.series.row(np.array([site]), name)
        _, known = series.sums.over(row, context.baseline.start[[meter]], context.baseline.end[[meter]])
        _, later = series.sums.over(row, context.reporting.start[[meter]], context.reporting.end[[meter]])
        days = (context.baseline.end[meter] - context.baseline.start[meter]).astype(np.int64)
        if known[0] >= 0.75 * days and later[0] > 0:
            found.append(name)
    return tuple(found)


BatchKey: TypeAlias = tuple[tuple[str, ...], bool, tuple[int, ...]]


def batches_of(context: Context, methods: list[Method], method: Method) -> dict[BatchKey, list[int]]:
    """Return the meters of one method, by drivers, whether these were asked for, and temperature forms."""
    batches: dict[BatchKey, list[int]] = {}
    by_place: dict[tuple[object, ...], tuple[str, ...]] = {}
    which = [place for place, each in enumerate(methods) if each is method]
    for meter in which:
        question = context.questions[meter]
        names, forced = question.drivers[:MOST], True
        if method is Method.CALTRACK2:
            names = ()
        elif not names and method is Method.REGRESSION:
            wet = context.portfolio.meters[meter].resource is Resource.WATER
            place = (int(context.site[meter]), question.baseline, question.reporting, wet)
            if place not in by_place:
                by_place[place] = drivers_there(context, meter)
            names, forced = by_place[place], False
        forms = _forms_of(context, meter, method)
        batches.setdefault((names, forced, forms), []).append(meter)
    return batches


def _forms_of(context: Context, meter: int, method: Method) -> tuple[int, ...]:
    """Return the temperature forms that a meter may take; two slopes never on monthly means (M-10.4)."""
    resource = context.portfolio.meters[meter].resource
    if method is Method.CALTRACK2 and resource not in _HEAT_ONLY:
        return (FLAT, HEATING, COOLING, BOTH)
    forms = temperature_forms(resource)
    station = context.portfolio.sites[int(context.site[meter])].station
    if method is Method.REGRESSION and station >= 0 and context.coarse[station]:
        return tuple(form for form in forms if form != BOTH)
    return forms


def temperature_forms(resource: Resource) -> tuple[int, ...]:
    """Return the temperature forms that make sense for a resource (M-4.9): fuels heat, chilled water cools."""
    if resource in _NO_WEATHER:
        return (FLAT,)
    if resource in _HEAT_ONLY:
        return (FLAT, HEATING)
    return (FLAT, COOLING) if resource in _COLD_ONLY else (FLAT, HEATING, COOLING, BOTH)
