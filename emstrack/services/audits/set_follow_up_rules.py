"""The rules of a tenant: which follow-ups put themselves down, and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from emstrack.domain.accounts import Permission
from emstrack.domain.follow_ups import STANDARD_RULES, Awaited, Rule
from emstrack.services.sites.record_change import Subject, record_change
from emstrack.storage.models import FollowUpRule
from emstrack.storage.scope import require, scoped

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class SetRule:
    """A rule as the page shows it."""

    waits_for: Awaited
    days: tuple[int, ...]
    months: int
    active: bool


def list_rules(session: Session) -> list[SetRule]:
    """Return the tenant's rules, one for each thing that is waited for; the standard ones where none was set."""
    require(session, Permission.VIEW)
    rows = session.scalars(scoped(session, FollowUpRule).where(FollowUpRule.site_id.is_(None))).all()
    own = {
        Awaited(row.waits_for): SetRule(Awaited(row.waits_for), tuple(row.days), row.months, row.active) for row in rows
    }
    standard = {rule.waits_for: rule for rule in STANDARD_RULES}
    return [own.get(each) or _standing(each, standard.get(each), started=bool(own)) for each in Awaited]


def set_rules(session: Session, rules: Sequence[SetRule], *, now: datetime) -> None:
    """Put these rules in the place of the tenant's own; follow-ups already put down stay.

    Raises
    ------
    RefusedError
        ``follow_up.rule_days`` or ``follow_up.rule_months``.
    """
    scope = require(session, Permission.EDIT_SITES)
    for rule in rules:
        if rule.active:
            Rule(rule.waits_for, rule.days, rule.months).check()
    before = {rule.waits_for.value: _said(rule) for rule in list_rules(session)}
    session.execute(
        sa.delete(FollowUpRule).where(FollowUpRule.tenant_id == scope.tenant_id, FollowUpRule.site_id.is_(None))
    )
    for rule in rules:
        session.add(
            FollowUpRule(
                tenant_id=scope.tenant_id,
                waits_for=rule.waits_for.value,
                days=sorted(set(rule.days)),
                months=rule.months,
                active=rule.active,
                created_at=now,
                created_by=scope.user_id,
            )
        )
    session.flush()
    after = {rule.waits_for.value: _said(rule) for rule in rules}
    changed = [name for name in after if after[name] != before.get(name)]
    if changed:
        record_change(
            session,
            Subject("follow_up_rule", scope.tenant_id),
            old={name: before.get(name) for name in changed},
            new={name: after[name] for name in changed},
            now=now,
        )


def _standing(waits_for: Awaited, rule: Rule | None, *, started: bool) -> SetRule:
    if rule is None:
        return SetRule(waits_for, (), 12 if waits_for == Awaited.AUDIT_EVERY else 0, active=False)
    return SetRule(waits_for, rule.days, rule.months, active=not started)


def _said(rule: SetRule) -> str:
    if not rule.active:
        return "–"
    return ", ".join(map(str, rule.days)) or (f"{rule.months} m" if rule.months else "+")
