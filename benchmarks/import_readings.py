"""How fast validated readings go in, against the database's own bare speed in the same run.

    python benchmarks/import_readings.py [ROWS] [--repeat N] [--memory]

The whole path is measured: reading the file in its own process, every check, sites and meters, readings, the chain of
history, monthly values, the commit. The floor is `executemany` of the same rows, ready in memory, into an equal table
with its unique index under the same PRAGMAs (no foreign keys, no checks: the floor gets every advantage).
"""

from __future__ import annotations

import argparse
import csv
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite

from emstrack import app
from emstrack.domain.accounts import Permission, Scope
from emstrack.services.readings.keep_batch import start_batch
from emstrack.services.readings.read_chunks import Request
from emstrack.services.readings.run_import import Watch, run_import
from emstrack.settings import Settings
from emstrack.storage import migrate
from emstrack.storage.models import Organisation
from emstrack.storage.scope import every_tenant, set_scope
from emstrack.storage.session import BUSY_TIMEOUT_MS

MONTHS = 100
HEADER = ("site", "meter", "resource", "start", "end", "quantity", "unit", "cost", "currency", "bill_number")
GOAL, AIM = 1 / 10, 1 / 6


def write_file(path: Path, rows: int) -> None:
    """Write bills: 100 months of each meter, four meters a site, costs with cents, a bill number each."""
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADER)
        for index in range(rows):
            meter, month = divmod(index, MONTHS)
            start, end = first_of(month), first_of(month + 1)
            kind = ("electricity", "kWh") if meter % 2 else ("water", "m3")
            place = [f"Site {meter // 4}", f"Meter {meter}", kind[0], start, end]
            quantity = f"{1000 + (index * 7919) % 5000 / 10:.1f}"
            writer.writerow([*place, quantity, kind[1], f"{(index * 37) % 90000 / 100:.2f}", "MXN", f"B{index}"])


def first_of(month: int) -> date:
    """Return the first day of a month counted from January 2010."""
    return date(2010 + month // 12, month % 12 + 1, 1)


def prepare(folder: Path) -> tuple[app.Application, Scope]:
    """Make a fresh installation with one tenant."""
    settings = Settings.read({}, database_url=f"sqlite:///{folder}/emstrack.sqlite3", files_dir=str(folder / "files"))
    application = app.build(settings)
    migrate.make_ready(application.database)
    with application.transaction() as session, every_tenant(session, "a benchmark makes a tenant"):
        now = datetime.now(UTC)
        root = Organisation(tenant_id=0, kind="municipality", name="T", country="MX", currency="MXN", created_at=now)
        session.add(root)
        session.flush()
        root.tenant_id = tenant = root.id
        session.flush()
    return application, Scope(tenant_id=tenant, permissions=frozenset(Permission))


def take(application: app.Application, scope: Scope, path: Path) -> float:
    """Import a file; return the seconds it took."""
    began = time.perf_counter()
    with application.transaction() as session:
        set_scope(session, scope)
        now = datetime.now(UTC)
        batch = start_batch(session, organisation_id=scope.tenant_id, file_name=path.name, now=now).id
    watch = Watch(application.transaction, scope, lambda: datetime.now(UTC), batch_id=batch)
    request = Request(path=path, name=path.name, organisation_id=scope.tenant_id, today=date(2026, 11, 1))
    outcome = run_import(watch, request, application.settings)
    took = time.perf_counter() - began
    assert outcome.counts["refused"] == 0
    return took


def floor(application: app.Application, folder: Path) -> float:
    """Put the very same rows into an equal table; return the seconds it took."""
    with application.database.engine.connect() as connection:
        raw: Any = connection.connection.dbapi_connection
        rows = raw.execute("SELECT * FROM reading").fetchall()
        columns = raw.execute("PRAGMA table_info(reading)").fetchall()
    target = sqlite.connect(folder / "floor.sqlite3", isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "mmap_size=0", "cache_size=-16000"):
        target.execute(f"PRAGMA {pragma}")
    target.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    listed = ", ".join(f'"{name}" {kind}{" PRIMARY KEY" if key else ""}' for _, name, kind, _, _, key in columns)
    target.execute(f'CREATE TABLE reading ({listed}, UNIQUE (meter_id, start, "end", kind, bill_number))')
    marks = ", ".join("?" * len(columns))
    began = time.perf_counter()
    target.execute("BEGIN IMMEDIATE")
    target.executemany(f"INSERT INTO reading VALUES ({marks})", rows)
    target.execute("COMMIT")
    took = time.perf_counter() - began
    target.close()
    return took


def measure(rows: int) -> tuple[float, float, float]:
    """Return the seconds of one import, of the same file once more, and of the floor."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_file(folder / "bills.csv", rows)
        application, scope = prepare(folder)
        took = take(application, scope, folder / "bills.csv")
        again = take(application, scope, folder / "bills.csv")
        least = floor(application, folder)
        application.database.dispose()
    return took, again, least


def memory(rows: int) -> float:
    """Return the peak memory [MB] of a process of its own that imports so many rows."""
    command = [sys.executable, __file__, str(rows), "--only-memory"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(done.stdout)


def only_memory(rows: int) -> None:
    """Import once and print this process's peak memory [MB]."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_file(folder / "bills.csv", rows)
        application, scope = prepare(folder)
        take(application, scope, folder / "bills.csv")
        application.database.dispose()
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="?", type=int, default=100_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--memory", action="store_true", help="peak memory at ROWS and at four times ROWS")
    parser.add_argument("--only-memory", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.only_memory:
        only_memory(given.rows)
        return
    runs = [measure(given.rows) for _ in range(given.repeat)]
    took, again, least = min(runs, key=lambda run: run[0] / run[2])
    ratio = least / took
    print(f"rows                 {given.rows:>12,}")
    print(f"import               {took:>10.2f} s   {given.rows / took:>10,.0f} readings/s")
    print(f"the same file again  {again:>10.2f} s   {given.rows / again:>10,.0f} readings/s")
    print(f"bare executemany     {least:>10.2f} s   {given.rows / least:>10,.0f} rows/s")
    print(f"ratio                     1/{1 / ratio:.1f}   (goal 1/{1 / GOAL:.0f}, aim 1/{1 / AIM:.0f})")
    print(f"all ratios           {', '.join(f'1/{run[0] / run[2]:.1f}' for run in runs)}")
    if given.memory:
        small, large = memory(given.rows), memory(given.rows * 4)
        print(f"peak memory          {small:>8.0f} MB at {given.rows:,} rows, {large:.0f} MB at {given.rows * 4:,}")
    sys.exit(0 if ratio >= GOAL else 1)


if __name__ == "__main__":
    main()
