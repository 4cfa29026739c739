"""What a password may be: long, and not one of those everybody tries. No rules of composition (NIST SP 800-63B)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from emstrack.domain.errors import RefusedError

SHORTEST = 12
LONGEST = 256

_GUESSED_FIRST = """
    abc abcdef abcdefg abcdefghijkl abcdefghijklm access admin adminadmin administrador administrator alcaldia
    alejandro ambiente america argentina asdfghjkl ayuntamiento barcelona baseball batman bemvindo bienvenido
    bienvenidos bienvenue bolivia brasil cambiame carlos changeme chile clave colombia computadora computer
    contrasena contrasenia correcthorsebatterystaple cuba daniel default demo dragon ecuador electricidad emstrack
    energia energy facebook fernando football futbol gobierno google guadalupe guatemala honduras hotel iloveyou
    internet jamaica jennifer jessica letmein login maestro master mexico michael micontrasena minhasenha monkey
    motdepasse municipalidad municipio mypassword naruto nicaragua panama paraguay password passwordpassword
    passwort peru pokemon princesa princess prueba qazwsx qazwsxedc qazwsxedcrfv qwerty qwertyuiop
    qwertyuiopasdfghjkl realmadrid root rootroot samsung secret secreto segredo senha starwars sunshine superman
    teamo teamomucho test thisismypassword trustno uruguay user usuario venezuela welcome whatever zxcvbnm
"""
_EVERYBODYS = frozenset(_GUESSED_FIRST.split())
_RUNS = (
    "01234567890123456789",
    "98765432109876543210",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "1q2w3e4r5t6y7u8i9o0p",
)
_LOOKALIKES = str.maketrans("013457@$!", "oieastasi")


@dataclass(frozen=True, slots=True)
class PasswordCost:
    """What a hash costs to make, and so to guess.

    Parameters
    ----------
    memory_kib : int
        Memory of one hash [KiB].
    passes : int
        Passes over that memory.
    """

    memory_kib: int
    passes: int


def normal_form(password: str) -> str:
    """Return the password in one Unicode form, so that two keyboards that write ``é`` differently agree.

    Parameters
    ----------
    password : str
        As typed.
    """
    return unicodedata.normalize("NFKC", password)


def check_password(password: str, *personal: str) -> None:
    """Refuse a password that is too short, too long, or one that everybody tries.

    Parameters
    ----------
    password : str
        As typed.
    *personal : str
        What must not be the whole of it: the person's e-mail address and name, their organisation.

    Raises
    ------
    RefusedError
        ``password.too_short``, ``password.too_long`` or ``password.too_common``.
    """
    form = normal_form(password)
    if len(form) < SHORTEST:
        raise RefusedError("password.too_short", shortest=SHORTEST, length=len(form))
    if len(form) > LONGEST:
        raise RefusedError("password.too_long", longest=LONGEST, length=len(form))
    words = _EVERYBODYS | {_letters(part) for text in personal for part in (text, *re.split(r"[@.\s]+", text)) if part}
    if _is_everybodys(form.casefold(), words):
        raise RefusedError("password.too_common")


def _is_everybodys(text: str, words: frozenset[str]) -> bool:
    if _is_repetition(text) or any(text in run or text[::-1] in run for run in _RUNS):
        return True
    plain = re.sub(r"[^a-z]", "", _letters(text))
    lookalike = re.sub(r"[^a-z]", "", _letters(text).translate(_LOOKALIKES))
    ends_cut = re.sub(r"^[^a-z]+|[^a-z]+$", "", _letters(text)).translate(_LOOKALIKES)
    candidates = {plain, lookalike, re.sub(r"[^a-z]", "", ends_cut)}
    return any(each in words or _is_made_of(each, words) for each in candidates if each) or not (plain or _other(text))


def _other(text: str) -> bool:
    """Tell whether digits and signs alone are varied enough: a date or a telephone number is not."""
    return len(set(text)) >= 8 and not text.isdigit()


def _is_made_of(text: str, words: frozenset[str]) -> bool:
    return any(text == first + second for first in words if text.startswith(first) for second in words)


def _is_repetition(text: str) -> bool:
    return len(set(text)) < 5 or any(text == (text[:n] * len(text))[: len(text)] for n in range(1, len(text) // 2 + 1))


def _letters(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return "".join(each for each in decomposed if not unicodedata.combining(each))
