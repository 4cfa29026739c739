"""The settings, read once: config.py, then EMSTRACK_* from the environment."""

from __future__ import annotations

import os
import runpy
import secrets
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from emstrack.domain.errors import RefusedError
from emstrack.paths import resource_root

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "EMSTRACK_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting there is; config.py explains each."""

    database_url: str
    files_dir: str
    secret_key: str
    language: str
    host: str
    port: int
    trusted_proxies: int
    base_url: str
    smtp_url: str
    mail_from: str
    threads: int
    max_upload_mb: int
    import_memory_mb: int
    import_seconds: int
    session_idle_hours: int
    session_hours: int
    password_memory_kib: int
    password_passes: int
    weather_services: str
    weather_open_meteo_url: str
    weather_nasa_power_url: str
    weather_timeout_seconds: int

    @classmethod
    def read(cls, environment: Mapping[str, str] | None = None, **overrides: object) -> Self:
        """Read config.py and the environment; a keyword wins over both.

        Raises
        ------
        RefusedError
            ``settings.not_a_number`` where a number is wanted and something else stands.
        """
        environment = os.environ if environment is None else environment
        values: dict[str, Any] = {
            key.lower(): value
            for key, value in runpy.run_path(str(resource_root() / "config.py")).items()
            if key.isupper()
        }
        for field in fields(cls):
            text = environment.get(PREFIX + field.name.upper())
            if text is not None:
                values[field.name] = _of_kind(type(values[field.name]), field.name, text)
        values.update(overrides)
        return cls(**{field.name: values[field.name] for field in fields(cls)})

    @property
    def instance_dir(self) -> Path:
        """The folder of the running installation: database, secret key, demonstration passwords."""
        return Path("instance")

    @property
    def link_base(self) -> str:
        """The address that links in mails begin with."""
        return self.base_url.rstrip("/") or f"http://{self.host}:{self.port}"

    def signing_key(self) -> str:
        """Return the secret key, made once (0600) where the operator gave none."""
        if self.secret_key:
            return self.secret_key
        path = self.instance_dir / "secret_key"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_hex(32))
        return path.read_text().strip()


def _of_kind(kind: type, name: str, text: str) -> object:
    if kind is not int:
        return text
    try:
        return int(text)
    except ValueError:
        raise RefusedError("settings.not_a_number", setting=PREFIX + name.upper(), value=text) from None
