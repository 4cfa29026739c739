"""A reading's page, a month's page of a meter, and the changes made there with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import EmstrackError, RefusedError
from emstrack.gateways.stored_files import StoredFiles
from emstrack.language.writing import writing_of
from emstrack.services.readings import keep_bill
from emstrack.services.readings.change_reading import change_reading
from emstrack.services.readings.delete_reading import delete_reading
from emstrack.services.readings.show_reading import show_month_of_meter, show_reading
from emstrack.services.readings.usual_use import month_of_period
from emstrack.web import requests
from emstrack.web.forms.readings import typed_reading
from emstrack.web.presenters import readings as presenter

if TYPE_CHECKING:
    from werkzeug.wrappers import Response


def show(reading_id: int) -> str:
    """Show a reading."""
    return _page(reading_id)


def change(reading_id: int) -> Response | tuple[str, int]:
    """Change a reading, with the reason typed."""
    writing = writing_of(requests.language())
    try:
        change_reading(
            requests.session(),
            reading_id,
            typed_reading(request.form, writing),
            version=_version(),
            reason=request.form.get("reason", ""),
            writing=writing,
            now=requests.now(),
        )
    except RefusedError as error:
        requests.session().rollback()
        return _page(reading_id, error=error), 422
    flash(requests.language().text("Saved."))
    return redirect(url_for("readings.show", reading_id=reading_id), 303)


def delete(reading_id: int) -> Response | tuple[str, int]:
    """Delete a reading, with the reason typed."""
    try:
        row, findings = delete_reading(
            requests.session(),
            reading_id,
            version=_version(),
            reason=request.form.get("reason", ""),
            now=requests.now(),
        )
    except RefusedError as error:
        requests.session().rollback()
        return _page(reading_id, error=error), 422
    flash(requests.language().text("The reading is deleted; its history is kept."))
    for finding in findings:
        flash(requests.language().sentence(finding), finding.severity.value)
    month = month_of_period(row.start, row.end)
    return redirect(url_for("readings.month_of_meter", meter_id=row.meter_id, month=str(month)), 303)


def attach_bill(reading_id: int) -> Response | tuple[str, int]:
    """Put a bill's picture or PDF behind a reading: one sent now, or one that waits on the meter."""
    sent, waiting = request.files.get("picture"), request.form.get("bill_id", type=int)
    try:
        keep_bill.attach_bill(
            requests.session(),
            StoredFiles(requests.settings().files_dir),
            reading_id,
            version=_version(),
            sent=keep_bill.SentFile(sent.stream.read(), sent.filename or "bill") if sent else None,
            bill_id=waiting,
            now=requests.now(),
        )
    except RefusedError as error:
        requests.session().rollback()
        return _page(reading_id, picture_error=requests.language().sentence(error)), 422
    flash(requests.language().text("The bill is kept with the reading."), "good")
    return redirect(url_for("readings.show", reading_id=reading_id), 303)


def month_of_meter(meter_id: int, month: str) -> str:
    """Show the bills behind a meter's month."""
    shown = show_month_of_meter(requests.session(), meter_id, month)
    return render_template(
        "readings/month_of_meter.html",
        may_record=requests.actor().may(Permission.RECORD_READINGS),
        **presenter.month_of_meter(shown, requests.language()),
    )


def _page(reading_id: int, error: EmstrackError | None = None, picture_error: str = "") -> str:
    language = requests.language()
    shown = presenter.reading(show_reading(requests.session(), reading_id), language)
    if error is not None:
        shown["fields"] = {name: request.form.get(name, text) for name, text in shown["fields"].items()}
    told = getattr(error, "findings", ()) or ([error] if error else [])
    errors: dict[str, list[str]] = {}
    for each in told:
        errors.setdefault(getattr(each, "column", None) or "reason", []).append(language.sentence(each))
    return render_template(
        "readings/show.html",
        errors=errors,
        picture_error=picture_error,
        reason=request.form.get("reason", ""),
        may_record=requests.actor().may(Permission.RECORD_READINGS),
        **shown,
    )


def _version() -> int:
    given: Any = request.form.get("version", "")
    return int(given) if given.isdigit() and len(given) < 10 else 0
