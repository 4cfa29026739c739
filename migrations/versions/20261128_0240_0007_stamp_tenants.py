"""Stamp tenants: a number that changes with whatever the first pages add up, so that sums may be kept until then."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

COUNTED = ("site", "meter", "baseline", "savings_result", "monthly_value")
"""What sums and lists of a tenant are made of: each row written or taken away changes the stamp."""
OPEN = (
    "current_setting('emstrack.every_tenant', true) = 'on' "
    "OR tenant_id = NULLIF(current_setting('emstrack.tenant_id', true), '')::bigint"
)
ANY = "(random() & 281474976710655)"
"""Random, no counter: what was rolled back, or came back with a backup, never stands for other rows."""


def upgrade() -> None:
    op.create_table(
        "tenant_stamp",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("stamp", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "stamp", name=op.f("pk_tenant_stamp")),
    )
    if op.get_bind().dialect.name == "postgresql":
        _on_postgresql()
    else:
        _on_sqlite()


def downgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table, event in _triggers():
        op.execute(f"DROP TRIGGER stamp_{table}_{event}{f' ON {table}' if postgresql else ''}")
    if postgresql:
        op.execute("DROP FUNCTION stamp_tenant()")
    op.drop_table("tenant_stamp")


def _triggers() -> list[tuple[str, str]]:
    events = [(table, event) for table in COUNTED for event in ("insert", "update", "delete")]
    return [("organisation", "insert"), ("organisation", "update"), *events]


def _on_sqlite() -> None:
    """One row per tenant, changed in its place: only one transaction writes at a time."""
    op.execute(f"INSERT INTO tenant_stamp SELECT id, {ANY} FROM organisation WHERE id = tenant_id")
    for table, event in _triggers():
        row = "OLD" if event == "delete" else "NEW"
        change = f"UPDATE tenant_stamp SET stamp = {ANY} WHERE tenant_id = {row}.tenant_id;"
        if table == "organisation":
            change += (
                f" INSERT INTO tenant_stamp SELECT NEW.id, {ANY} WHERE NEW.id = NEW.tenant_id"
                " AND NOT EXISTS (SELECT 1 FROM tenant_stamp WHERE tenant_id = NEW.id);"
            )
        op.execute(
            f"CREATE TRIGGER stamp_{table}_{event} AFTER {event.upper()} ON {table} FOR EACH ROW BEGIN {change} END"
        )


def _on_postgresql() -> None:
    """A new row per statement; those before it go, save what another transaction holds: nobody waits for a stamp."""
    number = "(random() * 281474976710655)::bigint"
    op.execute("SELECT set_config('emstrack.every_tenant', 'on', true)")
    op.execute(f"INSERT INTO tenant_stamp SELECT id, {number} FROM organisation WHERE id = tenant_id")
    op.execute("SELECT set_config('emstrack.every_tenant', 'off', true)")
    op.execute(
        "CREATE FUNCTION stamp_tenant() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "DELETE FROM tenant_stamp WHERE ctid = ANY(ARRAY("
        "SELECT s.ctid FROM tenant_stamp s WHERE s.tenant_id IN (SELECT w.tenant_id FROM written w) "
        "FOR UPDATE SKIP LOCKED)); "
        f"INSERT INTO tenant_stamp SELECT t.tenant_id, {number} "
        "FROM (SELECT DISTINCT w.tenant_id FROM written w WHERE w.tenant_id <> 0) t; "
        "RETURN NULL; END $$"
    )
    for table, event in _triggers():
        rows = "OLD TABLE" if event == "delete" else "NEW TABLE"
        op.execute(
            f"CREATE TRIGGER stamp_{table}_{event} AFTER {event.upper()} ON {table} "
            f"REFERENCING {rows} AS written FOR EACH STATEMENT EXECUTE FUNCTION stamp_tenant()"
        )
    op.execute("ALTER TABLE tenant_stamp ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE tenant_stamp FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY tenant ON tenant_stamp USING ({OPEN}) WITH CHECK ({OPEN})")
