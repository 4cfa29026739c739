"""A person's private calendar address: made, renewed, revoked, and read by whatever program knows its secret."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from emstrack.documents.calendar import CalendarEntry, write_calendar
from emstrack.domain.errors import NotFoundError
from emstrack.language.follow_ups import title_of
from emstrack.language.languages import Language
from emstrack.services.accounts.find_places import find_places
from emstrack.services.accounts.sign_in import token_hash
from emstrack.storage.models import CalendarFeed, FollowUp, User
from emstrack.storage.queries import follow_ups as queries
from emstrack.storage.scope import set_scope

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

BACK = timedelta(days=90)
NOTED_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class CalendarState:
    """What the account page shows of one's calendar."""

    created_at: datetime
    last_read_at: datetime | None


def calendar_of(session: Session, user_id: int) -> CalendarState | None:
    """Return the calendar a person has; None where there is none."""
    row = session.scalars(sa.select(CalendarFeed).where(*_of_user(user_id))).one_or_none()
    return CalendarState(row.created_at, row.last_read_at) if row is not None else None


def renew_calendar(session: Session, user_id: int, *, now: datetime) -> str:
    """Make a new address and return its secret, which is never shown again; the one before stops at once."""
    revoke_calendar(session, user_id, now=now)
    secret = secrets.token_urlsafe(24)
    session.add(CalendarFeed(user_id=user_id, token_hash=token_hash(secret), created_at=now))
    session.flush()
    return secret


def revoke_calendar(session: Session, user_id: int, *, now: datetime) -> None:
    """Close the address; programs that know it get nothing from now on."""
    session.execute(sa.update(CalendarFeed).where(*_of_user(user_id)).values(revoked_at=now))


def read_calendar(session: Session, secret: str, *, link_base: str, now: datetime) -> bytes:
    """Return the calendar behind a secret: what its person owns, in every organisation they work in now.

    Raises
    ------
    NotFoundError
        ``link.closed`` where the secret is unknown, revoked, or its person is disabled: all look alike.
    """
    found = session.execute(
        sa.select(CalendarFeed, User)
        .join(User, User.id == CalendarFeed.user_id)
        .where(
            CalendarFeed.token_hash == token_hash(secret),
            CalendarFeed.revoked_at.is_(None),
            User.disabled_at.is_(None),
        )
    ).one_or_none()
    if found is None:
        raise NotFoundError("link.closed")
    language = Language(found.User.language or "en")
    entries: dict[str, CalendarEntry] = {}
    for place in find_places(session, found.User.id, today=now.date()):
        set_scope(session, place.scope(found.User.id))
        entries |= {each.uid: each for each in _entries(session, found.User.id, language, link_base=link_base, now=now)}
    return write_calendar(language.text("Follow-ups (emstrack)"), entries.values())


def note_read(session: Session, secret: str, *, now: datetime) -> None:
    """Keep when a calendar was last read, at most once an hour."""
    session.execute(
        sa.update(CalendarFeed)
        .where(
            CalendarFeed.token_hash == token_hash(secret),
            CalendarFeed.revoked_at.is_(None),
            CalendarFeed.last_read_at.is_(None) | (CalendarFeed.last_read_at < now - NOTED_EVERY),
        )
        .values(last_read_at=now)
    )


def _of_user(user_id: int) -> list[sa.ColumnElement[bool]]:
    return [CalendarFeed.user_id == user_id, CalendarFeed.revoked_at.is_(None)]


def _entries(
    session: Session, user_id: int, language: Language, *, link_base: str, now: datetime
) -> list[CalendarEntry]:
    criteria = (FollowUp.owner_id == user_id, queries.OPEN, FollowUp.due >= now.date() - BACK)
    rows = session.execute(queries.listed(session, *criteria).order_by(FollowUp.due, FollowUp.id))
    entries = []
    for row in rows:
        each: FollowUp = row.FollowUp
        subject = row.measure or row.meter or row.site
        title = title_of(language, each.kind, each.title, each.span, each.span_unit)
        address = f"{link_base}/follow-ups/{each.id}"
        entries.append(
            CalendarEntry(
                uid=f"follow-up-{each.id}@emstrack.invalid",
                title=f"{title}: {subject}" if subject != row.site else f"{title} · {row.site}",
                day=each.due,
                text=f"{row.site}\n{address}",
                url=address,
                revision=each.version,
                written_at=now if each.closed_at is None else each.closed_at,
            )
        )
    return entries
