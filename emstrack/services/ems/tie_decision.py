"""What a decision may be about: a meter or a measure of the committee's sites."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emstrack.storage.models import Measure, Meter, Site
from emstrack.storage.scope import scoped, within

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

MOST = 400


def things_to_decide_on(session: Session, site_ids: Collection[int]) -> list[tuple[str, str]]:
    """Return ``measure-7`` and ``meter-12`` with the words of each, measures first."""
    if len(site_ids) > MOST:
        return []  # a list this long helps nobody; the task names its site
    found = []
    for model, name, title in ((Measure, "measure", Measure.title), (Meter, "meter", Meter.name)):
        rows = session.execute(
            scoped(session, model.id, title.label("title"), Site.name.label("site"))
            .join(Site, Site.id == model.site_id)
            .where(*within(session, Site), model.site_id.in_(site_ids), model.archived_at.is_(None))
            .order_by(Site.name, title)
            .limit(MOST)
        )
        found += [(f"{name}-{row.id}", f"{row.site}: {row.title}") for row in rows]
    return found


def untie(text: str) -> tuple[int | None, int | None]:
    """Return the meter and the measure that a choice stands for."""
    kind, _, number = text.partition("-")
    id_ = int(number) if number.isdigit() and len(number) < 19 else None
    return (id_ if kind == "meter" else None), (id_ if kind == "measure" else None)
