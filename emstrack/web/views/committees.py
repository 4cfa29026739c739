"""Committees: who sits on them, when they meet, what policies they follow."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, send_file, url_for

from emstrack.domain.accounts import Permission
from emstrack.domain.committees import CommitteeRole, PolicyStep, Rhythm
from emstrack.domain.errors import ConflictError, RefusedError
from emstrack.services.audits.list_follow_ups import possible_owners
from emstrack.services.ems import hold_meeting as holding
from emstrack.services.ems import list_committees as listing
from emstrack.services.ems import write_committee as writing
from emstrack.services.ems.report_month import report_month
from emstrack.services.sites.list_sites import list_site_names
from emstrack.web import requests
from emstrack.web.forms.accounts import options
from emstrack.web.forms.committees import NTHS, WEEKDAYS, CommitteeForm, MeetingForm, MemberForm, PolicyForm
from emstrack.web.forms.sites import show_beside

if TYPE_CHECKING:
    from werkzeug.wrappers import Response


def index() -> str:
    """List the committees."""
    return render_template(
        "committees/index.html",
        committees=listing.list_committees(requests.session(), today=requests.today()),
        may_edit=requests.actor().may(Permission.EDIT_SITES),
    )


def new() -> str | Response | tuple[str, int]:
    """Found a committee."""
    form = _form()
    if request.method == "GET":
        here = requests.actor().organisation_id
        form.process(data={"organisation_id": here, "every": 1, "nth": 2, "weekday": 3, "hour": "10:00"})
        return _form_page(form)
    if not form.validate():
        return _form_page(form), 422
    try:
        row = writing.add_committee(requests.session(), _details(form), now=requests.now())
    except RefusedError as error:
        requests.session().rollback()
        return _form_page(form, trouble=show_beside(form, error, requests.language())), 422
    flash(requests.language().text("“{name}” is founded. Now its members.", name=row.name), "good")
    return redirect(url_for("committees.show", committee_id=row.id), 303)


def edit(committee_id: int) -> str | Response | tuple[str, int]:
    """Change a committee."""
    shown = listing.show_committee(requests.session(), committee_id, today=requests.today())
    form = _form(committee_id)
    if request.method == "GET":
        row = shown.committee
        form.process(data={name: getattr(row, name) for name in form.data if hasattr(row, name)})
        return _form_page(form, committee_id)
    if not form.validate():
        return _form_page(form, committee_id), 422
    try:
        version = int(form.version.data) if (form.version.data or "").isdigit() else 0
        writing.change_committee(requests.session(), committee_id, _details(form), version=version, now=requests.now())
    except (RefusedError, ConflictError) as error:
        requests.session().rollback()
        trouble = show_beside(form, error, requests.language())
        if isinstance(error, ConflictError):
            form.version.data = error.evidence["version"]
        return _form_page(form, committee_id, trouble), 409 if isinstance(error, ConflictError) else 422
    return _done(committee_id)


def archive(committee_id: int) -> Response:
    """Dissolve a committee."""
    version = request.form.get("version", type=int) or 0
    writing.archive_committee(requests.session(), committee_id, version=version, now=requests.now())
    flash(requests.language().text("Dissolved; its minutes stay."), "good")
    return redirect(url_for("committees.index"), 303)


def show(committee_id: int) -> str:
    """Show a committee."""
    return _page(committee_id)


def month_page(committee_id: int) -> Response:
    """Send the month on one page, for the mayor or the owner."""
    session, language = requests.session(), requests.language()
    content, name = report_month(session, committee_id, language, today=requests.today(), now=requests.now())
    response = send_file(io.BytesIO(content), mimetype="application/pdf", as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "no-store"
    return response


def add_member(committee_id: int) -> Response | tuple[str, int]:
    """Seat somebody."""
    form = _member_form()
    if not form.validate():
        return _page(committee_id, member_form=form), 422
    term = writing.Term(
        role=CommitteeRole(form.role.data),
        start=form.start.data,
        end=form.end.data,
        user_id=form.user_id.data,
        name=form.name.data or "",
        email=form.email.data or "",
    )
    try:
        writing.add_member(requests.session(), committee_id, term, now=requests.now())
    except RefusedError as error:
        requests.session().rollback()
        trouble = show_beside(form, error, requests.language())
        return _page(committee_id, member_form=form, trouble=trouble), 422
    return _done(committee_id)


def end_term(committee_id: int, member_id: int) -> Response:
    """Let somebody go."""
    version = request.form.get("version", type=int) or 0
    writing.end_term(requests.session(), member_id, request.form.get("end", ""), version=version, now=requests.now())
    return _done(committee_id)


def plan_meeting(committee_id: int) -> Response | tuple[str, int]:
    """Put a meeting into the calendar."""
    form = MeetingForm(request.form)
    if not form.validate():
        return _page(committee_id, meeting_form=form), 422
    try:
        row = holding.plan_meeting(
            requests.session(),
            committee_id,
            form.day.data,
            hour=form.hour.data or "",
            place=form.place.data or "",
            now=requests.now(),
        )
    except RefusedError as error:
        requests.session().rollback()
        trouble = show_beside(form, error, requests.language())
        return _page(committee_id, meeting_form=form, trouble=trouble), 422
    flash(requests.language().text("Planned. Its agenda writes itself until it begins."), "good")
    return redirect(url_for("meetings.show", meeting_id=row.id), 303)


def save_policy(committee_id: int, policy_id: int = 0) -> Response | tuple[str, int]:
    """Put a policy on the list, or write down how far it has come."""
    form = PolicyForm(request.form)
    if not form.validate():
        return _page(committee_id, policy_form=form), 422
    given = writing.Policy(
        title=form.title.data,
        proposal=form.proposal.data or "",
        body=form.body.data or "",
        step=PolicyStep(form.step.data),
        consulted=form.consulted.data or "",
        decided_on=form.decided_on.data,
        incentive=form.incentive.data or "",
    )
    session, now = requests.session(), requests.now()
    try:
        if policy_id:
            version = int(form.version.data) if (form.version.data or "").isdigit() else 0
            writing.change_policy(session, policy_id, given, version=version, now=now)
        else:
            writing.add_policy(session, committee_id, given, now=now)
    except (RefusedError, ConflictError) as error:
        session.rollback()
        trouble = show_beside(form, error, requests.language())
        status = 409 if isinstance(error, ConflictError) else 422
        return _page(committee_id, policy_form=form, trouble=trouble), status
    return _done(committee_id)


def _done(committee_id: int) -> Response:
    flash(requests.language().text("Saved."), "good")
    return redirect(url_for("committees.show", committee_id=committee_id), 303)


def _details(form: CommitteeForm) -> writing.CommitteeDetails:
    return writing.CommitteeDetails(
        organisation_id=form.organisation_id.data or 0,
        name=form.name.data or "",
        purpose=form.purpose.data or "",
        rhythm=Rhythm(form.every.data or 0, form.nth.data or 0, -1 if form.weekday.data is None else form.weekday.data),
        hour=(form.hour.data or "").strip(),
        place=form.place.data or "",
        programme_id=form.programme_id.data,
        site_ids=[each for each in form.site_ids.data or [] if each is not None],
    )


def _form(committee_id: int | None = None) -> CommitteeForm:
    session = requests.session()
    form = CommitteeForm(request.form)
    form.organisation_id.choices = options(*((str(i), name) for i, name in writing.list_organisations_of(session)))
    programmes = writing.list_programmes_of(session, committee_id)
    form.programme_id.choices = options(("", "–"), *((str(id_), name) for id_, name in programmes))
    form.site_ids.choices = options(*((str(id_), name) for id_, name in list_site_names(session)))
    return form


def _member_form() -> MemberForm:
    form = MemberForm(request.form)
    people = possible_owners(requests.session())
    form.user_id.choices = options(("", "–"), *((str(id_), name) for id_, name in people))
    return form


def _form_page(form: CommitteeForm, committee_id: int = 0, trouble: str = "") -> str:
    return render_template("committees/form.html", form=form, committee_id=committee_id, trouble=trouble)


def _page(committee_id: int, **forms: Any) -> str:
    session, language = requests.session(), requests.language()
    shown = listing.show_committee(session, committee_id, today=requests.today())
    committee = shown.committee
    planned = {"day": shown.proposed, "hour": committee.hour, "place": committee.place}
    member_form = _member_form()
    if request.method == "GET":
        member_form.process(data={"start": requests.today()})
    rhythm = language.text(
        "{nth} {weekday}", nth=language.text(NTHS[committee.nth]), weekday=language.text(WEEKDAYS[committee.weekday])
    )
    return render_template(
        "committees/show.html",
        shown=shown,
        committee=committee,
        rhythm=rhythm,
        today=requests.today(),
        may_edit=requests.actor().may(Permission.EDIT_SITES),
        **{
            "trouble": "",
            "member_form": member_form,
            "meeting_form": MeetingForm(data=planned),
            "policy_form": PolicyForm(),
            **forms,
        },
    )
