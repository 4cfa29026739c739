"""Findings of an audit: one of them, its form, its photos, and its way from open to closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from emstrack.domain.accounts import Permission
from emstrack.domain.audits import AuditKind
from emstrack.domain.errors import ConflictError, EmstrackError, NotAllowedError, RefusedError
from emstrack.gateways.stored_files import StoredFiles
from emstrack.services.audits import follow_finding, list_people, open_audit, record_finding, show_audit
from emstrack.services.audits.keep_photo import add_photos
from emstrack.services.audits.keep_photo import remove_photo as take_photo_off
from emstrack.services.audits.record_answer import questions_of
from emstrack.web import requests
from emstrack.web.forms import audits as forms
from emstrack.web.forms.sites import as_data, options, show_beside
from emstrack.web.presenters import audits as present

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response

    from emstrack.storage.models import Audit

    Answered = str | Response | tuple[str, int]


def show(finding_id: int) -> str:
    """Show a finding."""
    return _page(finding_id)


def new(audit_id: int) -> Answered:
    """Write a finding at a desk; on a walk the field page does."""
    session = requests.session()
    audit = open_audit.open_for_field(session, audit_id) if request.method == "POST" else _readable(audit_id)
    form = _form(audit)
    if request.method == "GET":
        form.process(data={"question": request.args.get("question", ""), "severity": "medium"})
        return _form_page(form, audit)
    if not form.validate():
        return _form_page(form, audit), 422
    try:
        finding = record_finding.add_finding(session, audit, form.details(), now=requests.now())
    except RefusedError as error:
        return _refused(form, audit_id, error)
    flash(requests.language().text("The finding is written down."), "good")
    return redirect(url_for("findings.show", finding_id=finding.id), 303)


def edit(finding_id: int) -> Answered:
    """Change a finding."""
    session = requests.session()
    page = show_audit.show_finding(session, finding_id)
    if not page.may_write:
        raise NotAllowedError("record.not_allowed", permission=Permission.AUDIT.value)
    form = _form(page.audit, page.shown.row.owner_id, page.shown.owner)
    if request.method == "GET":
        details = record_finding.finding_details(page.shown.row)
        form.process(data=as_data(details, version=page.shown.row.version))
        return _form_page(form, page.audit, finding_id)
    if not form.validate():
        return _form_page(form, page.audit, finding_id), 422
    try:
        version = forms.version_of(form.version.data)
        record_finding.change_finding(session, finding_id, form.details(), version=version, now=requests.now())
    except (RefusedError, ConflictError) as error:
        return _refused(form, page.audit.id, error, finding_id)
    flash(requests.language().text("Saved."), "good")
    return redirect(url_for("findings.show", finding_id=finding_id), 303)


def correct(finding_id: int) -> Answered:
    """Say what was done."""
    return _follow(finding_id, follow_finding.correct_finding, text=request.form.get("correction", ""))


def close(finding_id: int) -> Answered:
    """Close a finding."""
    return _follow(finding_id, follow_finding.close_finding, note=request.form.get("note", ""))


def reopen(finding_id: int) -> Answered:
    """Open a finding again."""
    return _follow(finding_id, follow_finding.reopen_finding, reason=request.form.get("reason", ""))


def add_photo(finding_id: int) -> Answered:
    """Keep pictures of a finding."""
    sent = forms.photos_of(request.files.getlist("photo"))
    try:
        add_photos(requests.session(), _files(), finding_id, sent, now=requests.now())
    except RefusedError as error:
        requests.session().rollback()
        return _page(finding_id, error), 422
    flash(requests.language().text("The photo is saved."), "good")
    return redirect(url_for("findings.show", finding_id=finding_id), 303)


def remove_photo(finding_id: int, photo_id: int) -> Response:
    """Take a picture off a finding."""
    take_photo_off(requests.session(), finding_id, photo_id, now=requests.now())
    flash(requests.language().text("The photo is removed."), "good")
    return redirect(url_for("findings.show", finding_id=finding_id), 303)


def _follow(finding_id: int, act: Callable[..., object], **said: str) -> Answered:
    session = requests.session()
    try:
        act(session, finding_id, version=forms.version_of(request.form.get("version")), now=requests.now(), **said)
    except (RefusedError, ConflictError, NotAllowedError) as error:
        session.rollback()
        if error.code == "record.not_allowed":
            raise
        return _page(finding_id, error), 409 if isinstance(error, ConflictError) else 422
    flash(requests.language().text("Saved."), "good")
    return redirect(url_for("findings.show", finding_id=finding_id), 303)


def _page(finding_id: int, error: EmstrackError | None = None) -> str:
    session, language = requests.session(), requests.language()
    page = show_audit.show_finding(session, finding_id)
    asked = next((q for q in questions_of(session, page.audit.id) if q.code == page.shown.row.question), None)
    return render_template(
        "findings/show.html",
        page=page,
        finding=page.shown.row,
        photos=page.shown.photos,
        audit_title=present.title_of(page.audit, language),
        facts=present.finding_facts(page, asked.text(language.code) if asked else "", language),
        tone=present.TONES.get(page.shown.row.status, "good"),
        is_owner=page.shown.row.owner_id == requests.actor().user_id,
        error=error,
        typed=request.form,
    )


def _readable(audit_id: int) -> Audit:
    shown = show_audit.show_audit(requests.session(), audit_id)
    if not shown.may_write:
        raise NotAllowedError("record.not_allowed", permission=Permission.AUDIT.value)
    return shown.audit


def _form(audit: Audit, owner_id: int | None = None, owner: str = "") -> forms.FindingForm:
    form = forms.FindingForm(request.form)
    people = dict(list_people.list_people(requests.session(), audit))
    if owner_id is not None:
        people.setdefault(owner_id, owner)
    form.owner_id.choices = options(("", requests.language().text("Nobody yet")), *people.items())
    return form


def _form_page(form: forms.FindingForm, audit: Audit, finding_id: int | None = None, trouble: str = "") -> str:
    language = requests.language()
    return render_template(
        "findings/form.html",
        form=form,
        audit=audit,
        audit_title=present.title_of(audit, language),
        graded=AuditKind(audit.kind).is_of_a_system,
        finding_id=finding_id,
        trouble=trouble,
    )


def _refused(
    form: forms.FindingForm, audit_id: int, error: RefusedError | ConflictError, finding_id: int | None = None
) -> tuple[str, int]:
    """Show the form again with what the person typed; after a conflict saving again is a choice."""
    session = requests.session()
    session.rollback()
    trouble = show_beside(form, error, requests.language())
    if isinstance(error, ConflictError):
        form.version.data = error.evidence["version"]
    audit = show_audit.show_audit(session, audit_id).audit
    return _form_page(form, audit, finding_id, trouble), 409 if isinstance(error, ConflictError) else 422


def _files() -> StoredFiles:
    return StoredFiles(requests.settings().files_dir)
