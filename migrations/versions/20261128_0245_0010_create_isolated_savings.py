"""Create savings verified apart from the whole meter, their parameters and what they come to."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TABLES = ("isolated_saving", "isolated_parameter", "isolated_quantity")
OPEN = (
    "current_setting('emstrack.every_tenant', true) = 'on' "
    "OR tenant_id = NULLIF(current_setting('emstrack.tenant_id', true), '')::bigint"
)
WORKSHEETS = (
    "'lighting', 'taps_showers', 'toilets', 'linen', 'leaks', 'boiler', 'air_conditioning', 'air_conditioning_sample'"
)


def upgrade() -> None:
    _create_saving()
    _create_parts()
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
            op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
            op.execute(f'CREATE POLICY tenant ON "{table}" USING ({OPEN}) WITH CHECK ({OPEN})')


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _key(table: str, column: str, to: str, *, cascade: bool = True) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column],
        [f"{to}.tenant_id", f"{to}.id"],
        name=op.f(f"fk_{table}_tenant_id_{column}"),
        ondelete="CASCADE" if cascade else None,
    )


def _finite(table: str, column: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"{column} > -1e300 AND {column} < 1e300", name=op.f(f"ck_{table}_{column}_finite"))


def _create_saving() -> None:
    op.create_table(
        "isolated_saving",
        sa.Column("id", KEY, nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("option", sa.Text(), nullable=False),
        sa.Column("worksheet", sa.Text(), nullable=True),
        sa.Column("meter_id", sa.BigInteger(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("end", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("choices", JSON, nullable=False),
        sa.Column("external", JSON, nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("changed_by", sa.BigInteger(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_by", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("option IN ('A', 'B', 'D')", name=op.f("ck_isolated_saving_option")),
        sa.CheckConstraint(f"worksheet IN ({WORKSHEETS})", name=op.f("ck_isolated_saving_worksheet")),
        sa.CheckConstraint(
            "(option = 'A') = (worksheet IS NOT NULL) AND (option = 'B') = (meter_id IS NOT NULL)",
            name=op.f("ck_isolated_saving_boundary"),
        ),
        sa.CheckConstraint('"end" > start', name=op.f("ck_isolated_saving_period")),
        _key("isolated_saving", "site_id", "site"),
        _key("isolated_saving", "meter_id", "meter"),
        _key("isolated_saving", "file_id", "stored_file", cascade=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_isolated_saving")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_isolated_saving_tenant_id_id")),
    )
    op.create_index("ix_isolated_saving_site_id", "isolated_saving", ["tenant_id", "site_id"], unique=False)
    op.create_index("ix_isolated_saving_meter_id", "isolated_saving", ["meter_id"], unique=False)


def _create_parts() -> None:
    op.create_table(
        "isolated_parameter",
        sa.Column("saving_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("grounds", sa.Text(), nullable=False),
        sa.Column("sample", sa.Integer(), nullable=True),
        sa.Column("spread", sa.Double(), nullable=True),
        sa.Column("instrument", sa.Text(), nullable=False),
        sa.Column("measured_on", sa.Date(), nullable=True),
        sa.Column("low", sa.Double(), nullable=True),
        sa.Column("high", sa.Double(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.Column("readings", JSON, nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("grounds IN ('measured', 'estimated')", name=op.f("ck_isolated_parameter_grounds")),
        sa.CheckConstraint("sample >= 2", name=op.f("ck_isolated_parameter_sample")),
        *(_finite("isolated_parameter", column) for column in ("value", "spread", "low", "high")),
        _key("isolated_parameter", "saving_id", "isolated_saving"),
        _key("isolated_parameter", "file_id", "stored_file", cascade=False),
        sa.PrimaryKeyConstraint("saving_id", "name", name=op.f("pk_isolated_parameter")),
    )
    op.create_table(
        "isolated_quantity",
        sa.Column("saving_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("resource", sa.Text(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("per_year", sa.Double(), nullable=False),
        sa.Column("band_90", sa.Double(), nullable=True),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        *(_finite("isolated_quantity", column) for column in ("per_year", "band_90")),
        _key("isolated_quantity", "saving_id", "isolated_saving"),
        sa.PrimaryKeyConstraint("saving_id", "resource", name=op.f("pk_isolated_quantity")),
    )
