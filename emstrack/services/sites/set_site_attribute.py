"""Rooms, areas and staff with the days they hold; each attribute for itself, so that new area never moves the rooms."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import NotFoundError, RefusedError
from emstrack.domain.sites import BEGINNING, Attribute, DatedValue, largest
from emstrack.services.sites.record_change import Subject, change_row, record_change
from emstrack.storage.models import Site, SiteAttribute
from emstrack.storage.scope import find, require, scoped

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

COUNTED = frozenset({Attribute.ROOMS, Attribute.STAFF})


def list_site_attributes(session: Session, site_id: int) -> list[SiteAttribute]:
    """Return every dated attribute of a site, the newest first within each."""
    find(session, Site, site_id)
    return attributes_of(session, site_id)


def attributes_of(session: Session, site_id: int) -> list[SiteAttribute]:
    """Return the same of a site that was found already."""
    order = list(Attribute)
    rows = session.scalars(scoped(session, SiteAttribute).where(SiteAttribute.site_id == site_id))
    return sorted(rows, key=lambda row: (order.index(Attribute(row.attribute)), -row.start.toordinal()))


def set_site_attribute(
    session: Session,
    site_id: int,
    attribute: Attribute,
    value: float,
    *,
    start: date | None,
    now: datetime,
    end: date | None = None,
    note: str = "",
) -> SiteAttribute:
    """Say what holds from a day on; an open value before it ends on that day. Without a day it is the beginning."""
    scope = require(session, Permission.EDIT_SITES)
    find(session, Site, site_id)
    given = DatedValue(checked_value(attribute, value), start or BEGINNING, end)
    _check_period(given)
    others = _of(session, site_id, attribute)
    before = [row for row in others if row.end is None and row.start < given.start]
    for row in before:
        change_row(session, row, {"end": given.start}, _subject(row), version=row.version, now=now, reason=note)
    _check_overlaps(given, others)
    added = SiteAttribute(
        tenant_id=scope.tenant_id,
        site_id=site_id,
        attribute=attribute.value,
        value=given.value,
        start=given.start,
        end=given.end,
        note=note.strip(),
        created_at=now,
        created_by=scope.user_id,
    )
    session.add(added)
    session.flush()
    record_change(session, _subject(added), old=None, new=_facts(added), reason=note, now=now)
    session.flush()
    return added


def change_site_attribute(
    session: Session,
    row_id: int,
    *,
    value: float,
    start: date | None,
    end: date | None,
    version: int,
    now: datetime,
    note: str = "",
) -> SiteAttribute:
    """Correct one entry; the others stay as they are."""
    require(session, Permission.EDIT_SITES)
    row = find(session, SiteAttribute, row_id)
    given = DatedValue(checked_value(Attribute(row.attribute), value), start or BEGINNING, end)
    _check_period(given)
    others = [each for each in _of(session, row.site_id, Attribute(row.attribute)) if each.id != row_id]
    _check_overlaps(given, others)
    values = {"value": given.value, "start": given.start, "end": given.end, "note": note.strip()}
    change_row(session, row, values, _subject(row), version=version, now=now, reason=note)
    return row


def remove_site_attribute(session: Session, row_id: int, *, now: datetime, reason: str = "") -> int:
    """Take out an entry that was never true; its values stay in history. Returns the site."""
    require(session, Permission.EDIT_SITES)
    row = find(session, SiteAttribute, row_id)
    record_change(session, _subject(row), old=_facts(row), new=None, reason=reason, now=now)
    session.delete(row)
    session.flush()
    return row.site_id


def attribute_of_site(session: Session, site_id: int, row_id: int) -> SiteAttribute:
    """Return one entry of this site."""
    row = find(session, SiteAttribute, row_id)
    if row.site_id != site_id:
        raise NotFoundError("record.not_found", thing="site attribute")
    return row


def dated_values(session: Session, site_id: int, attribute: Attribute) -> list[DatedValue]:
    """Return one attribute's values for `domain.sites.average_between` and `rooms_between`."""
    return [DatedValue(row.value, row.start, row.end) for row in _of(session, site_id, attribute)]


def checked_value(attribute: Attribute, value: float) -> float:
    """Return a value that can be true of a site, or refuse it."""
    most = largest(attribute)
    if not math.isfinite(value) or not 0 <= value <= most:
        raise RefusedError("attribute.not_a_number", value=value, largest=most, field=attribute.value)
    if attribute in COUNTED and value != int(value):
        raise RefusedError("attribute.rooms_not_whole", value=value, field=attribute.value)
    return float(value)


def _of(session: Session, site_id: int, attribute: Attribute) -> list[SiteAttribute]:
    statement = scoped(session, SiteAttribute).where(
        SiteAttribute.site_id == site_id, SiteAttribute.attribute == attribute.value
    )
    return list(session.scalars(statement.order_by(SiteAttribute.start)))


def _check_period(given: DatedValue) -> None:
    if given.end is not None and given.end <= given.start:
        raise RefusedError("attribute.backward", start=given.start, end=given.end, field="end")


def _check_overlaps(given: DatedValue, others: list[SiteAttribute]) -> None:
    for row in others:
        if given.overlaps(DatedValue(row.value, row.start, row.end)):
            raise RefusedError("attribute.overlaps", start=row.start, end=row.end, value=row.value, field="start")


def _subject(row: SiteAttribute) -> Subject:
    return Subject("site", row.site_id, row.attribute)


def _facts(row: SiteAttribute) -> dict[str, object]:
    return {"value": row.value, "start": row.start, "end": row.end}
