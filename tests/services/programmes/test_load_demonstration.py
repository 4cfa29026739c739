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
from emstrack.domain.ledger import LineKind
from emstrack.services.accounts.remove_tenant import remove_demonstration
from emstrack.services.audits.list_audits import list_audits
from emstrack.services.programmes.add_up_results import add_up_results
from emstrack.services.programmes.demonstrate_programmes import MUNICIPAL
from emstrack.services.programmes.find_programme import find_programme
from emstrack.services.programmes.list_financing import list_facilities
from emstrack.services.programmes.load_demonstration import (
    demonstration_truth,
    find_demonstration,
    load_demonstration,
)
from emstrack.services.programmes.show_programme import show_programme
from emstrack.services.savings.compute_savings import Asked, compute_savings
from emstrack.services.savings.list_ledger import list_ledger
from emstrack.services.savings.show_home import show_home
from emstrack.settings import Settings
from emstrack.storage.base import Base
from emstrack.storage.models import Financing, Measure, Membership, Organisation, Site
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


def test_the_ledger_adds_up_to_the_meters_and_signed_lines_stand(
    demonstration: Database, filled: tuple[Path, Settings, Loaded]
) -> None:
    with demonstration.transaction(read_only=True) as session:
        set_scope(session, whole(filled[2].tenant_id))
        page = list_ledger(session, today=NOW.date(), size=None)
        savings = {(item.site, item.meter): item for item in compute_savings(session, Asked()).items}
    kinds = {line.kind for line in page.lines}
    assert kinds >= {LineKind.ISOLATED, LineKind.MEASURED, LineKind.ALLOCATED}
    assert len(page.meters) >= 15
    for meter in page.meters:
        own = [line for line in page.lines if line.meter_id == meter.meter_id and line.in_meter]
        item = savings[meter.site, meter.meter]
        lines = sum(line.measured or 0.0 for line in own)
        assert lines + meter.unallocated == pytest.approx(item.avoided, rel=1e-9), meter
        if meter.money is not None:
            money = sum(line.measured_money or 0 for line in own) + (meter.unallocated_money or 0)
            assert money == meter.money, meter
            assert float(money) == pytest.approx(item.cost_avoided, abs=0.006)
    signed = [line for line in page.lines if line.signature is not None]
    assert len(signed) >= 4
    assert not any(line.signature.changed for line in signed if line.signature)
    assert not [line for line in page.lines if line.signature and line.kind is LineKind.ALLOCATED]
    assert not [line for line in page.lines if any(f.code == "ledger.verified_without_figure" for f in line.findings)]


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


def test_programmes_add_up_to_the_measures_and_the_published_one_to_its_table(
    demonstration: Database, filled: tuple[Path, Settings, Loaded]
) -> None:
    with demonstration.transaction(read_only=True) as session:
        found = add_up_results(session, find_programme(session, "EP3 Bolivia"), today=NOW.date())
        assert found.published_total is not None
        assert (found.published_total.investment, found.published_total.estimated) == (130_630, 227_030)
        municipal = show_programme(session, find_programme(session, MUNICIPAL), today=NOW.date())
        done = session.scalars(
            scoped(session, Measure)
            .join(Site, Site.id == Measure.site_id)
            .where(Site.tenant_id == filled[2].tenant_id, Site.kind == "building")
            .where(Measure.status.in_(("implemented", "verified", "faded")))
        ).all()
        sums = [sum(each.investment for each in done), sum(each.annual_saving for each in done)]
    total, first = municipal.results.total, municipal.cohorts[0]
    assert (first.sites, first.measures_done, total.implemented) == (17, len(done), len(done))
    assert [total.investment, total.estimated] == sums
    assert total.measured is not None
