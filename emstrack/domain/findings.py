"""A finding: something a person should know about data, as a code with its evidence.

Lower layers return findings; only `emstrack.language` makes sentences of them, so that a page, the command line,
a mail, a PDF and JSON all say the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Severity(StrEnum):
    """How much a finding weighs, from least to most."""

    INFO = "info"
    """Worth knowing; nothing needs doing."""
    WARNING = "warning"
    """Taken as it is, but somebody should look."""
    REFUSED = "refused"
    """This row or cell was not taken."""
    DISQUALIFYING = "disqualifying"
    """No percentage, money or intensity may be claimed while this stands."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding, with the place it was made at.

    Parameters
    ----------
    code : str
        Dotted code, e.g. ``baseline.too_few_months``. Every code has a sentence in `emstrack.language.sentences`.
    severity : Severity
    evidence : mapping
        The values that the sentence names; JSON-ready (numbers, text, ISO dates).
    sheet : str or None
        Sheet of a workbook.
    row : int or None
        The spreadsheet's own row number, or the record's first physical line; from 1, the header included.
    column : str or None
        Header of the column as the file has it.
    value : str or None
        What stood there, cut to 120 characters.
    """

    code: str
    severity: Severity
    evidence: Mapping[str, object] = field(default_factory=dict)
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    value: str | None = None
