"""A saving verified apart from the whole meter, written down or corrected, with what it comes to computed and kept."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

import sqlalchemy as sa

from emstrack.analysis.isolation.worksheets import compute_worksheet, quantities_of
from emstrack.domain.accounts import Permission
from emstrack.domain.errors import RefusedError
from emstrack.domain.verification import Option, check_details, with_sample
from emstrack.domain.worksheets import check_parameters, choices_of
from emstrack.services.readings.keep_bill import keep_file
from emstrack.services.savings.describe_isolated_saving import details_of, facts_of, stored_external
from emstrack.services.sites.record_change import Subject, conflict_between, record_change
from emstrack.storage.models import IsolatedParameter, IsolatedQuantity, IsolatedSaving, Meter, Site
from emstrack.storage.queries import verification as queries
from emstrack.storage.scope import find, require, scoped
from emstrack.storage.versions import update_if_unchanged

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from emstrack.domain.verification import Quantity, SavingDetails
    from emstrack.gateways.stored_files import StoredFiles
    from emstrack.services.readings.keep_bill import SentFile


@dataclass(frozen=True, slots=True)
class Evidence:
    """Files sent with a saving, by the parameter they stand behind; under no name, the one behind the whole."""

    files: StoredFiles
    sent: Mapping[str, SentFile]


def add_isolated_saving(
    session: Session,
    site_id: int,
    details: SavingDetails,
    *,
    now: datetime,
    today: date,
    evidence: Evidence | None = None,
) -> IsolatedSaving:
    """Write a saving down.

    Raises
    ------
    RefusedError
        What `domain.verification` and `domain.worksheets` refuse; for a sub-meter ``isolation.not_a_sub_meter``,
        ``isolation.no_baseline`` or ``isolation.sub_meter_taken``.
    """
    scope = require(session, Permission.SET_BASELINE)
    find(session, Site, site_id)
    details = _with_samples(details)
    quantities = _checked(session, site_id, details, today)
    details, file_id = _kept(session, site_id, details, evidence, now)
    row = IsolatedSaving(
        tenant_id=scope.tenant_id,
        site_id=site_id,
        option=details.option.value,
        worksheet=details.worksheet.value if details.worksheet else None,
        created_at=now,
        created_by=scope.user_id,
        **_columns(details),
        file_id=file_id,
    )
    session.add(row)
    session.flush()
    _write_parts(session, row, details, quantities)
    subject = Subject("isolated_saving", row.id)
    record_change(session, subject, old=None, new={"title": row.title, "option": row.option}, now=now)
    return row


def change_isolated_saving(
    session: Session,
    saving_id: int,
    details: SavingDetails,
    *,
    version: int,
    now: datetime,
    today: date,
    reason: str = "",
    evidence: Evidence | None = None,
) -> IsolatedSaving:
    """Correct a saving; whoever signed it has to look at it again.

    Raises
    ------
    RefusedError
        As `add_isolated_saving`, and ``isolation.withdrawn``.
    ConflictError
        ``record.changed_meanwhile`` where somebody else changed it since this version was read.
    """
    scope = require(session, Permission.SET_BASELINE)
    row = find(session, IsolatedSaving, saving_id)
    if row.withdrawn_at is not None:
        raise RefusedError("isolation.withdrawn")
    details = _with_samples(details)
    quantities = _checked(session, row.site_id, details, today, own=row.id)
    details, sent = _kept(session, row.site_id, details, evidence, now)
    file_id = sent or row.file_id
    before = {**facts_of(details_of(session, row)), "file_id": row.file_id}
    after = {**facts_of(details), "file_id": file_id}
    if before == after:
        return row
    changed = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    values = {
        **_columns(details),
        "file_id": file_id,
        "changed_by": scope.user_id,
        "signed_at": None,
        "signed_by": None,
    }
    was_signed = row.signed_at
    if not update_if_unchanged(session, row, version, values):
        theirs = {**facts_of(details_of(session, row)), "file_id": row.file_id}
        raise conflict_between({name: after.get(name) for name in changed}, theirs, row.version)
    _write_parts(session, row, details, quantities)
    old, new = ({name: facts.get(name) for name in changed} for facts in (before, after))
    if was_signed is not None:
        old["signed_at"], new["signed_at"] = was_signed, None
    record_change(session, Subject("isolated_saving", row.id), old=old, new=new, reason=reason, now=now)
    return row


def _with_samples(details: SavingDetails) -> SavingDetails:
    return replace(details, parameters=tuple(with_sample(each) for each in details.parameters))


def _kept(
    session: Session, site_id: int, details: SavingDetails, evidence: Evidence | None, now: datetime
) -> tuple[SavingDetails, int | None]:
    """Keep what was sent, once everything else is in order; return the details with it, and the file of the whole."""
    if evidence is None or not evidence.sent:
        return details, None
    ids = {
        name: keep_file(session, evidence.files, sent, site_id=site_id, now=now).id
        for name, sent in evidence.sent.items()
    }
    given = tuple(replace(each, file_id=ids.get(each.name.value, each.file_id)) for each in details.parameters)
    return replace(details, parameters=given), ids.get("")


def _columns(details: SavingDetails) -> dict[str, object]:
    """Return what of a saving's details stands in its own row."""
    chosen = choices_of(details.worksheet, details.choices) if details.worksheet else {}
    return {
        "title": details.title.strip(),
        "start": details.start,
        "end": details.end,
        "note": details.note.strip(),
        "meter_id": details.meter_id,
        "choices": chosen,
        "external": stored_external(details.external),
    }


def _checked(
    session: Session, site_id: int, details: SavingDetails, today: date, *, own: int | None = None
) -> tuple[Quantity, ...]:
    """Return what a saving comes to, refused where it does not say what it rests on."""
    check_details(details)
    if details.option is Option.KEY_PARAMETER and details.worksheet is not None:
        choices = choices_of(details.worksheet, details.choices)
        check_parameters(details.worksheet, choices, details.parameters, today=today)
        return quantities_of(compute_worksheet(details.worksheet, choices, details.parameters), choices)
    if details.external is not None:
        return details.external.quantities
    _check_sub_meter(session, site_id, details.meter_id or 0, own)
    return ()


def _check_sub_meter(session: Session, site_id: int, meter_id: int, own: int | None) -> None:
    """Refuse a meter that bounds nothing, or whose own saving does not count yet."""
    meter = session.scalars(scoped(session, Meter).where(Meter.id == meter_id, Meter.site_id == site_id)).one_or_none()
    if meter is None or meter.parent_id is None:
        raise RefusedError("isolation.not_a_sub_meter", field="meter_id")
    if not queries.has_adopted_baseline(session, meter_id):
        raise RefusedError("isolation.no_baseline", meter=meter.name, field="meter_id")
    others = scoped(session, IsolatedSaving.title).where(
        IsolatedSaving.meter_id == meter_id, IsolatedSaving.withdrawn_at.is_(None), IsolatedSaving.id != (own or 0)
    )
    taken = session.scalars(others).first()
    if taken is not None:
        raise RefusedError("isolation.sub_meter_taken", meter=meter.name, title=taken, field="meter_id")


def _write_parts(
    session: Session, row: IsolatedSaving, details: SavingDetails, quantities: tuple[Quantity, ...]
) -> None:
    """Put parameters and quantities in the place of those before; history keeps these."""
    whose = {"tenant_id": row.tenant_id, "saving_id": row.id}
    for table in (IsolatedParameter, IsolatedQuantity):
        session.execute(
            sa.delete(table).where(table.tenant_id == row.tenant_id, table.saving_id == row.id),
            execution_options={"synchronize_session": False},
        )
    for given in details.parameters:
        plain = {"name": given.name.value, "grounds": given.grounds.value, "readings": list(given.readings)}
        session.add(IsolatedParameter(**{**asdict(given), **plain, **whose, "site_id": row.site_id}))
    session.add_all(IsolatedQuantity(**whose, site_id=row.site_id, **asdict(each)) for each in quantities)
    session.flush()
