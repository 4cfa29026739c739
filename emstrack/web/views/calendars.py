"""A person's private calendar: its address made, renewed and revoked, and read by calendar programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, make_response, redirect, request, url_for

from emstrack.services.audits import read_calendar
from emstrack.web import requests

if TYPE_CHECKING:
    from werkzeug.wrappers import Response


def read(secret: str) -> Response:
    """Send the calendar; whoever knows the address reads it, so nothing in it opens anything else."""
    base = requests.settings().link_base
    content = read_calendar.read_calendar(requests.session(), secret, link_base=base, now=requests.now())
    if request.method != "HEAD":
        with requests.transaction() as session:
            read_calendar.note_read(session, secret, now=requests.now())
    response = make_response(content)
    response.content_type = "text/calendar; charset=utf-8"
    response.headers["Cache-Control"] = "private, max-age=900"
    response.headers["Content-Disposition"] = 'inline; filename="emstrack.ics"'
    return response


def renew() -> Response:
    """Make a new address, shown once."""
    secret = read_calendar.renew_calendar(requests.session(), requests.actor().user_id, now=requests.now())
    address = f"{requests.settings().link_base}{url_for('calendars.read', secret=secret)}"
    flash(
        requests.language().text(
            "Your calendar's address, shown this once: {address} Subscribe to it in your calendar program.",
            address=address,
        ),
        "good",
    )
    return redirect(url_for("account.show", _anchor="calendar"), 303)


def revoke() -> Response:
    """Close the address."""
    read_calendar.revoke_calendar(requests.session(), requests.actor().user_id, now=requests.now())
    flash(requests.language().text("Closed: programs that know the address get nothing from now on."), "good")
    return redirect(url_for("account.show", _anchor="calendar"), 303)
