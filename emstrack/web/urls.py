"""Every address of the site on one screen: path, name, view, methods, and what a person must be allowed to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import NotAllowedError
from emstrack.web import requests
from emstrack.web.views import (
    account,
    accounts,
    administration,
    agreements,
    audit_field,
    audits,
    balance_parts,
    balances,
    baselines,
    calendars,
    case_studies,
    checklists,
    committees,
    contributions,
    exchange_rates,
    files,
    findings,
    follow_ups,
    health,
    home,
    imports,
    ledger,
    measure_library,
    measure_pages,
    measures,
    meetings,
    meter_parts,
    meter_savings,
    meters,
    month,
    option_forms,
    options,
    organisations,
    people,
    programme_parts,
    programmes,
    readings,
    reports,
    savings,
    set_up,
    shares,
    site_attributes,
    sites,
    sites_show,
    weather,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask


ANYONE = None
SIGNED_IN = Permission.VIEW
"""Every role with an account may see something, so this asks for no more than being signed in."""
VIEW, RECORD, IMPORT = Permission.VIEW, Permission.RECORD_READINGS, Permission.IMPORT
EDIT, BASELINE, AUDIT = Permission.EDIT_SITES, Permission.SET_BASELINE, Permission.AUDIT
PEOPLE, ADMIN = Permission.MANAGE_PEOPLE, Permission.ADMINISTER


PARTS = "any(cohorts, activities, indicators, money, published)"
"""Of a programme, in an address."""


@dataclass(frozen=True, slots=True)
class Url:
    """One address; `needs` None is open to anyone, signed in or not."""

    path: str
    name: str
    view: Callable[..., Any]
    needs: Permission | None
    methods: str = "GET"


URLS: tuple[Url, ...] = (
    Url("/healthz", "health.process", health.process, ANYONE),
    Url("/readyz", "health.ready", health.ready, ANYONE),
    # accounts: set-up, sign-in, people, organisations
    Url("/sign-in", "accounts.sign_in", accounts.sign_in, ANYONE, "GET POST"),
    Url("/sign-out", "accounts.sign_out", accounts.sign_out, ANYONE, "POST"),
    Url("/account", "account.show", account.show, SIGNED_IN),
    Url("/account", "account.change", account.change, SIGNED_IN, "POST"),
    Url("/account/password", "account.change_password", account.change_password, SIGNED_IN, "POST"),
    Url("/account/organisation", "account.change_place", account.change_place, SIGNED_IN, "POST"),
    Url("/account/sessions/<int:session_id>/end", "account.end_session", account.end_session, SIGNED_IN, "POST"),
    Url("/forgot-password", "accounts.ask_reset", accounts.ask_reset, ANYONE, "GET POST"),
    Url("/reset/<token>", "accounts.reset", accounts.reset, ANYONE, "GET POST"),
    Url("/invitations/<token>", "accounts.accept_invitation", accounts.accept_invitation, ANYONE, "GET POST"),
    Url("/set-up", "accounts.set_up", set_up.show, ANYONE, "GET POST"),
    Url("/set-up/demonstration", "accounts.demonstration", set_up.demonstration, ANYONE),
    Url("/set-up/demonstration", "accounts.load_demonstration", set_up.load_demonstration, ANYONE, "POST"),
    Url("/set-up/demonstration/enter", "accounts.enter_demonstration", set_up.enter_demonstration, ANYONE, "POST"),
    Url("/set-up/restore", "accounts.restore", set_up.restore, ANYONE, "POST"),
    Url("/people", "people.index", people.index, PEOPLE),
    Url("/people/invitations", "people.invite", people.invite, PEOPLE, "POST"),
    Url("/people/invitations/<int:link_id>/withdraw", "people.withdraw", people.withdraw, PEOPLE, "POST"),
    Url("/people/<int:membership_id>/role", "people.change", people.change, PEOPLE, "POST"),
    Url("/people/<int:membership_id>/remove", "people.remove", people.remove, PEOPLE, "POST"),
    Url("/people/<int:membership_id>/disable", "people.disable", people.disable, PEOPLE, "POST"),
    Url("/people/<int:membership_id>/enable", "people.enable", people.enable, PEOPLE, "POST"),
    Url("/organisations", "organisations.index", organisations.index, ADMIN),
    Url("/organisations/new", "organisations.new", organisations.new, ADMIN, "GET POST"),
    Url("/organisations/<int:organisation_id>", "organisations.edit", organisations.edit, ADMIN, "GET POST"),
    Url("/organisations/<int:organisation_id>/archive", "organisations.archive", organisations.archive, ADMIN, "POST"),
    Url("/organisations/<int:organisation_id>/restore", "organisations.restore", organisations.restore, ADMIN, "POST"),
    Url("/shares", "shares.index", shares.index, ADMIN),
    Url("/shares", "shares.create", shares.create, ADMIN, "POST"),
    Url("/shares/<int:share_id>/revoke", "shares.revoke", shares.revoke, ADMIN, "POST"),
    Url("/administration", "administration.show", administration.show, ADMIN),
    Url("/administration/modules", "administration.modules", administration.modules, ADMIN, "GET POST"),
    Url(
        "/administration/mails/<int:mail_id>/retry",
        "administration.retry_mail",
        administration.retry_mail,
        ADMIN,
        "POST",
    ),
    Url(
        "/administration/demonstration",
        "administration.remove_demonstration",
        administration.remove_demonstration,
        ADMIN,
        "POST",
    ),
    # accounts: a contributor's month, by the link in their mail
    Url("/contribution/<token>", "contributions.show", contributions.show, ANYONE),
    Url("/contribution/<token>/meters/<int:meter_id>", "contributions.record", contributions.record, ANYONE, "POST"),
    Url("/contribution/<token>/meters/<int:meter_id>/bill", "contributions.bill", contributions.bill, ANYONE, "POST"),
    # sites: sites, meters
    Url("/sites", "sites.index", sites.index, VIEW),
    Url("/sites/new", "sites.new", sites.new, EDIT, "GET POST"),
    Url("/sites/<int:site_id>/about", "sites.about", sites.about, VIEW),
    Url("/sites/<int:site_id>/edit", "sites.edit", sites.edit, EDIT, "GET POST"),
    Url("/sites/<int:site_id>/archive", "sites.archive", sites.archive, EDIT, "POST"),
    Url("/sites/<int:site_id>/restore", "sites.restore", sites.restore, EDIT, "POST"),
    Url("/sites/<int:site_id>/photo", "sites.photo", sites.photo, VIEW),
    Url("/sites/<int:site_id>/photo", "sites.change_photo", sites.change_photo, EDIT, "POST"),
    Url("/sites/<int:site_id>/photo/remove", "sites.remove_photo", sites.remove_photo, EDIT, "POST"),
    Url("/sites/<int:site_id>/new/<attribute>", "sites.add_attribute", site_attributes.add, EDIT, "GET POST"),
    Url("/sites/<int:site_id>/values/<int:row_id>", "sites.edit_attribute", site_attributes.edit, EDIT, "GET POST"),
    Url(
        "/sites/<int:site_id>/values/<int:row_id>/remove",
        "sites.remove_attribute",
        site_attributes.remove,
        EDIT,
        "POST",
    ),
    Url("/sites/<int:site_id>/meters/new", "meters.new", meters.new, EDIT, "GET POST"),
    Url("/meters/<int:meter_id>", "meters.show", meters.show, VIEW),
    Url("/meters/<int:meter_id>/edit", "meters.edit", meters.edit, EDIT, "GET POST"),
    Url("/meters/<int:meter_id>/archive", "meters.archive", meters.archive, EDIT, "POST"),
    Url("/meters/<int:meter_id>/restore", "meters.restore", meters.restore, EDIT, "POST"),
    Url("/meters/<int:meter_id>/devices/new", "meters.add_device", meter_parts.add_device, EDIT, "GET POST"),
    Url(
        "/meters/<int:meter_id>/devices/<int:device_id>",
        "meters.edit_device",
        meter_parts.edit_device,
        EDIT,
        "GET POST",
    ),
    Url(
        "/meters/<int:meter_id>/devices/<int:device_id>/remove",
        "meters.remove_device",
        meter_parts.remove_device,
        EDIT,
        "POST",
    ),
    Url("/meters/<int:meter_id>/shares/new", "meters.add_share", meter_parts.add_share, EDIT, "GET POST"),
    Url(
        "/meters/<int:meter_id>/shares/<int:share_id>/end",
        "meters.end_share",
        meter_parts.end_share,
        EDIT,
        "POST",
    ),
    Url(
        "/meters/<int:meter_id>/shares/<int:share_id>/remove",
        "meters.remove_share",
        meter_parts.remove_share,
        EDIT,
        "POST",
    ),
    # where the weather of sites comes from
    Url("/weather", "weather.index", weather.index, VIEW),
    Url("/weather/months", "weather.paste", weather.paste, IMPORT, "GET POST"),
    Url("/weather/<int:station_id>", "weather.show", weather.show, VIEW),
    Url("/weather/<int:station_id>/edit", "weather.edit", weather.edit, EDIT, "GET POST"),
    Url("/weather/<int:station_id>/remove", "weather.remove", weather.remove, EDIT, "POST"),
    Url("/weather/<int:station_id>/typical", "weather.compute_typical", weather.compute_typical, EDIT, "POST"),
    Url("/sites/<int:site_id>/weather", "sites.weather", weather.of_site, VIEW),
    Url("/sites/<int:site_id>/weather", "sites.choose_station", weather.choose, EDIT, "POST"),
    Url("/sites/<int:site_id>/weather/fetch", "sites.fetch_weather", weather.fetch, IMPORT, "POST"),
    # readings: the month, files in and out, history
    Url("/month", "month.show", month.show, VIEW),
    Url("/month", "month.save", month.save, RECORD, "POST"),
    Url("/month/entries", "month.enter", month.enter, RECORD, "POST"),
    Url("/month/undo", "month.undo", month.undo, RECORD, "POST"),
    Url("/readings/<int:reading_id>", "readings.show", readings.show, VIEW),
    Url("/readings/<int:reading_id>/change", "readings.change", readings.change, RECORD, "POST"),
    Url("/readings/<int:reading_id>/delete", "readings.delete", readings.delete, RECORD, "POST"),
    Url("/readings/<int:reading_id>/bill", "readings.attach_bill", readings.attach_bill, RECORD, "POST"),
    Url("/files/<int:file_id>", "files.show", files.show, VIEW),
    Url("/meters/<int:meter_id>/months/<month>", "readings.month_of_meter", readings.month_of_meter, VIEW),
    Url("/imports", "imports.index", imports.index, VIEW),
    Url("/imports", "imports.upload", imports.upload, IMPORT, "POST"),
    Url("/imports/template", "imports.template", imports.template, VIEW),
    Url("/imports/<int:batch_id>", "imports.show", imports.show, VIEW),
    Url("/imports/<int:batch_id>/progress", "imports.progress", imports.progress, VIEW),
    Url("/imports/<int:batch_id>/columns", "imports.columns", imports.columns, IMPORT, "GET POST"),
    Url("/imports/<int:batch_id>/confirm", "imports.confirm", imports.confirm, IMPORT, "POST"),
    Url("/imports/<int:batch_id>/cancel", "imports.cancel", imports.cancel, IMPORT, "POST"),
    Url("/imports/<int:batch_id>/undo", "imports.undo", imports.undo, IMPORT, "POST"),
    # savings: home, a site's page, baselines
    Url("/", "home.show", home.show, VIEW),
    Url("/sites/<int:site_id>", "sites.show", sites_show.show, VIEW),
    Url("/sites/<int:site_id>/charts", "sites.charts", sites_show.charts, VIEW),
    Url("/savings", "savings.index", savings.index, VIEW),
    Url("/savings/<key>/charts", "savings.charts", savings.charts, VIEW),
    Url("/savings/refresh", "savings.refresh", savings.refresh, VIEW, "POST"),
    Url("/meters/<int:meter_id>/savings", "savings.meter", meter_savings.show, VIEW),
    Url("/meters/<int:meter_id>/savings/more", "savings.meter_more", meter_savings.more, VIEW),
    Url("/meters/<int:meter_id>/savings/charts", "savings.meter_charts", meter_savings.charts, VIEW),
    Url(
        "/meters/<int:meter_id>/adjustments/new",
        "agreements.add_adjustment",
        agreements.add_adjustment,
        BASELINE,
        "GET POST",
    ),
    Url(
        "/adjustments/<int:adjustment_id>",
        "agreements.edit_adjustment",
        agreements.edit_adjustment,
        BASELINE,
        "GET POST",
    ),
    Url(
        "/adjustments/<int:adjustment_id>/withdraw",
        "agreements.withdraw_adjustment",
        agreements.withdraw_adjustment,
        BASELINE,
        "POST",
    ),
    Url(
        "/sites/<int:site_id>/closed-periods/new",
        "agreements.add_closed_period",
        agreements.add_closed_period,
        BASELINE,
        "GET POST",
    ),
    Url(
        "/closed-periods/<int:period_id>",
        "agreements.edit_closed_period",
        agreements.edit_closed_period,
        BASELINE,
        "GET POST",
    ),
    Url(
        "/closed-periods/<int:period_id>/withdraw",
        "agreements.withdraw_closed_period",
        agreements.withdraw_closed_period,
        BASELINE,
        "POST",
    ),
    Url("/meters/<int:meter_id>/baselines", "baselines.index", baselines.index, VIEW),
    Url("/meters/<int:meter_id>/baselines/charts", "baselines.candidate_charts", baselines.candidate_charts, VIEW),
    Url("/meters/<int:meter_id>/baselines", "baselines.propose", baselines.propose, BASELINE, "POST"),
    Url("/baselines/<int:baseline_id>", "baselines.show", baselines.show, VIEW),
    Url("/baselines/<int:baseline_id>/charts", "baselines.fit_charts", baselines.fit_charts, VIEW),
    Url("/baselines/<int:baseline_id>/adopt", "baselines.adopt", baselines.adopt, BASELINE, "POST"),
    Url("/baselines/<int:baseline_id>/discard", "baselines.discard", baselines.discard, BASELINE, "POST"),
    # savings: verified apart from the whole meter
    Url("/sites/<int:site_id>/options", "options.index", options.index, VIEW),
    Url(
        "/sites/<int:site_id>/options/worksheets/<worksheet>",
        "options.new_worksheet",
        option_forms.new_worksheet,
        BASELINE,
        "GET POST",
    ),
    Url(
        "/sites/<int:site_id>/options/sub-meter",
        "options.new_sub_meter",
        option_forms.new_sub_meter,
        BASELINE,
        "GET POST",
    ),
    Url("/sites/<int:site_id>/options/model", "options.new_external", option_forms.new_external, BASELINE, "GET POST"),
    Url("/meters/<int:meter_id>/detectable", "options.detectable", options.detectable, VIEW),
    Url("/options/<int:saving_id>", "options.show", options.show, VIEW),
    Url("/options/<int:saving_id>/edit", "options.edit", option_forms.edit, BASELINE, "GET POST"),
    Url("/options/<int:saving_id>/sign", "options.sign", options.sign, BASELINE, "POST"),
    Url("/options/<int:saving_id>/withdraw", "options.withdraw", options.withdraw, BASELINE, "POST"),
    # audits: plan, field, findings, checklists
    Url("/audits", "audits.index", audits.index, VIEW),
    Url("/audits/new", "audits.new", audits.new, AUDIT, "GET POST"),
    Url("/audits/service-worker.js", "audits.service_worker", audit_field.service_worker, ANYONE),
    Url("/audits/<int:audit_id>", "audits.show", audits.show, VIEW),
    Url("/audits/<int:audit_id>/edit", "audits.edit", audits.edit, AUDIT, "GET POST"),
    Url("/audits/<int:audit_id>/move", "audits.move", audits.move, AUDIT, "POST"),
    Url("/audits/<int:audit_id>/archive", "audits.archive", audits.archive, AUDIT, "POST"),
    Url("/audits/<int:audit_id>/restore", "audits.restore", audits.restore, AUDIT, "POST"),
    Url("/audits/<int:audit_id>/field", "audits.field", audit_field.show, AUDIT),
    Url("/audits/<int:audit_id>/field", "audits.record", audit_field.record, AUDIT, "POST"),
    Url("/audits/<int:audit_id>/findings/new", "findings.new", findings.new, AUDIT, "GET POST"),
    Url("/findings/<int:finding_id>", "findings.show", findings.show, VIEW),
    Url("/findings/<int:finding_id>/edit", "findings.edit", findings.edit, AUDIT, "GET POST"),
    Url("/findings/<int:finding_id>/correct", "findings.correct", findings.correct, AUDIT, "POST"),
    Url("/findings/<int:finding_id>/close", "findings.close", findings.close, AUDIT, "POST"),
    Url("/findings/<int:finding_id>/reopen", "findings.reopen", findings.reopen, AUDIT, "POST"),
    Url("/findings/<int:finding_id>/photos", "findings.add_photo", findings.add_photo, AUDIT, "POST"),
    Url(
        "/findings/<int:finding_id>/photos/<int:photo_id>/remove",
        "findings.remove_photo",
        findings.remove_photo,
        AUDIT,
        "POST",
    ),
    Url("/checklists", "checklists.index", checklists.index, VIEW),
    Url("/checklists", "checklists.copy", checklists.copy, AUDIT, "POST"),
    Url("/checklists/<int:checklist_id>", "checklists.show", checklists.show, VIEW),
    Url("/checklists/<int:checklist_id>/edit", "checklists.edit", checklists.edit, AUDIT, "GET POST"),
    Url("/checklists/<int:checklist_id>/archive", "checklists.archive", checklists.archive, AUDIT, "POST"),
    # audits: what was recommended, and what became of it
    Url("/measures", "measures.index", measures.index, VIEW),
    Url("/measures", "measures.bulk", measures.bulk, EDIT, "POST"),
    Url("/measures/board", "measures.board", measures.board, VIEW),
    Url("/measures/library", "measures.library", measure_library.index, VIEW),
    Url("/measures/library/<code>", "measures.library_entry", measure_library.show, VIEW),
    Url("/ledger", "ledger.index", ledger.index, VIEW),
    Url("/ledger.xlsx", "ledger.workbook", ledger.workbook, VIEW),
    Url("/measures/<int:measure_id>/ledger", "ledger.measure", ledger.measure, VIEW),
    Url("/measures/<int:measure_id>/saving", "ledger.assign", ledger.assign, EDIT, "POST"),
    Url("/measures/new", "measures.choose_site", measures.choose_site, EDIT),
    Url("/sites/<int:site_id>/measures/new", "measures.new", measure_pages.new, EDIT, "GET POST"),
    Url("/measures/<int:measure_id>", "measures.show", measure_pages.show, VIEW),
    Url("/measures/<int:measure_id>/edit", "measures.edit", measure_pages.edit, EDIT, "GET POST"),
    Url("/measures/<int:measure_id>/status", "measures.move", measure_pages.move, EDIT, "POST"),
    Url("/measures/<int:measure_id>/plan", "measures.plan", measure_pages.plan, EDIT, "GET POST"),
    Url("/measures/<int:measure_id>/case-study", "case_studies.edit", case_studies.edit, EDIT, "GET POST"),
    Url("/case-studies", "case_studies.index", case_studies.index, VIEW),
    Url("/case-studies/<int:case_id>", "case_studies.show", case_studies.show, VIEW),
    Url("/case-studies/<int:case_id>/photos/<int:number>", "case_studies.photo", case_studies.photo, VIEW),
    Url("/case-studies/<int:case_id>/release", "case_studies.release", case_studies.release, EDIT, "POST"),
    Url("/case-studies/<int:case_id>/withdraw", "case_studies.withdraw", case_studies.withdraw, EDIT, "POST"),
    Url("/cases/<slug>", "cases.show", case_studies.public, ANYONE),
    Url("/cases/<slug>/photos/<int:number>", "cases.photo", case_studies.public_photo, ANYONE),
    Url("/robots.txt", "cases.robots", case_studies.robots, ANYONE),
    Url("/measures/<int:measure_id>/archive", "measures.archive", measure_pages.archive, EDIT, "POST"),
    Url("/measures/<int:measure_id>/restore", "measures.restore", measure_pages.restore, EDIT, "POST"),
    Url("/measures/<int:measure_id>/photos", "measures.add_photo", measure_pages.add_photo, EDIT, "POST"),
    Url(
        "/measures/<int:measure_id>/photos/<int:photo_id>/remove",
        "measures.remove_photo",
        measure_pages.remove_photo,
        EDIT,
        "POST",
    ),
    Url("/administration/exchange-rates", "exchange_rates.index", exchange_rates.index, ADMIN, "GET POST"),
    Url(
        "/administration/exchange-rates/<int:rate_id>/remove",
        "exchange_rates.remove",
        exchange_rates.remove,
        ADMIN,
        "POST",
    ),
    # audits: mass and energy balances
    Url("/sites/<int:site_id>/balances", "balances.index", balances.index, VIEW),
    Url("/sites/<int:site_id>/balances/new", "balances.new", balances.new, AUDIT, "GET POST"),
    Url("/balances/<int:balance_id>", "balances.show", balances.show, VIEW),
    Url("/balances/<int:balance_id>/edit", "balances.edit", balances.edit, AUDIT, "GET POST"),
    Url("/balances/<int:balance_id>/remove", "balances.remove", balances.remove, AUDIT, "POST"),
    Url(
        "/balances/<int:balance_id>/operations/new",
        "balances.add_operation",
        balance_parts.add_operation,
        AUDIT,
        "GET POST",
    ),
    Url("/operations/<int:operation_id>", "balances.edit_operation", balance_parts.edit_operation, AUDIT, "GET POST"),
    Url(
        "/operations/<int:operation_id>/remove",
        "balances.remove_operation",
        balance_parts.remove_operation,
        AUDIT,
        "POST",
    ),
    Url("/balances/<int:balance_id>/streams/new", "balances.add_stream", balance_parts.add_stream, AUDIT, "GET POST"),
    Url("/streams/<int:stream_id>", "balances.edit_stream", balance_parts.edit_stream, AUDIT, "GET POST"),
    Url("/streams/<int:stream_id>/remove", "balances.remove_stream", balance_parts.remove_stream, AUDIT, "POST"),
    # audits: what is looked at again, and the calendar that reads it
    Url("/follow-ups", "follow_ups.index", follow_ups.index, VIEW),
    Url("/follow-ups/new", "follow_ups.new", follow_ups.new, EDIT, "GET POST"),
    Url("/follow-ups/rules", "follow_ups.rules", follow_ups.rules, EDIT, "GET POST"),
    Url("/follow-ups/<int:follow_up_id>", "follow_ups.show", follow_ups.show, VIEW),
    Url("/follow-ups/<int:follow_up_id>/change", "follow_ups.change", follow_ups.change, EDIT, "POST"),
    Url("/follow-ups/<int:follow_up_id>/snooze", "follow_ups.snooze", follow_ups.snooze, EDIT, "POST"),
    Url("/follow-ups/<int:follow_up_id>/complete", "follow_ups.complete", follow_ups.complete, EDIT, "POST"),
    Url("/follow-ups/<int:follow_up_id>/cancel", "follow_ups.cancel", follow_ups.cancel, EDIT, "POST"),
    Url("/calendar/<secret>.ics", "calendars.read", calendars.read, ANYONE),
    Url("/account/calendar", "calendars.renew", calendars.renew, SIGNED_IN, "POST"),
    Url("/account/calendar/revoke", "calendars.revoke", calendars.revoke, SIGNED_IN, "POST"),
    Url("/account/reminders", "account.change_reminders", account.change_reminders, SIGNED_IN, "POST"),
    # ems: committees, their meetings
    Url("/committees", "committees.index", committees.index, VIEW),
    Url("/committees/new", "committees.new", committees.new, EDIT, "GET POST"),
    Url("/committees/<int:committee_id>", "committees.show", committees.show, VIEW),
    Url("/committees/<int:committee_id>/month.pdf", "committees.month_page", committees.month_page, VIEW),
    Url("/committees/<int:committee_id>/edit", "committees.edit", committees.edit, EDIT, "GET POST"),
    Url("/committees/<int:committee_id>/archive", "committees.archive", committees.archive, EDIT, "POST"),
    Url("/committees/<int:committee_id>/members", "committees.add_member", committees.add_member, EDIT, "POST"),
    Url(
        "/committees/<int:committee_id>/members/<int:member_id>/end",
        "committees.end_term",
        committees.end_term,
        EDIT,
        "POST",
    ),
    Url("/committees/<int:committee_id>/meetings", "committees.plan_meeting", committees.plan_meeting, EDIT, "POST"),
    Url("/committees/<int:committee_id>/policies", "committees.add_policy", committees.save_policy, EDIT, "POST"),
    Url(
        "/committees/<int:committee_id>/policies/<int:policy_id>",
        "committees.change_policy",
        committees.save_policy,
        EDIT,
        "POST",
    ),
    Url("/meetings/<int:meeting_id>", "meetings.show", meetings.show, VIEW),
    Url("/meetings/<int:meeting_id>.pdf", "meetings.pdf", meetings.pdf, VIEW),
    Url("/meetings/<int:meeting_id>/change", "meetings.change", meetings.change, EDIT, "POST"),
    Url("/meetings/<int:meeting_id>/call-off", "meetings.call_off", meetings.call_off, EDIT, "POST"),
    Url("/meetings/<int:meeting_id>/agenda", "meetings.agenda", meetings.agenda, EDIT, "POST"),
    Url("/meetings/<int:meeting_id>/begin", "meetings.begin", meetings.begin, EDIT, "POST"),
    Url("/meetings/<int:meeting_id>/presence", "meetings.presence", meetings.presence, EDIT, "POST"),
    Url("/meetings/<int:meeting_id>/items/<int:item_id>", "meetings.minutes", meetings.minutes, EDIT, "POST"),
    Url("/meetings/<int:meeting_id>/decisions", "meetings.decide", meetings.decide, EDIT, "POST"),
    Url("/meetings/<int:meeting_id>/approve", "meetings.approve", meetings.approve, EDIT, "POST"),
    # programmes
    Url("/programmes", "programmes.index", programmes.index, VIEW),
    Url("/programmes/new", "programmes.new", programmes.new, EDIT, "GET POST"),
    Url("/programmes/<int:programme_id>", "programmes.show", programmes.show, VIEW),
    Url("/programmes/<int:programme_id>/edit", "programmes.edit", programmes.edit, EDIT, "GET POST"),
    Url("/programmes/<int:programme_id>/archive", "programmes.archive", programmes.archive, EDIT, "POST"),
    Url("/programmes/<int:programme_id>/restore", "programmes.restore", programmes.restore, EDIT, "POST"),
    Url("/programmes/<int:programme_id>/report.<any(pdf, xlsx):ending>", "programmes.report", programmes.report, VIEW),
    Url(
        f"/programmes/<int:programme_id>/<{PARTS}:part>/new",
        "programmes.add_part",
        programme_parts.add,
        EDIT,
        "GET POST",
    ),
    Url(f"/programmes/<{PARTS}:part>/<int:part_id>", "programmes.edit_part", programme_parts.edit, EDIT, "GET POST"),
    Url(
        f"/programmes/<{PARTS}:part>/<int:part_id>/remove",
        "programmes.remove_part",
        programme_parts.remove,
        EDIT,
        "POST",
    ),
    Url("/programmes/<int:programme_id>/costs", "programmes.costs", programmes.costs, VIEW),
    Url("/sites/<int:site_id>/costs", "programmes.site_costs", programmes.site_costs, VIEW),
    Url("/cohorts/<int:cohort_id>", "programmes.cohort", programme_parts.cohort, VIEW),
    Url("/cohorts/<int:cohort_id>/sites", "programmes.put", programme_parts.put, EDIT, "GET POST"),
    Url("/cohort-sites/<int:programme_site_id>/remove", "programmes.take_out", programme_parts.take_out, EDIT, "POST"),
    Url("/indicators/<int:indicator_id>/quarters", "programmes.quarter", programme_parts.quarter, EDIT, "POST"),
    # reports: what is handed out
    Url("/report", "reports.index", reports.index, VIEW),
    Url("/report.<any(pdf, xlsx):ending>", "reports.portfolio", reports.portfolio, VIEW, "GET POST"),
    Url("/sites/<int:site_id>/report.<any(pdf, xlsx):ending>", "reports.site", reports.site, VIEW, "GET POST"),
    Url("/sites/<int:site_id>/measures.<any(pdf, xlsx):ending>", "reports.measures", reports.measures, VIEW),
)


def register(app: Flask) -> None:
    """Put every address on the application."""
    for url in URLS:
        view = url.view if url.needs is ANYONE else _guarded(url.view, url.needs)
        app.add_url_rule(url.path, url.name, view, methods=url.methods.split())


def _guarded(view: Callable[..., Any], needs: Permission) -> Callable[..., Any]:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not requests.actor().may(needs):
            raise NotAllowedError("record.not_allowed", permission=needs.value)
        return view(*args, **kwargs)

    return guarded
