"""Finance: the facilities with the pipeline, one facility, its terms and capital, and exposure."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, send_file, url_for

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import ConflictError, RefusedError
from emstrack.domain.financing import Instrument, Stage
from emstrack.reference.countries import country_choices
from emstrack.services.accounts.list_organisations import list_organisations
from emstrack.services.programmes import keep_facility
from emstrack.services.programmes.list_financing import PAGE, list_facilities, list_financings
from emstrack.services.programmes.measure_exposure import measure_exposure
from emstrack.services.programmes.show_financing import show_facility
from emstrack.services.reports.report_financing import write_exposure
from emstrack.web import requests
from emstrack.web.forms.balances import version_of
from emstrack.web.forms.financing import CapitalForm, FacilityForm, money
from emstrack.web.forms.sites import show_beside
from emstrack.web.presenters import financing as present

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from emstrack.storage.models import Facility


def index() -> str:
    """Show the facilities and the pipeline."""
    session, language = requests.session(), requests.language()
    wanted = request.args.get("stage", "")
    stage = Stage(wanted) if wanted in set(Stage) else None
    page = request.args.get("page", 1, type=int)
    listed = list_facilities(session, today=requests.today())
    pipeline = list_financings(session, stage=stage, page=page)
    last = pipeline.page * PAGE
    return render_template(
        "finance/index.html",
        facilities=present.facilities(listed, language),
        tabs_of=present.stages(pipeline, stage, language),
        financings=present.financings(pipeline.rows, language),
        total=sum(each.count for each in pipeline.stages),
        shown=(last - PAGE + 1, min(last, pipeline.total), pipeline.total),
        previous=url_for("finance.index", stage=wanted or None, page=pipeline.page - 1) if pipeline.page > 1 else None,
        next=url_for("finance.index", stage=wanted or None, page=pipeline.page + 1) if last < pipeline.total else None,
        may_edit=_may_edit(),
    )


def exposure() -> str:
    """Show what guarantors and lenders stand to lose."""
    found = measure_exposure(requests.session(), today=requests.today())
    return render_template(
        "finance/exposure.html",
        exposure=found,
        tables=present.exposure_tables(found, requests.language()),
        total=requests.language().money(found.total, found.base),
    )


def exposure_workbook() -> Response:
    """Hand out the same as a workbook."""
    report = write_exposure(requests.session(), requests.language(), now=requests.now())
    answer = send_file(
        io.BytesIO(report.content), mimetype=report.media_type, as_attachment=True, download_name=report.name
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def show(facility_id: int) -> str:
    """Show a facility with its accounts."""
    form = CapitalForm()
    form.process(data={"day": requests.today()})
    return _facility_page(facility_id, form)


def add_capital(facility_id: int) -> str | Response | tuple[str, int]:
    """Put capital into a fund."""
    form, session = CapitalForm(request.form), requests.session()
    if not form.validate():
        return _facility_page(facility_id, form), 422
    try:
        keep_facility.add_capital(
            session,
            facility_id,
            money(form.amount.data),
            form.day.data or requests.today(),
            note=form.note.data or "",
            today=requests.today(),
            now=requests.now(),
        )
    except RefusedError as error:
        session.rollback()
        trouble = show_beside(form, error, requests.language())
        return _facility_page(facility_id, form, trouble), 422
    flash(requests.language().text("The capital is recorded."), "good")
    return redirect(url_for("facilities.show", facility_id=facility_id), 303)


def new() -> str | Response | tuple[str, int]:
    """Add a facility."""
    form = _offered()
    if request.method == "GET":
        actor = requests.actor()
        form.process(data={"instrument": Instrument.GUARANTEED_LOAN, "organisation_id": actor.organisation_id})
        return _form(form)
    if not form.validate():
        return _form(form), 422
    try:
        row = keep_facility.add_facility(requests.session(), form.details(), now=requests.now())
    except RefusedError as error:
        return _refused(form, error)
    return redirect(url_for("facilities.show", facility_id=row.id), 303)


def edit(facility_id: int) -> str | Response | tuple[str, int]:
    """Change a facility's terms."""
    session = requests.session()
    facility = keep_facility.open_facility(session, facility_id)
    form = _offered()
    if request.method == "GET":
        form.process(data=FacilityForm.data_of(facility))
        return _form(form, facility)
    if not form.validate():
        return _form(form, facility), 422
    try:
        keep_facility.change_facility(
            session,
            facility_id,
            form.details(),
            version=version_of(form),
            now=requests.now(),
            reason=form.reason.data or "",
        )
    except (RefusedError, ConflictError) as error:
        return _refused(form, error, facility_id)
    flash(requests.language().text("Saved."), "good")
    return redirect(url_for("facilities.show", facility_id=facility_id), 303)


def _facility_page(facility_id: int, form: CapitalForm, trouble: str = "") -> str:
    language = requests.language()
    shown = show_facility(requests.session(), facility_id, today=requests.today())
    return render_template(
        "finance/facility.html",
        shown=shown,
        facility=shown.facility,
        cards=present.facility_cards(shown, language) if shown.owned else [],
        facts=present.facility_facts(shown, language),
        financings=present.financings(shown.pipeline.rows, language, with_facility=False),
        capital=present.capital_table(shown, language),
        is_fund=shown.facility.instrument == Instrument.REVOLVING_FUND,
        history=present.history(shown.changes, language),
        form=form,
        trouble=trouble,
        may_edit=_may_edit(),
    )


def _may_edit() -> bool:
    actor = requests.actor()
    return actor.may(Permission.EDIT_SITES) and not actor.shared


def _offered() -> FacilityForm:
    form = FacilityForm(request.form)
    branches = list_organisations(requests.session())
    form.offer([(each.id, each.organisation.name) for each in branches], country_choices(requests.language().code))
    return form


def _refused(form: FacilityForm, error: RefusedError | ConflictError, facility_id: int = 0) -> tuple[str, int]:
    session = requests.session()
    session.rollback()
    trouble = show_beside(form, error, requests.language())
    if isinstance(error, ConflictError):
        form.version.data = error.evidence["version"]
    facility = keep_facility.open_facility(session, facility_id) if facility_id else None
    return _form(form, facility, trouble), 409 if isinstance(error, ConflictError) else 422


def _form(form: FacilityForm, facility: Facility | None = None, trouble: str = "") -> str:
    return render_template("finance/facility_form.html", form=form, facility=facility, trouble=trouble)
