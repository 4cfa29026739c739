"""Migrations lead to the models, and each goes up and down with rows in the tables."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from emstrack.domain.errors import RefusedError
from emstrack.storage import migrate, models  # noqa: F401 - makes every table known
from emstrack.storage.base import Base
from emstrack.storage.types import Instant, JsonText, Money

if TYPE_CHECKING:
    from emstrack.storage.session import Database

REVISIONS = [
    script.revision for script in ScriptDirectory.from_config(migrate._config()).walk_revisions("base", "heads")
][::-1]
DAY, NOW = dt.date(2025, 3, 1), dt.datetime(2026, 11, 1, tzinfo=dt.UTC)


@pytest.fixture
def empty(database: Database) -> Database:
    """A database that no migration has seen yet."""
    migrate.downgrade(database, "base")
    return database


def sample(column: sa.Column[Any]) -> Any:
    """A value that a column takes."""
    if column.name in CHOICES:
        return CHOICES[column.name]
    for check in column.table.constraints:
        allowed = re.match(rf"{column.name} IN \('(\w*)'", str(getattr(check, "sqltext", "")))
        if allowed:
            return allowed[1]
    for kind, value in SAMPLES:
        if isinstance(column.type, kind):
            return value
    raise AssertionError(f"no sample for {column}")


SAMPLES: tuple[tuple[type, Any], ...] = (
    (Instant, NOW),
    (Money, Decimal(1)),
    (JsonText, {}),
    (sa.Boolean, False),
    (sa.Integer, 1),
    (sa.Double, 1.0),
    (sa.Text, "x"),
    (sa.Date, DAY),
)
CHOICES: dict[str, Any] = {
    "start": DAY,
    "end": dt.date(2025, 4, 1),
    "direction": "import",
    "cadence": "monthly",
    "calendar_mode": "pro_rata",
    "basis": "",
    "attribute": "rooms",
    "resource": "electricity",
    "action": "update",
    "role": "viewer",
    "method": "average",
    "fixed_per": "month",
    "fraction": 0.5,
    "digits": 6,
    "tolerance": 0.05,
    "organisation_id": 1,
}
PER_TABLE: dict[str, dict[str, Any]] = {
    "organisation": {"kind": "municipality", "parent_id": None},
    "site": {"kind": "building", "photo_id": None, "weather_station_id": None},
    "reading": {"kind": "actual", "bill_id": None, "batch_id": None, "link_id": None},
    "import_batch": {"status": "done", "file_id": None},
    "baseline": {"status": "draft", "supersedes_id": None},
    "closed_period": {"kind": "closed"},
    "non_routine_adjustment": {"per_month": None, "file_id": None},
    "share": {"site_id": None, "created_by": None},
    "audit_photo": {"answer_id": None},
    "meter": {"parent_id": None},
    "bill": {"file_id": None, "corrects_id": None},
    "driver_value": {"batch_id": None},
    "history": {"link_id": None},
    "one_time_link": {"kind": "reset"},
    "measure": {"batch_id": None, "audit_id": None, "finding_id": None},
    "measure_effect": {"meter_id": None},
    "investment_line": {"kind": "equipment"},
    "verification_plan": {"option": "A", "meter_id": None, "baseline_id": None, "reporting_end": dt.date(2025, 4, 1)},
    "measure_photo": {"moment": "before"},
    "exchange_rate": {"currency": "USD"},
    "programme_site": {"site_tenant_id": 1},
    "isolated_saving": {"meter_id": None},
    "isolated_parameter": {"sample": 2},
    "committee_member": {"role": "chair"},
    "follow_up": dict.fromkeys(("measure_id", "audit_id", "meter_id", "after_id", "meeting_id")),
    "financing_entry": {"reverses_id": None},
    "facility": {"cover": 0.5},
    "financing": {"haircut": 0.2},
}


FILLED_BY_TRIGGERS = frozenset({"tenant_stamp"})


def fill(database: Database) -> dict[str, int]:
    """Put one row into every table there is, and count them."""
    with database.engine.begin() as connection:
        if database.is_sqlite:
            connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        else:
            connection.exec_driver_sql("SELECT set_config('emstrack.every_tenant', 'on', true)")
        tables = sa.inspect(connection).get_table_names()
        for table in Base.metadata.sorted_tables:
            if table.name in tables and table.name not in FILLED_BY_TRIGGERS:
                fixed = PER_TABLE.get(table.name, {})
                connection.execute(
                    sa.insert(table).values(
                        {c.name: fixed.get(c.name, sample(c)) for c in table.c if c.name != "version"}
                    )
                )
    return counts(database)


def counts(database: Database) -> dict[str, int]:
    with database.engine.begin() as connection:
        if not database.is_sqlite:
            connection.exec_driver_sql("SELECT set_config('emstrack.every_tenant', 'on', true)")
        tables = [name for name in sa.inspect(connection).get_table_names() if name != "alembic_version"]
        return {name: connection.exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar_one() for name in tables}


def test_the_migrations_lead_to_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "target_metadata": Base.metadata})
        different = compare_metadata(context, Base.metadata)
    assert different == []


def test_every_revision_goes_up_and_down_again(empty: Database) -> None:
    for revision in REVISIONS:
        migrate.upgrade(empty, revision)
        assert migrate.current(empty) == revision
    for revision in [*REVISIONS[::-1][1:], "base"]:
        migrate.downgrade(empty, revision)
    with empty.engine.connect() as connection:
        assert set(sa.inspect(connection).get_table_names()) <= {"alembic_version"}


def test_the_last_revisions_keep_the_rows_that_are_there(database: Database) -> None:
    filled = fill(database)
    assert set(filled.values()) == {1}
    migrate.downgrade(database, "0005")
    left = counts(database)
    assert left == {name: filled[name] for name in left}
    migrate.upgrade(database)
    assert {name: n for name, n in counts(database).items() if name in left} == left


def test_going_down_with_rows_drops_only_the_newer_tables(database: Database) -> None:
    filled = fill(database)
    migrate.downgrade(database, "0002")
    left = counts(database)
    assert left
    assert left == {name: filled[name] for name in left}
    assert "reading" not in left
    migrate.upgrade(database)
    assert counts(database)["site"] == 1


def test_a_database_that_is_behind_is_refused_by_name_of_the_command(database: Database) -> None:
    migrate.downgrade(database, "0003")
    with pytest.raises(RefusedError) as refused:
        migrate.make_ready(database)
    assert refused.value.code == "database.behind"


def test_a_database_of_a_newer_version_is_refused(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(RefusedError) as refused:
        migrate.make_ready(database)
    assert refused.value.code == "database.ahead"


def test_a_missing_database_is_made(empty: Database) -> None:
    with empty.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE IF EXISTS alembic_version")
    migrate.make_ready(empty)
    assert migrate.current(empty) == migrate.head()


@pytest.mark.parametrize(
    "bad",
    ["'12,5'", "'abc'", "9e999", "-1.0"],
)
def test_the_database_itself_refuses_a_quantity_that_is_none(database: Database, bad: str) -> None:
    fill(database)
    with database.engine.connect() as connection:
        if not database.is_sqlite:
            connection.exec_driver_sql("SELECT set_config('emstrack.every_tenant', 'on', true)")
        with pytest.raises(sa.exc.DBAPIError):
            connection.exec_driver_sql(f"UPDATE reading SET quantity = {bad}")
