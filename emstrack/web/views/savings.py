"""All savings on one page, and the work of bringing figures up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import make_response, render_template, request, url_for

from emstrack.services.savings.list_savings import list_savings
from emstrack.services.savings.refresh_results import refresh_results
from emstrack.web import requests
from emstrack.web.presenters import savings as presenter

if TYPE_CHECKING:
    from werkzeug.wrappers import Response


def index() -> str:
    """List the savings of every adopted baseline."""
    language = requests.language()
    page = list_savings(requests.session(), page=request.args.get("page", 1, type=int))
    organisations = len({row.organisation for row in page.rows}) > 1
    return render_template(
        "savings/index.html",
        page=page,
        cards=[presenter.card(each, language) for each in page.saved],
        columns=presenter.table_columns(language, with_organisation=organisations),
        rows=[presenter.table_row(row, language, with_organisation=organisations) for row in page.rows],
        claims=[(presenter.claim_of(row.item), presenter.withheld_reason(row.item, language)) for row in page.rows],
        before=url_for("savings.index", page=page.page - 1) if page.page > 1 else None,
        after=url_for("savings.index", page=page.page + 1) if page.page < page.pages else None,
    )


def refresh() -> Response:
    """Bring figures up to date whose readings, drivers or weather were written since; the page then asks again."""
    done = refresh_results(requests.session(), now=requests.now())
    response = make_response("", 204)
    if done and "HX-Request" in request.headers:
        response.headers["HX-Refresh"] = "true"
    return response
