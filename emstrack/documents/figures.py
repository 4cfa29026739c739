"""Figures as a document shows them: rounded to what they are worth, with their unit; what is missing is a dash."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from emstrack.domain.periods import Month, Period
from emstrack.language.figures import digits_for
from emstrack.language.languages import MISSING

if TYPE_CHECKING:
    from emstrack.language.languages import Language

_HOLDS = "\u00a0"
"""A space that no line breaks at."""


def number(value: float | None, language: Language, *, like: float | None = None) -> str:
    """Write a figure with three significant digits or none after the point; `like` another one, as a band is."""
    return language.number(value, digits=digits_for(value if like is None else like))


def amount(value: float | None, unit: str, language: Language, *, like: float | None = None) -> str:
    """Write ``12,340 kWh`` in one piece."""
    written = number(value, language, like=like)
    return written if written == MISSING else f"{written}{_HOLDS}{language.unit(unit)}"


def percent(fraction: float | None, language: Language) -> str:
    """Write a fraction as a percentage, in one piece."""
    return language.percent(fraction).replace(" ", _HOLDS)


def money(value: float | None, currency: str | None, language: Language, *, cents: bool = False) -> str:
    """Write money with its ISO code, in one piece; never money of no currency."""
    if not currency or value is None:
        return MISSING
    return f"{currency}{_HOLDS}{language.number(value, digits=2 if cents else 0)}"


def period(text: str, language: Language) -> str:
    """Write a period as people say it: months, or days with the last one included."""
    asked = Period.parse(text)
    last = asked.end - timedelta(days=1)
    if asked.in_months:
        return span(Month.of(asked.start), Month.of(last), language)
    return language.text("{first} to {last}", first=language.date(asked.start), last=language.date(last))


def span(first: Month, last: Month, language: Language) -> str:
    """Write the months from the first to the last."""
    if first == last:
        return language.month(first)
    return language.text("{first} to {last}", first=language.month(first), last=language.month(last))
