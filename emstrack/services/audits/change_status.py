"""A measure goes on to its next status, one or many at a time, by the rules of `domain.measures`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import ConflictError, EmstrackError, NotFoundError, RefusedError
from emstrack.domain.measures import MeasureStatus, Standing, Step, check_step
from emstrack.services.audits.list_owners import is_owner
from emstrack.services.savings.sign_saving import lines_to_sign, settle_signature
from emstrack.services.sites.record_change import Subject, change_row
from emstrack.storage.models import Measure, VerificationPlan
from emstrack.storage.scope import find, require, scoped

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What shall become of several measures: one of these, the others None."""

    owner_id: int | None = None
    due: date | None = None
    step: Step | None = None


@dataclass(slots=True)
class Done:
    """What became of several measures: how many went, and each refusal with the title it is about."""

    changed: int = 0
    refused: list[tuple[str, EmstrackError]] = field(default_factory=list)


def change_status(
    session: Session, measure_id: int, step: Step, *, version: int, today: date, now: datetime
) -> Measure:
    """Take a measure one step on, back or aside; a verification signs what the ledger says of it."""
    scope = require(session, Permission.EDIT_SITES)
    measure = find(session, Measure, measure_id)
    if measure.archived_at is not None:
        raise RefusedError("measure.archived", field="status")
    standing = Standing(
        status=MeasureStatus(measure.status),
        owner_id=measure.owner_id,
        has_plan=has_agreed_plan(session, measure_id),
        implemented_on=measure.implemented_on,
    )
    check_step(standing, step, signer_id=scope.user_id, today=today)
    verified = step.status is MeasureStatus.VERIFIED
    lines = lines_to_sign(session, measure, today=today) if verified else []
    values: dict[str, Any] = {"status": step.status.value, "status_reason": step.reason.strip()[:2000]}
    if step.status is MeasureStatus.IMPLEMENTED and standing.status is not MeasureStatus.VERIFIED:
        values["implemented_on"] = step.day or today
    elif not step.status.is_implemented:
        values["implemented_on"] = None
    if verified or step.status is not MeasureStatus.FADED:
        values |= {"verified_by": scope.user_id if verified else None, "verified_at": now if verified else None}
    subject = Subject("measure", measure_id)
    change_row(session, measure, values, subject, version=version, now=now, reason=step.reason)
    measure.status_at = now
    settle_signature(session, measure, lines, status=step.status, now=now)
    session.flush()
    return measure


def has_agreed_plan(session: Session, measure_id: int) -> bool:
    """Tell whether how to measure and verify was agreed on."""
    statement = scoped(session, VerificationPlan.id).where(
        VerificationPlan.measure_id == measure_id, VerificationPlan.agreed_on.is_not(None)
    )
    return session.scalar(statement) is not None


def change_many(session: Session, ids: Sequence[int], wish: Wish, *, today: date, now: datetime) -> Done:
    """Do the same to several measures; what one refuses is named and stops no other.

    Raises
    ------
    RefusedError
        ``measure.none_chosen``, ``measure.too_many_chosen``, ``measure.nothing_wished``, ``measure.owner_unknown``.
    """
    require(session, Permission.EDIT_SITES)
    if not ids:
        raise RefusedError("measure.none_chosen")
    if len(ids) > MOST_AT_ONCE:
        raise RefusedError("measure.too_many_chosen", most=MOST_AT_ONCE)
    if wish.owner_id is None and wish.due is None and wish.step is None:
        raise RefusedError("measure.nothing_wished")
    if wish.owner_id is not None and not is_owner(session, wish.owner_id):
        raise RefusedError("measure.owner_unknown", field="owner_id")
    done = Done()
    for id_ in dict.fromkeys(ids):
        measure = find(session, Measure, id_)
        title = measure.title
        try:
            with session.begin_nested():
                done.changed += _grant(session, measure, wish, today=today, now=now)
        except (RefusedError, ConflictError, NotFoundError) as error:
            again = scoped(session, Measure).where(Measure.id == id_).execution_options(populate_existing=True)
            session.scalars(again).one()  # as it is again, now that its savepoint is gone
            done.refused.append((title, error))
    return done


def _grant(session: Session, measure: Measure, wish: Wish, *, today: date, now: datetime) -> bool:
    reason = wish.step.reason if wish.step else ""
    values: dict[str, Any] = {}
    if wish.owner_id is not None:
        values["owner_id"] = wish.owner_id
    if wish.due is not None:
        values["due"] = wish.due
    changed = False
    if values:
        subject = Subject("measure", measure.id)
        changed = change_row(session, measure, values, subject, version=measure.version, now=now, reason=reason)
    if wish.step is not None:
        change_status(session, measure.id, wish.step, version=measure.version, today=today, now=now)
        changed = True
    return changed
