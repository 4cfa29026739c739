"""Monthly means pasted from wherever somebody had them."""

from __future__ import annotations

import pytest

from emstrack.domain.errors import RefusedError
from emstrack.services.sites.paste_months import months_as_file

NOWHERE = (None, None, None)


@pytest.mark.parametrize(
    "text",
    [
        "2024-01\t12.5\n2024-02\t12.9",
        "2024-01 12.5\n\n  2024-02   12.9  ",
        "2024-01; 12.5 °C\n2024-02; 12.9 °C",
        "Mes\tMedia\n2024-01\t12.5\n2024-02\t12.9",
        "2024-01, 12.5\n2024-02, 12.9",
    ],
)
def test_lines_are_understood_however_they_were_copied(text: str) -> None:
    lines = months_as_file("Cusco", text, NOWHERE).decode().splitlines()
    assert [line.split(";")[:3] for line in lines[1:]] == [["Cusco", "2024-01", "12.5"], ["Cusco", "2024-02", "12.9"]]


def test_names_of_months_decimal_commas_and_frost_are_kept_as_typed() -> None:
    lines = months_as_file(" El  Alto ", "enero de 2024  −1,5", (-16.5, -68.2, 4061.0)).decode().splitlines()
    assert lines[1] == "El Alto;enero de 2024;-1,5;;-16.5;-68.2;4061.0"


@pytest.mark.parametrize(
    ("station", "text", "code"),
    [
        (" ", "2024-01 12", "station.name_missing"),
        ("Cusco", " \n ", "months.nothing_pasted"),
        ("Cusco", "2024-01 12\nfrío", "months.line_unclear"),
        ("Cusco", "2024-01", "months.line_unclear"),
    ],
)
def test_what_is_no_month_is_refused_by_line(station: str, text: str, code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        months_as_file(station, text, NOWHERE)
    assert refused.value.code == code
