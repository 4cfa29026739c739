"""The demonstration's random passwords, kept where only the operator reads them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from emstrack.language.languages import Language
    from emstrack.services.programmes.load_demonstration import Person

FILE_NAME = "demo.txt"


def keep_sign_ins(people: Sequence[Person], folder: Path, language: Language) -> Path:
    """Write a line for each person into a file of the installation's own folder (0600), in place of an older one."""
    path = folder / FILE_NAME
    lines = [f"{p.email:24} {p.password:20} {language.label(p.role)}, {p.organisation}" for p in people]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    return path
