"""A desk at which tests import files: a tenant in a committed database, and files made from rows."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from conftest import make_tenant

from emstrack.domain.accounts import Permission, Scope
from emstrack.services.readings.keep_batch import start_batch
from emstrack.services.readings.read_chunks import Request
from emstrack.services.readings.run_import import Watch, preview_import, run_import
from emstrack.services.readings.undo_batch import Undone, undo_batch
from emstrack.services.readings.verify_history import Verified, verify_history
from emstrack.storage.base import Base
from emstrack.storage.models import Reading
from emstrack.storage.scope import scoped, set_scope

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from sqlalchemy.orm import Session

    from emstrack.services.readings.import_outcome import Outcome
    from emstrack.storage.session import Database

LATER = datetime(2026, 11, 2, 9, tzinfo=UTC)
HEADER = ("site", "meter", "resource", "start", "end", "quantity", "unit", "cost", "currency", "kind", "bill_number")
BOOKKEEPING = {"link_id", "version", "created_at", "created_by"}


@dataclass(frozen=True)
class CheapLimits:
    """What a file may cost in tests."""

    max_upload_mb: int = 50
    import_memory_mb: int = 1024
    import_seconds: int = 120


@dataclass
class Desk:
    """A place to import at."""

    database: Database
    folder: Path
    scope: Scope = field(init=False)

    def __post_init__(self) -> None:
        with self.database.transaction() as session:
            tenant = make_tenant(session, "Municipio de Prueba").id
        self.scope = Scope(tenant_id=tenant, permissions=frozenset(Permission))

    def session(self, *, read_only: bool = False) -> AbstractContextManager[Session]:
        """Open a transaction whose scope is the tenant."""
        return _Scoped(self.database.transaction(read_only=read_only), self.scope, keep=read_only)

    def file(self, rows: Sequence[Sequence[Any]], *, header: Sequence[str] = HEADER, name: str = "file.csv") -> Path:
        """Write a CSV file."""
        path = self.folder / name
        with path.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.writer(stream)
            writer.writerow(header)
            writer.writerows(rows)
        return path

    def request(self, path: Path, **given: Any) -> Request:
        """Return what a person asks for."""
        return replace(
            Request(path=path, name=path.name, organisation_id=self.scope.tenant_id, today=date(2026, 11, 2)), **given
        )

    def watch(self) -> Watch:
        """Return a watch without a batch."""
        return Watch(self.database.transaction, self.scope, lambda: LATER)

    def take(self, path: Path, **given: Any) -> Outcome:
        """Import a file."""
        watch = self.watch()
        watch.batch_id = self.begin(path, given.get("organisation_id"))
        return run_import(watch, self.request(path, **given), CheapLimits())

    def begin(self, path: Path, organisation_id: int | None = None) -> int:
        """Make a batch that runs."""
        with self.session() as session:
            where = organisation_id or self.scope.tenant_id
            return start_batch(session, organisation_id=where, file_name=path.name, now=LATER).id

    def rows(self, rows: Sequence[Sequence[Any]], *, header: Sequence[str] = HEADER, **given: Any) -> Outcome:
        """Import rows."""
        return self.take(self.file(rows, header=header), **given)

    def look(self, path: Path, **given: Any) -> tuple[Outcome, list[tuple[str, dict[str, Any]]]]:
        """Preview a file."""
        outcome, file = preview_import(self.watch(), self.request(path, **given), CheapLimits())
        with self.session(read_only=True) as session:
            shown = list(file.preview(session))
        file.close()
        return outcome, shown

    def undo(self, batch_id: int | None) -> Undone:
        """Take a batch back."""
        with self.session() as session:
            return undo_batch(session, batch_id or 0, now=LATER)

    def verify(self) -> Verified:
        """Compute the chain again."""
        with self.session(read_only=True) as session:
            return verify_history(session)

    def readings(self) -> list[Reading]:
        """Return all readings by meter and start."""
        with self.session(read_only=True) as session:
            found = session.scalars(scoped(session, Reading).order_by(Reading.meter_id, Reading.start, Reading.kind))
            return list(found)

    def checksum(self, *tables: str, without: set[str] = BOOKKEEPING) -> str:
        """Return a hash over every row of tables, the counters of versions and links aside."""
        digest = hashlib.sha256()
        with self.session(read_only=True) as session:
            for name in tables or ("site", "meter", "reading", "monthly_value", "driver_value", "weather_day"):
                table = Base.metadata.tables[name]
                columns = [column for column in table.c if column.name not in without]
                rows = session.execute(sa.select(*columns).where(table.c.tenant_id == self.scope.tenant_id))
                for row in sorted(map(repr, map(tuple, rows))):
                    digest.update(row.encode())
        return digest.hexdigest()

    def count(self, table: str) -> int:
        """Count the tenant's rows of a table."""
        found = Base.metadata.tables[table]
        with self.session(read_only=True) as session:
            return session.scalar(sa.select(sa.func.count()).where(found.c.tenant_id == self.scope.tenant_id)) or 0


class _Scoped:
    def __init__(self, transaction: AbstractContextManager[Session], scope: Scope, *, keep: bool) -> None:
        self._transaction, self._scope, self._keep = transaction, scope, keep

    def __enter__(self) -> Session:
        self._session = self._transaction.__enter__()
        set_scope(self._session, self._scope)
        return self._session

    def __exit__(self, *error: Any) -> bool | None:
        if self._keep:
            self._session.expunge_all()  # what was read may be looked at afterwards
        return self._transaction.__exit__(*error)


def bills(
    count: int = 12, *, site: str = "Palacio", meter: str = "E1", first: int = 1000, year: int = 2024
) -> list[list[Any]]:
    """Return monthly electricity bills of a year and on."""
    rows = []
    for month in range(count):
        start = date(year + month // 12, month % 12 + 1, 1)
        end = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
        cells = [site, meter, "electricity", start, end, first + month, "kWh", f"{200 + month}.35", "MXN"]
        rows.append([*cells, "actual", f"B{month}"])
    return rows
