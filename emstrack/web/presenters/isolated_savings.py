"""One saving verified apart from the whole meter, with its calculation, in a person's language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from flask import url_for

from emstrack.language.figures import digits_for
from emstrack.language.languages import MISSING
from emstrack.web.forms.verification import CHOICE_LABELS, GROUNDS, choice_word
from emstrack.web.presenters import numbers, options, sites

if TYPE_CHECKING:
    from emstrack.domain.verification import ExternalResult, Parameter
    from emstrack.language.languages import Language
    from emstrack.services.savings.show_isolated_saving import ShownSaving


def cards(shown: ShownSaving, language: Language) -> list[dict[str, Any]]:
    """Return a card per resource: a year's saving, its band, a month's part."""
    found = []
    for each in shown.saving.quantities:
        figure = numbers.figure(each.per_year, each.unit, language)
        band = numbers.with_unit(each.band_90, each.unit, language) if each.band_90 is not None else MISSING
        month = numbers.with_unit(each.per_month, each.unit, language)
        note = language.text("± {band} at 90 % · about {month} a month", band=band, month=month)
        label = language.text("{resource} a year", resource=options.resource_of(each, language))
        found.append({"label": label, "value": figure.value, "unit": figure.unit, "note": note})
    return found


def facts(shown: ShownSaving, language: Language) -> list[tuple[str, Any]]:
    """Return what a saving is."""
    row, text = shown.saving.row, language.text
    until = language.date(row.end) if row.end else text("still running")
    found: list[tuple[str, Any]] = [
        (text("Option"), options.what(row, language)),
        (text("Holds"), text("from {start} until {end}", start=language.date(row.start), end=until)),
        (text("Status"), options.status(shown.saving, language)),
    ]
    if shown.saving.meter:
        found.append((text("Sub-meter"), shown.saving.meter))
    found += [(text(CHOICE_LABELS[name]), text(choice_word(value))) for name, value in row.choices.items() if value]
    if shown.external is not None:
        found += _external_facts(shown.external, language)
    if row.note:
        found.append((text("Note"), row.note))
    return found


def _external_facts(result: ExternalResult, language: Language) -> list[tuple[str, str]]:
    text = language.text
    steps = {"monthly": text("months"), "hourly": text("hours")}[result.steps]
    return [
        (text("Program and version"), result.model),
        (text("Made by"), result.author),
        (text("Made on"), language.date(result.made_on)),
        (text("Compared with the meters by"), steps),
        ("CV(RMSE)", numbers.percent(result.cv_rmse, language)),
        ("NMBE", numbers.percent(result.nmbe, language)),
    ]


def parameter_table(shown: ShownSaving, language: Language) -> dict[str, Any] | None:
    """Return the parameters with what each rests on, its doubt, and how much of the band it brings."""
    if shown.computed is None:
        return None
    text = language.text
    resources = list(shown.computed.shares)
    columns = [
        {"label": text("Parameter")},
        {"label": text("Value"), "numeric": True},
        {"label": text("Standard uncertainty"), "numeric": True},
        {"label": text("What it rests on")},
        *({"label": text("Doubt in {resource}", resource=language.label(r)), "numeric": True} for r in resources),
    ]
    rows = []
    for each in shown.parameters:
        unit = shown.definitions[each.name.value].unit
        shares = [shown.computed.shares[r][each.name.value] for r in resources]
        rows.append(
            [
                {"text": language.label(each.name), "note": text(GROUNDS[each.grounds])},
                _with_unit(each.value, unit, language),
                _with_unit(shown.doubts[each.name.value], unit, language),
                _grounds(each, unit, shown, language),
                *({"text": numbers.percent(share, language, digits=0), "bar": share} for share in shares),
            ]
        )
    return {"columns": columns, "rows": rows}


def _with_unit(value: float, unit: str, language: Language) -> str:
    written = language.number(value, digits=max(digits_for(value), 2), fixed=False)
    return f"{written}\u00a0{language.unit(unit)}" if unit else written


def _grounds(each: Parameter, unit: str, shown: ShownSaving, language: Language) -> dict[str, Any]:
    text = language.text
    if each.is_measured:
        said = text(
            "{instrument}, {sample} measured until {day}, standard deviation {spread}",
            instrument=each.instrument,
            sample=each.sample,
            day=language.date(each.measured_on),
            spread=_with_unit(each.spread or 0.0, unit, language),
        )
    elif each.low is None or each.high is None:
        said = text("{source}, counted whole", source=each.source)
    else:
        low, high = (_with_unit(bound, "", language) for bound in (each.low, each.high))
        said = text("{source}, between {low} and {high}", source=each.source, low=low, high=high)
    told = "; ".join(language.number(reading, digits=4, fixed=False) for reading in each.readings)
    if each.file_id is None:
        return {"text": said, "note": told}
    file = text("File: {name}", name=shown.files.get(each.file_id) or text("without a name"))
    return {
        "text": said,
        "note": " · ".join(filter(None, (told, file))),
        "href": url_for("files.show", file_id=each.file_id),
    }


def step_table(shown: ShownSaving, language: Language) -> dict[str, Any] | None:
    """Return the calculation line by line, with its numbers in place of names."""
    if shown.computed is None:
        return None
    values = {each.name.value: (each.value, "") for each in shown.parameters}
    rows = []
    for step in shown.computed.steps:
        rows.append(
            [language.label(step.name), _arithmetic(step.arithmetic, values, language), _result(step, language)]
        )
        values[step.name] = (float(step.value), step.unit)
    columns = [
        {"label": language.text("Step")},
        {"label": language.text("Calculation")},
        {"label": language.text("Result"), "numeric": True},
    ]
    return {"columns": columns, "rows": rows}


def _result(step: Any, language: Language) -> dict[str, str]:
    band = language.label(step.resource) if step.resource else ""
    return {"text": _with_unit(float(step.value), step.unit, language), "note": band}


def _arithmetic(template: str, values: dict[str, tuple[float, str]], language: Language) -> str:
    """Write the arithmetic with its numbers, those of the formula itself included."""

    def written(found: re.Match[str]) -> str:
        name = found[1]
        number = values[name][0] if name else float(found[0])
        return language.number(number, digits=4, fixed=False)

    return re.sub(r"\{(\w+)\}|\b\d+(?:\.\d+)?\b", written, template)


def month_table(shown: ShownSaving, language: Language) -> dict[str, Any] | None:
    """Return what falls into each of the last months."""
    if not shown.months:
        return None
    columns: list[dict[str, Any]] = [{"label": language.text("Month")}]
    quantities = shown.saving.quantities
    for each in quantities:
        unit = language.unit(each.unit)
        columns.append({"label": language.label(each.resource), "unit": unit, "numeric": True})
        columns.append({"label": "± 90 %", "unit": unit, "numeric": True})
    rows = []
    for part in shown.months:
        cells: list[str] = [language.month(part.month, short=True)]
        for each in quantities:
            saved, band = part.by_resource.get(each.resource, (None, None))
            cells += [numbers.signed(saved, language), numbers.quantity(band, language)]
        rows.append(cells)
    return {"columns": columns, "rows": rows}


_EVENTS = {
    "option": "Written down",
    "signed_at": "Signed",
    "withdrawn_at": "Withdrawn",
    "file_id": "Another document",
    "meter_id": "Another sub-meter",
    "quantities": "Other quantities",
}
"""Changes that are told by a word alone."""
_WORDS = {
    "title": "Name",
    "start": "Saves since",
    "note": "Note",
    "fuel": "What heats the water",
    "rating": "The rating is written as",
    "model": "Program and version",
    "author": "Made by",
    "made_on": "Made on",
    "steps": "Compared with the meters by",
    "cv_rmse": "CV(RMSE)",
    "nmbe": "NMBE",
}


def change_entries(shown: ShownSaving, language: Language) -> list[dict[str, str]]:
    """Return the history for the timeline macro: who wrote, changed, signed or withdrew it."""
    told = [each for each in shown.changes if each.field != "signed_by"]
    entries = sites.change_entries(told, shown.site.time_zone, language)
    for change, entry in zip(told, entries, strict=True):
        if change.field in _EVENTS:
            word = (
                "Signature taken off" if change.field == "signed_at" and change.new is None else _EVENTS[change.field]
            )
            entry |= {"what": language.text(word), "old": "", "new": ""}
        elif change.field in _WORDS:
            value = entry["what"].partition(": ")[2]
            entry["what"] = language.text(_WORDS[change.field]) + (f": {value}" if value else "")
    return entries


def external_data(result: ExternalResult) -> dict[str, Any]:
    """Return what the form of an external result shows of one."""
    data: dict[str, Any] = {
        "model": result.model,
        "author": result.author,
        "made_on": result.made_on,
        "steps": result.steps.value,
        "cv_rmse": round(result.cv_rmse * 100, 6),
        "nmbe": round(result.nmbe * 100, 6),
    }
    for place, each in enumerate(result.quantities, 1):
        data |= {f"resource_{place}": each.resource, f"quantity_{place}": each.per_year, f"band_{place}": each.band_90}
        data |= {"basis": each.basis} if each.basis else {}
    return data
