"""All savings on one page, the report that is handed out, and the work of bringing figures up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import make_response, render_template, request, url_for

from emstrack.documents.savings_workbook import savings_workbook
from emstrack.services.savings.adopt_baseline import lock_baselines
from emstrack.services.savings.list_savings import list_savings
from emstrack.services.savings.refresh_results import refresh_results
from emstrack.web import requests
from emstrack.web.presenters import savings as presenter
from emstrack.web.presenters import savings_report

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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


def report() -> str:
    """Show the report as it will be handed out: of one site or of all."""
    language, site_id = requests.language(), request.args.get("site", type=int)
    page = list_savings(requests.session(), site_id=site_id, whole=True)
    return render_template(
        "savings/report.html",
        page=page,
        site_id=site_id,
        title=savings_report.title(page, site_id, requests.actor().organisation_name),
        cards=[presenter.card(each, language) for each in page.saved],
        sections=savings_report.sections(page, language),
        columns=savings_report.section_columns(language),
        today=requests.today(),
    )


def download_report() -> Response:
    """Hand the report out as a workbook; the baselines it rests on are locked from then on."""
    language, site_id = requests.language(), request.form.get("site", type=int)
    session = requests.session()
    page = list_savings(session, site_id=site_id, whole=True)
    lock_baselines(session, [row.baseline_id for row in page.rows if not row.locked], now=requests.now())
    name = savings_report.title(page, site_id, requests.actor().organisation_name)
    body = savings_workbook(savings_report.workbook(page, name, requests.today(), language))
    response = make_response(body)
    response.headers["Content-Type"] = _XLSX
    response.headers["Content-Disposition"] = f'attachment; filename="{savings_report.file_name(name)}"'
    return response


def refresh() -> Response:
    """Bring figures up to date whose readings, drivers or weather were written since; the page then asks again."""
    done = refresh_results(requests.session(), now=requests.now())
    response = make_response("", 204)
    if done and "HX-Request" in request.headers:
        response.headers["HX-Refresh"] = "true"
    return response
