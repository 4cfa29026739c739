"""Tables for other programmes: exact, and never a formula."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import openpyxl
import pytest

from emstrack.documents.tables import plain, write_csv, write_xlsx

HEADER = ("text", "number")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.1, "0.1"),
        (1e-7, "0.0000001"),
        (123456789.123456789, "123456789.12345679"),
        (1e15, "1000000000000000"),
        (100.0, "100"),
        (-5.0, "-5"),
        (Decimal("200.3500"), "200.35"),
        (Decimal("-8.0000"), "-8"),
        (None, ""),
        ("−5", "−5"),
    ],
)
def test_a_number_is_written_in_full_with_a_point(value: object, expected: str) -> None:
    assert plain(value) == expected
    if isinstance(value, float):
        assert float(expected) == value


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_text_begins_like_a_formula(text: str) -> None:
    assert plain(text) == f"'{text}"
    stream = io.BytesIO()
    write_xlsx(stream, {"a": (HEADER, [(text, -1.5)])})
    row = openpyxl.load_workbook(stream)["a"][2]
    assert [cell.data_type for cell in row] == ["s", "n"]


def test_csv_opens_with_its_letters_right() -> None:
    stream = io.BytesIO()
    assert write_csv(stream, (HEADER, [("Café “Sol”, México", 1)])) == 1
    rows = list(csv.reader(io.StringIO(stream.getvalue().decode("utf-8-sig"))))
    assert rows == [["text", "number"], ["Café “Sol”, México", "1"]]
