"""Encodings, delimiters, line ends: one file in every dress, and what is refused rather than garbled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from emstrack.domain.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable

LINES = [
    "site,meter,resource,start,end,quantity,unit,cost,currency,note",
    "Bogotá – Señora,M1,electricity,2024-01-01,2024-02-01,10.5,kWh,1.25,MXN,ñandú",
    "México,M2,water,2024-01-01,2024-02-01,20.25,m3,2.5,MXN,áéíóú",
]
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1", "ascii"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_one_file_in_every_dress_reads_the_same(
    read: Callable[..., object], encoding: str, delimiter: str, line_end: str
) -> None:
    text = line_end.join(LINES).replace(",", delimiter) + line_end
    if encoding in {"latin-1", "ascii"}:
        text = text.replace("–", "-")
    content = text.encode(encoding, errors="replace" if encoding == "ascii" else "strict")
    found = read(content)
    sites = [line.split(delimiter)[0] for line in text.split(line_end)[1:3]]
    if encoding == "ascii":
        sites = [site.encode("ascii", "replace").decode() for site in sites]
    assert found.rows.site.tolist() == sites
    assert found.rows.quantity.tolist() == [10.5, 20.25]
    assert found.rows.row.tolist() == [2, 3]


@pytest.mark.parametrize("encoding", ["mac_roman", "cp850"])
def test_letters_that_cannot_be_told_for_certain_are_refused_not_garbled(
    read: Callable[..., object], encoding: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        read("\n".join(LINES).replace("–", "-").encode(encoding))
    assert refused.value.code == "file.encoding_unknown"
    assert refused.value.evidence["row"] == 2


def test_two_encodings_in_one_file_are_refused(read: Callable[..., object]) -> None:
    with pytest.raises(RefusedError) as refused:
        read("\n".join(LINES[:2]).encode() + b"\n" + LINES[2].encode("latin-1"))
    assert refused.value.code == "file.mixed_encodings"
    assert refused.value.evidence["row"] == 3


def test_a_broken_utf16_file_is_refused(read: Callable[..., object]) -> None:
    with pytest.raises(RefusedError) as refused:
        read("\n".join(LINES).encode("utf-16") + b"\x00")
    assert refused.value.code == "file.encoding_unknown"


def test_a_nul_refuses_its_row_only(read: Callable[..., object]) -> None:
    content = "\n".join(LINES).replace("México", "Méx\x00ico").encode()
    found = read(content)
    assert found.refused == {3: "cell.nul"}
    assert len(found.rows) == 1


def test_a_cell_of_a_megabyte_is_refused_with_its_line(read: Callable[..., object]) -> None:
    with pytest.raises(RefusedError) as refused:
        read("\n".join([*LINES, '"' + "x" * 1_000_000 + '",M,water,2024-01-01,2024-02-01,1,m3,,,']))
    assert refused.value.code == "file.quote_not_closed"
    assert refused.value.evidence["row"] == 4
