"""A contributor with a link, for tests of their page."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from conftest import make_tenant
from factories_accounts import make_organisation, make_person, open_tenant

from emstrack.services.accounts.one_time_links import issue_link
from emstrack.storage.models import Meter, Site
from emstrack.storage.scope import every_tenant

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from emstrack import app


class Phone:
    """A browser nobody signed in with, and a link to October."""

    def __init__(self, application: app.Application, client: FlaskClient) -> None:
        self.application = application
        self.client = client
        now = datetime.now(UTC)
        with application.transaction() as session:
            root = make_tenant(session, "Municipio")
            health = make_organisation(session, root, "Salud")
            works = make_organisation(session, root, "Obras")
            ana = make_person(session, health, "contributor", email="ana@example.org")
            ana.language = "es"
            open_tenant(session, root)
            self.meter_id = self.meter(session, root.id, health.id, "Clínica")
            self.index_id = self.meter(session, root.id, health.id, "Pozo", reads_index=True)
            self.foreign_id = self.meter(session, root.id, works.id, "Corralón Secreto")
            payload = {"organisation_id": health.id, "month": "2026-09"}
            self.token = issue_link(
                session,
                "contribution",
                now=now,
                lifetime=timedelta(days=40),
                tenant_id=root.id,
                user_id=ana.id,
                payload=payload,
            )

    @staticmethod
    def meter(session: object, tenant_id: int, organisation_id: int, name: str, **given: object) -> int:
        now = datetime.now(UTC)
        site = Site(tenant_id=tenant_id, organisation_id=organisation_id, kind="building", name=name, created_at=now)
        session.add(site)
        session.flush()
        meter = Meter(
            tenant_id=tenant_id,
            site_id=site.id,
            name="CFE",
            resource="electricity",
            unit="kWh",
            created_at=now,
            **given,
        )
        session.add(meter)
        session.flush()
        return meter.id

    @property
    def address(self) -> str:
        return f"/contribution/{self.token}"

    def csrf(self) -> str:
        return re.search(r'name="csrf_token" value="([^"]+)"', self.client.get(self.address).text)[1]

    def save(self, meter_id: int, value: str, *, htmx: bool = False, **given: str) -> object:
        data = {"csrf_token": self.csrf(), "value": value, "start": "2026-09-01", "last": "2026-09-30", **given}
        headers = {"HX-Request": "true"} if htmx else {}
        return self.client.post(f"{self.address}/meters/{meter_id}", data=data, headers=headers)

    def ask(self, statement: object) -> list:
        with self.application.transaction(read_only=True) as session, every_tenant(session, "a test looks"):
            return list(session.scalars(statement))
