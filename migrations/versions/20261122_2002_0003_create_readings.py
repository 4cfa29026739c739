"""Create bills, readings, monthly values, drivers and the history of all."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "history_link",
        sa.Column("id", KEY, nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("previous_hash", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history_link")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_history_link_tenant_id_id")),
        sa.UniqueConstraint("tenant_id", "sequence", name=op.f("uq_history_link_tenant_id_sequence")),
    )
    op.create_table(
        "history",
        sa.Column("id", KEY, nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.BigInteger(), nullable=False),
        sa.Column("meter_id", sa.BigInteger(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("old", JSON, nullable=False),
        sa.Column("new", JSON, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.Column("link_id", sa.BigInteger(), nullable=True),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("action IN ('update', 'delete')", name=op.f("ck_history_action")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "link_id"],
            ["history_link.tenant_id", "history_link.id"],
            name=op.f("fk_history_tenant_id_link_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history")),
    )
    op.create_index("ix_history_batch_id", "history", ["batch_id"], unique=False)
    op.create_index("ix_history_entity_id", "history", ["tenant_id", "entity", "entity_id"], unique=False)
    op.create_table(
        "bill",
        sa.Column("id", KEY, nullable=False),
        sa.Column("meter_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("issued", sa.Date(), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("total", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.Column("corrects_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "corrects_id"], ["bill.tenant_id", "bill.id"], name=op.f("fk_bill_tenant_id_corrects_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "file_id"],
            ["stored_file.tenant_id", "stored_file.id"],
            name=op.f("fk_bill_tenant_id_file_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "meter_id"],
            ["meter.tenant_id", "meter.id"],
            name=op.f("fk_bill_tenant_id_meter_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bill")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_bill_tenant_id_id")),
    )
    op.create_table(
        "reading",
        sa.Column("id", KEY, nullable=False),
        sa.Column("meter_id", sa.BigInteger(), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("end", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("bill_number", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Double(), nullable=False),
        sa.Column("quantity_text", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("canonical_quantity", sa.Double(), nullable=False),
        sa.Column("heat_content", sa.Text(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("tax", sa.BigInteger(), nullable=True),
        sa.Column("demand_kw", sa.Double(), nullable=True),
        sa.Column("reactive_kvarh", sa.Double(), nullable=True),
        sa.Column("index_start", sa.Double(), nullable=True),
        sa.Column("index_end", sa.Double(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("source_row", sa.BigInteger(), nullable=True),
        sa.Column("bill_id", sa.BigInteger(), nullable=True),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.Column("link_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('actual', 'estimated', 'adjusted', 'credit', 'opening')", name=op.f("ck_reading_kind")
        ),
        sa.CheckConstraint("quantity >= 0 OR kind IN ('adjusted', 'credit')", name=op.f("ck_reading_sign")),
        sa.CheckConstraint(
            "canonical_quantity > -1e300 AND canonical_quantity < 1e300",
            name=op.f("ck_reading_canonical_quantity_finite"),
        ),
        sa.CheckConstraint("cost > -1e300 AND cost < 1e300", name=op.f("ck_reading_cost_finite")),
        sa.CheckConstraint("demand_kw > -1e300 AND demand_kw < 1e300", name=op.f("ck_reading_demand_kw_finite")),
        sa.CheckConstraint("quantity > -1e300 AND quantity < 1e300", name=op.f("ck_reading_quantity_finite")),
        sa.CheckConstraint(
            "reactive_kvarh > -1e300 AND reactive_kvarh < 1e300", name=op.f("ck_reading_reactive_kvarh_finite")
        ),
        sa.CheckConstraint('start < "end"', name=op.f("ck_reading_period")),
        sa.CheckConstraint("tax > -1e300 AND tax < 1e300", name=op.f("ck_reading_tax_finite")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "batch_id"],
            ["import_batch.tenant_id", "import_batch.id"],
            name=op.f("fk_reading_tenant_id_batch_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "bill_id"], ["bill.tenant_id", "bill.id"], name=op.f("fk_reading_tenant_id_bill_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "link_id"],
            ["history_link.tenant_id", "history_link.id"],
            name=op.f("fk_reading_tenant_id_link_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "meter_id"], ["meter.tenant_id", "meter.id"], name=op.f("fk_reading_tenant_id_meter_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading")),
        sa.UniqueConstraint("meter_id", "start", "end", "kind", "bill_number", name="uq_reading_identity"),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_reading_tenant_id_id")),
    )
    op.create_index("ix_reading_batch_id", "reading", ["batch_id"], unique=False)
    op.create_table(
        "stock_level",
        sa.Column("id", KEY, nullable=False),
        sa.Column("meter_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("quantity", sa.Double(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("canonical_quantity", sa.Double(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity > -1e300 AND quantity < 1e300", name=op.f("ck_stock_level_quantity_finite")),
        sa.CheckConstraint(
            "canonical_quantity > -1e300 AND canonical_quantity < 1e300",
            name=op.f("ck_stock_level_canonical_quantity_finite"),
        ),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_stock_level_quantity_not_negative")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "meter_id"],
            ["meter.tenant_id", "meter.id"],
            name=op.f("fk_stock_level_tenant_id_meter_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_level")),
        sa.UniqueConstraint("meter_id", "day", name=op.f("uq_stock_level_meter_id_day")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_stock_level_tenant_id_id")),
    )
    op.create_table(
        "monthly_value",
        sa.Column("meter_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("quantity", sa.Double(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("coverage", sa.Double(), nullable=False),
        sa.Column("estimated", sa.Double(), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("coverage >= 0 AND coverage <= 1.000001", name=op.f("ck_monthly_value_coverage")),
        sa.CheckConstraint("estimated >= 0 AND estimated <= 1.000001", name=op.f("ck_monthly_value_estimated")),
        sa.CheckConstraint("quantity > -1e300 AND quantity < 1e300", name=op.f("ck_monthly_value_quantity_finite")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "meter_id"],
            ["meter.tenant_id", "meter.id"],
            name=op.f("fk_monthly_value_tenant_id_meter_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("meter_id", "month", name=op.f("pk_monthly_value")),
    )
    # the month first: led by the tenant, it would be taken for a meter's months too, and read all of a tenant's
    op.create_index(
        "ix_monthly_value_month", "monthly_value", ["month", "tenant_id", "meter_id", "coverage"], unique=False
    )
    op.create_table(
        "driver_value",
        sa.Column("id", KEY, nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("driver", sa.Text(), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("end", sa.Date(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint('start < "end"', name=op.f("ck_driver_value_period")),
        sa.CheckConstraint("value > -1e300 AND value < 1e300", name=op.f("ck_driver_value_value_finite")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "batch_id"],
            ["import_batch.tenant_id", "import_batch.id"],
            name=op.f("fk_driver_value_tenant_id_batch_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "site_id"],
            ["site.tenant_id", "site.id"],
            name=op.f("fk_driver_value_tenant_id_site_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_driver_value")),
        sa.UniqueConstraint("site_id", "driver", "start", name=op.f("uq_driver_value_site_id_driver_start")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_driver_value_tenant_id_id")),
    )
    op.create_table(
        "idempotency_key",
        sa.Column("id", KEY, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("answer", JSON, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotency_key")),
        sa.UniqueConstraint("tenant_id", "key", name=op.f("uq_idempotency_key_tenant_id_key")),
    )
    op.create_index("ix_idempotency_key_tenant_id_at", "idempotency_key", ["tenant_id", "at"], unique=False)


def downgrade() -> None:
    op.drop_table("idempotency_key")
    op.drop_table("driver_value")
    op.drop_table("monthly_value")
    op.drop_table("stock_level")
    op.drop_table("reading")
    op.drop_table("bill")
    op.drop_table("history")
    op.drop_table("history_link")
