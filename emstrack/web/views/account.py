"""One's own account: name, language, password, the browsers one is signed in with, the organisation one works in."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask import flash, make_response, redirect, render_template, request, url_for

from emstrack.domain.errors import RefusedError
from emstrack.reference.countries import time_zones
from emstrack.services.accounts import change_account, resume_session, sign_out
from emstrack.services.audits import read_calendar
from emstrack.web import requests, sign_in_cookie
from emstrack.web.forms.accounts import AccountForm, PasswordForm, options
from emstrack.web.forms.follow_ups import RemindersForm
from emstrack.web.views.accounts import password_cost

if TYPE_CHECKING:
    from werkzeug.wrappers import Response


def show() -> str:
    """Show one's account."""
    return _page()


def change() -> Response | tuple[str, int]:
    """Change one's name and language."""
    form = AccountForm(request.form)
    if not form.validate():
        return _page(account_form=form), 422
    actor = requests.actor()
    language = form.language.data or ""
    change_account.change_account(requests.session(), actor, name=form.name.data or "", language=language)
    response = make_response(redirect(url_for("account.show"), 303))
    if language:
        sign_in_cookie.remember_language(response, language)
    flash(requests.language().text("Saved."))
    return response


def change_password() -> Response | tuple[str, int]:
    """Change one's password; the other browsers have to sign in again."""
    form = PasswordForm(request.form)
    if not form.validate():
        return _page(password_form=form), 422
    try:
        ended = change_account.change_password(
            requests.session(),
            requests.actor(),
            form.old.data or "",
            form.new.data or "",
            cost=password_cost(),
            now=requests.now(),
        )
    except RefusedError as error:
        requests.session().rollback()
        return _page(password_form=form, password_error=error), 422
    flash(
        requests.language().plural(
            "Your password is changed; {n} other browser was signed out.",
            "Your password is changed; {n} other browsers were signed out.",
            ended,
        )
    )
    return redirect(url_for("account.show"), 303)


def change_reminders() -> Response | tuple[str, int]:
    """Change when one is written to, and by which clock."""
    form = RemindersForm(request.form)
    form.time_zone.choices = _zones()
    if not form.validate():
        return _page(reminders_form=form), 422
    try:
        change_account.change_reminders(
            requests.session(), requests.actor(), form.reminders.data, form.time_zone.data or ""
        )
    except RefusedError as error:
        requests.session().rollback()
        return _page(reminders_form=form, reminders_error=error), 422
    flash(requests.language().text("Saved."))
    return redirect(url_for("account.show"), 303)


def _zones() -> list[Any]:
    return options(("", requests.language().text("As the organisation")), *((zone, zone) for zone in time_zones()))


def end_session(session_id: int) -> Response:
    """Sign one of one's other browsers out."""
    actor = requests.actor()
    sign_out.sign_out(requests.session(), actor.user_id, session_id, now=requests.now())
    return redirect(url_for("account.show"), 303)


def change_place() -> Response:
    """Work in another of one's organisations."""
    organisation_id = request.form.get("organisation_id", type=int) or 0
    resume_session.change_place(requests.session(), requests.actor(), organisation_id)
    return redirect("/", 303)


def _page(**forms: Any) -> str:
    actor, settings = requests.actor(), requests.settings()
    sessions = change_account.list_sessions(
        requests.session(),
        actor,
        now=requests.now(),
        idle=timedelta(hours=settings.session_idle_hours),
        lifetime=timedelta(hours=settings.session_hours),
    )
    chosen = change_account.reminders_of(requests.session(), actor)
    reminders_form = RemindersForm(data={"reminders": chosen[0], "time_zone": chosen[1]})
    reminders_form.time_zone.choices = _zones()
    values: dict[str, Any] = {
        "reminders_form": reminders_form,
        "reminders_error": None,
        "calendar": read_calendar.calendar_of(requests.session(), actor.user_id),
        "account_form": AccountForm(name=actor.name, language=actor.language),
        "password_form": PasswordForm(),
        "password_error": None,
        "sessions": sessions,
        **forms,
    }
    return render_template("accounts/account.html", **values)
