"""Checklists: the product's to look at and copy, the tenant's own to change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import ConflictError, RefusedError
from emstrack.domain.sectors import AnswerKind, Sector
from emstrack.domain.sites import SiteKind
from emstrack.services.audits import choose_checklist, edit_checklist
from emstrack.web import requests
from emstrack.web.forms import audits as forms
from emstrack.web.forms.sites import options, show_beside
from emstrack.web.presenters import audits as present

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from emstrack.domain.checklists import Question
    from emstrack.domain.errors import EmstrackError


def index() -> str:
    """List the tenant's checklists and the product's; one of these is shown on request."""
    return _index(forms.CopyForm(data={"source": request.args.get("shipped", "")}))


def copy() -> str | Response | tuple[str, int]:
    """Make a checklist of one's own from another."""
    form, session = forms.CopyForm(request.form), requests.session()
    source = form.source.data or ""
    try:
        kind = choose_checklist.kind_of_sector(Sector(source[8:])) if source[8:] in set(Sector) else ""
        row = edit_checklist.copy_checklist(
            session,
            source,
            name=form.name.data or "",
            site_kind=SiteKind(kind) if kind else None,
            now=requests.now(),
        )
    except RefusedError as error:
        session.rollback()
        trouble = show_beside(form, error, requests.language())
        return _index(form, trouble), 422
    flash(requests.language().text("“{name}” is yours now. Change what you like.", name=row.name), "good")
    return redirect(url_for("checklists.edit", checklist_id=row.id), 303)


def show(checklist_id: int) -> str:
    """Show a checklist, in its latest edition or an earlier one."""
    language = requests.language()
    edition = request.args.get("edition", type=int)
    shown = edit_checklist.show_checklist(requests.session(), checklist_id, edition)
    return render_template(
        "checklists/show.html",
        shown=shown,
        row=shown.row,
        areas=present.areas(shown.questions, {}, language),
        may_change=_may_change(),
    )


def edit(checklist_id: int) -> str | Response | tuple[str, int]:
    """Change a checklist's name and questions; what is saved is the next edition."""
    session, language = requests.session(), requests.language()
    shown = edit_checklist.show_checklist(session, checklist_id)
    if request.method == "GET":
        return _edit(shown, shown.questions)
    questions = forms.questions_of(request.form, shown.questions, language)
    try:
        row = edit_checklist.change_checklist(
            session,
            checklist_id,
            name=request.form.get("name", ""),
            questions=questions,
            version=forms.version_of(request.form.get("version")),
            now=requests.now(),
        )
    except (RefusedError, ConflictError) as error:
        session.rollback()
        shown = edit_checklist.show_checklist(session, checklist_id)
        return _edit(shown, questions, error), 409 if isinstance(error, ConflictError) else 422
    flash(language.text("Saved as edition {n}.", n=row.edition), "good")
    return redirect(url_for("checklists.show", checklist_id=checklist_id), 303)


def archive(checklist_id: int) -> Response:
    """Take a checklist out of lists, or bring it back."""
    version = forms.version_of(request.form.get("version"))
    row = edit_checklist.archive_checklist(requests.session(), checklist_id, version=version, now=requests.now())
    language = requests.language()
    told = language.text("“{name}” is archived.") if row.archived_at else language.text("“{name}” is back.")
    flash(told.format(name=row.name), "good")
    return redirect(url_for("checklists.index"), 303)


def _index(form: forms.CopyForm, trouble: str = "") -> str:
    session, language = requests.session(), requests.language()
    wanted = request.args.get("shipped", "")
    questions: tuple[Question, ...] = ()
    if wanted in set(Sector):
        questions = choose_checklist.shipped_questions(Sector(wanted))
    offered = choose_checklist.offered_checklists(session)
    form.source.choices = options(*present.offered_choices(offered, language))
    if wanted:
        form.source.data = f"{choose_checklist.SHIPPED}-{wanted}"
    return render_template(
        "checklists/index.html",
        own=edit_checklist.list_checklists(session),
        shipped=[(each.value, language.label(each), len(choose_checklist.shipped_questions(each))) for each in Sector],
        wanted=wanted if questions else "",
        areas=present.areas(questions, {}, language),
        form=form,
        trouble=trouble,
        may_change=_may_change(),
    )


def _edit(shown: edit_checklist.ShownChecklist, questions: list[Question], error: EmstrackError | None = None) -> str:
    language = requests.language()
    conflict = isinstance(error, ConflictError)
    return render_template(
        "checklists/edit.html",
        shown=shown,
        row=shown.row,
        name=request.form.get("name", shown.row.name),
        version=shown.row.version if conflict or not request.form else request.form.get("version", ""),
        lines=[
            {
                **present.question(each, None, language),
                "area": language.label(each.area),
                "unit": each.unit,
            }
            for each in questions
        ],
        spare=forms.SPARE_LINES,
        kinds=[(each.value, language.label(f"answer_kind.{each}")) for each in AnswerKind],
        error=error,
    )


def _may_change() -> bool:
    actor = requests.actor()
    return actor.may(Permission.AUDIT) and not actor.shared
