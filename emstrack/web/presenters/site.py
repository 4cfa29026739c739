"""A site's page in a person's language: the sentence for the meeting, the table of months, the charts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for

from emstrack.charts.cost import Cost, CostSeries, cost
from emstrack.charts.cumulative_savings import CumulativeSavings, SavedMonth, cumulative_savings
from emstrack.charts.monthly_use import MonthlyUse, UseMonth, monthly_use
from emstrack.domain.periods import Month
from emstrack.domain.savings import Claim, Method
from emstrack.web.presenters import numbers, savings
from emstrack.web.presenters.charts import ChartFigure, chart_figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emstrack.language.languages import Language
    from emstrack.services.savings.show_site_savings import Sheet, SheetMonth, SiteSavings

RECENT = 24
"""Months shown where no year is chosen."""
_MOST_METERS = 4


def window(sheet: Sheet, year: int | None) -> list[SheetMonth]:
    """Return the months of a year, else the latest ones."""
    if year is None:
        return list(sheet.months[-RECENT:])
    return [each for each in sheet.months if each.month.year == year]


def sentence(site: str, sheet: Sheet, language: Language) -> str:
    """Say what was saved so that one can read it out in a meeting; empty where nothing may be said."""
    total, counted = sheet.total, [each for each in sheet.items if not each.disqualified and each.in_totals]
    if total is None or total.avoided is None or sheet.fraction is None or not counted:
        return ""
    saved = total.avoided >= 0
    words = {
        "site": site,
        "resource": savings.resource_name(sheet.resource, sheet.basis, language).lower(),
        "percent": numbers.percent(abs(sheet.fraction), language),
        "amount": numbers.with_unit(abs(total.avoided), sheet.unit, language),
        "period": savings.period_words(counted[0].reporting_period, language),
    }
    text = language.text
    told = (
        text("{period}: {site} used {percent} less {resource} than it would have, {amount} less.", **words)
        if saved
        else text("{period}: {site} used {percent} more {resource} than it would have, {amount} more.", **words)
    )
    if total.band_90 is not None:
        band = numbers.with_unit(total.band_90, sheet.unit, language)
        told += " " + text("The true figure lies within ± {band} of it, nine times in ten.", band=band)
    if saved and total.cost_avoided is not None:
        money = numbers.money(total.cost_avoided, total.currency, language)
        if total.cost_per_room is not None:
            room = numbers.money(total.cost_per_room, total.currency, language, cents=True)
            told += " " + text("That is worth {money}, or {room} per room.", money=money, room=room)
        else:
            told += " " + text("That is worth {money}.", money=money)
    if sheet.claim is Claim.NOISE:
        told += " " + text("A difference of this size cannot be told from the ups and downs of the months.")
    return told


def cards(sheet: Sheet, language: Language) -> list[dict[str, Any]]:
    """Return the figures above the chart."""
    total = sheet.total
    if total is None or total.avoided is None:
        return []
    text = language.text
    saved = numbers.figure(total.avoided, sheet.unit, language)
    notes = [numbers.percent(sheet.fraction, language)] if sheet.fraction is not None else []
    if total.band_90 is not None:
        notes.append(text("± {band} at 90 %", band=numbers.with_unit(total.band_90, sheet.unit, language)))
    found: list[dict[str, Any]] = [
        {
            "label": text("Saving"),
            "value": saved.value,
            "unit": saved.unit,
            "note": " · ".join(notes),
            "claim": sheet.claim,
            "reason": savings.claim_reason(sheet.claim, language) if sheet.claim else "",
        }
    ]
    if total.cost_avoided is not None:
        money = numbers.money(total.cost_avoided, total.currency, language)
        note = text("at the prices of the reporting period")
        found.append({"label": text("Cost avoided"), "value": money, "note": note})
    if total.per_room is not None:
        room = numbers.figure(total.per_room, sheet.unit, language)
        per_room = total.cost_per_room
        note = "" if per_room is None else numbers.money(per_room, total.currency, language, cents=True)
        found.append({"label": text("Per room"), "value": room.value, "unit": room.unit, "note": note})
    elif len(sheet.items) == 1 and sheet.items[0].per_m2 is not None:
        area = numbers.figure(sheet.items[0].per_m2, sheet.unit, language)
        found.append({"label": text("Per m²"), "value": area.value, "unit": area.unit})
    carbon = [each.co2e_avoided_kg for each in sheet.items if not each.disqualified and each.in_totals]
    known = [each for each in carbon if each is not None]
    if known and len(known) == len(carbon):
        figure = numbers.figure(sum(known), "co2e_kg", language)
        found.append({"label": text("Emissions avoided"), "value": figure.value, "unit": figure.unit})
    return found


def month_table(sheet: Sheet, months: Sequence[SheetMonth], language: Language) -> dict[str, Any]:
    """Return the table of months, the newest first; every figure of a meter leads to the bills behind it."""
    text = language.text
    unit = numbers.figure(1.0, sheet.unit, language).unit
    several = 1 < len(sheet.meters) <= _MOST_METERS
    meters = sheet.meters if several or len(sheet.meters) == 1 else ()
    columns: list[dict[str, Any]] = [{"label": text("Month")}]
    columns += [{"label": meter.name if several else text("Used"), "unit": unit, "numeric": True} for meter in meters]
    if not meters or several:
        columns.append({"label": text("Together"), "unit": unit, "numeric": True})
    columns += [
        {"label": text("Would have used"), "unit": unit, "numeric": True},
        {"label": text("Saving"), "unit": unit, "numeric": True},
        {"label": text("Cost"), "unit": _currency(months), "numeric": True},
        {"label": text("Coverage"), "numeric": True},
    ]
    rows = [_month_row(each, meters, language, together=not meters or several) for each in reversed(months)]
    return {"columns": columns, "rows": rows}


def _month_row(each: SheetMonth, meters: Sequence[Any], language: Language, *, together: bool) -> list[Any]:
    by_meter = {one.meter_id: one for one in each.meters}
    note = "" if each.complete or each.quantity is None else language.text("not complete")
    row: list[Any] = [{"text": language.month(each.month), "note": note}]
    for meter in meters:
        one = by_meter.get(meter.id)
        written = numbers.quantity(one.quantity if one else None, language)
        href = url_for("readings.month_of_meter", meter_id=meter.id, month=str(each.month))
        row.append({"text": written, "href": href} if one and one.quantity is not None else written)
    if together:
        row.append(numbers.quantity(each.quantity, language))
    covered = numbers.coverage(each.coverage if each.quantity is not None else None, language)
    if each.estimated > 0:
        covered += " · " + language.text("{part} estimated", part=language.percent(each.estimated, digits=0))
    return [
        *row,
        numbers.quantity(each.adjusted_baseline, language),
        numbers.signed(each.avoided, language),
        language.number(None if each.cost is None else each.cost, digits=2),
        covered,
    ]


def _currency(months: Sequence[SheetMonth]) -> str:
    found = {each.currency for each in months if each.currency}
    return next(iter(found)) if len(found) == 1 else ""


def figures(site: str, sheet: Sheet, months: Sequence[SheetMonth], language: Language) -> list[ChartFigure]:
    """Draw the charts of a resource: use against the baseline, savings to date, and what each month cost."""
    name = savings.resource_name(sheet.resource, sheet.basis, language)
    used = tuple(
        UseMonth(
            each.month,
            each.quantity,
            complete=each.complete,
            adjusted_baseline=each.adjusted_baseline,
            band=each.band_90,
        )
        for each in months
    )
    charts = [monthly_use(MonthlyUse(name, sheet.unit, used), language)]
    saved = tuple(
        SavedMonth(each.month, each.avoided, each.cumulative, each.cumulative_band_90)
        for each in sheet.months
        if each.cumulative is not None
    )
    if len(saved) > 1:
        charts.append(cumulative_savings(CumulativeSavings(name, sheet.unit, saved), language))
    currency = _currency(months)
    costs = {each.month: float(each.cost) for each in months if each.cost is not None}
    if currency and costs:
        charts.append(cost(Cost(f"{site}, {name}", currency, (CostSeries(name, costs),)), language))
    return [chart_figure(chart, language) for chart in charts]


def driver_table(page: SiteSavings, months: Sequence[SheetMonth], language: Language) -> dict[str, Any] | None:
    """Return the drivers of the months shown; None where there are none."""
    wanted = [each.month for each in months]
    names = [name for name, values in page.drivers.items() if any(month in values for month in wanted)]
    if not names:
        return None
    columns = [{"label": language.text("Month")}, *({"label": language.label(name), "numeric": True} for name in names)]
    rows = [
        [language.month(month), *(numbers.quantity(page.drivers[name].get(month), language) for name in names)]
        for month in reversed(wanted)
    ]
    return {"columns": columns, "rows": rows}


def meter_rows(page: SiteSavings, language: Language, *, may_record: bool, last: Month) -> list[list[Any]]:
    """Return the site's meters with their baseline; each leads to its readings and its facts."""
    rows = []
    site_id = page.site.id
    for meter in page.meters:
        if meter.archived_at is not None:
            continue
        adopted, draft = page.adopted.get(meter.id), page.drafts.get(meter.id)
        if adopted is not None:
            status = language.text("Revision {n}", n=adopted.revision) + f" · {language.label(Method(adopted.method))}"
        else:
            status = language.text("Draft, not adopted") if draft is not None else language.text("None yet")
        month = {
            "text": language.text("Add a reading"),
            "href": url_for("month.show", site=site_id, month=str(last)),
        }
        rows.append(
            [
                {
                    "text": meter.name or language.label(meter.resource),
                    "href": url_for("meters.show", meter_id=meter.id),
                },
                language.label(meter.resource)
                + (f" · {language.text('behind another meter')}" if meter.parent_id is not None else ""),
                {"text": status, "href": url_for("baselines.index", meter_id=meter.id)},
                month if may_record else "–",
            ]
        )
    return rows


def history(page: SiteSavings, language: Language) -> list[dict[str, Any]]:
    """Return what happened to the site's baselines, the newest first."""
    names = {meter.id: meter.name or language.label(meter.resource) for meter in page.meters}
    entries = []
    for row in page.baselines:
        at = row.adopted_at or row.created_at
        what = (
            language.text(
                "Baseline of {meter} adopted, revision {n}", meter=names.get(row.meter_id, ""), n=row.revision
            )
            if row.adopted_at
            else language.text(
                "Baseline of {meter} proposed, revision {n}", meter=names.get(row.meter_id, ""), n=row.revision
            )
        )
        entries.append(
            {
                "when": language.date(at.date()),
                "who": row.user_name or row.user_email or "",
                "what": what,
                "old": None,
                "new": None,
                "why": row.reason,
                "href": url_for("baselines.show", baseline_id=row.id),
            }
        )
    return entries
