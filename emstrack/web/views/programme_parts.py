"""What a programme is made of: cohorts with their sites, activities, indicators with their quarters, money, results."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for

from emstrack.domain.errors import ConflictError, EmstrackError, RefusedError
from emstrack.domain.sectors import Sector
from emstrack.services.programmes import keep_part, keep_programme, put_into_cohort, record_quarter, show_programme
from emstrack.web import requests
from emstrack.web.forms.measures import show_error
from emstrack.web.forms.programmes import PART_FORMS, SECTORS, part_data, part_details
from emstrack.web.forms.quantities import understood_number
from emstrack.web.presenters import programmes as present
from emstrack.web.views.programmes import page_of

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from emstrack.storage.models import Programme


def add(programme_id: int, part: str) -> str | Response | tuple[str, int]:
    """Add a part to a programme."""
    programme = keep_programme.find_to_keep(requests.session(), programme_id)
    form = PART_FORMS[part][0](request.form)
    if request.method == "GET":
        form.process(data={"period_uncertain": True, "in_total": True, "currency": programme.currency})
        return _page(form, part, programme)
    if not form.validate():
        return _page(form, part, programme), 422
    try:
        row = keep_part.add_part(
            requests.session(), programme_id, part_details(part, form), today=requests.today(), now=requests.now()
        )
    except RefusedError as error:
        return _refused(form, part, error, programme_id)
    if part == "cohorts":
        return redirect(url_for("programmes.put", cohort_id=row.id), 303)
    return redirect(url_for("programmes.show", programme_id=programme_id) + f"#{part}", 303)


def edit(part: str, part_id: int) -> str | Response | tuple[str, int]:
    """Change a part of a programme."""
    session = requests.session()
    keep_programme.require_whole(session)
    row = keep_part.find_part(session, part, part_id)
    programme_id: int = row.programme_id
    programme = keep_programme.find_to_keep(session, programme_id)
    form = PART_FORMS[part][0](request.form)
    if request.method == "GET":
        form.process(data=part_data(keep_part.details_of_part(part, row), version=row.version))
        return _page(form, part, programme, part_id)
    if not form.validate():
        return _page(form, part, programme, part_id), 422
    version = _number(form.version.data)
    try:
        keep_part.change_part(
            session,
            part,
            part_id,
            part_details(part, form),
            version=version,
            today=requests.today(),
            now=requests.now(),
        )
    except (RefusedError, ConflictError) as error:
        return _refused(form, part, error, programme_id, part_id)
    flash(requests.language().text("Saved."), "good")
    return redirect(url_for("programmes.show", programme_id=programme_id) + f"#{part}", 303)


def remove(part: str, part_id: int) -> Response | tuple[str, int]:
    """Take a part of a programme away."""
    session = requests.session()
    try:
        programme_id = keep_part.remove_part(session, part, part_id, now=requests.now())
    except RefusedError as error:
        programme_id = keep_part.find_part(session, part, part_id).programme_id
        session.rollback()
        return page_of(programme_id, requests.language().sentence(error)), 422
    flash(requests.language().text("It is removed; what it said stays in the history."), "good")
    return redirect(url_for("programmes.show", programme_id=programme_id), 303)


def quarter(indicator_id: int) -> Response | tuple[str, int]:
    """Keep an indicator's actual of a quarter."""
    session, language = requests.session(), requests.language()
    keep_programme.require_whole(session)
    programme_id: int = keep_part.find_part(session, "indicators", indicator_id).programme_id
    try:
        day, value = _typed_quarter()
        record_quarter.record_quarter(
            session,
            indicator_id,
            day,
            value,
            version=_number(request.form.get(f"version-{day.isoformat()}")),
            note=request.form.get("note", "")[:200],
            today=requests.today(),
            now=requests.now(),
        )
    except (RefusedError, ConflictError) as error:
        session.rollback()
        said = page_of(programme_id, language.sentence(error))
        return said, 409 if isinstance(error, ConflictError) else 422
    flash(language.text("Saved."), "good")
    return redirect(url_for("programmes.show", programme_id=programme_id) + "#indicators", 303)


def _typed_quarter() -> tuple[date, float | None]:
    try:
        day = date.fromisoformat(request.form.get("quarter", ""))
    except ValueError:
        raise RefusedError("programme.quarter_unknown", field="quarter") from None
    typed = request.form.get("value", "").strip()
    try:
        return day, understood_number(typed) if typed else None
    except ValueError:
        raise RefusedError("programme.figure_unknown", text=typed[:40], field="value") from None


def cohort(cohort_id: int) -> str:
    """Show the sites of a cohort."""
    page = show_programme.show_cohort(
        requests.session(), cohort_id, today=requests.today(), page=request.args.get("page", 1, int)
    )
    return render_template(
        "programmes/cohort.html", page=page, rows=present.cohort_rows(page, requests.language()), may_keep=page.may_keep
    )


def put(cohort_id: int) -> str | Response | tuple[str, int]:
    """Put sites into a cohort."""
    session = requests.session()
    if request.method == "GET":
        return _put_page(cohort_id)
    sector = request.form.get("sector", "")
    ids = [int(each) for each in request.form.getlist("sites") if each.isascii() and each.isdigit() and len(each) < 19]
    try:
        count = put_into_cohort.put_into_cohort(
            session,
            cohort_id,
            ids,
            sector=Sector(sector) if sector in set(Sector) else None,
            destination=request.form.get("destination", ""),
            today=requests.today(),
            now=requests.now(),
        )
    except RefusedError as error:
        session.rollback()
        return _put_page(cohort_id, requests.language().sentence(error)), 422
    flash(requests.language().plural("{n} site is in the cohort.", "{n} sites are in the cohort.", count), "good")
    return redirect(url_for("programmes.cohort", cohort_id=cohort_id), 303)


def take_out(programme_site_id: int) -> Response:
    """Take a site out of its cohort."""
    programme_id = put_into_cohort.take_out(requests.session(), programme_site_id, now=requests.now())
    flash(requests.language().text("The site is out of the cohort; nothing else of it changed."), "good")
    return redirect(url_for("programmes.show", programme_id=programme_id), 303)


def _put_page(cohort_id: int, trouble: str = "") -> str:
    session = requests.session()
    keep_programme.require_whole(session)
    row = keep_part.find_part(session, "cohorts", cohort_id)
    return render_template(
        "programmes/put.html",
        cohort=row,
        programme=keep_programme.find_to_keep(session, row.programme_id),
        sites=put_into_cohort.offer_sites(session, row.programme_id, today=requests.today()),
        sectors=[("", requests.language().text("By the kind of each site")), *((c.value, c.label) for c in SECTORS)],
        chosen=set(request.form.getlist("sites")),
        typed=request.form,
        trouble=trouble,
    )


def _page(form: Any, part: str, programme: Programme, part_id: int | None = None, trouble: str = "") -> str:
    title = requests.language().text(present.PARTS[part][part_id is not None])
    return render_template(
        "programmes/part.html", form=form, part=part, part_id=part_id, programme=programme, title=title, trouble=trouble
    )


def _refused(
    form: Any, part: str, error: EmstrackError, programme_id: int, part_id: int | None = None
) -> tuple[str, int]:
    session = requests.session()
    session.rollback()
    trouble = show_error(form, error, requests.language())
    if isinstance(error, ConflictError):
        form.version.data = error.evidence["version"]
    programme = keep_programme.find_to_keep(session, programme_id)
    return _page(form, part, programme, part_id, trouble), 409 if isinstance(error, ConflictError) else 422


def _number(text: Any) -> int:
    return int(text) if text and str(text).isdigit() else 0
