"""How people of a locale write numbers and days, for reading what they typed."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from babel.dates import get_date_format
from babel.numbers import get_decimal_symbol, get_group_symbol

from emstrack.domain.typed import Writing

if TYPE_CHECKING:
    from datetime import date

    from emstrack.language.languages import Language


def writing_of(language: Language) -> Writing:
    """Return the marks and the order of days that the language's locale has."""
    return _writing(str(language.locale))


@cache
def _writing(locale: str) -> Writing:
    pattern = get_date_format("short", locale=locale).pattern
    return Writing(
        decimal_mark=get_decimal_symbol(locale),
        group_mark=get_group_symbol(locale),
        day_first=pattern.find("d") < pattern.find("M"),
    )


def written_day(day: date | None, writing: Writing) -> str:
    """Write a day so that the same person may type over it."""
    if day is None:
        return ""
    return day.strftime("%d/%m/%Y" if writing.day_first else "%m/%d/%Y")
