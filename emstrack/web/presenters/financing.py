"""Facilities, financings and exposure as pages show them: money with its code, rates in percent, dates by locale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for

from emstrack.domain.financing import EntryKind, Instrument, Stage
from emstrack.language.languages import MISSING
from emstrack.reference.countries import country_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from emstrack.language.languages import Language
    from emstrack.services.programmes.list_financing import ListedFacility, ListedFinancing, Pipeline
    from emstrack.services.programmes.measure_exposure import Exposure, ExposureRow
    from emstrack.services.programmes.show_financing import ShownFacility, ShownFinancing
    from emstrack.services.sites.list_changes import Change

Table = dict[str, Any]
TONES = {
    Stage.APPLIED: "info",
    Stage.APPROVED: "info",
    Stage.DISBURSED: "good",
    Stage.REPAYING: "good",
    Stage.REPAID: "good",
    Stage.CLAIMED: "warning",
    Stage.DECLINED: "",
}
FIELDS = {
    "title": "Name",
    "name": "Name",
    "amount": "Sum",
    "measures": "Measures it pays for",
    "kind": "What happened",
    "day": "Day",
    "ceiling": "Ceiling",
    "cap": "Largest loan or grant",
    "cover": "Cover",
    "start": "Open from",
    "end": "Closed from",
    "lender": "Who lends or gives",
    "country": "Country",
    "currency": "Currency",
    "eligibility": "Who and what is eligible",
    "note": "Note",
    "own_funds": "Own funds beside it",
    "sector": "Sector",
    "annual_rate": "Interest a year",
    "instalments": "Instalments",
    "per_year": "How often",
    "grace": "Grace",
    "first_due": "First instalment",
    "amortization": "How it is repaid",
    "over_cap_agreed": "Over the cap by agreement: the guarantee covers a smaller share",
    "haircut": "Haircut",
    "cash_flow": "The firm’s whole cash flow of a year",
    "instrument": "What it is",
    "organisation_id": "Whose it is",
}
"""Names of what the history tells of."""


def _number(label: str, unit: str = "") -> Table:
    return {"label": label, "unit": unit, "numeric": True}


def facilities(rows: Sequence[ListedFacility], language: Language) -> Table:
    """Return the list of facilities."""
    text = language.text
    return {
        "columns": [
            {"label": text("Facility")},
            {"label": text("What it is")},
            {"label": text("Who lends or gives")},
            _number(text("Approved")),
            _number(text("Outstanding")),
            _number(text("Left")),
            {"label": text("Open until")},
        ],
        "rows": [_facility(each, language) for each in rows],
    }


def _facility(each: ListedFacility, language: Language) -> list[Any]:
    row, totals = each.facility, each.totals
    end = language.date(row.end) if row.end else language.text("no end")
    return [
        {"text": row.name, "href": url_for("facilities.show", facility_id=row.id)},
        language.label(row.instrument),
        row.lender or MISSING,
        language.money(totals.approved if each.owned else None, row.currency),
        language.money(totals.outstanding if each.owned else None, row.currency),
        left_words(each.left, row.currency, language) if each.owned and each.open else MISSING,
        {"text": end, "note": "" if each.open else language.text("closed to new loans")},
    ]


def left_words(left: Decimal | None, currency: str, language: Language) -> str:
    """Say what is left, or that there is no ceiling."""
    return language.text("no ceiling") if left is None else language.money(left, currency)


def stages(pipeline: Pipeline, chosen: Stage | None, language: Language) -> list[Table]:
    """Return the pipeline's tabs, each with how many stand there."""
    every = {
        "label": language.text("All"),
        "count": language.number(sum(each.count for each in pipeline.stages)),
        "href": url_for("finance.index"),
        "current": chosen is None,
    }
    return [every] + [
        {
            "label": language.label(each.stage),
            "count": language.number(each.count),
            "href": url_for("finance.index", stage=each.stage.value),
            "current": each.stage is chosen,
        }
        for each in pipeline.stages
        if each.count or each.stage is chosen
    ]


def financings(rows: Sequence[ListedFinancing], language: Language, *, with_facility: bool = True) -> Table:
    """Return a list of financings."""
    text = language.text
    columns = [{"label": text("Name")}, {"label": text("Borrower or recipient")}]
    columns += [{"label": text("Facility")}] if with_facility else []
    columns += [
        {"label": text("Stage")},
        _number(text("Sum")),
        _number(text("Outstanding")),
        _number(text("Exposure")),
    ]
    return {"columns": columns, "rows": [_financing(each, language, with_facility) for each in rows]}


def _financing(each: ListedFinancing, language: Language, with_facility: bool) -> list[Any]:
    guaranteed = each.instrument == Instrument.GUARANTEED_LOAN
    return [
        {"text": each.title, "href": url_for("financings.show", financing_id=each.id)},
        each.borrower or MISSING,
        *([each.facility] if with_facility else []),
        language.label(each.stage),
        language.money(each.approved or each.amount, each.currency),
        language.money(each.outstanding, each.currency),
        language.money(each.exposure, each.currency) if guaranteed else MISSING,
    ]


def facility_cards(shown: ShownFacility, language: Language) -> list[Table]:
    """Return the accounts of a facility."""
    row, totals, text = shown.facility, shown.totals, language.text
    cards = []
    if row.instrument == Instrument.REVOLVING_FUND:
        cards.append((text("Capital"), totals.capital, ""))
    cards += [
        (text("Committed"), totals.committed, text("approved and not yet paid out")),
        (text("Disbursed"), totals.disbursed, ""),
        (text("Repaid"), totals.repaid, text("principal alone")),
        (text("Outstanding"), totals.outstanding, ""),
    ]
    if row.instrument == Instrument.GUARANTEED_LOAN:
        cards.append((text("Exposure"), totals.exposure, text("what the guarantee stands for")))
    if row.instrument == Instrument.MATCHING_GRANT:
        cards.append((text("Revenue of recipients"), totals.revenue, text("as they told it")))
    made = [
        {"label": label, "value": language.number(value), "unit": row.currency, "note": note}
        for label, value, note in cards
    ]
    left = None if shown.left is None else language.number(shown.left)
    note = text("no ceiling") if shown.left is None else text("may still be approved")
    return [{"label": text("Left"), "value": left, "unit": row.currency, "note": note}, *made]


def facility_facts(shown: ShownFacility, language: Language) -> list[tuple[str, str]]:
    """Return a facility's terms."""
    row, text = shown.facility, language.text
    facts = [
        (text("What it is"), language.label(row.instrument)),
        (text("Who lends or gives"), row.lender or MISSING),
        (text("Country"), country_name(row.country, language.code) if row.country else MISSING),
        (text("Ceiling"), language.money(row.ceiling, row.currency)),
        (text("Largest loan or grant"), language.money(row.cap, row.currency)),
    ]
    if row.cover is not None:
        facts.append((text("Cover"), language.percent(row.cover)))
    facts += [
        (text("Open from"), language.date(row.start)),
        (text("Closed from"), language.date(row.end)),
        (text("Who and what is eligible"), row.eligibility or MISSING),
    ]
    return [*facts, (text("Note"), row.note)] if row.note else facts


def capital_table(shown: ShownFacility, language: Language) -> Table:
    """Return what was put into a fund."""
    text = language.text
    return {
        "columns": [{"label": text("Day")}, _number(text("Sum"), shown.facility.currency), {"label": text("Note")}],
        "rows": [
            [language.date(each.day), language.number(each.amount, digits=2), each.note or MISSING]
            for each in shown.capital
        ],
    }


def loan_cards(shown: ShownFinancing, language: Language) -> list[Table]:
    """Return a financing's figures: owed, exposed, and what carries it."""
    row, coverage, text = shown.financing, shown.coverage, language.text
    currency = shown.facility.currency
    cards = [
        _card(text("Approved") if row.approved else text("Asked for"), row.approved or row.amount, currency, language),
        _card(text("Outstanding"), row.outstanding, currency, language),
    ]
    if shown.facility.instrument == Instrument.GUARANTEED_LOAN:
        share = float(shown.cover)
        cards.append(_card(text("Exposure"), row.exposure, currency, language, note=_cover_note(share, language)))
    if not coverage.instalments:
        return cards
    haircut = text("after a haircut of {percent}", percent=language.percent(coverage.haircut, digits=0))
    cards += [
        _ratio(text("Savings coverage, estimated"), coverage.estimated_coverage, haircut, language),
        _ratio(
            text("Savings coverage, measured"), coverage.measured_coverage, _measured_note(shown, language), language
        ),
    ]
    if coverage.dscr is not None:
        note = text("the firm’s whole cash flow ÷ debt service")
        cards.append(_ratio(text("Debt service coverage"), coverage.dscr, note, language))
    return cards


def _cover_note(share: float, language: Language) -> str:
    return (
        language.text("covers {percent} of the principal", percent=language.percent(share, digits=2)) if share else ""
    )


def _measured_note(shown: ShownFinancing, language: Language) -> str:
    if shown.coverage.measured is None:
        return language.text("nothing measured yet")
    return language.text("from {money} a year", money=language.money(shown.coverage.measured, shown.coverage.currency))


def _card(label: str, value: Decimal | None, currency: str, language: Language, note: str = "") -> Table:
    return {"label": label, "value": language.number(value, digits=2), "unit": currency, "note": note}


def _ratio(label: str, value: float | None, note: str, language: Language) -> Table:
    return {"label": label, "value": None if value is None else language.number(value, digits=2), "note": note}


def money_facts(shown: ShownFinancing, language: Language) -> list[tuple[str, str]]:
    """Return what the bundle costs and saves, and what a year of the debt costs."""
    coverage, text = shown.coverage, language.text
    pairs = [
        (text("Investment"), coverage.investment),
        (text("Saves a year, estimated"), coverage.estimated),
        (text("Saves a year, measured"), coverage.measured),
        (text("Debt service of the dearest year"), coverage.service),
        (text("Own funds beside it"), shown.financing.own_funds),
    ]
    return [(label, language.money(value, coverage.currency)) for label, value in pairs]


def terms_facts(shown: ShownFinancing, language: Language) -> list[tuple[str, str]]:
    """Return who borrows what, and on which terms."""
    row, text = shown.financing, language.text
    facts = [
        (text("Facility"), shown.facility.name),
        (text("Borrower or recipient"), shown.borrower.name if shown.borrower else MISSING),
        (text("Applied on"), language.date(row.applied_on)),
        (text("Sector"), language.label(row.sector) if row.sector else MISSING),
    ]
    if not shown.coverage.instalments:
        return facts
    return [
        *facts,
        (text("How it is repaid"), language.label(row.amortization)),
        (text("Interest a year"), language.percent(row.annual_rate, digits=2)),
        (
            text("Instalments"),
            text("{n} of which {grace} pay interest alone", n=row.instalments, grace=row.grace)
            if row.grace
            else str(row.instalments),
        ),
    ]


def schedule_table(shown: ShownFinancing, language: Language) -> Table:
    """Return the instalments."""
    text, currency = language.text, shown.facility.currency
    instalments = shown.coverage.instalments

    def money(amount: Decimal) -> str:
        return language.number(amount, digits=2)

    return {
        "columns": [
            {"label": text("Instalment")},
            {"label": text("Due by")},
            *(_number(text(name), currency) for name in ("Payment", "Principal", "Interest", "Owed after it")),
        ],
        "rows": [
            [str(e.number), language.date(e.due), *map(money, (e.payment, e.principal, e.interest, e.outstanding))]
            for e in instalments
        ],
        "totals": [
            text("Total"),
            "",
            money(sum((e.payment for e in instalments), start=instalments[0].payment * 0)),
            money(sum((e.principal for e in instalments), start=instalments[0].payment * 0)),
            money(sum((e.interest for e in instalments), start=instalments[0].payment * 0)),
            "",
        ]
        if instalments
        else None,
    }


def entries(shown: ShownFinancing, language: Language) -> list[Table]:
    """Return the account, the newest first; what was taken back says so."""
    taken_back = {each.reverses_id for each, _ in shown.entries}
    currency = shown.facility.currency
    listed = []
    for each, who in reversed(shown.entries):
        amount = language.money(each.amount, currency, cents=True) if each.amount else MISSING
        interest = language.money(each.interest, currency, cents=True) if each.interest else MISSING
        listed.append(
            {
                "id": each.id,
                "day": language.date(each.day),
                "kind": language.label(each.kind),
                "amount": amount,
                "interest": interest,
                "who": who or MISSING,
                "note": each.note,
                "taken_back": each.id in taken_back,
                "reversible": each.kind != EntryKind.REVERSAL and each.id not in taken_back,
            }
        )
    return listed


def measures_table(shown: ShownFinancing, language: Language) -> Table:
    """Return the measures that are paid for."""
    text = language.text
    return {
        "columns": [
            {"label": text("Measure")},
            {"label": text("Site")},
            {"label": text("Status")},
            _number(text("Investment")),
            _number(text("Saves a year")),
        ],
        "rows": [
            [
                {"text": each.title, "href": url_for("measures.show", measure_id=each.id)},
                site.name,
                language.label(each.status),
                language.money(each.investment, each.currency),
                language.money(each.annual_saving, each.currency),
            ]
            for each, site in shown.measures
        ],
    }


def exposure_tables(exposure: Exposure, language: Language) -> list[Table]:
    """Return exposure by lender, country and sector."""
    text = language.text
    return [
        _exposed((text("By lender"), text("Lender")), exposure.by_lender, exposure.base, language, lambda name: name),
        _exposed(
            (text("By country"), text("Country")),
            exposure.by_country,
            exposure.base,
            language,
            lambda n: country_name(n, language.code),
        ),
        _exposed((text("By sector"), text("Sector")), exposure.by_sector, exposure.base, language, language.label),
    ]


def _exposed(heads: tuple[str, str], rows: Sequence[ExposureRow], base: str, language: Language, named: Any) -> Table:
    text = language.text
    return {
        "name": heads[0],
        "columns": [
            {"label": heads[1]},
            _number(text("Financings")),
            _number(text("Approved")),
            _number(text("Outstanding")),
            _number(text("Exposure")),
            _number(text("Claimed")),
            _number(text("Exposure"), base),
        ],
        "rows": [
            [
                named(each.name) if each.name else text("not told"),
                language.number(each.loans),
                language.money(each.approved, each.currency),
                language.money(each.outstanding, each.currency),
                language.money(each.exposure, each.currency),
                language.money(each.claimed, each.currency),
                language.number(each.told),
            ]
            for each in rows
        ],
    }


def history(changes: Sequence[Change], language: Language) -> list[Table]:
    """Return what was changed, the newest first."""
    return [
        {
            "when": language.instant(each.at),
            "who": each.who,
            "what": language.text(FIELDS[each.field]) if each.field in FIELDS else each.field.replace("_", " "),
            "old": _value(each.field, each.old, language),
            "new": _value(each.field, each.new, language),
            "why": each.reason,
        }
        for each in changes
    ]


def _value(name: str, value: Any, language: Language) -> str:
    if value is None:
        return ""
    if name in {"kind", "instrument", "amortization", "sector"}:
        return language.label(str(value))
    if isinstance(value, list):
        return language.plural("{n} measure", "{n} measures", len(value))
    return language.value(value)
