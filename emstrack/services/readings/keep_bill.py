"""The picture or PDF of a bill: kept once, joined to the reading it stands behind, and listed until it is typed in."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emstrack.domain.errors import NotFoundError, RefusedError
from emstrack.readers import pictures
from emstrack.services.readings.amend_rows import amend_row, check_version, read_again
from emstrack.services.readings.open_meter import open_meter
from emstrack.services.readings.settle_entries import entries
from emstrack.storage.models import Bill, Reading, StoredFile, User
from emstrack.storage.scope import find, scope_of, scoped, within

if TYPE_CHECKING:
    from datetime import datetime

    import sqlalchemy as sa
    from sqlalchemy.orm import Session

    from emstrack.gateways.stored_files import StoredFiles

PHOTO_REASON = "Picture of the bill added"
"""The reason kept; a message id, shown in the reader's language."""
LARGEST_PDF_MB = 20


@dataclass(frozen=True, slots=True)
class SentFile:
    """What somebody sent: its bytes and the name it came with."""

    content: bytes
    name: str


@dataclass(frozen=True, slots=True)
class KeptBill:
    """A bill's file, and who sent it."""

    bill: Bill
    file: StoredFile
    who: str


def keep_bill(
    session: Session, files: StoredFiles, meter_id: int, sent: SentFile, *, replaces: int | None = None, now: datetime
) -> Bill:
    """Keep a bill of a meter; a picture is made anew, a PDF stays as it is."""
    scope = scope_of(session)
    stored = keep_file(session, files, sent, site_id=open_meter(session, meter_id).site_id, now=now)
    bill = Bill(
        tenant_id=scope.tenant_id,
        meter_id=meter_id,
        file_id=stored.id,
        corrects_id=replaces,
        created_at=now,
        created_by=scope.user_id,
    )
    session.add(bill)
    session.flush()
    return bill


def keep_file(session: Session, files: StoredFiles, sent: SentFile, *, site_id: int, now: datetime) -> StoredFile:
    """Keep a picture or PDF of a site under a random name; a picture is made anew, so nothing rides along in it."""
    is_pdf = sent.content.startswith(b"%PDF-")
    if is_pdf and len(sent.content) > LARGEST_PDF_MB * 1024 * 1024:
        raise RefusedError("picture.too_large", limit=LARGEST_PDF_MB, field="picture")
    kept = sent.content if is_pdf else pictures.read_picture(sent.content, sent.name)
    scope = scope_of(session)
    stored = StoredFile(
        tenant_id=scope.tenant_id,
        path=files.save(kept, ".pdf" if is_pdf else ".jpg"),
        name=sent.name[:200],
        media_type="application/pdf" if is_pdf else pictures.MEDIA_TYPE,
        size=len(kept),
        sha256=hashlib.sha256(kept).hexdigest(),
        site_id=site_id,
        created_at=now,
        created_by=scope.user_id,
    )
    session.add(stored)
    session.flush()
    return stored


def attach_bill(
    session: Session,
    files: StoredFiles,
    reading_id: int,
    *,
    version: int,
    sent: SentFile | None = None,
    bill_id: int | None = None,
    now: datetime,
) -> Bill:
    """Put a bill behind a reading: a file sent now, or one that waits on the meter; the one before stays in history.

    Raises
    ------
    RefusedError
        ``picture.empty`` without either, or what is wrong with the file.
    ConflictError
        Where somebody else changed the reading since.
    """
    with entries(session, now=now) as block:
        row = read_again(session, Reading, reading_id)
        check_version(session, row, version, mine=sent.name if sent else "–")
        if bill_id is not None:
            bill = find(session, Bill, bill_id)
            if bill.meter_id != row.meter_id:
                raise NotFoundError("record.not_found", thing="bill")
        else:
            sent = sent or SentFile(b"", "")
            bill = keep_bill(session, files, row.meter_id, sent, replaces=row.bill_id, now=now)
        if row.bill_id != bill.id:
            amend_row(session, block.link, row, {"bill_id": bill.id}, reason=PHOTO_REASON)
        return bill


def waiting_bills(session: Session, meter_id: int) -> list[KeptBill]:
    """Return the bills of a meter that no reading rests on and no later file replaced, the oldest first."""
    rows = session.execute(
        _with_file(session).where(Bill.meter_id == meter_id, stands_alone(session)).order_by(Bill.id)
    )
    return [KeptBill(row.Bill, row.StoredFile, row.who or "") for row in rows]


def bills_by_id(session: Session, ids: set[int]) -> dict[int, KeptBill]:
    """Return bills with their files."""
    rows = session.execute(_with_file(session).where(Bill.id.in_(ids)))
    return {row.Bill.id: KeptBill(row.Bill, row.StoredFile, row.who or "") for row in rows}


def stands_alone(session: Session) -> sa.ColumnElement[bool]:
    """Return the criterion of a bill that nothing was typed from."""
    other = Bill.__table__.alias("later")
    used = scoped(session, Reading.id).where(Reading.bill_id == Bill.id).correlate(Bill.__table__).exists()
    later = scoped(session, other.c.id).where(other.c.corrects_id == Bill.id).correlate(Bill.__table__).exists()
    return ~used & ~later


def _with_file(session: Session) -> sa.Select[tuple[Bill, StoredFile, str]]:
    return (
        scoped(session, Bill, StoredFile)
        .where(StoredFile.id == Bill.file_id, *within(session, StoredFile))
        .outerjoin(User, User.id == Bill.created_by)
        .add_columns(User.name.label("who"))
    )
