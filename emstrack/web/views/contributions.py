"""A contributor's month: a page on the phone, opened by the link in their mail, that saves as one goes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from flask import flash, g, make_response, redirect, render_template, request, url_for

from emstrack.domain.errors import ConflictError, EmstrackError, NotFoundError, RefusedError
from emstrack.gateways.stored_files import StoredFiles
from emstrack.language.languages import Language
from emstrack.language.writing import writing_of
from emstrack.services.accounts.open_contribution import Contribution, open_contribution
from emstrack.services.accounts.record_contribution import TypedContribution, attach_bill, record_contribution
from emstrack.web import requests

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from emstrack.domain.findings import Finding


def show(token: str) -> Response:
    """Show the meters that lack the month."""
    return _page(_open(token), token)


def record(token: str, meter_id: int) -> Response:
    """Save one meter's figures."""
    contribution = _open(token)
    language = requests.language()
    try:
        entered = record_contribution(
            requests.session(), contribution, meter_id, _typed(), writing=writing_of(language), now=requests.now()
        )
    except NotFoundError:
        raise
    except (RefusedError, ConflictError) as error:
        requests.session().rollback()
        status = 409 if isinstance(error, ConflictError) else 422
        return _page(_open(token), token, status=status, troubled=meter_id, sentences=_sentences(error, language))
    if "HX-Request" in request.headers:
        told = [language.sentence(each) for each in entered.findings]
        return _page(_open(token), token, troubled=meter_id, sentences=told)
    flash(language.text("Saved."), "good")
    return make_response(redirect(_place(token, meter_id), 303))


def bill(token: str, meter_id: int) -> Response:
    """Keep the picture of one meter's bill."""
    contribution = _open(token)
    language = requests.language()
    sent = request.files.get("picture")
    content = sent.read() if sent else b""
    name = (sent.filename if sent else "") or "bill"
    files = StoredFiles(requests.settings().files_dir)
    try:
        attach_bill(requests.session(), files, contribution, meter_id, content, name=name, now=requests.now())
    except RefusedError as error:
        requests.session().rollback()
        return _page(_open(token), token, status=422, troubled=meter_id, sentences=_sentences(error, language))
    flash(language.text("The picture of the bill is saved. Thank you."), "good")
    return make_response(redirect(_place(token, meter_id), 303))


def _open(token: str) -> Contribution:
    contribution = open_contribution(requests.session(), token, now=requests.now())
    if not request.args.get("lang") and not request.cookies.get("lang") and contribution.language:
        g.language = Language(contribution.language)
    return contribution


def _typed() -> TypedContribution:
    last = _day("last")
    version = request.form.get("version", "")
    return TypedContribution(
        value=request.form.get("value", ""),
        cost=request.form.get("cost", ""),
        start=_day("start"),
        end=last + timedelta(days=1),
        version=int(version) if version.isdecimal() and len(version) < 10 else None,
    )


def _day(name: str) -> date:
    text = request.form.get(name, "")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise RefusedError("contribution.not_a_day", text=text[:40]) from None
    if not 1950 <= day.year <= 2100:
        raise RefusedError("contribution.not_a_day", text=text)
    return day


def _sentences(error: EmstrackError, language: Language) -> list[str]:
    findings: tuple[Finding, ...] = getattr(error, "findings", ())
    return [language.sentence(each) for each in findings or (error,)]


def _place(token: str, meter_id: int) -> str:
    return url_for("contributions.show", token=token, _anchor=f"meter-{meter_id}")


def _page(
    contribution: Contribution,
    token: str,
    *,
    status: int = 200,
    troubled: int | None = None,
    sentences: list[str] | None = None,
) -> Response:
    page = render_template(
        "contributions/show.html",
        contribution=contribution,
        token=token,
        status=status,
        troubled=troubled,
        sentences=sentences or [],
        typed=request.form if status != 200 and "value" in request.form else {},
        day=timedelta(days=1),
    )
    response = make_response(page, status)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
