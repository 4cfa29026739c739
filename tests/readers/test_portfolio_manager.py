"""Portfolio Manager's meter entries: the real files' figures, and look-alikes of our own."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from files_read import Read

from emstrack.readers.duplicates import find_duplicates, keys_of
from emstrack.readers.portfolio_manager import exclusive_ends

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEADER = [
    "Property Name",
    "Portfolio Manager ID",
    "Portfolio Manager Meter ID",
    "Meter Name",
    "Meter Type",
    "Meter Consumption ID",
    "Start Date",
    "End Date",
    "Delivery Date",
    "Usage/Quantity",
    "Usage Units",
    "Cost ($)",
    "Estimation?",
    "Demand (kW)",
]
NA = "Not Available"


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def entry(**cells: Any) -> list[Any]:
    values = ["Town Hall", 1.0, "1-0", "Grid", "Electric - Grid", 77.0, day("2024-01-01"), day("2024-02-01"), NA, 10.0]
    row = dict(zip(HEADER, [*values, "kWh (thousand Watt-hours)", NA, "No", NA], strict=True))
    return list((row | {name.replace("_", " "): value for name, value in cells.items()}).values())


@pytest.fixture
def entries(tmp_path: Path) -> Callable[..., Read]:
    def made(*rows: list[Any]) -> Read:
        workbook = openpyxl.Workbook()
        workbook.active.append(["Table 1"])
        sheet = workbook.create_sheet("Meter Entries")
        for row in [["My Portfolio"], ["today"], ["Total Properties: 1"], [], [None, "Group"], HEADER, *rows]:
            sheet.append(row)
        sheet.merge_cells("B5:D5")
        path = tmp_path / "entries.xlsx"
        workbook.save(path)
        return Read(path)

    return made


def totals(read: Read) -> dict[str, tuple[int, float]]:
    rows = read.rows
    return {
        resource: (
            int((rows.resource == resource).sum()),
            round(float(rows.quantity[rows.resource == resource].sum()), 1),
        )
        for resource in sorted(set(rows.resource))
    }


@pytest.mark.shared
def test_the_real_monthly_file(shared: Path) -> None:
    found = Read(shared / "data/seed/example-pm-monthly-meter-usage.xlsx")
    assert totals(found) == {"electricity": (4, 1_442_092.3), "natural_gas": (4, 1_860_226.2)}
    assert not found.refused
    assert set(found.rows.site) == {"Campus Building 1 (5766973)", "Campus Building 1 (5766975)"}
    assert set(found.rows.meter) == {"5766973-0", "5766973-1", "5766975-0", "5766975-1"}
    assert set(map(str, found.rows.end)) == {"2016-02-01", "2016-03-01"}
    assert not found.rows.has_cost.any()
    assert found.chunks[0].format == "portfolio_manager"


@pytest.mark.shared
def test_the_real_file_with_costs(shared: Path) -> None:
    rows = Read(shared / "data/seed/example-pm-monthly-meter-usage-2-cost-meters.xlsx").rows
    assert rows.cost[rows.resource == "electricity"].sum() == 300 * 10_000
    assert rows.cost[rows.resource == "natural_gas"].sum() == 700 * 10_000
    assert rows.has_cost.sum() == 4


@pytest.mark.shared
def test_the_real_file_with_unknown_types_and_units(shared: Path) -> None:
    found = Read(shared / "data/seed/example-pm-monthly-meter-usage-with-unknown-types-and-units.xlsx")
    assert totals(found) == {"electricity": (3, 1_300_654.8), "natural_gas": (1, 496_310.9)}
    unknown = "unit.unknown_spelling", "resource.unknown"
    assert found.refused == {10: unknown[0], 11: unknown[0], 12: unknown[1], 13: unknown[1]}


@pytest.mark.shared
def test_the_real_file_with_contradicting_rows(shared: Path) -> None:
    found = Read(shared / "data/seed/example-pm-monthly-meter-usage-1-dup.xlsx")
    assert len(found.rows) == 12
    twice = find_duplicates([keys_of(found.rows)])
    assert [(finding.row, finding.code) for finding in twice.findings] == [
        (row, "row.contradicts") for row in (15, 16, 17, 18)
    ]
    kept = found.rows.take(~twice.refused)
    assert round(float(kept.quantity.sum()), 1) == round(1_442_092.3 + 1_860_226.2, 1)


def test_a_look_alike_reads_the_same_way(entries: Callable[..., Read]) -> None:
    found = entries(entry(), entry(Start_Date=day("2024-02-01"), End_Date=day("2024-03-01"), **{"Estimation?": "Yes"}))
    assert totals(found) == {"electricity": (2, 20.0)}
    assert found.rows.kind.tolist() == ["actual", "estimated"]
    assert found.rows.row.tolist() == [7, 8]
    assert found.rows.site.tolist() == ["Town Hall", "Town Hall"]


def test_two_properties_of_one_name_are_kept_apart_by_their_id(entries: Callable[..., Read]) -> None:
    found = entries(entry(), entry(Portfolio_Manager_ID=2.0, Portfolio_Manager_Meter_ID="2-0"))
    assert found.rows.site.tolist() == ["Town Hall (1)", "Town Hall (2)"]


def test_an_unknown_unit_is_reported_and_never_guessed(entries: Callable[..., Read]) -> None:
    found = entries(entry(), entry(Usage_Units="Some Unknown Unit"), entry(Meter_Type="Some Unknown Type"))
    assert found.refused == {8: "unit.unknown_spelling", 9: "resource.unknown"}


def test_a_quantity_that_is_not_available_is_missing_and_never_zero(entries: Callable[..., Read]) -> None:
    assert entries(entry(), entry(**{"Usage/Quantity": NA})).refused == {8: "cell.missing"}


def test_a_delivery_has_its_day(entries: Callable[..., Read]) -> None:
    found = entries(entry(Meter_Type="Propane", Usage_Units="Gallons (US)", Start_Date=NA, End_Date=NA,
                          Delivery_Date=day("2024-05-03")))  # fmt: skip
    assert (str(found.rows.start[0]), str(found.rows.end[0])) == ("2024-05-03", "2024-05-04")


def test_no_dates_at_all_are_refused(entries: Callable[..., Read]) -> None:
    assert entries(entry(), entry(Start_Date=NA, End_Date=NA)).refused == {8: "date.missing"}


@pytest.mark.parametrize(
    ("periods", "ends"),
    [
        (["2024-01-01 2024-01-31", "2024-02-01 2024-02-29"], ["2024-02-01", "2024-03-01"]),
        (["2024-01-01 2024-02-01", "2024-02-01 2024-03-01"], ["2024-02-01", "2024-03-01"]),
        (["2024-01-15 2024-02-14", "2024-02-14 2024-03-14"], ["2024-02-14", "2024-03-14"]),
        (["2024-01-01 2024-02-01"], ["2024-02-01"]),
        (["2024-01-01 2024-01-31"], ["2024-02-01"]),
        (["2024-01-01 2024-01-31", "2024-02-01 2024-02-29", "2024-05-01 2024-05-31"],
         ["2024-02-01", "2024-03-01", "2024-06-01"]),
    ],
)  # fmt: skip
def test_inclusive_ends_and_shared_days_become_exclusive_ends(periods: list[str], ends: list[str]) -> None:
    pairs = [tuple(day(each) for each in period.split()) for period in periods]
    found = exclusive_ends({"m": set(pairs)})
    assert [str(dt.date(1970, 1, 1) + dt.timedelta(days=end)) for _, end in sorted(found.items())] == ends


def test_a_lone_bill_follows_the_other_meters_of_its_file() -> None:
    found = exclusive_ends(
        {"a": {(day("2024-01-01"), day("2024-01-31")), (day("2024-02-01"), day("2024-02-29"))},
         "b": {(day("2024-01-10"), day("2024-02-10"))}}
    )  # fmt: skip
    lone = next(end for (meter, _, _), end in found.items() if meter == "b")
    assert dt.date(1970, 1, 1) + dt.timedelta(days=lone) == day("2024-02-11")
