"""Dated exchange rates: the list, one more, one less."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from emstrack.domain.errors import RefusedError
from emstrack.services.audits.exchange_rates import add_rate, list_rates, remove_rate
from emstrack.services.audits.price_measure import price_again
from emstrack.web import requests
from emstrack.web.forms.measures import RateForm, show_error

if TYPE_CHECKING:
    from werkzeug.wrappers import Response


def index() -> str | Response | tuple[str, int]:
    """List the rates, and keep one more."""
    session, form = requests.session(), RateForm(request.form)
    if request.method == "GET":
        form.process(data={"day": requests.today()})
        return _page(form)
    if not form.validate():
        return _page(form), 422
    try:
        row = add_rate(
            session,
            form.currency.data,
            form.base.data,
            day=form.day.data,
            rate=form.rate.data,
            source=form.source.data,
            today=requests.today(),
            now=requests.now(),
        )
    except RefusedError as error:
        session.rollback()
        trouble = show_error(form, error, requests.language())
        return _page(form, trouble), 422
    price_again(session, {row.currency, row.base}, today=requests.today())
    flash(requests.language().text("The rate is kept; the money of measures follows it."), "good")
    return redirect(url_for("exchange_rates.index"), 303)


def remove(rate_id: int) -> Response:
    """Take a rate away."""
    session = requests.session()
    price_again(session, remove_rate(session, rate_id), today=requests.today())
    flash(requests.language().text("The rate is removed."), "good")
    return redirect(url_for("exchange_rates.index"), 303)


def _page(form: RateForm, trouble: str = "") -> str:
    language = requests.language()
    rates = [
        {
            "id": each.id,
            "day": language.date(each.day),
            "told": f"1 {each.currency} = {language.number(each.rate, digits=6, fixed=False)} {each.base}",
            "source": each.source,
        }
        for each in list_rates(requests.session())
    ]
    return render_template("exchange_rates/index.html", form=form, rates=rates, trouble=trouble)
