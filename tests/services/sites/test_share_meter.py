"""One meter, several sites: never more than the whole on any day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from conftest import NOW
from factories_sites import make_building, make_meter, make_ministry

from emstrack.domain.accounts import Permission, Scope
from emstrack.domain.errors import ConflictError, NotAllowedError, NotFoundError, RefusedError
from emstrack.domain.meters import fractions_between
from emstrack.domain.periods import Period
from emstrack.services.sites.list_changes import changes_of_meter
from emstrack.services.sites.list_meters import show_meter
from emstrack.services.sites.share_meter import end_share, remove_share, share_meter, shares_of
from emstrack.storage.scope import scope_of, set_scope, tenant_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from emstrack.storage.models import Meter, Site

JUNE = date(2025, 6, 1)


@pytest.fixture
def meter(session: Session) -> Meter:
    """The meter of a building that others use too."""
    return make_meter(session, make_building(session).id)


@pytest.fixture
def archive(session: Session) -> Site:
    """Another building."""
    return make_building(session, "Archivo")


def test_each_site_gets_its_part_and_the_owner_the_rest(session: Session, meter: Meter, archive: Site) -> None:
    share_meter(session, meter.id, archive.id, 0.25, start=None, now=NOW)
    parts = fractions_between(shares_of(session, meter.id), meter.site_id, Period.parse("2025-01:2025-12"))
    assert parts == {archive.id: 0.25, meter.site_id: 0.75}
    assert [(name, share.fraction) for share, name in show_meter(session, meter.id).shares] == [("Archivo", 0.25)]


def test_more_than_the_whole_is_refused_naming_the_day(session: Session, meter: Meter, archive: Site) -> None:
    share_meter(session, meter.id, archive.id, 0.75, start=None, now=NOW)
    other = make_building(session, "Biblioteca")
    with pytest.raises(RefusedError) as refused:
        share_meter(session, meter.id, other.id, 0.3, start=JUNE, now=NOW)
    assert (refused.value.code, refused.value.evidence["day"]) == ("share.too_much", JUNE)
    share_meter(session, meter.id, other.id, 0.25, start=JUNE, now=NOW)


def test_an_ended_share_makes_room(session: Session, meter: Meter, archive: Site) -> None:
    share = share_meter(session, meter.id, archive.id, 0.75, start=None, now=NOW)
    end_share(session, share.id, JUNE, version=1, now=NOW)
    share_meter(session, meter.id, archive.id, 1.0, start=JUNE, now=NOW)
    with pytest.raises(ConflictError):
        end_share(session, share.id, date(2025, 5, 1), version=1, now=NOW)


def test_an_end_may_not_be_moved_into_the_next_share(session: Session, meter: Meter, archive: Site) -> None:
    share = share_meter(session, meter.id, archive.id, 0.75, start=None, end=JUNE, now=NOW)
    share_meter(session, meter.id, archive.id, 1.0, start=JUNE, now=NOW)
    with pytest.raises(RefusedError) as refused:
        end_share(session, share.id, date(2025, 7, 1), version=1, now=NOW)
    assert refused.value.code == "share.site_twice"


@pytest.mark.parametrize(
    ("fraction", "end", "code"),
    [
        (0.0, None, "share.fraction_unknown"),
        (1.01, None, "share.fraction_unknown"),
        (float("nan"), None, "share.fraction_unknown"),
        (0.5, JUNE, "share.backward"),
    ],
)
def test_what_cannot_be_is_refused(
    session: Session, meter: Meter, archive: Site, fraction: float, end: date | None, code: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        share_meter(session, meter.id, archive.id, fraction, start=JUNE, end=end, now=NOW)
    assert refused.value.code == code


def test_the_own_site_and_a_site_twice_are_refused(session: Session, meter: Meter, archive: Site) -> None:
    with pytest.raises(RefusedError) as refused:
        share_meter(session, meter.id, meter.site_id, 0.5, start=None, now=NOW)
    assert refused.value.code == "share.own_site"
    share_meter(session, meter.id, archive.id, 0.1, start=None, now=NOW)
    with pytest.raises(RefusedError) as refused:
        share_meter(session, meter.id, archive.id, 0.1, start=JUNE, now=NOW)
    assert refused.value.code == "share.site_twice"


def test_a_share_taken_out_stays_in_history(session: Session, meter: Meter, archive: Site) -> None:
    share = share_meter(session, meter.id, archive.id, 0.25, start=None, now=NOW)
    assert remove_share(session, share.id, now=NOW, reason="Error") == meter.id
    assert shares_of(session, meter.id) == []
    gone, came = changes_of_meter(session, meter.id)
    assert (gone.field, gone.old["fraction"], gone.new) == ("share Archivo", 0.25, None)
    assert came.new["fraction"] == 0.25


def test_a_site_one_does_not_see_gets_no_share(session: Session, meter: Meter) -> None:
    ministry = make_ministry(session)
    hidden = make_building(session, "Clínica", organisation_id=ministry.id)
    visible = frozenset({tenant_of(session)})
    set_scope(session, Scope(tenant_of(session), organisation_ids=visible, permissions=frozenset(Permission)))
    with pytest.raises(NotFoundError):
        share_meter(session, meter.id, hidden.id, 0.5, start=None, now=NOW)


def test_who_may_only_look_shares_nothing(session: Session, meter: Meter, archive: Site) -> None:
    share = share_meter(session, meter.id, archive.id, 0.25, start=None, now=NOW)
    set_scope(session, Scope(scope_of(session).tenant_id, permissions=frozenset({Permission.VIEW})))
    for attempt in (
        lambda: share_meter(session, meter.id, archive.id, 0.1, start=None, now=NOW),
        lambda: end_share(session, share.id, JUNE, version=1, now=NOW),
        lambda: remove_share(session, share.id, now=NOW),
    ):
        with pytest.raises(NotAllowedError):
            attempt()
