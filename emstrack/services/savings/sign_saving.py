"""What is signed when a measure is verified: its lines of the ledger as they stand, so that a later change shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from emstrack.domain.errors import RefusedError
from emstrack.domain.ledger import LineKind
from emstrack.domain.measures import MeasureStatus
from emstrack.services.savings.draw_ledger import draw_ledger
from emstrack.services.sites.record_change import Subject, record_change
from emstrack.storage.models import SignedSaving
from emstrack.storage.scope import scope_of, within

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from emstrack.services.savings.ledger_lines import LedgerLine
    from emstrack.storage.models import Measure


def lines_to_sign(session: Session, measure: Measure, *, today: date) -> list[LedgerLine]:
    """Return the lines of a measure that somebody may put their name to.

    Raises
    ------
    RefusedError
        ``ledger.only_allocated`` where all that is known of it is a share of what its meters saved beside others;
        ``ledger.saving_unsigned`` where a saving that was measured apart waits for its own signature.
    """
    session.flush()
    drawn = draw_ledger(session, today=today, site_id=measure.site_id).lines
    own = [line for line in drawn if line.measure_id == measure.id]
    if any(told.code == "ledger.isolated_unsigned" for line in own for told in line.findings):
        raise RefusedError("ledger.saving_unsigned", field="status")
    found = [line for line in own if line.kind.may_be_verified]
    if not found and any(line.kind is LineKind.ALLOCATED for line in own):
        raise RefusedError("ledger.only_allocated", field="status")
    return found


def settle_signature(
    session: Session, measure: Measure, lines: list[LedgerLine], *, status: MeasureStatus, now: datetime
) -> None:
    """Keep what is signed with a verification; a step back withdraws it, and a faded measure keeps it."""
    if status is MeasureStatus.FADED:
        return
    session.execute(
        sa.update(SignedSaving)
        .where(
            *within(session, SignedSaving), SignedSaving.measure_id == measure.id, SignedSaving.withdrawn_at.is_(None)
        )
        .values(withdrawn_at=now)
        .execution_options(synchronize_session=False)
    )
    if status is not MeasureStatus.VERIFIED:
        return
    for line in lines:
        _sign(session, measure, line, now=now)


def _sign(session: Session, measure: Measure, line: LedgerLine, *, now: datetime) -> None:
    session.add(
        SignedSaving(
            tenant_id=measure.tenant_id,
            measure_id=measure.id,
            site_id=measure.site_id,
            meter_id=line.meter_id,
            saving_id=line.saving_id,
            resource=line.resource,
            unit=line.unit,
            basis=line.basis,
            option=line.option,
            kind=line.kind.value,
            quantity=line.measured,
            band_90=line.band_90,
            estimated=line.estimated,
            cost=line.measured_money,
            currency=line.currency,
            months=[list(each) for each in line.months],
            fingerprint=line.fingerprint,
            signed_at=now,
            signed_by=scope_of(session).user_id,
        )
    )
    session.flush()
    told = {
        "signed_quantity": line.measured,
        "signed_band": line.band_90,
        "signed_unit": line.unit,
        "signed_period": f"{line.months[0][0]}:{line.months[-1][0]}",
        "signed_fingerprint": line.fingerprint[:12],
    }
    subject = Subject("measure", measure.id)
    record_change(session, subject, old=None, new=told, now=now)
