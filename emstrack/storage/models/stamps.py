"""A tenant's stamp: what was added up under it may be shown for as long as it stands."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from emstrack.storage.base import Base, TenantOwned


class TenantStamp(TenantOwned, Base):
    """A random number that triggers of the database change with each site, meter, month, baseline or result written.

    PostgreSQL may hold several rows for a moment, one for each transaction that wrote beside another.
    """

    __tablename__ = "tenant_stamp"

    tenant_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    stamp: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
