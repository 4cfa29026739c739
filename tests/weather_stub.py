"""A weather service on this machine, that answers as the public ones do, or misbehaves as asked."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

GRID = (18.5, -77.9)


@dataclass(frozen=True)
class Addresses:
    """The settings of weather services, as an installation has them; nobody answers there unless told."""

    weather_services: str = "open_meteo nasa_power"
    weather_open_meteo_url: str = "http://127.0.0.1:9"
    weather_nasa_power_url: str = "http://127.0.0.1:9"
    weather_timeout_seconds: int = 5


class Stub:
    """What was asked, and how to answer it."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.misbehaves = ""
        self.url = ""

    def answer(self, asked: dict[str, str]) -> tuple[int, bytes]:
        """Return status and body."""
        if self.misbehaves == "refuses":
            return 400, json.dumps({"error": True, "reason": "Latitude must be in range of -90 to 90."}).encode()
        if self.misbehaves == "nonsense":
            return 200, b"<html>sign in to the hotel's network</html>"
        if self.misbehaves == "other shape":
            return 200, b'{"daily": {"time": ["2024-01-01"], "temperature_2m_mean": []}}'
        if self.misbehaves == "too much":
            return 200, b" " * 9_000_000
        document = self._power(asked) if "parameters" in asked else self._open_meteo(asked)
        return 200, json.dumps(document).encode()

    def _open_meteo(self, asked: dict[str, str]) -> dict[str, Any]:
        first, last = (date.fromisoformat(asked[name]) for name in ("start_date", "end_date"))
        days = _days(first, last)
        mean = [None if self.misbehaves == "knows nothing" or day.day == 31 else 25 + day.month / 10 for day in days]
        daily = {"time": [day.isoformat() for day in days], "temperature_2m_mean": mean}
        return {
            "latitude": GRID[0],
            "longitude": GRID[1],
            "elevation": 8.0,
            "daily": {**daily, "precipitation_sum": [1.5 for _ in days]},
        }

    def _power(self, asked: dict[str, str]) -> dict[str, Any]:
        first, last = (date.fromisoformat(f"{t[:4]}-{t[4:6]}-{t[6:]}") for t in (asked["start"], asked["end"]))
        days = [f"{day:%Y%m%d}" for day in _days(first, last)]
        values = {"T2M": {day: -999.0 if day.endswith("31") else 26.25 for day in days}}
        return {
            "geometry": {"type": "Point", "coordinates": [GRID[1], GRID[0], 12.5]},
            "properties": {"parameter": {**values, "PRECTOTCORR": dict.fromkeys(days, 0.5)}},
            "header": {"fill_value": -999.0},
        }


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


@contextmanager
def weather_stub() -> Iterator[Stub]:
    """Serve on a free port of this machine."""
    stub = Stub()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            stub.asked.append(asked)
            if stub.misbehaves == "sleeps":
                time.sleep(1.5)
            if stub.misbehaves == "leads elsewhere":
                self.send_response(302)
                self.send_header("Location", stub.url + "/elsewhere?secret=1")
                self.end_headers()
                return
            status, body = stub.answer(asked)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                self.wfile.write(body)
            except OSError:
                return  # whoever asked has had enough

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    stub.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield stub
    finally:
        server.shutdown()
        server.server_close()
