"""The database to the portfolio that the engine computes on, in as many queries for one meter as for thousands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from emstrack.analysis.calendarization import MODES
from emstrack.analysis.daily_series import DailySeries
from emstrack.analysis.portfolio import LEVELS, RAIN, Adjustment, MeterFacts, Portfolio, SiteFacts, SiteSeries
from emstrack.analysis.readings import KINDS, Readings
from emstrack.analysis.stock_levels import StockLevels, settle_stock
from emstrack.domain.periods import NEVER, Period
from emstrack.domain.readings import CalendarMode, Direction
from emstrack.domain.resources import Resource
from emstrack.storage.queries import savings as queries
from emstrack.storage.queries.supply_points import inherited_by_organisation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import sqlalchemy as sa
    from numpy.typing import NDArray
    from sqlalchemy.orm import Session

_KIND = {kind.value: code for code, kind in enumerate(KINDS)}
_DAY = np.timedelta64(1, "D")

Dated = tuple[str, str, str, float]
"""A driver or attribute over a period: name, start, end (ISO, half-open), value."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A portfolio with the ids its places stand for, and its dated rows as they are stored.

    `adjustments` and `closed` are those of each meter's place, where it has any.
    """

    portfolio: Portfolio
    meter_ids: tuple[int, ...]
    site_ids: tuple[int, ...]
    dated: Mapping[int, Sequence[Dated]]
    stations: tuple[str, ...]
    rain: NDArray[np.float64]
    adjustments: Mapping[int, tuple[Adjustment, ...]] = field(default_factory=dict)
    closed: Mapping[int, tuple[Period, ...]] = field(default_factory=dict)


def load_portfolio(session: Session, criteria: queries.Criteria) -> Loaded:
    """Return everything about the meters that meet the criteria (on meters and sites in use)."""
    rows = queries.meters(session, criteria)
    wanted = queries.wanted_meters(session, criteria)
    places = {row.id: place for place, row in enumerate(rows)}
    site_rows = {row.site_id: row for row in rows}
    site_places = {id_: place for place, id_ in enumerate(site_rows)}
    readings, currency = _readings(session, wanted, places)
    readings, modes = _settled(session, wanted, places, readings, [CalendarMode(row.calendar_mode) for row in rows])
    first, after = _span(readings)
    stations, temperatures, rain, lone = _weather(session, site_rows.values(), first, after)
    dated = _dated(session, wanted, site_places, str(first), str(after))
    serves = _station_of(stations, lone)
    countries = inherited_by_organisation(session)
    sites = tuple(
        SiteFacts(
            row.site,
            country=row.country or (countries[row.organisation_id].country if row.organisation_id in countries else ""),
            station=serves(row.weather_station_id),
        )
        for row in site_rows.values()
    )
    series = _series(dated, len(sites), first, after, np.array([site.station for site in sites], dtype=np.int64), rain)
    meters = tuple(
        _facts(row, site_places[row.site_id], modes[place], currency.get(place)) for place, row in enumerate(rows)
    )
    return Loaded(
        Portfolio(sites, meters, readings, series, DailySeries(first, temperatures)),
        tuple(row.id for row in rows),
        tuple(site_rows),
        dated,
        tuple(stations.values()),
        rain,
        _adjustments(session, wanted, places),
        _closed(session, wanted, rows),
    )


def _adjustments(session: Session, wanted: sa.Select[Any], places: dict[int, int]) -> dict[int, tuple[Adjustment, ...]]:
    found: dict[int, tuple[Adjustment, ...]] = {}
    for row in queries.adjustments(session, wanted):
        place = places[row.meter_id]
        end = row.end or NEVER
        given = Adjustment(row.start, end, row.per_month, row.fraction, row.half_width)
        found[place] = (*found.get(place, ()), given)
    return found


def _closed(session: Session, wanted: sa.Select[Any], meters: Sequence[Any]) -> dict[int, tuple[Period, ...]]:
    """Return the days left out by place: a row without a meter is for every meter of its site."""
    rows = queries.closed_periods(session, wanted)
    if not rows:
        return {}
    by_site: dict[int, list[Any]] = {}
    for row in rows:
        by_site.setdefault(row.site_id, []).append(row)
    found = {
        place: tuple(
            Period(row.start, row.end) for row in by_site.get(meter.site_id, ()) if row.meter_id in {None, meter.id}
        )
        for place, meter in enumerate(meters)
    }
    return {place: periods for place, periods in found.items() if periods}


def _facts(row: Any, site: int, mode: CalendarMode, currency: str | None) -> MeterFacts:
    resource = Resource(row.resource)
    return MeterFacts(
        site=site,
        name=row.name,
        resource=resource,
        unit=resource.canonical_unit,
        heating_value_basis=row.basis or None,
        mode=mode,
        direction=Direction(row.direction),
        currency=currency,
        in_totals=row.parent_id is None,
        variety=row.variety,
    )


def _readings(session: Session, wanted: sa.Select[Any], places: dict[int, int]) -> tuple[Readings, dict[int, str]]:
    """Return all readings by meter and start, and the one currency of each meter's costs."""
    blocks: list[Readings] = []
    codes: dict[str, int] = {}
    money: list[NDArray[np.int64]] = []
    for block in queries.readings(session, wanted):
        meter, start, end, quantity, kind, cost, currency = zip(*block, strict=True)
        has_cost = np.array([each is not None for each in cost], dtype=bool)
        blocks.append(
            Readings.of(
                np.fromiter(map(places.__getitem__, meter), np.int64, len(meter)),
                np.array(start, dtype="datetime64[D]"),
                np.array(end, dtype="datetime64[D]"),
                quantity,
                kind=np.fromiter(map(_KIND.__getitem__, kind), np.int8, len(kind)),
                cost=np.array([each or 0 for each in cost], dtype=np.int64),
                has_cost=has_cost,
            )
        )
        code = np.fromiter((codes.setdefault(each, len(codes)) for each in currency), np.int64, len(currency))
        money.append(np.where(has_cost, code, -1))
    if not blocks:
        return Readings.of([], np.array([], "datetime64[D]"), np.array([], "datetime64[D]"), []), {}
    names = ("meter", "start", "end", "quantity", "kind", "cost", "has_cost")
    readings = Readings(*(np.concatenate([getattr(block, name) for block in blocks]) for name in names))
    order = np.lexsort((readings.kind, readings.quantity, readings.end, readings.start, readings.meter))
    return readings.take(order), _one_currency(readings.meter, np.concatenate(money), list(codes), len(places))


def _settled(
    session: Session, wanted: sa.Select[Any], places: dict[int, int], readings: Readings, modes: list[CalendarMode]
) -> tuple[Readings, list[CalendarMode]]:
    """Put deliveries into measured tanks on the days they were used over, so that a baseline keeps them that way."""
    rows = [tuple(row) for row in queries.stock_levels(session, wanted)]
    if not rows:
        return readings, modes
    meter, day, quantity = zip(*rows, strict=True)
    levels = StockLevels.of([places[each] for each in meter], np.array(day, dtype="datetime64[D]"), quantity)
    settled = settle_stock(readings, modes, levels)
    order = np.lexsort(
        (
            settled.readings.kind,
            settled.readings.quantity,
            settled.readings.end,
            settled.readings.start,
            settled.readings.meter,
        )
    )
    return settled.readings.take(order), [MODES[code] for code in settled.modes.tolist()]


def _one_currency(meter: NDArray[np.int64], code: NDArray[np.int64], names: list[str], meters: int) -> dict[int, str]:
    """Return each meter's currency where all of its costs share one: two are never added."""
    lowest, highest = np.full(meters, len(names)), np.full(meters, -1)
    priced = code >= 0
    np.minimum.at(lowest, meter[priced], code[priced])
    np.maximum.at(highest, meter[priced], code[priced])
    return {place: names[highest[place]] for place in np.flatnonzero(lowest == highest).tolist()}


def _span(readings: Readings) -> tuple[np.datetime64, np.datetime64]:
    """Return the whole months that hold all readings: nothing outside them is ever asked."""
    if not len(readings):
        return np.datetime64("2000-01-01", "D"), np.datetime64("2000-02-01", "D")
    first = readings.start.min().astype("datetime64[M]").astype("datetime64[D]")
    last = (readings.end.max() - _DAY).astype("datetime64[M]")
    return first, (last + 1).astype("datetime64[D]")


def _weather(
    session: Session, sites: Any, first: np.datetime64, after: np.datetime64
) -> tuple[dict[int, str], NDArray[np.float64], NDArray[np.float64], bool]:
    """Return the stations in use by id, temperatures and rain by station and day, and whether there is one alone."""
    rows = queries.stations(session)
    named = {row.weather_station_id for row in sites}
    stations = {row.id: row.code for row in rows if row.id in named or len(rows) == 1}
    width = int((after - first).astype(int))
    means, rain = (np.full((len(stations), width), np.nan) for _ in range(2))
    if stations:
        days = queries.weather(session, list(stations), cast("date", first.item()), cast("date", after.item()))
        if days:
            station, day, mean, wet = zip(*days, strict=True)
            place = {id_: at for at, id_ in enumerate(stations)}
            at = np.fromiter(map(place.__getitem__, station), np.int64, len(station))
            column = (np.array(day, dtype="datetime64[D]") - first).astype(np.int64)
            means[at, column] = np.array(mean, dtype=np.float64)
            rain[at, column] = np.array(wet, dtype=np.float64)
    return stations, means, rain, len(rows) == 1


def _station_of(stations: dict[int, str], lone: bool) -> Any:
    """Return the place of a site's station; the tenant's only one serves all sites that name none."""
    place = {id_: at for at, id_ in enumerate(stations)}
    unnamed = 0 if lone and stations else -1
    return lambda id_: place.get(id_, -1) if id_ is not None else unnamed


def _dated(
    session: Session, wanted: sa.Select[Any], sites: dict[int, int], first: str, after: str
) -> dict[int, list[Dated]]:
    """Return drivers and attributes by the site's place; an attribute without an end holds as far as readings go."""
    found: dict[int, list[Dated]] = {}
    for row in queries.drivers(session, wanted):
        site, name, start, end, value = tuple(row)
        if str(start) < after and str(end) > first:
            found.setdefault(sites[site], []).append((name, str(start), str(end), value))
    for row in queries.attributes(session, wanted):
        site, name, start, end, value = tuple(row)
        begin, until = max(str(start), first), min(str(end) if end is not None else after, after)
        if begin < until:
            found.setdefault(sites[site], []).append((name, begin, until, value))
    return found


def _series(
    dated: Mapping[int, Sequence[Dated]],
    sites: int,
    first: np.datetime64,
    after: np.datetime64,
    station: NDArray[np.int64],
    rain: NDArray[np.float64],
) -> SiteSeries:
    names = tuple(dict.fromkeys(row[0] for rows in dated.values() for row in rows))
    wet = bool(len(rain)) and not bool(np.isnan(rain).all())
    width = int((after - first).astype(int))
    values = np.full((sites, len(names) + wet, width), np.nan)
    for site, rows in dated.items():
        values[site, : len(names)] = daily(rows, names, first, width)
    if wet:
        at = np.flatnonzero(station >= 0)
        values[at, len(names)] = rain[station[at]]
    names = (*names, RAIN) if wet else names
    return SiteSeries(names, DailySeries(first, values.reshape(sites * len(names), width)))


def daily(rows: Sequence[Dated], names: Sequence[str], first: np.datetime64, width: int) -> NDArray[np.float64]:
    """Return dated rows by day over a window, a line per name; what holds outside the window is cut off."""
    column = {name: place for place, name in enumerate(names)}
    series = DailySeries.of_periods(
        [column[row[0]] for row in rows],
        np.array([row[1] for row in rows], dtype="datetime64[D]"),
        np.array([row[2] for row in rows], dtype="datetime64[D]"),
        [row[3] for row in rows],
        len(names),
        level=[row[0] in LEVELS for row in rows],
    )
    return window(series, first, width)


def window(series: DailySeries, first: np.datetime64, width: int) -> NDArray[np.float64]:
    """Return the days of a series that lie in a window; days it does not have are missing."""
    out = np.full((series.values.shape[0], width), np.nan)
    offset = int((series.first - first).astype(int))
    low, high = max(offset, 0), min(offset + series.values.shape[1], width)
    if low < high:
        out[:, low:high] = series.values[:, low - offset : high - offset]
    return out
