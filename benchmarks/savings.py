"""Savings of a large portfolio from the database: 1,000 sites × 6 meters × 60 months, refreshed in one go."""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from large_portfolio import seed

from emstrack import app
from emstrack.domain.accounts import Permission, Scope
from emstrack.services.savings.refresh_results import refresh_results
from emstrack.settings import Settings
from emstrack.storage import migrate
from emstrack.storage.scope import set_scope


def main() -> None:
    """Seed, refresh all, refresh one, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sites", type=int, default=1000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        application = app.build(Settings.read({}, database_url=f"sqlite:///{Path(folder) / 'large.db'}"))
        migrate.make_ready(application.database)
        print(f"{given.sites} sites × 6 meters × 60 months")
        with application.transaction() as session:
            seed(session, sites=given.sites)
        whole = _timed(application, None)
        again, one = sorted(_one(application) for _ in range(2))[::-1]
        nothing = _timed(application, None)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        meters = given.sites * 6
        mark = "pass" if whole <= 10 * given.sites / 1000 else "MISS"
        print(f"  {mark}  all {meters:,} results from the database: {whole:.2f} s ({meters / whole:,.0f} meters/s)")
        mark = "pass" if one <= 0.05 else "MISS"
        print(f"  {mark}  one result written below: {one * 1000:.0f} ms (at most 50), at first {again * 1000:.0f} ms")
        print(f"  nothing to do: {nothing * 1000:.0f} ms")
        print(f"  peak memory {peak:.0f} MB")
        application.database.dispose()


def _one(application: app.Application) -> float:
    with application.transaction() as session:
        _open(session)
        session.connection().exec_driver_sql("UPDATE savings_result SET stale = 1 WHERE meter_id = 1")
    return _timed(application, None)


def _open(session: object) -> None:
    set_scope(session, Scope(1, permissions=frozenset(Permission)))  # type: ignore[arg-type]  # a session


def _tell(done: int, of: int) -> None:
    if of > 1:
        print(f"  {done:,} of {of:,}", end="\r", flush=True)


def _timed(application: app.Application, meters: list[int] | None) -> float:
    with application.transaction() as session:
        _open(session)
        began = time.perf_counter()
        refresh_results(session, meters, now=datetime.now(UTC), progress=_tell)
        return time.perf_counter() - began


if __name__ == "__main__":
    main()
