"""What a part of a tenant sees of each table: people of one ministry, and who was shown something by a share."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from conftest import NOW
from factories_sites import make_building, make_meter, make_ministry

from emstrack.domain.accounts import PERMISSIONS, Permission, Role, Scope
from emstrack.domain.errors import EmstrackError, NotAllowedError, NotFoundError
from emstrack.storage.base import Base
from emstrack.storage.guard import tenant_tables
from emstrack.storage.models import (
    DriverValue,
    History,
    HistoryLink,
    ImportBatch,
    ImportMapping,
    Organisation,
    Share,
    Site,
    StoredFile,
    WeatherDay,
    WeatherStation,
)
from emstrack.storage.scope import find, require, scoped, set_scope, tenant_of, within

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

MINE, THEIRS, LENDER = 11, 12, 13


@pytest.fixture
def made(session: Session) -> dict[str, Any]:
    """Two ministries with a building each and everything that can hang on one, or on none."""
    tenant = tenant_of(session)
    own = {"tenant_id": tenant}
    health, works = make_ministry(session, "Salud"), make_ministry(session, "Obras")
    clinic = make_building(session, "Clínica", organisation_id=health.id)
    yard = make_building(session, "Taller", organisation_id=works.id)
    station = WeatherStation(**own, code="76680", created_at=NOW)
    session.add(station)
    session.flush()
    session.add(WeatherDay(**own, station_id=station.id, day=date(2026, 1, 1), mean_c=20.0))
    session.add(ImportMapping(**own, name="Hoja del agua", mapping={}, created_at=NOW))
    files = {
        name: StoredFile(
            **own,
            path=name,
            name=name,
            media_type="image/jpeg",
            size=1,
            sha256="",
            site_id=site and site.id,
            created_at=NOW,
            created_by=by,
        )
        for name, site, by in (
            ("clinic", clinic, THEIRS),
            ("yard", yard, THEIRS),
            ("mine", None, MINE),
            ("theirs", None, THEIRS),
            ("of the batch", None, THEIRS),
        )
    }
    session.add_all(files.values())
    session.flush()
    for organisation, file in ((health, files["of the batch"]), (works, files["theirs"])):
        batch = ImportBatch(
            **own,
            organisation_id=organisation.id,
            kind="readings",
            file_name=organisation.name,
            file_id=file.id,
            status="done",
            created_at=NOW,
        )
        session.add(batch)
    meters = [make_meter(session, site.id, "CFE") for site in (clinic, yard)]
    drivers = [
        DriverValue(
            **own,
            site_id=site.id,
            driver="occupants",
            start=date(2026, 1, 1),
            end=date(2026, 2, 1),
            value=1.0,
            created_at=NOW,
        )
        for site in (clinic, yard)
    ]
    session.add_all(drivers)
    session.flush()
    link = HistoryLink(**own, sequence=1, previous_hash="", digest="", hash="", rows=0, at=NOW)
    session.add(link)
    session.flush()
    for place, (site, meter, driver) in enumerate(zip((clinic, yard), meters, drivers, strict=True)):
        for entity, id_, of in (
            ("site", site.id, None),
            ("reading", 1, meter.id),
            ("driver_value", driver.id, None),
            ("weather_day", 1, None),
        ):
            session.add(
                History(
                    **own,
                    entity=entity,
                    entity_id=id_,
                    meter_id=of,
                    action="update",
                    old={},
                    new={},
                    reason=f"{entity} {place}",
                    at=NOW,
                    link_id=link.id,
                )
            )
    grantee = make_ministry(session, "Banco")
    for what in ({"organisation_id": works.id}, {"site_id": yard.id}, {"organisation_id": health.id}):
        session.add(Share(**own, grantee_id=grantee.id, role="lender", created_at=NOW, **what))
    session.flush()
    return {"health": health, "works": works, "clinic": clinic, "yard": yard, "files": files}


@pytest.fixture
def act(session: Session, made: dict[str, Any]) -> Callable[..., None]:
    """Become somebody of the ministry of health, or a lender who was shown the clinic alone."""

    def become(role: Role, user: int | None = MINE, *, shared: bool = False) -> None:
        part: dict[str, Any] = {"organisation_ids": frozenset({made["health"].id})}
        if shared:
            part = {"organisation_ids": frozenset(), "site_ids": frozenset({made["clinic"].id})}
        set_scope(session, Scope(tenant_id=tenant_of(session), user_id=user, permissions=PERMISSIONS[role], **part))

    return become


def seen(session: Session, column: Any) -> set[Any]:
    return set(session.scalars(scoped(session, column)))


def test_every_table_of_a_tenant_says_what_a_part_of_it_sees(session: Session, act: Callable[..., None]) -> None:
    act(Role.LENDER, LENDER, shared=True)
    closed = set()
    for name in tenant_tables():
        criteria = within(session, Base.metadata.tables[name])
        if any(str(each) == "false" for each in criteria):
            closed.add(name)
    assert closed == {"history_link", "import_mapping"}


def test_organisations_and_sites_are_those_of_the_part(session: Session, act: Callable[..., None]) -> None:
    act(Role.VIEWER)
    assert seen(session, Organisation.name) == {"Salud"}
    assert seen(session, Site.name) == {"Clínica"}
    act(Role.LENDER, LENDER, shared=True)
    assert seen(session, Organisation.name) == set()
    assert seen(session, Site.name) == {"Clínica"}


def test_weather_is_open_inside_the_tenant(session: Session, act: Callable[..., None]) -> None:
    act(Role.LENDER, LENDER, shared=True)
    assert seen(session, WeatherStation.code) == {"76680"}
    assert seen(session, WeatherDay.mean_c) == {20.0}


def test_a_file_of_a_site_goes_with_it_and_one_of_none_with_who_sent_it(
    session: Session, made: dict[str, Any], act: Callable[..., None]
) -> None:
    assert len(seen(session, StoredFile.name)) == 5, "the whole tenant sees all"
    act(Role.VIEWER)
    assert seen(session, StoredFile.name) == {"clinic", "mine"}
    act(Role.LENDER, LENDER, shared=True)
    assert seen(session, StoredFile.name) == {"clinic"}
    act(Role.LENDER, None, shared=True)
    assert seen(session, StoredFile.name) == {"clinic"}
    with pytest.raises(NotFoundError):
        find(session, StoredFile, made["files"]["theirs"].id)


def test_who_imports_for_an_organisation_opens_the_files_of_its_batches(
    session: Session, act: Callable[..., None]
) -> None:
    act(Role.COMMITTEE)
    assert seen(session, StoredFile.name) == {"clinic", "mine", "of the batch"}
    assert seen(session, ImportBatch.file_name) == {"Salud"}
    act(Role.LENDER, LENDER, shared=True)
    assert seen(session, ImportBatch.file_name) == set()


def test_mappings_are_for_who_imports(session: Session, act: Callable[..., None]) -> None:
    act(Role.COMMITTEE)
    assert seen(session, ImportMapping.name) == {"Hoja del agua"}
    for role, shared in ((Role.VIEWER, False), (Role.LENDER, True), (Role.CONTRIBUTOR, False)):
        act(role, LENDER, shared=shared)
        assert seen(session, ImportMapping.name) == set()


def test_history_goes_with_its_meter_site_or_driver(session: Session, act: Callable[..., None]) -> None:
    assert len(seen(session, History.reason)) == 8
    for role, shared in ((Role.VIEWER, False), (Role.LENDER, True)):
        act(role, shared=shared)
        assert seen(session, History.reason) == {"site 0", "reading 0", "driver_value 0"}
        assert seen(session, HistoryLink.id) == set()


def test_shares_of_other_organisations_are_not_told(
    session: Session, made: dict[str, Any], act: Callable[..., None]
) -> None:
    act(Role.VIEWER)
    assert seen(session, Share.organisation_id) == {made["health"].id}
    act(Role.LENDER, LENDER, shared=True)
    assert seen(session, Share.id) == set()


def test_without_a_scope_or_a_permission_nothing_is_done(bare_session: Session) -> None:
    with pytest.raises(EmstrackError) as told:
        scoped(bare_session, Site)
    assert told.value.code == "scope.missing"
    set_scope(bare_session, Scope(tenant_id=1))
    with pytest.raises(NotAllowedError):
        require(bare_session, Permission.VIEW)
