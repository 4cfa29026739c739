"""A site's dated attributes: a new value from a day on, a correction, an entry taken out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from emstrack.domain.errors import ConflictError, RefusedError
from emstrack.domain.sites import BEGINNING, Attribute
from emstrack.services.sites import set_site_attribute, show_site
from emstrack.web import requests
from emstrack.web.forms.sites import UNIT_OF, AttributeForm, show_beside

if TYPE_CHECKING:
    from werkzeug.wrappers import Response


def add(site_id: int, attribute: str) -> str | Response | tuple[str, int]:
    """Say what holds from a day on."""
    show_site.show_site(requests.session(), site_id, today=requests.today())
    if attribute not in set(Attribute):
        raise NotFound
    chosen, form = Attribute(attribute), AttributeForm(request.form)
    if request.method == "GET":
        return _page(form, site_id, chosen)
    if not form.validate():
        return _page(form, site_id, chosen), 422
    try:
        set_site_attribute.set_site_attribute(
            requests.session(),
            site_id,
            chosen,
            form.value.data or 0.0,
            start=form.start.data,
            end=form.end.data,
            note=form.note.data or "",
            now=requests.now(),
        )
    except RefusedError as error:
        return _refused(form, site_id, chosen, error)
    return _done(site_id)


def edit(site_id: int, row_id: int) -> str | Response | tuple[str, int]:
    """Correct an entry."""
    row = set_site_attribute.attribute_of_site(requests.session(), site_id, row_id)
    chosen, form = Attribute(row.attribute), AttributeForm(request.form)
    if request.method == "GET":
        start = None if row.start <= BEGINNING else row.start
        form.process(
            data={"value": row.value, "start": start, "end": row.end, "note": row.note, "version": row.version}
        )
        return _page(form, site_id, chosen, row_id)
    if not form.validate():
        return _page(form, site_id, chosen, row_id), 422
    try:
        set_site_attribute.change_site_attribute(
            requests.session(),
            row_id,
            value=form.value.data or 0.0,
            start=form.start.data,
            end=form.end.data,
            version=int(form.version.data) if (form.version.data or "").isdigit() else 0,
            note=form.note.data or "",
            now=requests.now(),
        )
    except (RefusedError, ConflictError) as error:
        return _refused(form, site_id, chosen, error, row_id)
    return _done(site_id)


def remove(site_id: int, row_id: int) -> Response:
    """Take out an entry that was never true."""
    set_site_attribute.attribute_of_site(requests.session(), site_id, row_id)
    reason = request.form.get("reason", "")
    set_site_attribute.remove_site_attribute(requests.session(), row_id, now=requests.now(), reason=reason)
    return _done(site_id)


def _done(site_id: int) -> Response:
    flash(requests.language().text("Saved."), "good")
    return redirect(url_for("sites.about", site_id=site_id, _anchor="attributes"), 303)


def _refused(
    form: AttributeForm, site_id: int, attribute: Attribute, error: RefusedError | ConflictError, row_id: int = 0
) -> tuple[str, int]:
    requests.session().rollback()
    if error.evidence.get("field") == attribute.value:
        error.evidence = {**error.evidence, "field": "value"}
    trouble = show_beside(form, error, requests.language())
    if isinstance(error, ConflictError):
        form.version.data = error.evidence["version"]
    return _page(form, site_id, attribute, row_id, trouble), 409 if isinstance(error, ConflictError) else 422


def _page(form: AttributeForm, site_id: int, attribute: Attribute, row_id: int = 0, trouble: str = "") -> str:
    shown = show_site.show_site(requests.session(), site_id, today=requests.today())
    return render_template(
        "sites/attribute.html",
        form=form,
        shown=shown,
        attribute=attribute,
        row_id=row_id,
        unit=UNIT_OF[attribute],
        trouble=trouble,
    )
