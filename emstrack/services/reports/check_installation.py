"""What `doctor` asks of the computer: keys, folders, room, mail, backups, time zones, and what a public host needs."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from emstrack.domain.errors import EmstrackError
from emstrack.domain.findings import Finding, Severity
from emstrack.gateways.mail import MailServer
from emstrack.services.reports.run_backup import last_backup

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from emstrack.settings import Settings

ENOUGH_MB = 1_000
TOO_LITTLE_MB = 100
BACKUP_AGE = timedelta(hours=26)
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def check_installation(settings: Settings, *, now: datetime) -> list[Finding]:
    """Return a finding for each thing looked at; `info` is well."""
    return [
        Finding("doctor.python", Severity.INFO, {"version": ".".join(str(n) for n in sys.version_info[:3])}),
        _time_zones(),
        _secret_key(settings),
        _files(Path(settings.files_dir)),
        _room(Path(settings.files_dir)),
        _mail(settings),
        _backups(settings, now),
    ]


def check_deployment(settings: Settings) -> list[Finding]:
    """Return what would be unsafe where others than this computer reach the pages."""
    return list(_deployment(settings))


def _time_zones() -> Finding:
    try:
        ZoneInfo("America/Mexico_City")
    except ZoneInfoNotFoundError:
        return Finding("doctor.time_zones_missing", Severity.REFUSED)
    return Finding("doctor.time_zones", Severity.INFO)


def _secret_key(settings: Settings) -> Finding:
    if settings.secret_key:
        if len(settings.secret_key) < 32:
            return Finding("doctor.secret_key_short", Severity.REFUSED)
        return Finding("doctor.secret_key", Severity.INFO)
    path = settings.instance_dir / "secret_key"
    if not path.exists():
        return Finding("doctor.secret_key_later", Severity.INFO)
    if os.name == "posix" and path.stat().st_mode & 0o077:
        return Finding("doctor.secret_key_open", Severity.REFUSED, {"path": str(path)})
    return Finding("doctor.secret_key", Severity.INFO)


def _files(folder: Path) -> Finding:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder):
            pass
    except OSError as error:
        return Finding("doctor.files_closed", Severity.REFUSED, {"path": str(folder), "reason": error.strerror or ""})
    return Finding("doctor.files", Severity.INFO, {"path": str(folder)})


def _room(folder: Path) -> Finding:
    existing = next(each for each in (folder, *folder.resolve().parents) if each.exists())
    free = shutil.disk_usage(existing).free // 1_000_000
    severity = Severity.REFUSED if free < TOO_LITTLE_MB else Severity.WARNING if free < ENOUGH_MB else Severity.INFO
    code = "doctor.room" if severity is Severity.INFO else "doctor.room_short"
    return Finding(code, severity, {"mb": free})


def _mail(settings: Settings) -> Finding:
    if not settings.smtp_url:
        return Finding("doctor.mail_off", Severity.WARNING)
    try:
        server = MailServer.of(settings.smtp_url, settings.mail_from)
        with server.connection():
            return Finding("doctor.mail", Severity.INFO, {"host": server.host})
    except EmstrackError as error:
        return Finding(error.code, Severity.REFUSED, error.evidence)


def _backups(settings: Settings, now: datetime) -> Finding:
    last = last_backup(settings)
    if last is None:
        return Finding("doctor.backup_never", Severity.WARNING)
    told = {"at": last.isoformat(timespec="minutes")}
    if now - last > BACKUP_AGE:
        return Finding("doctor.backup_old", Severity.REFUSED, told)
    return Finding("doctor.backup", Severity.INFO, told)


def _proxies(settings: Settings) -> Iterator[Finding]:
    """Tell whose word is taken for who asks: behind a proxy that is not named, everybody has one address."""
    if settings.trusted_proxies > 0:
        yield Finding("doctor.deploy_proxies", Severity.INFO, {"count": settings.trusted_proxies})
    elif settings.base_url.startswith("https://"):
        yield Finding("doctor.deploy_no_proxies", Severity.WARNING)


def _deployment(settings: Settings) -> Iterator[Finding]:
    if not settings.base_url.startswith("https://"):
        yield Finding("doctor.deploy_no_https", Severity.REFUSED)
    if settings.smtp_url.startswith("smtp://") and not any(host in settings.smtp_url for host in _LOOPBACK):
        yield Finding("doctor.deploy_mail_starttls", Severity.INFO)
    if not settings.smtp_url:
        yield Finding("doctor.deploy_no_mail", Severity.REFUSED)
    if settings.password_memory_kib < 19_456 or settings.password_passes < 2:
        yield Finding("doctor.deploy_cheap_passwords", Severity.REFUSED)
    if settings.mail_from.endswith("@localhost"):
        yield Finding("doctor.deploy_mail_from", Severity.WARNING)
    yield from _proxies(settings)
    if settings.host not in _LOOPBACK:
        yield Finding("doctor.deploy_open_host", Severity.WARNING, {"host": settings.host})
    for path in (settings.instance_dir, Path(settings.files_dir)):
        if os.name == "posix" and path.exists() and path.stat().st_mode & 0o002:
            yield Finding("doctor.deploy_world_writable", Severity.REFUSED, {"path": str(path)})
