"""The lines of an agenda in words: for the page, the minutes, the mail and the PDF alike."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from emstrack.domain.committees import AgendaKind
from emstrack.language.follow_ups import title_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from emstrack.language.languages import Language


def item_title(language: Language, kind: str, title: str, total: int) -> str:
    """Return what an item is called; how many lines it has stands behind it."""
    if kind == AgendaKind.FREE:
        return title
    named = language.label(kind)
    return named if kind == AgendaKind.MINUTES else language.text("{item} ({count})", item=named, count=total)


def line(language: Language, kind: str, evidence: Mapping[str, Any]) -> str:
    """Return one line under an item."""
    if kind in {AgendaKind.OVERDUE, AgendaKind.DECISION_DUE}:
        return _follow_up(language, evidence)
    if kind == AgendaKind.MISSING:
        who = ", ".join(evidence["who"]) or language.text("nobody named")
        month = language.month(date.fromisoformat(evidence["month"]))
        return language.plural(
            "{site}: {n} meter for {month} ({who})",
            "{site}: {n} meters for {month} ({who})",
            int(evidence["meters"]),
            site=evidence["site"],
            month=month,
            who=who,
        )
    if kind == AgendaKind.FADING:
        return f"{evidence['site']} · {evidence['meter']}"
    if kind == AgendaKind.RECOMMENDATION:
        saving = evidence.get("saving")
        money = language.money(Decimal(saving), evidence.get("currency")) if saving is not None else ""
        named = f"{evidence['site']}: {evidence['title']}"
        return language.text("{named}, {money} a year", named=named, money=money) if money else named
    if kind == AgendaKind.MINUTES:
        return language.text("Meeting of {day}", day=language.date(date.fromisoformat(evidence["day"])))
    return ""


def _follow_up(language: Language, evidence: Mapping[str, Any]) -> str:
    title = title_of(language, evidence["kind"], evidence["title"], evidence["span"], evidence["span_unit"])
    subject, site = evidence["subject"], evidence["site"]
    parts = [f"{site}: {title}" + (f" ({subject})" if subject != site else "")]
    parts.append(evidence["owner"] or language.text("nobody named"))
    if evidence["days"]:
        parts.append(language.plural("{n} day overdue", "{n} days overdue", int(evidence["days"])))
    return " · ".join(parts)
