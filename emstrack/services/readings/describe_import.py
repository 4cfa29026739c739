"""What became of a file, as a batch keeps it: codes and evidence, so that it is read in anybody's language later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emstrack.domain.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from emstrack.domain.errors import EmstrackError
    from emstrack.services.readings.import_outcome import Outcome


def document_of_finding(finding: Finding) -> dict[str, Any]:
    """Return a finding JSON-ready, without its sentence."""
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "evidence": dict(finding.evidence),
        "sheet": finding.sheet,
        "row": finding.row,
        "column": finding.column,
        "value": finding.value,
    }


def finding_of_document(document: Mapping[str, Any]) -> Finding:
    """Return the finding that a document holds."""
    return Finding(**{**document, "severity": Severity(document["severity"])})


def findings_of(report: Mapping[str, Any]) -> list[Finding]:
    """Return the findings of a batch's report."""
    return [finding_of_document(document) for document in report.get("findings", ())]


def report_of(outcome: Outcome | None, error: EmstrackError | None) -> dict[str, Any]:
    """Return what a batch keeps of its import."""
    report: dict[str, Any] = {}
    findings: Iterable[Finding] = ()
    if outcome is not None:
        report |= {"kind": outcome.kind, "counts": outcome.counts, "meters": outcome.meters}
        findings = outcome.findings
    if error is not None:
        report["error"] = {"code": error.code, "evidence": {name: _plain(v) for name, v in error.evidence.items()}}
        findings = getattr(error, "findings", ())
    report["findings"] = [document_of_finding(finding) for finding in findings]
    return report


def _plain(value: object) -> Any:
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each) for each in value]
    return str(value)
