"""A code has one word, whichever table says it."""

from __future__ import annotations

import importlib
import pkgutil

from emstrack import language
from emstrack.language.labels import LABELS


def test_no_two_tables_say_a_code_differently() -> None:
    told: dict[str, set[str]] = {}
    for module in pkgutil.iter_modules(language.__path__):
        if module.name.endswith("_labels"):
            tables = vars(importlib.import_module(f"emstrack.language.{module.name}"))
            for name, table in tables.items():
                if name.endswith("_LABELS"):
                    for code, word in table.items():
                        told.setdefault(str(code), set()).add(word)
    differing = {
        code: words | {LABELS[code]} for code, words in told.items() if words | {LABELS[code]} != {LABELS[code]}
    }
    assert differing == {}
