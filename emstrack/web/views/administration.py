"""What an administrator should know of the installation, and the modules their organisation works with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from emstrack import __version__
from emstrack.domain.accounts import Module
from emstrack.services.accounts import change_organisation, list_mails, remove_tenant, show_administration
from emstrack.web import requests
from emstrack.web.presenters.accounts import MODULE_WORDS

if TYPE_CHECKING:
    from werkzeug.wrappers import Response


def show() -> str:
    """Show mail, scheduler, version, demonstrations."""
    return render_template(
        "administration/show.html",
        state=show_administration.show_administration(requests.session()),
        mail=bool(requests.settings().smtp_url),
        version=__version__,
        database="PostgreSQL" if requests.settings().database_url.startswith("postgresql") else "SQLite",
        whole=requests.actor().scope.organisation_ids is None,
    )


def retry_mail(mail_id: int) -> Response:
    """Send a failed mail again."""
    list_mails.retry_mail(requests.session(), mail_id, now=requests.now())
    flash(requests.language().text("It goes out within a minute."))
    return redirect(url_for("administration.show"), 303)


def remove_demonstration() -> Response:
    """Take the demonstration away; whoever stood in it signs in again."""
    tenant_id = request.form.get("tenant_id", type=int) or 0
    remove_tenant.remove_demonstration(requests.session(), tenant_id, files_dir=requests.settings().files_dir)
    flash(requests.language().text("The demonstration is gone; nothing else was touched."))
    inside = requests.actor().scope.tenant_id == tenant_id
    return redirect(url_for("accounts.sign_in" if inside else "administration.show"), 303)


def modules() -> Response | str:
    """Switch modules on and off."""
    root = change_organisation.tenant_root(requests.session())
    if request.method == "POST":
        wanted = [name for name in request.form.getlist("modules") if name in set(Module)]
        version = request.form.get("version", type=int) or 0
        change_organisation.switch_modules(requests.session(), wanted, version=version)
        flash(requests.language().text("Saved."))
        return redirect(url_for("administration.modules"), 303)
    return render_template(
        "administration/modules.html", words=MODULE_WORDS, on=requests.actor().modules, version=root.version
    )
