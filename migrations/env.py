"""Runs the migrations on the connection it is given; several processes at once run them one after the other."""

import sqlalchemy as sa
from alembic import context

from emstrack.storage import models  # noqa: F401 - makes every table known, for `alembic check`
from emstrack.storage.base import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(7355608)"))
    context.run_migrations()
