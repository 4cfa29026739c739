"""People and their roles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for

from emstrack.domain.accounts import Role
from emstrack.domain.errors import RefusedError
from emstrack.services.accounts import add_person, change_role, invite_person, list_people
from emstrack.services.accounts.list_organisations import list_organisations
from emstrack.web import requests
from emstrack.web.forms.organisations import InviteForm
from emstrack.web.presenters import choices
from emstrack.web.presenters.accounts import ROLE_HINTS

if TYPE_CHECKING:
    from werkzeug.wrappers import Response


def index() -> str:
    """Show who may do what, and whom to invite."""
    return _page()


def invite() -> Response | str | tuple[str, int]:
    """Invite somebody; without a mail server the page shows the link to hand over."""
    form = _form()
    if not form.validate():
        return _page(form=form), 422
    session, role, organisation_id = requests.session(), Role(form.role.data), int(form.organisation_id.data)
    try:
        if role is Role.CONTRIBUTOR:
            add_person.add_person(
                session, form.email.data or "", organisation_id=organisation_id, role=role, now=requests.now()
            )
            flash(requests.language().text("Added. They get a link by e-mail each month and need no account."))
            return redirect(url_for("people.index"), 303)
        link = invite_person.invite_person(
            session,
            requests.actor(),
            form.email.data or "",
            organisation_id=organisation_id,
            role=role,
            link_base=requests.settings().link_base,
            now=requests.now(),
        )
    except RefusedError as error:
        session.rollback()
        return _page(form=form, error=error), 422
    if not requests.settings().smtp_url:
        return _page(link=link, invited=form.email.data)
    flash(requests.language().text("Invited. The link in the mail works for seven days."))
    return redirect(url_for("people.index"), 303)


def withdraw(link_id: int) -> Response:
    """Withdraw an invitation."""
    invite_person.withdraw_invitation(requests.session(), link_id, now=requests.now())
    return _done("The invitation is withdrawn.")


def change(membership_id: int) -> Response | tuple[str, int]:
    """Give another role."""
    return _tried("Changed.", change_role.change_role, membership_id, request.form.get("role", ""))


def remove(membership_id: int) -> Response | tuple[str, int]:
    """Take a role."""
    return _tried("The role is taken.", change_role.remove_member, membership_id)


def disable(membership_id: int) -> Response | tuple[str, int]:
    """Shut somebody out."""
    return _tried("Shut out; every browser of theirs is signed out.", _disable, membership_id)


def enable(membership_id: int) -> Response | tuple[str, int]:
    """Let somebody in again."""
    return _tried("Let in again.", change_role.enable_person, membership_id)


def _disable(session: Any, membership_id: int) -> None:
    change_role.disable_person(session, membership_id, now=requests.now())


def _tried(said: str, act: Any, *arguments: Any) -> Response | tuple[str, int]:
    try:
        act(requests.session(), *arguments)
    except RefusedError as error:
        requests.session().rollback()
        return _page(error=error), 422
    return _done(said)


def _done(said: str) -> Response:
    flash(requests.language().text(said))
    return redirect(url_for("people.index"), 303)


def _form() -> InviteForm:
    actor, language = requests.actor(), requests.language()
    form = InviteForm(request.form, role=Role.VIEWER.value)
    form.role.choices = choices.roles(language, actor.scope.permissions)
    form.organisation_id.choices = choices.tree(list_organisations(requests.session()))
    return form


def _page(**values: Any) -> str:
    session = requests.session()
    branches = list_organisations(session, archived=True)
    shown: dict[str, Any] = {
        "people": list_people.list_people(session),
        "invitations": invite_person.list_invitations(session, now=requests.now()),
        "organisations": {branch.id: branch.organisation.name for branch in branches},
        "roles": choices.roles(requests.language(), requests.actor().scope.permissions),
        "role_hints": ROLE_HINTS,
        "error": None,
        "link": None,
        **values,
    }
    return render_template("people/index.html", **{"form": values.get("form") or _form(), **shown})
