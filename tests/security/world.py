"""Two tenants with a row of every kind that an address can name. Each text of the first carries CANARY.

An engineer who adds an address with a new argument adds a line to `fill`: the row it names, in the first tenant.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa
from conftest import make_tenant
from factories_accounts import make_organisation, make_person, make_session, open_tenant
from factories_sites import make_building, make_meter
from PIL import Image

from emstrack.domain.meters import Counter
from emstrack.domain.sites import Attribute
from emstrack.gateways.stored_files import StoredFiles
from emstrack.services.accounts.one_time_links import issue_link
from emstrack.services.sites.set_device import add_device
from emstrack.services.sites.set_photo import set_photo
from emstrack.services.sites.set_site_attribute import set_site_attribute
from emstrack.services.sites.share_meter import share_meter
from emstrack.storage.base import Base
from emstrack.storage.models import Membership, OneTimeLink, OutboxMail, Share, UserSession
from emstrack.storage.scope import every_tenant

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from emstrack.app import Application
    from emstrack.storage.models import Organisation, User

CANARY = "Zanate"
"""A bird of Mexican towns; no page of the product speaks of it."""


@dataclass
class World:
    """The first tenant's rows by argument name, and cookies by who holds them."""

    application: Application
    tenant_id: int = 0
    other_tenant_id: int = 0
    arguments: dict[str, object] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)

    def checksum(self, tenant_id: int | None = None, *, but: frozenset[str] = frozenset()) -> dict[str, str]:
        """Return a digest of each table's rows, of one tenant or of all."""
        digests = {}
        with self.application.transaction(read_only=True) as session, every_tenant(session, "a test compares"):
            for table in Base.metadata.sorted_tables:
                if table.name in but or (tenant_id is not None and "tenant_id" not in table.c):
                    continue
                statement = sa.select(table)
                if tenant_id is not None:
                    statement = statement.where(table.c.tenant_id == tenant_id)
                rows = sorted(repr(tuple(row)) for row in session.execute(statement))
                digests[table.name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
        return digests


def build(application: Application) -> World:
    """Make both tenants, their people and one row of every kind."""
    world, now = World(application), datetime.now(UTC)
    with application.transaction() as session:
        first = make_tenant(session, f"{CANARY} Municipio")
        second = make_tenant(session, "Hotel Ajeno", kind="company")
        world.tenant_id, world.other_tenant_id = first.id, second.id
        admin = make_person(session, first, "administrator", email=f"admin@{CANARY}.example.org", name=f"{CANARY} Ana")
        people = {
            "viewer": (make_person(session, first, "viewer", email=f"v@{CANARY}.example.org"), first),
            "administrator": (admin, first),
            "foreigner": (make_person(session, second, "administrator", email="f@ajeno.example.org"), second),
        }
        for who, (user, where) in people.items():
            world.cookies[who] = make_session(session, user, where, now=now)
        open_tenant(session, first, admin)
        world.arguments = fill(session, first, second, admin, now)
        files = StoredFiles(application.settings.files_dir)
        set_photo(session, files, site_of(world), picture(), name=f"{CANARY}.png", now=now)
    return world


def site_of(world: World) -> int:
    """Return the first tenant's site."""
    return int(str(world.arguments["site_id"]))


def picture() -> bytes:
    """Return a small picture."""
    written = io.BytesIO()
    Image.new("RGB", (4, 3), "green").save(written, "PNG")
    return written.getvalue()


def fill(session: Session, first: Organisation, second: Organisation, admin: User, now: datetime) -> dict[str, object]:
    """Make a row of the first tenant for every argument of an address, and return their ids."""
    ministry = make_organisation(session, first, f"{CANARY} Salud")
    member = make_person(session, ministry, "viewer", email=f"m@{CANARY}.example.org", name=f"{CANARY} Eva")
    make_session(session, member, ministry, now=now)
    share = Share(
        tenant_id=first.id,
        organisation_id=ministry.id,
        grantee_id=second.id,
        role="lender",
        created_at=now,
        revoked_at=now,
        created_by=admin.id,
    )
    mail = OutboxMail(
        tenant_id=first.id,
        message_id=f"<{CANARY}@x>",
        recipient=f"m@{CANARY}.example.org",
        subject=CANARY,
        text=CANARY,
        created_at=now,
        next_attempt_at=now,
        failed_at=now,
        last_error=CANARY,
    )
    session.add_all([share, mail])
    issue_link(
        session,
        "invitation",
        now=now,
        lifetime=timedelta(days=7),
        email=f"i@{CANARY}.example.org",
        tenant_id=first.id,
        payload={"organisation_id": ministry.id, "role": "viewer"},
    )
    site = make_building(session, f"{CANARY} Palacio")
    meter = make_meter(session, site.id, f"{CANARY} CFE")
    annex = make_building(session, f"{CANARY} Anexo")
    staff = set_site_attribute(session, site.id, Attribute.STAFF, 80, start=None, now=now, note=CANARY)
    device = add_device(session, meter.id, Counter(serial=CANARY), now=now)
    meter_share = share_meter(session, meter.id, annex.id, 0.25, start=None, now=now)
    session.flush()
    return {
        "organisation_id": ministry.id,
        "membership_id": session.scalars(
            sa.select(Membership.id).where(Membership.tenant_id == first.id, Membership.user_id == member.id)
        ).one(),
        "session_id": session.scalars(sa.select(UserSession.id).where(UserSession.user_id == member.id)).one(),
        "link_id": session.scalars(sa.select(OneTimeLink.id).where(OneTimeLink.tenant_id == first.id)).one(),
        "share_id": share.id,
        "mail_id": mail.id,
        "site_id": site.id,
        "meter_id": meter.id,
        "attribute": "staff",
        "row_id": staff.id,
        "device_id": device.id,
        "meter_share_id": meter_share.id,
        "token": "not-a-token-that-anybody-was-given",
    }
