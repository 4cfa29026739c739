"""Make a backup and read it back, because only what can be read is one; keep two weeks, and a year's months."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from emstrack.storage import backup
from emstrack.storage.session import Database

if TYPE_CHECKING:
    from emstrack.settings import Settings

KEPT_DAYS = 14
KEPT_MONTHS = 12
_NAME = re.compile(r"emstrack-(\d{8})-(\d{6})\.tar\.gz")


def backup_folder(settings: Settings) -> Path:
    """Return where scheduled backups lie."""
    return settings.instance_dir / "backups"


def run_backup(settings: Settings, *, now: datetime) -> dict[str, int]:
    """Make tonight's backup, verify it, and delete those that are too old; it takes no session, for it reads all."""
    database = Database(settings.database_url)
    target = backup_folder(settings) / f"emstrack-{now.astimezone(UTC):%Y%m%d-%H%M%S}.tar.gz"
    try:
        backup.create(database, Path(settings.files_dir), target, now=now)
    finally:
        database.dispose()
    with backup.opened(target, beside=target.parent) as checked:
        size = checked.size
    return {"backups": 1, "bytes": size, "deleted": delete_old_backups(target.parent, now=now)}


def delete_old_backups(folder: Path, *, now: datetime) -> int:
    """Keep each of the last days and the first of each of the last months; names of other shapes are not ours."""
    dated = sorted((match[1] + match[2], path) for path in folder.iterdir() if (match := _NAME.fullmatch(path.name)))
    months: dict[str, Path] = {}
    for stamp, path in dated:
        months.setdefault(stamp[:6], path)
    kept = set(list(months.values())[-KEPT_MONTHS:])
    deleted = 0
    for stamp, path in dated:
        age = now - datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        if age.days > KEPT_DAYS and path not in kept:
            path.unlink()
            deleted += 1
    return deleted


def last_backup(settings: Settings) -> datetime | None:
    """Return when the newest scheduled backup was made."""
    folder = backup_folder(settings)
    stamps = [match[1] + match[2] for path in folder.glob("*") if (match := _NAME.fullmatch(path.name))]
    return datetime.strptime(max(stamps), "%Y%m%d%H%M%S").replace(tzinfo=UTC) if stamps else None
