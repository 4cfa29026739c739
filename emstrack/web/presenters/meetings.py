"""A meeting as its page shows it: items with their lines, decisions as tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for

from emstrack.domain.committees import AgendaKind
from emstrack.language import agendas
from emstrack.web.presenters import follow_ups

if TYPE_CHECKING:
    from collections.abc import Mapping

    from emstrack.language.languages import Language
    from emstrack.services.ems.list_committees import ShownMeeting


def items(shown: ShownMeeting, language: Language, typed: Mapping[int, str]) -> list[dict[str, Any]]:
    """Return the items of the agenda; what somebody typed and could not save stands in its place."""
    return [
        {
            "key": item.key,
            "id": item.item_id,
            "version": item.version,
            "title": agendas.item_title(language, item.kind, item.title, item.total),
            "lines": [
                {"text": agendas.line(language, item.kind, line), "href": _behind(item.kind, line)}
                for line in item.lines
            ],
            "more": max(0, item.total - len(item.lines)),
            "minutes": typed.get(item.item_id or 0, item.minutes),
            "by_hand": item.kind == AgendaKind.FREE,
        }
        for item in shown.agenda
    ]


def decisions(shown: ShownMeeting, language: Language) -> list[dict[str, Any]]:
    """Return what was decided."""
    return follow_ups.rows(shown.decisions, language)


def _behind(kind: AgendaKind, line: Mapping[str, Any]) -> str:
    if "follow_up_id" in line:
        return url_for("follow_ups.show", follow_up_id=line["follow_up_id"])
    if "measure_id" in line:
        return url_for("measures.show", measure_id=line["measure_id"])
    if kind == AgendaKind.MISSING:
        return url_for("month.show", month=line["month"][:7])
    if "site_id" in line:
        return url_for("sites.show", site_id=line["site_id"])
    return ""
