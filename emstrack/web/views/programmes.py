"""Programmes: listed, shown with their results, written down, changed, archived, handed out."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, send_file, url_for

from emstrack.domain.errors import ConflictError, RefusedError
from emstrack.reference.countries import country_choices
from emstrack.services.programmes import account_costs, keep_programme, show_programme
from emstrack.services.programmes.report_programme import write_programme_report
from emstrack.services.sites.list_changes import changes_of
from emstrack.web import requests
from emstrack.web.forms.measures import show_error
from emstrack.web.forms.programmes import ProgrammeForm, part_data
from emstrack.web.presenters import programmes as present

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from emstrack.storage.models import Programme


def index() -> str:
    """List the programmes a person may see."""
    archived = "archived" in request.args
    rows, may_keep = show_programme.list_programmes(requests.session(), archived=archived)
    return render_template("programmes/index.html", rows=rows, archived=archived, may_keep=may_keep)


def show(programme_id: int) -> str:
    """Show results, cohorts, activities, indicators and money of a programme."""
    return page_of(programme_id)


def page_of(programme_id: int, trouble: str = "") -> str:
    """Return a programme's page, with what was refused on it."""
    session, language, today = requests.session(), requests.language(), requests.today()
    shown = show_programme.show_programme(session, programme_id, today=today)
    results, may_keep = shown.results, shown.may_keep and not shown.row.archived_at
    return render_template(
        "programmes/show.html",
        programme=shown.row,
        shown=shown,
        trouble=trouble,
        facts=present.facts(shown, language),
        cards=present.cards(results, language),
        results=present.results_table(results.rows, results.total, language),
        published=present.results_table(results.published, results.published_total, language),
        cases=present.cases(results.cases, language),
        findings=results.findings,
        cohorts=present.cohort_table(shown.cohorts, language),
        activities=present.activity_table(shown.activities, language, may_keep=may_keep),
        indicators=present.indicators(shown.indicators, language),
        quarters=present.quarter_choices(today, language),
        money=present.money_table(shown.money, language, may_keep=may_keep),
        history=present.history(changes_of(session, "programme", programme_id), language),
        may_keep=may_keep,
        is_empty=not (shown.cohorts or results.published or results.cases or shown.activities),
    )


def new() -> str | Response | tuple[str, int]:
    """Write a programme down."""
    session = requests.session()
    keep_programme.require_whole(session)
    form = _form()
    if request.method == "GET":
        return _form_page(form)
    if not form.validate():
        return _form_page(form), 422
    try:
        row = keep_programme.add_programme(session, form.details(), today=requests.today(), now=requests.now())
    except RefusedError as error:
        return _refused(form, error)
    return redirect(url_for("programmes.show", programme_id=row.id), 303)


def edit(programme_id: int) -> str | Response | tuple[str, int]:
    """Change what is said of a programme."""
    session = requests.session()
    row = _programme(programme_id)
    form = _form()
    if request.method == "GET":
        form.process(data=part_data(keep_programme.details_of(row), version=row.version))
        return _form_page(form, row)
    if not form.validate():
        return _form_page(form, row), 422
    version = int(form.version.data) if str(form.version.data).isdigit() else 0
    try:
        keep_programme.change_programme(
            session, programme_id, form.details(), version=version, today=requests.today(), now=requests.now()
        )
    except (RefusedError, ConflictError) as error:
        return _refused(form, error, programme_id)
    flash(requests.language().text("Saved."), "good")
    return redirect(url_for("programmes.show", programme_id=programme_id), 303)


def archive(programme_id: int) -> Response:
    """Take a programme out of the list."""
    row = _archived(programme_id, archived=True)
    flash(requests.language().text("“{name}” is archived; everything recorded stays.", name=row.name), "good")
    return redirect(url_for("programmes.index"), 303)


def restore(programme_id: int) -> Response:
    """Bring an archived programme back."""
    row = _archived(programme_id, archived=False)
    flash(requests.language().text("“{name}” is back.", name=row.name), "good")
    return redirect(url_for("programmes.show", programme_id=programme_id), 303)


def report(programme_id: int, ending: str) -> Response:
    """Hand out a programme's results as PDF or workbook."""
    session, language = requests.session(), requests.language()
    written = write_programme_report(session, programme_id, ending, language, now=requests.now())
    answer = send_file(
        io.BytesIO(written.content), mimetype=written.media_type, as_attachment=True, download_name=written.name
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def costs(programme_id: int) -> str:
    """Show what energy, water, materials and waste cost the sites of a programme."""
    programme, found = account_costs.costs_of_programme(requests.session(), programme_id)
    steps = [
        {"label": requests.language().text("Programmes"), "href": url_for("programmes.index")},
        {"label": programme.name, "href": url_for("programmes.show", programme_id=programme_id)},
    ]
    return _costs_page(programme.name, steps, "programmes.index", found)


def site_costs(site_id: int) -> str:
    """Show the same of one site."""
    site, found = account_costs.costs_of_site(requests.session(), site_id)
    steps = [
        {"label": requests.language().text("Sites"), "href": url_for("sites.index")},
        {"label": site.name, "href": url_for("sites.show", site_id=site_id)},
    ]
    return _costs_page(site.name, steps, "sites.index", found)


def _costs_page(name: str, steps: list[dict[str, str]], here: str, found: account_costs.Costs) -> str:
    language = requests.language()
    return render_template(
        "programmes/costs.html",
        name=name,
        steps=steps,
        place=here,
        yearly=present.yearly_costs(found, language),
        losses=present.loss_costs(found, language),
    )


def _archived(programme_id: int, *, archived: bool) -> Programme:
    text = request.form.get("version", "")
    version = int(text) if text.isdigit() else 0
    return keep_programme.archive_programme(
        requests.session(), programme_id, version=version, archived=archived, now=requests.now()
    )


def _programme(programme_id: int) -> Programme:
    return keep_programme.find_to_keep(requests.session(), programme_id)


def _form() -> ProgrammeForm:
    form = ProgrammeForm(request.form)
    form.offer(country_choices(requests.language().code))
    return form


def _form_page(form: ProgrammeForm, row: Programme | None = None, trouble: str = "") -> str:
    return render_template("programmes/form.html", form=form, programme=row, trouble=trouble)


def _refused(
    form: ProgrammeForm, error: RefusedError | ConflictError, programme_id: int | None = None
) -> tuple[str, int]:
    requests.session().rollback()
    trouble = show_error(form, error, requests.language())
    if isinstance(error, ConflictError):
        form.version.data = error.evidence["version"]
    row = None if programme_id is None else _programme(programme_id)
    return _form_page(form, row, trouble), 409 if isinstance(error, ConflictError) else 422
