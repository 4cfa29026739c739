"""A report as a file: a tagged PDF in the reader's language, a workbook with the same figures; names that are safe."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import openpyxl
import pytest
from conftest import NOW
from factories_reports import adopt, make_saving_site
from factories_savings import give_months, year
from factories_sites import make_building, make_meter
from pypdf import PdfReader

from emstrack.domain.errors import RefusedError
from emstrack.domain.savings import Method
from emstrack.language.languages import Language
from emstrack.services.reports.write_report import write_portfolio_report, write_site_report
from emstrack.services.savings.compute_savings import Asked, compute_savings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

EN, ES = Language("en"), Language("es")
HOSTILE = 'Palacio #Municipal *x* $y$ = @a `raw` \\ "q" <b> [z]'


def text_of(pdf: bytes) -> str:
    pages = PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages).replace("\u00a0", " ")


def sheets(workbook: bytes) -> list[list[tuple[object, ...]]]:
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    return [list(sheet.iter_rows(values_only=True)) for sheet in book]


def test_a_sites_pdf_says_what_was_saved_how_sure_that_is_and_on_what_it_stands(session: Session) -> None:
    site, _ = make_saving_site(session)
    written = write_site_report(session, site.id, "pdf", EN, now=NOW)
    said, item = text_of(written.content), compute_savings(session, Asked(site="Palacio")).items[0]
    for part in (
        "Palacio saved MXN",
        f"{item.avoided:,.0f} kWh",
        "90 % confidence",
        "Distinguishable",
        "1 of 1 meters",
        "January 2025 to December 2025",
        "Savings to date",
        "the year before the lamps",
        "revision 1",
        "average price",
    ):
        assert part in said
    assert (written.name, written.media_type) == ("Palacio-2026-11-01.pdf", "application/pdf")
    assert len(written.baseline_ids) == 1


def test_the_pdf_is_tagged_speaks_its_language_and_carries_its_fonts(session: Session) -> None:
    site, _ = make_saving_site(session)
    reader = PdfReader(io.BytesIO(write_site_report(session, site.id, "pdf", ES, now=NOW).content))
    root = reader.trailer["/Root"].get_object()
    assert root["/Lang"] == "es"
    assert root["/MarkInfo"]["/Marked"]
    assert reader.metadata is not None
    assert "Palacio" in str(reader.metadata.title)
    fonts = reader.pages[0]["/Resources"]["/Font"]
    assert all("+" in str(font.get_object()["/BaseFont"]) for font in fonts.values()), "a subset is in the file"
    assert b"pdfuaid" in reader.xmp_metadata.stream.get_data()


def test_a_spanish_report_is_spanish_throughout(session: Session) -> None:
    site, _ = make_saving_site(session)
    said = text_of(write_site_report(session, site.id, "pdf", ES, now=NOW).content)
    assert "De enero 2025 a diciembre 2025, Palacio ahorró MXN" in said
    for english in ("Savings", "Baseline", "Method", "confidence", "Month", "Page", "Made on"):
        assert english not in said


def test_text_that_looks_like_markup_prints_as_it_was_typed(session: Session) -> None:
    site, meter = make_saving_site(session, HOSTILE)
    adopt(session, meter, reason="#pagebreak() *why* {x}")
    said = text_of(write_site_report(session, site.id, "pdf", EN, now=NOW).content)
    assert HOSTILE in said
    assert "#pagebreak() *why* {x}" in said


def test_a_name_in_letters_no_font_here_has_still_gives_a_report(session: Session) -> None:
    site, _ = make_saving_site(session, "Palacio \U00010ed0\U0001e2f0")
    assert write_site_report(session, site.id, "pdf", EN, now=NOW).content.startswith(b"%PDF")


def test_what_is_withheld_says_why_and_claims_nothing(session: Session) -> None:
    site, meter = make_saving_site(session)
    late = make_meter(session, site.id, "CFE-2")
    give_months(session, late, "2024-01", [*year(1000, 20), 800.0])
    give_months(session, late, "2025-08", [800.0])
    adopt(session, late)
    said = text_of(write_site_report(session, site.id, "pdf", EN, now=NOW).content)
    assert "Claim withheld" in said
    assert "No saving is claimed for this meter" in said
    assert "1 of 2 meters" in said
    assert meter.id != late.id


def test_a_first_look_is_headed_indicative(session: Session) -> None:
    site = make_building(session)
    meter = make_meter(session, site.id)
    give_months(session, meter, "2024-01", year(1000, 20) + year(800, 20))
    adopt(session, meter, method=Method.AVERAGE)
    said = text_of(write_site_report(session, site.id, "pdf", EN, now=NOW).content)
    assert "Electricity · CFE Indicative" in said
    assert "Electricity (indicative)" in said
    assert "not for a claim" in said


def test_a_portfolios_pdf_ranks_sites_counts_them_and_names_who_adopted_what(session: Session) -> None:
    make_saving_site(session, "Palacio")
    make_saving_site(session, "Mercado", factor=0.7)
    said = text_of(write_portfolio_report(session, "Municipio", "pdf", EN, now=NOW).content)
    assert "Municipio saved MXN" in said
    assert "2 of 2" in said
    assert said.index("Mercado · CFE") < said.index("Palacio · CFE")
    assert "the year before the lamps" in said


def test_the_workbook_has_the_same_figures_as_numbers(session: Session) -> None:
    make_saving_site(session, "Palacio")
    make_saving_site(session, "Mercado", factor=0.7)
    written = write_portfolio_report(session, "Municipio", "xlsx", EN, now=NOW)
    summary, items, months, readings, findings = sheets(written.content)
    computed = compute_savings(session, Asked())
    head = items[0].index("Savings [unit of the row]")
    for place, name in ((head, "avoided"), (head + 1, "band_90")):
        shown = [row[place] for row in items[1:]]
        assert shown == pytest.approx([getattr(item, name) for item in computed.items], rel=1e-14)
    assert any(row[3] == pytest.approx(computed.totals[0].avoided, rel=1e-14) for row in summary[6:])
    assert sum(float(str(row[8])) for row in months[1:] if row[8] is not None) == pytest.approx(
        computed.totals[0].avoided
    )
    assert len(readings) == 1 + 48
    assert sum(float(str(row[7])) for row in readings[1:]) == pytest.approx(
        sum(float(str(row[6])) for row in months[1:])
    )
    assert findings[0][0] == "Site"
    book = openpyxl.load_workbook(io.BytesIO(written.content))
    assert all(sheet.freeze_panes for sheet in book)
    assert all(sheet.column_dimensions["A"].width > 8 for sheet in book)


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "https://example.org"])
def test_text_in_a_workbook_never_becomes_a_formula_or_a_link(session: Session, name: str) -> None:
    site, meter = make_saving_site(session, f"{name} Palacio")
    adopt(session, meter, reason=f"{name} because")
    written = write_site_report(session, site.id, "xlsx", EN, now=NOW)
    book = openpyxl.load_workbook(io.BytesIO(written.content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink]
    assert f"{name} because" in {cell.value for cell in cells}


def test_a_file_name_holds_nothing_a_file_system_minds(session: Session) -> None:
    site, _ = make_saving_site(session, "../Casa: de / la\\Cultura?")
    name = write_site_report(session, site.id, "xlsx", EN, now=NOW).name
    assert name == "Casa-de-la-Cultura-2026-11-01.xlsx"


@pytest.mark.parametrize("ending", ["", "docx", "PDF ", "csv"])
def test_an_unknown_ending_is_refused_before_anything_is_computed(session: Session, ending: str) -> None:
    with pytest.raises(RefusedError, match=r"report\.unknown_ending"):
        write_site_report(session, 1, ending, EN, now=NOW)
    with pytest.raises(RefusedError, match=r"report\.unknown_ending"):
        write_portfolio_report(session, "M", ending, EN, now=NOW)
