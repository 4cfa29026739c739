"""One language as a person reads it: texts, plurals, numbers, dates and money.

Catalogues are read from the .po files themselves, once per language, so that nothing has to be compiled; one file per
area keeps them short.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from babel import Locale, dates
from babel.messages import pofile

from emstrack.domain.periods import Month
from emstrack.language.figures import written_number
from emstrack.language.labels import LABELS, UNIT_SYMBOLS, unit_symbol
from emstrack.language.sentences import ONE, SENTENCES

if TYPE_CHECKING:
    from emstrack.domain.errors import EmstrackError
    from emstrack.domain.findings import Finding

LANGUAGES = ("es", "en", "pt", "fr")
"""What the product speaks; Spanish is first-class."""

_HOLD_CODES = frozenset({"resource", "driver", "attribute", "method", "kind", "role", "basis", "meter_basis"})
"""Evidence of these names is a code where there is a word for it: findings kept in the database are plain text."""
_DEFAULT_TERRITORY = {"es": "es_MX", "en": "en_JM", "pt": "pt_BR", "fr": "fr"}
MISSING = "–"
"""What stands where there is no value: never a zero."""


class Language:
    """A language, with the number and date format of a locale.

    Nothing here rounds a value that is computed with; it only writes.
    """

    def __init__(self, locale: str) -> None:
        """Take ``es``, ``es_BO`` or ``es-BO``; what is not spoken becomes English."""
        wanted = locale.replace("-", "_").split(".")[0]
        self.code = wanted.split("_")[0].lower() if wanted.split("_")[0].lower() in LANGUAGES else "en"
        territory = (
            wanted if "_" in wanted and wanted.split("_")[0].lower() == self.code else _DEFAULT_TERRITORY[self.code]
        )
        try:
            self.locale = Locale.parse(territory)
        except (ValueError, LookupError):
            self.locale = Locale.parse(_DEFAULT_TERRITORY[self.code])
        self._catalogue = _catalogue(self.code)

    @property
    def tag(self) -> str:
        """What stands in ``<html lang>``."""
        return self.code

    def text(self, message: str, /, **values: object) -> str:
        """Return the message in this language, with values in place of ``{names}``."""
        template = self._catalogue.get(message) or message
        return template.format(**values) if values else template

    def plural(self, one: str, many: str, n: int, /, **values: object) -> str:
        """Return the form that fits the number, which is available as ``{n}``."""
        form = self._catalogue.get(f"{one}\x00{0 if self._is_one(n) else 1}") or (one if self._is_one(n) else many)
        return form.format(n=self.number(n), **values)

    def _is_one(self, n: int) -> bool:
        return n in {0, 1} if self.code == "fr" else n == 1

    def label(self, code: str) -> str:
        """Return the word for a code (resource, kind, role …); a custom one shows as it is, without underscores."""
        word = LABELS.get(code)
        return self.text(word) if word else code.replace("_", " ")

    def unit(self, code: str) -> str:
        """Return how a person writes a unit: ``m³``, ``cilindro de 45 kg``."""
        return self.text(unit_symbol(code))

    def sentence(self, told: Finding | EmstrackError) -> str:
        """Return the sentence of a finding or an error: what, where, how to mend it."""
        template = SENTENCES.get(told.code)
        if template is None:
            return told.code
        one = ONE.get(told.code)
        if one and told.evidence.get(one[0]) == 1 and (self.code == "en" or one[1] in self._catalogue):
            template = one[1]
        return self.text(template).format_map(_Evidence({n: self._written(n, v) for n, v in told.evidence.items()}))

    def _written(self, name: str, value: object) -> str:
        """Write a piece of evidence by its name: a code that was kept as plain text has its word all the same."""
        if isinstance(value, list | tuple):
            return ", ".join(self._written(name, each) for each in value)
        if isinstance(value, str) and value in LABELS and {name, name.removesuffix("s")} & _HOLD_CODES:
            return self.label(value)
        if isinstance(value, str) and value in UNIT_SYMBOLS and name.removesuffix("s").endswith("unit"):
            return self.unit(value)
        return self.value(value)

    def value(self, value: object) -> str:
        """Write a piece of evidence: numbers and dates by locale, the rest as it is."""
        if isinstance(value, bool) or value is None:
            return MISSING if value is None else str(value)
        if isinstance(value, int):
            return str(value)
        if isinstance(value, StrEnum):
            return self.label(value)
        if isinstance(value, float | Decimal):
            return self.number(value, digits=6, fixed=False)
        if isinstance(value, dt.date):
            return self.date(value)
        if isinstance(value, list | tuple | set | frozenset):
            return ", ".join(self.value(each) for each in value)
        return str(value)

    def number(self, value: float | Decimal | None, *, digits: int = 0, fixed: bool = True) -> str:
        """Write a number with so many decimals (at most so many where not fixed); a dash where there is none."""
        if value is None or value != value:  # noqa: PLR0124 - NaN is the one value that differs from itself
            return MISSING
        return written_number(value, digits, self.locale, fixed=fixed)

    def percent(self, fraction: float | None, *, digits: int = 1) -> str:
        """Write a fraction as a percentage."""
        if fraction is None or fraction != fraction:  # noqa: PLR0124 - NaN
            return MISSING
        return self.text("{number} %", number=self.number(fraction * 100, digits=digits))

    def money(self, amount: float | Decimal | None, currency: str | None, *, cents: bool = False) -> str:
        """Write money with its ISO code, so that a peso is never taken for a dollar."""
        if amount is None or amount != amount:  # noqa: PLR0124 - NaN
            return MISSING
        number = self.number(amount, digits=2 if cents else 0)
        return f"{currency} {number}" if currency else number

    def date(self, day: dt.date | None, *, length: str = "medium") -> str:
        """Write a day."""
        return MISSING if day is None else _written_day(day, length, str(self.locale))

    def instant(self, at: dt.datetime | None, time_zone: str = "UTC") -> str:
        """Write an instant in a place's own time."""
        if at is None:
            return MISSING
        zone = dates.get_timezone(time_zone)
        there = (at if at.tzinfo else at.replace(tzinfo=dt.UTC)).astimezone(zone)
        hour = dates.format_time(there, format="short", tzinfo=zone, locale=self.locale)
        return f"{dates.format_date(there, format='medium', locale=self.locale)}, {hour}"

    def month(self, month: Month | dt.date | None, *, short: bool = False) -> str:
        """Write a month: ``octubre 2026``, or ``oct 2026`` when short."""
        if month is None:
            return MISSING
        first = month.start if isinstance(month, Month) else month
        return _written_day(first, "LLL y" if short else "LLLL y", str(self.locale))


class _Evidence(dict[str, str]):
    """A name that the evidence lacks shows as a dash rather than failing in front of a person."""

    def __missing__(self, key: str) -> str:
        return MISSING


@lru_cache(maxsize=4_096)
def _written_day(day: dt.date, form: str, locale: str) -> str:
    """A table names the same months in row after row."""
    return dates.format_date(day, format=form, locale=locale)


@cache
def _catalogue(code: str) -> dict[str, str]:
    entries: dict[str, str] = {}
    folder = resources.files("emstrack.language") / "catalogues" / code
    if not folder.is_dir():
        return entries
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not file.name.endswith(".po"):
            continue
        with file.open("rb") as stream:
            for message in pofile.read_po(stream, locale=code):
                if not message.id or message.fuzzy:
                    continue
                if isinstance(message.id, tuple | list):
                    entries |= {f"{message.id[0]}\x00{n}": form for n, form in enumerate(message.string or ()) if form}
                elif message.string:
                    entries[str(message.id)] = str(message.string)
    return entries
