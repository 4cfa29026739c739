"""Case studies in the reader's language: what was estimated and what was measured, each by itself."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from flask import url_for

from emstrack.documents.measures_report import payback
from emstrack.domain.case_studies import Audience
from emstrack.language.languages import MISSING
from emstrack.web.presenters import numbers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from emstrack.language.languages import Language

AUDIENCES = {
    Audience.DRAFT: ("Draft: only its writers read it", ""),
    Audience.TENANT: ("Read by the whole organisation", "info"),
    Audience.PUBLIC: ("Public: anybody reads it", "good"),
}


def audience(value: str, language: Language) -> dict[str, str]:
    """Return who reads it, with the tone of its badge."""
    words, tone = AUDIENCES[Audience(value)]
    return {"text": language.text(words), "tone": tone}


def facts(content: dict[str, Any], language: Language) -> list[tuple[str, str]]:
    """Return where, what kind, since when."""
    text = language.text
    pairs = [
        (text("Where"), content.get("place") or ""),
        (text("Kind of site"), language.label(content["site_kind"])),
        (text("Kind of technique"), language.label(content["category"])),
    ]
    if content.get("implemented_on"):
        pairs.append((text("Implemented on"), language.date(date.fromisoformat(content["implemented_on"]))))
    return [(term, said) for term, said in pairs if said]


def estimated(content: dict[str, Any], language: Language) -> list[tuple[str, str]]:
    """Return what was expected beforehand."""
    text, given = language.text, content["estimated"]
    pairs = []
    for effect in given["effects"]:
        named = language.label(effect["resource"])
        if effect["variety"]:
            named += f", {language.label(effect['variety'])}"
        pairs.append((named, text("{amount} a year", amount=_amount(effect["quantity"], effect["unit"], language))))
    currency = given.get("currency", "")
    if given.get("annual_saving") is not None:
        amount = numbers.money(given["annual_saving"], currency, language)
        pairs.append((text("Money saved"), text("{amount} a year", amount=amount)))
    if given.get("investment") is not None:
        pairs.append((text("Investment"), numbers.money(given["investment"], currency, language)))
    if given.get("payback_years") is not None:
        pairs.append((text("Simple payback"), payback(given["payback_years"], language)))
    if given.get("co2e_kg") is not None:
        tonnes = numbers.quantity(given["co2e_kg"] / 1000, language)
        pairs.append((text("Emissions avoided"), text("{tonnes} t CO₂e a year", tonnes=tonnes)))
    return pairs


def measured(content: dict[str, Any], language: Language) -> list[tuple[str, str]]:
    """Return what the meter says, with its band; nothing where nothing was measured."""
    found, text = content.get("measured"), language.text
    if not found:
        return []
    saved = numbers.with_band(found["avoided"], found["band_90"], found["unit"], language)
    first, last = (date.fromisoformat(found[name]) for name in ("start", "end"))
    pairs = [(language.label(found["resource"]), saved)]
    if found["fraction"] is not None:
        pairs.append((text("Share of what would have been used"), numbers.percent(found["fraction"], language)))
    if found.get("cost") is not None:
        pairs.append((text("Money saved"), numbers.money(found["cost"], found["currency"], language)))
    pairs.append((text("From"), text("{first} to {last}", first=language.date(first), last=language.date(last))))
    how = "Option B: the sub-meter of what was changed" if found["option"] == "B" else "Option C: the whole meter"
    pairs.append((text("How it was measured"), text(how)))
    return pairs


def photos(content: dict[str, Any], endpoint: str, language: Language, **address: Any) -> list[dict[str, str]]:
    """Return the photos with their addresses, by their place among those let out."""
    listed = []
    for number, each in enumerate(content["photos"], 1):
        named = language.label(each["moment"]) + (f": {each['caption']}" if each["caption"] else "")
        href = (
            url_for("files.show", file_id=each["file_id"])
            if endpoint == "files.show"
            else url_for(endpoint, number=number, **address)
        )
        listed.append({"href": href, "named": named})
    return listed


def columns(language: Language) -> list[dict[str, Any]]:
    """Return the columns of the list."""
    text = language.text
    return [{"label": text("Case study")}, {"label": text("Who reads it")}, {"label": text("Published on")}]


def rows(cases: Iterable[Any], language: Language) -> list[list[Any]]:
    """Return the list's cells; what was let out has its title of then."""
    return [
        [
            {
                "text": (each.released or {}).get("title") or each.title,
                "href": url_for("case_studies.show", case_id=each.id),
            },
            language.text(AUDIENCES[Audience(each.audience)][0]),
            language.date(each.released_at.date()) if each.released_at else MISSING,
        ]
        for each in cases
    ]


def _amount(quantity: float, unit: str, language: Language) -> str:
    return numbers.with_unit(quantity, unit, language)
