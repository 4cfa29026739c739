"""What a follow-up is called: by the person who wrote it, or by the rule that made it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emstrack.domain.follow_ups import FollowUpKind

if TYPE_CHECKING:
    from emstrack.language.languages import Language


def title_of(language: Language, kind: str, title: str, span: int | None, span_unit: str) -> str:
    """Return the words of a follow-up without its subject."""
    if title:
        return title
    if kind == FollowUpKind.MEASURE_CHECK and span_unit == "months":
        return language.plural("Check after {n} year", "Check after {n} years", (span or 0) // 12)
    if kind == FollowUpKind.MEASURE_CHECK:
        return language.plural("Check after {n} day", "Check after {n} days", span or 0)
    if kind == FollowUpKind.AUDIT_REPEAT:
        return language.text("Next audit")
    if kind == FollowUpKind.METER_EVENT:
        return language.text("Look at the meter")
    return language.label(kind)
