"""Auditors of another tenant: what was shared with them for audits they audit, and they write nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from conftest import NOW, make_tenant
from factories_accounts import make_organisation, make_person, open_tenant
from factories_audits import HOTEL, TOWELS, audit_details, make_audit, make_finding, picture
from factories_sites import make_building, make_meter

from emstrack.domain.accounts import Permission, Role, SharedAudits, SharePurpose
from emstrack.domain.checklists import Answer, Choice
from emstrack.domain.errors import NotAllowedError, NotFoundError, RefusedError
from emstrack.gateways.stored_files import StoredFiles
from emstrack.services.accounts.find_places import find_places
from emstrack.services.accounts.share_part import list_shares, revoke_share, share, sharing_code
from emstrack.services.audits.edit_checklist import copy_checklist, list_checklists
from emstrack.services.audits.keep_photo import SentPhoto
from emstrack.services.audits.list_audits import list_audits
from emstrack.services.audits.list_people import list_people
from emstrack.services.audits.plan_audit import change_audit, details_of, plan_audit
from emstrack.services.audits.record_in_field import FieldItem, record_in_field
from emstrack.services.audits.show_audit import show_audit
from emstrack.storage.guard import UnscopedStatementError
from emstrack.storage.models import Audit, Meter, Site
from emstrack.storage.scope import auditable_sites, scoped, set_scope

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

    from emstrack.storage.models import Organisation, User

KEY = "a key"


@dataclass
class Two:
    """A municipality that shares, and a centre whose auditor comes."""

    session: Session
    city: Organisation
    centre: Organisation
    auditor: User
    visitor: User
    audited: Site
    seen: Site
    hidden: Site

    def come(self, who: User) -> None:
        """Work at the city as one of the centre's people."""
        place = next(each for each in find_places(self.session, who.id, today=NOW.date()) if each.shared)
        set_scope(self.session, place.scope(who.id))


@pytest.fixture
def two(bare_session: Session) -> Two:
    """One site shared for audits, one for reading, one not at all."""
    session = bare_session
    city = make_tenant(session, "Municipio de Prueba")
    centre = make_tenant(session, "Centro PML", kind="cp_centre")
    open_tenant(session, city)
    sites = [make_building(session, name) for name in ("Palacio", "Mercado", "Rastro")]
    code = sharing_code(centre.id, KEY)
    more: dict[str, Any] = {"key": KEY, "role": Role.AUDITOR, "until": None, "now": NOW}
    share(session, sites[0], code, purpose=SharePurpose.AUDIT, **more)
    share(session, sites[1], code, **more)
    auditor, visitor = make_person(session, centre, "auditor"), make_person(session, centre, "viewer")
    return Two(session, city, centre, auditor, visitor, *sites)


def test_a_share_for_audits_opens_its_sites_for_audits_and_no_others(two: Two, tmp_path: Path) -> None:
    two.come(two.auditor)
    audit = make_audit(two.session, two.audited.id)
    item = FieldItem(question=TOWELS, answer=Answer(Choice.NO), photos=(SentPhoto(picture(), "a.jpg"),))
    record_in_field(two.session, StoredFiles(tmp_path), audit.id, item, now=NOW)
    make_finding(two.session, audit)
    change_audit(two.session, audit.id, details_of(audit), version=1, now=NOW)
    assert show_audit(two.session, audit.id).progress.findings == 1
    assert audit.tenant_id == two.city.id
    with pytest.raises(NotAllowedError):
        plan_audit(two.session, audit_details(two.seen.id), now=NOW)
    with pytest.raises(NotFoundError):
        plan_audit(two.session, audit_details(two.hidden.id), now=NOW)


def test_an_audit_of_a_site_shared_for_reading_is_read_and_not_written(two: Two) -> None:
    seen, hidden = make_audit(two.session, two.seen.id), make_audit(two.session, two.hidden.id)
    two.come(two.auditor)
    assert [row.id for row in list_audits(two.session).rows] == [seen.id]
    assert not show_audit(two.session, seen.id).may_write
    with pytest.raises(NotAllowedError):
        make_finding(two.session, seen)
    with pytest.raises(NotFoundError):
        make_finding(two.session, hidden)
    with pytest.raises(NotFoundError):
        show_audit(two.session, hidden.id)


def test_who_is_no_auditor_at_home_audits_nothing_here(two: Two) -> None:
    two.come(two.visitor)
    assert two.session.scalars(auditable_sites(two.session)).all() == []
    with pytest.raises(NotAllowedError):
        make_audit(two.session, two.audited.id)


def test_a_revoked_share_closes_what_it_opened(two: Two) -> None:
    audit = make_audit(two.session, two.audited.id)
    for each in list_shares(two.session, today=NOW.date()):
        if each.purpose is SharePurpose.AUDIT:
            revoke_share(two.session, each.share_id, now=NOW)
    two.come(two.auditor)
    with pytest.raises(NotFoundError):
        make_finding(two.session, audit)


def test_a_whole_part_of_the_tree_can_be_audited(two: Two) -> None:
    ministry = make_organisation(two.session, two.city, "Salud")
    clinic = make_building(two.session, "Clínica", organisation_id=ministry.id)
    more: dict[str, Any] = {"key": KEY, "role": Role.AUDITOR, "until": None, "now": NOW}
    share(two.session, ministry, sharing_code(two.centre.id, KEY), purpose=SharePurpose.AUDIT, **more)
    two.come(two.auditor)
    assert set(two.session.scalars(auditable_sites(two.session))) == {two.audited.id, clinic.id}


def test_nothing_but_audits_is_written_even_where_a_service_forgets_to_ask(two: Two) -> None:
    meter = make_meter(two.session, two.audited.id)
    two.come(two.auditor)
    for statement in (
        sa.update(Meter).where(Meter.tenant_id == two.city.id, Meter.id == meter.id).values(name="x"),
        sa.delete(Meter).where(Meter.tenant_id == two.city.id, Meter.id == meter.id),
        sa.insert(Meter).values(tenant_id=two.city.id, site_id=two.audited.id, name="x"),
    ):
        with pytest.raises(UnscopedStatementError):
            two.session.execute(statement)
    site = two.session.scalars(scoped(two.session, Site).where(Site.id == two.audited.id)).one()
    site.name = "Otro"
    with pytest.raises(UnscopedStatementError):
        two.session.flush()


def test_a_guest_makes_no_checklists_and_learns_nobodys_name(two: Two) -> None:
    make_person(two.session, two.city, "manager", name="Olga")
    open_tenant(two.session, two.city)
    copy_checklist(two.session, HOTEL, name="La nuestra", now=NOW)
    two.come(two.auditor)
    assert [id_ for id_, _ in list_people(two.session)] == [two.auditor.id]
    assert [row.name for row, _ in list_checklists(two.session)] == ["La nuestra"]
    with pytest.raises(NotAllowedError):
        copy_checklist(two.session, HOTEL, name="Otra", now=NOW)
    two.come(two.visitor)
    assert list_checklists(two.session) == []


def test_a_share_for_audits_is_for_auditors(two: Two) -> None:
    with pytest.raises(RefusedError) as refused:
        share(
            two.session,
            two.audited,
            sharing_code(two.centre.id, KEY),
            key=KEY,
            role=Role.LENDER,
            purpose=SharePurpose.AUDIT,
            until=None,
            now=NOW,
        )
    assert refused.value.code == "share.audit_needs_auditor"


def test_a_scope_of_ones_own_tenant_is_nobodys_guest(two: Two) -> None:
    (own,) = [each for each in find_places(two.session, two.auditor.id, today=NOW.date()) if not each.shared]
    assert own.scope(two.auditor.id).shared_audits is None
    (here,) = [each for each in find_places(two.session, two.auditor.id, today=NOW.date()) if each.shared]
    scope = here.scope(two.auditor.id)
    assert scope.shared_audits == SharedAudits(frozenset(), frozenset({two.audited.id}))
    assert scope.permissions == {Permission.VIEW, Permission.AUDIT}
    assert "audits" in here.modules
    set_scope(two.session, scope)
    assert two.session.scalars(scoped(two.session, Audit)).all() == []
