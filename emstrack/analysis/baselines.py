"""The adjusted baseline of many meters, each by its own method (docs/methods.md, M-3 and M-4)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from emstrack.analysis import caltrack2
from emstrack.analysis.adjustments import closed
from emstrack.analysis.balance_points import BOTH, COOLING, FLAT, HEATING
from emstrack.analysis.degree_days import whole_degrees
from emstrack.analysis.driver_choice import MOST, fit_with_best_drivers
from emstrack.analysis.models import BaselinePoints, Fits
from emstrack.analysis.portfolio import FLOOR_AREA, GUEST_NIGHTS, OCCUPIED_ROOM_NIGHTS, RAIN, ROOMS
from emstrack.analysis.prediction import ReportingPeriods, gradients, predict
from emstrack.analysis.regression import fit
from emstrack.analysis.simple_baselines import average_use, complete_months, fixed_use, intensity
from emstrack.domain.resources import Resource
from emstrack.domain.savings import Method

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from emstrack.analysis.calendarization import MonthlyValues
    from emstrack.analysis.portfolio import Portfolio, Question, SeriesSums
    from emstrack.analysis.reading_periods import Periods, Rows
    from emstrack.analysis.reporting import Pieces, Segments

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


@dataclass(slots=True)
class Context:
    """What every method starts from, computed once for all meters."""

    portfolio: Portfolio
    questions: Sequence[Question]
    site: NDArray[np.int64]
    series: SeriesSums
    monthly: MonthlyValues
    baseline: Periods
    reporting: Periods
    rows: Rows
    segments: Segments
    pieces: Pieces
    closed: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Fitted:
    """A batch of fitted models and how their predictions move.

    Parameters
    ----------
    fits : Fits
    slopes : ndarray, shape (meters of the batch, segments, parameters)
        See `gradients`.
    names : tuple of str
        Drivers of the columns.
    given : BaselinePoints
    wanted : ReportingPeriods
    reference : caltrack2.Statistics or None
        How eemeter describes the fits, where that is what was asked for.
    forced : bool
        Whether the drivers were asked for rather than offered.
    """

    fits: Fits
    slopes: NDArray[np.float64]
    names: tuple[str, ...]
    given: BaselinePoints
    wanted: ReportingPeriods
    reference: caltrack2.Statistics | None = None
    forced: bool = False


@dataclass(slots=True)
class Adjusted:
    """The adjusted baseline of all meters.

    Parameters
    ----------
    use : ndarray of float64, shape (meters, segments)
        NaN where unknown. [canonical unit]
    method : list of Method
        What each meter's question came to.
    points : ndarray of int64, shape (meters,)
        Baseline points behind it; -1 where the method needs none.
    batch : dict of int to (Fitted, int)
        The fitted batch of a meter and its place in it.
    drivers : dict of int to tuple of str
        Drivers that the method uses, or wanted and did not find.
    intensity : ndarray of float64, shape (meters,)
        Use per driver unit, of meters with that method.
    """

    use: NDArray[np.float64]
    method: list[Method]
    points: NDArray[np.int64]
    batch: dict[int, tuple[Fitted, int]] = field(default_factory=dict)
    drivers: dict[int, tuple[str, ...]] = field(default_factory=dict)
    intensity: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))


def adjust(context: Context) -> Adjusted:
    """Return the adjusted baseline of every meter; meters that share a method and drivers go in one batch."""
    shape = context.segments.days.shape
    methods: list[Method] = [
        Method.REGRESSION if question.method is Method.AUTO else question.method for question in context.questions
    ]
    out = Adjusted(
        use=np.full(shape, np.nan),
        method=methods,
        points=np.full(shape[0], -1, dtype=np.int64),
        intensity=np.full(shape[0], np.nan),
    )
    _fixed(context, out)
    _average(context, out)
    _intensity(context, out)
    for method in (Method.REGRESSION, Method.CALTRACK2):
        for (names, forced, forms), meters in _batches(context, out, method).items():
            _fitted(context, out, method, np.array(meters), names, forms, forced=forced)
    return out


def _with(out: Adjusted, method: Method) -> NDArray[np.bool_]:
    return np.array([each is method for each in out.method], dtype=bool)


def _fixed(context: Context, out: Adjusted) -> None:
    for meter in np.flatnonzero(_with(out, Method.FIXED)).tolist():
        fixed = context.questions[meter].fixed
        if fixed is None:
            continue
        mine = context.pieces.meter == meter
        part = type(context.pieces)(
            *(getattr(context.pieces, name)[mine] for name in ("meter", "segment", "month", "days"))
        )
        out.use[meter] = fixed_use(fixed, part, out.use.shape)[meter]


def _complete_and_open(context: Context) -> NDArray[np.bool_]:
    """Tell which monthly values a baseline of months takes: complete, inside, and the site not closed."""
    taken = complete_months(context.monthly, context.baseline)
    if any(question.closed for question in context.questions):
        monthly = context.monthly
        each = [context.questions[meter] for meter in monthly.meter.tolist()]
        start, end = monthly.month.astype("datetime64[D]"), (monthly.month + 1).astype("datetime64[D]")
        taken &= ~closed(each, start[:, None], end[:, None])[:, 0]
    return taken


def _average(context: Context, out: Adjusted) -> None:
    which = _with(out, Method.AVERAGE)
    if not which.any():
        return
    taken = _complete_and_open(context)
    use = average_use(context.monthly, taken, context.pieces, out.use.shape)
    out.use[which] = use[which]
    out.points[which] = np.bincount(context.monthly.meter[taken], minlength=len(which))[which]


def _intensity(context: Context, out: Adjusted) -> None:
    which = np.flatnonzero(_with(out, Method.INTENSITY))
    if not len(which):
        return
    monthly, segments = context.monthly, context.segments
    taken = _complete_and_open(context)
    start = monthly.month.astype("datetime64[D]")[:, None]
    end = (monthly.month + 1).astype("datetime64[D]")[:, None]
    for name in {_intensity_driver(context, int(meter)) for meter in which}:
        mine = np.array([meter for meter in which if _intensity_driver(context, int(meter)) == name])
        per_day = context.series.per_day(context.site[monthly.meter], (name,), start, end)[:, 0, 0]
        rate, months = intensity(monthly, taken, per_day * monthly.days, len(out.method))
        driver = context.series.per_day(context.site[mine], (name,), segments.start[mine], segments.end[mine])[:, :, 0]
        out.use[mine] = rate[mine, None] * driver * segments.days[mine]
        out.intensity[mine], out.points[mine] = rate[mine], months[mine]
        out.drivers |= dict.fromkeys(mine.tolist(), (name,))


def _intensity_driver(context: Context, meter: int) -> str:
    """Return the driver asked for; else room-nights, guest-nights, or the only one there is."""
    question = context.questions[meter]
    if question.drivers:
        return question.drivers[0]
    there = _drivers_there(context, meter)
    for name in (OCCUPIED_ROOM_NIGHTS, GUEST_NIGHTS, *there):
        if name in there:
            return name
    return OCCUPIED_ROOM_NIGHTS


def _drivers_there(context: Context, meter: int) -> tuple[str, ...]:
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


_BatchKey: TypeAlias = tuple[tuple[str, ...], bool, tuple[int, ...]]


def _batches(context: Context, out: Adjusted, method: Method) -> dict[_BatchKey, list[int]]:
    batches: dict[_BatchKey, list[int]] = {}
    by_place: dict[tuple[object, ...], tuple[str, ...]] = {}
    for meter in np.flatnonzero(_with(out, method)).tolist():
        question = context.questions[meter]
        names, forced = question.drivers[:MOST], True
        if method is Method.CALTRACK2:
            names = ()
        elif not names:
            wet = context.portfolio.meters[meter].resource is Resource.WATER
            place = (int(context.site[meter]), question.baseline, question.reporting, wet)
            if place not in by_place:
                by_place[place] = _drivers_there(context, meter)
            names, forced = by_place[place], False
        facts = context.portfolio.meters[meter]
        forms = temperature_forms(facts.resource)
        if method is Method.CALTRACK2 and facts.resource not in _HEAT_ONLY:
            forms = (FLAT, HEATING, COOLING, BOTH)
        batches.setdefault((names, forced, forms), []).append(meter)
    return batches


def temperature_forms(resource: Resource) -> tuple[int, ...]:
    """Return the temperature forms that make sense for a resource (M-4.9): fuels heat, chilled water cools."""
    if resource in _NO_WEATHER:
        return (FLAT,)
    if resource in _HEAT_ONLY:
        return (FLAT, HEATING)
    return (FLAT, COOLING) if resource in _COLD_ONLY else (FLAT, HEATING, COOLING, BOTH)


def _fitted(
    context: Context,
    out: Adjusted,
    method: Method,
    meters: NDArray[np.int64],
    names: tuple[str, ...],
    forms: tuple[int, ...],
    *,
    forced: bool,
) -> None:
    rows, segments, site = context.rows, context.segments, context.site[meters]
    station = np.array([context.portfolio.sites[each].station for each in site], dtype=np.int64)
    given = BaselinePoints(
        start=rows.start[meters],
        end=rows.end[meters],
        use=rows.use[meters],
        days=rows.days[meters],
        drivers=context.series.per_day(site, names, rows.start[meters], rows.end[meters]),
        station=station,
    )
    wanted = ReportingPeriods(
        start=segments.start[meters],
        end=segments.end[meters],
        actual=segments.actual[meters],
        days=segments.days[meters],
        drivers=context.series.per_day(site, names, segments.start[meters], segments.end[meters]),
        station=station,
    )
    temperatures = context.portfolio.temperatures
    if method is Method.CALTRACK2:
        fits = caltrack2.fit(given, temperatures, forms)
    else:
        grid = whole_degrees(temperatures.values)
        choose = fit if forced or not names else None
        fits = (
            choose(given, temperatures, grid, forms=forms)
            if choose
            else fit_with_best_drivers(given, names, temperatures, grid, forms)
        )
    slopes = gradients(fits, wanted, temperatures)
    empty = (fits.n == 0)[:, None] | (segments.days[meters] == 0)
    out.use[meters] = np.where(empty, np.nan, predict(fits, slopes))
    out.points[meters] = fits.n
    reference = caltrack2.statistics(fits, given.days, given.use) if method is Method.CALTRACK2 else None
    batch = Fitted(fits, slopes, names, given, wanted, reference, forced)
    out.batch |= {meter: (batch, place) for place, meter in enumerate(meters.tolist())}
    out.drivers |= dict.fromkeys(meters.tolist(), names)
