"""XLSX: what spreadsheets do to tables, and what hostile files do to readers."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from emstrack.domain.errors import RefusedError
from emstrack.gateways.limited_process import stream
from emstrack.readers.read import read_file
from emstrack.readers.rows import Options

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEADER = ["site", "meter", "resource", "start", "end", "quantity", "unit", "cost", "currency"]
ROW = ["Hotel", 123.0, "water", dt.date(2024, 1, 1), dt.date(2024, 2, 1), 10.5, "m3", 99.99, "MXN"]


def book(*sheets: list[list[Any]], change: Callable[[openpyxl.Workbook], None] | None = None) -> bytes:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for number, rows in enumerate(sheets, 1):
        sheet = workbook.create_sheet(f"Sheet{number}")
        for row in rows:
            sheet.append(row)
    if change is not None:
        change(workbook)
    stream_ = io.BytesIO()
    workbook.save(stream_)
    return stream_.getvalue()


def rezipped(content: bytes, part: str, text: bytes | Callable[[bytes], bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            whole = old.read(name)
            if name == part:
                whole = text(whole) if callable(text) else text
            new.writestr(name, whole)
    return out.getvalue()


def test_a_canonical_sheet_reads_like_the_text_file(read: Callable[..., Any]) -> None:
    found = read(book([HEADER, ROW]), "a.xlsx")
    rows = found.rows
    assert (rows.site[0], rows.meter[0], rows.quantity[0], rows.cost[0]) == ("Hotel", "123", 10.5, 999_900)
    assert (str(rows.start[0]), str(rows.end[0])) == ("2024-01-01", "2024-02-01")
    assert (rows.sheet[0], rows.row[0], rows.quantity_text[0]) == ("Sheet1", 2, "10.5")


def test_an_identifier_typed_as_text_keeps_its_zeros(read: Callable[..., Any]) -> None:
    assert read(book([HEADER, [ROW[0], "001", *ROW[2:]]]), "a.xlsx").rows.meter.tolist() == ["001"]


def test_banner_empty_rows_and_an_offset_table_keep_the_sheets_row_numbers(read: Callable[..., Any]) -> None:
    found = read(
        book([["My town"], [], [], [None, *HEADER], [None, *ROW], [], [None, *ROW[:3], "x", *ROW[4:]]]), "a.xlsx"
    )
    assert found.rows.row.tolist() == [5]
    assert found.refused == {7: "date.not_a_date"}


def test_every_sheet_with_the_header_is_read_and_the_others_are_named(read: Callable[..., Any]) -> None:
    found = read(book([["notes"]], [HEADER, ROW], [], [HEADER, ["Other", *ROW[1:]]]), "a.xlsx")
    assert found.rows.sheet.tolist() == ["Sheet2", "Sheet4"]
    assert [finding.sheet for finding in found.findings if finding.code == "sheet.not_read"] == ["Sheet1"]


def test_hidden_sheets_are_not_read_and_named(read: Callable[..., Any]) -> None:
    def hide(workbook: openpyxl.Workbook) -> None:
        workbook["Sheet2"].sheet_state = "hidden"

    found = read(book([HEADER, ROW], [HEADER, ROW], change=hide), "a.xlsx")
    assert len(found.rows) == 1
    assert found.said == ["sheet.hidden"]


def test_a_bare_serial_number_is_a_date_in_either_calendar(read: Callable[..., Any]) -> None:
    row = [*ROW[:3], 45292, 45323, *ROW[5:]]

    def old_mac(workbook: openpyxl.Workbook) -> None:
        workbook.epoch = CALENDAR_MAC_1904

    assert str(read(book([HEADER, row]), "a.xlsx").rows.start[0]) == "2024-01-01"
    assert str(read(book([HEADER, row], change=old_mac), "b.xlsx").rows.start[0]) == "2028-01-02"
    assert str(read(book([HEADER, ROW], change=old_mac), "c.xlsx").rows.start[0]) == "2024-01-01"


def test_the_day_that_never_was_is_refused(read: Callable[..., Any]) -> None:
    assert read(book([HEADER, [*ROW[:3], 60, *ROW[4:]]]), "a.xlsx").refused == {2: "date.year_out_of_range"}


def test_a_formula_that_was_never_calculated_is_refused(read: Callable[..., Any]) -> None:
    found = read(book([HEADER, [*ROW[:5], "=5*2", *ROW[6:]], ROW]), "a.xlsx")
    assert found.refused == {2: "cell.formula_without_value"}
    assert found.findings[0].column == "quantity"


def test_a_row_of_formulas_that_were_never_calculated_is_not_taken_for_an_empty_one(read: Callable[..., Any]) -> None:
    found = read(book([HEADER, ["=A3"] * 9, ROW]), "a.xlsx")
    assert found.refused == {2: "cell.formula_without_value"}
    assert len(found.rows) == 1


def test_a_formula_that_says_nothing_is_an_empty_cell(read: Callable[..., Any]) -> None:
    nothing = b'<c r="H2" t="str"><f>IF(1,"")</f><v></v></c>'
    content = rezipped(
        book([HEADER, ROW]),
        "xl/worksheets/sheet1.xml",
        lambda xml: re.sub(rb'<c r="H2".*?</c>', nothing, xml),
    )
    assert read(content, "a.xlsx").rows.has_cost.tolist() == [False]


def test_a_formulas_error_is_refused(read: Callable[..., Any]) -> None:
    content = rezipped(
        book([HEADER, ROW]),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b'<c r="F2" t="n"><v>10.5</v></c>', b'<c r="F2" t="e"><f>1/0</f><v>#DIV/0!</v></c>'),
    )
    assert read(content, "a.xlsx").refused == {2: "cell.formula_error"}


def test_a_percent_cell_is_no_quantity(read: Callable[..., Any]) -> None:
    def percent(workbook: openpyxl.Workbook) -> None:
        workbook["Sheet1"]["F2"].number_format = "0.0%"

    assert read(book([HEADER, ROW], change=percent), "a.xlsx").refused == {2: "number.is_percent"}


def test_ambiguous_numbers_typed_as_text_are_refused_and_typed_numbers_are_not(read: Callable[..., Any]) -> None:
    found = read(book([HEADER, [*ROW[:5], "1.234", *ROW[6:]], [*ROW[:5], 1.234, *ROW[6:]]]), "a.xlsx")
    assert found.refused == {2: "number.ambiguous"}
    assert found.rows.quantity.tolist() == [1.234]


def test_booleans_and_dates_where_a_number_is_wanted_are_refused(read: Callable[..., Any]) -> None:
    rows = [[*ROW[:5], True, *ROW[6:]], [*ROW[:5], dt.date(2024, 1, 1), *ROW[6:]]]
    assert read(book([HEADER, *rows]), "a.xlsx").refused == {2: "number.not_plain", 3: "number.is_a_date"}


def test_a_note_beside_the_table_does_no_harm(read: Callable[..., Any]) -> None:
    assert len(read(book([HEADER, [*ROW, None, "ask Ana"]]), "a.xlsx").rows) == 1


def test_a_stray_cell_far_to_the_right_costs_nothing(read: Callable[..., Any]) -> None:
    def stray(workbook: openpyxl.Workbook) -> None:
        workbook["Sheet1"]["XFD400"] = "x"

    found = read(book([HEADER, ROW], change=stray), "a.xlsx")
    assert len(found.rows) == 1
    assert not found.refused


def refusal(path: Path, **options: int) -> str:
    with pytest.raises(RefusedError) as refused:
        list(stream(read_file, path, Options(**options), memory_mb=1000, seconds=30))
    return refused.value.code


def test_one_cell_at_the_far_corner_is_refused(write: Callable[..., Path]) -> None:
    content = rezipped(
        book([HEADER, ROW]),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'),
    )
    assert refusal(write(content, "a.xlsx")) == "workbook.too_many_cells"


@pytest.mark.parametrize("place", [b"TOTALC3", b"totalC3", b"A99999999", b"XFE1"])
def test_a_cell_that_lies_beyond_every_sheet_is_refused(write: Callable[..., Path], place: bytes) -> None:
    content = rezipped(
        book([HEADER, ROW]), "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b'"C2"', b'"' + place + b'"')
    )
    assert refusal(write(content, "a.xlsx")) == "workbook.damaged"


def test_what_unpacks_to_far_more_than_its_size_is_refused(write: Callable[..., Path]) -> None:
    content = rezipped(book([HEADER, ROW]), "xl/theme/theme1.xml", b" " * 150_000_000)
    assert len(content) < 1_000_000
    assert refusal(write(content, "a.xlsx")) == "workbook.unpacks_too_large"


def test_the_most_it_may_unpack_to_is_the_callers(write: Callable[..., Path]) -> None:
    content = rezipped(book([HEADER, ROW]), "xl/theme/theme1.xml", b" " * 3_000_000)
    assert refusal(write(content, "a.xlsx"), max_unpacked_mb=2) == "workbook.unpacks_too_large"


def test_a_size_that_lies_is_counted_not_believed(write: Callable[..., Path]) -> None:
    content = bytearray(rezipped(book([HEADER, ROW]), "xl/theme/theme1.xml", b" " * 150_000_000))
    true_size = (150_000_000).to_bytes(4, "little")
    content = content.replace(true_size, (1000).to_bytes(4, "little"))
    assert refusal(write(bytes(content), "a.xlsx")) in {"workbook.unpacks_too_large", "workbook.damaged"}


def test_ten_thousand_parts_are_refused(write: Callable[..., Path]) -> None:
    out = io.BytesIO(book([HEADER, ROW]))
    with zipfile.ZipFile(out, "a") as archive:
        for number in range(10_000):
            archive.writestr(f"xl/worksheets/extra{number}.xml", b"")
    assert refusal(write(out.getvalue(), "a.xlsx")) == "workbook.too_many_parts"


def test_entities_in_the_xml_are_refused(write: Callable[..., Path]) -> None:
    bomb = (
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
        b'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">&b;</workbook>'
    )
    assert refusal(write(rezipped(book([HEADER, ROW]), "xl/workbook.xml", bomb), "a.xlsx")) == "workbook.damaged"


@pytest.mark.parametrize("cut", [0.3, 0.7, 0.99])
def test_half_a_workbook_is_refused(write: Callable[..., Path], cut: float) -> None:
    content = book([HEADER, ROW])
    assert refusal(write(content[: int(len(content) * cut)], "a.xlsx")) == "workbook.damaged"


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"])
def test_a_broken_part_is_a_sentence_not_a_trace(write: Callable[..., Path], part: str) -> None:
    content = rezipped(book([HEADER, ROW]), part, lambda xml: xml[: len(xml) // 2] + b"<<<")
    assert refusal(write(content, "a.xlsx")) in {"workbook.damaged", "file.empty", "file.no_rows"}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "file.is_legacy_workbook"),
        (b"%PDF-1.7\n", "file.is_pdf"),
        (b"\x1f\x8b\x08\x00", "file.is_compressed"),
        (b"\x89PNG\r\n", "file.is_picture"),
        (b"SQLite format 3\x00", "file.is_database"),
        (b"<html><body>", "file.is_markup"),
        (b'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom">', "file.is_green_button"),
        (b'{"a": 1}', "file.is_json"),
    ],
)
def test_what_is_no_table_is_named(write: Callable[..., Path], content: bytes, code: str) -> None:
    assert refusal(write(content, "a.xlsx")) == code


def test_another_kind_of_archive_is_named(write: Callable[..., Path]) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("readings.csv", "a,b")
    assert refusal(write(out.getvalue(), "a.zip")) == "file.is_compressed"


def test_a_workbook_without_anything_in_it_is_empty(write: Callable[..., Path]) -> None:
    assert refusal(write(book([], []), "a.xlsx")) == "file.empty"


def test_a_workbook_whose_sheets_are_all_hidden_is_refused(write: Callable[..., Path]) -> None:
    def hide(workbook: openpyxl.Workbook) -> None:
        workbook["Sheet2"].sheet_state = "hidden"

    assert refusal(write(book([], [HEADER, ROW], change=hide), "a.xlsx")) == "workbook.all_hidden"
