"""A number as the locale library writes it, and as many digits as a figure is worth."""

from __future__ import annotations

from decimal import Decimal

import pytest
from babel import Locale
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from emstrack.language.figures import digits_for, written_number

LOCALES = ("es_MX", "es_PE", "es_AR", "es_ES", "en_JM", "en_US", "pt_BR", "pt_PT", "fr", "fr_HT")
VALUES = st.one_of(
    st.floats(-1e18, 1e18),
    st.floats(-1e7, 1e7),
    st.decimals(-(10**9), 10**9, places=4),
    st.integers(-(10**12), 10**12),
)


@given(value=VALUES, digits=st.integers(0, 9), locale=st.sampled_from(LOCALES), fixed=st.booleans())
def test_it_is_what_the_library_writes(value: float | Decimal, digits: int, locale: str, fixed: bool) -> None:
    pattern = "#,##0" + ("." + ("0" if fixed else "#") * digits if digits else "")
    expected = format_decimal(value, format=pattern, locale=locale).replace("-", "\u2212")
    if not any(digit in expected for digit in "123456789"):
        expected = expected.replace("\u2212", "")
    assert written_number(value, digits, Locale.parse(locale), fixed=fixed) == expected


@pytest.mark.parametrize(
    ("value", "digits"),
    [
        (None, 0),
        (0.0, 0),
        (float("nan"), 0),
        (219780.4, 0),
        (83.26, 1),
        (-0.8314, 3),
        (0.00012, 4),
        (Decimal("12.5"), 1),
    ],
)
def test_a_figure_has_three_significant_digits_and_no_more_than_four_decimals(
    value: float | Decimal | None, digits: int
) -> None:
    assert digits_for(value) == digits


def test_what_nobody_meters_is_still_written() -> None:
    assert written_number(1e300, 2, Locale.parse("es_MX"), fixed=True) == "1e+300"
    assert written_number(float("-inf"), 2, Locale.parse("es_MX"), fixed=True) == "\u2212inf"
