"""A programme of 2,000 sites and 20,000 measures: its page against a signed-in empty page, its first sum, its workbook.

Prints the figures; exits 1 where a limit is missed.
"""

from __future__ import annotations

import functools
import statistics
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import sqlalchemy as sa
from flask import render_template_string
from large_portfolio import people

from emstrack import app
from emstrack.domain.accounts import Permission, Scope
from emstrack.domain.programmes import CohortDetails, ProgrammeDetails
from emstrack.domain.sectors import Sector
from emstrack.language.languages import Language
from emstrack.services.programmes.keep_part import add_part
from emstrack.services.programmes.keep_programme import add_programme
from emstrack.services.programmes.report_programme import write_programme_report
from emstrack.settings import Settings
from emstrack.storage import migrate
from emstrack.storage.models import Measure, ProgrammeSite, Site
from emstrack.storage.scope import set_scope
from emstrack.web import requests

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

SITES, MEASURES, COHORTS, TIMES = 2000, 20_000, 10, 60
MOST_RATIO, MOST_WORKBOOK_S = 5.0, 5.0
EMPTY, PAGE = "/benchmark-empty", "/programmes/1?lang=es"
STATUSES = ("proposed", "accepted", "in_progress", "implemented", "verified")


def main() -> None:
    """Seed, measure, print."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.read(
            {}, database_url=f"sqlite:///{Path(folder) / 'large.db'}", files_dir=folder, secret_key="benchmark" * 8
        )
        application = app.build(settings)
        migrate.make_ready(application.database)
        with application.transaction() as session:
            token, tenant = people(session, datetime.now(UTC))
            set_scope(session, Scope(tenant, permissions=frozenset(Permission)))
            _fill(session, tenant)
        missed = _measure(application, token, tenant)
        application.database.dispose()
    sys.exit(1 if missed else 0)


def _fill(session: Session, tenant: int) -> None:
    now = datetime.now(UTC)
    sectors = [each for each in Sector if each is not Sector.ANY]
    details = ProgrammeDetails(name="Large", currency="MXN")
    programme = add_programme(session, details, today=now.date(), now=now)
    cohorts = [
        add_part(session, programme.id, CohortDetails(name=f"Cohort {n}"), today=now.date(), now=now)
        for n in range(COHORTS)
    ]
    own = {"tenant_id": tenant, "created_at": now}
    site = {**own, "organisation_id": tenant, "kind": "plant", "country": "MX", "city": "", "currency": "MXN"}
    site |= {"time_zone": "America/Mexico_City", "station_by": "distance", "services": [], "version": 1}
    session.execute(sa.insert(Site), [{**site, "id": n + 1, "name": f"Site {n:04}"} for n in range(SITES)])
    link = {**own, "programme_id": programme.id, "site_tenant_id": tenant, "destination": ""}
    session.execute(
        sa.insert(ProgrammeSite),
        [
            {
                **link,
                "cohort_id": cohorts[n % COHORTS].id,
                "site_id": n + 1,
                "sector": sectors[n % len(sectors)].value,
            }
            for n in range(SITES)
        ],
    )
    generator = np.random.default_rng(7)
    money = generator.integers(1_000, 90_000, (MEASURES, 2))
    plain = dict.fromkeys(("status_reason", "priority", "ease", "situation", "proposal", "risks", "safety"), "")
    plain |= dict.fromkeys(("quality", "liability", "library_code"), "")
    measure = {**own, **plain, "category": "housekeeping", "currency": "MXN", "status_at": now, "version": 1}
    measure |= {"implemented_on": date(2025, 1, 1)}
    session.execute(
        sa.insert(Measure),
        [
            {
                **measure,
                "site_id": n % SITES + 1,
                "title": f"Measure {n}",
                "status": STATUSES[n % len(STATUSES)],
                "investment": Decimal(int(money[n, 0])),
                "annual_saving": Decimal(int(money[n, 1])),
            }
            for n in range(MEASURES)
        ],
    )


def _measure(application: app.Application, token: str, tenant: int) -> bool:
    flask_app = app.create_web(application)
    flask_app.add_url_rule(EMPTY, "benchmark_empty", _empty)
    client = flask_app.test_client()
    client.set_cookie("emstrack", token)
    client.get(EMPTY)
    first = _timed(lambda: client.get(PAGE).get_data())
    print(f"{SITES:,} sites, {MEASURES:,} measures: the first page after a change took {first * 1000:.0f} ms")
    medians = {}
    for path in (EMPTY, PAGE):
        times = [_timed(functools.partial(client.get, path)) for _ in range(TIMES)]
        medians[path] = statistics.median(times)
        print(f"  {path}: p50 {medians[path] * 1000:.1f} ms, p95 {sorted(times)[int(TIMES * 0.95)] * 1000:.1f} ms")
    ratio = medians[PAGE] / medians[EMPTY]
    with application.transaction(read_only=True) as session:
        set_scope(session, Scope(tenant, permissions=frozenset(Permission)))
        now = datetime.now(UTC)
        took = _timed(lambda: write_programme_report(session, 1, "xlsx", Language("es"), now=now))
    print(f"  page {ratio:.1f} times an empty one (at most {MOST_RATIO:g}), XLSX in {took:.1f} s (at most 5)")
    return ratio > MOST_RATIO or took > MOST_WORKBOOK_S


def _empty() -> str:
    """Answer a signed-in person with nothing but the shell."""
    requests.actor()
    return render_template_string('{% extends "base.html" %}{% block content %}{% endblock %}')


def _timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
