"""A new password by a link in a mail, or by one that the operator hands over; asking says nothing of who is known."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from emstrack.documents.mail import render_mail
from emstrack.domain.accounts import RESET_MINUTES
from emstrack.domain.errors import NotFoundError
from emstrack.language.languages import Language
from emstrack.services.accounts.add_person import find_person
from emstrack.services.accounts.change_account import set_password
from emstrack.services.accounts.limit_attempts import admit_attempt
from emstrack.services.accounts.one_time_links import close_links, issue_link, look_at_link, use_link
from emstrack.services.accounts.queue_mail import queue_mail
from emstrack.services.accounts.sign_in import normal_email
from emstrack.storage.models import OneTimeLink, User

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from emstrack.domain.passwords import PasswordCost

KIND = "reset"


def ask_reset(session: Session, email: str, *, address: str, language: str, link_base: str, now: datetime) -> None:
    """Queue a mail with a link for somebody who has an account; for anybody else do nothing, and say neither.

    Raises
    ------
    RefusedError
        ``sign_in.too_often``.
    """
    admit_attempt(session, f"reset {normal_email(email)}", address, now=now)
    user = find_person(session, email)
    if user is None or user.disabled_at is not None:
        return
    link = _issue(session, user, link_base, now)
    spoken = Language(user.language or language)
    mail = render_mail("reset", spoken, person=user.name, link=link, minutes=RESET_MINUTES)
    queue_mail(session, user.email, mail, now=now)


def issue_reset_link(session: Session, email: str, *, link_base: str, now: datetime) -> str:
    """Return a link for a person, for the operator to hand over where no mail goes out.

    Raises
    ------
    NotFoundError
        ``people.not_found``.
    """
    user = find_person(session, email)
    if user is None:
        raise NotFoundError("people.not_found", email=email)
    return _issue(session, user, link_base, now)


def whose_reset(session: Session, secret: str, *, now: datetime) -> str:
    """Return the address whose password an open link sets."""
    return look_at_link(session, KIND, secret, now=now).email


def reset_password(session: Session, secret: str, new: str, *, cost: PasswordCost, now: datetime) -> None:
    """Set the password; the link is used up, every other one closed, every session ended."""
    link = use_link(session, KIND, secret, now=now)
    user = session.scalars(sa.select(User).where(User.id == link.user_id, User.disabled_at.is_(None))).one_or_none()
    if user is None:
        raise NotFoundError("link.closed")
    set_password(session, user, new, cost=cost, now=now)
    close_links(session, KIND, OneTimeLink.user_id == user.id, now=now)


def _issue(session: Session, user: User, link_base: str, now: datetime) -> str:
    lifetime = timedelta(minutes=RESET_MINUTES)
    secret = issue_link(session, KIND, now=now, lifetime=lifetime, email=user.email, user_id=user.id)
    return f"{link_base}/reset/{secret}"
