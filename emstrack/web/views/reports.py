"""Reports of savings: what can be had, a look at one, and the files that are handed out."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from flask import render_template, request, send_file

from emstrack.services.accounts.resume_session import act_as
from emstrack.services.reports.list_reports import list_reports
from emstrack.services.reports.report_measures import write_measures_report
from emstrack.services.reports.write_report import write_portfolio_report, write_site_report
from emstrack.services.savings.adopt_baseline import lock_baselines
from emstrack.web import requests

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session
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
    """Show or hand out the report of one site."""
    language, now = requests.language(), requests.now()
    return _answer(
        lambda session, preview: write_site_report(session, site_id, ending, language, preview=preview, now=now)
    )


def measures(site_id: int, ending: str) -> Response:
    """Hand out a site's recommendations and measures; nothing of it locks a baseline."""
    report = write_measures_report(
        requests.session(),
        site_id,
        ending,
        requests.language(),
        now=requests.now(),
        audit_id=request.args.get("audit", type=int),
    )
    answer = send_file(
        io.BytesIO(report.content), mimetype=report.media_type, as_attachment=True, download_name=report.name
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def portfolio(ending: str) -> Response:
    """Show or hand out the report of everything this person may see."""
    language, now, title = requests.language(), requests.now(), requests.actor().organisation_name
    return _answer(
        lambda session, preview: write_portfolio_report(session, title, ending, language, preview=preview, now=now)
    )


def _answer(write: Callable[[Session, bool], WrittenReport]) -> Response:
    """Show what a GET asks for, marked as a preview; what is posted is handed out, and its baselines are locked.

    A report takes seconds: it is written in a transaction that only reads, and the lock has a short one of its own.
    """
    preview = request.method != "POST"
    with requests.transaction(read_only=True) as session:
        act_as(session, requests.actor())
        report = write(session, preview)
    if not preview:
        with requests.transaction() as session:
            act_as(session, requests.actor())
            lock_baselines(session, list(report.baseline_ids), now=requests.now())
    shown = preview and report.media_type == "application/pdf"
    answer = send_file(
        io.BytesIO(report.content), mimetype=report.media_type, as_attachment=not shown, download_name=report.name
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
