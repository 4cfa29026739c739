"""The adjusted baseline of many meters, each by its own method (docs/methods.md, M-3 and M-4)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from emstrack.analysis import caltrack2
from emstrack.analysis.adjustments import closed
from emstrack.analysis.batching import batches_of, drivers_there
from emstrack.analysis.change_point_baselines import TEMPERATURE, fit_change_points
from emstrack.analysis.change_points import Form
from emstrack.analysis.daily_series import mean_over
from emstrack.analysis.degree_days import LEAST_WEATHER, whole_degrees
from emstrack.analysis.driver_choice import fit_with_best_drivers
from emstrack.analysis.models import BaselinePoints, Fits
from emstrack.analysis.portfolio import GUEST_NIGHTS, OCCUPIED_ROOM_NIGHTS
from emstrack.analysis.prediction import ReportingPeriods, gradients, predict
from emstrack.analysis.regression import fit
from emstrack.analysis.simple_baselines import average_use, complete_months, fixed_use, intensity
from emstrack.domain.savings import Method

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from emstrack.analysis.calendarization import MonthlyValues
    from emstrack.analysis.daily_series import Sums
    from emstrack.analysis.portfolio import Portfolio, Question, SeriesSums
    from emstrack.analysis.reading_periods import Periods, Rows
    from emstrack.analysis.reporting import Pieces, Segments

_MODELS = (Method.REGRESSION, Method.CALTRACK2, *(each for each in Method if each.change_point_form is not None))


@dataclass(slots=True)
class Context:
    """What every method starts from, computed once for all meters.

    `settled` counts the estimates merged into actual readings, by meter (M-2.5); `coarse` tells of which stations only
    monthly means are known (M-10.4); `weather` looks their temperatures up.
    """

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
    settled: NDArray[np.int64]
    coarse: NDArray[np.bool_]
    weather: Sums


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
    change_point : str or None
        The change-point form, where one was asked for by name.
    coarse : ndarray of bool
        Of which stations only monthly means are known.
    blind : ndarray of bool, shape (meters of the batch,)
        Whose station knows no temperature of the baseline; they are fitted as if they had none.
    """

    fits: Fits
    slopes: NDArray[np.float64]
    names: tuple[str, ...]
    given: BaselinePoints
    wanted: ReportingPeriods
    reference: caltrack2.Statistics | None = None
    forced: bool = False
    change_point: str | None = None
    coarse: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=bool))
    blind: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=bool))


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
    for method in _MODELS:
        for (names, forced, forms), meters in batches_of(context, methods, method).items():
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
    there = drivers_there(context, meter)
    for name in (OCCUPIED_ROOM_NIGHTS, GUEST_NIGHTS, *there):
        if name in there:
            return name
    return OCCUPIED_ROOM_NIGHTS


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
    known = mean_over(context.weather, station[:, None], rows.start[meters], rows.end[meters], least=LEAST_WEATHER)
    blind = (station >= 0) & np.isnan(known).all(axis=1)
    station = np.where(blind, -1, station)
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
    batch = replace(_batch_of(context, method, (given, wanted), names, forms, forced=forced), blind=blind)
    fits = batch.fits
    empty = (fits.n == 0)[:, None] | (segments.days[meters] == 0)
    out.use[meters] = np.where(empty, np.nan, predict(fits, batch.slopes))
    out.points[meters] = fits.n
    out.batch |= {meter: (batch, place) for place, meter in enumerate(meters.tolist())}
    out.drivers |= dict.fromkeys(meters.tolist(), names)


def _batch_of(
    context: Context,
    method: Method,
    data: tuple[BaselinePoints, ReportingPeriods],
    names: tuple[str, ...],
    forms: tuple[int, ...],
    *,
    forced: bool,
) -> Fitted:
    """Fit meters that share a method, drivers and forms."""
    given, wanted = data
    temperatures = context.portfolio.temperatures
    form = method.change_point_form
    reference = None
    if form is not None:
        fits, given, wanted, temperatures = fit_change_points(Form(form), given, wanted, temperatures)
        names = (TEMPERATURE, *names) if form == Form.LINE else names
    elif method is Method.CALTRACK2:
        fits = caltrack2.fit(given, temperatures, forms)
        reference = caltrack2.statistics(fits, given.days, given.use)
    elif forced or not names:
        fits = fit(given, temperatures, whole_degrees(temperatures.values), forms=forms)
    else:
        grid = whole_degrees(temperatures.values)
        fits = fit_with_best_drivers(given, names, temperatures, grid, forms)
    slopes = gradients(fits, wanted, temperatures)
    return Fitted(fits, slopes, names, given, wanted, reference, forced, form, context.coarse)
