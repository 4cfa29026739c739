"""A checked backup put in the place of what is here: from the terminal, and from the page of an unclaimed installation.

Only the command line migrates, so the page is given this as a function (`app.create_web`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from emstrack.domain.errors import RefusedError
from emstrack.storage import backup, dump, migrate
from emstrack.storage.leader import Leader
from emstrack.storage.session import Database

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from emstrack.app import Application
    from emstrack.storage.backup import Opened


@dataclass(frozen=True, slots=True)
class Restored:
    """Where what was here before is kept, and what of the restored rows is held back."""

    kept: Path | None
    held: dict[str, int] = field(default_factory=dict)


def restore_backup(
    application: Application,
    file: Path,
    *,
    now: datetime,
    beside_scheduler: bool = False,
    before: Callable[[], object] | None = None,
) -> Restored:
    """Check a backup, keep what is here, and put the backup in its place; `before` may still refuse once it is checked.

    Beside a running scheduler only on SQLite, where the rows are made quiet before they are there at all.
    """
    database = application.database
    leader = Leader(database)
    try:
        with backup.opened(file, beside=application.settings.instance_dir) as checked:
            refuse_newer(checked)
            if (checked.kind == "sqlite") != database.is_sqlite:
                raise RefusedError("backup.other_database", found=checked.kind)
            if not (beside_scheduler and database.is_sqlite) and not leader.leads():
                raise RefusedError("backup.scheduler_runs")
            if before is not None:
                before()
            kept = back_up_first(application, "before-restore", now=now)
            return Restored(kept, _replace(application, checked, now=now))
    finally:
        leader.resign()
        database.dispose()


def back_up_first(application: Application, reason: str, *, now: datetime) -> Path | None:
    """Keep what is there before it is changed; None where there is nothing yet."""
    if migrate.current(application.database) is None:
        return None
    path = application.settings.instance_dir / "backups" / f"{reason}-{now:%Y%m%d-%H%M%S}.tar.gz"
    backup.create(application.database, Path(application.settings.files_dir), path, now=now)
    return path


def refuse_newer(checked: Opened) -> None:
    """Refuse a backup of a version of the product that this one does not know."""
    if not migrate.is_known(checked.revision):
        raise RefusedError("backup.newer", version=checked.version)


def _replace(application: Application, checked: Opened, *, now: datetime) -> dict[str, int]:
    """Files first, then the rows in one step: whoever reads meanwhile sees the old or the new."""
    backup.restore_files(checked, Path(application.settings.files_dir))
    database = application.database
    if database.is_sqlite:
        prepared = Database(f"sqlite:///{checked.database}")
        migrate.upgrade(prepared)
        held = dump.quiet_restored_rows(prepared, now=now)
        prepared.dispose()
        dump.load(database, checked.database)
        return held
    dump.load(database, checked.database)
    migrate.upgrade(database)
    return dump.quiet_restored_rows(database, now=now)
