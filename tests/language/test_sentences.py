"""No code without its sentence, no sentence without its Spanish."""

from __future__ import annotations

import ast
import datetime as dt
import re
import string
from decimal import Decimal
from pathlib import Path

import pytest
from babel.messages import pofile
from babel.messages.extract import extract_from_file

from emstrack.domain.errors import EmstrackError
from emstrack.domain.findings import Finding, Severity
from emstrack.domain.typed import understand_number
from emstrack.language.labels import LABELS, UNIT_SYMBOLS
from emstrack.language.languages import Language, _catalogue
from emstrack.language.sentences import ONE, SENTENCES
from emstrack.language.writing import writing_of

ROOT = Path(__file__).resolve().parents[2]
ERRORS = {
    *("EmstrackError", "RefusedError", "NotFoundError", "NotAllowedError", "ConflictError", "NotSignedInError"),
    *("UnavailableError", "Finding"),
}
CODE = re.compile(r"[a-z_]+(\.[a-z0-9_]+)+")


def codes_raised() -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted((ROOT / "emstrack").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in ERRORS:
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    found[first.value] = f"{path.relative_to(ROOT)}:{node.lineno}"
    return found


def messages_shown() -> set[str]:
    """Every message id of templates, `.text()` and `.plural()` calls, and sentences."""
    shown = {*SENTENCES.values(), *LABELS.values(), *(one for _, one in ONE.values())}
    shown |= {symbol for symbol in UNIT_SYMBOLS.values() if len(symbol) > 3 and "₂" not in symbol}
    for path in (ROOT / "templates").rglob("*"):
        if path.suffix in {".html", ".txt"} and path.name != "style_guide.html":
            extracted = extract_from_file("jinja2.ext:babel_extract", path, options={"trimmed": "true"})
            for _, message, _, _ in extracted:
                shown.add(message if isinstance(message, str) else message[0])
    for path in (ROOT / "emstrack").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in {"text", "plural"}
                and getattr(node.func.value, "id", "") != "sa"
            ):
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    shown.add(first.value)
    return {message for message in shown if re.search(r"[^\W\d_]{2}", re.sub(r"\{\w+\}", "", message))}


def test_every_code_raised_has_a_sentence() -> None:
    assert {code: place for code, place in codes_raised().items() if code not in SENTENCES} == {}


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_a_sentence_is_well_formed(code: str) -> None:
    assert CODE.fullmatch(code)
    list(string.Formatter().parse(SENTENCES[code]))
    assert SENTENCES[code][-1] in ".?!", "a sentence ends"


def test_everything_a_person_reads_is_said_in_spanish() -> None:
    spanish = _catalogue("es")
    missing = sorted(
        message for message in messages_shown() if message not in spanish and f"{message}\x000" not in spanish
    )
    assert missing == []


@pytest.mark.parametrize("language", ["es", "pt", "fr"])
def test_a_translation_names_the_same_evidence(language: str) -> None:
    def names(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    wrong = [
        message
        for message, translated in _catalogue(language).items()
        if "\x00" not in message and names(message) != names(translated)
    ]
    assert wrong == []


@pytest.mark.parametrize("language", ["es", "pt", "fr"])
def test_a_message_is_said_in_one_way(language: str) -> None:
    said: dict[str, set[str]] = {}
    for path in (ROOT / "emstrack" / "language" / "catalogues" / language).glob("*.po"):
        with path.open("rb") as stream:
            for message in pofile.read_po(stream, locale=language):
                said.setdefault(str(message.id), set()).add(str(message.string))
    assert {message: ways for message, ways in said.items() if message and len(ways) > 1} == {}


def test_a_finding_is_told_in_the_readers_language_with_its_numbers() -> None:
    finding = Finding("period.not_a_month", Severity.REFUSED, {"text": "2025-13"})
    assert "2025-13" in Language("en").sentence(finding)


@pytest.mark.parametrize(("count", "said"), [(1, "Un mes no cuenta"), (2, "2 meses no cuentan")])
def test_one_of_something_is_told_as_one(count: int, said: str) -> None:
    finding = Finding("reporting.month_incomplete", Severity.WARNING, {"count": count, "months": "2026-03"})
    assert said in Language("es").sentence(finding)


@pytest.mark.parametrize("code", sorted(ONE))
def test_a_sentence_for_one_belongs_to_a_sentence_that_counts(code: str) -> None:
    counted, sentence = ONE[code]
    assert f"{{{counted}}}" in SENTENCES[code]
    assert f"{{{counted}}}" not in sentence


def test_a_language_without_the_sentence_for_one_says_the_general_one() -> None:
    finding = Finding("mapping.incomplete", Severity.WARNING, {"count": 1, "file": "a.csv"})
    french = Language("fr")
    assert ONE["mapping.incomplete"][1] not in french.sentence(finding)


def test_a_negative_number_has_a_true_minus_and_is_understood_when_typed_again() -> None:
    written = Language("es").number(-1234.5, digits=1)
    assert written == "−1,234.5"
    assert understand_number(written, writing_of(Language("es"))).value == Decimal("-1234.5")


def test_what_rounds_to_nothing_is_not_negative() -> None:
    assert Language("es").number(-0.04, digits=1) == "0.0"


def test_a_unit_is_written_as_people_write_it() -> None:
    assert [Language("es").unit(code) for code in ("m3", "cyl_45kg", "kWh")] == ["m³", "cilindro de 45 kg", "kWh"]


def test_an_instant_has_no_seconds() -> None:
    assert Language("en_GB").instant(dt.datetime(2026, 3, 1, 15, 4, 59, tzinfo=dt.UTC)) == "1 Mar 2026, 15:04"


def test_evidence_that_is_missing_shows_as_a_dash() -> None:
    assert "–" in Language("en").sentence(EmstrackError("period.not_a_month"))


@pytest.mark.parametrize(
    ("locale", "written"),
    [("en", "1,234.5"), ("es", "1,234.5"), ("es_BO", "1.234,5"), ("pt", "1.234,5"), ("fr", "1\u202f234,5")],
)
def test_numbers_follow_the_locale(locale: str, written: str) -> None:
    assert Language(locale).number(1234.5, digits=1) == written


def test_a_language_nobody_speaks_here_becomes_english() -> None:
    assert Language("sw_KE").code == "en"
    assert Language("C").code == "en"


def test_no_value_is_a_dash_and_never_a_zero() -> None:
    language = Language("es")
    assert {
        language.number(None),
        language.number(float("nan")),
        language.percent(None),
        language.money(None, "MXN"),
    } == {"–"}


def test_a_code_in_a_sentence_is_a_word_of_the_language() -> None:
    spanish = Language("es")
    created = {"meter": "CFE", "site": "Palacio", "resource": "electricity"}
    assert "(Electricidad)" in spanish.sentence(Finding("import.meter_created", Severity.INFO, created))
    mixed = {"basis": "gross", "meter_basis": "net"}
    said = spanish.sentence(Finding("import.basis_mixed", Severity.REFUSED, mixed))
    assert "poder calorífico bruto" in said
    assert "gross" not in said
    level = {"quantity": 2.0, "unit": "cyl_45kg", "day": "2026-01-01"}
    assert "cilindro de 45 kg" in spanish.sentence(Finding("entry.same_delivery", Severity.REFUSED, level))


def test_what_only_looks_like_a_code_stays_as_it_was_written() -> None:
    found = Finding("import.meter_created", Severity.INFO, {"meter": "water", "site": "hotel", "resource": "mi_dato"})
    said = Language("es").sentence(found)
    assert "«water»" in said
    assert "«hotel»" in said
