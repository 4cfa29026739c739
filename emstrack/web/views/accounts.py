"""Sign-in and sign-out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import make_response, redirect, render_template, request, url_for

from emstrack.domain.errors import RefusedError
from emstrack.domain.passwords import PasswordCost
from emstrack.services.accounts import sign_in as signing_in
from emstrack.services.accounts import sign_out as signing_out
from emstrack.web import requests, sign_in_cookie
from emstrack.web.forms.accounts import SignInForm

if TYPE_CHECKING:
    from werkzeug.wrappers import Response


def password_cost() -> PasswordCost:
    """Return what a hash costs here."""
    settings = requests.settings()
    return PasswordCost(settings.password_memory_kib, settings.password_passes)


def sign_in() -> Response | tuple[str, int] | str:
    """Ask who it is; on an empty installation, how to begin."""
    if requests.actor_or_none() is not None and request.method == "GET":
        return redirect(sign_in_cookie.local_address(request.args.get("next")))
    form = SignInForm(request.form, next=request.args.get("next", ""))
    if request.method == "GET":
        return render_template("accounts/sign_in.html", form=form)
    if not form.validate():
        return render_template("accounts/sign_in.html", form=form), 422
    try:
        signed_in = signing_in.sign_in(
            requests.transaction,
            form.email.data or "",
            form.password.data or "",
            address=request.remote_addr or "",
            cost=password_cost(),
            now=requests.now(),
        )
    except RefusedError as error:
        status = 429 if error.code == "sign_in.too_often" else 422
        return render_template("accounts/sign_in.html", form=form, error=error), status
    response = make_response(redirect(sign_in_cookie.local_address(form.next.data), 303))
    sign_in_cookie.begin(response, signed_in.token)
    return response


def sign_out() -> Response:
    """End this session."""
    actor = requests.actor_or_none()
    if actor is not None:
        signing_out.sign_out(requests.session(), actor.user_id, actor.session_id, now=requests.now())
    response = make_response(redirect(url_for("accounts.sign_in"), 303))
    sign_in_cookie.end(response)
    return response
