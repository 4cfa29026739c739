"""Baselines of a meter: proposed, looked at, adopted with a reason, followed by a new revision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import ConflictError, RefusedError
from emstrack.domain.resources import Resource
from emstrack.language.labels import unit_symbol
from emstrack.language.writing import writing_of
from emstrack.services.savings import adopt_baseline as service
from emstrack.services.savings.refresh_results import refresh_results
from emstrack.services.savings.show_baseline import show_baseline, show_meter_baselines
from emstrack.web import requests
from emstrack.web.forms.accounts import options
from emstrack.web.forms.agreements import version_of
from emstrack.web.forms.baselines import AdoptForm, BaselineForm
from emstrack.web.presenters import baselines as presenter

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from emstrack.services.savings.show_baseline import MeterBaselines


def index(meter_id: int) -> str:
    """List a meter's baselines and offer a new one."""
    shown = show_meter_baselines(requests.session(), meter_id)
    return _page(shown, _form(shown))


def propose(meter_id: int) -> str | Response | tuple[str, int]:
    """Keep a draft and lead to its fit."""
    session = requests.session()
    shown = show_meter_baselines(session, meter_id)
    form = _form(shown)
    if not form.validate():
        return _page(shown, form), 422
    try:
        plan = form.plan(writing_of(requests.language()))
        draft = service.propose_baseline(session, meter_id, plan, now=requests.now())
    except RefusedError as error:
        return _page(shown, form, error), 422
    return redirect(url_for("baselines.show", baseline_id=draft.id), 303)


def show(baseline_id: int) -> str:
    """Show one revision: the fit, the saving so far, and for a draft the form that adopts it."""
    return _shown(baseline_id, AdoptForm(data={"version": "1"}))


def adopt(baseline_id: int) -> str | Response | tuple[str, int]:
    """Adopt a draft."""
    form = AdoptForm(request.form)
    if not form.validate():
        return _shown(baseline_id, form), 422
    session = requests.session()
    try:
        row = service.adopt_baseline(
            session,
            baseline_id,
            reason=form.reason.data or "",
            version=version_of(form.version.data),
            now=requests.now(),
        )
    except (RefusedError, ConflictError) as error:
        session.rollback()
        return _shown(baseline_id, form, error), 409 if isinstance(error, ConflictError) else 422
    refresh_results(session, [row.meter_id], now=requests.now())
    meter = show_meter_baselines(session, row.meter_id)
    flash(requests.language().text("Adopted. Savings count against it from now on."), "good")
    return redirect(url_for("sites.show", site_id=meter.site.id, resource=presenter.sheet_key(meter.meter)), 303)


def discard(baseline_id: int) -> Response:
    """Throw a draft away."""
    meter_id = show_baseline(requests.session(), baseline_id).meter.id
    service.discard_draft(requests.session(), baseline_id)
    flash(requests.language().text("The draft is thrown away."), "good")
    return redirect(url_for("baselines.index", meter_id=meter_id), 303)


def _form(shown: MeterBaselines) -> BaselineForm:
    language, suggestion = requests.language(), shown.suggestion
    data: dict[str, Any] = {"method": "auto", "fixed_per": "month"}
    if suggestion is not None:
        data |= {"first": str(suggestion[0]), "last": str(suggestion[1])}
    form = BaselineForm(request.form, data=data)
    form.driver.choices = options(
        ("", language.text("Choose one")), *((name, language.label(name)) for name in shown.drivers)
    )
    form.fixed_per.choices = options(("month", language.text("a month")), ("year", language.text("a year")))
    return form


def _page(shown: MeterBaselines, form: BaselineForm, error: RefusedError | None = None) -> str:
    return render_template(
        "baselines/index.html",
        shown=shown,
        form=form,
        error=error,
        rows=presenter.revision_rows(shown, requests.language()),
        unit=unit_symbol(Resource(shown.meter.resource).canonical_unit),
        may_set=requests.actor().may(Permission.SET_BASELINE),
    )


def _shown(baseline_id: int, form: AdoptForm, error: RefusedError | ConflictError | None = None) -> str:
    language = requests.language()
    shown = show_baseline(requests.session(), baseline_id)
    return render_template(
        "baselines/show.html",
        shown=shown,
        form=form,
        error=error,
        facts=presenter.facts(shown, language),
        fit=presenter.fit(shown, language),
        findings=presenter.findings(shown),
        months=presenter.months(shown, language),
        candidates=presenter.candidates(shown, language),
        key=presenter.sheet_key(shown.meter),
        may_set=requests.actor().may(Permission.SET_BASELINE),
    )
