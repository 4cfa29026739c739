"""Case studies: read, written from a measure, let out, taken back; and the public page of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, make_response, redirect, render_template, request, url_for

from emstrack.domain.accounts import Permission
from emstrack.domain.case_studies import Audience
from emstrack.domain.errors import ConflictError, RefusedError
from emstrack.domain.measures import MeasureStatus
from emstrack.gateways.stored_files import StoredFiles
from emstrack.services.audits import release_case_study, show_case_study, write_case_study
from emstrack.web import requests
from emstrack.web.forms.case_studies import CaseForm
from emstrack.web.forms.sites import show_beside
from emstrack.web.presenters import case_studies as present

if TYPE_CHECKING:
    from werkzeug.wrappers import Response


def index() -> str:
    """List the case studies this person may read."""
    language = requests.language()
    listed = show_case_study.list_cases(requests.session())
    return render_template(
        "case_studies/index.html", columns=present.columns(language), rows=present.rows(listed, language)
    )


def show(case_id: int) -> str:
    """Show a case study to somebody who is signed in."""
    return _show(case_id)


def edit(measure_id: int) -> str | Response | tuple[str, int]:
    """Write a measure's case study, or change it."""
    session, language = requests.session(), requests.language()
    desk = write_case_study.open_case_desk(session, measure_id)
    form = CaseForm(request.form)
    form.offer(desk.photos, language)
    if not MeasureStatus(desk.measure.status).is_implemented:
        return render_template("case_studies/too_early.html", desk=desk)
    if request.method == "GET":
        begun = desk.details
        values = {name: getattr(begun, name) for name in ("title", "place", "before", "after", "lesson", "with_money")}
        written_in = begun.language if desk.case else language.tag
        version = desk.case.version if desk.case else 0
        form.process(data={**values, "photo_ids": list(begun.photo_ids), "language": written_in, "version": version})
        return _form_page(form, desk)
    if not form.validate():
        return _form_page(form, desk), 422
    try:
        version = int(form.version.data) if str(form.version.data).isdecimal() else 0
        case = write_case_study.save_case(session, measure_id, form.details(), version=version, now=requests.now())
    except (RefusedError, ConflictError) as error:
        session.rollback()
        trouble = show_beside(form, error, language)
        if isinstance(error, ConflictError):
            form.version.data = error.evidence["version"]
        page = _form_page(form, write_case_study.open_case_desk(session, measure_id), trouble)
        return page, 409 if isinstance(error, ConflictError) else 422
    flash(language.text("The draft is saved. Nobody else reads it until you publish it."), "good")
    return redirect(url_for("case_studies.show", case_id=case.id), 303)


def release(case_id: int) -> Response | tuple[str, int]:
    """Let a case study out."""
    wanted, version = request.form.get("audience", ""), request.form.get("version", "")
    audience = Audience(wanted) if wanted in set(Audience) else Audience.DRAFT
    try:
        release_case_study.release_case(
            requests.session(),
            case_id,
            audience,
            version=int(version) if version.isdecimal() else 0,
            today=requests.today(),
            now=requests.now(),
        )
    except (RefusedError, ConflictError) as error:
        requests.session().rollback()
        page = _show(case_id, trouble=requests.language().sentence(error))
        return page, 409 if isinstance(error, ConflictError) else 422
    flash(requests.language().text("Published."), "good")
    return redirect(url_for("case_studies.show", case_id=case_id), 303)


def withdraw(case_id: int) -> Response:
    """Take a case study back."""
    release_case_study.withdraw_case(requests.session(), case_id, now=requests.now())
    flash(requests.language().text("Withdrawn; only its writers read it now."), "good")
    return redirect(url_for("case_studies.show", case_id=case_id), 303)


def photo(case_id: int, number: int) -> Response:
    """Send a photo of a case study that was let out within the organisation."""
    return _picture(*show_case_study.open_photo(requests.session(), _files(), case_id, number))


def public(slug: str) -> Response:
    """Show a public case study to anybody."""
    language = requests.language()
    content, released_at = show_case_study.show_public_case(requests.session(), slug)
    page = render_template(
        "case_studies/public.html",
        content=content,
        facts=present.facts(content, language),
        estimated=present.estimated(content, language),
        measured=present.measured(content, language),
        photos=present.photos(content, "cases.photo", language, slug=slug),
        released_on=released_at.date() if released_at else None,
    )
    return make_response(page)


def public_photo(slug: str, number: int) -> Response:
    """Send a photo of a public case study."""
    return _picture(*show_case_study.open_public_photo(requests.session(), _files(), slug, number))


def robots() -> Response:
    """Tell search engines that nothing but public case studies is theirs to read."""
    response = make_response("User-agent: *\nAllow: /cases/\nAllow: /static/\nDisallow: /\n")
    response.content_type = "text/plain; charset=utf-8"
    return response


def _show(case_id: int, trouble: str = "") -> str:
    language = requests.language()
    shown = show_case_study.show_case(requests.session(), case_id, today=requests.today())
    content = shown.content
    endpoint = "files.show" if shown.is_own else "case_studies.photo"
    return render_template(
        "case_studies/show.html",
        shown=shown,
        case=shown.case,
        content=content,
        audience=present.audience(shown.case.audience, language),
        facts=present.facts(content, language),
        estimated=present.estimated(content, language),
        measured=present.measured(content, language),
        photos=present.photos(content, endpoint, language, case_id=case_id),
        may_edit=shown.is_own and requests.actor().may(Permission.EDIT_SITES),
        trouble=trouble,
    )


def _form_page(form: CaseForm, desk: write_case_study.CaseDesk, trouble: str = "") -> str:
    return render_template("case_studies/form.html", form=form, desk=desk, trouble=trouble)


def _picture(content: bytes, media_type: str) -> Response:
    response = make_response(content)
    response.content_type = media_type
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
    )
    return response


def _files() -> StoredFiles:
    return StoredFiles(requests.settings().files_dir)
