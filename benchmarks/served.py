"""A served installation measured at 8 keep-alive connections from another process, beside a signed-in empty page."""

from __future__ import annotations

import http.client
import json
import statistics
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import sqlalchemy as sa
import waitress
from flask import render_template_string

from emstrack import app
from emstrack.web import requests

if TYPE_CHECKING:
    from collections.abc import Sequence

CONNECTIONS, REQUESTS = 8, 200
EMPTY = "/benchmark-empty"


def measure(application: app.Application, token: str, paths: Sequence[str]) -> tuple[dict[str, list[float]], int]:
    """Serve, print the queries of each page, and return the milliseconds of each and the most queries of one."""
    flask_app = app.create_web(application)
    flask_app.add_url_rule(EMPTY, "benchmark_empty", _empty)
    server = waitress.create_server(flask_app, host="127.0.0.1", port=0, threads=application.settings.threads)
    threading.Thread(target=server.run, daemon=True).start()
    counted: list[str] = []

    def count(*args: object) -> None:
        if not str(args[2]).startswith("BEGIN"):
            counted.append(str(args[2]))

    sa.event.listen(application.database.engine, "before_cursor_execute", count)
    most = 0
    for path in paths:
        _get(http.client.HTTPConnection("127.0.0.1", server.effective_port), path, token)
        counted.clear()
        _get(http.client.HTTPConnection("127.0.0.1", server.effective_port), path, token)
        most = max(most, len(counted))
        print(f"  {path}: {len(counted)} queries, sign-in included")
    answer = subprocess.run(
        [sys.executable, __file__, str(server.effective_port), token, *paths],
        check=True,
        capture_output=True,
        text=True,
    )
    server.close()
    application.database.dispose()
    return {path: list(times) for path, times in json.loads(answer.stdout).items()}, most


def report(measured: dict[str, list[float]]) -> dict[str, tuple[float, float]]:
    """Print p50, p95 and the ratio to the empty page; return p95 and ratio by path."""
    p95 = {path: statistics.quantiles(times, n=20)[18] for path, times in measured.items()}
    for path, times in measured.items():
        ratio = p95[path] / p95[EMPTY]
        print(f"  {path:28} p50 {statistics.median(times):7.1f} ms   p95 {p95[path]:7.1f} ms   {ratio:5.2f} × empty")
    return {path: (p95[path], p95[path] / p95[EMPTY]) for path in measured}


def _empty() -> str:
    """Answer a signed-in person with nothing but the shell."""
    requests.actor()
    return render_template_string('{% extends "base.html" %}{% block content %}{% endblock %}')


def _measure(port: int, token: str, paths: Sequence[str]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for path in (EMPTY, *paths):
        times: list[float] = []
        threads = [threading.Thread(target=_ask, args=(port, token, path, times)) for _ in range(CONNECTIONS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        found[path] = times
    return found


def _ask(port: int, token: str, path: str, times: list[float]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for _ in range(REQUESTS // CONNECTIONS):
        began = time.perf_counter()
        _get(connection, path, token)
        times.append((time.perf_counter() - began) * 1000)


def _get(connection: http.client.HTTPConnection, path: str, token: str) -> None:
    connection.request("GET", path, headers={"Cookie": f"emstrack={token}; lang=es", "Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        raise SystemExit(f"{path} answered {answer.status}")


if __name__ == "__main__" and len(sys.argv) > 2:  # as the client of another benchmark; alone it measures nothing
    print(json.dumps(_measure(int(sys.argv[1]), sys.argv[2], sys.argv[3:])))
