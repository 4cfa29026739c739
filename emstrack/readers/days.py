"""Days and months as people write them: the order of day and month is proved by the column or asked for."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from emstrack.domain.periods import EARLIEST_YEAR, LATEST_YEAR, Month
from emstrack.readers.problems import Bad
from emstrack.reference.spellings import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from emstrack.readers.problems import Cell

DAY_FIRST, MONTH_FIRST = "dmy", "mdy"
_SERIAL_ZERO, _SERIAL_ZERO_1904 = date(1899, 12, 30), date(1904, 1, 1)

_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})", re.ASCII)
_DAY_MONTH = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})", re.ASCII)
_SHORT_YEAR = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2}", re.ASCII)
_TIME = re.compile(
    r"(?P<day>.*\d)[T ]+(?P<time>\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(?:Z|[+-]\d{2}:?\d{2})?", re.ASCII
)
_MIDNIGHT = re.compile(r"0?0:00(?::00(?:\.0+)?)?", re.ASCII)
_NAMED = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th|º)?[ ./-]*(?:de )?([a-z]{3,10})\.?[ ./-]*(?:de |del )?,? ?(\d{4})", re.ASCII
)
_NAMED_FIRST = re.compile(r"([a-z]{3,10})\.?[ ./-]*(\d{1,2})(?:st|nd|rd|th)?,? +(\d{4})", re.ASCII)
_MONTH_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})", re.ASCII)
_MONTH_LAST = re.compile(r"(\d{1,2})[-/.](\d{4})", re.ASCII)
_MONTH_NAMED = re.compile(r"([a-z]{3,10})\.?[ ./_'-]*(?:de |del )?'?(\d{4}|\d{2})", re.ASCII)
_NAMED_YEAR_FIRST = re.compile(r"(\d{4})[ ./_-]+([a-z]{3,10})\.?", re.ASCII)

_NAMES = (
    "january jan enero ene janeiro janvier janv",
    "february feb febrero fevereiro fev fevrier fevr",
    "march mar marzo marco mars",
    "april apr abril abr avril avr",
    "may mayo maio mai",
    "june jun junio junho juin",
    "july jul julio julho juillet juil",
    "august aug agosto ago aout",
    "september sep sept septiembre setiembre set setembro septembre",
    "october oct octubre outubro out octobre",
    "november nov noviembre novembro novembre",
    "december dec diciembre dic dezembro dez decembre",
)
MONTH_NAMES = {name: number for number, names in enumerate(_NAMES, 1) for name in names.split()}


def orders(cells: Iterable[Cell]) -> set[str]:
    """The orders of day and month that the texts of a column prove: ``31/01/2024`` day first, ``01/31/2024`` month."""
    found: set[str] = set()
    for cell in set(cells):
        match = _DAY_MONTH.match(cell.strip()) if isinstance(cell, str) else None
        if match is not None:
            first, second = int(match[1]), int(match[3])
            if first > 12 >= second:
                found.add(DAY_FIRST)
            elif second > 12 >= first:
                found.add(MONTH_FIRST)
    return found


class DayFormat:
    """How one column writes its days; ``serials_1904`` is None where a bare number is no date (a text file)."""

    def __init__(self, order: str = "", *, serials_1904: bool | None = None) -> None:
        self.order, self.serials_1904 = order, serials_1904

    def read(self, cell: Cell) -> date | Bad | None:
        """The day of a cell, or why it is none; an empty cell is None."""
        if isinstance(cell, datetime):
            return _whole(cell)
        if isinstance(cell, date):
            return _in_range(cell.year, cell.month, cell.day)
        if isinstance(cell, float):
            return self._serial(cell)
        text = cell.strip()
        if not text:
            return None
        if len(text) > 60:
            return Bad("date.not_a_date")
        timed = _TIME.fullmatch(text)
        if timed is not None:
            if not _MIDNIGHT.fullmatch(timed["time"]):
                return Bad("date.with_time")
            text = timed["day"].strip()
        return self._text(text)

    def _text(self, text: str) -> date | Bad:
        iso = _ISO.fullmatch(text)
        if iso is not None:
            return _in_range(int(iso[1]), int(iso[3]), int(iso[4]))
        numbers = _DAY_MONTH.fullmatch(text)
        if numbers is not None:
            return self._ordered(int(numbers[1]), int(numbers[3]), int(numbers[4]), dotted=numbers[2] == ".")
        if _SHORT_YEAR.fullmatch(text):
            return Bad("date.two_digit_year")
        words = plain(text)
        named, first = _NAMED.fullmatch(words), _NAMED_FIRST.fullmatch(words)
        if named is not None and named[2] in MONTH_NAMES:
            return _in_range(int(named[3]), MONTH_NAMES[named[2]], int(named[1]))
        if first is not None and first[1] in MONTH_NAMES:
            return _in_range(int(first[3]), MONTH_NAMES[first[1]], int(first[2]))
        return Bad("date.not_a_date")

    def _ordered(self, first: int, second: int, year: int, *, dotted: bool) -> date | Bad:
        if dotted or first == second or first > 12:
            return _in_range(year, second, first)
        if second > 12:
            return _in_range(year, first, second)
        if self.order == DAY_FIRST:
            return _in_range(year, second, first)
        if self.order == MONTH_FIRST:
            return _in_range(year, first, second)
        return Bad(
            "date.ambiguous",
            {"one": f"{year:04d}-{second:02d}-{first:02d}", "other": f"{year:04d}-{first:02d}-{second:02d}"},
        )

    def _serial(self, number: float) -> date | Bad:
        if self.serials_1904 is None or not number.is_integer() or not 0 < number < 80_000:
            return Bad("date.not_a_date")
        day = (_SERIAL_ZERO_1904 if self.serials_1904 else _SERIAL_ZERO) + timedelta(days=int(number))
        return _in_range(day.year, day.month, day.day)


def read_month(cell: Cell) -> Month | Bad | None:
    """The month of a cell (``2024-03``, ``03/2024``, ``marzo 2024``, ``Mar-24``, a date), or why it is none."""
    if isinstance(cell, date):
        return _month(cell.year, cell.month)
    if isinstance(cell, float):
        return Bad("month.not_a_month")
    text = cell.strip()
    if not text:
        return None
    if len(text) > 40:
        return Bad("month.not_a_month")
    for pattern, year, month in ((_MONTH_ISO, 1, 2), (_MONTH_LAST, 2, 1)):
        match = pattern.fullmatch(text)
        if match is not None:
            return _month(int(match[year]), int(match[month]))
    return _named_month(text)


def _named_month(text: str) -> Month | Bad:
    words = plain(text)
    named = _MONTH_NAMED.fullmatch(words)
    if named is not None and named[1] in MONTH_NAMES:
        return _month(int(named[2]) + (2000 if len(named[2]) == 2 else 0), MONTH_NAMES[named[1]])
    named = _NAMED_YEAR_FIRST.fullmatch(words)
    if named is not None and named[2] in MONTH_NAMES:
        return _month(int(named[1]), MONTH_NAMES[named[2]])
    whole = _ISO.fullmatch(text)
    if whole is not None and int(whole[4]) == 1:
        return _month(int(whole[1]), int(whole[3]))
    return Bad("month.not_a_month")


def _whole(moment: datetime) -> date | Bad:
    if (moment.hour, moment.minute, moment.second) != (0, 0, 0):
        return Bad("date.with_time")
    return _in_range(moment.year, moment.month, moment.day)


def _in_range(year: int, month: int, day: int) -> date | Bad:
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        return Bad("date.year_out_of_range", {"earliest": EARLIEST_YEAR, "latest": LATEST_YEAR})
    try:
        return date(year, month, day)
    except ValueError:
        return Bad("date.not_in_calendar")


def _month(year: int, month: int) -> Month | Bad:
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        return Bad("date.year_out_of_range", {"earliest": EARLIEST_YEAR, "latest": LATEST_YEAR})
    return Month(year, month) if 1 <= month <= 12 else Bad("month.not_a_month")
