"""The style guide as a signed-in person would see it, with example charts."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import TYPE_CHECKING

from flask import render_template

from emstrack import app
from emstrack.charts.cost import Cost, CostSeries, cost
from emstrack.charts.cumulative_savings import CumulativeSavings, SavedMonth, cumulative_savings
from emstrack.charts.drivers import DriverPoint, Drivers, drivers
from emstrack.charts.monthly_use import MonthlyUse, UseMonth, monthly_use
from emstrack.charts.sparkline import sparkline
from emstrack.domain.accounts import Actor, Permission, Role, Scope
from emstrack.domain.periods import Month
from emstrack.language.languages import Language
from emstrack.settings import Settings
from emstrack.web import requests
from emstrack.web.presenters.charts import ChartFigure, chart_figure

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

ACTOR = Actor(
    user_id=1,
    name="María Pérez",
    email="maria@example.org",
    language="",
    organisation_id=1,
    organisation_name="Municipio de San Miguel",
    role=Role.ADMINISTRATOR,
    scope=Scope(1, permissions=frozenset(Permission)),
    is_demonstration=True,
    modules=frozenset({"organisations", "shares"}),
)
PLACES = [
    SimpleNamespace(label="Home", name="health.ready", more=False),
    SimpleNamespace(label="Site", name="health.process", more=False),
    SimpleNamespace(label="Savings", name="health.process", more=False),
]


def figures(language: Language) -> list[ChartFigure]:
    """Return one chart of each kind."""
    months = [Month(2024, 1).plus(index) for index in range(24)]
    power, water = language.text("Electricity"), language.text("Water")
    used = tuple(
        UseMonth(
            month,
            None if index == 17 else 12000.0 - 90 * index,
            complete=index != 5,
            adjusted_baseline=13000.0 if index > 11 else None,
            band=900.0 if index > 11 else None,
        )
        for index, month in enumerate(months)
    )
    saved = tuple(SavedMonth(month, 200.0, 200.0 * index, 300.0) for index, month in enumerate(months))
    costs = (CostSeries(power, dict.fromkeys(months, 40000.0)), CostSeries(water, dict.fromkeys(months, 9000.0)))
    points = tuple(
        DriverPoint(language.month(month), 20.0 + index, 800.0 + 22 * index, in_baseline=index < 12)
        for index, month in enumerate(months)
    )
    charts = (
        monthly_use(MonthlyUse(power, "kWh", used), language),
        cumulative_savings(CumulativeSavings(power, "kWh", saved), language),
        cost(Cost("Hotel Bahía Azul", "MXN", costs), language),
        drivers(Drivers("Hotel Bahía Azul", language.text("Rooms"), "", "kWh", points, ((20.0, 800.0),)), language),
    )
    return [chart_figure(chart, language) for chart in charts]


def guide_page(code: str) -> str:
    """Render it inside a request."""
    return render_template(
        "style_guide.html",
        charts=figures(Language(code)),
        line=sparkline([3.0, 4.0, None, 5.0], "3–5 kWh"),
        today=dt.date(2026, 11, 22),
        actor=ACTOR,
        navigation=PLACES,
        here="health.ready",
    )


def guide(app: Flask, code: str, *, theme: str = "") -> str:
    """Render it with the application's own shell, language and macros."""
    headers = {"Cookie": f"theme={theme}"} if theme else {}
    with app.test_request_context(f"/?lang={code}", headers=headers):
        return guide_page(code)


def guide_application(folder: Path) -> Flask:
    """Build the application with the style guide among its addresses; no database is opened for it."""
    settings = Settings.read({}, database_url=f"sqlite:///{folder}/guide.db", secret_key="only-for-tests" * 4)
    flask_app = app.create_web(app.build(settings))
    flask_app.add_url_rule("/style-guide", "style_guide", lambda: guide_page(requests.language().code))
    return flask_app
