"""Create follow-ups, their rules, private calendars, and when a person is reminded."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
OPEN = (
    "current_setting('emstrack.every_tenant', true) = 'on' "
    "OR tenant_id = NULLIF(current_setting('emstrack.tenant_id', true), '')::bigint"
)
OWNED = ("follow_up_rule", "follow_up")


def upgrade() -> None:
    op.create_table(
        "follow_up_rule",
        sa.Column("id", KEY, nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=True),
        sa.Column("waits_for", sa.Text(), nullable=False),
        sa.Column("days", JSON, nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "waits_for IN ('after_implementation', 'yearly_after_implementation', 'audit_every', 'device_changed', "
            "'saving_faded')",
            name=op.f("ck_follow_up_rule_waits_for"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "site_id"],
            ["site.tenant_id", "site.id"],
            name=op.f("fk_follow_up_rule_tenant_id_site_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up_rule")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_follow_up_rule_tenant_id_id")),
    )
    op.create_index("ix_follow_up_rule_tenant_id", "follow_up_rule", ["tenant_id"])
    op.create_table(
        "follow_up",
        sa.Column("id", KEY, nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("measure_id", sa.BigInteger(), nullable=True),
        sa.Column("audit_id", sa.BigInteger(), nullable=True),
        sa.Column("meter_id", sa.BigInteger(), nullable=True),
        sa.Column("after_id", sa.BigInteger(), nullable=True),
        sa.Column("meeting_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("span", sa.Integer(), nullable=True),
        sa.Column("span_unit", sa.Text(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("first_due", sa.Date(), nullable=False),
        sa.Column("owner_id", KEY, nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("snoozes", sa.Integer(), nullable=False),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("signed_as", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", KEY, nullable=True),
        sa.Column("photo_ids", JSON, nullable=False),
        sa.Column("made_key", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('measure_check', 'audit_repeat', 'meter_event', 'task')", name=op.f("ck_follow_up_kind")
        ),
        sa.CheckConstraint("status IN ('open', 'done', 'cancelled')", name=op.f("ck_follow_up_status")),
        sa.CheckConstraint(
            "outcome IN ('working', 'in_part', 'not_working', 'not_checked')", name=op.f("ck_follow_up_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "site_id"],
            ["site.tenant_id", "site.id"],
            name=op.f("fk_follow_up_tenant_id_site_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "meter_id"],
            ["meter.tenant_id", "meter.id"],
            name=op.f("fk_follow_up_tenant_id_meter_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "measure_id"],
            ["measure.tenant_id", "measure.id"],
            name=op.f("fk_follow_up_tenant_id_measure_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "audit_id"],
            ["audit.tenant_id", "audit.id"],
            name=op.f("fk_follow_up_tenant_id_audit_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "after_id"],
            ["follow_up.tenant_id", "follow_up.id"],
            name=op.f("fk_follow_up_tenant_id_after_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "meeting_id"],
            ["meeting.tenant_id", "meeting.id"],
            name=op.f("fk_follow_up_tenant_id_meeting_id"),
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_follow_up_owner_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["closed_by"], ["user.id"], name=op.f("fk_follow_up_closed_by"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_follow_up_tenant_id_id")),
        sa.UniqueConstraint("tenant_id", "made_key", name=op.f("uq_follow_up_tenant_id_made_key")),
    )
    op.create_index("ix_follow_up_due", "follow_up", ["tenant_id", "status", "due"])
    op.create_index("ix_follow_up_owner", "follow_up", ["owner_id", "status", "due"])
    op.create_index("ix_follow_up_site_id", "follow_up", ["site_id"])
    op.create_index("ix_follow_up_meeting_id", "follow_up", ["meeting_id"])
    op.create_index("ix_follow_up_measure_id", "follow_up", ["measure_id"])
    op.create_index("ix_follow_up_audit_id", "follow_up", ["audit_id"])
    op.create_table(
        "calendar_feed",
        sa.Column("id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_calendar_feed_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_feed_token_hash")),
    )
    op.create_index("ix_calendar_feed_user_id", "calendar_feed", ["user_id"])
    op.add_column("savings_result", sa.Column("fading", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("user", sa.Column("time_zone", sa.Text(), nullable=False, server_default=""))
    op.add_column("user", sa.Column("reminders", sa.Text(), nullable=False, server_default="weekly"))
    if op.get_bind().dialect.name == "postgresql":
        for table in OWNED:
            op.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
            op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
            op.execute(f'CREATE POLICY tenant ON "{table}" USING ({OPEN}) WITH CHECK ({OPEN})')


def downgrade() -> None:
    op.drop_column("user", "reminders")
    op.drop_column("user", "time_zone")
    op.drop_column("savings_result", "fading")
    op.drop_table("calendar_feed")
    op.drop_table("follow_up")
    op.drop_table("follow_up_rule")
