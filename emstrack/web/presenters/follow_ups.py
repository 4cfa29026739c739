"""Follow-ups as a page shows them: rows, badges, the text for a messenger, the history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for

from emstrack.language.follow_ups import title_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emstrack.language.languages import Language
    from emstrack.services.audits.list_follow_ups import ListedFollowUp, ShownFollowUp

FIELDS = {
    "title": "What has to be looked at",
    "due": "Due",
    "owner_id": "Who does it",
    "after_id": "Comes after",
    "status": "Status",
    "outcome": "Outcome",
    "result": "Result",
    "signed_as": "Signed",
    "photo_ids": "Photos",
}
_UNSAID = frozenset({"snoozes", "escalated_at", "closed_at", "closed_by"})
SHOWS = (
    ("open", "Waiting"),
    ("overdue", "Late"),
    ("soon", "Next 14 days"),
    ("done", "Completed"),
    ("cancelled", "No longer needed"),
)


def words(row: ListedFollowUp, language: Language) -> str:
    """Return what a follow-up is called."""
    return title_of(language, row.kind, row.title, row.span, row.span_unit)


def when(row: ListedFollowUp, language: Language) -> tuple[str, str]:
    """Return a badge for how a follow-up stands: its words and its tone."""
    if row.status == "done":
        return language.text("Completed"), "good"
    if row.status == "cancelled":
        return language.text("Called off"), ""
    if row.days_overdue:
        return language.plural("{n} day overdue", "{n} days overdue", row.days_overdue), "warning"
    return language.text("Not done yet"), "info"


def rows(found: Sequence[ListedFollowUp], language: Language) -> list[dict[str, Any]]:
    """Return the lines of a list."""
    return [
        {
            "id": row.id,
            "href": url_for("follow_ups.show", follow_up_id=row.id),
            "what": words(row, language),
            "subject": row.subject,
            "site": row.site,
            "site_href": url_for("sites.show", site_id=row.site_id),
            "due": language.date(row.due),
            "owner": row.owner,
            "badge": when(row, language),
            "escalated": row.escalated,
        }
        for row in found
    ]


def measure_rows(found: Sequence[ListedFollowUp], language: Language) -> list[list[Any]]:
    """Return the follow-ups of one measure as a table's cells."""
    return [
        [
            {"text": words(row, language), "href": url_for("follow_ups.show", follow_up_id=row.id)},
            language.date(row.due),
            row.owner or "–",
            when(row, language)[0],
        ]
        for row in found
    ]


def facts(shown: ShownFollowUp, language: Language) -> list[tuple[str, str]]:
    """Return what is known of one follow-up, as words and values."""
    row, before = shown.row, shown.after
    due = language.date(row.due)
    if row.due != row.first_due:
        due = language.text("{due} (first planned for {day})", due=due, day=language.date(row.first_due))
    known = [
        (language.text("Due"), due),
        (language.text("Who does it"), shown.listed.owner or language.text("Nobody yet")),
    ]
    if before is not None:
        known.append((language.text("Comes after"), words(before, language)))
    if row.outcome:
        signed = f"{row.signed_as}, {language.instant(row.closed_at)}"
        if shown.closed_by:
            signed = language.text("{signed} (entered by {name})", signed=signed, name=shown.closed_by)
        known += [
            (language.text("What was found"), language.label(row.outcome)),
            (language.text("Signed"), signed),
        ]
    return known


def for_messenger(found: Sequence[ListedFollowUp], language: Language, *, most: int = 20) -> str:
    """Return the list as plain text that can be pasted into a messenger."""
    lines = [
        f"• {language.date(row.due)} {row.site}: {words(row, language)}"
        + (f" ({row.subject})" if row.subject != row.site else "")
        + (f", {row.owner}" if row.owner else "")
        for row in found[:most]
    ]
    if len(found) > most:
        lines.append(language.plural("and {n} more", "and {n} more", len(found) - most))
    return "\n".join([language.text("To be looked at:"), *lines])


def changes(found: Sequence[Any], language: Language, people: dict[int, str]) -> list[dict[str, Any]]:
    """Return the history of one follow-up, newest first."""
    return [
        {
            "when": language.instant(change.at),
            "who": change.who,
            "what": language.text(FIELDS.get(change.field, change.field)),
            "old": _value(change.field, change.old, language, people),
            "new": _value(change.field, change.new, language, people),
            "why": change.reason,
        }
        for change in found
        if change.field not in _UNSAID
    ]


def _value(field: str, value: Any, language: Language, people: dict[int, str]) -> str:
    if value in (None, "", []):
        return ""
    if field == "owner_id":
        return people.get(int(value), "")
    if field == "due":
        return language.date(_day(value))
    if field == "status":
        said = {"open": "Not done yet", "done": "Completed", "cancelled": "Called off"}
        return language.text(said[value])
    if field == "outcome":
        return language.label(value)
    if field == "photo_ids":
        return language.plural("{n} photo", "{n} photos", len(value))
    return str(value)


def _day(text: str) -> Any:
    from datetime import date  # noqa: PLC0415 - only history needs it

    return date.fromisoformat(text)
