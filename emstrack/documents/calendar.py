"""A calendar that other programs read: one all-day event per follow-up, under a name that never changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from icalendar import Alarm, Calendar, Event

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEntry:
    """One day's reminder."""

    uid: str
    title: str
    day: date
    text: str
    url: str
    revision: int
    written_at: datetime


def write_calendar(name: str, entries: Iterable[CalendarEntry], *, prompt: bool = True) -> bytes:
    """Return the calendar as iCalendar text (RFC 5545); programs are asked to come back every six hours."""
    calendar = Calendar()
    calendar.add("prodid", "-//emstrack//follow-ups//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-published-ttl", "PT6H")
    for entry in entries:
        calendar.add_component(_event(entry, prompt=prompt))
    return bytes(calendar.to_ical())


def _event(entry: CalendarEntry, *, prompt: bool) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("summary", entry.title)
    event.add("dtstart", entry.day)
    event.add("dtend", entry.day + timedelta(days=1))
    event.add("dtstamp", entry.written_at)
    event.add("last-modified", entry.written_at)
    event.add("sequence", entry.revision)
    event.add("description", entry.text)
    event.add("url", entry.url)
    event.add("transp", "TRANSPARENT")
    if prompt:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", entry.title)
        alarm.add("trigger", timedelta(hours=9))
        event.add_component(alarm)
    return event
