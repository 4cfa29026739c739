"""Baselines of a meter: candidates compared, one adopted with a reason, followed by a new revision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import ConflictError, RefusedError
from emstrack.domain.periods import Month
from emstrack.domain.resources import Resource
from emstrack.language.labels import unit_symbol
from emstrack.language.writing import writing_of
from emstrack.services.savings import adopt_baseline as service
from emstrack.services.savings.compare_baselines import compare_baselines, fit_of_baseline
from emstrack.services.savings.refresh_results import refresh_results
from emstrack.services.savings.show_baseline import show_baseline, show_meter_baselines
from emstrack.web import requests
from emstrack.web.forms.accounts import options
from emstrack.web.forms.agreements import version_of
from emstrack.web.forms.baselines import AdoptForm, BaselineForm
from emstrack.web.presenters import baselines as presenter
from emstrack.web.presenters import candidates as candidate_presenter

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from emstrack.services.savings.compare_baselines import Comparison, ShownCandidate
    from emstrack.services.savings.show_baseline import MeterBaselines
    from emstrack.storage.models import Meter

ASKED = "first"
"""A request that names a first month wants candidates compared."""


def index(meter_id: int) -> str:
    """List a meter's baselines; show candidates side by side once a period is chosen."""
    shown = show_meter_baselines(requests.session(), meter_id)
    form = _form(shown, request.args)
    try:
        return _page(shown, form, _comparison(shown, form))
    except RefusedError as error:
        return _page(shown, form, error=error)


def candidate_charts(meter_id: int) -> str:
    """Draw one candidate's fit: asked for by the page once it stands, because drawing takes a moment."""
    shown = show_meter_baselines(requests.session(), meter_id)
    form = _form(shown, request.args)
    try:
        comparison = _comparison(shown, form)
    except RefusedError as error:
        return render_template("baselines/_fit.html", figures=[], expert=None, name="", error=error)
    return _fit(shown.meter, comparison.named(form.method.data or "") if comparison else None)


def propose(meter_id: int) -> str | Response | tuple[str, int]:
    """Adopt a candidate with its reason, or keep it as a draft and lead to its page."""
    session = requests.session()
    shown = show_meter_baselines(session, meter_id)
    form = _form(shown, request.form)
    if not form.validate():
        return _page(shown, form), 422
    try:
        plan = form.plan(writing_of(requests.language()))
        draft = service.propose_baseline(session, meter_id, plan, now=requests.now())
        if request.form.get("then") != "adopt":
            return redirect(url_for("baselines.show", baseline_id=draft.id), 303)
        service.adopt_baseline(
            session, draft.id, reason=form.reason.data or "", version=draft.version, now=requests.now()
        )
    except (RefusedError, ConflictError) as error:
        session.rollback()
        return _refused(show_meter_baselines(session, meter_id), form, error)
    refresh_results(session, [meter_id], now=requests.now())
    flash(requests.language().text("Adopted. Savings count against it from now on."), "good")
    return redirect(url_for("savings.meter", meter_id=meter_id), 303)


def show(baseline_id: int) -> str:
    """Show one revision: the fit, once adopted the saving so far, and for a draft the form that adopts it."""
    return _shown(baseline_id, AdoptForm(data={"version": "1"}))


def fit_charts(baseline_id: int) -> str:
    """Draw the fit of one revision."""
    return _fit(*fit_of_baseline(requests.session(), baseline_id))


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
    flash(requests.language().text("Adopted. Savings count against it from now on."), "good")
    return redirect(url_for("savings.meter", meter_id=row.meter_id), 303)


def discard(baseline_id: int) -> Response:
    """Throw a draft away."""
    meter_id = show_baseline(requests.session(), baseline_id).meter.id
    service.discard_draft(requests.session(), baseline_id)
    flash(requests.language().text("The draft is thrown away."), "good")
    return redirect(url_for("baselines.index", meter_id=meter_id), 303)


def _form(shown: MeterBaselines, given: Any) -> BaselineForm:
    """Return the form as asked, else with the first whole year; `from` is a click on a month: a year from there."""
    language, suggestion = requests.language(), shown.suggestion
    data: dict[str, Any] = {"fixed_per": "month"}
    if suggestion is not None:
        data |= {"first": str(suggestion[0]), "last": str(suggestion[1])}
    form = BaselineForm(given if ASKED in given else None, data=data)
    known = [str(each.month) for each in shown.months]
    if given.get("from") in known and shown.last is not None:
        first = Month.parse(given["from"])
        form.first.data, form.last.data = str(first), str(max(first, min(first.plus(11), shown.last)))
    form.driver.choices = options(*((name, language.label(name)) for name in shown.drivers))
    form.fixed_per.choices = options(("month", language.text("a month")), ("year", language.text("a year")))
    return form


def _comparison(shown: MeterBaselines, form: BaselineForm) -> Comparison | None:
    if ASKED not in request.values or "from" in request.values or not shown.months:
        return None
    plan = form.plan(writing_of(requests.language()))
    return compare_baselines(requests.session(), shown.meter.id, plan, expert=form.experts)


def _refused(shown: MeterBaselines, form: BaselineForm, error: RefusedError | ConflictError) -> tuple[str, int]:
    chosen, form.method.data = form.method.data, ""
    try:
        comparison = _comparison(shown, form) if chosen != "fixed" else None
    except RefusedError:
        comparison = None
    form.method.data = chosen
    return _page(shown, form, comparison, error), 409 if isinstance(error, ConflictError) else 422


def _page(
    shown: MeterBaselines,
    form: BaselineForm,
    comparison: Comparison | None = None,
    error: RefusedError | ConflictError | None = None,
) -> str:
    language = requests.language()
    chosen = form.method.data or ""
    marked = comparison.named(chosen) if comparison else None
    return render_template(
        "baselines/index.html",
        shown=shown,
        form=form,
        error=error,
        rows=presenter.revision_rows(shown, language),
        months=presenter.picker(shown, form.first.data, form.last.data, language),
        comparison=comparison,
        cards=candidate_presenter.cards(comparison, chosen, language) if comparison else [],
        marked=marked,
        query=_query(form, marked.key if marked else ""),
        unit=unit_symbol(Resource(shown.meter.resource).canonical_unit),
        may_set=requests.actor().may(Permission.SET_BASELINE),
    )


def _query(form: BaselineForm, method: str) -> dict[str, Any]:
    """Return what the address of a candidate's charts says."""
    fields = ("first", "last", "since", "until")
    given = {name: form[name].data for name in fields if form[name].data}
    return given | {"driver": list(form.drivers), "expert": [str(each) for each in form.experts], "method": method}


def _fit(meter: Meter, candidate: ShownCandidate | None) -> str:
    language = requests.language()
    subject = meter.name or language.label(meter.resource)
    return render_template(
        "baselines/_fit.html",
        error=None,
        name=language.label(candidate.plan.method) if candidate else "",
        figures=candidate_presenter.fit_figures(candidate, subject, language) if candidate else [],
        expert=candidate_presenter.expert_panel(candidate, subject, language) if candidate else None,
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
        key=presenter.sheet_key(shown.meter),
        may_set=requests.actor().may(Permission.SET_BASELINE),
    )
