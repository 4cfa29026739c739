"""Savings verified apart from the whole meter, in a person's language: each figure with unit and grounds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask import url_for

from emstrack.domain.verification import Option
from emstrack.domain.worksheets import Worksheet
from emstrack.language.languages import MISSING
from emstrack.web.presenters import numbers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from emstrack.domain.verification import Quantity
    from emstrack.domain.worksheets import Definition
    from emstrack.language.languages import Language
    from emstrack.services.savings.choose_option import Chosen
    from emstrack.services.savings.list_isolated_savings import ListedSaving
    from emstrack.services.savings.state_detectable_saving import DetectableSaving
    from emstrack.storage.models import IsolatedSaving, Meter
    from emstrack.web.forms.verification import WorksheetForm


def what(row: IsolatedSaving, language: Language) -> str:
    """Name the option and its boundary: ``Option A · Toilets``."""
    boundary = {
        Option.ALL_PARAMETERS: language.text("sub-meter"),
        Option.CALIBRATED_MODEL: language.text("calibrated model"),
    }.get(Option(row.option))
    worksheet = language.label(row.worksheet) if row.worksheet else boundary
    return f"{language.text('Option {letter}', letter=row.option)} · {worksheet}"


def status(saving: ListedSaving, language: Language) -> str:
    """Say where a saving stands: withdrawn, signed by somebody, or waiting for a signature."""
    row = saving.row
    if row.withdrawn_at is not None:
        return language.text("Withdrawn")
    if row.signed_at is None:
        return language.text("Not signed yet")
    return language.text(
        "Verified: signed by {name} on {day}", name=saving.signatory, day=language.date(row.signed_at.date())
    )


def per_year(each: Quantity, language: Language) -> str:
    """Write ``1,440 ± 292 m³`` of a year."""
    return numbers.with_band(each.per_year, each.band_90, each.unit, language)


def resource_of(each: Quantity, language: Language) -> str:
    """Name what is saved, a fuel with its heating-value basis."""
    basis = {"net": language.text("Net (lower)"), "gross": language.text("Gross (higher)")}.get(each.basis, "")
    label = language.label(each.resource)
    return f"{label} · {basis}" if basis else label


def saving_columns(language: Language) -> list[dict[str, Any]]:
    """Return the columns of a site's savings."""
    text = language.text
    return [
        {"label": text("Saving")},
        {"label": text("Resource")},
        {"label": text("A year"), "numeric": True},
        {"label": text("Since")},
        {"label": text("Status")},
    ]


def saving_rows(savings: Iterable[ListedSaving], language: Language) -> list[list[Any]]:
    """Return a row per saving and resource; one that comes to nothing yet has a dash."""
    rows = []
    for saving in savings:
        href = url_for("options.show", saving_id=saving.row.id)
        note = what(saving.row, language) + (f" · {saving.meter}" if saving.meter else "")
        name = {"text": saving.row.title, "href": href, "note": note}
        told = [language.date(saving.row.start), status(saving, language)]
        rows += [[name, *_figures(saving, each, language), *told] for each in saving.quantities or (None,)]
    return rows


def _figures(saving: ListedSaving, each: Quantity | None, language: Language) -> list[Any]:
    if each is None:
        return [MISSING, MISSING]
    inside = language.text("part of the meter’s own saving") if each.resource in saving.inside else ""
    return [{"text": resource_of(each, language), "note": inside}, per_year(each, language)]


def meter_choices(meters: Iterable[Meter], language: Language) -> list[tuple[int, str]]:
    """Return the meters the chooser may be asked about."""
    return [(meter.id, f"{meter.name} · {language.label(meter.resource)}") for meter in meters if not meter.archived_at]


def detectable(stated: DetectableSaving, language: Language) -> dict[str, str]:
    """Say what a meter can show in a sentence, and what the sentence rests on."""
    text = language.text
    if stated.least is None or stated.period is None:
        sentence = text("Nobody can say yet: twelve complete months of bills and a model that fits them are needed.")
        return {"sentence": sentence, "note": ""}
    sentence = text(
        "This meter can show a saving of {percent} ({quantity} a year) or more at 90 %.",
        percent=numbers.percent(stated.fraction, language),
        quantity=numbers.with_unit(_three(stated.least), stated.unit, language),
    )
    first, last = (language.month(month) for month in (stated.period.start, list(stated.period.months())[-1]))
    note = (
        text("By the adopted baseline, {first} to {last}.", first=first, last=last)
        if stated.adopted
        else text("By the best model of {first} to {last}; no baseline is adopted.", first=first, last=last)
    )
    small = text("A smaller saving is verified where it happens: on a sub-meter or a worksheet.")
    return {"sentence": sentence, "note": f"{note} {small}"}


def _three(value: float) -> float:
    return float(f"{value:.3g}")


def answer(chosen: Chosen, site_id: int, language: Language) -> dict[str, Any]:
    """Return what the chooser says, and the ways on."""
    meter, finding = chosen.detectable.meter, chosen.finding
    finding = replace(finding, evidence={**finding.evidence, "unit": language.unit(chosen.detectable.unit)})
    ways = [
        (language.label(each), url_for("options.new_worksheet", site_id=site_id, worksheet=each.value))
        for each in chosen.worksheets
    ]
    subs = [
        (each.name, url_for("options.new_sub_meter", site_id=site_id, meter_id=each.id)) for each in chosen.sub_meters
    ]
    return {
        "severity": {True: "good", False: "warning"}[chosen.whole_meter_fits],
        "sentence": language.sentence(finding),
        "baselines": url_for("baselines.index", meter_id=meter.id) if chosen.whole_meter_fits else "",
        "worksheets": [] if chosen.whole_meter_fits else ways,
        "sub_meters": [] if chosen.whole_meter_fits else subs,
    }


def form_rows(form: WorksheetForm, language: Language) -> list[dict[str, Any]]:
    """Return the rows of a worksheet's form with their labels and units."""
    return [
        {
            "name": row.definition.name.value,
            "label": language.label(row.definition.name),
            "unit": language.unit(row.definition.unit) if row.definition.unit else "",
            "is_key": row.definition.may_be_key,
            "optional": row.definition.optional,
            "range_hint": _range_hint(row.definition, language),
            "form": row.form,
            "file_id": row.file_id,
        }
        for row in form.rows
    ]


def _range_hint(definition: Definition, language: Language) -> str:
    return language.text("Leave both empty if it was counted whole.") if definition.is_counted else ""


_GUIDANCE = {
    Worksheet.LIGHTING: "Measure the power of some lamps of each kind with a clamp or plug meter, and the hours "
    "with loggers.",
    Worksheet.TAPS_SHOWERS: "Hold a bucket and a stopwatch, or a flow bag, to ten or more taps or showers before and "
    "after.",
    Worksheet.TOILETS: "Measure the litres of some tanks by their inside, or read the meter over a count of flushes.",
    Worksheet.LINEN: "Weigh the laundry of two weeks before and of two weeks after, each day by the rooms occupied.",
    Worksheet.LEAKS: "Catch the leak in a bucket, or read the meter at night when nobody draws water, several times.",
    Worksheet.BOILER: "Test the flue gas at the usual load, several times before and several times after.",
    Worksheet.AIR_CONDITIONING: "Measure the power at a known load, several times; ratings of the maker are only "
    "estimates.",
    Worksheet.AIR_CONDITIONING_SAMPLE: "Put energy loggers on some units for a week before and on the same for a "
    "week after.",
}


def guidance(worksheet: Worksheet, language: Language) -> str:
    """Say how to measure what decides this saving."""
    return language.text(_GUIDANCE[worksheet])
