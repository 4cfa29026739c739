"""The ledger of verified savings, and which isolated saving stands for a measure."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, send_file, url_for

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import RefusedError
from emstrack.domain.measures import MeasureStatus
from emstrack.domain.resources import Resource
from emstrack.services.audits.show_measure import measure_and_site
from emstrack.services.reports.write_ledger import write_ledger
from emstrack.services.savings import list_ledger
from emstrack.services.savings.assign_saving import assign_saving, release_saving
from emstrack.services.sites.list_sites import list_organisations
from emstrack.web import requests
from emstrack.web.presenters import ledger as present

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from emstrack.language.languages import Language
    from emstrack.services.savings.ledger_lines import LedgerLine


def index() -> str:
    """Show what measures were to save and what they saved."""
    wanted, session, language = _wanted(), requests.session(), requests.language()
    page = list_ledger.list_ledger(session, wanted, today=requests.today(), page=request.args.get("page", 1, int))
    before, after = present.pages(page)
    keep, whole = _kept(wanted), not wanted.cuts_meters
    return render_template(
        "ledger/index.html",
        page=page,
        wanted=wanted,
        keep=keep,
        rows=present.rows(page.lines, page.people, language),
        sum_columns=present.sum_columns(language, whole=whole),
        sum_rows=present.sum_rows(page.sums, language, whole=whole),
        money_columns=present.money_columns(language),
        money_rows=present.money_rows(page.money, language),
        meter_columns=present.meter_columns(language),
        meter_rows=present.meter_rows(page.meters, language),
        organisations=list_organisations(session),
        statuses=[(each.value, language.label(each)) for each in list_ledger.STATUSES],
        resources=[(each, language.label(each)) for each in page.resources],
        before=url_for("ledger.index", page=before, **keep) if before else None,
        after=url_for("ledger.index", page=after, **keep) if after else None,
    )


def workbook() -> Response:
    """Hand out the ledger as it is filtered."""
    report = write_ledger(requests.session(), _wanted(), requests.language(), today=requests.today())
    answer = send_file(
        io.BytesIO(report.content), mimetype=report.media_type, as_attachment=True, download_name=report.name
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def measure(measure_id: int) -> str:
    """Show a measure's part of the ledger: a part of its page where a script asks, else a page of its own."""
    language, session, actor = requests.language(), requests.session(), requests.actor()
    found, site = measure_and_site(session, measure_id)
    lines, free = list_ledger.ledger_of_measure(session, measure_id, site.id, today=requests.today())
    may_edit = actor.may(Permission.EDIT_SITES) and found.archived_at is None and site.archived_at is None
    people = list_ledger.signers_of(session, lines)
    return render_template(
        "ledger/_measure.html" if "HX-Request" in request.headers else "ledger/measure.html",
        measure=found,
        site=site,
        rows=present.rows(lines, people, language),
        assigned=[(each.saving_id, _apart_name(each, language)) for each in lines if each.saving_id is not None],
        offered=free if may_edit else (),
        fading=present.fading_reason(lines, language),
        is_put_in=MeasureStatus(found.status).is_implemented,
        may_edit=may_edit,
    )


def _apart_name(line: LedgerLine, language: Language) -> str:
    return language.text("{resource}, option {letter}", resource=language.label(line.resource), letter=line.option)


def assign(measure_id: int) -> Response:
    """Let an isolated saving stand for a measure, or no longer."""
    language, session = requests.language(), requests.session()
    saving_id = request.form.get("saving_id", 0, type=int)
    try:
        if "release" in request.form:
            release_saving(session, measure_id, saving_id, now=requests.now())
        else:
            assign_saving(session, measure_id, saving_id, now=requests.now())
        flash(language.text("Saved."), "good")
    except RefusedError as error:
        flash(language.sentence(error), "refused")
    return redirect(url_for("measures.show", measure_id=measure_id, _anchor="ledger"), 303)


def _wanted() -> list_ledger.LedgerFilter:
    args = request.args
    status = args.get("status", "")
    return list_ledger.LedgerFilter(
        organisation_id=args.get("organisation", type=int),
        site_id=args.get("site", type=int),
        resource=args["resource"] if args.get("resource") in {*Resource} else "",
        status=MeasureStatus(status) if status in {each.value for each in list_ledger.STATUSES} else None,
    )


def _kept(wanted: list_ledger.LedgerFilter) -> dict[str, Any]:
    """Return the address that says what is looked for."""
    said = {
        "organisation": wanted.organisation_id,
        "site": wanted.site_id,
        "resource": wanted.resource or None,
        "status": wanted.status.value if wanted.status else None,
    }
    return {name: value for name, value in said.items() if value is not None}
