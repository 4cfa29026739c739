"""Audits: the list, one of them, its plan, and its way from plan to end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for

from emstrack.domain.accounts import Permission
from emstrack.domain.audits import AuditKind, AuditStatus, TeamRole
from emstrack.domain.errors import ConflictError, NotAllowedError, RefusedError
from emstrack.domain.sites import SiteKind
from emstrack.services.audits import list_audits, list_people, move_audit, plan_audit, show_audit
from emstrack.services.audits.choose_checklist import offered_checklists
from emstrack.services.sites.list_changes import changes_of
from emstrack.web import requests
from emstrack.web.forms import audits as forms
from emstrack.web.forms.sites import as_data, options, show_beside
from emstrack.web.presenters import audits as present

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from emstrack.domain.errors import EmstrackError


def index() -> str:
    """List the audits a person may see."""
    args, language, session = request.args, requests.language(), requests.session()
    kind, status = args.get("kind", ""), args.get("status", "")
    wanted = list_audits.AuditFilter(
        site_id=args.get("site", type=int),
        kind=AuditKind(kind) if kind in set(AuditKind) else None,
        status=AuditStatus(status) if status in set(AuditStatus) else None,
        text=args.get("q", ""),
        archived="archived" in args,
    )
    page = list_audits.list_audits(session, wanted, page=args.get("page", 1, type=int))
    return render_template(
        "audits/index.html",
        page=page,
        wanted=wanted,
        is_filtered=bool(wanted.site_id or wanted.kind or wanted.status or wanted.text.strip()),
        kinds=[(each.value, present.kind_word(each, language)) for each in AuditKind],
        statuses=[(each.value, language.label(f"audit_status.{each}")) for each in AuditStatus],
        columns=present.audit_columns(language),
        rows=present.audit_rows(page.rows, language),
        may_audit=requests.actor().may(Permission.AUDIT),
    )


def new() -> str | Response | tuple[str, int]:
    """Plan an audit."""
    form = _form()
    if request.method == "GET":
        today = requests.today()
        asked = request.args.get("site", type=int)
        offered = form.checklist.choices[0].value if asked else ""
        data = {"site_id": asked, "start": today, "kind": AuditKind.WALK_THROUGH.value, "checklist": offered}
        form.process(data=data)
        return _form_page(form)
    if not form.validate():
        return _form_page(form), 422
    people = dict(list_people.list_people(requests.session()))
    try:
        audit = plan_audit.plan_audit(
            requests.session(),
            form.details(form.site_id.data or 0, request.form, people),
            checklist=form.checklist.data or "",
            now=requests.now(),
        )
    except RefusedError as error:
        return _refused(form, error)
    flash(requests.language().text("The audit is planned."), "good")
    return redirect(url_for("audits.show", audit_id=audit.id), 303)


def show(audit_id: int) -> str:
    """Show an audit: where it stands, what was found, what was answered."""
    return _shown(audit_id)


def edit(audit_id: int) -> str | Response | tuple[str, int]:
    """Change an audit's plan."""
    shown = show_audit.show_audit(requests.session(), audit_id)
    if not shown.may_write:
        raise NotAllowedError("record.not_allowed", permission=Permission.AUDIT.value)
    form = _form(shown)
    if request.method == "GET":
        data = as_data(plan_audit.details_of(shown.audit), version=shown.audit.version, checklist="keep")
        form.process(data=data)
        return _form_page(form, shown)
    if not form.validate():
        return _form_page(form, shown), 422
    people = dict(list_people.list_people(requests.session(), shown.audit))
    try:
        plan_audit.change_audit(
            requests.session(),
            audit_id,
            form.details(shown.audit.site_id, request.form, people),
            checklist=None if form.checklist.data in {None, "keep"} else form.checklist.data,
            version=forms.version_of(form.version.data),
            now=requests.now(),
        )
    except (RefusedError, ConflictError) as error:
        return _refused(form, error, audit_id)
    flash(requests.language().text("Saved."), "good")
    return redirect(url_for("audits.show", audit_id=audit_id), 303)


def move(audit_id: int) -> str | Response | tuple[str, int]:
    """Take an audit a step on, or back."""
    session = requests.session()
    try:
        move_audit.move_audit(
            session,
            audit_id,
            request.form.get("to", ""),
            version=forms.version_of(request.form.get("version")),
            reason=request.form.get("reason", ""),
            now=requests.now(),
        )
    except (RefusedError, ConflictError) as error:
        session.rollback()
        return _shown(audit_id, error), 409 if isinstance(error, ConflictError) else 422
    flash(requests.language().text("Saved."), "good")
    return redirect(url_for("audits.show", audit_id=audit_id), 303)


def archive(audit_id: int) -> Response:
    """Take an audit out of lists."""
    version, reason = forms.version_of(request.form.get("version")), request.form.get("reason", "")
    plan_audit.archive_audit(requests.session(), audit_id, version=version, reason=reason, now=requests.now())
    flash(requests.language().text("The audit is archived; everything written stays."), "good")
    return redirect(url_for("audits.index"), 303)


def restore(audit_id: int) -> Response:
    """Bring an archived audit back."""
    version = forms.version_of(request.form.get("version"))
    plan_audit.restore_audit(requests.session(), audit_id, version=version, now=requests.now())
    flash(requests.language().text("The audit is back."), "good")
    return redirect(url_for("audits.show", audit_id=audit_id), 303)


def _shown(audit_id: int, error: EmstrackError | None = None) -> str:
    session, language = requests.session(), requests.language()
    shown = show_audit.show_audit(session, audit_id)
    details = plan_audit.details_of(shown.audit)
    graded = shown.kind.is_of_a_system
    return render_template(
        "audits/show.html",
        shown=shown,
        audit=shown.audit,
        title=present.title_of(shown.audit, language),
        tone=present.TONES[shown.status],
        facts=present.audit_facts(shown, language),
        team=present.team_rows(details, language),
        plan=present.plan_rows(details, language),
        steps=present.steps(shown, language) if shown.may_write else [],
        areas=present.areas(shown.questions, shown.answers, language),
        answered=present.answered(shown.progress.answered, shown.progress.questions, language),
        finding_columns=present.finding_columns(language, graded=graded),
        finding_rows=present.finding_rows(shown.findings, language, graded=graded),
        changes=present.change_entries(changes_of(session, "audit", audit_id), shown.site.time_zone, language),
        error=error,
    )


def _form(shown: show_audit.ShownAudit | None = None) -> forms.AuditForm:
    session, language = requests.session(), requests.language()
    form = forms.AuditForm(request.form)
    if shown is None:
        sites = list_audits.list_auditable_sites(session)
        form.site_id.choices = options(*((each.id, each.name) for each in sites))
        asked = request.values.get("site") or request.values.get("site_id")
        kind = next((SiteKind(each.kind) for each in sites if str(each.id) == asked), None)
        first = [("", language.text("Without a checklist"))]
    else:
        form.site_id.choices = options((shown.site.id, shown.site.name))
        kind = SiteKind(shown.site.kind)
        first = [("keep", language.text("As it is")), ("", language.text("Without a checklist"))]
    offered = present.offered_choices(offered_checklists(session, kind), language)
    form.checklist.choices = options(*(offered + first if shown is None else first + offered))
    return form


def _form_page(form: forms.AuditForm, shown: show_audit.ShownAudit | None = None, trouble: str = "") -> str:
    session, language = requests.session(), requests.language()
    return render_template(
        "audits/form.html",
        form=form,
        shown=shown,
        trouble=trouble,
        lines=_lines(shown),
        people=list_people.list_people(session, shown.audit if shown else None),
        roles=[(each.value, language.label(f"team_role.{each}")) for each in TeamRole],
    )


def _lines(shown: show_audit.ShownAudit | None) -> dict[str, list[dict[str, Any]]]:
    """Return the lines of team and plan: as they were sent, else as they are kept, and some empty ones."""
    names = {"team": ("user", "name", "role"), "plan": ("day", "time", "what", "who")}
    sent = request.form
    lines: dict[str, list[dict[str, Any]]] = {}
    for kind, fields in names.items():
        if sent:
            places = range(forms.MOST_LINES)
            rows = [
                {name: sent.get(f"{kind}-{place}-{name}", "") for name in fields}
                for place in places
                if f"{kind}-{place}-{fields[-1]}" in sent
            ]
        else:
            rows = _kept(shown, kind)
        filled = [row for row in rows if any(value for name, value in row.items() if name != "role")]
        lines[kind] = filled + [{}] * forms.SPARE_LINES
    return lines


def _kept(shown: show_audit.ShownAudit | None, kind: str) -> list[dict[str, Any]]:
    if shown is None:
        actor = requests.actor()
        return [{"user": actor.user_id, "name": "", "role": TeamRole.LEAD.value}] if kind == "team" else []
    if kind == "plan":
        return shown.audit.plan
    return [
        {"user": each["user_id"] or "", "name": "" if each["user_id"] else each["name"], "role": each["role"]}
        for each in shown.audit.team
    ]


def _refused(
    form: forms.AuditForm, error: RefusedError | ConflictError, audit_id: int | None = None
) -> tuple[str, int]:
    """Show the form again with what the person typed; after a conflict saving again is a choice."""
    session = requests.session()
    session.rollback()
    trouble = show_beside(form, error, requests.language())
    if isinstance(error, ConflictError):
        form.version.data = error.evidence["version"]
    shown = show_audit.show_audit(session, audit_id) if audit_id is not None else None
    return _form_page(form, shown, trouble), 409 if isinstance(error, ConflictError) else 422
