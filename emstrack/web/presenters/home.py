"""The first page in a person's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for

from emstrack.language.follow_ups import title_of as title_of_follow_up
from emstrack.web.presenters import numbers, savings
from emstrack.web.presenters.audits import title_of

if TYPE_CHECKING:
    from emstrack.language.languages import Language
    from emstrack.services.audits.show_waiting import Waiting
    from emstrack.services.savings.show_home import Home, Ranking


LEAST_WITHOUT_CENTS = 100
"""From here on cents are noise in a ranking."""


def cards(home: Home, language: Language) -> list[dict[str, Any]]:
    """Return the savings to date, money first."""
    money = [
        {
            "label": language.text("Cost avoided"),
            "value": numbers.quantity(each.amount, language, digits=0),
            "unit": each.currency,
            "claim": None,
            "notes": [language.text("of everything that has a price")],
            "sites": "",
            "since": "",
        }
        for each in home.money
    ]
    return [*money, *(savings.card(each, language) for each in home.saved)]


def waiting_lines(waiting: Waiting, language: Language) -> list[tuple[str, str]]:
    """Return what waits beside one's own follow-ups, as words and where they lead."""
    lines = []
    if waiting.measures_overdue:
        late = language.plural("{n} measure is overdue", "{n} measures are overdue", waiting.measures_overdue)
        lines.append((late, url_for("measures.index", overdue=1)))
    for each in waiting.audits:
        words = language.text(
            "Audit planned for {day}: {title}, {site}",
            day=language.date(each.start),
            title=title_of(each, language),
            site=each.site,
        )
        lines.append((words, url_for("audits.show", audit_id=each.id)))
    return lines


def waiting_rows(waiting: Waiting, language: Language) -> list[dict[str, Any]]:
    """Return one's own follow-ups that are due, with how late they are."""
    return [
        {
            "what": title_of_follow_up(language, each.kind, each.title, each.span, each.span_unit),
            "href": url_for("follow_ups.show", follow_up_id=each.id),
            "about": each.site if each.subject == each.site else f"{each.subject}, {each.site}",
            "due": language.date(each.due),
            "late": language.plural("{n} day overdue", "{n} days overdue", each.days_overdue)
            if each.days_overdue
            else "",
        }
        for each in waiting.follow_ups
    ]


def missing_rows(home: Home, language: Language) -> list[list[Any]]:
    """Return the sites that still owe readings, each a link into its month."""
    rows = []
    for site in home.missing:
        what = (
            language.label(site.a_resource)
            if site.missing == 1
            else language.plural("{n} meter", "{n} meters", site.missing)
        )
        href = url_for("month.show", month=str(home.month), site=site.id)
        rows.append([{"text": site.name, "href": href, "note": site.organisation}, what, ", ".join(site.who) or "–"])
    return rows


def ranking(group: Ranking, language: Language) -> dict[str, Any]:
    """Return one ranking as a table; the bar is the part of the best."""
    text = language.text
    best = max((abs(site.per_size) for site in group.sites if site.per_size is not None), default=None)
    rows = []
    for site in group.sites:
        small = site.per_size is not None and abs(site.per_size) < LEAST_WITHOUT_CENTS
        amount = language.money(site.per_size, "", cents=small)
        cell: dict[str, Any] = {"text": amount}
        if site.per_size is not None and best:
            cell |= {"bar": float(abs(site.per_size) / best), "kind": "more" if site.per_size < 0 else ""}
        rows.append(
            [
                {"text": site.name, "href": url_for("sites.show", site_id=site.id), "note": site.organisation},
                cell,
                language.money(site.cost, ""),
                numbers.quantity(site.electricity_per_size, language),
            ]
        )
    size = text("Per room") if group.is_hotel else text("Per m²")
    return {
        "title": text("Hotels by savings per room") if group.is_hotel else text("Buildings by savings per m²"),
        "currency": group.currency,
        "columns": [
            {"label": text("Site")},
            {"label": size, "unit": group.currency, "numeric": True},
            {"label": text("Money"), "unit": group.currency, "numeric": True},
            {"label": text("Electricity"), "unit": "kWh", "numeric": True},
        ],
        "rows": rows,
        "shown": len(group.sites),
        "among": group.among,
    }


def warnings(home: Home, language: Language) -> list[dict[str, Any]]:
    """Return what withholds a claim, each with the button that mends it."""
    return [
        {
            "site": each.site,
            "href": url_for("sites.show", site_id=each.site_id, resource=each.resource),
            "what": f"{language.label(each.resource)} · {each.meter}" if each.meter else language.label(each.resource),
            "sentence": language.sentence(each.finding),
            "way_on": savings.way_on(each.finding, each.site_id, each.meter_id, language),
        }
        for each in home.withheld
    ]
