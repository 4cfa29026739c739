"""How many digits a figure is worth, and a number written with the marks of a locale: for pages and documents alike."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from functools import cache
from math import floor, isfinite, log10
from typing import TYPE_CHECKING

from babel.numbers import get_decimal_symbol, get_group_symbol

if TYPE_CHECKING:
    from babel import Locale

MINUS = "\u2212"
"""A true minus, as wide as a digit; what people type in its place is understood on the way in."""
MOST_DIGITS = 9


def digits_for(value: float | Decimal | None) -> int:
    """Return how many decimals a figure is worth: three significant figures, none from a hundred on, four at most."""
    if value is None or not isfinite(value) or value == 0:
        return 0
    return min(max(2 - floor(log10(abs(float(value)))), 0), 4)


def written_number(value: float | Decimal, digits: int, locale: Locale, *, fixed: bool) -> str:
    """Write a number with so many decimals (at most so many where not fixed), half to even, a zero without a sign.

    A page writes hundreds: this is what the locale library writes, without reading its pattern for each of them.
    """
    try:
        exact = value if isinstance(value, Decimal) else Decimal(str(value))
        rounded = exact.quantize(_steps()[digits])
    except InvalidOperation:  # of more than 28 digits: nothing that anybody meters
        return f"{value:.6g}".replace("-", MINUS)
    written = format(abs(rounded), f",.{digits}f")
    if digits and not fixed:
        written = written.rstrip("0").rstrip(".")
    written = written.translate(_marks(str(locale)))
    return MINUS + written if rounded < 0 else written


@cache
def _steps() -> tuple[Decimal, ...]:
    return tuple(Decimal(1).scaleb(-digits) for digits in range(MOST_DIGITS + 1))


@cache
def _marks(locale: str) -> dict[int, str]:
    return {ord(","): get_group_symbol(locale), ord("."): get_decimal_symbol(locale)}
