"""Create programmes: cohorts, sites, activities, indicators, money, published results; stamp what they add up."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
SECTORS = (
    "sector IN ('any', 'hotel', 'municipal_building', 'street_lighting', 'pumping', 'tannery', 'textile', "
    "'slaughterhouse', 'meat_packing', 'brewery', 'fishmeal', 'food', 'dairy', 'metal_finishing', "
    "'hospital', 'chemical', 'mining', 'paper_wood', 'cement')"
)
TABLES = (
    *("programme", "cohort", "programme_site", "programme_activity", "programme_indicator", "indicator_value"),
    *("leveraged_money", "published_result"),
)
STAMPED = ("exchange_rate", "audit")
"""What results of programmes are added up from beside what is stamped already (0007, 0016)."""
OPEN = (
    "current_setting('emstrack.every_tenant', true) = 'on' "
    "OR tenant_id = NULLIF(current_setting('emstrack.tenant_id', true), '')::bigint"
)
ANY = "(random() & 281474976710655)"


def upgrade() -> None:
    _create()
    with op.batch_alter_table("committee") as committee:
        committee.add_column(sa.Column("programme_id", sa.BigInteger(), nullable=True))
        committee.create_foreign_key(
            op.f("fk_committee_tenant_id_programme_id"),
            "programme",
            ["tenant_id", "programme_id"],
            ["tenant_id", "id"],
        )
    postgresql_database = op.get_bind().dialect.name == "postgresql"
    for table, event in _triggers((*STAMPED, *TABLES)):
        if postgresql_database:
            rows = "OLD TABLE" if event == "delete" else "NEW TABLE"
            op.execute(
                f"CREATE TRIGGER stamp_{table}_{event} AFTER {event.upper()} ON {table} "
                f"REFERENCING {rows} AS written FOR EACH STATEMENT EXECUTE FUNCTION stamp_tenant()"
            )
        else:
            row = "OLD" if event == "delete" else "NEW"
            change = f"UPDATE tenant_stamp SET stamp = {ANY} WHERE tenant_id = {row}.tenant_id;"
            op.execute(
                f"CREATE TRIGGER stamp_{table}_{event} AFTER {event.upper()} ON {table} FOR EACH ROW BEGIN {change} END"
            )
    if postgresql_database:
        for table in TABLES:
            op.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
            op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
            op.execute(f'CREATE POLICY tenant ON "{table}" USING ({OPEN}) WITH CHECK ({OPEN})')


def downgrade() -> None:
    postgresql_database = op.get_bind().dialect.name == "postgresql"
    for table, event in _triggers(STAMPED):
        op.execute(f"DROP TRIGGER stamp_{table}_{event}{f' ON {table}' if postgresql_database else ''}")
    with op.batch_alter_table("committee") as committee:
        committee.drop_constraint(op.f("fk_committee_tenant_id_programme_id"), type_="foreignkey")
        committee.drop_column("programme_id")
    for table in reversed(TABLES):
        op.drop_table(table)


def _triggers(tables: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(table, event) for table in tables for event in ("insert", "update", "delete")]


def _create() -> None:
    op.create_table(
        "programme",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("countries", JSON, nullable=False),
        sa.Column("sectors", JSON, nullable=False),
        sa.Column("partners", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("rate_day", sa.Date(), nullable=True),
        sa.Column("start", sa.Date(), nullable=True),
        sa.Column("end", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint('start < "end"', name=op.f("ck_programme_period")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_programme_tenant_id_id")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_programme_tenant_id_name")),
    )
    op.create_table(
        "cohort",
        sa.Column("id", KEY, nullable=False),
        sa.Column("programme_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("start", sa.Date(), nullable=True),
        sa.Column("end", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint('start < "end"', name=op.f("ck_cohort_period")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "programme_id"],
            ["programme.tenant_id", "programme.id"],
            name=op.f("fk_cohort_tenant_id_programme_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort")),
        sa.UniqueConstraint("programme_id", "name", name=op.f("uq_cohort_programme_id_name")),
        sa.UniqueConstraint("tenant_id", "id", "programme_id", name=op.f("uq_cohort_tenant_id_id_programme_id")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_cohort_tenant_id_id")),
    )
    op.create_table(
        "programme_site",
        sa.Column("id", KEY, nullable=False),
        sa.Column("programme_id", sa.BigInteger(), nullable=False),
        sa.Column("cohort_id", sa.BigInteger(), nullable=False),
        sa.Column("site_tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("sector", sa.Text(), nullable=False),
        sa.Column("destination", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(SECTORS, name=op.f("ck_programme_site_sector")),
        sa.ForeignKeyConstraint(
            ["site_tenant_id", "site_id"],
            ["site.tenant_id", "site.id"],
            name=op.f("fk_programme_site_site_tenant_id_site_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "cohort_id", "programme_id"],
            ["cohort.tenant_id", "cohort.id", "cohort.programme_id"],
            name=op.f("fk_programme_site_tenant_id_cohort_id_programme_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "programme_id"],
            ["programme.tenant_id", "programme.id"],
            name=op.f("fk_programme_site_tenant_id_programme_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_site")),
        sa.UniqueConstraint("programme_id", "site_id", name=op.f("uq_programme_site_programme_id_site_id")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_programme_site_tenant_id_id")),
    )
    op.create_index("ix_programme_site_cohort_id", "programme_site", ["cohort_id"], unique=False)
    op.create_index("ix_programme_site_site_id", "programme_site", ["site_id"], unique=False)
    op.create_table(
        "programme_activity",
        sa.Column("id", KEY, nullable=False),
        sa.Column("programme_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("women", sa.Integer(), nullable=True),
        sa.Column("men", sa.Integer(), nullable=True),
        sa.Column("not_told", sa.Integer(), nullable=True),
        sa.Column("reach", sa.Integer(), nullable=True),
        sa.Column("measured", sa.Text(), nullable=False),
        sa.Column("before", sa.Double(), nullable=True),
        sa.Column("after", sa.Double(), nullable=True),
        sa.Column("outputs", sa.Text(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('workshop', 'training', 'demonstration_project', 'awareness_campaign', 'technical_guide', "
            "'summit', 'policy_step')",
            name=op.f("ck_programme_activity_kind"),
        ),
        sa.CheckConstraint("after > -1e300 AND after < 1e300", name=op.f("ck_programme_activity_after_finite")),
        sa.CheckConstraint("before > -1e300 AND before < 1e300", name=op.f("ck_programme_activity_before_finite")),
        sa.CheckConstraint("cost >= 0", name=op.f("ck_programme_activity_cost_not_negative")),
        sa.CheckConstraint("last_day >= start", name=op.f("ck_programme_activity_last_day_not_before_start")),
        sa.CheckConstraint("men >= 0", name=op.f("ck_programme_activity_men")),
        sa.CheckConstraint("not_told >= 0", name=op.f("ck_programme_activity_not_told")),
        sa.CheckConstraint("reach >= 0", name=op.f("ck_programme_activity_reach")),
        sa.CheckConstraint("women >= 0", name=op.f("ck_programme_activity_women")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "programme_id"],
            ["programme.tenant_id", "programme.id"],
            name=op.f("fk_programme_activity_tenant_id_programme_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_activity")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_programme_activity_tenant_id_id")),
    )
    op.create_index("ix_programme_activity_programme_id", "programme_activity", ["programme_id"], unique=False)
    op.create_table(
        "programme_indicator",
        sa.Column("id", KEY, nullable=False),
        sa.Column("programme_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("baseline", sa.Double(), nullable=True),
        sa.Column("baseline_day", sa.Date(), nullable=True),
        sa.Column("target", sa.Double(), nullable=True),
        sa.Column("target_day", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "baseline > -1e300 AND baseline < 1e300", name=op.f("ck_programme_indicator_baseline_finite")
        ),
        sa.CheckConstraint("target > -1e300 AND target < 1e300", name=op.f("ck_programme_indicator_target_finite")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "programme_id"],
            ["programme.tenant_id", "programme.id"],
            name=op.f("fk_programme_indicator_tenant_id_programme_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_indicator")),
        sa.UniqueConstraint("programme_id", "name", name=op.f("uq_programme_indicator_programme_id_name")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_programme_indicator_tenant_id_id")),
    )
    op.create_table(
        "indicator_value",
        sa.Column("id", KEY, nullable=False),
        sa.Column("indicator_id", sa.BigInteger(), nullable=False),
        sa.Column("quarter", sa.Date(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("value > -1e300 AND value < 1e300", name=op.f("ck_indicator_value_value_finite")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "indicator_id"],
            ["programme_indicator.tenant_id", "programme_indicator.id"],
            name=op.f("fk_indicator_value_tenant_id_indicator_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_value")),
        sa.UniqueConstraint("indicator_id", "quarter", name=op.f("uq_indicator_value_indicator_id_quarter")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_indicator_value_tenant_id_id")),
    )
    op.create_table(
        "leveraged_money",
        sa.Column("id", KEY, nullable=False),
        sa.Column("programme_id", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_leveraged_money_amount_not_negative")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "programme_id"],
            ["programme.tenant_id", "programme.id"],
            name=op.f("fk_leveraged_money_tenant_id_programme_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leveraged_money")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_leveraged_money_tenant_id_id")),
    )
    op.create_index("ix_leveraged_money_programme_id", "leveraged_money", ["programme_id"], unique=False)
    op.create_table(
        "published_result",
        sa.Column("id", KEY, nullable=False),
        sa.Column("programme_id", sa.BigInteger(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("sector", sa.Text(), nullable=False),
        sa.Column("sites", sa.Integer(), nullable=True),
        sa.Column("implemented_percent", sa.Double(), nullable=True),
        sa.Column("investment", sa.BigInteger(), nullable=True),
        sa.Column("annual_savings", sa.BigInteger(), nullable=True),
        sa.Column("per_room", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("period_uncertain", sa.Boolean(), nullable=False),
        sa.Column("in_total", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(SECTORS, name=op.f("ck_published_result_sector")),
        sa.CheckConstraint("annual_savings >= 0", name=op.f("ck_published_result_annual_savings")),
        sa.CheckConstraint(
            "implemented_percent > -1e300 AND implemented_percent < 1e300",
            name=op.f("ck_published_result_implemented_percent_finite"),
        ),
        sa.CheckConstraint(
            "implemented_percent >= 0 AND implemented_percent <= 100",
            name=op.f("ck_published_result_implemented_percent"),
        ),
        sa.CheckConstraint("investment >= 0", name=op.f("ck_published_result_investment")),
        sa.CheckConstraint("per_room >= 0", name=op.f("ck_published_result_per_room")),
        sa.CheckConstraint("sites > 0", name=op.f("ck_published_result_sites_positive")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "programme_id"],
            ["programme.tenant_id", "programme.id"],
            name=op.f("fk_published_result_tenant_id_programme_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_result")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_published_result_tenant_id_id")),
    )
    op.create_index("ix_published_result_programme_id", "published_result", ["programme_id"], unique=False)
