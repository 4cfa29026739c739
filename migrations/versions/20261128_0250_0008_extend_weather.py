"""Extend weather: stations have a kind, a place and a source; typical years and monthly means have their own tables."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

OPEN = (
    "current_setting('emstrack.every_tenant', true) = 'on' "
    "OR tenant_id = NULLIF(current_setting('emstrack.tenant_id', true), '')::bigint"
)
HEIGHTS = "elevation_m > -500 AND elevation_m < 9000"
KINDS = "'observed', 'typical_year', 'monthly_means'"
SOURCES = "'file', 'epw', 'open_meteo', 'nasa_power', 'computed'"
STATION = {
    "kind": f"TEXT NOT NULL DEFAULT 'observed' CONSTRAINT ck_weather_station_kind CHECK (kind IN ({KINDS}))",
    "elevation_m": "{double} CONSTRAINT ck_weather_station_elevation_m CHECK ({heights})",
    "source": f"TEXT NOT NULL DEFAULT 'file' CONSTRAINT ck_weather_station_source CHECK (source IN ({SOURCES}))",
    "attribution": "TEXT NOT NULL DEFAULT ''",
    "created_by": "BIGINT",
    "version": "INTEGER NOT NULL DEFAULT 1",
}
SITE = {
    "elevation_m": "{double} CONSTRAINT ck_site_elevation_m CHECK ({heights})",
    "station_by": "TEXT NOT NULL DEFAULT 'distance' "
    "CONSTRAINT ck_site_station_by CHECK (station_by IN ('distance', 'person'))",
}
TABLES = ("weather_typical_day", "weather_typical_year", "weather_month")
SERIES = ("weather_typical_day", "weather_month")
"""Their rows stand in savings, as a day of weather does; a saving that rests on one that changes is stale."""


def upgrade() -> None:
    double = "DOUBLE PRECISION" if _postgresql() else "DOUBLE"
    for table, columns in (("weather_station", STATION), ("site", SITE)):
        for name, definition in columns.items():
            op.execute(f"ALTER TABLE {table} ADD COLUMN {name} {definition.format(double=double, heights=HEIGHTS)}")
    _create_tables()
    if _postgresql():
        op.execute("SELECT set_config('emstrack.every_tenant', 'on', true)")
        for table in TABLES:
            op.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
            op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
            op.execute(f'CREATE POLICY tenant ON "{table}" USING ({OPEN}) WITH CHECK ({OPEN})')
    op.execute("UPDATE site SET station_by = 'person' WHERE weather_station_id IS NOT NULL")
    for table in SERIES:
        _mark_stale_on_write(table)


def downgrade() -> None:
    for table in SERIES:
        for event in ("insert", "update", "delete"):
            op.execute(f"DROP TRIGGER stale_savings_{table}_{event}" + (f" ON {table}" if _postgresql() else ""))
        if _postgresql():
            op.execute(f"DROP FUNCTION stale_savings_{table}_new()")
            op.execute(f"DROP FUNCTION stale_savings_{table}_old()")
    for table in reversed(TABLES):
        op.drop_table(table)
    for table, columns in (("site", SITE), ("weather_station", STATION)):
        for name in reversed(columns):
            op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")


def _postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _create_tables() -> None:
    op.create_table(
        "weather_typical_day",
        sa.Column("station_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("day_of_year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mean_c", sa.Double(), nullable=True),
        sa.Column("rain_mm", sa.Double(), nullable=True),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("day_of_year >= 1 AND day_of_year <= 365", name=op.f("ck_weather_typical_day_day_of_year")),
        sa.CheckConstraint("mean_c > -100 AND mean_c < 70", name=op.f("ck_weather_typical_day_mean_c")),
        sa.CheckConstraint("rain_mm >= 0 AND rain_mm < 3000", name=op.f("ck_weather_typical_day_rain_mm")),
        _of_station("weather_typical_day", "station_id"),
        sa.PrimaryKeyConstraint("station_id", "day_of_year", name=op.f("pk_weather_typical_day")),
    )
    op.create_table(
        "weather_typical_year",
        sa.Column("station_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("based_on_id", sa.BigInteger(), nullable=False),
        sa.Column("first_year", sa.Integer(), nullable=False),
        sa.Column("last_year", sa.Integer(), nullable=False),
        sa.Column("least_years", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        _of_station("weather_typical_year", "station_id"),
        _of_station("weather_typical_year", "based_on_id"),
        sa.PrimaryKeyConstraint("station_id", name=op.f("pk_weather_typical_year")),
    )
    op.create_table(
        "weather_month",
        sa.Column("station_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("mean_c", sa.Double(), nullable=True),
        sa.Column("rain_mm", sa.Double(), nullable=True),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("mean_c > -100 AND mean_c < 70", name=op.f("ck_weather_month_mean_c")),
        sa.CheckConstraint("rain_mm >= 0 AND rain_mm < 30000", name=op.f("ck_weather_month_rain_mm")),
        _of_station("weather_month", "station_id"),
        sa.PrimaryKeyConstraint("station_id", "month", name=op.f("pk_weather_month")),
    )


def _of_station(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column],
        ["weather_station.tenant_id", "weather_station.id"],
        name=op.f(f"fk_{table}_tenant_id_{column}"),
        ondelete="CASCADE",
    )


def _mark_stale_on_write(table: str) -> None:
    for row, events in (("NEW", ("insert", "update")), ("OLD", ("delete",))):
        update = f"UPDATE savings_result SET stale = true WHERE tenant_id = {row}.tenant_id AND NOT stale"
        action = f"BEGIN {update}; END"
        if _postgresql():
            function = f"stale_savings_{table}_{row.lower()}()"
            body = f"$$ BEGIN {update}; RETURN {row}; END $$"
            op.execute(f"CREATE FUNCTION {function} RETURNS trigger LANGUAGE plpgsql AS {body}")
            action = f"EXECUTE FUNCTION {function}"
        for event in events:
            op.execute(
                f"CREATE TRIGGER stale_savings_{table}_{event} AFTER {event.upper()} ON {table} FOR EACH ROW {action}"
            )
