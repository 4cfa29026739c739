"""The forms of savings verified apart from the whole meter: a worksheet, a sub-meter, somebody else's model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from emstrack.domain.errors import ConflictError, RefusedError
from emstrack.domain.worksheets import Worksheet
from emstrack.gateways.stored_files import StoredFiles
from emstrack.services.readings.keep_bill import SentFile
from emstrack.services.savings import record_isolated_saving as record
from emstrack.services.savings.describe_isolated_saving import known_saving
from emstrack.services.savings.show_site_options import show_site_options
from emstrack.web import requests
from emstrack.web.forms.sites import options, show_beside
from emstrack.web.forms.verification import QUANTITIES, ExternalForm, SubMeterForm, WorksheetForm
from emstrack.web.presenters import isolated_savings
from emstrack.web.presenters import options as presenter

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from emstrack.domain.verification import SavingDetails


def new_worksheet(site_id: int, worksheet: str) -> str | Response | tuple[str, int]:
    """Fill in a worksheet."""
    show_site_options(requests.session(), site_id)
    if worksheet not in set(Worksheet):
        raise NotFound
    return _worksheet(Place(site_id), WorksheetForm(Worksheet(worksheet), request.form))


def new_sub_meter(site_id: int) -> str | Response | tuple[str, int]:
    """Let a sub-meter's saving stand as option B."""
    form = SubMeterForm(request.form or None, data={"meter_id": request.args.get("meter_id", type=int)})
    return _plain(Place(site_id), form, "options/sub_meter.html")


def new_external(site_id: int) -> str | Response | tuple[str, int]:
    """Record what somebody else's model came to."""
    return _plain(Place(site_id), ExternalForm(request.form or None), "options/external.html")


def edit(saving_id: int) -> str | Response | tuple[str, int]:
    """Correct a saving."""
    row, known = known_saving(requests.session(), saving_id)
    place = Place(row.site_id, row.id)
    if row.worksheet:
        form = WorksheetForm(Worksheet(row.worksheet), request.form, known, row.version)
        return _worksheet(place, form)
    shared = {"title": row.title, "start": row.start, "end": row.end, "note": row.note, "version": str(row.version)}
    if known.external is None:
        form_b = SubMeterForm(request.form or None, data={**shared, "meter_id": row.meter_id})
        return _plain(place, form_b, "options/sub_meter.html")
    form_d = ExternalForm(request.form or None, data={**shared, **isolated_savings.external_data(known.external)})
    return _plain(place, form_d, "options/external.html")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a form belongs: a site, and the saving it corrects; ids, because a refusal ends the transaction's rows."""

    site_id: int
    saving_id: int | None = None


def _worksheet(place: Place, form: WorksheetForm) -> str | Response | tuple[str, int]:
    def page(trouble: str = "") -> str:
        return render_template(
            "options/worksheet.html",
            site=show_site_options(requests.session(), place.site_id).site,
            form=form,
            saving_id=place.saving_id,
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
        saving_id = _written(place, form.details(), form.head)
    except (RefusedError, ConflictError) as error:
        requests.session().rollback()
        trouble = form.show_beside(error, requests.language())
        return _again(form.head, error, lambda: page(trouble))
    return _done(saving_id)


def _plain(place: Place, form: SubMeterForm | ExternalForm, template: str) -> str | Response | tuple[str, int]:
    meters = show_site_options(requests.session(), place.site_id).sub_meters
    if isinstance(form, SubMeterForm):
        form.meter_id.choices = options(("", "–"), *((meter.id, meter.name) for meter in meters))

    def page(trouble: str = "") -> str:
        site = show_site_options(requests.session(), place.site_id).site
        return render_template(
            template, site=site, form=form, saving_id=place.saving_id, trouble=trouble, row_numbers=QUANTITIES
        )

    if request.method == "GET":
        return page()
    if not form.validate():
        return page(), 422
    try:
        saving_id = _written(place, form.details(), form)
    except (RefusedError, ConflictError) as error:
        requests.session().rollback()
        trouble = show_beside(form, error, requests.language())
        return _again(form, error, lambda: page(trouble))
    return _done(saving_id)


def _written(place: Place, details: SavingDetails, head: Any) -> int:
    """Write a new saving, or the correction of a known one; return its id."""
    session = requests.session()
    told: dict[str, Any] = {"now": requests.now(), "today": requests.today(), "evidence": _evidence()}
    if place.saving_id is None:
        return record.add_isolated_saving(session, place.site_id, details, **told).id
    version = head.version.data or ""
    return record.change_isolated_saving(
        session,
        place.saving_id,
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
