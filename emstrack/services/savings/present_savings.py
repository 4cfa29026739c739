"""The public JSON of savings, the same for the command line, the API and the demonstration."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from emstrack.domain.periods import NEVER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from emstrack.analysis.portfolio import Adjustment
    from emstrack.analysis.savings_types import MeterSaving, Savings
    from emstrack.domain.findings import Finding
    from emstrack.language.languages import Language

_ITEM = (
    "site", "meter", "resource", "unit", "heating_value_basis", "direction", "variety", "baseline_period",
    "reporting_period", "method", "model", "months", "adjusted_baseline", "actual", "avoided", "avoided_percent",
    "band_90", "fsu_90", "claim", "cost_avoided", "currency", "co2e_avoided_kg", "per_room", "per_room_year",
    "cost_per_room", "per_occupied_room_night", "per_m2", "per_guest_night", "per_occupant", "adjusted_by",
)  # fmt: skip
_MONTH = ("month", "actual", "adjusted_baseline", "avoided")


def savings_json(savings: Savings, language: Language) -> dict[str, Any]:
    """The document with `items` and `totals`; there is no NaN in it."""
    return {
        "items": [item_json(item, language) for item in savings.items],
        "totals": [asdict(total) for total in savings.totals],
    }


def item_json(item: MeterSaving, language: Language) -> dict[str, Any]:
    """One meter of the document."""
    out: dict[str, Any] = {name: getattr(item, name) for name in _ITEM}
    out["model"] = None if item.model is None else asdict(item.model)
    out["months"] = [{name: getattr(month, name) for name in _MONTH} for month in item.months]
    out["adjustments"] = [_adjustment_json(each) for each in item.adjustments]
    out["closed_periods"] = list(item.closed)
    out["earlier"] = None if item.earlier is None else asdict(item.earlier)
    out["claim"] = None if item.claim is None else str(item.claim)
    out["findings"] = findings_json(item.findings, language)
    return out


def _adjustment_json(adjustment: Adjustment) -> dict[str, Any]:
    """One agreed adjustment; `end` is null while it holds until further notice."""
    return {
        "start": adjustment.start.isoformat(),
        "end": None if adjustment.end >= NEVER else adjustment.end.isoformat(),
        "per_month": adjustment.per_month,
        "fraction": adjustment.fraction,
        "uncertainty": adjustment.uncertainty,
    }


def findings_json(findings: Iterable[Finding], language: Language) -> list[dict[str, Any]]:
    """Findings with their sentences; the evidence stays beside them for programs."""
    return [
        {
            "code": each.code,
            "severity": str(each.severity),
            "message": language.sentence(each),
            "evidence": _plain(each.evidence),
            "sheet": each.sheet,
            "row": each.row,
            "column": each.column,
            "value": each.value,
        }
        for each in findings
    ]


def _plain(evidence: Mapping[str, object]) -> dict[str, object]:
    return {
        name: value if isinstance(value, int | float | list | None) else str(value) for name, value in evidence.items()
    }
