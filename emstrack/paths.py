"""Where the files live that travel with the product: in a checkout beside the package, in a wheel inside it."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource_root() -> Path:
    """Return the folder that holds templates/, migrations/ and config.py."""
    bundle = _PACKAGE / "_bundle"
    return bundle if bundle.is_dir() and not (_PACKAGE.parent / "migrations").is_dir() else _PACKAGE.parent
