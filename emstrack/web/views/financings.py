"""A financing: applied for from measures, shown with its schedule and account, and what happened to it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, send_file, url_for

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import ConflictError, RefusedError
from emstrack.domain.financing import USUAL_HAIRCUT, Stage
from emstrack.services.accounts.list_organisations import list_organisations
from emstrack.services.programmes.apply_for_financing import apply_for_financing, change_application, measures_of
from emstrack.services.programmes.list_financing import list_facilities
from emstrack.services.programmes.propose_application import propose_application
from emstrack.services.programmes.record_entry import record_entry
from emstrack.services.programmes.show_financing import financeable, show_financing
from emstrack.services.reports.report_financing import write_dossier
from emstrack.web import requests
from emstrack.web.forms.balances import version_of
from emstrack.web.forms.financing import ApplicationForm, EntryForm
from emstrack.web.forms.sites import show_beside
from emstrack.web.presenters import financing as present

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from emstrack.storage.models import Financing


def show(financing_id: int) -> str:
    """Show a financing."""
    form = EntryForm()
    return _page(financing_id, form)


def record(financing_id: int) -> str | Response | tuple[str, int]:
    """Write down what happened."""
    form, session, language = EntryForm(request.form), requests.session(), requests.language()
    if not form.validate():
        return _page(financing_id, form), 422
    try:
        said = form.happened(requests.today())
        record_entry(session, financing_id, said, version=version_of(form), today=requests.today(), now=requests.now())
    except (RefusedError, ConflictError) as error:
        session.rollback()
        reversing = said.reverses_id is not None
        trouble = language.sentence(error) if reversing else show_beside(form, error, language)
        return _page(financing_id, form, trouble), 409 if isinstance(error, ConflictError) else 422
    flash(language.text("{what}: recorded.", what=language.label(said.kind)), "good")
    return redirect(url_for("financings.show", financing_id=financing_id), 303)


def dossier(financing_id: int) -> Response:
    """Hand out the dossier for the bank."""
    report = write_dossier(requests.session(), financing_id, requests.language(), now=requests.now())
    answer = send_file(
        io.BytesIO(report.content), mimetype=report.media_type, as_attachment=True, download_name=report.name
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def new() -> str | Response | tuple[str, int]:
    """Apply for financing of one measure or a bundle."""
    asked = [each for each in request.args.getlist("measure", type=int) if each > 0]
    form = _offered(asked)
    if request.method == "GET":
        form.process(data=_proposal(asked))
        return _form(form)
    if not form.validate():
        return _form(form), 422
    try:
        row = apply_for_financing(requests.session(), form.details(), today=requests.today(), now=requests.now())
    except RefusedError as error:
        return _refused(form, error)
    return redirect(url_for("financings.show", financing_id=row.id), 303)


def edit(financing_id: int) -> str | Response | tuple[str, int]:
    """Change an application that is not decided yet."""
    session = requests.session()
    row = show_financing(session, financing_id, today=requests.today()).financing
    chosen = measures_of(session, financing_id)
    form = _offered(chosen)
    if request.method == "GET":
        form.process(data=ApplicationForm.data_of(row, chosen))
        return _form(form, row)
    if not form.validate():
        return _form(form, row), 422
    try:
        change_application(
            session,
            financing_id,
            form.details(),
            version=version_of(form),
            now=requests.now(),
            reason=form.reason.data or "",
        )
    except (RefusedError, ConflictError) as error:
        return _refused(form, error, financing_id)
    flash(requests.language().text("Saved."), "good")
    return redirect(url_for("financings.show", financing_id=financing_id), 303)


def _proposal(asked: list[int]) -> dict[str, object]:
    """Return what a new application begins with: what its measures say already."""
    facility = request.args.get("facility", type=int)
    proposed = propose_application(requests.session(), asked, facility, today=requests.today())
    return {
        "organisation_id": proposed.organisation_id or requests.actor().organisation_id,
        "facility_id": facility,
        "haircut": USUAL_HAIRCUT * 100,
        "instalments": 36,
        "per_year": "12",
        "grace": 0,
        "annual_rate": None,
        "measure_ids": asked,
        "title": proposed.title,
        "sector": proposed.sector,
        "amount": proposed.amount,
    }


def _page(financing_id: int, form: EntryForm, trouble: str = "") -> str:
    session, language = requests.session(), requests.language()
    shown = show_financing(session, financing_id, today=requests.today())
    form.offer(shown.next, language)
    if request.method == "GET":
        kind = shown.next[0] if shown.next else ""
        proposed = {"amount": shown.proposed.amount, "interest": shown.proposed.interest}
        form.process(data={"day": requests.today(), "kind": kind, **proposed})
    may_edit = requests.actor().may(Permission.EDIT_SITES) and not requests.actor().shared
    return render_template(
        "finance/loan.html",
        shown=shown,
        financing=shown.financing,
        facility=shown.facility,
        stage=language.label(shown.financing.stage),
        tone=present.TONES[Stage(shown.financing.stage)],
        cards=present.loan_cards(shown, language),
        terms=present.terms_facts(shown, language),
        money=present.money_facts(shown, language),
        measures=present.measures_table(shown, language),
        schedule=present.schedule_table(shown, language),
        entries=present.entries(shown, language),
        history=present.history(shown.changes, language),
        form=form,
        trouble=trouble,
        may_record=may_edit and shown.owned,
        may_change=may_edit and shown.financing.stage == Stage.APPLIED,
    )


def _offered(chosen: list[int]) -> ApplicationForm:
    session, form = requests.session(), ApplicationForm(request.form)
    today = requests.today()
    facilities = [each.facility for each in list_facilities(session, today=today)]
    form.offer(
        [(each.id, f"{each.name} ({each.currency})") for each in facilities],
        [(each.id, each.organisation.name) for each in list_organisations(session)],
        [(each.id, f"{each.title} · {site.name}") for each, site in financeable(session, also=chosen)],
        requests.language(),
    )
    return form


def _refused(form: ApplicationForm, error: RefusedError | ConflictError, financing_id: int = 0) -> tuple[str, int]:
    session = requests.session()
    session.rollback()
    trouble = show_beside(form, error, requests.language())
    if isinstance(error, ConflictError):
        form.version.data = error.evidence["version"]
    row = show_financing(session, financing_id, today=requests.today()).financing if financing_id else None
    return _form(form, row, trouble), 409 if isinstance(error, ConflictError) else 422


def _form(form: ApplicationForm, row: Financing | None = None, trouble: str = "") -> str:
    return render_template("finance/application.html", form=form, financing=row, trouble=trouble)
