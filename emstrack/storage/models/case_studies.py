"""Case studies of finished measures: the draft, and beside it what was let out, frozen."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from emstrack.domain.case_studies import Audience
from emstrack.storage.base import Base, TenantOwned, belongs_to, one_of, tenant_key
from emstrack.storage.types import Id, Instant, JsonText


class CaseStudy(TenantOwned, Base):
    """What a measure tells others; readers see `released`, never the draft beside it."""

    __tablename__ = "case_study"
    __table_args__ = (
        tenant_key(),
        belongs_to("measure_id", "measure", ondelete="CASCADE"),
        one_of("audience", Audience),
        sa.UniqueConstraint("measure_id"),
        sa.UniqueConstraint("slug"),
        sa.Index("ix_case_study_listed", "tenant_id", "audience"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    measure_id: Mapped[int] = mapped_column(sa.BigInteger)
    slug: Mapped[str] = mapped_column(sa.Text)
    title: Mapped[str] = mapped_column(sa.Text)
    place: Mapped[str] = mapped_column(sa.Text, default="")
    before: Mapped[str] = mapped_column(sa.Text, default="")
    after: Mapped[str] = mapped_column(sa.Text, default="")
    lesson: Mapped[str] = mapped_column(sa.Text, default="")
    language: Mapped[str] = mapped_column(sa.Text)
    photo_ids: Mapped[list[int]] = mapped_column(JsonText, default=list)
    with_money: Mapped[bool] = mapped_column(sa.Boolean, default=True)
    audience: Mapped[str] = mapped_column(sa.Text, default="draft")
    released: Mapped[dict[str, Any]] = mapped_column(JsonText, default=dict)
    released_at: Mapped[datetime | None] = mapped_column(Instant)
    released_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    version: Mapped[int] = mapped_column(sa.Integer, default=1)
