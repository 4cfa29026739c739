"""Create facilities, financings with their measures, and the entries of their accounts; keep tenants apart on them."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = ("facility", "financing", "financed_measure", "financing_entry")
OPEN = (
    "current_setting('emstrack.every_tenant', true) = 'on' "
    "OR tenant_id = NULLIF(current_setting('emstrack.tenant_id', true), '')::bigint"
)


def upgrade() -> None:
    _create_facility()
    _create_financing()
    _create_financed_measure()
    _create_financing_entry()
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
            op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
            op.execute(f'CREATE POLICY tenant ON "{table}" USING ({OPEN}) WITH CHECK ({OPEN})')


def _create_facility() -> None:
    op.create_table(
        "facility",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("instrument", sa.Text(), nullable=False),
        sa.Column("lender", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("ceiling", sa.BigInteger(), nullable=True),
        sa.Column("cover", sa.Double(), nullable=True),
        sa.Column("cap", sa.BigInteger(), nullable=True),
        sa.Column("start", sa.Date(), nullable=True),
        sa.Column("end", sa.Date(), nullable=True),
        sa.Column("eligibility", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("cap > 0", name=op.f("ck_facility_cap_positive")),
        sa.CheckConstraint("ceiling >= 0", name=op.f("ck_facility_ceiling_not_negative")),
        sa.CheckConstraint("cover > 0 AND cover <= 1", name=op.f("ck_facility_cover")),
        sa.CheckConstraint("cover > -1e300 AND cover < 1e300", name=op.f("ck_facility_cover_finite")),
        sa.CheckConstraint(
            "instrument IN ('own_funds', 'loan', 'guaranteed_loan', 'revolving_fund', 'credit_line', 'matching_grant', "
            "'donor_funds', 'esco')",
            name=op.f("ck_facility_instrument"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "organisation_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_facility_tenant_id_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facility")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_facility_tenant_id_id")),
    )
    op.create_index("ix_facility_organisation_id", "facility", ["organisation_id"], unique=False)


def _create_financing() -> None:
    op.create_table(
        "financing",
        sa.Column("id", KEY, nullable=False),
        sa.Column("facility_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("own_funds", sa.BigInteger(), nullable=True),
        sa.Column("sector", sa.Text(), nullable=False),
        sa.Column("amortization", sa.Text(), nullable=False),
        sa.Column("annual_rate", sa.Double(), nullable=False),
        sa.Column("instalments", sa.Integer(), nullable=False),
        sa.Column("per_year", sa.Integer(), nullable=False),
        sa.Column("grace", sa.Integer(), nullable=False),
        sa.Column("first_due", sa.Date(), nullable=True),
        sa.Column("over_cap_agreed", sa.Boolean(), nullable=False),
        sa.Column("haircut", sa.Double(), nullable=False),
        sa.Column("cash_flow", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("applied_on", sa.Date(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("approved", sa.BigInteger(), nullable=False),
        sa.Column("disbursed", sa.BigInteger(), nullable=False),
        sa.Column("repaid", sa.BigInteger(), nullable=False),
        sa.Column("interest", sa.BigInteger(), nullable=False),
        sa.Column("recovered", sa.BigInteger(), nullable=False),
        sa.Column("claimed", sa.BigInteger(), nullable=False),
        sa.Column("guarantor_recovered", sa.BigInteger(), nullable=False),
        sa.Column("revenue", sa.BigInteger(), nullable=False),
        sa.Column("outstanding", sa.BigInteger(), nullable=False),
        sa.Column("exposure", sa.BigInteger(), nullable=False),
        sa.Column("disbursed_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amortization IN ('annuity', 'linear', 'bullet')", name=op.f("ck_financing_amortization")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_financing_amount_positive")),
        sa.CheckConstraint(
            "annual_rate > -1e300 AND annual_rate < 1e300", name=op.f("ck_financing_annual_rate_finite")
        ),
        sa.CheckConstraint("annual_rate >= 0", name=op.f("ck_financing_annual_rate_not_negative")),
        sa.CheckConstraint("exposure >= 0", name=op.f("ck_financing_exposure_not_negative")),
        sa.CheckConstraint("haircut >= 0 AND haircut < 1", name=op.f("ck_financing_haircut")),
        sa.CheckConstraint("haircut > -1e300 AND haircut < 1e300", name=op.f("ck_financing_haircut_finite")),
        sa.CheckConstraint(
            "stage IN ('applied', 'approved', 'disbursed', 'repaying', 'repaid', 'claimed', 'declined')",
            name=op.f("ck_financing_stage"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "facility_id"],
            ["facility.tenant_id", "facility.id"],
            name=op.f("fk_financing_tenant_id_facility_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "organisation_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_financing_tenant_id_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_financing")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_financing_tenant_id_id")),
    )
    op.create_index("ix_financing_facility_id", "financing", ["facility_id"], unique=False)
    op.create_index("ix_financing_organisation_id", "financing", ["organisation_id"], unique=False)


def _create_financed_measure() -> None:
    op.create_table(
        "financed_measure",
        sa.Column("id", KEY, nullable=False),
        sa.Column("financing_id", sa.BigInteger(), nullable=False),
        sa.Column("measure_id", sa.BigInteger(), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "financing_id"],
            ["financing.tenant_id", "financing.id"],
            name=op.f("fk_financed_measure_tenant_id_financing_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "measure_id"],
            ["measure.tenant_id", "measure.id"],
            name=op.f("fk_financed_measure_tenant_id_measure_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_financed_measure")),
        sa.UniqueConstraint("financing_id", "measure_id", name=op.f("uq_financed_measure_financing_id_measure_id")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_financed_measure_tenant_id_id")),
    )
    op.create_index("ix_financed_measure_measure_id", "financed_measure", ["measure_id"], unique=False)


def _create_financing_entry() -> None:
    op.create_table(
        "financing_entry",
        sa.Column("id", KEY, nullable=False),
        sa.Column("facility_id", sa.BigInteger(), nullable=False),
        sa.Column("financing_id", sa.BigInteger(), nullable=True),
        sa.Column("reverses_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("interest", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_financing_entry_amount_not_negative")),
        sa.CheckConstraint("interest >= 0", name=op.f("ck_financing_entry_interest_not_negative")),
        sa.CheckConstraint(
            "kind IN ('capital', 'approval', 'decline', 'disbursement', 'repayment', 'claim', 'recovery', 'revenue', "
            "'reversal')",
            name=op.f("ck_financing_entry_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "facility_id"],
            ["facility.tenant_id", "facility.id"],
            name=op.f("fk_financing_entry_tenant_id_facility_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "financing_id"],
            ["financing.tenant_id", "financing.id"],
            name=op.f("fk_financing_entry_tenant_id_financing_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "reverses_id"],
            ["financing_entry.tenant_id", "financing_entry.id"],
            name=op.f("fk_financing_entry_tenant_id_reverses_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_financing_entry")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_financing_entry_reverses_id")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_financing_entry_tenant_id_id")),
    )
    op.create_index("ix_financing_entry_facility_id", "financing_entry", ["facility_id"], unique=False)
    op.create_index("ix_financing_entry_financing_id", "financing_entry", ["financing_id"], unique=False)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
