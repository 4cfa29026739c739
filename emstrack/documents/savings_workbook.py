"""A savings report as a workbook: every figure a number, its unit in the header or beside it, down to the readings.

No text ever becomes a formula or a link, whatever it begins with.
"""

from __future__ import annotations

import io
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from emstrack.documents import figures
from emstrack.documents import report_words as words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from emstrack.documents.report_values import ReportedItem, ReportedReading, SavingsReport
    from emstrack.language.languages import Language

Row = list[Any]
Column = tuple[str, int]
"""Header and width in characters."""


def savings_workbook(report: SavingsReport, readings: Iterable[ReportedReading], language: Language) -> bytes:
    """Return the workbook; readings are written as they come, so that many of them cost no memory."""
    import xlsxwriter  # noqa: PLC0415 - only where a workbook is wanted

    stream = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as book:
        book.set_properties({"title": f"{report.title} · {language.text('Savings report')}", "author": "emstrack"})
        sheets = _Sheets(book)
        text = language.text
        sheets.write(
            text("Summary"), _summary_columns(language), _summary(report, language), above=_above(report, language)
        )
        sheets.write(text("Items"), _item_columns(language), (_item(each, language) for each in report.items))
        sheets.write(text("Months"), _month_columns(language), _months(report, language))
        sheets.write(text("Readings"), _reading_columns(language), (_reading(each, language) for each in readings))
        sheets.write(text("Findings"), _finding_columns(language), _findings(report, language))
    return stream.getvalue()


class _Sheets:
    """Sheets with a frozen, bold header, columns wide enough, and numbers and days as what they are."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._title = book.add_format({"bold": True, "font_size": 14})
        self._head = book.add_format(
            {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "bg_color": "#F4F1EB"}
        )
        self._number = book.add_format({"num_format": "#,##0.######"})
        self._day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})

    def write(self, name: str, columns: Sequence[Column], rows: Iterable[Row], *, above: Sequence[str] = ()) -> None:
        """Write a sheet: a few lines above, a header, the rows."""
        sheet = self._book.add_worksheet(name[:31])
        for place, (_, width) in enumerate(columns):
            sheet.set_column(place, place, width)
        for number, line in enumerate(above):
            sheet.write_string(number, 0, line, self._title if number == 0 else None)
        head = len(above) + 1 if above else 0
        for place, (title, _) in enumerate(columns):
            sheet.write_string(head, place, title, self._head)
        sheet.freeze_panes(head + 1, 1)
        last = head
        for last, row in enumerate(rows, start=head + 1):
            for place, cell in enumerate(row):
                self._cell(sheet, last, place, cell)
        if last > head:
            sheet.autofilter(head, 0, last, len(columns) - 1)

    def _cell(self, sheet: Any, row: int, column: int, cell: Any) -> None:
        if cell is None or cell == "":
            return
        if isinstance(cell, int | float):
            sheet.write_number(row, column, cell, self._number)
        elif isinstance(cell, date):
            sheet.write_datetime(row, column, datetime.combine(cell, time()), self._day)
        else:
            sheet.write_string(row, column, str(cell))


def _above(report: SavingsReport, language: Language) -> list[str]:
    lines = [
        f"{report.title} · {language.text('Savings report')}",
        words.headline(report, language),
        figures.span(report.first, report.last, language),
        words.made_on(report, language),
    ]
    if report.is_demonstration:
        lines.append(language.text("Illustrative: these figures are made up, to show how emstrack works."))
    return lines


def _with(label: str, unit: str) -> str:
    return f"{label} [{unit}]"


def _summary_columns(language: Language) -> list[Column]:
    text = language.text
    unit = text("unit of the row")
    return [
        (text("Organisation"), 30),
        (text("Resource"), 30),
        (text("Unit"), 8),
        (_with(text("Savings"), unit), 16),
        (_with(text("± at 90 %"), unit), 16),
        (_with(text("Share saved"), "%"), 10),
        (_with(text("Money"), text("currency of the row")), 16),
        (text("Currency"), 10),
        (_with(text("CO₂e avoided"), "kg"), 14),
        (_with(text("Per room"), text("unit per room")), 14),
        (_with(text("Money per room"), text("currency per room")), 14),
        (text("Sites counted"), 10),
        (text("Sites"), 8),
        (text("Claim"), 44),
    ]


def _summary(report: SavingsReport, language: Language) -> Iterator[Row]:
    groups = [(report.title, report.totals), *((each.name, each.totals) for each in report.organisations)]
    for name, totals in groups:
        for total in totals:
            yield [
                name,
                words.resource_name(total.resource, total.heating_value_basis, language),
                total.unit,
                total.avoided,
                total.band_90,
                None if total.percent is None else total.percent * 100,
                total.cost_avoided,
                total.currency,
                total.co2e_avoided_kg,
                total.per_room,
                total.cost_per_room,
                total.sites_counted,
                total.sites,
                words.claim_words(total, language) if total.claims else None,
            ]


def _item_columns(language: Language) -> list[Column]:
    text = language.text
    unit = text("unit of the row")
    named = [
        (text("Site"), 28),
        (text("Meter"), 18),
        (text("Organisation"), 26),
        (text("Resource"), 28),
        (text("Unit"), 8),
    ]
    asked = [(text("Baseline"), 18), (text("Reported"), 18), (text("Method"), 16), (text("Claim"), 30)]
    saved = [
        *((_with(label, unit), 16) for label in (text("Expected"), text("Used"), text("Savings"), text("± at 90 %"))),
        (_with(text("Share saved"), "%"), 10),
        (text("Uncertainty (ASHRAE FSU, 90 %)"), 14),
        (_with(text("Money"), text("currency of the row")), 16),
        (text("Currency"), 10),
        (_with(text("CO₂e avoided"), "kg"), 14),
        (_with(text("Per room"), text("unit per room")), 14),
        (_with(text("Money per room"), text("currency per room")), 14),
        (_with(text("Per occupied room-night"), text("unit per room-night")), 14),
        (_with(text("Per m²"), text("unit per m²")), 14),
        (_with(text("Agreed adjustments"), unit), 16),
    ]
    adopted = [
        (text("In totals"), 10),
        (text("Model"), 44),
        ("R²", 8),
        ("CV(RMSE)", 10),
        ("NMBE", 10),
        (text("Revision"), 9),
        (text("Adopted on"), 12),
        (text("Adopted by"), 24),
        (text("Why this baseline"), 40),
        (text("Frozen inputs (SHA-256)"), 34),
        (text("Emission factors"), 44),
        (text("Energy of the fuel"), 34),
    ]
    return [*named, *asked, *saved, *adopted]


def _item(item: ReportedItem, language: Language) -> Row:
    saving, model, baseline = item.saving, item.saving.model, item.baseline
    counts = saving.in_totals and not saving.disqualified
    claim = language.label(saving.claim) if saving.claim is not None else None
    return [
        *(saving.site, saving.meter, item.organisation),
        words.resource_name(saving.resource, saving.heating_value_basis, language, saving.variety),
        *(saving.unit, saving.baseline_period, saving.reporting_period, words.method_words(saving, language)),
        language.text("Withheld") if saving.disqualified else claim,
        *(
            saving.adjusted_baseline,
            saving.actual,
            saving.avoided,
            saving.band_90,
            saving.avoided_percent,
            saving.fsu_90,
        ),
        *(saving.cost_avoided, saving.currency, saving.co2e_avoided_kg, saving.per_room, saving.cost_per_room),
        *(saving.per_occupied_room_night, saving.per_m2, saving.adjusted_by),
        language.text("yes") if counts else language.text("no"),
        None if model is None else words.model_words(model, saving.unit, language),
        *((None, None, None) if model is None else (model.r2, model.cv_rmse, model.nmbe)),
        *(baseline.revision, baseline.adopted_on, baseline.adopted_by, baseline.reason, baseline.fingerprint),
        "; ".join(words.factor_words(each, language) for each in item.emission_factors),
        words.heat_words(item, language) if saving.heating_value_basis else None,
    ]


def _month_columns(language: Language) -> list[Column]:
    text = language.text
    unit = text("unit of the row")
    figures_of = (text("Used"), text("Expected"), text("Savings"), text("Savings to date"))
    return [
        *((text("Site"), 28), (text("Meter"), 18), (text("Resource"), 28), (text("Month (first day)"), 12)),
        *((text("Complete"), 10), (text("Unit"), 8)),
        *((_with(label, unit), 16) for label in figures_of),
    ]


def _months(report: SavingsReport, language: Language) -> Iterator[Row]:
    for item in report.items:
        saving = item.saving
        named = words.resource_name(saving.resource, saving.heating_value_basis, language, saving.variety)
        for month in item.months:
            complete = language.text("yes") if month.complete else language.text("no")
            yield [
                *(saving.site, saving.meter, named, month.month.start, complete, saving.unit),
                *(month.use, month.adjusted_baseline, month.avoided, month.to_date),
            ]


def _reading_columns(language: Language) -> list[Column]:
    text = language.text
    return [
        *((text("Site"), 28), (text("Meter"), 18), (text("Resource"), 22), (text("Period of"), 12)),
        *((text("From (included)"), 12), (text("To (not included)"), 12), (text("Kind"), 12)),
        *((_with(text("Quantity"), text("unit as given")), 16), (text("Unit as given"), 12)),
        *((_with(text("Quantity computed with"), text("unit of the row")), 16), (text("Unit"), 8)),
        *((_with(text("Cost"), text("currency of the row")), 14), (text("Currency"), 10), (text("Bill number"), 18)),
    ]


def _reading(reading: ReportedReading, language: Language) -> Row:
    return [
        *(reading.site, reading.meter, language.label(reading.resource)),
        language.text("Baseline") if reading.in_baseline else language.text("Reported"),
        *(reading.start, reading.end, language.label(reading.kind)),
        *(reading.quantity, reading.unit, reading.canonical_quantity, reading.canonical_unit),
        *(reading.cost, reading.currency, reading.bill_number),
    ]


def _finding_columns(language: Language) -> list[Column]:
    text = language.text
    return [(text("Site"), 28), (text("Meter"), 18), (text("Weight"), 16), (text("Finding"), 120), (text("Code"), 30)]


def _findings(report: SavingsReport, language: Language) -> Iterator[Row]:
    for item in report.items:
        for each in item.saving.findings:
            weight = words.weight(each.severity, language)
            yield [item.saving.site, item.saving.meter, weight, language.sentence(each), each.code]
    for site, meter in report.without_baseline:
        said = language.text("Measured, but no baseline is adopted yet.")
        yield [site, meter, language.text("Please look"), said, ""]
