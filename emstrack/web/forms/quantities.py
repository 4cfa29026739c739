"""Numbers as people type them: by the reader's locale, with or without marks between thousands."""

from __future__ import annotations

import math
import re
from typing import Any

from babel.numbers import NumberFormatError, get_decimal_symbol, parse_decimal
from wtforms import Field, StringField, ValidationError

from emstrack.web import requests

_PLAIN = re.compile(r"-?\d+\.\d+|-?\d+")


class QuantityField(StringField):  # type: ignore[misc]  # wtforms carries no types
    """A number, or None where nothing was typed: missing is never zero."""

    data: float | None

    def process_formdata(self, valuelist: list[str]) -> None:
        """Understand what was typed, or say how to write it."""
        self.data = None
        text = valuelist[0].strip() if valuelist else ""
        if text:
            try:
                self.data = understood_number(text)
            except ValueError:
                message = "“{text}” is not a number. Write it as {example}."
                example = requests.language().number(1234.5, digits=1)
                raise ValueError(requests.language().text(message, text=text[:40], example=example)) from None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else requests.language().number(self.data, digits=6, fixed=False)


def understood_number(text: str) -> float:
    """Return a number as the reader's locale writes it; a lone plain decimal is understood everywhere.

    Raises
    ------
    ValueError
        For anything else, and for what is no finite number.
    """
    squeezed = re.sub(r"\s", "", text).replace("−", "-")
    locale = requests.language().locale
    try:
        number = float(parse_decimal(squeezed, locale=locale, strict=True))
    except NumberFormatError:
        grouped = re.fullmatch(r"-?\d{1,3}\.\d{3}", squeezed) and get_decimal_symbol(locale) == ","
        if grouped or not _PLAIN.fullmatch(squeezed):
            raise ValueError(text) from None
        number = float(squeezed)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def required(_form: Any, field: Field) -> None:
    """Refuse an empty number; zero is one."""
    if field.data is None and not field.errors:
        raise ValidationError("Write a number here.")
