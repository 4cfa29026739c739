"""Canonical readings: what is taken, and every way to be refused."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
import pytest
from files_read import HEADER, Read, reading
from hypothesis import given, settings
from hypothesis import strategies as st

from emstrack.domain.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_row_becomes_a_reading_with_all_of_its_columns(read: Callable[..., Read]) -> None:
    found = read(
        "meter,site,resource,start,end,quantity,unit,cost,currency,kind,bill_number,demand_kw,reactive_kvarh,tax,variety,"
        "destination,direction,note\n"
        "M1,Hotel Sol,water,2024-01-15,2024-02-14,12.50,m3,99.9999,mxn,estimated,B-7,3.5,1.25,16,pozo,,export,a note\n"
    )
    rows = found.rows
    assert len(rows) == 1
    assert not found.findings
    row = {name: getattr(rows, name)[0] for name in type(rows).__dataclass_fields__}
    assert row == {
        "site": "Hotel Sol",
        "meter": "M1",
        "resource": "water",
        "variety": "well",
        "destination": "",
        "direction": "export",
        "start": np.datetime64("2024-01-15"),
        "end": np.datetime64("2024-02-14"),
        "quantity": 12.5,
        "quantity_text": "12.50",
        "unit": "m3",
        "cost": 999_999,
        "has_cost": True,
        "tax": 160_000,
        "has_tax": True,
        "currency": "MXN",
        "kind": "estimated",
        "bill_number": "B-7",
        "demand_kw": 3.5,
        "reactive_kvarh": 1.25,
        "note": "a note",
        "sheet": "",
        "row": 2,
    }


def test_a_month_stands_for_its_first_day_and_the_first_of_the_next(read: Callable[..., Read]) -> None:
    rows = read("site,meter,resource,month,quantity,unit\nA,M,electricity,2024-12,1,kWh\n").rows
    assert (str(rows.start[0]), str(rows.end[0])) == ("2024-12-01", "2025-01-01")


def test_a_month_beside_dates_must_agree(read: Callable[..., Read]) -> None:
    head = "site,meter,resource,month,start,end,quantity,unit\n"
    found = read(
        head + "A,M,water,2024-02,2024-02-01,2024-03-01,1,m3\nA,M,water,2024-02,2024-02-01,2024-03-02,1,m3\n"
        "A,M,water,2024-02,,,1,m3\n"
    )
    assert len(found.rows) == 2
    assert found.refused == {3: "month.disagrees"}


@pytest.mark.parametrize(
    "header",
    [
        "Sitio,Medidor,Recurso,Inicio,Fin,Cantidad,Unidad,Costo,Moneda",
        "Edificio;Número de medidor;Servicio;Fecha inicial;Fecha final;Consumo;Unidad de medida;Importe;Moneda",
        "Local,Medidor,Recurso,Data de início,Data de fim,Quantidade,Unidade,Custo,Moeda",
        "Bâtiment,Compteur,Énergie,Début,Fin,Quantité,Unité,Coût,Devise",
        "SITE,METER,RESOURCE,START,END,QUANTITY,UNIT,COST,CURRENCY",
    ],
)
def test_headers_in_four_languages_are_understood(read: Callable[..., Read], header: str) -> None:
    mark = ";" if ";" in header else ","
    row = mark.join(["Hotel", "M1", "Electricidad", "2024-01-01", "2024-02-01", "10", "kWh", "5.25", "MXN"])
    found = read(f"{header}\n{row}\n")
    assert (found.rows.site[0], found.rows.quantity[0], found.rows.cost[0]) == ("Hotel", 10, 52_500)


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"site": ""}, "cell.missing"),
        ({"meter": " "}, "cell.missing"),
        ({"unit": ""}, "cell.missing"),
        ({"resource": "plutonium"}, "resource.unknown"),
        ({"unit": "furlong"}, "unit.unknown_spelling"),
        ({"unit": "galones", "resource": "water"}, "unit.ambiguous"),
        ({"unit": "m3"}, "unit.does_not_fit"),
        ({"quantity": ""}, "cell.missing"),
        ({"quantity": "nan"}, "number.not_finite"),
        ({"quantity": "inf"}, "number.not_finite"),
        ({"quantity": "1e300"}, "number.not_plain"),
        ({"quantity": "1e50"}, "number.too_large"),
        ({"quantity": "1e50000000"}, "number.not_plain"),
        ({"quantity": "1_000"}, "number.not_plain"),
        ({"quantity": "0x1F"}, "number.not_plain"),
        ({"quantity": "٣٤"}, "number.other_digits"),
        ({"quantity": "１２"}, "number.other_digits"),
        ({"quantity": "9" * 5000}, "number.too_long"),
        ({"quantity": "9" * 39}, "number.too_large"),
        ({"quantity": "12 %"}, "number.is_percent"),
        ({"quantity": "12 kWh"}, "number.not_plain"),
        ({"quantity": "-5"}, "quantity.negative"),
        ({"quantity": "(5)"}, "quantity.negative"),
        ({"quantity": "1,234"}, "number.ambiguous"),
        ({"cost": "1,234"}, "number.ambiguous"),
        ({"cost": "abc"}, "number.not_plain"),
        ({"currency": "$"}, "currency.unknown"),
        ({"currency": "PESOS"}, "currency.unknown"),
        ({"start": "2024-02-31"}, "date.not_in_calendar"),
        ({"start": "0001-01-01"}, "date.year_out_of_range"),
        ({"end": "9999-01-01"}, "date.year_out_of_range"),
        ({"start": "2071-01-01", "end": "2071-02-01"}, "date.in_future"),
        ({"start": "2026-11-01", "end": "2071-12-01"}, "date.in_future"),
        ({"start": "03/04/2024"}, "date.ambiguous"),
        ({"start": "1/1/24"}, "date.two_digit_year"),
        ({"start": "45292"}, "date.not_a_date"),
        ({"start": "2024-01-01T13:30"}, "date.with_time"),
        ({"start": ""}, "date.missing"),
        ({"end": "2024-01-01"}, "date.end_not_after_start"),
        ({"end": "2023-12-01"}, "date.end_not_after_start"),
        ({"kind": "guessed"}, "kind.unknown"),
        ({"direction": "sideways"}, "direction.unknown"),
        ({"resource": "water", "unit": "m3", "variety": "moon"}, "variety.unknown_water"),
        ({"site": "Hotel\x00Sol"}, "cell.nul"),
        ({"note": "x" * 1001}, "cell.too_long"),
    ],
)
def test_a_row_that_cannot_be_taken_is_refused_where_it_stands(
    read: Callable[..., Read], cells: dict[str, str], code: str
) -> None:
    good = reading(**dict.fromkeys(cells, "")).splitlines()[0]
    found = read(reading(**cells), today=dt.date(2026, 11, 22))
    assert good == reading(**cells).splitlines()[0]
    assert found.refused == {2: code}
    assert len(found.rows) == 0
    (finding,) = found.findings
    assert finding.column in {*cells, "end"} if code != "cell.missing" else True


@pytest.mark.parametrize(
    ("quantity", "value"),
    [
        ("1234", 1234.0),
        ("1.234", 1.234),
        ("0.5", 0.5),
        (" 12.5 ", 12.5),
        ("1,234.5", 1234.5),
        ("1.234,5", 1234.5),
        ("1,234,567", 1234567.0),
        ("1.234.567", 1234567.0),
        ("12,5", 12.5),
        ("0,125", 0.125),
        ("1234,567", 1234.567),
        ("1 234,5", 1234.5),
        ("1\u202f234.5", 1234.5),
        ("1'234.5", 1234.5),
        ("1.2E+05", 120000.0),
        ("+7", 7.0),
    ],
)
def test_a_number_that_leaves_no_doubt_is_taken(read: Callable[..., Read], quantity: str, value: float) -> None:
    found = read(reading(quantity=quantity))
    assert found.rows.quantity.tolist() == [value]
    assert found.rows.quantity_text.tolist() == [quantity]


def test_other_values_of_the_column_may_prove_the_decimal_mark(read: Callable[..., Read]) -> None:
    comma = HEADER + 'A,1,water,2024-01-01,2024-02-01,"1,234",m3,,\nA,1,water,2024-02-01,2024-03-01,"0,5",m3,,\n'
    point = HEADER + 'A,1,water,2024-01-01,2024-02-01,"1,234",m3,,\nA,1,water,2024-02-01,2024-03-01,"9,000.5",m3,,\n'
    both = comma + 'A,1,water,2024-03-01,2024-04-01,"9,000.5",m3,,\n'
    assert read(comma).rows.quantity.tolist() == [1.234, 0.5]
    assert read(point).rows.quantity.tolist() == [1234.0, 9000.5]
    assert read(both).refused == {2: "number.ambiguous"}


def test_a_proved_comma_makes_the_point_a_thousands_mark(read: Callable[..., Read]) -> None:
    text = HEADER + 'A,1,water,2024-01-01,2024-02-01,1.234,m3,,\nA,1,water,2024-02-01,2024-03-01,"1.000,5",m3,,\n'
    assert read(text).rows.quantity.tolist() == [1234.0, 1000.5]


def test_without_commas_between_the_cells_a_lone_point_is_in_doubt_too(read: Callable[..., Read]) -> None:
    text = "site;meter;resource;month;quantity;unit\nA;1;water;2024-01;1.234;m3\n"
    assert read(text).refused == {2: "number.ambiguous"}
    assert read(text, decimal_mark=".").rows.quantity.tolist() == [1.234]
    assert read(text, decimal_mark=",").rows.quantity.tolist() == [1234.0]


def test_other_dates_of_the_file_may_prove_the_order_of_day_and_month(read: Callable[..., Read]) -> None:
    day_first = HEADER + "A,1,water,03/04/2024,30/04/2024,1,m3,,\n"
    month_first = HEADER + "A,1,water,03/04/2024,04/30/2024,1,m3,,\n"
    doubtful = HEADER + "A,1,water,03/04/2024,05/04/2024,1,m3,,\n"
    assert str(read(day_first).rows.start[0]) == "2024-04-03"
    assert str(read(month_first).rows.start[0]) == "2024-03-04"
    assert read(doubtful).refused == {2: "date.ambiguous"}
    assert str(read(doubtful, date_order="dmy").rows.start[0]) == "2024-04-03"


@pytest.mark.parametrize("written", ["2024/01/15", "15.01.2024", "15 Jan 2024", "15-ene-2024", "January 15, 2024",
                                     "15 de enero de 2024", "2024-01-15 00:00:00", "15/01/2024"])  # fmt: skip
def test_days_that_leave_no_doubt_are_taken(read: Callable[..., Read], written: str) -> None:
    assert str(read(reading(start=written)).rows.start[0]) == "2024-01-15"


@pytest.mark.parametrize(
    "written", ["2024-03", "2024/3", "03/2024", "Mar-24", "marzo 2024", "março de 2024", "mars 2024"]
)
def test_months_in_four_languages_are_taken(read: Callable[..., Read], written: str) -> None:
    rows = read(f"site,meter,resource,month,quantity,unit\nA,M,water,{written},1,m3\n").rows
    assert str(rows.start[0]) == "2024-03-01"


def test_negative_quantities_are_for_adjustments_and_credits(read: Callable[..., Read]) -> None:
    for kind in ("adjusted", "credit", "crédito"):
        assert read(reading(quantity="-5", kind=kind)).rows.quantity.tolist() == [-5]


def test_negative_money_is_taken_and_money_is_exact(read: Callable[..., Read]) -> None:
    costs = {
        "-12.34": -123_400,
        "(12.34)": -123_400,
        "$1,234.50": 12_345_000,
        "0.1": 1000,
        "9999999999.9999": 10**14 - 1,
    }
    for written, amount in costs.items():
        assert read(reading(cost=written)).rows.cost.tolist() == [amount]


def test_no_cost_is_not_a_cost_of_nothing(read: Callable[..., Read]) -> None:
    assert read(reading(cost="")).rows.has_cost.tolist() == [False]
    assert read(reading(cost="0")).rows.has_cost.tolist() == [True]


@pytest.mark.parametrize("site", ["NA", "null", "TRUE", "None", "001", "=1+1", "O'Brien", 'The ""Inn""'])
def test_a_site_may_be_called_anything(read: Callable[..., Read], site: str) -> None:
    assert read(reading(site=site)).rows.site.tolist() == [site.replace('""', '"')]


def test_the_month_that_is_still_running_is_taken(read: Callable[..., Read]) -> None:
    found = read(reading(start="2026-11-01", end="2027-01-01"), today=dt.date(2026, 11, 2))
    assert len(found.rows) == 1


def test_a_long_period_is_taken_with_a_warning(read: Callable[..., Read]) -> None:
    found = read(reading(end="2025-06-01"))
    assert len(found.rows) == 1
    assert found.said == ["period.long"]


def test_banner_rows_above_and_blank_rows_between_are_skipped_and_rows_keep_their_numbers(
    read: Callable[..., Read],
) -> None:
    text = (
        "My bills\n\n"
        + HEADER
        + "\nA,1,water,2024-01-01,2024-02-01,1,m3,,\n\n,,,,,,,,\nA,1,water,2024-02-01,x,1,m3,,\n"
    )
    found = read(text)
    assert found.rows.row.tolist() == [5]
    assert found.refused == {8: "date.not_a_date"}


def test_a_header_met_again_is_left_out_and_said(read: Callable[..., Read]) -> None:
    row = "A,1,water,2024-01-01,2024-02-01,1,m3,,\n"
    found = read(HEADER + row + HEADER + row.replace("2024-01", "2023-12"))
    assert len(found.rows) == 2
    assert found.said == ["header.again"]


def test_a_quoted_line_end_counts_as_a_line(read: Callable[..., Read]) -> None:
    text = HEADER + '"A\nB",1,water,2024-01-01,2024-02-01,1,m3,,\nC,1,water,2024-01-01,x,1,m3,,\n'
    found = read(text)
    assert found.rows.site.tolist() == ["A B"]
    assert found.refused == {4: "date.not_a_date"}


def test_an_unquoted_comma_in_a_number_refuses_its_row(read: Callable[..., Read]) -> None:
    found = read(HEADER + "A,1,water,2024-01-01,2024-02-01,1,234,m3,5,MXN\n")
    assert found.refused == {2: "row.too_many_cells"}


def test_columns_that_nothing_is_read_from_are_named(read: Callable[..., Read]) -> None:
    found = read("site,meter,resource,month,quantity,unit,colour\nA,1,water,2024-01,1,m3,red\n")
    assert found.said == ["header.ignored"]
    assert found.findings[0].evidence["columns"] == ["colour"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "file.empty"),
        ("\n\n \n", "file.empty"),
        (HEADER, "file.no_rows"),
        ("site,meter,resource,start,end,quantity\nA,1,water,2024-01-01,2024-02-01,1\n", "header.missing"),
        ("colour,taste\nred,sweet\n", "header.not_recognised"),
        ("site,meter,resource,month,quantity,unit,usage\nA,1,water,2024-01,1,m3,2\n", None),
        ("site,meter,resource,month,usage,unit,consumption\nA,1,water,2024-01,1,m3,2\n", "header.twice"),
        ("site,site,meter,resource,month,quantity,unit\nA,B,1,water,2024-01,1,m3\n", "header.twice"),
        (HEADER + '"A,1,water\n' * 3, "file.quote_not_closed"),
        (",".join(f"c{n}" for n in range(20_000)) + "\n", "file.too_many_columns"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_whole(
    read: Callable[..., Read], content: str, code: str | None
) -> None:
    if code is None:
        assert len(read(content).rows) == 1
        return
    with pytest.raises(RefusedError) as refused:
        read(content)
    assert refused.value.code == code
    assert refused.value.evidence["file"] == "readings.csv"


def test_ten_thousand_columns_are_read_past(read: Callable[..., Read]) -> None:
    extra = ",".join(f"c{n}" for n in range(10_000))
    found = read(f"site,meter,resource,month,quantity,unit,{extra}\nA,1,water,2024-01,1,m3{',' * 10_000}\n")
    assert len(found.rows) == 1
    assert found.findings[0].evidence["count"] == 10_000


def test_a_file_beyond_the_limit_is_refused_before_it_is_read(read: Callable[..., Read]) -> None:
    with pytest.raises(RefusedError) as refused:
        read(HEADER + " " * 2_000_000, max_mb=1)
    assert refused.value.code == "file.too_large"


def test_a_file_longer_than_a_chunk_comes_in_chunks(read: Callable[..., Read]) -> None:
    rows = "".join(f"A,{n},water,2024-01-01,2024-02-01,{n}.5,m3,{n}.25,MXN\n" for n in range(45_000))
    found = read(HEADER + rows)
    assert max(len(chunk.rows) for chunk in found.chunks) <= 20_000
    assert [round(chunk.done, 2) for chunk in found.chunks] == [0.44, 0.89, 1.0]
    assert found.rows.row.tolist() == list(range(2, 45_002))
    assert found.rows.quantity.sum() == sum(n + 0.5 for n in range(45_000))
    assert int(found.rows.cost.sum()) == sum(n * 10_000 + 2_500 for n in range(45_000))


CELLS = st.sampled_from(
    ["", "A", "water", "m3", "kWh", "2024-01-01", "2024-02-01", "1", "1,234", "-1", "x", "NaN", "MXN"]
)


@settings(max_examples=200, deadline=None)
@given(rows=st.lists(st.lists(CELLS, min_size=9, max_size=9).filter(any), min_size=1, max_size=12))
def test_every_row_is_taken_or_refused_and_never_both(
    rows: list[list[str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("conservation") / "readings.csv"
    path.write_text(HEADER + "".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in rows))
    found = Read(path)
    assert sorted([*found.rows.row.tolist(), *found.refused]) == list(range(2, len(rows) + 2))
    assert np.isfinite(found.rows.quantity).all()
