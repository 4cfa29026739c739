"""What was signed of the ledger, beside what it says today."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from emstrack.analysis.ledger import fingerprint_of
from emstrack.domain.findings import Finding, Severity
from emstrack.domain.measures import MeasureStatus
from emstrack.services.savings.ledger_lines import LedgerLine, Signature, facts_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emstrack.storage.models import SignedSaving


def with_signature(line: LedgerLine, signed: Sequence[SignedSaving]) -> LedgerLine:
    """Return a measure's line with what was signed of it; a verified one without says so."""
    if line.measure_id is None or line.status not in {MeasureStatus.VERIFIED, MeasureStatus.FADED}:
        return line
    key = (line.resource, line.basis, line.saving_id)
    rows = [e for e in signed if (e.resource, e.basis, e.saving_id) == key]
    if not rows:
        verified = line.status is MeasureStatus.VERIFIED
        unsigned = [Finding("ledger.verified_without_figure", Severity.WARNING)] if verified else []
        return replace(line, findings=(*line.findings, *unsigned))
    return _compared(line, rows[-1])


def _compared(line: LedgerLine, row: SignedSaving) -> LedgerLine:
    """Return a line beside what was signed of it: the same months today, and whether they are what they were."""
    signed = [month for month, _ in row.months]
    known = dict(line.months)
    months = tuple((month, known[month]) for month in signed if month in known)
    whole = len(months) == len(signed)
    changed = not whole or fingerprint_of(facts_of(line), months) != row.fingerprint
    now = sum(value for _, value in months) if whole else None
    signature = Signature(
        signed_by=row.signed_by,
        signed_at=row.signed_at,
        quantity=row.quantity,
        band_90=row.band_90,
        first=signed[0],
        last=signed[-1],
        fingerprint=row.fingerprint,
        changed=changed,
        now=now,
    )
    findings = line.findings
    if changed:
        findings = (*findings, Finding("ledger.changed_since_signed", Severity.WARNING))
    return replace(line, signature=signature, findings=findings)
