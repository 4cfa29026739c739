"""The library of measures: what is known to work, looked through by sector, resource and technique."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import NotFoundError
from emstrack.domain.measures import Category
from emstrack.domain.sectors import Sector
from emstrack.reference.measures import find_library_measures, library_measure, library_measures
from emstrack.web import requests
from emstrack.web.presenters import measure_library as present

PAGE = 30


def index() -> str:
    """Look through the library."""
    language, args = requests.language(), request.args
    sector, category = args.get("sector", ""), args.get("category", "")
    found = find_library_measures(
        sector=Sector(sector) if sector in set(Sector) else None,
        resource=args.get("resource", ""),
        category=category if category in set(Category) else "",
        words=args.get("q", "")[:100],
        language=language.code,
    )
    pages = max(1, -(-len(found) // PAGE))
    page = min(max(args.get("page", 1, type=int), 1), pages)
    shown = found[(page - 1) * PAGE : page * PAGE]
    return render_template(
        "measures/library.html",
        entries=[present.entry(each, language) for each in shown],
        total=len(found),
        first=(page - 1) * PAGE + 1 if shown else 0,
        last=(page - 1) * PAGE + len(shown),
        page=page,
        pages=pages,
        sectors=[(each.value, language.label(each)) for each in Sector],
        resources=present.resources(library_measures(), language),
        categories=[(each.value, language.label(each)) for each in Category],
        keep=_keep(),
    )


def show(code: str) -> str:
    """Show one entry: how it works, what it saves and how sure that is, what drives its cost, how to verify it."""
    found = library_measure(code)
    if found is None:
        raise NotFoundError("record.not_found", thing="measure")
    return render_template(
        "measures/library_entry.html",
        entry=present.entry(found, requests.language()),
        may_edit=requests.actor().may(Permission.EDIT_SITES),
    )


def _keep() -> dict[str, Any]:
    names = ("sector", "resource", "category", "q")
    return {name: request.args[name] for name in names if request.args.get(name)}
