"""Measures: the list, the board, what is done to many at once, and the choice of a site for a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import RefusedError
from emstrack.domain.measures import EFFECTS, NEXT, Category, MeasureStatus, Step
from emstrack.domain.typed import understand_day
from emstrack.language.writing import writing_of
from emstrack.services.audits import change_status, combine_measures, list_measures, list_owners
from emstrack.services.sites import list_sites
from emstrack.web import requests
from emstrack.web.presenters import measures as present

if TYPE_CHECKING:
    from werkzeug.wrappers import Response


def index() -> str:
    """List the measures a person may see."""
    return _index()


def board() -> str:
    """Show the measures in columns by status."""
    wanted = _wanted()
    language = requests.language()
    columns = list_measures.show_board(requests.session(), wanted, today=requests.today())
    return render_template(
        "measures/board.html",
        columns=[
            {
                "status": each.status,
                "label": language.label(each.status),
                "count": each.count,
                "cards": present.rows(each.cards, language),
                "next": NEXT[each.status][0] if each.status in _QUICK else None,
            }
            for each in columns
        ],
        any=any(each.count for each in columns),
        steps=present.STEPS,
        **_common(wanted),
    )


_QUICK = frozenset({MeasureStatus.PROPOSED, MeasureStatus.IN_PROGRESS})
"""Where the natural next step needs no more than a click."""


def choose_site() -> str | Response:
    """Ask which site a recommendation is for; with one site only there is nothing to ask."""
    sites = list_sites.list_site_names(requests.session())
    chosen = request.args.get("site", type=int) or (sites[0][0] if len(sites) == 1 else None)
    keep: dict[str, Any] = {
        name: request.args[name] for name in ("library", "finding", "audit") if request.args.get(name)
    }
    if chosen is not None:
        return redirect(url_for("measures.new", site_id=chosen, **keep), 303)
    return render_template("measures/choose_site.html", sites=sites, keep=keep)


def bulk() -> str | Response | tuple[str, int]:
    """Do the same to several measures."""
    language, session = requests.language(), requests.session()
    try:
        ids = [int(each) for each in request.form.getlist("measure") if each.isdigit()]
        done = change_status.change_many(session, ids, _wish(), today=requests.today(), now=requests.now())
    except RefusedError as error:
        return _index(trouble=language.sentence(error)), 422
    if done.refused:
        refused = [(title, language.sentence(error)) for title, error in done.refused]
        return _index(refused=refused, changed=done.changed)
    flash(language.plural("{n} measure is changed.", "{n} measures are changed.", done.changed), "good")
    return redirect(url_for("measures.index", **_kept(_wanted())), 303)


def _wish() -> change_status.Wish:
    form, day = request.form, None
    if typed := form.get("due", "").strip():
        day = understand_day(typed, writing_of(requests.language()))
    status = form.get("status", "")
    step = Step(status=MeasureStatus(status), reason=form.get("reason", "")) if status in set(MeasureStatus) else None
    return change_status.Wish(owner_id=form.get("owner_id", type=int), due=day, step=step)


def _index(trouble: str = "", refused: list[tuple[str, str]] | None = None, changed: int = 0) -> str:
    wanted, session, language = _wanted(), requests.session(), requests.language()
    page = list_measures.list_measures(session, wanted, today=requests.today(), page=request.args.get("page", 1, int))
    together = combine_measures.combine_measures(session, wanted.site_id) if wanted.site_id is not None else []
    return render_template(
        "measures/index.html",
        page=page,
        rows=present.rows(page.rows, language),
        sums=present.sum_lines(page.sums, language),
        together=[(each, present.together_sentence(each, language)) for each in together if len(each.parts) > 1],
        owners=list_owners.list_owners(session),
        statuses=[(each.value, language.label(each)) for each in MeasureStatus],
        categories=[(each.value, language.label(each)) for each in Category],
        resources=[(str(each), language.label(each)) for each in EFFECTS],
        sorts=_sorts(wanted),
        trouble=trouble,
        refused=refused or [],
        changed=changed,
        chosen={each for each in request.form.getlist("measure") if each.isdigit()} if trouble else set(),
        **_common(wanted),
    )


def _common(wanted: list_measures.MeasureFilter) -> dict[str, Any]:
    session, actor = requests.session(), requests.actor()
    site = None
    if wanted.site_id is not None:
        site = list_measures.site_of(session, wanted.site_id)
    plain = list_measures.MeasureFilter(
        site_id=wanted.site_id, archived=wanted.archived, sort=wanted.sort, descending=wanted.descending
    )
    return {
        "wanted": wanted,
        "keep": _kept(wanted),
        "is_filtered": wanted != plain,
        "site": site,
        "organisations": list_sites.list_organisations(session),
        "may_edit": actor.may(Permission.EDIT_SITES),
    }


def _wanted() -> list_measures.MeasureFilter:
    args = request.args
    status, category = args.get("status", ""), args.get("category", "")
    return list_measures.MeasureFilter(
        site_id=args.get("site", type=int),
        organisation_id=args.get("organisation", type=int),
        audit_id=args.get("audit", type=int),
        status=MeasureStatus(status) if status in set(MeasureStatus) else None,
        category=Category(category) if category in set(Category) else None,
        resource=args.get("resource", "") if args.get("resource") in EFFECTS else "",
        owner_id=args.get("owner", type=int),
        overdue="overdue" in args,
        text=args.get("q", ""),
        archived="archived" in args,
        sort=args.get("sort", "") if args.get("sort") in list_measures.SORTS else "due",
        descending="down" in args,
    )


def _kept(wanted: list_measures.MeasureFilter, **changed: Any) -> dict[str, Any]:
    """Return the address that says what is looked for."""
    said: dict[str, Any] = {
        "site": wanted.site_id,
        "organisation": wanted.organisation_id,
        "audit": wanted.audit_id,
        "status": wanted.status.value if wanted.status else None,
        "category": wanted.category.value if wanted.category else None,
        "resource": wanted.resource or None,
        "owner": wanted.owner_id,
        "overdue": 1 if wanted.overdue else None,
        "q": wanted.text or None,
        "archived": 1 if wanted.archived else None,
        "sort": wanted.sort if wanted.sort != "due" else None,
        "down": 1 if wanted.descending else None,
        **changed,
    }
    return {name: value for name, value in said.items() if value is not None}


def _sorts(wanted: list_measures.MeasureFilter) -> dict[str, tuple[str, str | None]]:
    """Return for each column the address that sorts by it, and how it is sorted now."""
    found: dict[str, tuple[str, str | None]] = {}
    for name in list_measures.SORTS:
        now = wanted.sort == name
        down = 1 if now and not wanted.descending else None
        href = url_for("measures.index", **_kept(wanted, sort=None if name == "due" else name, down=down))
        found[name] = (href, ("descending" if wanted.descending else "ascending") if now else None)
    return found
