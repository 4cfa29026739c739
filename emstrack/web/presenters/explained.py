"""What explains a saving, in a person's language: the bill's change, its worth, a typical year, what can be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emstrack.web.presenters import numbers

if TYPE_CHECKING:
    from emstrack.language.languages import Language
    from emstrack.services.savings.explain_savings import BillStory, Explained


def bill_table(told: Explained, language: Language) -> dict[str, Any] | None:
    """Return the change of the bill by its causes, adding up to the cent; None where it cannot be told."""
    story = told.story
    if story is None:
        return None
    text, change = language.text, story.change
    used = [numbers.with_unit(paid.quantity, told.unit, language) for paid in (story.before, story.after)]
    parts: list[tuple[str, Any, str]] = [
        (text("Quantity"), change.quantity, text("{before} before, {after} now", before=used[0], after=used[1])),
        (text("Price"), change.price, _prices(story, told.unit, language)),
    ]
    if change.fixed or story.fixed_estimated:
        note = text("estimated: what of the bills does not follow the quantity") if story.fixed_estimated else ""
        parts.append((text("Fixed charges"), change.fixed, note))
    if change.demand:
        parts.append((text("Demand charges"), change.demand, ""))
    if change.exchange:
        parts.append((text("Exchange rate"), change.exchange, ""))
    rows = [[{"text": label, "note": note}, _money(amount, story.currency, language)] for label, amount, note in parts]
    columns = [{"label": text("Cause")}, {"label": text("Change of the bill"), "numeric": True}]
    totals = [text("Together"), _money(change.total, story.currency, language)]
    return {"columns": columns, "rows": rows, "totals": totals, "caption": _caption(story, language)}


def _caption(story: BillStory, language: Language) -> str:
    return language.text(
        "{months} months, {first} to {last}, against the same months from {before}: {old} before, {new} now.",
        months=story.months,
        first=language.month(story.first, short=True),
        last=language.month(story.last, short=True),
        before=language.month(story.first_before, short=True),
        old=numbers.money(story.before.total, story.currency, language, cents=True),
        new=numbers.money(story.after.total, story.currency, language, cents=True),
    )


def _prices(story: BillStory, unit: str, language: Language) -> str:
    before, after = story.before.price, story.after.price
    if before is None or after is None:
        return ""
    told = [f"{story.currency} {language.number(price, digits=3)}/{language.unit(unit)}" for price in (before, after)]
    return language.text("{before} before, {after} now", before=told[0], after=told[1])


def _money(amount: Any, currency: str, language: Language) -> str:
    written = numbers.money(abs(amount), currency, language, cents=True)
    return ("−" if amount < 0 else "+" if amount > 0 else "") + written


def facts(told: Explained, language: Language) -> list[tuple[str, str]]:
    """Return what the saving is worth, what a typical year would save, and what this meter can show."""
    text, unit = language.text, told.unit
    found: list[tuple[str, str]] = []
    if told.worth is not None and told.worth.at_average is not None:
        found.append(
            (text("Worth at the average price"), numbers.money(told.worth.at_average, told.currency, language))
        )
    if told.marginal is not None and told.worth is not None and told.worth.at_marginal is not None:
        price = f"{told.currency} {language.number(told.marginal.price, digits=3)}/{language.unit(unit)}"
        worth = numbers.money(told.worth.at_marginal, told.currency, language)
        found.append((text("Worth at the marginal price"), f"{worth} ({price})"))
    typical = told.typical
    if typical is not None and typical.avoided is not None:
        saved = numbers.with_band(typical.avoided, typical.band_90, unit, language)
        if typical.avoided_percent is not None:
            saved += f" ({numbers.percent(typical.avoided_percent / 100, language)})"
        found.append((text("In a typical year"), saved))
    if told.least is not None and told.least_fraction is not None:
        least = numbers.with_unit(told.least, unit, language)
        found.append(
            (
                text("Smallest saving this meter can show in a year"),
                f"{least} ({numbers.percent(told.least_fraction, language)})",
            )
        )
    chained = told.chained
    if chained is not None:
        saved = numbers.with_band(chained.avoided, chained.band_90, unit, language)
        percent = numbers.percent(chained.avoided_percent / 100, language)
        found.append((text("Chained over the years between"), f"{saved} ({percent})"))
    return found


def typical_note(told: Explained, language: Language) -> str:
    """Say what the typical year is; empty where nothing is told of one."""
    if told.typical is None or told.typical.avoided is None:
        return ""
    if told.typical_station:
        return language.text(
            "The typical year is that of {station}, with the guests of the reporting period.",
            station=told.typical_station,
        )
    return language.text(
        "A typical year has the median months of the weather known here, and the guests of the reporting period."
    )
