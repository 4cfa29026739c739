"""What is agreed about a meter beside its result: adjustments and closed periods, added, corrected, withdrawn."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for

from emstrack.domain.errors import ConflictError, RefusedError
from emstrack.domain.resources import Resource
from emstrack.gateways.stored_files import StoredFiles
from emstrack.language.labels import unit_symbol
from emstrack.services.readings.keep_bill import SentFile
from emstrack.services.savings import set_adjustment, set_closed_period
from emstrack.services.savings.show_agreement import show_agreement
from emstrack.web import requests
from emstrack.web.forms.agreements import PERCENT, QUANTITY, AdjustmentForm, ClosedPeriodForm, version_of
from emstrack.web.forms.sites import options, show_beside

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from emstrack.services.savings.show_agreement import Agreement


def add_adjustment(meter_id: int) -> str | Response | tuple[str, int]:
    """Agree on a change of a meter's adjusted baseline."""
    form = AdjustmentForm(_posted(), data=_suggested())
    if request.method == "GET":
        return _adjustment_page(form, meter_id)
    if not form.validate():
        return _adjustment_page(form, meter_id), 422
    try:
        set_adjustment.add_adjustment(
            requests.session(), meter_id, form.agreed(), now=requests.now(), evidence=_sent(), files=_files()
        )
    except RefusedError as error:
        return _refused(form, error, lambda trouble: _adjustment_page(form, meter_id, trouble=trouble))
    return _done(meter_id, requests.language().text("Saved. The saving takes it in."))


def edit_adjustment(adjustment_id: int) -> str | Response | tuple[str, int]:
    """Correct an adjustment."""
    row = set_adjustment.find_adjustment(requests.session(), adjustment_id)
    meter_id = row.meter_id
    form = AdjustmentForm(_posted(), data=AdjustmentForm.data_of(row))
    if request.method == "GET":
        return _adjustment_page(form, meter_id, adjustment_id)
    if not form.validate():
        return _adjustment_page(form, meter_id, adjustment_id), 422
    try:
        set_adjustment.change_adjustment(
            requests.session(),
            adjustment_id,
            form.agreed(),
            version=version_of(form.version.data),
            now=requests.now(),
            evidence=_sent(),
            files=_files(),
        )
    except (RefusedError, ConflictError) as error:
        return _refused(form, error, lambda trouble: _adjustment_page(form, meter_id, adjustment_id, trouble))
    return _done(meter_id, requests.language().text("Saved. The saving takes it in."))


def withdraw_adjustment(adjustment_id: int) -> Response:
    """Take an adjustment out of the saving."""
    reason, version = request.form.get("reason", ""), version_of(request.form.get("version"))
    row = set_adjustment.withdraw_adjustment(
        requests.session(), adjustment_id, reason=reason, version=version, now=requests.now()
    )
    return _done(row.meter_id, requests.language().text("Withdrawn. It stays in the list with its reason."))


def add_closed_period(site_id: int) -> str | Response | tuple[str, int]:
    """Leave days of a site out of fit and claim."""
    about = show_agreement(requests.session(), site_id=site_id)
    form = _closed_form(about, {"kind": "closed", "meter_id": request.args.get("meter", "")})
    if request.method == "GET":
        return _closed_page(form, site_id)
    if not form.validate():
        return _closed_page(form, site_id), 422
    try:
        set_closed_period.add_closed_period(requests.session(), site_id, form.left_out(), now=requests.now())
    except RefusedError as error:
        return _refused(form, error, lambda trouble: _closed_page(form, site_id, trouble=trouble))
    return _back(about, form.meter_id.data, requests.language().text("Saved. These days are left out."))


def edit_closed_period(period_id: int) -> str | Response | tuple[str, int]:
    """Correct a closed period."""
    row = set_closed_period.find_closed_period(requests.session(), period_id)
    site_id = row.site_id
    about = show_agreement(requests.session(), site_id=site_id)
    form = _closed_form(about, ClosedPeriodForm.data_of(row))
    if request.method == "GET":
        return _closed_page(form, site_id, period_id)
    if not form.validate():
        return _closed_page(form, site_id, period_id), 422
    try:
        set_closed_period.change_closed_period(
            requests.session(),
            period_id,
            form.left_out(),
            version=version_of(form.version.data),
            now=requests.now(),
        )
    except (RefusedError, ConflictError) as error:
        return _refused(form, error, lambda trouble: _closed_page(form, site_id, period_id, trouble))
    return _back(about, form.meter_id.data, requests.language().text("Saved. These days are left out."))


def withdraw_closed_period(period_id: int) -> Response:
    """Count a closed period's days again."""
    reason, version = request.form.get("reason", ""), version_of(request.form.get("version"))
    row = set_closed_period.withdraw_closed_period(
        requests.session(), period_id, reason=reason, version=version, now=requests.now()
    )
    about = show_agreement(requests.session(), site_id=row.site_id)
    return _back(about, row.meter_id, requests.language().text("Withdrawn. It stays in the list with its reason."))


def _posted() -> Any:
    """Return what was sent; None where the form is only shown, so that it shows what is known."""
    return request.form if request.method == "POST" else None


def _suggested() -> dict[str, Any]:
    """Return what a button that offers an adjustment knows already; a day or figure it cannot read is left out."""
    percent, start = request.args.get("percent", type=float), request.args.get("start", "")
    data: dict[str, Any] = {"how": PERCENT if percent is not None else QUANTITY, "amount": percent}
    try:
        data["start"] = date.fromisoformat(start)
    except ValueError:
        return data
    return data


def _sent() -> SentFile | None:
    sent = request.files.get("evidence")
    content = sent.stream.read() if sent else b""
    return SentFile(content, sent.filename or "evidence") if sent and content else None


def _files() -> StoredFiles:
    return StoredFiles(requests.settings().files_dir)


def _closed_form(about: Agreement, data: dict[str, Any]) -> ClosedPeriodForm:
    language = requests.language()
    form = ClosedPeriodForm(_posted(), data=data)
    named = [(meter.id, f"{meter.name} · {language.label(meter.resource)}") for meter in about.meters]
    form.meter_id.choices = options(("", language.text("All meters of the site")), *named)
    return form


def _refused(form: Any, error: RefusedError | ConflictError, page: Any) -> tuple[str, int]:
    requests.session().rollback()
    trouble = show_beside(form, error, requests.language())
    conflict = isinstance(error, ConflictError)
    if conflict:
        form.version.data = str(error.evidence["version"])
        form.version.raw_data = [form.version.data]
    return page(trouble), 409 if conflict else 422


def _adjustment_page(form: AdjustmentForm, meter_id: int, adjustment_id: int = 0, trouble: str = "") -> str:
    about = show_agreement(requests.session(), meter_id=meter_id)
    unit = unit_symbol(Resource(about.meter.resource).canonical_unit) if about.meter else ""
    language = requests.language()
    form.how.choices = options(
        (QUANTITY, language.text("{unit} a month", unit=unit)),
        (PERCENT, language.text("Per cent of the adjusted baseline")),
    )
    row = set_adjustment.find_adjustment(requests.session(), adjustment_id) if adjustment_id else None
    return render_template("agreements/adjustment.html", form=form, about=about, row=row, trouble=trouble)


def _closed_page(form: ClosedPeriodForm, site_id: int, period_id: int = 0, trouble: str = "") -> str:
    about = show_agreement(requests.session(), site_id=site_id)
    row = set_closed_period.find_closed_period(requests.session(), period_id) if period_id else None
    return render_template("agreements/closed_period.html", form=form, about=about, row=row, trouble=trouble)


def _done(meter_id: int, told: str) -> Response:
    flash(told, "good")
    return redirect(url_for("savings.meter", meter_id=meter_id, _anchor="agreed"), 303)


def _back(about: Agreement, meter_id: int | None, told: str) -> Response:
    if meter_id is None and about.meters:
        meter_id = about.meters[0].id
    if meter_id is not None:
        return _done(meter_id, told)
    flash(told, "good")
    return redirect(url_for("sites.show", site_id=about.site.id), 303)
