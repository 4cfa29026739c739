"""What others outside may see of this tenant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for

from emstrack.domain.accounts import Role, SharePurpose
from emstrack.domain.errors import RefusedError
from emstrack.services.accounts import share_part
from emstrack.services.accounts.list_organisations import list_organisations
from emstrack.web import requests
from emstrack.web.forms.accounts import options
from emstrack.web.forms.organisations import ShareForm
from emstrack.web.presenters import choices

if TYPE_CHECKING:
    from werkzeug.wrappers import Response


def index() -> str:
    """Show what is shared, and one's own code."""
    return _page()


def create() -> Response | tuple[str, int]:
    """Share a part."""
    form, session = _form(), requests.session()
    if not form.validate():
        return _page(form=form), 422
    try:
        share_part.share(
            session,
            share_part.find_shareable(session, form.what.data),
            form.code.data or "",
            key=requests.settings().signing_key(),
            role=Role(form.role.data),
            purpose=SharePurpose(form.purpose.data or SharePurpose.VIEW),
            until=form.until.data,
            now=requests.now(),
        )
    except RefusedError as error:
        session.rollback()
        return _page(form=form, error=error), 422
    flash(requests.language().text("Shared. They see it from their next page on."))
    return redirect(url_for("shares.index"), 303)


def revoke(share_id: int) -> Response:
    """Close a share."""
    share_part.revoke_share(requests.session(), share_id, now=requests.now())
    flash(requests.language().text("Closed. They see no more of it."))
    return redirect(url_for("shares.index"), 303)


def _form() -> ShareForm:
    language, session = requests.language(), requests.session()
    form = ShareForm(request.form)
    sites = options(*((f"site-{id_}", name) for id_, name in share_part.list_shareable_sites(session)))
    form.what.choices = choices.tree(list_organisations(session), prefix="organisation-") + sites
    form.role.choices = choices.roles(language, requests.actor().scope.permissions, share_part.SHARING_ROLES)
    return form


def _page(**values: Any) -> str:
    actor, session = requests.actor(), requests.session()
    shown: dict[str, Any] = {
        "shares": share_part.list_shares(session, today=requests.today()),
        "code": share_part.sharing_code(actor.organisation_id, requests.settings().signing_key()),
        "error": None,
        **values,
    }
    return render_template("shares/index.html", **{"form": values.get("form") or _form(), **shown})
