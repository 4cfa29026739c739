"""The forms of savings verified apart from the whole meter: a worksheet, a sub-meter, somebody else's model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from emstrack.domain.errors import ConflictError, RefusedError
from emstrack.domain.worksheets import Worksheet
from emstrack.gateways.stored_files import StoredFiles
from emstrack.services.readings.keep_bill import SentFile
from emstrack.services.savings import record_isolated_saving as record
from emstrack.services.savings.describe_isolated_saving import details_of
from emstrack.services.savings.show_isolated_saving import show_isolated_saving
from emstrack.services.sites.list_meters import list_meters
from emstrack.services.sites.show_site import show_site
from emstrack.web import requests
from emstrack.web.forms.sites import options, show_beside
from emstrack.web.forms.verification import QUANTITIES, ExternalForm, SubMeterForm, WorksheetForm
from emstrack.web.presenters import isolated_savings
from emstrack.web.presenters import options as presenter

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from emstrack.domain.verification import SavingDetails
    from emstrack.services.savings.show_isolated_saving import ShownSaving
    from emstrack.storage.models import Site


def new_worksheet(site_id: int, worksheet: str) -> str | Response | tuple[str, int]:
    """Fill in a worksheet."""
    site = _site(site_id)
    if worksheet not in set(Worksheet):
        raise NotFound
    return _worksheet(site, WorksheetForm(Worksheet(worksheet), request.form))


def new_sub_meter(site_id: int) -> str | Response | tuple[str, int]:
    """Let a sub-meter's saving stand as option B."""
    site = _site(site_id)
    form = SubMeterForm(request.form, data={"meter_id": request.args.get("meter_id", type=int)})
    return _plain(site, form, "options/sub_meter.html")


def new_external(site_id: int) -> str | Response | tuple[str, int]:
    """Record what somebody else's model came to."""
    return _plain(_site(site_id), ExternalForm(request.form), "options/external.html")


def edit(saving_id: int) -> str | Response | tuple[str, int]:
    """Correct a saving."""
    shown = show_isolated_saving(requests.session(), saving_id, today=requests.today())
    row, known = shown.saving.row, details_of(requests.session(), shown.saving.row)
    if row.worksheet:
        form = WorksheetForm(Worksheet(row.worksheet), request.form, known, row.version)
        return _worksheet(shown.site, form, shown)
    shared = {"title": row.title, "start": row.start, "end": row.end, "note": row.note, "version": str(row.version)}
    if known.external is None:
        form_b = SubMeterForm(request.form, data={**shared, "meter_id": row.meter_id})
        return _plain(shown.site, form_b, "options/sub_meter.html", shown)
    form_d = ExternalForm(request.form, data={**shared, **isolated_savings.external_data(known.external)})
    return _plain(shown.site, form_d, "options/external.html", shown)


def _worksheet(site: Site, form: WorksheetForm, shown: ShownSaving | None = None) -> str | Response | tuple[str, int]:
    def page(trouble: str = "") -> str:
        return render_template(
            "options/worksheet.html",
            site=site,
            form=form,
            shown=shown,
            trouble=trouble,
            asks=form.asks(requests.language()),
            guidance=presenter.guidance(form.worksheet, requests.language()),
            rows=presenter.form_rows(form, requests.language()),
        )

    if request.method == "GET" or "again" in request.form:
        return page()
    if not form.validate():
        return page(), 422
    try:
        saving_id = _written(site, form.details(), form.head, shown)
    except (RefusedError, ConflictError) as error:
        requests.session().rollback()
        trouble = form.show_beside(error, requests.language())
        return _again(form.head, error, lambda: page(trouble))
    return _done(saving_id)


def _plain(
    site: Site, form: SubMeterForm | ExternalForm, template: str, shown: ShownSaving | None = None
) -> str | Response | tuple[str, int]:
    def page(trouble: str = "") -> str:
        return render_template(template, site=site, form=form, shown=shown, trouble=trouble, row_numbers=QUANTITIES)

    if isinstance(form, SubMeterForm):
        meters = [row.meter for row in list_meters(requests.session(), site.id) if row.meter.parent_id is not None]
        form.meter_id.choices = options(("", "–"), *((meter.id, meter.name) for meter in meters))
    if request.method == "GET":
        return page()
    if not form.validate():
        return page(), 422
    try:
        saving_id = _written(site, form.details(), form, shown)
    except (RefusedError, ConflictError) as error:
        requests.session().rollback()
        trouble = show_beside(form, error, requests.language())
        return _again(form, error, lambda: page(trouble))
    return _done(saving_id)


def _written(site: Site, details: SavingDetails, head: Any, shown: ShownSaving | None) -> int:
    """Write a new saving, or the correction of a known one; return its id."""
    session, evidence = requests.session(), _evidence()
    told: dict[str, Any] = {"now": requests.now(), "today": requests.today(site.time_zone), "evidence": evidence}
    if shown is None:
        return record.add_isolated_saving(session, site.id, details, **told).id
    version = head.version.data or ""
    return record.change_isolated_saving(
        session,
        shown.saving.row.id,
        details,
        version=int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0,
        reason=head.reason.data or "",
        **told,
    ).id


def _evidence() -> record.Evidence:
    """Return the files sent, by the parameter whose row they came with."""
    sent = {
        name.removesuffix("file").removesuffix("-"): SentFile(file.stream.read(), file.filename or "file")
        for name, file in request.files.items()
        if name.endswith("file") and file.filename
    }
    return record.Evidence(StoredFiles(requests.settings().files_dir), sent)


def _again(head: Any, error: RefusedError | ConflictError, page: Any) -> tuple[str, int]:
    """Show the form again with what the person typed; after a conflict saving again is a choice."""
    if isinstance(error, ConflictError):
        head.version.data = error.evidence["version"]
    return page(), 409 if isinstance(error, ConflictError) else 422


def _done(saving_id: int) -> Response:
    flash(requests.language().text("Saved."), "good")
    return redirect(url_for("options.show", saving_id=saving_id), 303)


def _site(site_id: int) -> Site:
    return show_site(requests.session(), site_id, today=requests.today()).site
