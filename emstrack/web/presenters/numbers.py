"""Figures as a page shows them: rounded to what they are worth, with their unit, a sign where it matters.

Nothing here is computed with again; a figure that does not exist is a dash and never a zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from emstrack.language.figures import MINUS, digits_for
from emstrack.language.languages import MISSING

if TYPE_CHECKING:
    from decimal import Decimal

    from emstrack.language.languages import Language


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure for the macro `figure_card`: value None is missing."""

    value: str | None
    unit: str = ""


def quantity(value: float | Decimal | None, language: Language, *, digits: int | None = None) -> str:
    """Write a quantity without its unit, for a column that has the unit in its head."""
    return language.number(value, digits=digits_for(value) if digits is None else digits)


def with_unit(value: float | Decimal | None, unit: str, language: Language, *, digits: int | None = None) -> str:
    """Write ``12,340 kWh``, in one piece; a dash alone where there is no value."""
    written = quantity(value, language, digits=digits)
    return written if written == MISSING or not unit else f"{written}\u00a0{language.unit(unit)}"


def figure(value: float | Decimal | None, unit: str, language: Language, *, digits: int | None = None) -> Figure:
    """Split a figure into value and unit for a card."""
    written = quantity(value, language, digits=digits)
    return Figure(None, language.unit(unit)) if written == MISSING else Figure(written, language.unit(unit))


def signed(value: float | Decimal | None, language: Language, *, digits: int | None = None) -> str:
    """Write a figure with its sign, a true minus included: savings can be negative."""
    if value is None or not isfinite(value):
        return MISSING
    written = quantity(abs(float(value)), language, digits=digits)
    if not any(digit in written for digit in "123456789"):
        return written
    return (MINUS if value < 0 else "+") + written


def with_band(
    value: float | Decimal | None, band: float | None, unit: str, language: Language, *, digits: int | None = None
) -> str:
    """Write ``219,780 ± 15,024 kWh``; without a band the figure alone."""
    if value is None or band is None or not isfinite(band):
        return with_unit(value, unit, language, digits=digits)
    places = min(digits_for(value), digits_for(band)) if digits is None else digits
    numbers = f"{language.number(value, digits=places)} ± {language.number(band, digits=places)}"
    return f"{numbers}\u00a0{language.unit(unit)}" if unit else numbers


def percent(fraction: float | None, language: Language, *, digits: int = 1) -> str:
    """Write a fraction as a percentage with a sign when negative."""
    return language.percent(fraction, digits=digits)


def coverage(fraction: float | None, language: Language) -> str:
    """Write a coverage; what is not whole is never rounded up to 100 %."""
    if fraction is not None and 0.99 <= fraction < 1:
        return "> " + language.percent(0.99, digits=0)
    return language.percent(fraction, digits=0)


def money(amount: float | Decimal | None, currency: str | None, language: Language, *, cents: bool = False) -> str:
    """Write money in one piece, its ISO code before it."""
    return language.money(amount, currency, cents=cents).replace(" ", "\u00a0", 1)
