"""Create committees with their members, meetings, agendas and policies."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
OPEN = (
    "current_setting('emstrack.every_tenant', true) = 'on' "
    "OR tenant_id = NULLIF(current_setting('emstrack.tenant_id', true), '')::bigint"
)
OWNED = ("committee", "committee_member", "meeting", "agenda_item", "policy_item")


def upgrade() -> None:
    op.create_table(
        "committee",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("every", sa.Integer(), nullable=False),
        sa.Column("nth", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("site_ids", JSON, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("every BETWEEN 1 AND 12", name=op.f("ck_committee_every")),
        sa.CheckConstraint("nth BETWEEN 1 AND 5", name=op.f("ck_committee_nth")),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_committee_weekday")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "organisation_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_committee_tenant_id_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_committee")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_committee_tenant_id_id")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_committee_tenant_id_name")),
    )
    op.create_index("ix_committee_organisation_id", "committee", ["organisation_id"])
    op.create_table(
        "committee_member",
        sa.Column("id", KEY, nullable=False),
        sa.Column("committee_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", KEY, nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("end", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "role IN ('chair', 'secretary', 'member', 'adviser')", name=op.f("ck_committee_member_role")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "committee_id"],
            ["committee.tenant_id", "committee.id"],
            name=op.f("fk_committee_member_tenant_id_committee_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_committee_member_user_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_committee_member")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_committee_member_tenant_id_id")),
    )
    op.create_index("ix_committee_member_committee_id", "committee_member", ["committee_id"])
    op.create_table(
        "meeting",
        sa.Column("id", KEY, nullable=False),
        sa.Column("committee_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("hour", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("agenda_order", JSON, nullable=False),
        sa.Column("agenda_hidden", JSON, nullable=False),
        sa.Column("present", JSON, nullable=False),
        sa.Column("remarks", sa.Text(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by", KEY, nullable=True),
        sa.Column("frozen", JSON, nullable=False),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "status IN ('scheduled', 'in_session', 'minutes_approved', 'called_off')", name=op.f("ck_meeting_status")
        ),
        sa.ForeignKeyConstraint(["approved_by"], ["user.id"], name=op.f("fk_meeting_approved_by"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "committee_id"],
            ["committee.tenant_id", "committee.id"],
            name=op.f("fk_meeting_tenant_id_committee_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_meeting_tenant_id_id")),
    )
    op.create_index("ix_meeting_committee_id", "meeting", ["committee_id", "day"])
    op.create_table(
        "agenda_item",
        sa.Column("id", KEY, nullable=False),
        sa.Column("meeting_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("evidence", JSON, nullable=False),
        sa.Column("minutes", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('minutes', 'decision_due', 'overdue', 'missing', 'fading', 'recommendation', 'free')",
            name=op.f("ck_agenda_item_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "meeting_id"],
            ["meeting.tenant_id", "meeting.id"],
            name=op.f("fk_agenda_item_tenant_id_meeting_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_item")),
        sa.UniqueConstraint("meeting_id", "key", name=op.f("uq_agenda_item_meeting_id_key")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_agenda_item_tenant_id_id")),
    )
    op.create_table(
        "policy_item",
        sa.Column("id", KEY, nullable=False),
        sa.Column("committee_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("proposal", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("consulted", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("incentive", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "step IN ('proposed', 'consultation', 'adopted', 'rejected')", name=op.f("ck_policy_item_step")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "committee_id"],
            ["committee.tenant_id", "committee.id"],
            name=op.f("fk_policy_item_tenant_id_committee_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_item")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_policy_item_tenant_id_id")),
    )
    op.create_index("ix_policy_item_committee_id", "policy_item", ["committee_id"])
    if op.get_bind().dialect.name == "postgresql":
        for table in OWNED:
            op.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
            op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
            op.execute(f'CREATE POLICY tenant ON "{table}" USING ({OPEN}) WITH CHECK ({OPEN})')


def downgrade() -> None:
    for table in reversed(OWNED):
        op.drop_table(table)
