"""The spreadsheet most people have: proposed, confirmed, read."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from files_read import Read

from emstrack.domain.errors import RefusedError
from emstrack.readers.mapping import Mapping, propose_mapping, read_with_mapping
from emstrack.readers.proposing import describe, month_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MONTHS = ["Enero", "Febrero", "Marzo", "Abril"]


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., Path]:
    def made(sheets: dict[str, list[list[Any]]], merged: tuple[str, ...] = ()) -> Path:
        workbook = openpyxl.Workbook()
        workbook.remove(workbook.active)
        for name, rows in sheets.items():
            sheet = workbook.create_sheet(name)
            for row in rows:
                sheet.append(row)
            for cells in merged:
                sheet.merge_cells(cells)
        path = tmp_path / "wide.xlsx"
        workbook.save(path)
        return path

    return made


class Mapped(Read):
    def __init__(self, path: Path, mapping: Mapping) -> None:
        chunks = list(read_with_mapping(path, mapping))
        self.chunks = chunks
        self.rows = type(chunks[0].rows).concatenate([chunk.rows for chunk in chunks])
        self.findings = [finding for chunk in chunks for finding in chunk.findings]


def listed(found: Read) -> list[tuple[str, str, str, str, float, str, int]]:
    rows = found.rows
    months = [str(day)[:7] for day in rows.start]
    columns = (rows.site, rows.meter, rows.resource, months, rows.quantity, rows.unit, rows.row)
    return list(zip(*columns, strict=True))


def test_buildings_down_months_across_and_a_sheet_per_year(book: Callable[..., Path]) -> None:
    header = ["Edificio", "Medidor", *MONTHS, "Total"]
    top = [["Consumo de electricidad (kWh)"], [], header]
    town, market = ["Alcaldía", "A-1", 10, 20.5, None, "-", 30.5], ["Mercado", "B-7", 1, 2, 3, 4, 10]
    total = ["Total", None, 11]
    path = book({"2023": [*top, town, market, total], "2024": [*top, ["Alcaldía", "A-1", 11, None, None, None, 11]]})
    mapping = propose_mapping(path)
    assert mapping.open_questions() == ()
    assert [(sheet.sheet, sheet.year, sheet.header_row, sheet.resource, sheet.unit) for sheet in mapping.sheets] == [
        ("2023", 2023, 3, "electricity", "kWh"),
        ("2024", 2024, 3, "electricity", "kWh"),
    ]
    found = Mapped(path, mapping)
    assert listed(found) == [
        ("Alcaldía", "A-1", "electricity", "2023-01", 10, "kWh", 4),
        ("Alcaldía", "A-1", "electricity", "2023-02", 20.5, "kWh", 4),
        ("Mercado", "B-7", "electricity", "2023-01", 1, "kWh", 5),
        ("Mercado", "B-7", "electricity", "2023-02", 2, "kWh", 5),
        ("Mercado", "B-7", "electricity", "2023-03", 3, "kWh", 5),
        ("Mercado", "B-7", "electricity", "2023-04", 4, "kWh", 5),
        ("Alcaldía", "A-1", "electricity", "2024-01", 11, "kWh", 4),
    ]
    assert found.said == ["row.total_left_out"]


def test_months_as_dates_need_no_year(book: Callable[..., Path]) -> None:
    months = [dt.date(2024, month, 1) for month in (1, 2, 3)]
    path = book({"Agua": [["Sitio", "Unidad", *months], ["Hotel", "m3", 5, 6, 7]]})
    mapping = propose_mapping(path)
    assert mapping.open_questions() == ()
    assert [row[3:5] for row in listed(Mapped(path, mapping))] == [("2024-01", 5), ("2024-02", 6), ("2024-03", 7)]


def test_what_is_not_known_is_asked_and_the_answer_is_kept_as_json(book: Callable[..., Path]) -> None:
    path = book({"Hoja1": [["Edificio", *MONTHS], ["Alcaldía", 1, 2, 3, 4]]})
    proposed = propose_mapping(path)
    assert {finding.code for finding in proposed.open_questions()} == {
        "mapping.no_resource", "mapping.no_unit", "mapping.no_year",
    }  # fmt: skip
    with pytest.raises(RefusedError) as refused:
        list(read_with_mapping(path, proposed))
    assert refused.value.code == "mapping.incomplete"
    assert len(refused.value.findings) == 3
    (sheet,) = proposed.sheets
    answered = replace(proposed, sheets=(replace(sheet, resource="water", unit="m3", year=2025),))
    again = Mapping.from_json(answered.to_json())
    assert again == answered
    assert [row[2:5] for row in listed(Mapped(path, again))] == [
        ("water", "2025-01", 1), ("water", "2025-02", 2), ("water", "2025-03", 3), ("water", "2025-04", 4),
    ]  # fmt: skip


def test_months_down_and_a_column_per_meter_with_groups_above(book: Callable[..., Path]) -> None:
    path = book(
        {
            "Datos": [
                [None, "Hotel Sol", None, "Hotel Luna", None],
                ["Mes", "Electricidad (kWh)", "Agua (m3)", "Electricidad (kWh)", "Diesel #2 (L)"],
                ["2024-01", 100, 5, 200, 7],
                ["2024-02", 110, 6, None, 8],
                ["2024-03", 120, 7, 220, "x"],
            ]
        },
        merged=("B1:C1", "D1:E1"),
    )
    mapping = propose_mapping(path)
    assert mapping.open_questions() == ()
    found = Mapped(path, mapping)
    assert [row[:6] for row in listed(found)][:4] == [
        ("Hotel Sol", "Electricidad (kWh)", "electricity", "2024-01", 100, "kWh"),
        ("Hotel Sol", "Agua (m3)", "water", "2024-01", 5, "m3"),
        ("Hotel Luna", "Electricidad (kWh) (4)", "electricity", "2024-01", 200, "kWh"),
        ("Hotel Luna", "Diesel #2 (L)", "diesel", "2024-01", 7, "L"),
    ]
    assert len(found.rows) == 10
    assert found.refused == {5: "number.not_plain"}
    (refusal,) = [finding for finding in found.findings if finding.row == 5]
    assert refusal.column == "Diesel #2 (L)"


def test_a_cost_column_belongs_to_the_meter_on_its_left(book: Callable[..., Path]) -> None:
    rows = [["Mes", "Hotel Electricidad (kWh)", "Costo"], ["Ene-24", 10, 99.5], ["Feb-24", 20, None], ["Mar-24", 30, 1]]
    path = book({"Hotel 2024": rows})
    mapping = propose_mapping(path)
    assert mapping.open_questions() == ()
    found = Mapped(path, mapping)
    assert found.rows.cost.tolist() == [995_000, 0, 10_000]
    assert found.rows.has_cost.tolist() == [True, False, True]
    assert found.rows.site.tolist() == ["Hotel"] * 3


def test_a_name_merged_down_holds_for_all_of_its_rows(book: Callable[..., Path]) -> None:
    rows = [["Sitio", "Medidor", "Recurso", "Unidad", "2024-01", "2024-02", "2024-03"],
            ["Hotel", "M1", "agua", "m3", 1, 2, 3], [None, "M2", "agua", "m3", 4, 5, 6]]  # fmt: skip
    path = book({"A": rows}, merged=("A2:A3",))
    assert {row[0] for row in listed(Mapped(path, propose_mapping(path)))} == {"Hotel"}
    loose = book({"A": rows})
    assert set(Mapped(loose, propose_mapping(loose)).refused.values()) == {"cell.missing"}


def test_a_formula_that_was_never_calculated_is_refused_and_not_taken_for_missing(book: Callable[..., Path]) -> None:
    rows = [["Sitio", "Recurso", "Unidad", "2024-01", "2024-02", "2024-03"], ["H", "agua", "m3", "=1+1", 2, None]]
    path = book({"A": rows})
    found = Mapped(path, propose_mapping(path))
    assert [row[4] for row in listed(found)] == [2]
    (refusal,) = [finding for finding in found.findings if finding.row == 2]
    assert (refusal.code, refusal.column) == ("cell.formula_without_value", "2024-01")


def test_a_csv_with_months_across_proves_its_decimal_comma(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Edificio;Recurso;Unidad;2024-01;2024-02;2024-03\nAlcaldía;agua;m3;1.234;0,5;7\n")
    mapping = propose_mapping(path)
    assert mapping.decimal_mark == ","
    assert [row[4] for row in listed(Mapped(path, mapping))] == [1234, 0.5, 7]


def test_a_mapping_kept_from_last_month_is_refused_where_the_columns_moved(book: Callable[..., Path]) -> None:
    mapping = propose_mapping(book({"A": [["Sitio", "Recurso", "Unidad", "2024-01", "2024-02", "2024-03"],
                                          ["H", "agua", "m3", 1, 2, 3]]}))  # fmt: skip
    moved = book({"A": [["Sitio", "Recurso", "Unidad", "2024-02", "2024-03", "2024-04"], ["H", "agua", "m3", 1, 2, 3]]})
    with pytest.raises(RefusedError) as refused:
        list(read_with_mapping(moved, mapping))
    assert refused.value.code == "mapping.does_not_fit"


def roles_of(mapping: Mapping) -> list[str]:
    return [column.role for column in mapping.sheets[0].columns]


def test_a_row_for_each_bill_under_headers_nobody_knows_is_proposed(book: Callable[..., Path]) -> None:
    header = ["Inmueble que paga", "NIS", "Desde el", "Hasta el", "Energía activa kWh", "Total a pagar", "Firma"]
    rows = [
        ["Alcaldía", "77-1", dt.date(2024, 1, 1), dt.date(2024, 1, 31), 10, 5, None],
        ["Mercado", "77-2", dt.date(2024, 1, 1), dt.date(2024, 1, 31), 20, 8, None],
        ["Alcaldía", "77-1", dt.date(2024, 2, 1), dt.date(2024, 2, 29), 30, 9, None],
    ]
    path = book({"Luz": [header, *rows]})
    mapping = propose_mapping(path)
    assert roles_of(mapping) == ["site", "meter", "start", "last_day", "quantity", "cost", "ignore"]
    assert mapping.open_questions() == ()
    found = Mapped(path, mapping)
    assert [str(day)[:10] for day in found.rows.end] == ["2024-02-01", "2024-02-01", "2024-03-01"]
    assert listed(found)[0] == ("Alcaldía", "77-1", "electricity", "2024-01", 10, "kWh", 2)


def test_days_that_two_bills_share_are_ends_and_not_last_days(book: Callable[..., Path]) -> None:
    first = ["A", dt.date(2024, 1, 5), dt.date(2024, 2, 6), 1]
    second = ["A", dt.date(2024, 2, 6), dt.date(2024, 3, 5), 2]
    header = ["Lugar", "Lectura anterior", "Lectura actual", "Gasto m3"]
    assert roles_of(propose_mapping(book({"Agua": [header, first, second]}))) == ["site", "start", "end", "quantity"]


def test_one_date_is_proposed_as_its_month_and_the_order_is_proved(tmp_path: Path) -> None:
    path = tmp_path / "largo.csv"
    rows = ["Bomba 1;31/01/2024;kWh;1.5", "Bomba 2;31/01/2024;kWh;2", "Bomba 1;29/02/2024;kWh;3"]
    path.write_text("\n".join(["Punto;Fecha;Magnitud;Valor leído", *rows]) + "\n", "utf-8")
    mapping = propose_mapping(path)
    assert roles_of(mapping) == ["site", "month", "unit", "quantity"]
    assert [question.code for question in mapping.open_questions()] == ["mapping.no_resource"]
    sheet = replace(mapping.sheets[0], resource="electricity")
    found = Mapped(path, replace(mapping, sheets=(sheet,)))
    assert [(site, month, quantity) for site, _, _, month, quantity, _, _ in listed(found)] == [
        ("Bomba 1", "2024-01", 1.5), ("Bomba 2", "2024-01", 2), ("Bomba 1", "2024-02", 3),
    ]  # fmt: skip


def test_numbers_without_a_date_are_no_readings(book: Callable[..., Path]) -> None:
    with pytest.raises(RefusedError) as refused:
        propose_mapping(book({"A": [["Lugar", "Uso"], ["x", 1], ["y", 2]]}))
    assert refused.value.code == "mapping.nothing_to_map"


def test_a_sheet_without_months_cannot_be_mapped(book: Callable[..., Path]) -> None:
    with pytest.raises(RefusedError) as refused:
        propose_mapping(book({"A": [["a", "b"], [1, 2]]}))
    assert refused.value.code == "mapping.nothing_to_map"


@pytest.mark.parametrize("text", ["{}", '{"sheets": [{"columns": [{"place": 0, "header": "a", "role": "boss"}]}]}'])
def test_what_is_no_mapping_is_not_taken_for_one(text: str) -> None:
    with pytest.raises((ValueError, TypeError, KeyError)):
        Mapping.from_json(text)


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("Electricidad (kWh)", ("electricity", "kWh", "")),
        ("Lobby – Energía eléctrica [MWh]", ("electricity", "MWh", "Lobby")),
        ("Water m3", ("water", "m3", "")),
        ("Diesel", ("diesel", "", "")),
        ("Building 7", ("", "", "Building 7")),
    ],
)
def test_a_header_says_resource_unit_and_the_rest(header: str, said: tuple[str, str, str]) -> None:
    assert describe(header) == said


@pytest.mark.parametrize(
    ("cell", "month"),
    [
        ("Enero", "01"),
        ("sept.", "09"),
        ("Jan-16", "2016-01"),
        ("2024-05", "2024-05"),
        ("Total", ""),
        (3.0, ""),
        ("", ""),
    ],
)
def test_a_header_names_a_month(cell: str | float, month: str) -> None:
    assert month_of(cell) == month
