"""The ledger as a workbook: every figure a number, estimated and measured apart, every reason its sentence."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from emstrack.documents.tables import write_xlsx

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from emstrack.language.languages import Language

LINES = (
    *("Organisation", "Site", "Measure", "Status", "Resource", "Unit", "Heating value", "Meter", "Option"),
    *("How it is known", "In place since", "Days that count", "Estimated a year", "Estimated, equal days", "Measured"),
    *("± at 90 %", "Realisation", "Estimated money, equal days", "Currency of the estimate", "Measured money"),
    *("Currency", "Signed quantity", "Signed on", "Changed since it was signed", "Fingerprint", "Notes"),
)
METERS = (
    *("Site", "Meter", "Resource", "Unit", "Heating value", "Reporting period", "Measured apart"),
    *("Measured on the meter", "Allocated", "Unallocated", "The meter’s saving", "± at 90 %", "Unallocated money"),
    *("Money", "Currency"),
)
"""Headers; constants that are translated where they are written."""


def ledger_workbook(lines: Iterable[Sequence[Any]], meters: Iterable[Sequence[Any]], language: Language) -> bytes:
    """Return the workbook of rows as `LINES` and `METERS` head them."""
    text, stream = language.text, io.BytesIO()
    tables = {
        text("Ledger")[:31]: ([text(each) for each in LINES], lines),
        text("Meters")[:31]: ([text(each) for each in METERS], meters),
    }
    write_xlsx(stream, tables)
    return stream.getvalue()
