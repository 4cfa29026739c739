"""What a password may be."""

import pytest

from emstrack.domain.errors import RefusedError
from emstrack.domain.passwords import LONGEST, check_password, normal_form


@pytest.mark.parametrize(
    "password",
    [
        "perro verde come sol",
        "Tr4nsform-ador de 45",
        "ñandú y quetzal",
        "x7!kQp2#vLm9",
        "パスワードは長い方がいい",
        "é" * 3 + "cualquier cosa",
    ],
)
def test_a_long_password_that_nobody_expects_is_taken(password: str) -> None:
    check_password(password, "ana@example.org", "Ana")


def test_two_hundred_and_fifty_six_characters_are_taken_and_no_more() -> None:
    text = " ".join(f"perro {n} come sol" for n in range(40))
    check_password(text[:LONGEST])
    with pytest.raises(RefusedError) as refused:
        check_password(text[: LONGEST + 1])
    assert refused.value.code == "password.too_long"


def test_eleven_characters_are_too_few() -> None:
    with pytest.raises(RefusedError) as refused:
        check_password("abcdXefghij")
    assert refused.value.code == "password.too_short"
    assert refused.value.evidence["length"] == 11


@pytest.mark.parametrize(
    "password",
    [
        *(
            "password1234",
            "Password123!",
            "contraseña2026",
            "Contraseña123",
            "qwertyuiop12",
            "123456789012",
            "aaaaaaaaaaaa",
        ),
        *(
            "abcabcabcabc",
            "administrador1",
            "P4ssw0rd2026!",
            "hotelhotel2026",
            "emstrack2026",
            "bienvenido2026",
            "210987654321",
        ),
        *(
            "5512345678901",
            "municipio-2026",
            "1q2w3e4r5t6y",
            "correcthorsebatterystaple",
            "ana.lopez2026",
            "anaanaanaana",
        ),
        *("iloveyou2024", "2026-11-22 10", "qwertyqwerty", "letmein123456"),
    ],
)
def test_what_everybody_tries_is_refused(password: str) -> None:
    with pytest.raises(RefusedError) as refused:
        check_password(password, "ana.lopez@example.org", "Ana López")
    assert refused.value.code == "password.too_common"


def test_two_keyboards_that_write_a_letter_differently_agree() -> None:
    assert normal_form("cafe\u0301 con leche") == normal_form("caf\u00e9 con leche")
