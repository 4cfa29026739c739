"""Create audits: checklists and their editions, audits, answers, findings, photos; shares for audits."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TABLES = ("checklist", "checklist_edition", "audit", "audit_answer", "finding", "audit_photo")
OPEN = (
    "current_setting('emstrack.every_tenant', true) = 'on' "
    "OR tenant_id = NULLIF(current_setting('emstrack.tenant_id', true), '')::bigint"
)


def upgrade() -> None:
    _create_checklists()
    _create_audits()
    _create_findings()
    op.execute(
        "ALTER TABLE share ADD COLUMN purpose TEXT DEFAULT 'view' NOT NULL "
        "CONSTRAINT ck_share_purpose CHECK (purpose IN ('view', 'audit'))"
    )
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
            op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
            op.execute(f'CREATE POLICY tenant ON "{table}" USING ({OPEN}) WITH CHECK ({OPEN})')


def downgrade() -> None:
    op.execute("ALTER TABLE share DROP COLUMN purpose")
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_checklists() -> None:
    op.create_table(
        "checklist",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("site_kind", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_checklist_tenant_id_id")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_checklist_tenant_id_name")),
    )
    op.create_table(
        "checklist_edition",
        sa.Column("id", KEY, nullable=False),
        sa.Column("checklist_id", sa.BigInteger(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("questions", JSON, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "checklist_id"],
            ["checklist.tenant_id", "checklist.id"],
            name=op.f("fk_checklist_edition_tenant_id_checklist_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_edition")),
        sa.UniqueConstraint("checklist_id", "edition", name=op.f("uq_checklist_edition_checklist_id_edition")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_checklist_edition_tenant_id_id")),
    )


def _create_audits() -> None:
    op.create_table(
        "audit",
        sa.Column("id", KEY, nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("team", JSON, nullable=False),
        sa.Column("plan", JSON, nullable=False),
        sa.Column("checklist_name", sa.Text(), nullable=False),
        sa.Column("checklist_origin", sa.Text(), nullable=False),
        sa.Column("checklist_edition", sa.Integer(), nullable=True),
        sa.Column("questions", JSON, nullable=False),
        sa.Column("question_count", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('walk_through', 'cp_assessment', 'energy', 'water', 'waste', 'ems_internal', 'certification')",
            name=op.f("ck_audit_kind"),
        ),
        sa.CheckConstraint("status IN ('planned', 'in_field', 'reported', 'closed')", name=op.f("ck_audit_status")),
        sa.CheckConstraint("last_day >= start", name=op.f("ck_audit_last_day_not_before_start")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "site_id"], ["site.tenant_id", "site.id"], name=op.f("fk_audit_tenant_id_site_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sa.UniqueConstraint("tenant_id", "id", "site_id", name=op.f("uq_audit_tenant_id_id_site_id")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_audit_tenant_id_id")),
    )
    op.create_index("ix_audit_tenant_id_site_id_start", "audit", ["tenant_id", "site_id", "start"], unique=False)
    op.create_index("ix_audit_tenant_id_start", "audit", ["tenant_id", "start"], unique=False)
    op.create_table(
        "audit_answer",
        sa.Column("id", KEY, nullable=False),
        sa.Column("audit_id", sa.BigInteger(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("choice", sa.Text(), nullable=False),
        sa.Column("number", sa.Double(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("is_complete", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "choice IN ('', 'yes', 'partly', 'no', 'not_applicable')", name=op.f("ck_audit_answer_choice")
        ),
        sa.CheckConstraint("number > -1e300 AND number < 1e300", name=op.f("ck_audit_answer_number_finite")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "audit_id", "site_id"],
            ["audit.tenant_id", "audit.id", "audit.site_id"],
            name=op.f("fk_audit_answer_tenant_id_audit_id_site_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_answer")),
        sa.UniqueConstraint(
            "tenant_id", "audit_id", "question", name=op.f("uq_audit_answer_tenant_id_audit_id_question")
        ),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_audit_answer_tenant_id_id")),
    )


def _create_findings() -> None:
    op.create_table(
        "finding",
        sa.Column("id", KEY, nullable=False),
        sa.Column("audit_id", sa.BigInteger(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("grade", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("owner_id", KEY, nullable=True),
        sa.Column("owner_name", sa.Text(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("correction", sa.Text(), nullable=False),
        sa.Column("verification", sa.Text(), nullable=False),
        sa.Column("verified_by", KEY, nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "grade IN ('', 'major_nonconformity', 'minor_nonconformity', 'observation', 'opportunity')",
            name=op.f("ck_finding_grade"),
        ),
        sa.CheckConstraint("severity IN ('low', 'medium', 'high')", name=op.f("ck_finding_severity")),
        sa.CheckConstraint("status IN ('open', 'corrected', 'closed')", name=op.f("ck_finding_status")),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_finding_owner_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "audit_id", "site_id"],
            ["audit.tenant_id", "audit.id", "audit.site_id"],
            name=op.f("fk_finding_tenant_id_audit_id_site_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["verified_by"], ["user.id"], name=op.f("fk_finding_verified_by"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
        sa.UniqueConstraint("tenant_id", "audit_id", "number", name=op.f("uq_finding_tenant_id_audit_id_number")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_finding_tenant_id_id")),
    )
    op.create_index("ix_finding_tenant_id_site_id", "finding", ["tenant_id", "site_id"], unique=False)
    op.create_table(
        "audit_photo",
        sa.Column("id", KEY, nullable=False),
        sa.Column("audit_id", sa.BigInteger(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("finding_id", sa.BigInteger(), nullable=True),
        sa.Column("answer_id", sa.BigInteger(), nullable=True),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(finding_id IS NULL) <> (answer_id IS NULL)", name=op.f("ck_audit_photo_one_thing")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "answer_id"],
            ["audit_answer.tenant_id", "audit_answer.id"],
            name=op.f("fk_audit_photo_tenant_id_answer_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "audit_id", "site_id"],
            ["audit.tenant_id", "audit.id", "audit.site_id"],
            name=op.f("fk_audit_photo_tenant_id_audit_id_site_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "file_id"],
            ["stored_file.tenant_id", "stored_file.id"],
            name=op.f("fk_audit_photo_tenant_id_file_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "finding_id"],
            ["finding.tenant_id", "finding.id"],
            name=op.f("fk_audit_photo_tenant_id_finding_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_photo")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_audit_photo_tenant_id_id")),
    )
    op.create_index("ix_audit_photo_tenant_id_audit_id", "audit_photo", ["tenant_id", "audit_id"], unique=False)
