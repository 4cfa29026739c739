"""Create non-routine adjustments and closed periods: what changes a saving and no driver explains."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
RESTS_ON = {"non_routine_adjustment": "meter_id = {row}.meter_id", "closed_period": "site_id = {row}.site_id"}
"""Which prepared savings rest on a row of each table; the same promise as in 0004."""
OPEN = (
    "current_setting('emstrack.every_tenant', true) = 'on' "
    "OR tenant_id = NULLIF(current_setting('emstrack.tenant_id', true), '')::bigint"
)


def upgrade() -> None:
    op.create_table(
        "non_routine_adjustment",
        sa.Column("id", KEY, nullable=False),
        sa.Column("meter_id", sa.BigInteger(), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("end", sa.Date(), nullable=True),
        sa.Column("per_month", sa.Double(), nullable=True),
        sa.Column("fraction", sa.Double(), nullable=True),
        sa.Column("half_width", sa.Double(), nullable=False),
        sa.Column("agreed_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_because", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(per_month IS NULL) <> (fraction IS NULL)", name=op.f("ck_non_routine_adjustment_one_amount")
        ),
        sa.CheckConstraint(
            "per_month > -1e300 AND per_month < 1e300", name=op.f("ck_non_routine_adjustment_per_month_finite")
        ),
        sa.CheckConstraint(
            "fraction > -1e300 AND fraction < 1e300", name=op.f("ck_non_routine_adjustment_fraction_finite")
        ),
        sa.CheckConstraint(
            "half_width > -1e300 AND half_width < 1e300", name=op.f("ck_non_routine_adjustment_half_width_finite")
        ),
        sa.CheckConstraint("half_width >= 0", name=op.f("ck_non_routine_adjustment_half_width_not_negative")),
        _foreign("non_routine_adjustment", "meter_id", "meter", ondelete="CASCADE"),
        _foreign("non_routine_adjustment", "file_id", "stored_file"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_non_routine_adjustment")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_non_routine_adjustment_tenant_id_id")),
    )
    op.create_index("ix_non_routine_adjustment_meter_id", "non_routine_adjustment", ["meter_id"], unique=False)
    op.create_table(
        "closed_period",
        sa.Column("id", KEY, nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("meter_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("end", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_because", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('closed', 'works')", name=op.f("ck_closed_period_kind")),
        _foreign("closed_period", "site_id", "site", ondelete="CASCADE"),
        _foreign("closed_period", "meter_id", "meter", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closed_period")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_closed_period_tenant_id_id")),
    )
    op.create_index("ix_closed_period_site_id", "closed_period", ["site_id"], unique=False)
    _keep_tenants_apart()
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
        op.drop_table(table)


def _foreign(table: str, column: str, target: str, *, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column],
        [f"{target}.tenant_id", f"{target}.id"],
        name=op.f(f"fk_{table}_tenant_id_{column}"),
        ondelete=ondelete,
    )


def _keep_tenants_apart() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in RESTS_ON:
        op.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
        op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
        op.execute(f'CREATE POLICY tenant ON "{table}" USING ({OPEN}) WITH CHECK ({OPEN})')


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
