"""A committee's meeting: the agenda that writes itself, the minutes, the decisions, the PDF."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, send_file, url_for

from emstrack.domain.accounts import Permission
from emstrack.domain.committees import MeetingStatus
from emstrack.domain.errors import ConflictError, RefusedError
from emstrack.services.audits.list_follow_ups import possible_owners
from emstrack.services.ems import hold_meeting as holding
from emstrack.services.ems import list_committees as listing
from emstrack.services.ems import write_agenda as agendas
from emstrack.services.ems.print_minutes import print_minutes
from emstrack.services.ems.tie_decision import things_to_decide_on, untie
from emstrack.web import requests
from emstrack.web.forms.accounts import options
from emstrack.web.forms.committees import DecisionForm, MeetingForm
from emstrack.web.forms.sites import show_beside
from emstrack.web.presenters import meetings as present

if TYPE_CHECKING:
    from werkzeug.wrappers import Response


def show(meeting_id: int) -> str:
    """Show a meeting."""
    return _page(meeting_id)


def pdf(meeting_id: int) -> Response:
    """Send the agenda or the minutes."""
    content, name = print_minutes(requests.session(), meeting_id, requests.language(), now=requests.now())
    response = send_file(io.BytesIO(content), mimetype="application/pdf", as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "no-store"
    return response


def change(meeting_id: int) -> Response | tuple[str, int]:
    """Move a planned meeting."""
    form = MeetingForm(request.form)
    if not form.validate():
        return _page(meeting_id, meeting_form=form), 422
    values = {"day": form.day.data, "hour": form.hour.data or "", "place": (form.place.data or "").strip()}
    return _try(
        meeting_id,
        lambda: holding.move_meeting(
            requests.session(), meeting_id, values, version=_number(form.version.data), now=requests.now()
        ),
    )


def call_off(meeting_id: int) -> Response | tuple[str, int]:
    """Call it off."""
    reason, version = request.form.get("reason", ""), _number(request.form.get("version"))
    return _try(
        meeting_id,
        lambda: holding.call_off(requests.session(), meeting_id, reason, version=version, now=requests.now()),
    )


def agenda(meeting_id: int) -> Response | tuple[str, int]:
    """Change the agenda by hand: add, move, leave out, bring back."""
    session, now = requests.session(), requests.now()
    key, what = request.form.get("key", ""), request.form.get("what", "")
    steps = {
        "up": lambda: agendas.move_item(session, meeting_id, key, -1, now=now),
        "down": lambda: agendas.move_item(session, meeting_id, key, 1, now=now),
        "leave_out": lambda: agendas.leave_out(session, meeting_id, key, now=now),
        "bring_back": lambda: agendas.bring_back(session, meeting_id, now=now),
    }
    add = lambda: agendas.add_item(session, meeting_id, request.form.get("title", ""), now=now)  # noqa: E731 - one of five
    return _try(meeting_id, steps.get(what, add), said="")


def begin(meeting_id: int) -> Response | tuple[str, int]:
    """Open the meeting."""
    return _try(meeting_id, lambda: holding.begin_meeting(requests.session(), meeting_id, now=requests.now()), said="")


def presence(meeting_id: int) -> Response | tuple[str, int]:
    """Write who is there."""
    present_ids = [_number(each) for each in request.form.getlist("present")]
    remarks, version = request.form.get("remarks", ""), _number(request.form.get("version"))
    return _try(
        meeting_id,
        lambda: holding.write_presence(
            requests.session(), meeting_id, present_ids, remarks, version=version, now=requests.now()
        ),
    )


def minutes(meeting_id: int, item_id: int) -> Response | tuple[str, int]:
    """Write what was said of an item."""
    text, version = request.form.get("minutes", ""), _number(request.form.get("version"))
    try:
        holding.write_minutes(requests.session(), item_id, text, version=version, now=requests.now())
    except (RefusedError, ConflictError) as error:
        requests.session().rollback()
        trouble = requests.language().sentence(error)
        status = 409 if isinstance(error, ConflictError) else 422
        return _page(meeting_id, trouble=trouble, typed={item_id: text}), status
    flash(requests.language().text("Saved."), "good")
    return redirect(url_for("meetings.show", meeting_id=meeting_id, _anchor=f"item-{item_id}"), 303)


def decide(meeting_id: int) -> Response | tuple[str, int]:
    """Write a decision down as a task."""
    form = _decision_form(listing.show_meeting(requests.session(), meeting_id, today=requests.today()))
    if not form.validate():
        return _page(meeting_id, decision_form=form), 422
    meter_id, measure_id = untie(form.about.data or "")
    decision = holding.Decision(
        title=form.title.data,
        site_id=form.site_id.data or 0,
        due=form.due.data,
        owner_id=form.owner_id.data,
        meter_id=meter_id,
        measure_id=measure_id,
    )
    try:
        holding.decide(requests.session(), meeting_id, decision, today=requests.today(), now=requests.now())
    except RefusedError as error:
        requests.session().rollback()
        trouble = show_beside(form, error, requests.language())
        return _page(meeting_id, decision_form=form, trouble=trouble), 422
    flash(requests.language().text("Decided. It is a task now, and its owner is reminded."), "good")
    return redirect(url_for("meetings.show", meeting_id=meeting_id, _anchor="decisions"), 303)


def approve(meeting_id: int) -> Response | tuple[str, int]:
    """Approve the minutes."""
    version = _number(request.form.get("version"))
    return _try(
        meeting_id,
        lambda: holding.approve_meeting(
            requests.session(),
            meeting_id,
            version=version,
            today=requests.today(),
            link_base=requests.settings().link_base,
            now=requests.now(),
        ),
        said=requests.language().text("Approved and frozen. The members get them by mail."),
    )


def _try(meeting_id: int, step: Any, *, said: str | None = None) -> Response | tuple[str, int]:
    try:
        step()
    except (RefusedError, ConflictError) as error:
        requests.session().rollback()
        trouble = requests.language().sentence(error)
        return _page(meeting_id, trouble=trouble), 409 if isinstance(error, ConflictError) else 422
    if said != "":
        flash(said or requests.language().text("Saved."), "good")
    return redirect(url_for("meetings.show", meeting_id=meeting_id), 303)


def _decision_form(shown: listing.ShownMeeting) -> DecisionForm:
    session = requests.session()
    form = DecisionForm(request.form)
    form.site_id.choices = options(*((str(id_), name) for id_, name in shown.sites))
    form.owner_id.choices = options(("", "–"), *((str(id_), name) for id_, name in possible_owners(session)))
    form.about.choices = options(("", "–"), *things_to_decide_on(session, [id_ for id_, _ in shown.sites]))
    return form


def _page(meeting_id: int, **values: Any) -> str:
    session, language = requests.session(), requests.language()
    shown = listing.show_meeting(session, meeting_id, today=requests.today())
    decides = shown.meeting.status == MeetingStatus.IN_SESSION and requests.actor().may(Permission.EDIT_SITES)
    return render_template(
        "committees/meeting.html",
        shown=shown,
        meeting=shown.meeting,
        committee=shown.committee,
        items=present.items(shown, language, values.pop("typed", {})),
        decisions=present.decisions(shown, language),
        may_edit=requests.actor().may(Permission.EDIT_SITES),
        **{
            "trouble": "",
            "meeting_form": MeetingForm(obj=shown.meeting),
            "decision_form": values.pop("decision_form", None) or (_decision_form(shown) if decides else None),
            **values,
        },
    )


def _number(text: object) -> int:
    return int(str(text)) if str(text).isdigit() else 0
