"""Numbers as people write them: the decimal mark is proved by the column or asked for, never guessed."""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

import numpy as np

from emstrack.domain.readings import MAX_QUANTITY
from emstrack.readers.problems import Bad, shown
from emstrack.readers.rows import MONEY_SCALE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from emstrack.readers.problems import Cell

POINT, COMMA = ".", ","
_MAX_MONEY = Decimal(10) ** 13

_PLAIN_COLUMN = re.compile(r"(?:-?[0-9]{1,15}(?:\.[0-9]{1,15})?\n)+", re.ASCII)
_PLAIN_OR_NONE_COLUMN = re.compile(r"(?:(?:-?[0-9]{1,15}(?:\.[0-9]{1,15})?)?\n)+", re.ASCII)
_MONEY_COLUMN = re.compile(r"(?:(?:-?[0-9]{1,12}(?:\.[0-9]{1,4})?)?\n)+", re.ASCII)
_PLAIN = re.compile(r"-?[0-9]{1,40}(?:\.[0-9]{1,40})?", re.ASCII)
_SCIENTIFIC = re.compile(r"-?[0-9](?:[.,][0-9]{1,20})?[eE][+-]?[0-9]{1,2}", re.ASCII)
_GROUPED = {
    POINT: re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?", re.ASCII),
    COMMA: re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?", re.ASCII),
}
_BLANKS = " \u00a0\u202f\u2009’'"
_SPACED = re.compile(rf"[0-9]{{1,3}}(?:[{_BLANKS}][0-9]{{3}})+(?:[.,][0-9]+)?", re.ASCII)
_ONE_MARK = re.compile(r"([0-9]{1,40})([.,])([0-9]{1,40})", re.ASCII)
_PROOF = {
    POINT: re.compile(
        r"^[^0-9\n]*(?:0\.[0-9]+|[0-9]{4,}\.[0-9]+|[0-9]+\.(?:[0-9]{1,2}|[0-9]{4,})|[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+|[0-9]{1,3}(?:,[0-9]{3}){2,})[^0-9\n]*$",
        re.M | re.ASCII,
    ),
    COMMA: re.compile(
        r"^[^0-9\n]*(?:0,[0-9]+|[0-9]{4,},[0-9]+|[0-9]+,(?:[0-9]{1,2}|[0-9]{4,})|[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+|[0-9]{1,3}(?:\.[0-9]{3}){2,})[^0-9\n]*$",
        re.M | re.ASCII,
    ),
}
_DECORATION = re.compile(r"^(?:us\$|[a-z]{0,2}\$|[€£¢₡]|b/\.|s/\.?|bs\.?|q|l|rd\$|mxn|usd|jmd)\s*", re.IGNORECASE)
_NOT_A_NUMBER = frozenset({"nan", "inf", "+inf", "-inf", "infinity", "-infinity", "+infinity"})


def proofs(cells: Sequence[Cell]) -> set[str]:
    """The decimal marks that the texts of a column prove: ``0,5`` the comma, ``1,234.5`` the point, ``1,234`` none."""
    joined = "\n".join([cell for cell in cells if type(cell) is str])
    return {mark for mark, pattern in _PROOF.items() if pattern.search(joined)}


class NumberFormat:
    """How one column writes its numbers.

    ``mark`` is the decimal mark where it is known; ``plain_point`` says that a lone point is a decimal point (a CSV
    separated by commas), so that only a comma is in doubt.
    """

    def __init__(self, mark: str = "", *, plain_point: bool = False, money: bool = False) -> None:
        self.mark, self.plain_point, self.money = mark, plain_point, money

    def read(self, cell: Cell) -> float | Bad:
        """The number of a cell, or why it is none; an empty cell is NaN."""
        if isinstance(cell, float):
            return cell if abs(cell) <= MAX_QUANTITY else Bad("number.too_large", {"most": MAX_QUANTITY})
        text = self.text(cell)
        if isinstance(text, Bad):
            return text
        if not text:
            return math.nan
        value = float(text)
        return value if abs(value) <= MAX_QUANTITY else Bad("number.too_large", {"most": MAX_QUANTITY})

    def read_money(self, cell: Cell) -> int | Bad | None:
        """The amount in ten-thousandths, exactly; finer digits are rounded half to even; an empty cell is None."""
        text = repr(cell) if isinstance(cell, float) else self.text(cell)
        if isinstance(text, Bad):
            return text
        if not text:
            return None
        amount = Decimal(text)
        if not abs(amount) < _MAX_MONEY:
            return Bad("number.too_large", {"most": float(_MAX_MONEY)})
        return int((amount * MONEY_SCALE).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))

    def text(self, cell: Cell) -> str | Bad:
        """The cell as a plain ASCII number with a decimal point."""
        if not isinstance(cell, str):
            return Bad("number.is_a_date")
        text = cell.strip()
        if not text or _PLAIN.fullmatch(text):
            return self._plain(text)
        if len(text) > 80:
            return Bad("number.too_long", {"characters": len(text)})
        return self._decorated(text)

    def _plain(self, text: str) -> str | Bad:
        one = _ONE_MARK.fullmatch(text.lstrip("-"))
        if one is None or (self.plain_point and self.mark != COMMA):
            return text
        return self._one_mark(text.startswith("-"), one)

    def _decorated(self, text: str) -> str | Bad:
        if text.casefold() in _NOT_A_NUMBER:
            return Bad("number.not_finite")
        if text.endswith("%"):
            return Bad("number.is_percent")
        if not text.isascii() and any(char.isdigit() and not "0" <= char <= "9" for char in text):
            return Bad("number.other_digits")
        negative = text.startswith(("-", "−")) or (text.startswith("(") and text.endswith(")"))
        bare = text.strip("()").lstrip("-−+").strip()
        if self.money:
            bare = _DECORATION.sub("", bare).strip()
            negative = negative or bare.startswith("-")
            bare = bare.lstrip("-")
        one = _ONE_MARK.fullmatch(bare)
        return self._one_mark(negative, one) if one is not None else _grouped("-" if negative else "", bare)

    def _one_mark(self, negative: bool, one: re.Match[str]) -> str | Bad:
        whole, mark, part = one.groups()
        sign = "-" if negative else ""
        doubtful = len(part) == 3 and len(whole) <= 3 and not whole.startswith("0")
        if not doubtful or mark == self.mark:
            return f"{sign}{whole}.{part}"
        if self.mark:
            return f"{sign}{whole}{part}"
        return Bad("number.ambiguous", {"small": f"{sign}{whole}.{part}", "large": f"{sign}{whole}{part}"})


def _grouped(sign: str, bare: str) -> str | Bad:
    """A number whose groups of digits leave no doubt which mark is which."""
    if _SCIENTIFIC.fullmatch(bare):
        return sign + bare.replace(",", ".")
    if _SPACED.fullmatch(bare):
        return sign + re.sub(f"[{_BLANKS}]", "", bare).replace(",", ".")
    for mark, pattern in _GROUPED.items():
        if pattern.fullmatch(bare):
            return sign + bare.replace(COMMA if mark == POINT else POINT, "").replace(mark, ".")
    return sign + bare if re.fullmatch(r"[0-9]{1,40}", bare) else Bad("number.not_plain")


def plain_floats(cells: Sequence[Cell], *, may_be_empty: bool) -> NDArray[np.float64] | None:
    """The whole column at once where every cell is a plain number; None where one is not."""
    try:
        joined = "\n".join(cells) + "\n"  # type: ignore[arg-type] # a cell of another type is the TypeError below
    except TypeError:
        return None
    pattern = _PLAIN_OR_NONE_COLUMN if may_be_empty else _PLAIN_COLUMN
    if pattern.fullmatch(joined) is None:
        return None
    if may_be_empty and "" in cells:
        return np.array([float(cell) if cell else math.nan for cell in cells])  # type: ignore[arg-type] # text, as just checked
    return np.array(list(map(float, cells)))  # type: ignore[arg-type] # text, as just checked


def plain_money(cells: Sequence[Cell]) -> list[int | None] | None:
    """The whole column in ten-thousandths where every cell is plain money or empty; None where one is not."""
    try:
        joined = "\n".join(cells) + "\n"  # type: ignore[arg-type] # a cell of another type is the TypeError below
    except TypeError:
        return None
    if _MONEY_COLUMN.fullmatch(joined) is None:
        return None
    amounts: list[int | None] = []
    for cell in cells:
        whole, _, part = cell.partition(".")  # type: ignore[union-attr] # text, as just checked
        amounts.append(int(whole + (part + "0000")[:4]) if whole else None)
    return amounts


def typed(cell: Cell) -> str:
    """The quantity as it stood in the file, to keep beside the number."""
    if isinstance(cell, float):
        return repr(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    return shown(cell)
