"""What a person typed, understood by the way they write: numbers, money and days. What may mean two things is asked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from emstrack.domain.errors import RefusedError
from emstrack.domain.periods import parse_day
from emstrack.domain.readings import MAX_QUANTITY

_TYPED = re.compile(
    r"(?P<before>(?:B/\.|S/\.|Bs\.)\s*|[^0-9.,()+=−-]{0,6})(?P<open>\()?(?P<sign>[-+−]?)"
    r"(?P<body>[0-9.,](?:[0-9.,'’ ]*[0-9.,])?)(?P<close>\))?(?P<after>[^0-9]*|\s.{0,30})",
    re.ASCII,
)
_BLANK = str.maketrans(dict.fromkeys("\u00a0\u202f\u2009\t", " "))
_SPACED = re.compile(r"[0-9]{1,3}(?:[ '’][0-9]{3})+(?:[.,][0-9]*)?", re.ASCII)
_DAY = re.compile(r"([0-9]{1,4})[/.\-]([0-9]{1,2})[/.\-]([0-9]{2,4})", re.ASCII)
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Writing:
    """How a person writes numbers and days.

    Parameters
    ----------
    decimal_mark, group_mark : str
        ``.`` and ``,`` in Mexico and Jamaica; ``,`` and ``.`` in Argentina and Brazil.
    day_first : bool
        Whether 03/04/2025 is the third of April.
    """

    decimal_mark: str = "."
    group_mark: str = ","
    day_first: bool = True


@dataclass(frozen=True, slots=True)
class TypedNumber:
    """A number as it was understood, and the word that stood after it (a unit, perhaps)."""

    value: Decimal
    word: str = ""


def understand_number(text: str, writing: Writing) -> TypedNumber:
    """Return the number a person typed.

    Parameters
    ----------
    text : str
        ``1,234.5``, ``1.234,5``, ``1 234``, ``(12)``, ``$ 450.00``, ``320 kWh`` …
    writing : Writing
        Decides what a lone mark before three digits is, where it can decide that at all.

    Raises
    ------
    RefusedError
        ``entry.number_ambiguous`` where the mark before three digits may be a decimal or a thousands mark,
        ``entry.number_not_understood`` for anything that is no number, ``entry.number_too_large``.
    """
    plain = text.translate(_BLANK).strip()
    found = _TYPED.fullmatch(plain)
    if found is None or len(plain) > 2 * _LONGEST or bool(found["open"]) != bool(found["close"]):
        raise RefusedError("entry.number_not_understood", text=plain[:_LONGEST])
    value = _value(found["body"], writing, plain)
    if abs(value) > Decimal(MAX_QUANTITY):
        raise RefusedError("entry.number_too_large", text=plain[:_LONGEST])
    negative = found["sign"] in {"-", "−"} or bool(found["open"])
    return TypedNumber(-value if negative and value else value, (found["after"] or "").strip())


def _value(body: str, writing: Writing, text: str) -> Decimal:
    if re.search(r"[ '’]", body):
        if not _SPACED.fullmatch(body):
            raise RefusedError("entry.number_not_understood", text=text[:_LONGEST])
        body = re.sub(r"[ '’]", "", body).replace(",", ".")
        return Decimal(body)
    points, commas = body.count("."), body.count(",")
    if points and commas:
        decimal_mark = "." if body.rindex(".") > body.rindex(",") else ","
        return _grouped(body, "," if decimal_mark == "." else ".", decimal_mark, text)
    mark = "." if points else ","
    if points + commas == 0:
        return Decimal(body)
    if points + commas > 1:
        return _grouped(body, mark, "", text)
    before, after = body.split(mark)
    if len(after) == 3 and 1 <= len(before) <= 3 and not before.startswith("0"):
        return _lone_mark(before, after, mark, writing, text)
    if not before + after:
        raise RefusedError("entry.number_not_understood", text=text[:_LONGEST])
    return Decimal(f"{before or '0'}.{after or '0'}")


def _lone_mark(before: str, after: str, mark: str, writing: Writing, text: str) -> Decimal:
    """Take a mark before three digits as grouping where this person's writing says so; else ask."""
    if mark == writing.group_mark:
        return Decimal(before + after)
    raise RefusedError(
        "entry.number_ambiguous",
        text=text[:_LONGEST],
        whole=before + after,
        decimal=f"{before}{writing.decimal_mark}{after}",
    )


def _grouped(body: str, group_mark: str, decimal_mark: str, text: str) -> Decimal:
    whole, _, rest = body.partition(decimal_mark) if decimal_mark else (body, "", "")
    if not re.fullmatch(rf"[0-9]{{1,3}}(?:\{group_mark}[0-9]{{3}})+", whole) or not re.fullmatch(r"[0-9]*", rest):
        raise RefusedError("entry.number_not_understood", text=text[:_LONGEST])
    return Decimal(f"{whole.replace(group_mark, '')}.{rest or '0'}")


def understand_day(text: str, writing: Writing) -> date:
    """Return the day a person typed: ``2025-04-03``, ``3/4/2025``, ``03.04.25``.

    Raises
    ------
    RefusedError
        ``entry.day_not_understood`` for anything else, and for days that no calendar has.
    """
    plain = text.strip()
    found = _DAY.fullmatch(plain)
    first, second, third = found.groups() if found else ("", "", "")
    try:
        if len(first) == 4:
            return parse_day(f"{first}-{second:0>2}-{third:0>2}")
        day, month = (first, second) if writing.day_first else (second, first)
        if int(month) > 12 >= int(day):
            day, month = month, day
        year = third if len(third) == 4 else f"20{third:0>2}"
        return parse_day(f"{year}-{month:0>2}-{day:0>2}")
    except ValueError:
        raise RefusedError("entry.day_not_understood", text=plain[:_LONGEST]) from None
