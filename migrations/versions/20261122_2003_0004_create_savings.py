"""Create baselines and their prepared results."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "baseline",
        sa.Column("id", KEY, nullable=False),
        sa.Column("meter_id", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("supersedes_id", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("end", sa.Date(), nullable=False),
        sa.Column("in_months", sa.Boolean(), nullable=False),
        sa.Column("reporting_start", sa.Date(), nullable=False),
        sa.Column("reporting_end", sa.Date(), nullable=True),
        sa.Column("drivers", JSON, nullable=False),
        sa.Column("fixed_quantity", sa.Double(), nullable=True),
        sa.Column("fixed_per", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("adopted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("adopted_by", sa.BigInteger(), nullable=True),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("inputs", JSON, nullable=False),  # last: what follows a long document is slow to reach
        sa.CheckConstraint(
            "method IN ('auto', 'fixed', 'average', 'intensity', 'regression', 'caltrack2')",
            name=op.f("ck_baseline_method"),
        ),
        sa.CheckConstraint("status IN ('draft', 'adopted', 'superseded')", name=op.f("ck_baseline_status")),
        sa.CheckConstraint("fixed_per IN ('month', 'year')", name=op.f("ck_baseline_fixed_per")),
        sa.CheckConstraint(
            "fixed_quantity > -1e300 AND fixed_quantity < 1e300", name=op.f("ck_baseline_fixed_quantity_finite")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "meter_id"],
            ["meter.tenant_id", "meter.id"],
            name=op.f("fk_baseline_tenant_id_meter_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "supersedes_id"],
            ["baseline.tenant_id", "baseline.id"],
            name=op.f("fk_baseline_tenant_id_supersedes_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_baseline")),
        sa.UniqueConstraint("meter_id", "revision", name=op.f("uq_baseline_meter_id_revision")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_baseline_tenant_id_id")),
    )
    op.create_table(
        "savings_result",
        sa.Column("baseline_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("meter_id", sa.BigInteger(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("resource", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("avoided", sa.Double(), nullable=True),
        sa.Column("adjusted_baseline", sa.Double(), nullable=True),
        sa.Column("band_90", sa.Double(), nullable=True),
        sa.Column("cost_avoided", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("per_room", sa.Double(), nullable=True),
        sa.Column("cost_per_room", sa.Double(), nullable=True),
        sa.Column("per_m2", sa.Double(), nullable=True),
        sa.Column("rooms", sa.Double(), nullable=True),
        sa.Column("floor_area_m2", sa.Double(), nullable=True),
        sa.Column("claim", sa.Text(), nullable=False),
        sa.Column("disqualified", sa.Boolean(), nullable=False),
        sa.Column("reporting_start", sa.Date(), nullable=False),
        sa.Column("reporting_end", sa.Date(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("item", JSON, nullable=False),  # last: what follows a long document is slow to reach
        sa.ForeignKeyConstraint(
            ["tenant_id", "baseline_id"],
            ["baseline.tenant_id", "baseline.id"],
            name=op.f("fk_savings_result_tenant_id_baseline_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "meter_id"],
            ["meter.tenant_id", "meter.id"],
            name=op.f("fk_savings_result_tenant_id_meter_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "site_id"],
            ["site.tenant_id", "site.id"],
            name=op.f("fk_savings_result_tenant_id_site_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("baseline_id", name=op.f("pk_savings_result")),
    )
    op.create_index("ix_savings_result_site_id", "savings_result", ["site_id"], unique=False)

    op.create_index("ix_savings_result_meter_id", "savings_result", ["meter_id"], unique=False)
    totalled = [
        "tenant_id", "resource", "unit", "basis", "site_id", "counted", "stale", "disqualified", "avoided",
        "adjusted_baseline", "band_90", "cost_avoided", "currency", "rooms", "floor_area_m2", "claim",
        "reporting_start", "reporting_end", "meter_id", "baseline_id",
    ]  # fmt: skip
    op.create_index("ix_savings_result_totals", "savings_result", totalled, unique=False)
    fresh = sa.text("NOT stale")  # what is marked once costs nothing to mark again
    op.create_index(
        "ix_savings_result_fresh", "savings_result", ["tenant_id"], sqlite_where=fresh, postgresql_where=fresh
    )
    _mark_stale_on_write()


def downgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table in RESTS_ON:
        for event in ("insert", "update", "delete"):
            on = f" ON {table}" if postgresql else ""
            op.execute(f"DROP TRIGGER stale_savings_{table}_{event}{on}")
        if postgresql:
            op.execute(f"DROP FUNCTION stale_savings_{table}_new()")
            op.execute(f"DROP FUNCTION stale_savings_{table}_old()")
    op.drop_table("savings_result")
    op.drop_table("baseline")


RESTS_ON = {
    # table: which results rest on its row; a weather station serves every site of the tenant where it is the only one
    "meter": "meter_id = {row}.id",
    "site": "site_id = {row}.id",
    "site_attribute": "site_id = {row}.site_id",
    "driver_value": "site_id = {row}.site_id",
    "weather_station": "tenant_id = {row}.tenant_id",
    "weather_day": "tenant_id = {row}.tenant_id",
    "baseline": "baseline_id = {row}.id",
}
"""No service can forget to say that a prepared saving rests on what it writes: the database says it. Readings are not
among them: whoever writes them recomputes their months, which marks the results, once for many rows."""


def _mark_stale_on_write() -> None:
    for table, criterion in RESTS_ON.items():
        for row in ("NEW", "OLD"):
            update = f"UPDATE savings_result SET stale = true WHERE {criterion.format(row=row)} AND NOT stale"
            events = ("insert", "update") if row == "NEW" else ("delete",)
            if op.get_bind().dialect.name == "postgresql":
                function = f"stale_savings_{table}_{row.lower()}()"
                op.execute(
                    f"CREATE FUNCTION {function} RETURNS trigger LANGUAGE plpgsql AS "
                    f"$$ BEGIN {update}; RETURN {row}; END $$"
                )
                action = f"EXECUTE FUNCTION {function}"
            else:
                action = f"BEGIN {update}; END"
            for event in events:
                op.execute(
                    f"CREATE TRIGGER stale_savings_{table}_{event} AFTER {event.upper()} ON {table} "
                    f"FOR EACH ROW {action}"
                )
