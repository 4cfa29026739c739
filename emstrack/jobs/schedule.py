"""Everything that happens by the clock, on one screen: the kind, when, and what does it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from emstrack.domain.schedules import Daily, Every, Rule
from emstrack.jobs import bodies
from emstrack.jobs.context import Body


@dataclass(frozen=True, slots=True)
class Job:
    """A kind of work; one without a rule of its own is planned by another."""

    kind: str
    when: Rule | None
    body: Body


SCHEDULE: tuple[Job, ...] = (
    Job("mail.send", Every(1), bodies.send_mails),
    Job("contribution.plan", Every(15), bodies.plan_contributions),
    Job("contribution.ask", None, bodies.ask_contributor),
    Job("follow_up.plan", Every(60), bodies.plan_follow_ups),
    Job("reminder.plan", Every(15), bodies.plan_reminders),
    Job("reminder.write", None, bodies.write_reminder),
    Job("savings.refresh", Every(5), bodies.refresh_savings),
    Job("backup.create", Daily(time(3)), bodies.back_up),
    Job("log.forget", Daily(time(4)), bodies.forget_old),
)
