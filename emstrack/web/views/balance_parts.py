"""The parts of a balance: its unit operations and the streams between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, request, url_for

from emstrack.domain.balances import StreamKind
from emstrack.domain.errors import ConflictError, RefusedError
from emstrack.services.audits import keep_process_stream, keep_unit_operation
from emstrack.services.audits.show_balance import find_operation, find_stream, show_balance
from emstrack.web import requests
from emstrack.web.forms.balances import OperationForm, StreamForm, version_of
from emstrack.web.forms.sites import show_beside

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from emstrack.services.audits.show_balance import ShownBalance


def add_operation(balance_id: int) -> str | Response | tuple[str, int]:
    """Add a step of the process."""
    shown = show_balance(requests.session(), balance_id)
    form = _operation_form(shown)
    if request.method == "GET":
        form.process(data={"position": len(shown.weighed.operations) + 1})
        return _operation_page(form, shown)
    if not form.validate():
        return _operation_page(form, shown), 422
    try:
        keep_unit_operation.add_operation(requests.session(), balance_id, form.details(), now=requests.now())
    except RefusedError as error:
        return _refused(form, error, balance_id)
    return _done(balance_id)


def edit_operation(operation_id: int) -> str | Response | tuple[str, int]:
    """Change a step of the process, or its place."""
    row = find_operation(requests.session(), operation_id)
    shown = show_balance(requests.session(), row.balance_id)
    form = _operation_form(shown, operation_id)
    if request.method == "GET":
        cost = {"processing_cost": row.processing_cost, "version": row.version}
        form.process(data={"name": row.name, "position": row.position, **cost})
        return _operation_page(form, shown, operation_id)
    if not form.validate():
        return _operation_page(form, shown, operation_id), 422
    try:
        keep_unit_operation.change_operation(
            requests.session(), operation_id, form.details(), version=version_of(form), now=requests.now()
        )
    except (RefusedError, ConflictError) as error:
        return _refused(form, error, row.balance_id, operation_id)
    return _done(row.balance_id)


def remove_operation(operation_id: int) -> str | Response | tuple[str, int]:
    """Take a step out that no stream touches."""
    row = find_operation(requests.session(), operation_id)
    balance_id = row.balance_id
    try:
        keep_unit_operation.remove_operation(
            requests.session(), operation_id, now=requests.now(), reason=request.form.get("reason", "")
        )
    except RefusedError as error:
        form = OperationForm(data={"name": row.name, "position": row.position, "version": row.version})
        return _refused(form, error, balance_id, operation_id)
    return _done(balance_id)


def add_stream(balance_id: int) -> str | Response | tuple[str, int]:
    """Add a stream; the page's links say which kind and where."""
    shown = show_balance(requests.session(), balance_id)
    form = _stream_form(shown)
    if request.method == "GET":
        form.process(data=_wanted(shown))
        return _stream_page(form, shown)
    if not form.validate():
        return _stream_page(form, shown), 422
    try:
        keep_process_stream.add_stream(requests.session(), balance_id, form.details(), now=requests.now())
    except RefusedError as error:
        return _refused(form, error, balance_id)
    if "again" in request.form:
        flash(requests.language().text("“{name}” is added.", name=form.name.data), "good")
        same = {"kind": form.kind.data, "source": form.from_id.data, "target": form.to_id.data}
        return redirect(url_for("balances.add_stream", balance_id=balance_id, **same), 303)
    return _done(balance_id)


def edit_stream(stream_id: int) -> str | Response | tuple[str, int]:
    """Change a stream."""
    row = find_stream(requests.session(), stream_id)
    shown = show_balance(requests.session(), row.balance_id)
    form = _stream_form(shown)
    if request.method == "GET":
        form.process(data=StreamForm.data_of(row))
        return _stream_page(form, shown, stream_id)
    if not form.validate():
        return _stream_page(form, shown, stream_id), 422
    try:
        keep_process_stream.change_stream(
            requests.session(), stream_id, form.details(), version=version_of(form), now=requests.now()
        )
    except (RefusedError, ConflictError) as error:
        return _refused(form, error, row.balance_id, stream_id)
    return _done(row.balance_id)


def remove_stream(stream_id: int) -> Response:
    """Take a stream out."""
    balance_id = keep_process_stream.remove_stream(
        requests.session(), stream_id, now=requests.now(), reason=request.form.get("reason", "")
    )
    return _done(balance_id)


def _done(balance_id: int) -> Response:
    flash(requests.language().text("Saved."), "good")
    return redirect(url_for("balances.show", balance_id=balance_id), 303)


def _refused(
    form: OperationForm | StreamForm, error: RefusedError | ConflictError, balance_id: int, row_id: int = 0
) -> tuple[str, int]:
    session = requests.session()
    session.rollback()
    trouble = show_beside(form, error, requests.language())
    if isinstance(error, ConflictError):
        form.version.data = error.evidence["version"]
    shown = show_balance(session, balance_id)
    others = [row for row in shown.weighed.operations if isinstance(form, StreamForm) or row.id != row_id]
    form.offer(others, requests.language())
    page = _stream_page if isinstance(form, StreamForm) else _operation_page
    status = 409 if isinstance(error, ConflictError) else 422
    return page(form, shown, row_id, trouble), status


def _wanted(shown: ShownBalance) -> dict[str, Any]:
    """Return what the link to the form asked for; anything else is left to the person."""
    known = {str(row.id) for row in shown.weighed.operations}
    kind = request.args.get("kind", "")
    ends = {
        column: request.args[name]
        for column, name in (("from_id", "source"), ("to_id", "target"))
        if request.args.get(name) in known
    }
    return {"kind": kind if kind in set(StreamKind) else StreamKind.INPUT.value, "unit": "kg", **ends}


def _operation_form(shown: ShownBalance, operation_id: int = 0) -> OperationForm:
    form = OperationForm(request.form)
    form.offer([row for row in shown.weighed.operations if row.id != operation_id], requests.language())
    return form


def _stream_form(shown: ShownBalance) -> StreamForm:
    form = StreamForm(request.form)
    form.offer(shown.weighed.operations, requests.language())
    return form


def _operation_page(form: OperationForm, shown: ShownBalance, operation_id: int = 0, trouble: str = "") -> str:
    return render_template(
        "balances/operation.html", form=form, shown=shown, operation_id=operation_id, trouble=trouble
    )


def _stream_page(form: StreamForm, shown: ShownBalance, stream_id: int = 0, trouble: str = "") -> str:
    return render_template("balances/stream.html", form=form, shown=shown, stream_id=stream_id, trouble=trouble)
