"""Exposure as a workbook: a sheet by lender, by country and by sector, every figure a number."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from emstrack.documents.tables import write_xlsx

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from emstrack.language.languages import Language

_HEADS = ("Currency", "Financings", "Approved", "Disbursed", "Outstanding", "Exposure", "Claimed", "Recovered")
SHEETS = ("By lender", "By country", "By sector")
"""Constants that are translated where they are written."""


def exposure_workbook(
    tables: Mapping[str, Iterable[Sequence[Any]]], base: str, findings: Sequence[str], language: Language
) -> bytes:
    """Return the workbook; what is in no total is said on a sheet of its own."""
    text = language.text
    last = text("Exposure in {currency}", currency=base)
    sheets: dict[str, tuple[Sequence[str], Iterable[Sequence[Any]]]] = {
        text(name)[:31]: ([text(name), *(text(head) for head in _HEADS), last], tables[name]) for name in SHEETS
    }
    if findings:
        sheets[text("To look at")[:31]] = ([text("To look at")], [[each] for each in findings])
    stream = io.BytesIO()
    write_xlsx(stream, sheets)
    return stream.getvalue()
