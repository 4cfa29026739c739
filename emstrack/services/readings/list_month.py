"""The month's page: what every meter and driver of my sites has, lacks, and usually shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import RefusedError
from emstrack.domain.periods import Month
from emstrack.domain.readings import Cadence, CalendarMode
from emstrack.domain.sites import Driver, SiteKind
from emstrack.services.readings.expect_period import ExpectedPeriod, expect_period
from emstrack.services.readings.interpret_reading import conversion_for
from emstrack.services.readings.usual_use import Past, month_of_period, past_of
from emstrack.storage.queries import month as queries
from emstrack.storage.scope import require

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    import sqlalchemy as sa
    from sqlalchemy.orm import Session

    from emstrack.storage.models import DriverValue, Meter, Reading, StockLevel

SITES_PER_PAGE = 25
MOST_TO_CHOOSE = 100
_SEEN_BACK = timedelta(days=130)
_SEEN_ON = timedelta(days=130)
_COVERING = {"actual", "estimated"}
_HOTEL_DRIVERS = (Driver.OCCUPIED_ROOM_NIGHTS, Driver.GUEST_NIGHTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterRow:
    """One line to type in: a stored reading, or the place for one; `past` is in the meter's own unit."""

    meter: Meter
    currency: str
    reading: Reading | None
    period: ExpectedPeriod
    past: Past
    delivered: bool = False
    last_index: float | None = None
    covered_by: Reading | None = None
    """A bill that ends in another month and covers all of this one: nothing is due."""
    opening: Reading | None = None
    """The register's first index, where it is of this month: nothing else is due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StockRow:
    """What was in the tank at the end of the month."""

    meter: Meter
    day: date
    level: StockLevel | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverRow:
    """A driver of a site in the month."""

    site_id: int
    driver: str
    value: DriverValue | None
    last_month: float | None
    same_month_last_year: float | None


Line = MeterRow | StockRow | DriverRow


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSheet:
    """A site's part of the page."""

    site_id: int
    name: str
    kind: str
    organisation: str
    today: date
    lines: tuple[Line, ...]

    @property
    def due(self) -> int:
        """How many values the month wants."""
        return sum(1 for line in self.lines if _is_due(line))

    @property
    def entered(self) -> int:
        """How many of them are there."""
        return sum(1 for line in self.lines if _is_due(line) and _is_entered(line))


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthSheet:
    """The page: sites by organisation, and where in the list of sites we are."""

    month: Month
    site_id: int | None
    sites: tuple[SiteSheet, ...]
    page: int
    pages: int
    choices: tuple[tuple[int, str], ...]
    searched: bool = False
    """There are too many sites for a list to choose from: they are found by a part of their name."""


def list_month(
    session: Session, month: Month, *, site_id: int | None = None, named: str = "", page: int = 1, now: datetime
) -> MonthSheet:
    """Return the month's page: at most 12 queries, however many meters there are."""
    require(session, Permission.VIEW)
    page = max(page, 1)
    found = queries.sites(
        session, site_id=site_id, named=named, offset=(page - 1) * SITES_PER_PAGE, limit=SITES_PER_PAGE
    )
    ids = [row.id for row in found]
    meters = queries.meters(session, ids, month.start, month.end)
    lines = _Lines(session, month, meters, {row.id: row for row in found})
    sheets = tuple(
        SiteSheet(
            site_id=row.id,
            name=row.name,
            kind=row.kind,
            organisation=row.organisation,
            today=now.astimezone(ZoneInfo(row.time_zone or row.organisation_time_zone or "UTC")).date(),
            lines=tuple(lines.of(row.id, row.kind)),
        )
        for row in found
    )
    total = found[0].total if found else 0
    names = queries.site_names(session, MOST_TO_CHOOSE + 1)
    return MonthSheet(
        month=month,
        site_id=site_id,
        sites=sheets,
        page=page,
        pages=max(1, -(-total // SITES_PER_PAGE)),
        choices=tuple((row.id, row.name) for row in names) if len(names) <= MOST_TO_CHOOSE else (),
        searched=len(names) > MOST_TO_CHOOSE,
    )


class _Lines:
    """Everything the lines are made of, read once for all sites of the page."""

    def __init__(self, session: Session, month: Month, meters: Sequence[Meter], sites: dict[int, sa.Row[Any]]) -> None:
        self.month, self.sites = month, sites
        ids = [meter.id for meter in meters]
        self.meters: dict[int, list[Meter]] = {}
        for meter in meters:
            self.meters.setdefault(meter.site_id, []).append(meter)
        self.past = past_of(session, ids, month)
        self.readings: dict[int, list[Reading]] = {}
        for reading in queries.readings_between(session, ids, month.start - _SEEN_BACK, month.end + _SEEN_ON):
            self.readings.setdefault(reading.meter_id, []).append(reading)
        registers = [meter.id for meter in meters if meter.reads_index]
        self.last = queries.last_before(session, registers, month.end) if registers else {}
        last_day = month.end - timedelta(days=1)
        self.stock = {row.meter_id: row for row in queries.stock_levels(session, ids, month.start, last_day)}
        self.drivers: dict[int, list[DriverValue]] = {}
        for value in queries.driver_values(session, list(sites), month.plus(-13).start, month.end):
            self.drivers.setdefault(value.site_id, []).append(value)

    def of(self, site_id: int, kind: str) -> list[Line]:
        lines: list[Line] = []
        for meter in self.meters.get(site_id, []):
            lines += self._of_meter(meter)
        return lines + list(self._of_drivers(site_id, kind))

    def _of_meter(self, meter: Meter) -> list[Line]:
        known = self.readings.get(meter.id, [])
        delivered = meter.cadence == Cadence.ON_DELIVERY or meter.calendar_mode == CalendarMode.BETWEEN_DELIVERIES
        stored = [row for row in known if row.kind in _COVERING and self._belongs(row, delivered=delivered)]
        site = self.sites[meter.site_id]
        currency = site.currency or site.organisation_currency
        past = _in_unit(
            self.past.get(meter.id, Past()), meter, site.country or site.organisation_country, self.month.start
        )
        last = self.last.get(meter.id)
        ends = [(row.start, row.end) for row in known if row.kind in _COVERING]
        period = expect_period(self.month, Cadence(meter.cadence), ends, delivered=delivered)
        base: dict[str, Any] = {"meter": meter, "currency": currency, "past": past, "delivered": delivered}
        base["last_index"] = last.index_end if last else None
        lines: list[Line] = [MeterRow(**base, reading=row, period=ExpectedPeriod(row.start, row.end)) for row in stored]
        if delivered or not stored:
            covering = None if delivered else self._covering(known)
            opening = next((r for r in known if r.kind == "opening" and self._belongs(r, delivered=False)), None)
            lines.append(MeterRow(**base, reading=None, period=period, covered_by=covering, opening=opening))
        if delivered:
            level = self.stock.get(meter.id)
            day = level.day if level else self.month.end - timedelta(days=1)
            lines.append(StockRow(meter=meter, day=day, level=level))
        return lines

    def _belongs(self, row: Reading, *, delivered: bool) -> bool:
        if delivered:
            return Month.of(row.start) == self.month
        return month_of_period(row.start, row.end) == self.month

    def _covering(self, known: list[Reading]) -> Reading | None:
        for row in known:
            if row.kind in _COVERING and row.start <= self.month.start and row.end >= self.month.end:
                return row
        return None

    def _of_drivers(self, site_id: int, kind: str) -> list[DriverRow]:
        values = self.drivers.get(site_id, [])
        named = list(dict.fromkeys([*(_HOTEL_DRIVERS if kind == SiteKind.HOTEL else ()), *(v.driver for v in values)]))

        def value_of(driver: str, month: Month) -> DriverValue | None:
            fitting = (v for v in values if v.driver == driver and (v.start, v.end) == (month.start, month.end))
            return next(fitting, None)

        rows = []
        for driver in named:
            last, year = value_of(driver, self.month.plus(-1)), value_of(driver, self.month.plus(-12))
            rows.append(
                DriverRow(
                    site_id=site_id,
                    driver=driver,
                    value=value_of(driver, self.month),
                    last_month=last.value if last else None,
                    same_month_last_year=year.value if year else None,
                )
            )
        return rows


def _in_unit(past: Past, meter: Meter, country: str, on: date) -> Past:
    """Return a meter's past in the unit that is typed, so that a person compares like with like."""
    if past == Past():
        return past
    try:
        conversion = conversion_for(meter.resource, meter.unit, basis=meter.basis, country=country, on=on)
    except RefusedError:
        return Past()
    return past.in_unit(conversion.factor)


def is_missing(line: Line) -> bool:
    """Say whether the month wants this value and has not got it."""
    return _is_due(line) and not _is_entered(line)


def _is_due(line: Line) -> bool:
    if isinstance(line, StockRow):
        return False
    if isinstance(line, MeterRow):
        return line.covered_by is None and line.opening is None and not (line.delivered and line.reading is None)
    return True


def _is_entered(line: Line) -> bool:
    return line.value is not None if isinstance(line, DriverRow) else getattr(line, "reading", None) is not None
