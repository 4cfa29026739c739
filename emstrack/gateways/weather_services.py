"""Public weather services, asked only when a person asks: daily means and rain of a place, behind one interface.

An answer is believed as little as an uploaded file: its size, its time and each of its values are limited.
"""

from __future__ import annotations

import http.client
import json
import math
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from emstrack.domain.errors import RefusedError, UnavailableError
from emstrack.domain.weather import StationSource

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_MB = 8
_COLDEST_C, _HOTTEST_C, _MOST_RAIN_MM = -90.0, 60.0, 3000.0
_BLOCK = 64 * 1024
_REASON = 200


@dataclass(frozen=True, slots=True)
class FetchedWeather:
    """Days of a place; None where the service has no value. The place is the grid point the service answered for."""

    latitude: float
    longitude: float
    elevation_m: float | None
    days: tuple[tuple[date, float | None, float | None], ...]


class WeatherService(Protocol):
    """What every weather service can do."""

    @property
    def source(self) -> StationSource:
        """Its code."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def attribution(self) -> str:
        """Who has to be named with its values, and under which licence."""

    @property
    def first_year(self) -> int:
        """The first year it has values of."""

    @property
    def delay_days(self) -> int:
        """Days it lags behind today [d]."""

    def fetch(self, latitude: float, longitude: float, first: date, last: date) -> FetchedWeather:
        """Return the days from the first to the last, both included."""


class Addresses(Protocol):
    """Where the services are; the settings hold it."""

    @property
    def weather_services(self) -> str:
        """The codes of those that may be asked."""

    @property
    def weather_open_meteo_url(self) -> str:
        """Address of the archive."""

    @property
    def weather_nasa_power_url(self) -> str:
        """Address of the daily values of a point."""

    @property
    def weather_timeout_seconds(self) -> int:
        """How long one answer may take [s]."""


@dataclass(frozen=True, slots=True)
class OpenMeteo:
    """Open-Meteo's archive: a reanalysis (ERA5 and others) on a grid of about 10 to 25 km."""

    url: str
    timeout: float

    source = StationSource.OPEN_METEO
    name = "Open-Meteo"
    attribution = "Weather data by Open-Meteo.com (CC BY 4.0)"
    first_year = 1940
    delay_days = 5

    def fetch(self, latitude: float, longitude: float, first: date, last: date) -> FetchedWeather:
        """Return the days from the first to the last, both included."""
        asked = {
            "latitude": f"{latitude:.4f}",
            "longitude": f"{longitude:.4f}",
            "start_date": first.isoformat(),
            "end_date": last.isoformat(),
            "daily": "temperature_2m_mean,precipitation_sum",
            "timezone": "auto",
        }
        answer = _ask(self.name, self.url, asked, self.timeout)
        try:
            daily = answer["daily"]
            values = zip(daily["time"], daily["temperature_2m_mean"], daily["precipitation_sum"], strict=True)
            days = [(date.fromisoformat(day), mean, rain) for day, mean, rain in values]
            place = float(answer["latitude"]), float(answer["longitude"])
            return _checked(place, answer.get("elevation"), days, first, last)
        except (KeyError, TypeError, ValueError):
            raise UnavailableError("weather_service.not_understood", service=self.name) from None


@dataclass(frozen=True, slots=True)
class NasaPower:
    """NASA POWER: the MERRA-2 reanalysis on a grid of about 50 km; free of licence, and to be named."""

    url: str
    timeout: float

    source = StationSource.NASA_POWER
    name = "NASA POWER"
    attribution = (
        "These data were obtained from the NASA Langley Research Center POWER Project funded through the NASA Earth "
        "Science Directorate Applied Science Program."
    )
    first_year = 1981
    delay_days = 4

    def fetch(self, latitude: float, longitude: float, first: date, last: date) -> FetchedWeather:
        """Return the days from the first to the last, both included."""
        asked = {
            "parameters": "T2M,PRECTOTCORR",
            "community": "SB",
            "latitude": f"{latitude:.4f}",
            "longitude": f"{longitude:.4f}",
            "start": f"{first:%Y%m%d}",
            "end": f"{last:%Y%m%d}",
            "time-standard": "LST",
            "format": "JSON",
        }
        answer = _ask(self.name, self.url, asked, self.timeout)
        try:
            east, north, *up = answer["geometry"]["coordinates"]
            values = answer["properties"]["parameter"]
            missing = float(answer.get("header", {}).get("fill_value", -999))
            rain = values.get("PRECTOTCORR", {})
            days = [
                (_compact_day(day), _unless(mean, missing), _unless(rain.get(day), missing))
                for day, mean in values["T2M"].items()
            ]
            return _checked((float(north), float(east)), up[0] if up else None, days, first, last)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise UnavailableError("weather_service.not_understood", service=self.name) from None


def services_of(settings: Addresses) -> dict[str, WeatherService]:
    """Return the services that may be asked, by code; empty where the installation switched them off."""
    timeout = float(settings.weather_timeout_seconds)
    every: tuple[WeatherService, ...] = (
        OpenMeteo(settings.weather_open_meteo_url, timeout),
        NasaPower(settings.weather_nasa_power_url, timeout),
    )
    allowed = settings.weather_services.replace(",", " ").split()
    return {each.source.value: each for each in every if each.source.value in allowed}


def find_service(settings: Addresses, code: str) -> WeatherService:
    """Return a service by its code.

    Raises
    ------
    RefusedError
        ``weather_service.off``, ``weather_service.unknown``.
    """
    services = services_of(settings)
    if not services:
        raise RefusedError("weather_service.off")
    if code not in services:
        raise RefusedError("weather_service.unknown", service=code[:60], known=list(services))
    return services[code]


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """An answer that leads elsewhere is not followed: the operator named the one address that is asked."""

    def redirect_request(self, *_args: Any, **_named: Any) -> None:
        """Follow nothing."""


def _ask(name: str, url: str, asked: Mapping[str, str], timeout: float) -> dict[str, Any]:
    """Return the JSON document of an answer, within time and size."""
    if not url.startswith(("https://", "http://")):
        raise UnavailableError("weather_service.no_connection", service=name)
    request = urllib.request.Request(  # noqa: S310 - only http(s), as just checked
        f"{url}{'&' if '?' in url else '?'}{urllib.parse.urlencode(asked)}",
        headers={"Accept": "application/json", "User-Agent": "emstrack"},
    )
    until = time.monotonic() + timeout
    try:
        with urllib.request.build_opener(_NoRedirect()).open(request, timeout=timeout) as answer:
            content = _read(name, answer, until, timeout)
    except urllib.error.HTTPError as error:
        raise UnavailableError(
            "weather_service.refused", service=name, status=error.code, reason=_reason(error)
        ) from None
    except TimeoutError:
        raise UnavailableError("weather_service.too_slow", service=name, seconds=int(timeout)) from None
    except (OSError, http.client.HTTPException) as error:
        slow = isinstance(getattr(error, "reason", None), TimeoutError)
        if slow:
            raise UnavailableError("weather_service.too_slow", service=name, seconds=int(timeout)) from None
        raise UnavailableError("weather_service.no_connection", service=name) from None
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise UnavailableError("weather_service.not_understood", service=name)
    return document


def _read(name: str, answer: http.client.HTTPResponse, until: float, timeout: float) -> bytes:
    content = bytearray()
    while block := answer.read1(_BLOCK):
        content += block
        if len(content) > MAX_MB * 1_000_000:
            raise UnavailableError("weather_service.too_large", service=name, megabytes=MAX_MB)
        if time.monotonic() > until:
            raise UnavailableError("weather_service.too_slow", service=name, seconds=int(timeout))
    return bytes(content)


def _reason(error: urllib.error.HTTPError) -> str:
    """Return what the service said of its refusal, on one line and cut short."""
    try:
        document = json.loads(error.read(_BLOCK))
        said = document.get("reason") or document.get("detail") or document.get("messages") or error.reason
    except (OSError, ValueError, AttributeError, http.client.HTTPException):
        said = error.reason
    return " ".join(str(said).split())[:_REASON].rstrip(".")


def _compact_day(text: str) -> date:
    return date.fromisoformat(f"{text[:4]}-{text[4:6]}-{text[6:]}")


def _unless(value: Any, missing: float) -> Any:
    return None if value is None or float(value) == missing else value


def _checked(
    place: tuple[float, float], elevation: Any, days: list[tuple[date, Any, Any]], first: date, last: date
) -> FetchedWeather:
    """Keep the days asked for, each once, with values that can be.

    Raises
    ------
    ValueError
        Where the answer is of another place than earth, or of more days than were asked for.
    """
    north, east = place
    if not (-90 <= north <= 90 and -180 <= east <= 180) or len(days) > (last - first) / timedelta(days=1) + 2:
        raise ValueError(place)
    up = _within(elevation, -450, 8900)
    kept = {
        day: (_within(mean, _COLDEST_C, _HOTTEST_C), _within(rain, 0, _MOST_RAIN_MM))
        for day, mean, rain in days
        if first <= day <= last
    }
    return FetchedWeather(north, east, up, tuple((day, *values) for day, values in sorted(kept.items())))


def _within(value: Any, least: float, most: float) -> float | None:
    if value is None:
        return None
    number = float(value)
    return number if math.isfinite(number) and least <= number <= most else None
