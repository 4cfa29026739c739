"""Create mass and energy balances with their unit operations and streams, and keep tenants apart on them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TABLES = ("balance", "unit_operation", "process_stream")
OPEN = (
    "current_setting('emstrack.every_tenant', true) = 'on' "
    "OR tenant_id = NULLIF(current_setting('emstrack.tenant_id', true), '')::bigint"
)
UNITS = "'kg', 't', 'lb', 'm3', 'L', 'hL', 'gal_us', 'gal_imp', 'kWh', 'MJ', 'GJ', 'head', 'piece'"
KINDS = "'input', 'intermediate', 'product', 'by_product', 'loss'"


def upgrade() -> None:
    op.create_table(
        "balance",
        sa.Column("id", KEY, nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("audit_id", sa.BigInteger(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("end", sa.Date(), nullable=False),
        sa.Column("tolerance", sa.Double(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("tolerance > 0 AND tolerance < 1", name=op.f("ck_balance_tolerance")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "site_id"],
            ["site.tenant_id", "site.id"],
            name=op.f("fk_balance_tenant_id_site_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "audit_id", "site_id"],
            ["audit.tenant_id", "audit.id", "audit.site_id"],
            name=op.f("fk_balance_tenant_id_audit_id_site_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_balance")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_balance_tenant_id_id")),
    )
    op.create_index("ix_balance_site_id", "balance", ["site_id"], unique=False)
    op.create_table(
        "unit_operation",
        sa.Column("id", KEY, nullable=False),
        sa.Column("balance_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("processing_cost", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "balance_id"],
            ["balance.tenant_id", "balance.id"],
            name=op.f("fk_unit_operation_tenant_id_balance_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_operation")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_unit_operation_tenant_id_id")),
    )
    op.create_index("ix_unit_operation_balance_id", "unit_operation", ["balance_id"], unique=False)
    _create_streams()
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
            op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
            op.execute(f'CREATE POLICY tenant ON "{table}" USING ({OPEN}) WITH CHECK ({OPEN})')


def _create_streams() -> None:
    op.create_table(
        "process_stream",
        sa.Column("id", KEY, nullable=False),
        sa.Column("balance_id", sa.BigInteger(), nullable=False),
        sa.Column("from_id", sa.BigInteger(), nullable=True),
        sa.Column("to_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Double(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("kg_per_unit", sa.Double(), nullable=True),
        sa.Column("is_water", sa.Boolean(), nullable=False),
        sa.Column("is_basis", sa.Boolean(), nullable=False),
        sa.Column("unit_cost", sa.BigInteger(), nullable=True),
        sa.Column("disposal_unit_cost", sa.BigInteger(), nullable=True),
        sa.Column("concentrations", JSON, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_process_stream_kind")),
        sa.CheckConstraint(f"unit IN ({UNITS})", name=op.f("ck_process_stream_unit")),
        sa.CheckConstraint("quantity > -1e300 AND quantity < 1e300", name=op.f("ck_process_stream_quantity_finite")),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_process_stream_quantity_not_negative")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "balance_id"],
            ["balance.tenant_id", "balance.id"],
            name=op.f("fk_process_stream_tenant_id_balance_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "from_id"],
            ["unit_operation.tenant_id", "unit_operation.id"],
            name=op.f("fk_process_stream_tenant_id_from_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "to_id"],
            ["unit_operation.tenant_id", "unit_operation.id"],
            name=op.f("fk_process_stream_tenant_id_to_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process_stream")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_process_stream_tenant_id_id")),
    )
    op.create_index("ix_process_stream_balance_id", "process_stream", ["balance_id"], unique=False)


def downgrade() -> None:
    op.drop_table("process_stream")
    op.drop_table("unit_operation")
    op.drop_table("balance")
