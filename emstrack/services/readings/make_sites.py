"""Sites that a file names and nobody made yet: of kind `other`, in the organisation the file was imported for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emstrack.storage import bulk
from emstrack.storage.models import Site
from emstrack.storage.scope import scope_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from emstrack.services.readings.write_history_link import OpenLink


def make_sites(session: Session, names: Sequence[str], *, organisation_id: int, link: OpenLink) -> None:
    """Make sites by name; the batch that made them can take them away again."""
    if not names:
        return
    table: Any = Site.__table__
    blank = dict.fromkeys(("country", "city", "currency", "time_zone"), "")
    bulk.insert_columns(
        session,
        table,
        {"name": list(names)},
        organisation_id=organisation_id,
        kind="other",
        services=[],
        batch_id=link.row.batch_id,
        created_at=link.row.at,
        created_by=scope_of(session).user_id,
        version=1,
        **blank,
    )
