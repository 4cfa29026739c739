"""A committee, who sits on it and for how long, and the policies it follows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.domain.accounts import Permission
from emstrack.domain.committees import CommitteeRole, PolicyStep, Rhythm, overlapping_terms
from emstrack.domain.errors import NotFoundError, RefusedError
from emstrack.services.sites.record_change import Subject, change_row, record_change
from emstrack.storage.models import Committee, CommitteeMember, Organisation, PolicyItem, Programme, Site
from emstrack.storage.queries import committees as queries
from emstrack.storage.queries import follow_ups
from emstrack.storage.scope import find, require, scoped

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

LONGEST_NAME = 120
SECOND_THURSDAY = Rhythm(1, 2, 3)
_HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitteeDetails:
    """What a person says of a committee."""

    organisation_id: int
    name: str
    purpose: str = ""
    rhythm: Rhythm = SECOND_THURSDAY
    hour: str = "10:00"
    place: str = ""
    site_ids: Sequence[int] = ()
    programme_id: int | None = None
    """The programme it steers, where it steers one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """Who sits on a committee, as what, from when until when."""

    role: CommitteeRole
    start: date
    end: date | None = None
    user_id: int | None = None
    name: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a person says of a policy item."""

    title: str
    proposal: str = ""
    body: str = ""
    step: PolicyStep = PolicyStep.PROPOSED
    consulted: str = ""
    decided_on: date | None = None
    incentive: str = ""


def add_committee(session: Session, given: CommitteeDetails, *, now: datetime) -> Committee:
    """Found a committee.

    Raises
    ------
    RefusedError
        ``committee.name_missing``, ``committee.name_taken``, ``committee.rhythm``, ``committee.hour``.
    """
    scope = require(session, Permission.EDIT_SITES)
    values = _checked(session, given)
    row = Committee(tenant_id=scope.tenant_id, created_at=now, created_by=scope.user_id, **values)
    session.add(row)
    session.flush()
    record_change(session, Subject("committee", row.id), old=None, new={"name": row.name}, now=now)
    return row


def change_committee(
    session: Session, committee_id: int, given: CommitteeDetails, *, version: int, now: datetime
) -> Committee:
    """Change a committee; meetings already planned keep their day.

    Raises
    ------
    ConflictError
        ``record.changed_meanwhile``.
    """
    require(session, Permission.EDIT_SITES)
    row = find(session, Committee, committee_id)
    change_row(session, row, _checked(session, given, row.id), Subject("committee", row.id), version=version, now=now)
    return row


def archive_committee(session: Session, committee_id: int, *, version: int, now: datetime) -> Committee:
    """Dissolve a committee; its minutes stay."""
    require(session, Permission.EDIT_SITES)
    row = find(session, Committee, committee_id)
    change_row(session, row, {"archived_at": now}, Subject("committee", row.id), version=version, now=now)
    return row


def add_member(session: Session, committee_id: int, given: Term, *, now: datetime) -> CommitteeMember:
    """Seat somebody for a term.

    Raises
    ------
    RefusedError
        ``committee.member_missing``, ``committee.term_backward``, ``committee.term_overlaps``.
    """
    scope = require(session, Permission.EDIT_SITES)
    committee = find(session, Committee, committee_id)
    name, email = _person(session, given)
    if given.end is not None and given.end <= given.start:
        raise RefusedError("committee.term_backward", start=given.start, end=given.end, field="end")
    seated = [(row.user_id or row.name, row.start, row.end) for row in queries.members(session, committee.id)]
    if next(overlapping_terms([*seated, (given.user_id or name, given.start, given.end)]), None) is not None:
        raise RefusedError("committee.term_overlaps", name=name, field="start")
    row = CommitteeMember(
        tenant_id=scope.tenant_id,
        committee_id=committee.id,
        user_id=given.user_id,
        name=name,
        email=email,
        role=given.role.value,
        start=given.start,
        end=given.end,
    )
    session.add(row)
    session.flush()
    new = {"role": row.role, "start": row.start, "end": row.end}
    record_change(session, Subject("committee", committee.id, f"member {name}"), old=None, new=new, now=now)
    return row


def end_term(session: Session, member_id: int, day: str, *, version: int, now: datetime) -> CommitteeMember:
    """Say on which day (as a form sends it) somebody leaves.

    Raises
    ------
    RefusedError
        ``share.end_missing`` or ``committee.term_backward``.
    """
    require(session, Permission.EDIT_SITES)
    row = find(session, CommitteeMember, member_id)
    try:
        end = date.fromisoformat(day)
    except ValueError:
        raise RefusedError("share.end_missing", text=day[:40]) from None
    if end <= row.start:
        raise RefusedError("committee.term_backward", start=row.start, end=end, field="end")
    subject = Subject("committee", row.committee_id, f"member {row.name}")
    change_row(session, row, {"end": end}, subject, version=version, now=now)
    return row


def add_policy(session: Session, committee_id: int, given: Policy, *, now: datetime) -> PolicyItem:
    """Put a policy on the committee's list.

    Raises
    ------
    RefusedError
        ``committee.policy_title``, ``committee.policy_day``.
    """
    scope = require(session, Permission.EDIT_SITES)
    committee = find(session, Committee, committee_id)
    row = PolicyItem(
        tenant_id=scope.tenant_id,
        committee_id=committee.id,
        created_at=now,
        created_by=scope.user_id,
        **_policy_values(given),
    )
    session.add(row)
    session.flush()
    new = {"title": row.title, "step": row.step}
    record_change(session, Subject("committee", committee.id, f"policy {row.id}"), old=None, new=new, now=now)
    return row


def change_policy(session: Session, policy_id: int, given: Policy, *, version: int, now: datetime) -> PolicyItem:
    """Write down how far a policy has come."""
    require(session, Permission.EDIT_SITES)
    row = find(session, PolicyItem, policy_id)
    subject = Subject("committee", row.committee_id, f"policy {row.id}")
    change_row(session, row, _policy_values(given), subject, version=version, now=now)
    return row


def _checked(session: Session, given: CommitteeDetails, but: int | None = None) -> dict[str, Any]:
    name = " ".join(given.name.split())
    if not name or len(name) > LONGEST_NAME:
        raise RefusedError("committee.name_missing", limit=LONGEST_NAME, field="name")
    find(session, Organisation, given.organisation_id)
    taken = scoped(session, Committee.id).where(Committee.name == name, Committee.id != (but or 0))
    if session.scalar(taken) is not None:
        raise RefusedError("committee.name_taken", name=name, field="name")
    given.rhythm.check()
    if not _HOUR.fullmatch(given.hour):
        raise RefusedError("committee.hour", text=given.hour, field="hour")
    sites = sorted(set(given.site_ids))
    visible = set(session.scalars(scoped(session, Site.id).where(Site.id.in_(sites)))) if sites else set()
    if visible != set(sites):
        raise NotFoundError("record.not_found", thing="site")
    if given.programme_id not in {None, _programme_of(session, but)}:
        find(session, Programme, given.programme_id or 0)
    return {
        "programme_id": given.programme_id,
        "organisation_id": given.organisation_id,
        "name": name,
        "purpose": given.purpose.strip(),
        "every": given.rhythm.every,
        "nth": given.rhythm.nth,
        "weekday": given.rhythm.weekday,
        "hour": given.hour,
        "place": given.place.strip(),
        "site_ids": sites,
    }


def list_programmes_of(session: Session, committee_id: int | None = None) -> list[tuple[int, str]]:
    """Return (id, name) of the programmes a committee may steer; its own stays even where it is not seen."""
    statement = scoped(session, Programme.id, Programme.name).where(Programme.archived_at.is_(None))
    found = [(row.id, row.name) for row in session.execute(statement.order_by(Programme.name))]
    own = _programme_of(session, committee_id)
    return found if own is None or own in dict(found) else [*found, (own, "–")]


def _programme_of(session: Session, committee_id: int | None) -> int | None:
    if committee_id is None:
        return None
    found: int | None = session.scalar(scoped(session, Committee.programme_id).where(Committee.id == committee_id))
    return found


def _person(session: Session, given: Term) -> tuple[str, str]:
    if given.user_id is not None:
        people = {row.id: row for row in follow_ups.people(session)}
        if given.user_id not in people:
            raise RefusedError("committee.member_missing", field="user_id")
        person = people[given.user_id]
        return person.name or person.email, ""
    name = " ".join(given.name.split())
    if not name:
        raise RefusedError("committee.member_missing", field="name")
    email = given.email.strip()
    if email and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
        raise RefusedError("people.not_an_address", email=email, field="email")
    return name, email


def _policy_values(given: Policy) -> dict[str, Any]:
    title = " ".join(given.title.split())
    if not title:
        raise RefusedError("committee.policy_title", field="title")
    closed = given.step in {PolicyStep.ADOPTED, PolicyStep.REJECTED}
    if closed != (given.decided_on is not None):
        raise RefusedError("committee.policy_day", field="decided_on")
    return {
        "title": title,
        "proposal": given.proposal.strip(),
        "body": given.body.strip(),
        "step": given.step.value,
        "consulted": given.consulted.strip(),
        "decided_on": given.decided_on,
        "incentive": given.incentive.strip(),
    }


def list_organisations_of(session: Session) -> list[tuple[int, str]]:
    """Return the organisations a committee may belong to."""
    rows = session.execute(
        scoped(session, Organisation.id, Organisation.name)
        .where(Organisation.archived_at.is_(None))
        .order_by(sa.nulls_first(Organisation.parent_id), Organisation.name)
    )
    return [(row.id, row.name) for row in rows]
