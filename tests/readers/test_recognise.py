"""What a file is: every real file is read, or named in a sentence of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from files_read import Read

from emstrack.domain.errors import RefusedError
from emstrack.language.languages import Language
from emstrack.language.sentences import SENTENCES, files
from emstrack.readers.read import read_file
from emstrack.readers.rows import Options

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

REAL = {
    "bdg1_metadata/meta_open.csv": "file.is_building_survey",
    "cambridge_estates/b0_electricity_2019.csv": "header.not_recognised",
    "cambridge_estates/b0_gas_2019.csv": "header.not_recognised",
    "cbecs_hotels/hotel.csv": "file.is_building_survey",
    "earlham/Blank Sheet.xlsx": "file.is_amount_usage_pairs",
    "eemeter/il-electricity-cdd-hdd-billing_monthly.csv.gz": "file.is_compressed",
    "eemeter/metadata.json": "file.is_json",
    "energy_sparks/banes-bad-example-file.csv": "file.is_half_hourly",
    "energy_sparks/banes-example-file.csv": "file.is_half_hourly",
    "energy_sparks/sheffield_export.csv": "file.is_half_hourly",
    "fnsb_fairbanks/ExampleDataExport.csv": "file.is_bill_line_items",
    "greenbutton_openespi/12MonthlyUpdates.xml": "file.is_green_button",
    "greenbutton_openespi/Electric.xml": "file.is_green_button",
    "greenbutton_openespi/Gas.xml": "file.is_green_button",
    "greenbutton_openespi/Water.xml": "file.is_green_button",
    "lbnl_better/portfolio.xlsx": "file.is_better_portfolio",
    "myems/data_repair_sample.xlsx": "file.is_hourly_readings",
    "myems/offline_meter_data.xlsx": "file.is_daily_grid",
    "seed/Add_Bills_to_Meters.xlsx": "file.is_pm_upload_template",
    "seed/example-GreenButton-data-1-overlapping.xml": "file.is_green_button",
    "seed/example-GreenButton-data-1002-1-dup.xml": "file.is_green_button",
    "seed/example-GreenButton-data2.xml": "file.is_green_button",
    "seed/example-pm-data-request-with-meters.xlsx": "file.is_pm_data_request",
    "seed/portfolio-manager-sample.xls": "file.is_legacy_workbook",
    "seed/portfolio-manager-single-22482007.xlsx": "file.is_pm_download",
    "uk_invoices/gas_invoice_data.csv": "file.is_invoices_without_quantity",
}


@pytest.mark.shared
@pytest.mark.parametrize("name", REAL)
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_real_file_that_is_not_read_yet_is_named_in_a_sentence(shared: Path, name: str, language: str) -> None:
    with pytest.raises(RefusedError) as refused:
        list(read_file(shared / "data" / name))
    assert refused.value.code == REAL[name]
    sentence = Language(language).sentence(refused.value)
    assert (shared / "data" / name).name in sentence
    assert "–" not in sentence.replace(" – ", "")


def test_the_format_can_be_forced(write: Callable[..., Path]) -> None:
    path = write("site,meter,resource,month,quantity,unit\nA,1,water,2024-01,1,m3\n")
    assert len(Read(path, Options(format="canonical")).rows) == 1
    for name, code in (
        ("portfolio_manager", "file.not_portfolio_manager"),
        ("wide", "mapping.needed"),
        ("x", "format.unknown"),
    ):
        with pytest.raises(RefusedError) as refused:
            Read(path, Options(format=name))
        assert refused.value.code == code


def test_the_kind_can_be_forced_and_an_unknown_one_is_refused(write: Callable[..., Path]) -> None:
    path = write("site,meter,resource,month,quantity,unit\nA,1,water,2024-01,1,m3\n")
    for kind, code in (("sites", "header.missing"), ("poems", "kind_of_file.unknown")):
        with pytest.raises(RefusedError) as refused:
            Read(path, Options(kind=kind))
        assert refused.value.code == code


def test_the_files_name_in_a_refusal_is_the_one_the_person_knows(write: Callable[..., Path]) -> None:
    with pytest.raises(RefusedError) as refused:
        Read(write("", "a81f"), Options(name="Bills of May.csv"))
    assert refused.value.evidence["file"] == "Bills of May.csv"


def test_every_sentence_about_files_has_its_spanish() -> None:
    spanish = Language("es")
    assert [code for code, sentence in files.SENTENCES.items() if spanish.text(sentence) == sentence] == []
    assert set(files.SENTENCES) <= set(SENTENCES)
