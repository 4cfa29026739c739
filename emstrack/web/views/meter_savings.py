"""One meter's savings in full."""

from __future__ import annotations

from flask import render_template, request

from emstrack.domain.accounts import Permission
from emstrack.domain.periods import EARLIEST_YEAR, LATEST_YEAR
from emstrack.services.savings.explain_savings import explain_savings
from emstrack.services.savings.show_meter_savings import show_meter_savings
from emstrack.web import requests
from emstrack.web.presenters import explained
from emstrack.web.presenters import meter_savings as presenter
from emstrack.web.presenters import site as site_presenter


def show(meter_id: int) -> str:
    """Show a meter's savings; the charts follow once the page is there."""
    language = requests.language()
    shown = show_meter_savings(requests.session(), meter_id)
    year = _year()
    return render_template(
        "savings/meter.html",
        year=year,
        may_set=requests.actor().may(Permission.SET_BASELINE),
        **presenter.page(shown, year, language),
    )


def charts(meter_id: int) -> str:
    """Draw the charts: asked for by the page once it stands, because drawing takes a moment."""
    shown = show_meter_savings(requests.session(), meter_id)
    months = site_presenter.window(shown.sheet, _year())
    figures = site_presenter.figures(shown.site.name, shown.sheet, months, requests.language())
    return render_template("sites/_charts.html", figures=figures)


def more(meter_id: int) -> str:
    """Show why the bill changed and what else explains the saving: asked for by the page once it stands."""
    language, told = requests.language(), explain_savings(requests.session(), meter_id)
    typical = told.typical if told else None
    findings = [*(typical.findings if typical else ()), *(told.chained.findings if told and told.chained else ())]
    return render_template(
        "savings/_more.html",
        bill=explained.bill_table(told, language) if told else None,
        facts=explained.facts(told, language) if told else [],
        typical=explained.typical_note(told, language) if told else "",
        findings=findings,
    )


def _year() -> int | None:
    year = request.args.get("year", type=int)
    return year if year is not None and EARLIEST_YEAR <= year <= LATEST_YEAR else None
