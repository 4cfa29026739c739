"""How long it takes to take back a large import: rows it made, and rows it corrected.

python benchmarks/undo_batch.py [ROWS]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from import_readings import prepare, take, write_file

from emstrack.services.readings.undo_batch import undo_batch
from emstrack.storage.models import ImportBatch
from emstrack.storage.scope import scoped, set_scope

if TYPE_CHECKING:
    from emstrack.app import Application
    from emstrack.domain.accounts import Scope

MOST_SECONDS = 4.0


def take_back(application: Application, scope: Scope) -> tuple[float, int]:
    """Undo the newest batch; return the seconds it took and how many rows it touched."""
    began = time.perf_counter()
    with application.transaction() as session:
        set_scope(session, scope)
        newest = session.scalar(scoped(session, sa.func.max(ImportBatch.id)).where(ImportBatch.status == "done"))
        undone = undo_batch(session, int(newest or 0), now=datetime.now(UTC))
    return time.perf_counter() - began, undone.removed + undone.put_back


def main() -> None:
    """Import, correct, take both back, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="?", type=int, default=100_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_file(folder / "bills.csv", rows)
        application, scope = prepare(folder)
        take(application, scope, folder / "bills.csv")
        text = (folder / "bills.csv").read_text(encoding="utf-8")
        (folder / "corrected.csv").write_text(text.replace(",kWh,", "1,kWh,").replace(",m3,", "1,m3,"), "utf-8")
        corrected = take(application, scope, folder / "corrected.csv")
        back, put_back = take_back(application, scope)
        gone, removed = take_back(application, scope)
        application.database.dispose()
    print(f"corrected rows   {put_back:>10,} put back in {back:6.2f} s (correcting them took {corrected:.2f} s)")
    print(f"new rows         {removed:>10,} taken away in {gone:6.2f} s")
    sys.exit(0 if max(back, gone) <= MOST_SECONDS * max(1.0, rows / 100_000) else 1)


if __name__ == "__main__":
    main()
