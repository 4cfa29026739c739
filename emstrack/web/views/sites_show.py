"""A site's page: what it used, would have used, saved and cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import render_template, request

from emstrack.domain.accounts import Permission
from emstrack.domain.findings import Severity
from emstrack.domain.periods import EARLIEST_YEAR, LATEST_YEAR, Month
from emstrack.services.savings.show_site_savings import show_site_savings
from emstrack.web import requests
from emstrack.web.presenters import savings as savings_presenter
from emstrack.web.presenters import site as presenter

if TYPE_CHECKING:
    from emstrack.services.savings.show_site_savings import Sheet, SiteSavings


def show(site_id: int) -> str:
    """Show one resource of a site; the charts follow once the page is there."""
    language, actor = requests.language(), requests.actor()
    page, sheet, year = _wanted(site_id)
    last = Month.of(requests.today(page.site.time_zone)).plus(-1)
    may_record = actor.may(Permission.RECORD_READINGS)
    values: dict[str, Any] = {
        "page": page,
        "site": page.site,
        "sheet": sheet,
        "year": year,
        "last": last,
        "may_record": may_record,
        "may_edit": actor.may(Permission.EDIT_SITES),
        "may_set_baseline": actor.may(Permission.SET_BASELINE),
        "meter_rows": presenter.meter_rows(page, language, may_record=may_record, last=last),
        "history": presenter.history(page, language),
    }
    if sheet is not None:
        months = presenter.window(sheet, year)
        values |= {
            "name": savings_presenter.resource_name(sheet.resource, sheet.basis, language),
            "names": {
                str(each): savings_presenter.resource_name(each.resource, each.basis, language) for each in page.keys
            },
            "sentence": presenter.sentence(page.site.name, sheet, language),
            "cards": presenter.cards(sheet, language),
            "table": presenter.month_table(sheet, months, language),
            "drivers": presenter.driver_table(page, months, language),
            "to_mend": _to_mend(page, sheet),
            "remarks": savings_presenter.shown_findings(
                each
                for item in sheet.items
                for each in item.findings
                if each.severity is Severity.WARNING and not savings_presenter.is_to_mend(each)
            ),
        }
    return render_template("sites/show.html", **values)


def charts(site_id: int) -> str:
    """Draw the charts of a resource: asked for by the page once it stands, because drawing takes a moment."""
    page, sheet, year = _wanted(site_id)
    figures = []
    if sheet is not None:
        figures = presenter.figures(page.site.name, sheet, presenter.window(sheet, year), requests.language())
    return render_template("sites/_charts.html", figures=figures)


def _wanted(site_id: int) -> tuple[SiteSavings, Sheet | None, int | None]:
    page = show_site_savings(requests.session(), site_id, request.args.get("resource", ""))
    year = request.args.get("year", type=int)
    return page, page.sheet, year if year is not None and EARLIEST_YEAR <= year <= LATEST_YEAR else None


def _to_mend(page: SiteSavings, sheet: Sheet) -> list[dict[str, Any]]:
    """Return what withholds a claim or wants a decision, meter by meter, each with the button that mends it."""
    by_name = {meter.name: meter.id for meter in sheet.meters}
    return [
        {
            "meter": item.meter if item.meter and len(sheet.meters) > 1 else "",
            **savings_presenter.to_mend(
                finding, page.site.id, by_name.get(item.meter, sheet.meters[0].id), requests.language()
            ),
        }
        for item, finding in sheet.findings
        if savings_presenter.is_to_mend(finding)
    ]
