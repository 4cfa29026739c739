"""Reports of savings: what can be had, and the files themselves."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from flask import render_template, send_file

from emstrack.services.accounts.resume_session import act_as
from emstrack.services.reports.list_reports import list_reports
from emstrack.services.reports.report_measures import write_measures_report
from emstrack.services.reports.write_report import write_portfolio_report, write_site_report
from emstrack.services.savings.adopt_baseline import lock_baselines
from emstrack.web import requests

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from emstrack.services.reports.write_report import WrittenReport


def index() -> str:
    """Show what can be had: the whole, and each site."""
    actor, listed = requests.actor(), list_reports(requests.session())
    return render_template(
        "reports/index.html",
        name=actor.organisation_name,
        reported=[site for site in listed if site.adopted],
        waiting=[site for site in listed if not site.adopted],
    )


def site(site_id: int, ending: str) -> Response:
    """Hand out the report of one site."""
    now, language = requests.now(), requests.language()
    return _handed_out(write_site_report(requests.session(), site_id, ending, language, now=now))


def measures(site_id: int, ending: str) -> Response:
    """Hand out a site's recommendations and measures; nothing of it locks a baseline."""
    report = write_measures_report(requests.session(), site_id, ending, requests.language(), now=requests.now())
    answer = send_file(
        io.BytesIO(report.content), mimetype=report.media_type, as_attachment=True, download_name=report.name
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def portfolio(ending: str) -> Response:
    """Hand out the report of everything this person may see."""
    now, language, title = requests.now(), requests.language(), requests.actor().organisation_name
    return _handed_out(write_portfolio_report(requests.session(), title, ending, language, now=now))


def _handed_out(report: WrittenReport) -> Response:
    """Send a report, and keep that its baselines are now relied on: short, and beside the request that only reads."""
    with requests.transaction() as session:
        act_as(session, requests.actor())
        lock_baselines(session, list(report.baseline_ids), now=requests.now())
    answer = send_file(
        io.BytesIO(report.content), mimetype=report.media_type, as_attachment=True, download_name=report.name
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
