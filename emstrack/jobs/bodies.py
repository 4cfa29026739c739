"""What each kind of work does, in a few lines: the services hold the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from emstrack.gateways.mail import MailServer
from emstrack.services.accounts import ask_contributor as asking
from emstrack.services.accounts import plan_contributions as planning
from emstrack.services.accounts import send_outbox
from emstrack.services.audits import plan_follow_ups as following
from emstrack.services.audits import write_digest as digests
from emstrack.services.reports import record_run, run_backup
from emstrack.services.savings import refresh_tenants

if TYPE_CHECKING:
    from emstrack.jobs.context import Context
    from emstrack.services.reports.claim_work import Work


def send_mails(context: Context, _work: Work) -> Mapping[str, int]:
    """Send what waits; without a mail server it goes on waiting."""
    if not context.settings.smtp_url:
        return {}
    server = MailServer.of(context.settings.smtp_url, context.settings.mail_from)
    return send_outbox.send_outbox(context.transaction, server, clock=context.clock)


def plan_contributions(context: Context, _work: Work) -> Mapping[str, int]:
    """Put down when each contributor is asked next."""
    with context.transaction() as session:
        return planning.plan_contributions(session, now=context.clock())


def ask_contributor(context: Context, work: Work) -> Mapping[str, int]:
    """Write one contributor's mail."""
    with context.transaction() as session:
        return asking.ask_contributor(session, work, link_base=context.settings.link_base, now=context.clock())


def plan_follow_ups(context: Context, _work: Work) -> Mapping[str, int]:
    """Put down what rules ask to be looked at again, and mark what has waited too long."""
    return following.plan_every_tenant(context.transaction, clock=context.clock)


def plan_reminders(context: Context, _work: Work) -> Mapping[str, int]:
    """Put down when each person is written to next."""
    with context.transaction() as session:
        return digests.plan_digests(session, now=context.clock())


def write_reminder(context: Context, work: Work) -> Mapping[str, int]:
    """Write one person's mail of the day."""
    with context.transaction() as session:
        return digests.write_digest(session, work, link_base=context.settings.link_base, now=context.clock())


def refresh_savings(context: Context, _work: Work) -> Mapping[str, int]:
    """Bring savings up to date whose readings, drivers or weather were written since."""
    return {"results": refresh_tenants.refresh_tenants(context.transaction, clock=context.clock)}


def back_up(context: Context, _work: Work) -> Mapping[str, int]:
    """Make tonight's backup and read it back."""
    return run_backup.run_backup(context.settings, now=context.clock())


def forget_old(context: Context, _work: Work) -> Mapping[str, int]:
    """Delete what nobody needs any more."""
    with context.transaction() as session:
        return record_run.forget_old(session, now=context.clock())
