"""Create what the ledger adds to measures: their isolated savings and signed figures; stamp what it reads."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = ("measure_saving", "signed_saving")
COUNTED = (
    *("measure", "measure_effect", "verification_plan", "isolated_saving", "isolated_quantity"),
    *TABLES,
)
"""What the ledger is made of beside the tables of migration 0007: each row written raises the tenant's stamp."""
OPEN = (
    "current_setting('emstrack.every_tenant', true) = 'on' "
    "OR tenant_id = NULLIF(current_setting('emstrack.tenant_id', true), '')::bigint"
)
ANY = "(random() & 281474976710655)"


def upgrade() -> None:
    op.create_table(
        "measure_saving",
        sa.Column("saving_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("measure_id", sa.BigInteger(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        _key("measure_saving", "saving_id", "isolated_saving"),
        _key("measure_saving", "measure_id", "measure"),
        sa.PrimaryKeyConstraint("saving_id", name=op.f("pk_measure_saving")),
    )
    op.create_index("ix_measure_saving_measure_id", "measure_saving", ["measure_id"], unique=False)
    _create_signed()
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
            op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
            op.execute(f'CREATE POLICY tenant ON "{table}" USING ({OPEN}) WITH CHECK ({OPEN})')
    _stamp()


def downgrade() -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for table, event in _triggers():
        op.execute(f"DROP TRIGGER stamp_{table}_{event}{f' ON {table}' if on_postgresql else ''}")
    for table in reversed(TABLES):
        op.drop_table(table)


def _key(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column],
        [f"{to}.tenant_id", f"{to}.id"],
        name=op.f(f"fk_{table}_tenant_id_{column}"),
        ondelete="CASCADE",
    )


def _create_signed() -> None:
    op.create_table(
        "signed_saving",
        sa.Column("id", KEY, nullable=False),
        sa.Column("measure_id", sa.BigInteger(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("meter_id", sa.BigInteger(), nullable=True),
        sa.Column("saving_id", sa.BigInteger(), nullable=True),
        sa.Column("resource", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("option", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Double(), nullable=False),
        sa.Column("band_90", sa.Double(), nullable=True),
        sa.Column("estimated", sa.Double(), nullable=True),
        sa.Column("cost", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("months", JSON, nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_by", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('isolated_line', 'measured_line')", name=op.f("ck_signed_saving_kind")),
        sa.CheckConstraint("option IN ('A', 'B', 'C', 'D')", name=op.f("ck_signed_saving_option")),
        *(
            sa.CheckConstraint(f"{name} > -1e300 AND {name} < 1e300", name=op.f(f"ck_signed_saving_{name}_finite"))
            for name in ("quantity", "band_90", "estimated")
        ),
        _key("signed_saving", "measure_id", "measure"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signed_saving")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_signed_saving_tenant_id_id")),
    )
    op.create_index("ix_signed_saving_measure_id", "signed_saving", ["measure_id"], unique=False)


def _triggers() -> list[tuple[str, str]]:
    return [(table, event) for table in COUNTED for event in ("insert", "update", "delete")]


def _stamp() -> None:
    for table, event in _triggers():
        if op.get_bind().dialect.name == "postgresql":
            rows = "OLD TABLE" if event == "delete" else "NEW TABLE"
            op.execute(
                f"CREATE TRIGGER stamp_{table}_{event} AFTER {event.upper()} ON {table} "
                f"REFERENCING {rows} AS written FOR EACH STATEMENT EXECUTE FUNCTION stamp_tenant()"
            )
        else:
            row = "OLD" if event == "delete" else "NEW"
            op.execute(
                f"CREATE TRIGGER stamp_{table}_{event} AFTER {event.upper()} ON {table} FOR EACH ROW BEGIN "
                f"UPDATE tenant_stamp SET stamp = {ANY} WHERE tenant_id = {row}.tenant_id; END"
            )
