"""Nothing reaches over tenants, whichever way it is asked."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from conftest import NOW, make_tenant
from sqlalchemy.orm import Session, aliased

from emstrack.domain.accounts import Scope
from emstrack.domain.errors import EmstrackError, NotFoundError
from emstrack.storage.guard import UnscopedStatementError
from emstrack.storage.models import Meter, Organisation, Site
from emstrack.storage.scope import every_tenant, find, scope_of, scoped, set_scope, within


def make_site(session: Session, name: str, organisation_id: int) -> Site:
    site = Site(
        tenant_id=scope_of(session).tenant_id,
        organisation_id=organisation_id,
        kind="building",
        name=name,
        created_at=NOW,
    )
    session.add(site)
    session.flush()
    return site


@pytest.fixture
def two(session: Session) -> tuple[Session, Site, Site]:
    """A session of tenant A, a site of A and one of B."""
    ours = scope_of(session)
    other = make_tenant(session, "Hotel Ajeno", kind="company")
    set_scope(session, Scope(tenant_id=other.id))
    foreign = make_site(session, "Hotel Ajeno", other.id)
    set_scope(session, ours)
    return session, make_site(session, "Palacio", ours.tenant_id), foreign


def test_a_scoped_select_sees_its_own_rows_only(two: tuple[Session, Site, Site]) -> None:
    session, own, _ = two
    assert [site.id for site in session.scalars(scoped(session, Site))] == [own.id]


def test_a_foreign_row_is_not_found(two: tuple[Session, Site, Site]) -> None:
    session, own, foreign = two
    assert find(session, Site, own.id) is own
    with pytest.raises(NotFoundError):
        find(session, Site, foreign.id)


@pytest.mark.parametrize(
    "statement",
    [
        lambda: sa.select(Site),
        lambda: sa.select(sa.func.count()).select_from(Site),
        lambda: sa.select(Site.name).where(Site.id == 1),
        lambda: sa.select(aliased(Site).name),
        lambda: sa.update(Site).values(name="x"),
        lambda: sa.delete(Site).where(Site.id == 2),
        lambda: sa.select(Organisation).where(Organisation.id.in_(sa.select(Site.organisation_id))),
        lambda: sa.text("SELECT name FROM site"),
        lambda: sa.insert(Site).values(tenant_id=999, organisation_id=1, kind="other", name="x", created_at=NOW),
    ],
)
def test_a_statement_that_names_no_tenant_is_refused(two: tuple[Session, Site, Site], statement: object) -> None:
    session, _, _ = two
    with pytest.raises(UnscopedStatementError):
        session.execute(statement())  # type: ignore[operator]


def test_naming_another_tenant_is_refused(two: tuple[Session, Site, Site]) -> None:
    session, _, foreign = two
    with pytest.raises(UnscopedStatementError):
        session.execute(sa.select(Site).where(Site.tenant_id == foreign.tenant_id))


def test_a_join_has_to_bind_both_tables(two: tuple[Session, Site, Site]) -> None:
    session, _, _ = two
    with pytest.raises(UnscopedStatementError):
        session.execute(scoped(session, Site).join(Meter, Meter.site_id == Site.id).add_columns(Meter.name))
    bound = scoped(session, Site).join(Meter, Meter.site_id == Site.id).where(*within(session, Meter))
    assert session.execute(bound).all() == []


def test_an_alias_is_bound_too(two: tuple[Session, Site, Site]) -> None:
    session, own, _ = two
    other = aliased(Site)
    assert session.execute(scoped(session, other)).scalar_one().id == own.id


def test_the_orm_may_not_write_another_tenants_row(two: tuple[Session, Site, Site]) -> None:
    session, _, foreign = two
    foreign.name = "Robado"
    with pytest.raises(UnscopedStatementError):
        session.flush()


def test_without_a_scope_nothing_is_read(bare_session: Session) -> None:
    with pytest.raises(EmstrackError):
        scoped(bare_session, Site)
    with pytest.raises(UnscopedStatementError):
        bare_session.execute(sa.select(Site).where(Site.tenant_id == 1))


def test_a_link_to_another_tenants_row_is_refused_by_the_database(two: tuple[Session, Site, Site]) -> None:
    session, own, foreign = two
    own.organisation_id = foreign.organisation_id
    with pytest.raises(sa.exc.IntegrityError):
        session.flush()


def test_a_scope_of_some_organisations_sees_their_sites_only(session: Session) -> None:
    tenant = scope_of(session).tenant_id
    ministry = Organisation(
        tenant_id=tenant, parent_id=tenant, kind="ministry", name="Salud", country="MX", created_at=NOW
    )
    session.add(ministry)
    session.flush()
    make_site(session, "Palacio", tenant)
    clinic = make_site(session, "Clínica", ministry.id)
    set_scope(session, Scope(tenant_id=tenant, organisation_ids=frozenset({ministry.id})))
    assert [site.id for site in session.scalars(scoped(session, Site))] == [clinic.id]


def test_every_tenant_opens_all_and_closes_again(two: tuple[Session, Site, Site]) -> None:
    session, _, _ = two
    with every_tenant(session, "a test counts"):
        assert session.scalar(sa.select(sa.func.count()).select_from(Site)) == 2
    with pytest.raises(UnscopedStatementError):
        session.execute(sa.select(Site))
