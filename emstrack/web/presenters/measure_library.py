"""An entry of the library in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emstrack.domain.measures import Option
from emstrack.reference.measures import Basis
from emstrack.web.forms.measures import OPTION_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from emstrack.language.languages import Language
    from emstrack.reference.measures import LibraryMeasure


def entry(found: LibraryMeasure, language: Language) -> dict[str, Any]:
    """Return what a page says of an entry."""
    text, code = language.text, language.code
    low, high = (language.number(each, digits=1, fixed=False) for each in (found.low_percent, found.high_percent))
    share = f"{low} %" if low == high else text("{low} to {high} %", low=low, high=high)
    return {
        "code": found.code,
        "title": found.title.said_in(code),
        "mechanism": found.mechanism.said_in(code),
        "saving": f"{share} {found.saving_of.said_in(code)}",
        "is_estimate": found.basis is Basis.ESTIMATE,
        "source": found.source,
        "cost_drivers": found.cost_drivers.said_in(code),
        "verification": found.verification.said_in(code),
        "option": text(OPTION_WORDS[Option(found.option)]),
        "sectors": ", ".join(language.label(each) for each in found.sectors),
        "resource": language.label(found.resource),
        "category": language.label(found.category),
        "ease": language.label(found.ease),
        "life": language.plural("{n} year", "{n} years", found.life_years),
    }


def resources(entries: Iterable[LibraryMeasure], language: Language) -> list[tuple[str, str]]:
    """Return the resources that the library speaks of."""
    return sorted(((code, language.label(code)) for code in {each.resource for each in entries}), key=lambda e: e[1])
