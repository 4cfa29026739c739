"""Create recommendations and measures with their parts, and dated exchange rates."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = ("measure", "measure_effect", "investment_line", "verification_plan", "measure_photo", "exchange_rate")
OPEN = (
    "current_setting('emstrack.every_tenant', true) = 'on' "
    "OR tenant_id = NULLIF(current_setting('emstrack.tenant_id', true), '')::bigint"
)


def upgrade() -> None:
    op.create_table(
        "exchange_rate",
        sa.Column("id", KEY, nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("base", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("rate", sa.Double(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("currency <> base", name=op.f("ck_exchange_rate_two_currencies")),
        sa.CheckConstraint("rate > -1e300 AND rate < 1e300", name=op.f("ck_exchange_rate_rate_finite")),
        sa.CheckConstraint("rate > 0", name=op.f("ck_exchange_rate_rate_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_rate")),
        sa.UniqueConstraint(
            "tenant_id", "currency", "base", "day", name=op.f("uq_exchange_rate_tenant_id_currency_base_day")
        ),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_exchange_rate_tenant_id_id")),
    )
    op.create_table(
        "measure",
        sa.Column("id", KEY, nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("audit_id", sa.BigInteger(), nullable=True),
        sa.Column("finding_id", sa.BigInteger(), nullable=True),
        sa.Column("library_code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("status_reason", sa.Text(), nullable=False),
        sa.Column("status_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("implemented_on", sa.Date(), nullable=True),
        sa.Column("verified_by", sa.BigInteger(), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("ease", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("investment", sa.BigInteger(), nullable=True),
        sa.Column("spent", sa.BigInteger(), nullable=True),
        sa.Column("annual_saving", sa.BigInteger(), nullable=True),
        sa.Column("om_change", sa.BigInteger(), nullable=True),
        sa.Column("avoided_treatment", sa.BigInteger(), nullable=True),
        sa.Column("residual_value", sa.BigInteger(), nullable=True),
        sa.Column("life_years", sa.Double(), nullable=True),
        sa.Column("discount_rate", sa.Double(), nullable=True),
        sa.Column("situation", sa.Text(), nullable=False),
        sa.Column("proposal", sa.Text(), nullable=False),
        sa.Column("risks", sa.Text(), nullable=False),
        sa.Column("safety", sa.Text(), nullable=False),
        sa.Column("quality", sa.Text(), nullable=False),
        sa.Column("liability", sa.Text(), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "category IN ('housekeeping', 'input_change', 'process_control', 'equipment_change', 'techn"
            "ology_change', 'on_site_reuse', 'by_product', 'product_change')",
            name=op.f("ck_measure_category"),
        ),
        sa.CheckConstraint(
            "status IN ('proposed', 'accepted', 'financed', 'in_progress', 'implemented', 'verified', '"
            "faded', 'deferred', 'rejected')",
            name=op.f("ck_measure_status"),
        ),
        sa.CheckConstraint("discount_rate > -1", name=op.f("ck_measure_discount_rate_above")),
        sa.CheckConstraint(
            "discount_rate > -1e300 AND discount_rate < 1e300", name=op.f("ck_measure_discount_rate_finite")
        ),
        sa.CheckConstraint("investment >= 0", name=op.f("ck_measure_investment_not_negative")),
        sa.CheckConstraint("life_years > -1e300 AND life_years < 1e300", name=op.f("ck_measure_life_years_finite")),
        sa.CheckConstraint("life_years > 0", name=op.f("ck_measure_life_years_positive")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "batch_id"],
            ["import_batch.tenant_id", "import_batch.id"],
            name=op.f("fk_measure_tenant_id_batch_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "audit_id"], ["audit.tenant_id", "audit.id"], name=op.f("fk_measure_tenant_id_audit_id")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "finding_id"],
            ["finding.tenant_id", "finding.id"],
            name=op.f("fk_measure_tenant_id_finding_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "site_id"], ["site.tenant_id", "site.id"], name=op.f("fk_measure_tenant_id_site_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_measure_tenant_id_id")),
    )
    op.create_index("ix_measure_batch_id", "measure", ["batch_id"], unique=False)
    op.create_index("ix_measure_audit_id", "measure", ["audit_id"], unique=False)
    op.create_index("ix_measure_finding_id", "measure", ["finding_id"], unique=False)
    op.create_index("ix_measure_site_id", "measure", ["site_id"], unique=False)
    listed = [
        *("tenant_id", "archived_at", "status", "due", "currency", "investment", "spent", "annual_saving", "site_id"),
        "owner_id",
    ]
    op.create_index("ix_measure_listed", "measure", listed, unique=False)
    op.create_table(
        "investment_line",
        sa.Column("id", KEY, nullable=False),
        sa.Column("measure_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("spent", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('equipment', 'installation', 'engineering', 'other_cost')", name=op.f("ck_investment_line_kind")
        ),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_investment_line_amount_not_negative")),
        sa.CheckConstraint("spent >= 0", name=op.f("ck_investment_line_spent_not_negative")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "measure_id"],
            ["measure.tenant_id", "measure.id"],
            name=op.f("fk_investment_line_tenant_id_measure_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_investment_line")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_investment_line_tenant_id_id")),
    )
    op.create_index("ix_investment_line_measure_id", "investment_line", ["measure_id"], unique=False)
    op.create_table(
        "measure_effect",
        sa.Column("id", KEY, nullable=False),
        sa.Column("measure_id", sa.BigInteger(), nullable=False),
        sa.Column("meter_id", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("resource", sa.Text(), nullable=False),
        sa.Column("variety", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Double(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("canonical_quantity", sa.Double(), nullable=True),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("unit_price", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("price_date", sa.Date(), nullable=True),
        sa.Column("assumptions", sa.Text(), nullable=False),
        sa.Column("calculation", sa.Text(), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "canonical_quantity > -1e300 AND canonical_quantity < 1e300",
            name=op.f("ck_measure_effect_canonical_quantity_finite"),
        ),
        sa.CheckConstraint("quantity > -1e300 AND quantity < 1e300", name=op.f("ck_measure_effect_quantity_finite")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "measure_id"],
            ["measure.tenant_id", "measure.id"],
            name=op.f("fk_measure_effect_tenant_id_measure_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "meter_id"],
            ["meter.tenant_id", "meter.id"],
            name=op.f("fk_measure_effect_tenant_id_meter_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure_effect")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_measure_effect_tenant_id_id")),
    )
    op.create_index("ix_measure_effect_measure_id", "measure_effect", ["measure_id"], unique=False)
    op.create_index("ix_measure_effect_meter_id", "measure_effect", ["meter_id"], unique=False)
    op.create_table(
        "measure_photo",
        sa.Column("id", KEY, nullable=False),
        sa.Column("measure_id", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("moment", sa.Text(), nullable=False),
        sa.Column("caption", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("moment IN ('before', 'after')", name=op.f("ck_measure_photo_moment")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "file_id"],
            ["stored_file.tenant_id", "stored_file.id"],
            name=op.f("fk_measure_photo_tenant_id_file_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "measure_id"],
            ["measure.tenant_id", "measure.id"],
            name=op.f("fk_measure_photo_tenant_id_measure_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure_photo")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_measure_photo_tenant_id_id")),
    )
    op.create_index("ix_measure_photo_measure_id", "measure_photo", ["measure_id"], unique=False)
    op.create_table(
        "verification_plan",
        sa.Column("id", KEY, nullable=False),
        sa.Column("measure_id", sa.BigInteger(), nullable=False),
        sa.Column("option", sa.Text(), nullable=False),
        sa.Column("boundary", sa.Text(), nullable=False),
        sa.Column("meter_id", sa.BigInteger(), nullable=True),
        sa.Column("baseline_id", sa.BigInteger(), nullable=True),
        sa.Column("baseline_text", sa.Text(), nullable=False),
        sa.Column("static_factors", sa.Text(), nullable=False),
        sa.Column("key_parameters", sa.Text(), nullable=False),
        sa.Column("prices", sa.Text(), nullable=False),
        sa.Column("reporting_start", sa.Date(), nullable=True),
        sa.Column("reporting_end", sa.Date(), nullable=True),
        sa.Column("verifier", sa.Text(), nullable=False),
        sa.Column("agreed_by", sa.Text(), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.Column("expected_fraction", sa.Double(), nullable=True),
        sa.Column("detectable_fraction", sa.Double(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("option IN ('A', 'B', 'C', 'D')", name=op.f("ck_verification_plan_option")),
        sa.CheckConstraint(
            "detectable_fraction > -1e300 AND detectable_fraction < 1e300",
            name=op.f("ck_verification_plan_detectable_fraction_finite"),
        ),
        sa.CheckConstraint(
            "expected_fraction > -1e300 AND expected_fraction < 1e300",
            name=op.f("ck_verification_plan_expected_fraction_finite"),
        ),
        sa.CheckConstraint("reporting_start < reporting_end", name=op.f("ck_verification_plan_reporting_period")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "baseline_id"],
            ["baseline.tenant_id", "baseline.id"],
            name=op.f("fk_verification_plan_tenant_id_baseline_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "measure_id"],
            ["measure.tenant_id", "measure.id"],
            name=op.f("fk_verification_plan_tenant_id_measure_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "meter_id"],
            ["meter.tenant_id", "meter.id"],
            name=op.f("fk_verification_plan_tenant_id_meter_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification_plan")),
        sa.UniqueConstraint("measure_id", name=op.f("uq_verification_plan_measure_id")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_verification_plan_tenant_id_id")),
    )
    op.create_index("ix_verification_plan_meter_id", "verification_plan", ["meter_id"], unique=False)
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in TABLES:
        op.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
        op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
        op.execute(f'CREATE POLICY tenant ON "{table}" USING ({OPEN}) WITH CHECK ({OPEN})')


def downgrade() -> None:
    op.drop_table("measure_photo")
    op.drop_table("verification_plan")
    op.drop_table("investment_line")
    op.drop_table("measure_effect")
    op.drop_table("measure")
    op.drop_table("exchange_rate")
