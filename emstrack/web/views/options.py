"""Savings verified apart from the whole meter: the list of a site with the chooser, and one saving in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import ConflictError, RefusedError
from emstrack.domain.worksheets import Worksheet
from emstrack.services.savings import settle_isolated_saving as settle
from emstrack.services.savings.choose_option import choose_option
from emstrack.services.savings.show_isolated_saving import show_isolated_saving
from emstrack.services.savings.show_site_options import show_site_options
from emstrack.services.savings.state_detectable_saving import state_detectable_saving
from emstrack.web import requests
from emstrack.web.forms.quantities import understood_number
from emstrack.web.presenters import isolated_savings as saving_presenter
from emstrack.web.presenters import options as presenter

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from emstrack.services.savings.choose_option import Chosen


def index(site_id: int) -> str:
    """List a site's savings, and answer which option fits one that is still a plan."""
    language, withdrawn = requests.language(), "withdrawn" in request.args
    page = show_site_options(requests.session(), site_id, withdrawn=withdrawn)
    chosen, trouble = _chosen(site_id)
    return render_template(
        "options/index.html",
        site=page.site,
        columns=presenter.saving_columns(language),
        rows=presenter.saving_rows(page.savings, language),
        withdrawn=withdrawn,
        worksheets=list(Worksheet),
        meters=presenter.meter_choices(page.meters, language),
        has_sub_meter=bool(page.sub_meters),
        chosen=chosen,
        answer=presenter.answer(chosen, site_id, language) if chosen else None,
        trouble=trouble,
        may_set=requests.actor().may(Permission.SET_BASELINE) and page.site.archived_at is None,
    )


def _chosen(site_id: int) -> tuple[Chosen | None, str]:
    """Read the chooser's question from the address; nothing where it was not asked."""
    text, meter_id = request.args.get("expected", "").strip(), request.args.get("meter_id", type=int)
    if not text or meter_id is None:
        return None, ""
    language = requests.language()
    try:
        figure = understood_number(text)
    except ValueError:
        example = language.number(1234.5, digits=1)
        return None, language.text("“{text}” is not a number. Write it as {example}.", text=text[:40], example=example)
    by_percent = request.args.get("per") == "percent"
    try:
        chosen = choose_option(
            requests.session(),
            site_id,
            meter_id,
            quantity=None if by_percent else figure,
            percent=figure if by_percent else None,
        )
    except RefusedError as error:
        return None, language.sentence(error)
    return chosen, ""


def detectable(meter_id: int) -> str:
    """Say what a meter can show: a part of its page, asked for after it, because a model is fitted."""
    stated = state_detectable_saving(requests.session(), meter_id)
    return render_template(
        "options/_detectable.html",
        detectable=presenter.detectable(stated, requests.language()),
        meter_id=meter_id,
        site_id=stated.meter.site_id,
        is_sub_meter=stated.meter.parent_id is not None,
    )


def show(saving_id: int) -> str:
    """Show a saving with its calculation."""
    return _shown(saving_id)


def sign(saving_id: int) -> Response | tuple[str, int]:
    """Stand behind a saving somebody else wrote."""
    session = requests.session()
    try:
        settle.sign_isolated_saving(session, saving_id, version=_version(), now=requests.now())
    except (RefusedError, ConflictError) as error:
        session.rollback()
        return _shown(saving_id, error), 409 if isinstance(error, ConflictError) else 422
    flash(requests.language().text("Signed. It is verified now."), "good")
    return redirect(url_for("options.show", saving_id=saving_id), 303)


def withdraw(saving_id: int) -> Response | tuple[str, int]:
    """Claim a saving no longer."""
    session = requests.session()
    reason = request.form.get("reason", "")
    try:
        settle.withdraw_isolated_saving(session, saving_id, reason=reason, version=_version(), now=requests.now())
    except (RefusedError, ConflictError) as error:
        session.rollback()
        return _shown(saving_id, error), 409 if isinstance(error, ConflictError) else 422
    flash(requests.language().text("Withdrawn. What it rested on is kept."), "good")
    return redirect(url_for("options.show", saving_id=saving_id), 303)


def _shown(saving_id: int, error: RefusedError | ConflictError | None = None) -> str:
    language = requests.language()
    shown = show_isolated_saving(requests.session(), saving_id, today=requests.today())
    return render_template(
        "options/show.html",
        shown=shown,
        row=shown.saving.row,
        site=shown.site,
        trouble=language.sentence(error) if error else "",
        cards=saving_presenter.cards(shown, language),
        facts=saving_presenter.facts(shown, language),
        parameters=saving_presenter.parameter_table(shown, language),
        steps=saving_presenter.step_table(shown, language),
        months=saving_presenter.month_table(shown, language),
        changes=saving_presenter.change_entries(shown, language),
        may_set=requests.actor().may(Permission.SET_BASELINE),
        own=requests.actor().user_id in {shown.saving.row.created_by, shown.saving.row.changed_by},
    )


def _version() -> int:
    given = request.form.get("version", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0
