"""The word a person reads for how a line of the ledger is known. English here is the message id."""

from __future__ import annotations

from emstrack.domain.ledger import LineKind

LEDGER_LABELS: dict[str, str] = {
    LineKind.ISOLATED: "Measured apart",
    LineKind.MEASURED: "Measured on the meter",
    LineKind.ALLOCATED: "Allocated",
    LineKind.ESTIMATED: "Not measured",
}
