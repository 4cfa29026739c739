"""The first page."""

from __future__ import annotations

from flask import render_template

from emstrack.domain.accounts import Permission
from emstrack.services.audits.show_waiting import show_waiting
from emstrack.services.savings.show_home import show_home
from emstrack.web import requests
from emstrack.web.presenters import home as presenter


def show() -> str:
    """Show what is missing, what was saved, who saves most and what has to be cleared; or how to begin."""
    language, actor = requests.language(), requests.actor()
    home = show_home(requests.session(), today=requests.today())
    waiting = show_waiting(requests.session(), today=requests.today()) if home.sites else None
    may = {
        "edit": actor.may(Permission.EDIT_SITES),
        "import": actor.may(Permission.IMPORT),
        "record": actor.may(Permission.RECORD_READINGS),
        "baseline": actor.may(Permission.SET_BASELINE),
    }
    return render_template(
        "home/show.html",
        home=home,
        may=may,
        waiting=waiting,
        waiting_rows=presenter.waiting_rows(waiting, language) if waiting else [],
        waiting_lines=presenter.waiting_lines(waiting, language) if waiting else [],
        cards=presenter.cards(home, language),
        missing=presenter.missing_rows(home, language),
        rankings=[presenter.ranking(group, language) for group in home.rankings],
        warnings=presenter.warnings(home, language),
    )
