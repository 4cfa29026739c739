"""Turn on row-level security: on PostgreSQL the database itself keeps tenants apart. SQLite has nothing of the kind."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = (
    "organisation",
    "membership",
    "share",
    "stored_file",
    "import_batch",
    "import_mapping",
    "weather_station",
    "weather_day",
    "site",
    "site_attribute",
    "meter",
    "device",
    "meter_share",
    "history_link",
    "history",
    "bill",
    "reading",
    "stock_level",
    "monthly_value",
    "driver_value",
    "idempotency_key",
    "baseline",
    "savings_result",
)
OPEN = (
    "current_setting('emstrack.every_tenant', true) = 'on' "
    "OR tenant_id = NULLIF(current_setting('emstrack.tenant_id', true), '')::bigint"
)


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in TABLES:
        op.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
        op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
        op.execute(f'CREATE POLICY tenant ON "{table}" USING ({OPEN}) WITH CHECK ({OPEN})')


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in TABLES:
        op.execute(f'DROP POLICY tenant ON "{table}"')
        op.execute(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY')
        op.execute(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY')
