"""The demonstration comes in the way a person's data would, once, and leaves nothing behind."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from factories_accounts import CHEAP

from emstrack.domain.accounts import Permission, Scope
from emstrack.services.accounts.remove_tenant import remove_demonstration
from emstrack.services.audits.list_audits import list_audits
from emstrack.services.programmes.list_financing import list_facilities
from emstrack.services.programmes.load_demonstration import (
    demonstration_truth,
    find_demonstration,
    load_demonstration,
)
from emstrack.services.savings.compute_savings import Asked, compute_savings
from emstrack.services.savings.show_home import show_home
from emstrack.settings import Settings
from emstrack.storage.base import Base
from emstrack.storage.models import Financing, Membership, Organisation, Site
from emstrack.storage.scope import every_tenant, scoped, set_scope
from emstrack.storage.session import Database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from emstrack.analysis.savings_types import Savings
    from emstrack.services.programmes.load_demonstration import Loaded

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)


@pytest.fixture(scope="module")
def filled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Settings, Loaded]:
    """A database with the demonstration in it."""
    folder = tmp_path_factory.mktemp("demonstration")
    path = folder / "emstrack.sqlite3"
    shutil.copy(sqlite_template, path)
    settings = Settings.read({}, database_url=f"sqlite:///{path}", files_dir=str(folder / "files"))
    database = Database(settings.database_url)
    loaded = load_demonstration(database.transaction, settings, cost=CHEAP, clock=lambda: NOW)
    database.dispose()
    return path, settings, loaded


@pytest.fixture
def demonstration(filled: tuple[Path, Settings, Loaded], tmp_path: Path) -> Iterator[Database]:
    """A copy of it to work on."""
    shutil.copy(filled[0], tmp_path / "copy.sqlite3")
    database = Database(f"sqlite:///{tmp_path / 'copy.sqlite3'}")
    yield database
    database.dispose()


def whole(tenant_id: int) -> Scope:
    return Scope(tenant_id, permissions=frozenset(Permission))


def savings_and_truth(database: Database, tenant_id: int) -> tuple[Savings, list[dict[str, object]]]:
    with database.transaction(read_only=True) as session:
        set_scope(session, whole(tenant_id))
        return compute_savings(session, Asked()), demonstration_truth(session)


def test_it_lends_and_a_loan_of_600_000_exposes_a_third(
    demonstration: Database, filled: tuple[Path, Settings, Loaded]
) -> None:
    with demonstration.transaction(read_only=True) as session:
        set_scope(session, whole(filled[2].tenant_id))
        facilities = {each.facility.instrument: each for each in list_facilities(session, today=NOW.date())}
        loans = {row.amount: row for row in session.scalars(scoped(session, Financing))}
        assert (facilities["guaranteed_loan"].facility.cover, facilities["guaranteed_loan"].facility.cap) == (
            0.5,
            400_000,
        )
        assert not facilities["credit_line"].open
        assert facilities["revolving_fund"].left == 750_000 - facilities["revolving_fund"].totals.outstanding
        large = loans[Decimal(600_000)]
        assert large.outstanding < 600_000
        assert large.exposure == pytest.approx(large.outstanding / 3, abs=Decimal("0.01"))


def test_it_has_the_sites_and_the_people(demonstration: Database, filled: tuple[Path, Settings, Loaded]) -> None:
    loaded = filled[2]
    with demonstration.transaction(read_only=True) as session:
        set_scope(session, whole(loaded.tenant_id))
        kinds = [site.kind for site in session.scalars(scoped(session, Site))]
        people = session.scalars(scoped(session, Membership)).all()
        ministries = [each for each in session.scalars(scoped(session, Organisation)) if each.kind == "ministry"]
    assert (kinds.count("building"), kinds.count("hotel"), kinds.count("plant"), len(kinds)) == (17, 5, 1, 23)
    assert len(people) == 4
    assert len({person.password for person in loaded.people}) == 4
    assert len(ministries) == 7


def test_the_savings_hold_the_truth_that_only_the_generator_knows(
    demonstration: Database, filled: tuple[Path, Settings, Loaded]
) -> None:
    savings, truth = savings_and_truth(demonstration, filled[2].tenant_id)
    items = {(item.site, item.meter): item for item in savings.items}
    assert len(truth) == 18
    errors = []
    for true in truth:
        item = items[str(true["site"]), str(true["meter"])]
        assert item.unit == true["unit"]
        assert item.avoided is not None
        assert item.band_90 is not None
        assert len([month for month in item.months if month.avoided is not None]) == 12
        errors.append(abs(item.avoided - float(str(true["avoided"]))) / item.band_90)
    assert max(errors) < 3
    assert sum(error <= 1 for error in errors) >= 0.85 * len(errors)


def test_hotels_have_their_savings_per_room(demonstration: Database, filled: tuple[Path, Settings, Loaded]) -> None:
    savings, _ = savings_and_truth(demonstration, filled[2].tenant_id)
    hotel = next(item for item in savings.items if item.site == "Negril Sands" and item.resource == "water")
    assert hotel.avoided is not None
    assert hotel.per_room == pytest.approx(hotel.avoided / 94)
    assert hotel.currency == "JMD"
    assert hotel.cost_avoided is not None


def test_totals_add_up_over_the_items_that_count(
    demonstration: Database, filled: tuple[Path, Settings, Loaded]
) -> None:
    savings, _ = savings_and_truth(demonstration, filled[2].tenant_id)
    water = next(total for total in savings.totals if total.resource == "water")
    counted = [item for item in savings.items if item.resource == "water" and not item.disqualified]
    assert water.avoided == pytest.approx(sum(item.avoided or 0.0 for item in counted))
    assert water.band_90 == pytest.approx(sum((item.band_90 or 0.0) ** 2 for item in counted) ** 0.5)
    assert water.sites_counted <= water.sites


def test_home_says_the_money_saved_in_each_currency(
    demonstration: Database, filled: tuple[Path, Settings, Loaded]
) -> None:
    savings, _ = savings_and_truth(demonstration, filled[2].tenant_id)
    with demonstration.transaction(read_only=True) as session:
        set_scope(session, whole(filled[2].tenant_id))
        shown = {money.currency: float(money.amount) for money in show_home(session, today=NOW.date()).money}
    for currency in ("MXN", "JMD"):
        counted = [item.cost_avoided or 0.0 for item in savings.items if item.currency == currency]
        assert shown[currency] == pytest.approx(sum(counted), abs=1)


def test_two_audits_are_past_and_one_is_planned(demonstration: Database, filled: tuple[Path, Settings, Loaded]) -> None:
    with demonstration.transaction(read_only=True) as session:
        set_scope(session, whole(filled[2].tenant_id))
        audits = {row.site: row for row in list_audits(session).rows}
    assert {site: (row.kind, row.status, row.progress.findings) for site, row in audits.items()} == {
        "Hospital Municipal": ("energy", "planned", 0),
        "Coral Bay Inn": ("cp_assessment", "reported", 4),
        "Palacio Municipal": ("walk_through", "reported", 3),
    }
    assert audits["Hospital Municipal"].start > NOW.date()
    assert audits["Coral Bay Inn"].progress.answered > 50


def test_a_second_time_keeps_what_is_there(demonstration: Database, filled: tuple[Path, Settings, Loaded]) -> None:
    again = load_demonstration(demonstration.transaction, filled[1], cost=CHEAP, clock=lambda: NOW)
    assert again.tenant_id == filled[2].tenant_id
    assert not again.made


def test_one_that_was_interrupted_half_way_is_made_anew(
    demonstration: Database, filled: tuple[Path, Settings, Loaded]
) -> None:
    with demonstration.transaction() as session:
        set_scope(session, whole(filled[2].tenant_id))
        session.execute(sa.update(Organisation).where(Organisation.tenant_id == filled[2].tenant_id).values(profile={}))
    again = load_demonstration(demonstration.transaction, filled[1], cost=CHEAP, clock=lambda: NOW)
    assert again.made
    with demonstration.transaction(read_only=True) as session:
        assert find_demonstration(session) == (again.tenant_id, True)
        set_scope(session, whole(again.tenant_id))
        assert len(session.scalars(scoped(session, Site)).all()) == 23


def test_removed_it_leaves_no_row_of_its_own(demonstration: Database, filled: tuple[Path, Settings, Loaded]) -> None:
    with demonstration.transaction() as session:
        set_scope(session, whole(filled[2].tenant_id))
        remove_demonstration(session, filled[2].tenant_id, files_dir=filled[1].files_dir)
    with demonstration.transaction(read_only=True) as session, every_tenant(session, "a test counts what is left"):
        left = {
            table.name: session.scalar(sa.select(sa.func.count()).select_from(table))
            for table in Base.metadata.sorted_tables
            if "tenant_id" in table.c or table.name == "user"
        }
    assert {name: count for name, count in left.items() if count} == {}
