"""One measure: its page, its form, its status, its plan, its photos."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import ConflictError, EmstrackError, RefusedError
from emstrack.domain.measures import CHEMICAL_UNITS, MeasureStatus, Moment, Step
from emstrack.domain.meters import USUAL_UNITS
from emstrack.domain.typed import understand_day
from emstrack.gateways.stored_files import StoredFiles
from emstrack.language.writing import writing_of
from emstrack.services.audits import (
    add_measure,
    change_measure,
    change_status,
    list_follow_ups,
    list_measures,
    list_owners,
    plan_verification,
    set_measure_photo,
    show_measure,
    start_recommendation,
)
from emstrack.services.audits.check_measure import currency_of
from emstrack.web import requests
from emstrack.web.forms.measures import MeasureForm, PlanForm, as_data, show_error
from emstrack.web.forms.sites import as_data as plan_data
from emstrack.web.presenters import follow_ups as present_follow_ups
from emstrack.web.presenters import measures as present

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from emstrack.storage.models import Measure, Site

UNITS = sorted({*(unit for units in USUAL_UNITS.values() for unit in units), *CHEMICAL_UNITS})


def show(measure_id: int) -> str:
    """Show all there is to know of a measure."""
    return _show(measure_id)


def new(site_id: int) -> str | Response | tuple[str, int]:
    """Recommend something for a site."""
    site = list_measures.site_of(requests.session(), site_id)
    form = _form(site)
    if request.method == "GET":
        form.process(data=_started(site_id))
        return _form_page(form, site, blank=not len(form.effects))
    if "add" in request.form:
        return _form_page(form, site, blank=request.form["add"])
    if not form.check():
        return _form_page(form, site), 422
    try:
        measure = add_measure.add_measure(
            requests.session(), site_id, form.details(), today=requests.today(site.time_zone), now=requests.now()
        )
    except RefusedError as error:
        return _refused(form, site, error)
    flash(requests.language().text("“{title}” is proposed.", title=measure.title), "good")
    return redirect(url_for("measures.show", measure_id=measure.id), 303)


def edit(measure_id: int) -> str | Response | tuple[str, int]:
    """Change a measure and its rows."""
    session = requests.session()
    measure, site = show_measure.measure_and_site(session, measure_id)
    form = _form(site)
    if request.method == "GET":
        details = change_measure.details_of(measure, *change_measure.rows_of(session, measure_id))
        form.process(data=as_data(details, version=measure.version))
        return _form_page(form, site, measure=measure, blank=not details.effects or not details.investment)
    if "add" in request.form:
        return _form_page(form, site, measure=measure, blank=request.form["add"])
    if not form.check():
        return _form_page(form, site, measure=measure), 422
    try:
        change_measure.change_measure(
            session,
            measure_id,
            form.details(),
            version=_version(form.version.data),
            today=requests.today(site.time_zone),
            now=requests.now(),
            reason=form.reason.data or "",
        )
    except (RefusedError, ConflictError) as error:
        return _refused(form, site, error, measure_id)
    flash(requests.language().text("Saved."), "good")
    return redirect(url_for("measures.show", measure_id=measure_id), 303)


def move(measure_id: int) -> Response | tuple[str, int]:
    """Take a measure to another status."""
    language, session = requests.language(), requests.session()
    try:
        step = _step()
        measure = change_status.change_status(
            session,
            measure_id,
            step,
            version=_version(request.form.get("version")),
            today=requests.today(),
            now=requests.now(),
        )
    except (RefusedError, ConflictError) as error:
        session.rollback()
        return _show(measure_id, trouble=error), 409 if isinstance(error, ConflictError) else 422
    status = language.label(MeasureStatus(measure.status))
    flash(language.text("“{title}”: {status}.", title=measure.title, status=status.lower()), "good")
    if request.form.get("from") == "board":
        return redirect(url_for("measures.board"), 303)
    return redirect(url_for("measures.show", measure_id=measure_id), 303)


def _step() -> Step:
    wanted, typed = request.form.get("status", ""), request.form.get("day", "").strip()
    if wanted not in set(MeasureStatus):
        raise RefusedError("measure.status_unknown", status=wanted[:40])
    day = understand_day(typed, writing_of(requests.language())) if typed else None
    return Step(status=MeasureStatus(wanted), reason=request.form.get("reason", ""), day=day)


def archive(measure_id: int) -> Response:
    """Take a measure out of board and lists."""
    measure = change_measure.archive_measure(
        requests.session(),
        measure_id,
        version=_version(request.form.get("version")),
        now=requests.now(),
        reason=request.form.get("reason", ""),
    )
    flash(requests.language().text("“{name}” is archived; everything recorded stays.", name=measure.title), "good")
    return redirect(url_for("measures.index"), 303)


def restore(measure_id: int) -> Response:
    """Bring an archived measure back."""
    version = _version(request.form.get("version"))
    measure = change_measure.restore_measure(requests.session(), measure_id, version=version, now=requests.now())
    flash(requests.language().text("“{name}” is back.", name=measure.title), "good")
    return redirect(url_for("measures.show", measure_id=measure_id), 303)


def plan(measure_id: int) -> str | Response | tuple[str, int]:
    """Write down how the saving will be measured and verified."""
    session = requests.session()
    desk = plan_verification.open_plan(session, measure_id)
    form = PlanForm(request.form)
    form.offer([(each.id, f"{each.name} · {requests.language().label(each.resource)}") for each in desk.meters])
    if request.method == "GET":
        form.process(data=_plan_data(desk))
        return _plan_page(form, desk)
    if not form.validate():
        return _plan_page(form, desk), 422
    try:
        plan_verification.set_plan(
            session,
            measure_id,
            form.details(),
            version=_version(form.version.data),
            today=requests.today(desk.site.time_zone),
            now=requests.now(),
        )
    except (RefusedError, ConflictError) as error:
        session.rollback()
        trouble = show_error(form, error, requests.language())
        if isinstance(error, ConflictError):
            form.version.data = error.evidence["version"]
        page = _plan_page(form, plan_verification.open_plan(session, measure_id), trouble)
        return page, 409 if isinstance(error, ConflictError) else 422
    flash(requests.language().text("The plan is saved."), "good")
    return redirect(url_for("measures.show", measure_id=measure_id), 303)


def _plan_data(desk: plan_verification.PlanDesk) -> dict[str, Any]:
    """Return what the plan's form shows: the plan as it is, else what the library suggests for such a measure."""
    if desk.plan is not None:
        known = plan_verification.details_of_plan(desk.plan)
        return plan_data(known, version=desk.plan.version) | {"option": known.option.value}
    data: dict[str, Any] = {"option": "C", "meter_id": next(iter(desk.own), None), "version": 0}
    wanted = start_recommendation.plan_from_library(desk.measure.library_code, requests.language().code)
    if wanted is not None:
        data |= {"option": wanted.option.value, "key_parameters": wanted.key_parameters}
    return data


def add_photo(measure_id: int) -> Response | tuple[str, int]:
    """Keep a picture sent."""
    sent = request.files.get("picture")
    content, name = (sent.stream.read(), sent.filename or "") if sent is not None else (b"", "")
    moment = request.form.get("moment", "")
    try:
        set_measure_photo.add_photo(
            requests.session(),
            StoredFiles(requests.settings().files_dir),
            measure_id,
            content,
            name=name,
            moment=Moment(moment) if moment in set(Moment) else Moment.BEFORE,
            caption=request.form.get("caption", ""),
            now=requests.now(),
        )
    except RefusedError as error:
        requests.session().rollback()
        return _show(measure_id, picture_error=requests.language().sentence(error)), 422
    flash(requests.language().text("The photo is saved."), "good")
    return redirect(url_for("measures.show", measure_id=measure_id) + "#photos", 303)


def remove_photo(measure_id: int, photo_id: int) -> Response:
    """Take a picture off a measure's page."""
    set_measure_photo.remove_photo(requests.session(), measure_id, photo_id, now=requests.now())
    flash(requests.language().text("The photo is removed."), "good")
    return redirect(url_for("measures.show", measure_id=measure_id) + "#photos", 303)


def _show(measure_id: int, trouble: EmstrackError | None = None, picture_error: str = "") -> str:
    language, actor = requests.language(), requests.actor()
    shown = show_measure.show_measure(requests.session(), measure_id, today=requests.today())
    measure, worth = shown.measure, shown.worth
    looked_at = list_follow_ups.follow_ups_of_measure(requests.session(), measure_id, today=requests.today())
    meters = {each.row.meter_id: each.meter for each in shown.effects if each.row.meter_id}
    return render_template(
        "measures/show.html",
        shown=shown,
        measure=measure,
        site=shown.site,
        tone=present.TONES[shown.status],
        steps=present.steps(shown, language),
        facts=present.facts(shown, language),
        cards=present.cards(shown, language),
        effect_columns=present.effect_columns(measure.currency, language),
        effect_rows=present.effect_rows(shown.effects, language),
        explained=present.explained(shown.effects, language),
        line_rows=present.line_rows(shown, language),
        line_totals=present.line_totals(shown, language),
        finance=present.finance_pairs(worth, measure.currency, language),
        others=present.other_pairs(shown, language),
        together=[
            (each, present.together_sentence(each, language), present.together_rows(each, language))
            for each in shown.together
        ],
        plan=present.plan_pairs(shown.plan, meters, language) if shown.plan else [],
        plan_is_agreed=shown.plan is not None and shown.plan.agreed_on is not None,
        history=present.history(shown, language),
        follow_ups=present_follow_ups.measure_rows(looked_at, language),
        is_owner=measure.owner_id == actor.user_id,
        overdue=measure.due is not None and measure.due < requests.today() and shown.status.is_open,
        may_edit=actor.may(Permission.EDIT_SITES) and not shown.site.archived_at,
        trouble=language.sentence(trouble) if trouble else "",
        typed=request.form if trouble else {},
        picture_error=picture_error,
    )


def _started(site_id: int) -> dict[str, Any]:
    """Return what a new recommendation begins with: an entry of the library, where it was begun from one."""
    code = request.args.get("library", "")
    begun = start_recommendation.start_recommendation(requests.session(), site_id, code, requests.language().code)
    data = as_data(begun.details, version=0)
    data |= {
        name: request.args.get(source, type=int) for name, source in (("audit_id", "audit"), ("finding_id", "finding"))
    }
    data["situation"] = start_recommendation.situation_of_finding(requests.session(), data["finding_id"])
    if begun.assumptions:
        effect = {"resource": begun.resource, "meter_id": begun.meter_id, "unit": begun.unit}
        data["effects"] = [{**effect, "assumptions": begun.assumptions}]
    return data


def _form(site: Site) -> MeasureForm:
    session, language = requests.session(), requests.language()
    form = MeasureForm(request.form)
    listed = plan_verification.meters_of_site(session, site.id)
    meters = [(each.id, f"{each.name} · {language.label(each.resource)}") for each in listed]
    form.offer(meters, list_owners.list_owners(session))
    return form


def _form_page(
    form: MeasureForm,
    site: Site,
    *,
    measure: Measure | None = None,
    blank: bool | str = False,
    trouble: str = "",
) -> str:
    form.choose_again()
    names = ("effects", "investment")
    wanted = names if blank is True else (blank,) if blank in names else ()
    form.add_blank(*wanted, *(name for name in names if not len(form[name]) and name not in wanted))
    return render_template(
        "measures/form.html",
        form=form,
        site=site,
        measure=measure,
        trouble=trouble,
        units=UNITS,
        currency=form.currency.data or currency_of(requests.session(), site),
    )


def _refused(
    form: MeasureForm, site: Site, error: RefusedError | ConflictError, measure_id: int | None = None
) -> tuple[str, int]:
    """Show the form again with what the person typed; after a conflict saving again is a choice."""
    session, site_id = requests.session(), site.id
    session.rollback()
    trouble = show_error(form, error, requests.language())
    if isinstance(error, ConflictError):
        form.version.data = error.evidence["version"]
    site, measure = list_measures.site_of(session, site_id), None
    if measure_id is not None:
        measure, site = show_measure.measure_and_site(session, measure_id)
    page = _form_page(form, site, measure=measure, trouble=trouble)
    return page, 409 if isinstance(error, ConflictError) else 422


def _plan_page(form: PlanForm, desk: plan_verification.PlanDesk, trouble: str = "") -> str:
    names = {each.id: each.name for each in desk.meters}
    sentences = [
        present.visibility_sentence(names[id_], found, requests.language()) for id_, found in desk.visibilities.items()
    ]
    late = MeasureStatus(desk.measure.status).is_implemented and desk.plan is None
    return render_template(
        "measures/plan.html", form=form, measure=desk.measure, late=late, trouble=trouble, sentences=sentences[:4]
    )


def _version(text: Any) -> int:
    return int(text) if text and str(text).isdigit() else 0
