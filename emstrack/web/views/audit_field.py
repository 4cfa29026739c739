"""An audit in the field: one page to answer its questions and write findings, with or without a signal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Response, current_app, flash, redirect, render_template, request, url_for

from emstrack.domain.audit_findings import FindingSeverity
from emstrack.domain.checklists import Choice
from emstrack.domain.errors import ConflictError, EmstrackError, NotFoundError, RefusedError
from emstrack.gateways.stored_files import StoredFiles
from emstrack.services.audits import open_audit, show_audit
from emstrack.services.audits.record_in_field import FieldItem, record_in_field
from emstrack.web import requests
from emstrack.web.errors import STATUS
from emstrack.web.forms import audits as forms
from emstrack.web.presenters import audits as present

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse

    Answered = str | AnyResponse | tuple[str, int] | tuple[dict[str, Any], int]


def show(audit_id: int) -> str:
    """Show the walk: a browser keeps this page for when there is no signal."""
    return _page(audit_id)


def record(audit_id: int) -> Answered:
    """Take one answer or finding, from the page's script (as JSON) or from its plain form."""
    session = requests.session()
    wants_json = request.accept_mimetypes.best == "application/json"
    try:
        open_audit.open_audit(session, audit_id)  # whoever may not write here learns nothing of what is wrong with it
        item = _item()
        told = record_in_field(session, StoredFiles(requests.settings().files_dir), audit_id, item, now=requests.now())
    except EmstrackError as error:
        session.rollback()
        if wants_json:
            return _told(audit_id, error), STATUS.get(type(error), 400)
        if not isinstance(error, RefusedError | ConflictError):
            raise
        return _page(audit_id, error), STATUS[type(error)]
    if wants_json:
        return {"state": "saved", **told}, 200
    flash(requests.language().text("Saved."), "good")
    place = f"q-{item.question}" if item.answer is not None else "findings"
    return redirect(url_for("audits.field", audit_id=audit_id) + f"#{place}", 303)


def service_worker() -> Response:
    """Send the script that answers for the pages of a walk while there is no signal; its place is its reach."""
    script = Path(str(current_app.static_folder)) / "service-worker.js"
    return Response(script.read_bytes(), mimetype="text/javascript")


def _item() -> FieldItem:
    sent, photos = request.form, request.files.getlist("photo")
    if sent.get("item") == "answer":
        return forms.answer_item(sent, photos)
    form = forms.FindingForm(sent)
    form.owner_id.choices = []
    form.owner_id.validate_choice = False
    if not form.validate():
        field, errors = next(iter(form.errors.items()))
        raise RefusedError("audit_finding.not_understood", text=str(errors[0]), field=str(field))
    return FieldItem(
        key=sent.get("key", ""),
        finding=form.details(),
        photos=forms.photos_of(photos),
    )


def _told(audit_id: int, error: EmstrackError) -> dict[str, Any]:
    """Return an error for the page's script; a conflict with the other's answer, ready for the form."""
    language = requests.language()
    state = "conflict" if isinstance(error, ConflictError) else "refused"
    told: dict[str, Any] = {"state": state, "message": language.sentence(error)}
    if isinstance(error, ConflictError):
        row = show_audit.show_audit(requests.session(), audit_id).answers.get(request.form.get("question", ""))
        told["theirs"] = present.answer_fields(row, language)
    elif isinstance(error, NotFoundError):
        told["message"] = language.text("This is not there any more, or not for you.")
    return told


def _page(audit_id: int, error: EmstrackError | None = None) -> str:
    session, language = requests.session(), requests.language()
    shown = show_audit.show_audit(session, audit_id)
    form = forms.FindingForm(request.form if error is not None and request.form.get("item") == "finding" else None)
    form.owner_id.choices = []
    return render_template(
        "audits/field.html",
        shown=shown,
        audit=shown.audit,
        title=present.title_of(shown.audit, language),
        areas=present.areas(shown.questions, shown.answers, language),
        photos=shown.answer_photos,
        answered=present.answered(shown.progress.answered, shown.progress.questions, language),
        finding_columns=present.finding_columns(language, graded=shown.kind.is_of_a_system),
        finding_rows=present.finding_rows(shown.findings, language, graded=shown.kind.is_of_a_system),
        choices=[(each.value, language.label(each)) for each in Choice],
        not_applicable=(Choice.NOT_APPLICABLE.value, language.label(Choice.NOT_APPLICABLE)),
        severities=[(each.value, language.label(f"severity.{each}")) for each in FindingSeverity],
        form=form,
        error=error,
        typed=request.form if error is not None else {},
    )
