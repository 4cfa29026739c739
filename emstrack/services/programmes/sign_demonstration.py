"""The demonstration's ledger: which saving stands for which measure, and every other one that may be signed, signed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from emstrack.domain.errors import RefusedError
from emstrack.domain.measures import MeasureStatus, Step
from emstrack.services.audits.change_status import change_status
from emstrack.services.savings.assign_saving import assign_saving
from emstrack.services.savings.sign_saving import lines_to_sign
from emstrack.storage.models import IsolatedSaving, Measure
from emstrack.storage.scope import scope_of, scoped, set_scope

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from emstrack.services.programmes.demonstrate_measures import Cast


def sign_demonstration(session: Session, cast: Cast, *, now: datetime) -> None:
    """Let savings stand for the measures of their name, and have the centre's administrator sign every other one."""
    statement = scoped(session, Measure).where(Measure.status == MeasureStatus.IMPLEMENTED.value).order_by(Measure.id)
    put_in = list(session.scalars(statement))
    for saving in session.scalars(scoped(session, IsolatedSaving).order_by(IsolatedSaving.id)).all():
        measure = _named(saving, put_in)
        if measure is not None:
            assign_saving(session, measure.id, saving.id, now=now)
    before = scope_of(session)
    set_scope(session, replace(before, user_id=cast.signer))
    for measure in [each for each in put_in if _may_be_signed(session, each, now)][::2]:
        step = Step(status=MeasureStatus.VERIFIED)
        change_status(session, measure.id, step, version=measure.version, today=now.date(), now=now)
    set_scope(session, before)


def _named(saving: IsolatedSaving, measures: Sequence[Measure]) -> Measure | None:
    """Return the measure of the site with the shortest title that has all the words of a saving's."""
    words = set(saving.title.lower().split())
    fits = [e for e in measures if e.site_id == saving.site_id and words <= set(e.title.lower().split())]
    return min(fits, key=lambda each: len(each.title), default=None)


def _may_be_signed(session: Session, measure: Measure, now: datetime) -> bool:
    try:
        return bool(lines_to_sign(session, measure, today=now.date()))
    except RefusedError:
        return False
