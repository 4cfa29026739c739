"""Weather of a place, asked of a public service when a person asks: fetched, kept as a file, and imported as any other.

It is an import from beginning to end: its progress, its cancelling, its undo, who asked and when are those of a batch.
"""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import EmstrackError, RefusedError
from emstrack.domain.readings import BatchStatus
from emstrack.domain.savings import BaselineStatus
from emstrack.domain.weather import StationBy, grid_code
from emstrack.gateways.weather_services import WeatherService, find_service
from emstrack.services.readings.describe_state import state_of
from emstrack.services.readings.keep_batch import finish_batch, note_progress, start_batch
from emstrack.services.readings.read_chunks import Request
from emstrack.services.readings.receive_file import refuse_while_busy
from emstrack.services.readings.run_import import run_import
from emstrack.services.readings.write_history_link import Change, write_history_link
from emstrack.storage.models import Baseline, ImportBatch, Meter, Site, StoredFile, WeatherStation
from emstrack.storage.queries.stations import metered
from emstrack.storage.scope import find, require, scoped, set_scope, tenant_of, within

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from emstrack.gateways.stored_files import StoredFiles
    from emstrack.gateways.weather_services import Addresses, FetchedWeather
    from emstrack.services.readings.import_outcome import Outcome
    from emstrack.services.readings.read_chunks import Limits
    from emstrack.services.readings.run_import import Watch

SPAN_YEARS = 5
"""Years asked for at once: an answer stays small, and a person sees it move."""
USUAL_YEARS = 3
HEADER = (
    *("station", "date", "mean_c", "rain_mm", "station_name", "latitude", "longitude", "elevation_m", "source"),
    "attribution",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a person asks for: the weather of a site, of a service, over whole years."""

    site_id: int
    service: str
    first_year: int
    last_year: int


def usual_years(session: Session, site_id: int, *, today: date) -> tuple[int, int]:
    """Return the years of the site's readings, else the last three."""
    first, last = metered(session, [site_id]).get(site_id, (None, None))
    if first is None or last is None:
        return today.year - USUAL_YEARS, today.year
    return int(str(first)[:4]), max(int(str(last)[:4]), today.year)


def ask_for_weather(session: Session, wish: Wish, settings: Addresses, *, now: datetime, today: date) -> ImportBatch:
    """Begin the batch that will hold the weather; `fetch_weather` does the work once this is committed.

    Raises
    ------
    RefusedError
        ``weather_service.off``, ``weather_service.unknown``, ``site.no_place``, ``weather.years_unclear``,
        ``import.busy``.
    """
    require(session, Permission.IMPORT)
    service = find_service(settings, wish.service)
    site = find(session, Site, wish.site_id)
    if site.latitude is None or site.longitude is None:
        raise RefusedError("site.no_place", site=site.name)
    if not service.first_year <= wish.first_year <= wish.last_year <= today.year:
        raise RefusedError("weather.years_unclear", earliest=service.first_year)
    refuse_while_busy(session)
    place = f"{site.latitude:.2f}, {site.longitude:.2f}"
    wanted = {
        "site_id": site.id,
        "service": wish.service,
        "latitude": site.latitude,
        "longitude": site.longitude,
        "first": date(wish.first_year, 1, 1).isoformat(),
        "last": min(date(wish.last_year, 12, 31), today - timedelta(days=service.delay_days)).isoformat(),
    }
    return start_batch(
        session,
        organisation_id=site.organisation_id,
        file_name=f"{service.name} {place} {wish.first_year}-{wish.last_year}.csv",
        now=now,
        options={"fetch": wanted, "kind": "weather"},
        kind="weather",
    )


def fetch_weather(watch: Watch, files: StoredFiles, settings: Any, limits: Limits) -> Outcome:
    """Ask the service, keep what it answered, import it, and give it to the site where that is safe.

    Raises
    ------
    EmstrackError
        Whatever ends it; the batch says so too.
    """
    try:
        wanted, request = _fetch(watch, files, settings)
    except EmstrackError as error:
        cancelled = error.code == "file.cancelled"
        _finish(watch, BatchStatus.CANCELLED if cancelled else BatchStatus.REFUSED, error)
        raise
    except BaseException:
        _finish(watch, BatchStatus.INTERRUPTED, None)
        raise
    outcome = run_import(watch, request, limits)
    with watch.transactions() as session:
        set_scope(session, watch.scope)
        give_to_site(session, wanted["site_id"], wanted["code"], now=watch.clock(), batch_id=watch.batch_id)
    return outcome


def _fetch(watch: Watch, files: StoredFiles, settings: Addresses) -> tuple[dict[str, Any], Request]:
    batch_id = watch.batch_id or 0
    with watch.transactions(read_only=True) as session:
        set_scope(session, watch.scope)
        batch = find(session, ImportBatch, batch_id)
        wanted: dict[str, Any] = dict(batch.options["fetch"])
        organisation_id, name = batch.organisation_id, batch.file_name
    service = find_service(settings, wanted["service"])
    parts = _in_spans(watch, service, wanted)
    if not any(mean is not None for part in parts for _, mean, _ in part.days):
        raise RefusedError("weather_service.nothing", service=service.name, first=wanted["first"], last=wanted["last"])
    wanted["code"] = grid_code(service.source, parts[0].latitude, parts[0].longitude)
    content = _as_file(service, wanted["code"], parts)
    path = files.save(content, ".csv")
    with watch.transactions() as session:
        set_scope(session, watch.scope)
        _keep_file(session, batch_id, path, name, content, watch.clock())
    request = Request(
        path=files.place(path),
        name=name,
        organisation_id=organisation_id,
        kind="weather",
        today=watch.clock().date(),
    )
    return wanted, request


def _in_spans(watch: Watch, service: WeatherService, wanted: dict[str, Any]) -> list[FetchedWeather]:
    """Ask for a few years at a time, telling how far it is between two."""
    start, last = date.fromisoformat(wanted["first"]), date.fromisoformat(wanted["last"])
    total, parts = (last - start).days + 1, []
    while start <= last:
        end = min(date(start.year + SPAN_YEARS - 1, 12, 31), last)
        parts.append(service.fetch(wanted["latitude"], wanted["longitude"], start, end))
        start = end + timedelta(days=1)
        watch.told(total, 1 - ((last - end).days / total))
        with watch.transactions() as session:
            set_scope(session, watch.scope)
            if not note_progress(session, watch.batch_id or 0, total - (last - end).days, total):
                raise RefusedError("file.cancelled")
    return parts


def _as_file(service: WeatherService, code: str, parts: list[FetchedWeather]) -> bytes:
    """Return the answer as a canonical file of weather; what it says of the station stands in the first row."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    first = parts[0]
    facts = (
        f"{service.name} {first.latitude:.2f}, {first.longitude:.2f}",
        first.latitude,
        first.longitude,
        "" if first.elevation_m is None else first.elevation_m,
        service.source.value,
        service.attribution,
    )
    for part in parts:
        for day, mean, rain in part.days:
            if mean is not None or rain is not None:
                values = ("" if value is None else value for value in (mean, rain))
                writer.writerow((code, day.isoformat(), *values, *facts))
                facts = ("",) * len(facts)  # type: ignore[assignment]  # said once
    return text.getvalue().encode()


def _keep_file(session: Session, batch_id: int, path: str, name: str, content: bytes, now: datetime) -> None:
    batch = find(session, ImportBatch, batch_id)
    digest = hashlib.sha256(content).hexdigest()
    stored = StoredFile(
        tenant_id=tenant_of(session),
        path=path,
        name=name,
        media_type="text/csv",
        size=len(content),
        sha256=digest,
        created_at=now,
        created_by=batch.created_by,
    )
    session.add(stored)
    session.flush()
    batch.file_id, batch.sha256 = stored.id, digest


def give_to_site(session: Session, site_id: int, code: str, *, now: datetime, batch_id: int | None) -> bool:
    """Make the fetched station the site's, unless a person chose another or a baseline was adopted on that one."""
    site = find(session, Site, site_id)
    station = session.scalar(scoped(session, WeatherStation.id).where(WeatherStation.code == code))
    if station is None or site.weather_station_id == station or site.station_by != StationBy.DISTANCE:
        return False
    adopted = (
        scoped(session, sa.func.count(Baseline.id))
        .join(Meter, Meter.id == Baseline.meter_id)
        .where(*within(session, Meter), Meter.site_id == site_id, Baseline.status == BaselineStatus.ADOPTED.value)
    )
    if site.weather_station_id is not None and session.scalar(adopted):
        return False
    old = state_of(site)
    site.weather_station_id = station
    site.version += 1
    session.flush()
    change = Change("site", site.id, old, state_of(site))
    write_history_link(session, written=[], changes=[change], now=now, batch_id=batch_id)
    return True


def _finish(watch: Watch, status: BatchStatus, error: EmstrackError | None) -> None:
    with watch.transactions() as session:
        set_scope(session, watch.scope)
        finish_batch(session, watch.batch_id or 0, status, error=error, now=watch.clock())
