"""Follow-ups: the list, one of them, by hand, put off, completed, called off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import ConflictError, RefusedError
from emstrack.domain.follow_ups import Awaited, FollowUpOutcome
from emstrack.gateways.stored_files import StoredFiles
from emstrack.services.audits import list_follow_ups as listing
from emstrack.services.audits import set_follow_up_rules
from emstrack.services.audits import write_follow_up as writing
from emstrack.services.sites import list_changes, list_sites
from emstrack.web import requests
from emstrack.web.forms.accounts import options
from emstrack.web.forms.follow_ups import CompleteForm, FollowUpForm, SnoozeForm
from emstrack.web.forms.sites import show_beside
from emstrack.web.presenters import follow_ups as present

if TYPE_CHECKING:
    from werkzeug.wrappers import Response


def index() -> str:
    """List follow-ups: what waits longest first."""
    args, language = request.args, requests.language()
    show = args.get("show", "open")
    wanted = listing.FollowUpFilter(
        show=show if show in dict(present.SHOWS) else "open",
        mine="mine" in args,
        site_id=args.get("site", type=int),
        measure_id=args.get("measure", type=int),
        text=args.get("q", ""),
    )
    found = listing.list_follow_ups(
        requests.session(), wanted, today=requests.today(), page=args.get("page", 1, type=int)
    )
    return render_template(
        "follow_ups/index.html",
        page=found,
        wanted=wanted,
        shows=present.SHOWS,
        rows=present.rows(found.rows, language),
        messenger=present.for_messenger(found.rows, language),
        may_edit=requests.actor().may(Permission.EDIT_SITES),
    )


def new() -> str | Response | tuple[str, int]:
    """Add a follow-up by hand."""
    form = _form()
    if request.method == "GET":
        form.process(
            data={
                "site_id": request.args.get("site", type=int),
                "measure_id": request.args.get("measure", ""),
                "meter_id": request.args.get("meter", ""),
                "owner_id": requests.actor().user_id,
            }
        )
        return _form_page(form)
    if not form.validate():
        return _form_page(form), 422
    given = writing.NewFollowUp(
        site_id=form.site_id.data or 0,
        title=form.title.data,
        due=form.due.data,
        owner_id=form.owner_id.data,
        measure_id=_number(form.measure_id.data) or None,
        meter_id=_number(form.meter_id.data) or None,
    )
    try:
        row = writing.add_follow_up(requests.session(), given, today=requests.today(), now=requests.now())
    except RefusedError as error:
        requests.session().rollback()
        return _form_page(form, show_beside(form, error, requests.language())), 422
    flash(requests.language().text("Saved. It is in the calendar, and its owner is reminded."), "good")
    return redirect(url_for("follow_ups.show", follow_up_id=row.id), 303)


def show(follow_up_id: int) -> str:
    """Show one follow-up."""
    return _page(follow_up_id)


def change(follow_up_id: int) -> Response | tuple[str, int]:
    """Change its words, or give it to somebody else."""
    form = _form()
    values: dict[str, Any] = {"owner_id": form.owner_id.data}
    if form.title.data:
        values["title"] = form.title.data
    if "after_id" in request.form:
        values["after_id"] = form.after_id.data
    try:
        writing.change_follow_up(
            requests.session(), follow_up_id, values, version=_number(form.version.data), now=requests.now()
        )
    except (RefusedError, ConflictError) as error:
        return _refused(follow_up_id, form, error, "change_form")
    return _done(follow_up_id, requests.language().text("Saved."))


def snooze(follow_up_id: int) -> Response | tuple[str, int]:
    """Put it off."""
    form = SnoozeForm(request.form)
    if not form.validate():
        return _page(follow_up_id, snooze_form=form), 422
    try:
        writing.snooze_follow_up(
            requests.session(),
            follow_up_id,
            form.until.data,
            form.reason.data or "",
            version=_number(form.version.data),
            today=requests.today(),
            now=requests.now(),
        )
    except (RefusedError, ConflictError) as error:
        return _refused(follow_up_id, form, error, "snooze_form")
    return _done(
        follow_up_id, requests.language().text("Put off until {day}.", day=requests.language().date(form.until.data))
    )


def complete(follow_up_id: int) -> Response | tuple[str, int]:
    """Close it with what was found."""
    form = CompleteForm(request.form)
    if not form.validate():
        return _page(follow_up_id, complete_form=form), 422
    photos = [(sent.filename or "", sent.stream.read()) for sent in request.files.getlist("photos") if sent.filename]
    result = writing.Result(
        outcome=FollowUpOutcome(form.outcome.data),
        text=form.result.data or "",
        signed_as=form.signed_as.data or "",
        photos=photos,
    )
    files = StoredFiles(requests.settings().files_dir)
    try:
        writing.complete_follow_up(
            requests.session(), files, follow_up_id, result, version=_number(form.version.data), now=requests.now()
        )
    except (RefusedError, ConflictError) as error:
        return _refused(follow_up_id, form, error, "complete_form")
    return _done(follow_up_id, requests.language().text("Done, with what you found."))


def cancel(follow_up_id: int) -> Response | tuple[str, int]:
    """Call it off."""
    reason, version = request.form.get("reason", ""), _number(request.form.get("version"))
    try:
        writing.cancel_follow_up(requests.session(), follow_up_id, reason, version=version, now=requests.now())
    except (RefusedError, ConflictError) as error:
        return _refused(follow_up_id, SnoozeForm(), error, "snooze_form")
    return _done(follow_up_id, requests.language().text("Called off; the reason stays."))


def _done(follow_up_id: int, words: str) -> Response:
    flash(words, "good")
    return redirect(url_for("follow_ups.show", follow_up_id=follow_up_id), 303)


def _refused(follow_up_id: int, form: Any, error: RefusedError | ConflictError, name: str) -> tuple[str, int]:
    """Show the page again with what the person typed; after a conflict saving again is a choice."""
    requests.session().rollback()
    trouble = show_beside(form, error, requests.language())
    conflict = isinstance(error, ConflictError)
    if conflict:
        form.version.data = error.evidence["version"]
    return _page(follow_up_id, trouble=trouble, **{name: form}), 409 if conflict else 422


def _page(follow_up_id: int, **forms: Any) -> str:
    session, language, actor = requests.session(), requests.language(), requests.actor()
    shown = listing.show_follow_up(session, follow_up_id, today=requests.today())
    version = shown.row.version
    people = dict(shown.people)
    return render_template(
        "follow_ups/show.html",
        shown=shown,
        row=shown.row,
        listed=shown.listed,
        what=present.words(shown.listed, language),
        facts=present.facts(shown, language),
        badge_of=present.when(shown.listed, language),
        people=[("", language.text("Nobody yet")), *shown.people],
        changes=present.changes(list_changes.changes_of(session, "follow_up", follow_up_id), language, people),
        messenger=present.for_messenger([shown.listed], language),
        may_edit=actor.may(Permission.EDIT_SITES),
        **{
            "trouble": "",
            "change_form": None,
            "snooze_form": SnoozeForm(data={"version": version}),
            "complete_form": CompleteForm(data={"version": version, "signed_as": actor.name}),
            **forms,
        },
    )


def _form() -> FollowUpForm:
    form, session, language = FollowUpForm(request.form), requests.session(), requests.language()
    form.site_id.choices = options(("", ""), *((str(id_), name) for id_, name in list_sites.list_site_names(session)))
    people = listing.possible_owners(session)
    form.owner_id.choices = options(("", language.text("Nobody yet")), *((str(id_), name) for id_, name in people))
    form.after_id.choices = options(("", "–"))
    return form


def _form_page(form: FollowUpForm, trouble: str = "") -> str:
    return render_template("follow_ups/form.html", form=form, trouble=trouble, today=requests.today())


def _number(text: str | None) -> int:
    return int(text) if text and str(text).isdigit() else 0


RULE_NAMES = {
    Awaited.AFTER_IMPLEMENTATION: "After a measure is in place",
    Awaited.YEARLY_AFTER_IMPLEMENTATION: "Every year after that",
    Awaited.AUDIT_EVERY: "The next audit",
    Awaited.DEVICE_CHANGED: "After a meter's device was replaced",
    Awaited.SAVING_FADED: "When a saving fades",
}
RULE_HINTS = {
    Awaited.AFTER_IMPLEMENTATION: "Somebody comes back to see whether it works.",
    Awaited.YEARLY_AFTER_IMPLEMENTATION: "From the second year on, as long as the measure stands.",
    Awaited.AUDIT_EVERY: "So many months after a site's last audit.",
    Awaited.DEVICE_CHANGED: "The first bills of a new device are worth a look.",
    Awaited.SAVING_FADED: "A change in the slope of the savings to date.",
}


def rules() -> str | Response | tuple[str, int]:
    """Show and set the rules that put follow-ups down."""
    session = requests.session()
    if request.method == "GET":
        return _rules_page(set_follow_up_rules.list_rules(session))
    wanted = [_rule_from_form(Awaited(name)) for name in request.form.getlist("rule") if name in set(Awaited)]
    try:
        set_follow_up_rules.set_rules(session, wanted, now=requests.now())
    except RefusedError as error:
        session.rollback()
        return _rules_page(wanted, requests.language().sentence(error)), 422
    flash(requests.language().text("Saved. The scheduler puts follow-ups down within the hour."), "good")
    return redirect(url_for("follow_ups.index"), 303)


def _rules_page(shown: list[set_follow_up_rules.SetRule], trouble: str = "") -> str:
    return render_template("follow_ups/rules.html", rules=shown, names=RULE_NAMES, hints=RULE_HINTS, trouble=trouble)


def _rule_from_form(waits_for: Awaited) -> set_follow_up_rules.SetRule:
    parts = request.form.get(f"days-{waits_for}", "").replace(";", ",").split(",")
    days = tuple(
        int(part) if part.strip().isdigit() and len(part.strip()) < 7 else -1 for part in parts if part.strip()
    )
    months = _number(request.form.get(f"months-{waits_for}", "0"))
    return set_follow_up_rules.SetRule(waits_for, days, months, active=f"active-{waits_for}" in request.form)
