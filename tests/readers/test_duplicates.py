"""The same reading twice in one file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from files_read import HEADER, Read

from emstrack.readers.duplicates import find_duplicates, keys_of

if TYPE_CHECKING:
    from collections.abc import Callable

ROW = "A,1,water,2024-01-01,2024-02-01,{},m3,{},MXN\n"


def said(read: Callable[..., Read], *rows: str) -> list[tuple[int | None, str, object]]:
    found = find_duplicates(keys_of(chunk.rows) for chunk in read(HEADER + "".join(rows)).chunks)
    assert found.refused.sum() == len(found.findings)
    return [(finding.row, finding.code, finding.evidence["other"]) for finding in found.findings]


def test_nothing_twice_says_nothing(read: Callable[..., Read]) -> None:
    assert said(read, ROW.format(1, 2), ROW.format(1, 2).replace("A,", "B,")) == []


def test_equal_rows_leave_the_first(read: Callable[..., Read]) -> None:
    rows = [ROW.format(1, 2), ROW.format("1.0", "2.00"), ROW.format(1, 2)]
    assert said(read, *rows) == [(3, "row.repeated", 2), (4, "row.repeated", 2)]


@pytest.mark.parametrize("other", [ROW.format(9, 2), ROW.format(1, 9), ROW.format(1, "")])
def test_different_rows_leave_none(read: Callable[..., Read], other: str) -> None:
    assert said(read, ROW.format(1, 2), other) == [(2, "row.contradicts", 3), (3, "row.contradicts", 2)]


def test_another_kind_or_bill_is_another_reading(read: Callable[..., Read]) -> None:
    head = "site,meter,resource,month,quantity,unit,kind,bill_number,direction\n"
    rows = ["A,1,water,2024-01,1,m3,,,", "A,1,water,2024-01,1,m3,adjusted,,", "A,1,water,2024-01,1,m3,,B,",
            "A,1,water,2024-01,1,m3,,,export"]  # fmt: skip
    assert find_duplicates([keys_of(read(head + "\n".join(rows)).rows)]).findings == ()


def test_the_first_chunk_is_taken_back_for_the_last(read: Callable[..., Read]) -> None:
    many = "".join(f"A,{n},water,2024-01-01,2024-02-01,1,m3,,\n" for n in range(2, 30_000))
    assert said(read, ROW.format(1, 2), many, ROW.format(5, 2)) == [
        (2, "row.contradicts", 30_001), (30_001, "row.contradicts", 2),
    ]  # fmt: skip


def test_no_chunks_have_no_duplicates() -> None:
    assert find_duplicates([]).findings == ()


@pytest.mark.parametrize(
    "text",
    [
        "site,kind\nA,hotel\nA,hotel\n",
        "station,date,mean_c\nS,2024-01-01,5\nS,2024-01-01,5\n",
        "site,driver,month,value\nA,meals,2024-01,5\nA,meals,2024-01,5\n",
    ],
)
def test_other_kinds_of_files_are_checked_alike(read: Callable[..., Read], text: str) -> None:
    assert [finding.row for finding in find_duplicates([keys_of(read(text).rows)]).findings] == [3]
