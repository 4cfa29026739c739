"""The first page of an empty installation: start, try the demonstration, restore a backup; each by a one-time code."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from flask import current_app, flash, make_response, redirect, render_template, request, url_for

from emstrack.domain.accounts import Locality, Role
from emstrack.domain.errors import NotFoundError, RefusedError
from emstrack.services.accounts import set_up as service
from emstrack.services.accounts.remove_tenant import list_demonstrations
from emstrack.web import requests, sign_in_cookie
from emstrack.web.forms.accounts import SetUpForm
from emstrack.web.presenters import choices
from emstrack.web.views.accounts import password_cost

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response

    from emstrack.services.programmes.demonstration_worker import DemonstrationWorker

CHOICES = ("start", "demonstration", "restore")


def show() -> Response | str | tuple[str, int]:
    """Begin on an empty installation, with the code that the terminal shows."""
    code, session = _checked_code(), requests.session()
    form, error = _form(), None
    if request.method == "POST" and form.validate():
        beginning = service.Beginning(
            name=form.name.data or "",
            email=form.email.data or "",
            password=form.new.data or "",
            organisation=form.organisation.data or "",
            kind=form.kind.data,
            locality=Locality(form.country.data or "", form.currency.data or "", form.language.data or ""),
        )
        try:
            token = service.set_up(session, code, beginning, cost=password_cost(), now=requests.now())
        except RefusedError as refused:
            session.rollback()
            error = refused
        else:
            response = make_response(redirect("/", 303))
            sign_in_cookie.begin(response, token)
            sign_in_cookie.remember_language(response, beginning.locality.language)
            return response
    chosen = request.args.get("choice", "start")
    page = _page(code, form, chosen if chosen in CHOICES and request.method == "GET" else "start", error)
    return (page, 422) if request.method == "POST" else page


def load_demonstration() -> Response:
    """Begin to load the demonstration; the page it leads to says how far it is."""
    code = _checked_code()
    _worker().start(requests.language())
    return redirect(url_for("accounts.demonstration", code=code), 303)


def demonstration() -> str:
    """Say how far the demonstration is; once it is there, who may sign in."""
    code, progress = _checked_code(), _worker().progress
    template = "accounts/_demonstration.html" if "HX-Request" in request.headers else "accounts/demonstration.html"
    return render_template(template, code=code, progress=progress)


def enter_demonstration() -> Response:
    """Sign in as the demonstration's administrator."""
    _checked_code()
    loaded = _worker().progress.loaded
    chief = next((each for each in loaded.people if each.role is Role.ADMINISTRATOR), None) if loaded else None
    if chief is None:
        return redirect(url_for("accounts.sign_in"), 303)
    token = service.enter_demonstration(requests.session(), chief.email, now=requests.now())
    response = make_response(redirect("/", 303))
    sign_in_cookie.begin(response, token)
    return response


def restore() -> Response | tuple[str, int]:
    """Put an uploaded backup in the place of this empty installation; the code is used up once the file is checked."""
    code, put = _checked_code(), _restore()
    if put is None:
        raise NotFoundError("record.not_found", thing="restore")
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _page(code, _form(), "restore", RefusedError("backup.no_file")), 422
    try:
        with tempfile.TemporaryDirectory(prefix="emstrack-restore-") as folder:
            path = Path(folder, "backup.tar.gz")
            sent.save(path)
            put(path, lambda: _use(code))
    except RefusedError as refused:
        return _page(code, _form(), "restore", refused), 422
    flash(requests.language().text("The backup is restored. Sign in as you did there."))
    return redirect(url_for("accounts.sign_in"), 303)


def _checked_code() -> str:
    code = request.values.get("code", "").strip()
    with requests.transaction(read_only=True) as session:
        service.check_set_up_code(session, code, now=requests.now())
    return code


def _use(code: str) -> None:
    with requests.transaction() as session:
        service.use_set_up_code(session, code, now=requests.now())


def _form() -> SetUpForm:
    language = requests.language()
    form = SetUpForm(request.form, language=language.code, kind="municipality")
    form.kind.choices, form.country.choices = choices.kinds(language), choices.countries(language)
    return form


def _page(code: str, form: SetUpForm, chosen: str, error: RefusedError | None) -> str:
    with requests.transaction(read_only=True) as session:
        has_demonstration = bool(list_demonstrations(session))
    return render_template(
        "accounts/set_up.html",
        form=form,
        code=code,
        error=error,
        chosen=chosen,
        has_demonstration=has_demonstration,
        may_restore=_restore() is not None,
        megabytes=requests.settings().max_upload_mb,
    )


def _worker() -> DemonstrationWorker:
    return cast("DemonstrationWorker", current_app.extensions["emstrack.demonstration"])


def _restore() -> Callable[[Path, Callable[[], object]], object] | None:
    found: Any = current_app.extensions["emstrack.restore"]
    return cast("Callable[[Path, Callable[[], object]], object] | None", found)
