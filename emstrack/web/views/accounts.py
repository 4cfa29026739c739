"""Before anybody is signed in: sign-in, a forgotten password, an invitation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, make_response, redirect, render_template, request, url_for

from emstrack.domain.accounts import RESET_MINUTES, Role
from emstrack.domain.errors import RefusedError
from emstrack.domain.passwords import PasswordCost
from emstrack.services.accounts import invite_person, reset_password
from emstrack.services.accounts import set_up as set_up_service
from emstrack.services.accounts import sign_in as signing_in
from emstrack.services.accounts import sign_out as signing_out
from emstrack.services.accounts.remove_tenant import list_demonstrations
from emstrack.web import requests, sign_in_cookie
from emstrack.web.forms.accounts import AcceptForm, AskResetForm, NewPasswordForm, SignInForm

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
    if request.method == "GET" and set_up_service.is_unclaimed(requests.session()):
        demonstrations = list_demonstrations(requests.session())
        return render_template("accounts/begin.html", form=form, has_demonstration=bool(demonstrations))
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


def ask_reset() -> str | tuple[str, int]:
    """Have a link sent; the answer is the same whether the address is known or not."""
    form, settings = AskResetForm(request.form), requests.settings()
    sent, error = False, None
    if request.method == "POST" and form.validate():
        try:
            reset_password.ask_reset(
                requests.session(),
                form.email.data or "",
                address=request.remote_addr or "",
                language=requests.language().code,
                link_base=settings.link_base,
                now=requests.now(),
            )
            sent = True
        except RefusedError as refused:
            error = refused
    page = render_template(
        "accounts/ask_reset.html",
        form=form,
        sent=sent,
        error=error,
        mail=bool(settings.smtp_url),
        minutes=RESET_MINUTES,
    )
    return (page, 429) if error else (page, 422) if form.errors else page


def reset(token: str) -> Response | str | tuple[str, int]:
    """Set a new password through a link."""
    form, error = NewPasswordForm(request.form), None
    email = reset_password.whose_reset(requests.session(), token, now=requests.now())
    if request.method == "POST" and form.validate():
        try:
            reset_password.reset_password(
                requests.session(), token, form.new.data or "", cost=password_cost(), now=requests.now()
            )
        except RefusedError as refused:
            requests.session().rollback()
            error = refused
        else:
            flash(requests.language().text("Your new password is set. Sign in with it."))
            return redirect(url_for("accounts.sign_in"), 303)
    page = render_template("accounts/reset.html", form=form, email=email, error=error)
    return (page, 422) if request.method == "POST" else page


def accept_invitation(token: str) -> Response | str | tuple[str, int]:
    """Take a role that was offered; somebody new chooses a password and is signed in at once."""
    form, error, session = AcceptForm(request.form), None, requests.session()
    invitation = invite_person.open_invitation(session, token, now=requests.now())
    if request.method == "POST" and (invitation.known or form.validate()):
        try:
            user_id, accepted = invite_person.accept_invitation(
                session,
                token,
                name=form.name.data or "",
                password=form.new.data or "",
                cost=password_cost(),
                now=requests.now(),
            )
        except RefusedError as refused:
            session.rollback()
            error = refused
        else:
            return _enter(user_id, accepted)
    page = render_template("accounts/accept_invitation.html", form=form, invitation=invitation, error=error)
    return (page, 422) if request.method == "POST" else page


def _enter(user_id: int, accepted: invite_person.Invitation) -> Response:
    """Somebody known signs in with their own password: a link in a mail is no second key to an old account."""
    if accepted.known or accepted.role is Role.CONTRIBUTOR:
        flash(requests.language().text("You now have a role in {organisation}.", organisation=accepted.organisation))
        return redirect("/" if requests.actor_or_none() else url_for("accounts.sign_in"), 303)
    token = signing_in.begin_session(requests.session(), user_id, accepted.organisation_id, now=requests.now())
    response = make_response(redirect("/", 303))
    sign_in_cookie.begin(response, token)
    return response
