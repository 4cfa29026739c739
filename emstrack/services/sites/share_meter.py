"""One meter, several sites: the dated part each of them uses; the meter's own site keeps the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import NotFoundError, RefusedError
from emstrack.domain.meters import DatedShare, first_overfull_day
from emstrack.domain.sites import BEGINNING
from emstrack.services.sites.check_meter import lock_site
from emstrack.services.sites.record_change import Subject, change_row, record_change
from emstrack.storage.models import Meter, MeterShare, Site
from emstrack.storage.scope import find, require, scoped

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session


def share_meter(
    session: Session,
    meter_id: int,
    site_id: int,
    fraction: float,
    *,
    start: date | None,
    now: datetime,
    end: date | None = None,
) -> MeterShare:
    """Give a site a part of a meter from a day on. On no day may the parts be more than the whole."""
    scope = require(session, Permission.EDIT_SITES)
    meter = find(session, Meter, meter_id)
    site = find(session, Site, site_id)
    lock_site(session, meter.site_id)
    given = DatedShare(site_id, fraction, start or BEGINNING, end)
    _check(session, meter, given)
    share = MeterShare(
        tenant_id=scope.tenant_id, meter_id=meter_id, site_id=site_id, fraction=fraction, start=given.start, end=end
    )
    session.add(share)
    session.flush()
    record_change(session, _subject(share, site.name), old=None, new=_facts(share), now=now)
    session.flush()
    return share


def end_share(session: Session, share_id: int, end: date, *, version: int, now: datetime) -> MeterShare:
    """Say from which day on a site no longer uses its part."""
    require(session, Permission.EDIT_SITES)
    share = find(session, MeterShare, share_id)
    meter = find(session, Meter, share.meter_id)
    lock_site(session, meter.site_id)
    _check(session, meter, DatedShare(share.site_id, share.fraction, share.start, end), share_id)
    subject = _subject(share, find(session, Site, share.site_id).name)
    change_row(session, share, {"end": end}, subject, version=version, now=now)
    return share


def remove_share(session: Session, share_id: int, *, now: datetime, reason: str = "") -> int:
    """Take out a share that was never true. Returns the meter."""
    require(session, Permission.EDIT_SITES)
    share = find(session, MeterShare, share_id)
    find(session, Meter, share.meter_id)
    subject = _subject(share, find(session, Site, share.site_id).name)
    record_change(session, subject, old=_facts(share), new=None, now=now, reason=reason)
    session.delete(share)
    session.flush()
    return share.meter_id


def share_of_meter(session: Session, meter_id: int, share_id: int) -> MeterShare:
    """Return a share of this meter."""
    share = find(session, MeterShare, share_id)
    if share.meter_id != meter_id:
        raise NotFoundError("record.not_found", thing="meter share")
    return share


def shares_of(session: Session, meter_id: int) -> list[DatedShare]:
    """Return a meter's shares for `domain.meters.fractions_between`."""
    rows = session.scalars(scoped(session, MeterShare).where(MeterShare.meter_id == meter_id))
    return [DatedShare(row.site_id, row.fraction, row.start, row.end) for row in rows]


def _check(session: Session, meter: Meter, given: DatedShare, share_id: int | None = None) -> None:
    if not 0 < given.fraction <= 1:
        raise RefusedError("share.fraction_unknown", field="percent")
    if given.site_id == meter.site_id:
        raise RefusedError("share.own_site", field="site_id")
    if given.end is not None and given.end <= given.start:
        raise RefusedError("share.backward", start=given.start, end=given.end, field="end")
    rows = session.scalars(scoped(session, MeterShare).where(MeterShare.meter_id == meter.id))
    others = [DatedShare(row.site_id, row.fraction, row.start, row.end) for row in rows if row.id != share_id]
    for other in others:
        apart = (other.end is not None and other.end <= given.start) or (
            given.end is not None and given.end <= other.start
        )
        if other.site_id == given.site_id and not apart:
            raise RefusedError("share.site_twice", field="site_id")
    day = first_overfull_day([*others, given])
    if day is not None:
        raise RefusedError("share.too_much", day=day, field="percent")


def _subject(share: MeterShare, site: str) -> Subject:
    return Subject("meter", share.meter_id, f"share {site}")


def _facts(share: MeterShare) -> dict[str, object]:
    return {"fraction": share.fraction, "start": share.start, "end": share.end}
