"""What was changed about a balance, in the words of its forms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emstrack.domain.balances import StreamKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from emstrack.language.languages import Language
    from emstrack.services.sites.list_changes import Change


def history(changes: Iterable[Change], time_zone: str, language: Language) -> list[dict[str, str]]:
    """Return what was changed, the newest first, for the timeline."""
    return [
        {
            "when": language.instant(change.at, time_zone or "UTC"),
            "who": change.who or language.text("Operator"),
            "what": language.text(FIELDS[change.field]) if change.field in FIELDS else change.field,
            "old": _said(change.old, language),
            "new": _said(change.new, language),
            "why": change.reason,
        }
        for change in changes
    ]


FIELDS = {
    "title": "Name",
    "name": "Name",
    "start": "First day",
    "end": "First day after it",
    "tolerance": "Tolerance",
    "currency": "Currency",
    "note": "Note",
    "position": "Place in the process",
    "processing_cost": "Processing cost",
    "kind": "What it is",
    "quantity": "Quantity",
    "unit": "Unit",
    "kg_per_unit": "One unit weighs",
    "is_water": "It is water, steam or wastewater",
    "is_basis": "Indicators are per unit of this stream",
    "unit_cost": "Purchase cost of one unit",
    "disposal_unit_cost": "Treatment or disposal cost of one unit",
    "concentrations": "Concentrations, where they were measured",
}
"""What the fields of a history are called."""
_NUMBERS_OF_ROWS = frozenset({"from_id", "to_id", "audit_id"})


def _said(value: Any, language: Language) -> str:
    """Write an old or new value; parts of it by their names, numbers of rows left out."""
    if isinstance(value, dict):
        parts = ((name, _said(each, language)) for name, each in value.items() if name not in _NUMBERS_OF_ROWS)
        return ", ".join(
            f"{language.text(FIELDS[name]) if name in FIELDS else language.label(name)}: {text}"
            for name, text in parts
            if text
        )
    if isinstance(value, bool):
        return language.text("Yes") if value else language.text("No")
    if value in set(StreamKind):
        return language.label(value)
    return "" if value is None else language.value(value)
