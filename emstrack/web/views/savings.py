"""All savings on one page, and the work of bringing figures up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import make_response, render_template, request, url_for
from werkzeug.exceptions import NotFound

from emstrack.domain.resources import Resource
from emstrack.services.savings.list_savings import list_savings
from emstrack.services.savings.refresh_results import count_unprepared, refresh_results
from emstrack.services.savings.show_site_savings import SheetKey
from emstrack.services.savings.sum_months import sum_months
from emstrack.web import requests
from emstrack.web.presenters import savings as presenter
from emstrack.web.presenters import site as site_presenter

if TYPE_CHECKING:
    from werkzeug.wrappers import Response


AT_ONCE = 400
"""Savings computed per answer while a page shows how far it is: about a second's work."""


def index() -> str:
    """List the savings of every adopted baseline."""
    language = requests.language()
    page = list_savings(requests.session(), page=request.args.get("page", 1, type=int))
    organisations = len({row.organisation for row in page.rows}) > 1
    keys = [str(SheetKey(each.resource, each.basis)) for each in page.saved]
    chosen = request.args.get("resource", "")
    return render_template(
        "savings/index.html",
        page=page,
        cards=[presenter.card(each, language) for each in page.saved],
        resources=list(  # once, also where a resource has a line for each currency
            {
                key: presenter.resource_name(each.resource, each.basis, language)
                for key, each in zip(keys, page.saved, strict=True)
            }.items()
        ),
        chosen=chosen if chosen in keys else (keys[0] if keys else ""),
        columns=presenter.table_columns(language, with_organisation=organisations),
        rows=[presenter.table_row(row, language, with_organisation=organisations) for row in page.rows],
        claims=[(presenter.claim_of(row.item), presenter.withheld_reason(row.item, language)) for row in page.rows],
        before=url_for("savings.index", page=page.page - 1) if page.page > 1 else None,
        after=url_for("savings.index", page=page.page + 1) if page.page < page.pages else None,
    )


def charts(key: str) -> str:
    """Draw a resource's months over all sites: asked for by the page once it stands."""
    language = requests.language()
    resource, _, basis = key.partition("-")
    if resource not in set(Resource) or basis not in {"", "net", "gross"}:
        raise NotFound
    sheet = sum_months(requests.session(), resource, basis)
    months = site_presenter.window(sheet, None)
    figures = site_presenter.figures(language.text("All sites"), sheet, months, language) if months else []
    return render_template("sites/_charts.html", figures=figures)


def refresh() -> Response | str:
    """Bring some figures up to date whose readings, drivers or weather were written since, and say how many wait.

    The page asks again until none does; without a script one click does all of them.
    """
    by_script = "HX-Request" in request.headers
    done = refresh_results(requests.session(), now=requests.now(), most=AT_ONCE if by_script else None)
    left = count_unprepared(requests.session()) if by_script and done == AT_ONCE else 0
    if left:
        total = max(request.args.get("total", 0, type=int), left + done)
        return render_template("savings/_progress.html", left=left, total=total)
    response = make_response("", 204)
    if by_script and (done or request.args.get("total")):
        response.headers["HX-Refresh"] = "true"
    return response
