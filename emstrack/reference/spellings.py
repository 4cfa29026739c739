"""How words of somebody else's file are compared: without case, accents and spare spaces."""

from __future__ import annotations

import csv
import unicodedata
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060\u00ad"), "")


@lru_cache(maxsize=50_000)
def plain(text: str) -> str:
    """Case-folded, accents and invisible marks gone, blanks collapsed; ``m³`` becomes ``m3``."""
    folded = unicodedata.normalize("NFKD", text.translate(_INVISIBLE)).casefold()
    return " ".join("".join(mark for mark in folded if not unicodedata.combining(mark)).split())


def table(name: str) -> Iterator[dict[str, str]]:
    """The rows of one of the CSV files beside this module."""
    with (resources.files("emstrack.reference") / name).open(encoding="utf-8") as file:
        yield from csv.DictReader(file)


@cache
def spellings(name: str, to: str) -> dict[str, str]:
    """A table of spellings, as plain text to what it stands for."""
    found: dict[str, str] = {}
    for row in table(name):
        key = plain(row["spelling"])
        if found.setdefault(key, row[to]) != row[to]:
            raise RuntimeError(f"{name}: {key!r} stands for two things")
    return found
