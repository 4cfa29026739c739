"""Home and a site's page with 1,000 sites × 6 meters × 60 months, at 8 keep-alive connections from another process.

Prints p50 and p95 of each, and the ratio to a signed-in empty page of the same server; exits 1 where a limit is missed.
"""

from __future__ import annotations

import argparse
import http.client
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
import waitress
from flask import render_template_string
from large_portfolio import seed

from emstrack import app
from emstrack.services.savings.refresh_results import refresh_results
from emstrack.settings import Settings
from emstrack.storage import migrate
from emstrack.web import requests

CONNECTIONS, REQUESTS = 8, 200
MOST_RATIO, MOST_MS = 5.0, 150.0
EMPTY, PAGES = "/benchmark-empty", ("/", "/sites/500", "/sites/500/charts", "/savings", "/month")
LIMITED = ("/", "/sites/500")


def main() -> None:
    """Seed, serve, measure from another process, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sites", type=int, default=1000)
    parser.add_argument("--client", nargs=2, metavar=("PORT", "TOKEN"), help="measure a running server (for itself)")
    given = parser.parse_args()
    if given.client:
        print(json.dumps(_measure(int(given.client[0]), given.client[1])))
        return
    with tempfile.TemporaryDirectory() as folder:
        measured = _served(Path(folder), given.sites)
    _report(measured)


def _served(folder: Path, sites: int) -> dict[str, list[float]]:
    settings = Settings.read(
        {}, database_url=f"sqlite:///{folder / 'large.db'}", files_dir=str(folder / "files"), secret_key="benchmark" * 8
    )
    application = app.build(settings)
    migrate.make_ready(application.database)
    print(f"{sites} sites × 6 meters × 60 months")
    with application.transaction() as session:
        token = seed(session, sites=sites)
        began = time.perf_counter()
        refresh_results(session, now=datetime.now(UTC))
        print(f"  results prepared in {time.perf_counter() - began:.1f} s")
    flask_app = app.create_web(application)
    flask_app.add_url_rule(EMPTY, "benchmark_empty", _empty)
    server = waitress.create_server(flask_app, host="127.0.0.1", port=0, threads=8)
    threading.Thread(target=server.run, daemon=True).start()
    counted: list[str] = []

    def count(*args: object) -> None:
        if not str(args[2]).startswith("BEGIN"):
            counted.append(str(args[2]))

    sa.event.listen(application.database.engine, "before_cursor_execute", count)
    for path in PAGES:
        _get(http.client.HTTPConnection("127.0.0.1", server.effective_port), path, token)
        counted.clear()
        _get(http.client.HTTPConnection("127.0.0.1", server.effective_port), path, token)
        print(f"  {path}: {len(counted)} queries, sign-in included")
    answer = subprocess.run(
        [sys.executable, __file__, "--client", str(server.effective_port), token],
        check=True,
        capture_output=True,
        text=True,
    )
    server.close()
    application.database.dispose()
    return {path: list(times) for path, times in json.loads(answer.stdout).items()}


def _empty() -> str:
    """Answer a signed-in person with nothing but the shell."""
    requests.actor()
    return render_template_string('{% extends "base.html" %}{% block content %}{% endblock %}')


def _measure(port: int, token: str) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for path in (EMPTY, *PAGES):
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


def _report(measured: dict[str, list[float]]) -> None:
    p95 = {path: statistics.quantiles(times, n=20)[18] for path, times in measured.items()}
    missed = []
    for path, times in measured.items():
        ratio = p95[path] / p95[EMPTY]
        print(f"  {path:24} p50 {statistics.median(times):7.1f} ms   p95 {p95[path]:7.1f} ms   {ratio:5.2f} × empty")
        if path in LIMITED and (ratio > MOST_RATIO or p95[path] > MOST_MS):
            missed.append(path)
    if missed:
        raise SystemExit(f"over the limit of {MOST_RATIO} × empty or {MOST_MS} ms: {', '.join(missed)}")


if __name__ == "__main__":
    main()
