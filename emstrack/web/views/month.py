"""The month page: everything of a month in one place, saved as one goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import RefusedError
from emstrack.domain.periods import Month
from emstrack.language.writing import writing_of
from emstrack.services.readings.enter_block import enter_block
from emstrack.services.readings.list_month import list_month
from emstrack.services.readings.undo_entry import undo_entry
from emstrack.web import requests
from emstrack.web.forms import readings as forms
from emstrack.web.presenters import month as presenter

if TYPE_CHECKING:
    from werkzeug.wrappers import Response


def show() -> str:
    """Show a month; without one, the last whole month, whose bills are coming in now."""
    return _page({})


def save() -> Response | tuple[str, int]:
    """Save all that a plain form holds (the page without scripts)."""
    month = _month()
    sent = forms.block_of_form(request.form, month, writing_of(requests.language()))
    answers = _enter(sent)
    for name, answer in answers.items():
        answer["typed"] = {field: request.form.get(f"{name}.{field}", "") for field in forms.FIELDS}
    saved = sum(1 for answer in answers.values() if answer["state"] in {"saved", "warning"})
    flash(requests.language().plural("{n} line saved.", "{n} lines saved.", saved))
    if all(answer["state"] == "saved" for answer in answers.values()):
        return redirect(url_for("month.show", **_place()), 303)
    requests.session().flush()
    return _page({name: answer for name, answer in answers.items() if answer["state"] != "saved"}), 200


def enter() -> tuple[dict[str, Any], int]:
    """Save one line or a pasted block; 409 for a single line that somebody else changed meanwhile."""
    month = _month()
    sent = forms.block_of(request.get_json(silent=True), month, writing_of(requests.language()))
    rows = list(_enter(sent).values())
    if len(rows) != 1:
        return {"rows": rows}, 200
    status = 404 if rows[0].get("missing") else {"conflict": 409, "refused": 422}.get(rows[0]["state"], 200)
    return {"rows": rows}, status


def undo() -> tuple[dict[str, Any], int]:
    """Take back the last entry of a line."""
    document: Any = request.get_json(silent=True)
    try:
        kind, id_, version = str(document["kind"]), int(document["id"]), int(document["version"])
    except (TypeError, KeyError, ValueError):
        raise RefusedError("entry.not_a_block") from None
    row = undo_entry(requests.session(), kind, id_, version=version, now=requests.now())
    if row is None:
        return {"gone": True}, 200
    state = presenter.state_as_fields(row, requests.language())
    return {"gone": False, "id": row.id, "version": row.version, "fields": state}, 200


def _enter(sent: list[forms.Sent]) -> dict[str, dict[str, Any]]:
    """Enter what could be taken apart, and answer for every row in its place."""
    language = requests.language()
    block = [entry for _, entry in sent if not isinstance(entry, RefusedError)]
    entered = enter_block(requests.session(), block, writing=writing_of(language), now=requests.now())
    outcomes = iter(entered)
    return {
        name: presenter.outcome_as_json(name, entry if isinstance(entry, RefusedError) else next(outcomes), language)
        for name, entry in sent
    }


def _page(answers: dict[str, dict[str, Any]]) -> str:
    language = requests.language()
    month, place = _month(), _place()
    sheet = list_month(
        requests.session(),
        month,
        site_id=place.get("site"),
        named=place.get("named", ""),
        page=place.get("page", 1),
        now=requests.now(),
    )
    return render_template(
        "month/show.html",
        sheet=sheet,
        groups=presenter.groups(sheet, language, answers, only_missing=place.get("only") == "missing" and not answers),
        month=month,
        place=place,
        only_missing=place.get("only") == "missing",
        missing_href=url_for("month.show", **{**place, "only": "missing"}),
        all_href=url_for("month.show", **{**place, "only": None}),
        due=sum(site.due for site in sheet.sites),
        entered=sum(site.entered for site in sheet.sites),
        may_record=requests.actor().may(Permission.RECORD_READINGS),
        before=url_for("month.show", **{**place, "month": str(month.plus(-1))}),
        after=url_for("month.show", **{**place, "month": str(month.plus(1))}),
    )


def _month() -> Month:
    asked = request.args.get("month") or request.form.get("month")
    return Month.parse(asked) if asked else Month.of(requests.today()).plus(-1)


def _place() -> dict[str, Any]:
    """Return where on the page list we are, as it stands in the address."""
    place: dict[str, Any] = {"month": str(_month())}
    for name in ("site", "page"):
        given = request.args.get(name) or request.form.get(name) or ""
        if given.isdigit() and len(given) < 16:
            place[name] = int(given)
    named = (request.args.get("named") or request.form.get("named") or "").strip()[:100].replace("\0", "")
    if named:
        place["named"] = named
    if "missing" in (request.args.get("only"), request.form.get("only")):
        place["only"] = "missing"
    return place
