"""Create case studies of finished measures."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
OPEN = (
    "current_setting('emstrack.every_tenant', true) = 'on' "
    "OR tenant_id = NULLIF(current_setting('emstrack.tenant_id', true), '')::bigint"
)


def upgrade() -> None:
    op.create_table(
        "case_study",
        sa.Column("id", KEY, nullable=False),
        sa.Column("measure_id", sa.BigInteger(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("lesson", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("photo_ids", JSON, nullable=False),
        sa.Column("with_money", sa.Boolean(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("released", JSON, nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("audience IN ('draft', 'tenant', 'public')", name=op.f("ck_case_study_audience")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "measure_id"],
            ["measure.tenant_id", "measure.id"],
            name=op.f("fk_case_study_tenant_id_measure_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_study")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_case_study_tenant_id_id")),
        sa.UniqueConstraint("measure_id", name=op.f("uq_case_study_measure_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_case_study_slug")),
    )
    op.create_index("ix_case_study_listed", "case_study", ["tenant_id", "audience"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute('ALTER TABLE "case_study" ENABLE ROW LEVEL SECURITY')
        op.execute('ALTER TABLE "case_study" FORCE ROW LEVEL SECURITY')
        op.execute(f'CREATE POLICY tenant ON "case_study" USING ({OPEN}) WITH CHECK ({OPEN})')


def downgrade() -> None:
    op.drop_table("case_study")
