"""The tree of organisations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from emstrack.domain.accounts import Locality, descendants
from emstrack.domain.errors import ConflictError, EmstrackError, RefusedError
from emstrack.services.accounts import change_organisation, create_organisation
from emstrack.services.accounts.find_organisation import find_organisation
from emstrack.services.accounts.list_organisations import list_organisations
from emstrack.web import requests
from emstrack.web.forms.accounts import options
from emstrack.web.forms.organisations import OrganisationForm
from emstrack.web.presenters import choices

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from emstrack.services.accounts.find_organisation import OrganisationFacts


def index() -> str:
    """Show the tree."""
    archived = request.args.get("archived") == "1"
    branches = list_organisations(requests.session(), archived=archived)
    return render_template("organisations/index.html", branches=branches, archived=archived)


def new() -> Response | str | tuple[str, int]:
    """Add an organisation below another."""
    actor = requests.actor()
    wanted = request.args.get("below", type=int) or actor.organisation_id
    form = _form(parent_id=str(wanted), kind="ministry", fiscal_year_start_month="1", time_zone="UTC")
    error = None
    if request.method == "POST" and form.validate():
        try:
            create_organisation.create_organisation(
                requests.session(),
                form.name.data or "",
                parent_id=int(form.parent_id.data),
                kind=form.kind.data,
                locality=_locality(form),
                now=requests.now(),
            )
        except RefusedError as refused:
            requests.session().rollback()
            error = refused
        else:
            flash(requests.language().text("Added."))
            return redirect(url_for("organisations.index"), 303)
    page = render_template("organisations/form.html", form=form, organisation=None, error=error)
    return (page, 422) if request.method == "POST" else page


def edit(organisation_id: int) -> Response | str | tuple[str, int]:
    """Change an organisation, or move it below another."""
    organisation = find_organisation(requests.session(), organisation_id)
    form = _form(
        organisation,
        name=organisation.name,
        kind=organisation.kind,
        parent_id=str(organisation.parent_id or ""),
        country=organisation.country,
        currency=organisation.currency,
        language=organisation.language,
        time_zone=organisation.time_zone,
        fiscal_year_start_month=str(organisation.fiscal_year_start_month),
        version=str(organisation.version),
    )
    error: EmstrackError | None = None
    status = 200 if request.method == "GET" else 422
    if request.method == "POST" and form.validate():
        try:
            change_organisation.change_organisation(requests.session(), organisation_id, _change(form))
        except (RefusedError, ConflictError) as refused:
            requests.session().rollback()
            error, status = refused, 409 if isinstance(refused, ConflictError) else 422
        else:
            flash(requests.language().text("Saved."))
            return redirect(url_for("organisations.index"), 303)
    page = render_template("organisations/form.html", form=form, organisation=organisation, error=error)
    return page, status


def archive(organisation_id: int) -> Response | tuple[str, int]:
    """Put an organisation away."""
    version = request.form.get("version", type=int) or 0
    try:
        change_organisation.archive_organisation(
            requests.session(), organisation_id, version=version, now=requests.now()
        )
    except RefusedError as error:
        requests.session().rollback()
        branches = list_organisations(requests.session())
        return render_template("organisations/index.html", branches=branches, archived=False, error=error), 422
    flash(requests.language().text("Archived. Nothing of it is lost."))
    return redirect(url_for("organisations.index"), 303)


def restore(organisation_id: int) -> Response:
    """Bring an organisation back."""
    version = request.form.get("version", type=int) or 0
    change_organisation.restore_organisation(requests.session(), organisation_id, version=version)
    flash(requests.language().text("It is back."))
    return redirect(url_for("organisations.index"), 303)


def _form(organisation: OrganisationFacts | None = None, **values: str) -> OrganisationForm:
    language = requests.language()
    form = OrganisationForm(request.form, data=values)
    branches = list_organisations(requests.session())
    parents = {branch.id: branch.organisation.parent_id for branch in branches}
    below = descendants(parents, [organisation.id]) if organisation else frozenset()
    form.kind.choices = choices.kinds(language)
    form.country.choices = choices.countries(language)
    form.time_zone.choices = choices.zones()
    form.fiscal_year_start_month.choices = choices.months(language)
    form.parent_id.choices = choices.tree(branch for branch in branches if branch.id not in below)
    if organisation is not None and organisation.parent_id not in parents:
        form.parent_id.choices = options((str(organisation.parent_id or ""), "–"))
    return form


def _locality(form: OrganisationForm) -> Locality:
    return Locality(
        country=form.country.data or "",
        currency=form.currency.data or "",
        language=form.language.data or "",
        time_zone=form.time_zone.data or "UTC",
    )


def _change(form: OrganisationForm) -> change_organisation.OrganisationChange:
    parent, version = form.parent_id.data or "", form.version.data or ""
    return change_organisation.OrganisationChange(
        name=form.name.data or "",
        kind=form.kind.data,
        parent_id=int(parent) if parent else None,
        locality=_locality(form),
        fiscal_year_start_month=int(form.fiscal_year_start_month.data),
        version=int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0,
    )
