"""Mass and energy balances of a site: listed, shown with what follows from them, added, changed, taken away."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from emstrack.domain.balances import USUAL_TOLERANCE
from emstrack.domain.errors import ConflictError, RefusedError
from emstrack.services.audits import keep_balance
from emstrack.services.audits.open_audit import may_audit
from emstrack.services.audits.show_balance import audits_of_site, find_site, list_balances, show_balance
from emstrack.services.sites.list_changes import changes_of
from emstrack.web import requests
from emstrack.web.forms.balances import BalanceForm, version_of
from emstrack.web.forms.sites import show_beside
from emstrack.web.presenters import balance_history
from emstrack.web.presenters import balances as present

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from emstrack.storage.models import Balance, Site


def index(site_id: int) -> str:
    """List a site's balances."""
    site, rows = list_balances(requests.session(), site_id)
    return render_template(
        "balances/index.html",
        site=site,
        rows=present.listed(rows, requests.language()),
        may_write=may_audit(requests.session(), site_id),
    )


def show(balance_id: int) -> str:
    """Show a balance: the flow, closure, losses by money, loads, indicators."""
    shown, language = show_balance(requests.session(), balance_id), requests.language()
    return render_template(
        "balances/show.html",
        balance=shown.balance,
        site=shown.site,
        weighed=shown.weighed,
        cards=present.cards(shown, language),
        flow=present.flow(shown, language),
        closure=present.closure_table(shown, language),
        losses=present.loss_table(shown, language),
        indicators=present.indicator_table(shown, language),
        loads=present.load_table(shown, language),
        period=present.period(shown.balance, language),
        history=balance_history.history(
            changes_of(requests.session(), "balance", balance_id), shown.site.time_zone, language
        ),
        may_write=may_audit(requests.session(), shown.site.id),
    )


def new(site_id: int) -> str | Response | tuple[str, int]:
    """Add a balance to a site."""
    site = find_site(requests.session(), site_id)
    form = _offered(site_id)
    if request.method == "GET":
        last = requests.today(site.time_zone) - timedelta(days=1)
        asked = request.args.get("audit", "")
        given = {"tolerance": USUAL_TOLERANCE * 100, "start": last, "end": last}
        form.process(data={**given, "audit_id": int(asked) if asked.isdecimal() and len(asked) < 10 else None})
        return _form(form, site)
    if not form.validate():
        return _form(form, site), 422
    try:
        row = keep_balance.add_balance(requests.session(), site_id, form.details(), now=requests.now())
    except RefusedError as error:
        return _refused(form, error, site_id)
    return redirect(url_for("balances.show", balance_id=row.id), 303)


def edit(balance_id: int) -> str | Response | tuple[str, int]:
    """Change what is said of a balance."""
    shown = show_balance(requests.session(), balance_id)
    form = _offered(shown.site.id)
    if request.method == "GET":
        form.process(data=BalanceForm.data_of(shown.balance))
        return _form(form, shown.site, shown.balance)
    if not form.validate():
        return _form(form, shown.site, shown.balance), 422
    try:
        keep_balance.change_balance(
            requests.session(), balance_id, form.details(), version=version_of(form), now=requests.now()
        )
    except (RefusedError, ConflictError) as error:
        return _refused(form, error, shown.site.id, balance_id)
    flash(requests.language().text("Saved."), "good")
    return redirect(url_for("balances.show", balance_id=balance_id), 303)


def remove(balance_id: int) -> Response:
    """Take a balance away."""
    site_id = keep_balance.remove_balance(
        requests.session(), balance_id, now=requests.now(), reason=request.form.get("reason", "")
    )
    flash(requests.language().text("The balance is taken away; its history stays."), "good")
    return redirect(url_for("balances.index", site_id=site_id), 303)


def _offered(site_id: int) -> BalanceForm:
    form = BalanceForm(request.form)
    form.offer(audits_of_site(requests.session(), site_id), requests.language())
    return form


def _refused(
    form: BalanceForm, error: RefusedError | ConflictError, site_id: int, balance_id: int = 0
) -> tuple[str, int]:
    session = requests.session()
    session.rollback()
    trouble = show_beside(form, error, requests.language())
    if isinstance(error, ConflictError):
        form.version.data = error.evidence["version"]
    form.offer(audits_of_site(session, site_id), requests.language())
    balance = show_balance(session, balance_id).balance if balance_id else None
    return _form(form, find_site(session, site_id), balance, trouble), 409 if isinstance(error, ConflictError) else 422


def _form(form: BalanceForm, site: Site, balance: Balance | None = None, trouble: str = "") -> str:
    return render_template("balances/form.html", form=form, site=site, balance=balance, trouble=trouble)
