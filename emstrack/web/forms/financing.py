"""Forms of facilities, capital, applications and entries. Labels are English constants; the page translates them."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from math import nan
from typing import TYPE_CHECKING, Any

from wtforms import BooleanField, Form, HiddenField, SelectField, SelectMultipleField

from emstrack.domain.financing import (
    CENT,
    Amortization,
    ApplicationDetails,
    EntryKind,
    FacilityDetails,
    Instrument,
    Terms,
)
from emstrack.domain.sectors import Sector
from emstrack.language.labels import LABELS
from emstrack.services.programmes.record_entry import Happened
from emstrack.web.forms.measures import long_text
from emstrack.web.forms.quantities import QuantityField, required
from emstrack.web.forms.sites import day_field, number_or_none, options, text_field

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from emstrack.language.languages import Language
    from emstrack.storage.models import Facility, Financing

    Pair = tuple[int, str] | tuple[str, str]

INTERVALS = ((12, "Every month"), (4, "Every three months"), (2, "Every six months"), (1, "Once a year"))


class FacilityForm(Form):  # type: ignore[misc]  # wtforms carries no types
    """A facility's terms."""

    name = text_field("Name", "As in “Loan guarantee, cleaner production”.")
    instrument = SelectField("What it is", choices=options(*((each.value, LABELS[each]) for each in Instrument)))
    organisation_id = SelectField("Whose it is", coerce=number_or_none, validate_choice=False)
    lender = text_field("Who lends or gives", "The bank, the fund, the donor or the company.")
    country = SelectField("Country", validate_choice=False)
    currency = text_field("Currency", "Three letters, as in USD; everything of the facility is in it.", limit=3)
    ceiling = QuantityField("Ceiling", description="Most that may be approved together; empty for none.")
    cap = QuantityField("Largest loan or grant", description="Empty where there is no limit.")
    cover = QuantityField("Cover", description="Share of the principal that is guaranteed; for guaranteed loans only.")
    start = day_field("Open from")
    end = day_field("Closed from", "From this day on nothing new is approved.")
    eligibility = long_text("Who and what is eligible")
    note = long_text("Note", rows=2)
    reason = text_field("Reason for the change", "Kept with the old values.")
    version = HiddenField()

    def offer(self, organisations: Iterable[Pair], countries: Iterable[Pair]) -> None:
        """Fill the lists."""
        self.organisation_id.choices = options(*organisations)
        self.country.choices = options(("", "–"), *countries)

    def details(self) -> FacilityDetails:
        """Return what the person said."""
        return FacilityDetails(
            name=self.name.data or "",
            instrument=Instrument(self.instrument.data),
            organisation_id=self.organisation_id.data or 0,
            lender=self.lender.data or "",
            country=self.country.data or "",
            currency=self.currency.data or "",
            ceiling=money_or_none(self.ceiling.data),
            cap=money_or_none(self.cap.data),
            cover=_fraction(self.cover.data),
            start=self.start.data,
            end=self.end.data,
            eligibility=self.eligibility.data or "",
            note=self.note.data or "",
        )

    @staticmethod
    def data_of(row: Facility) -> dict[str, object]:
        """Return what the form shows of a facility."""
        names = (
            *("name", "instrument", "organisation_id", "lender", "country", "currency", "ceiling", "cap"),
            *("start", "end", "eligibility", "note", "version"),
        )
        cover = None if row.cover is None else row.cover * 100
        return {name: getattr(row, name) for name in names} | {"cover": cover}


class CapitalForm(Form):  # type: ignore[misc]  # wtforms carries no types
    """Capital put into a revolving fund."""

    amount = QuantityField("Sum", [required])
    day = day_field("Day", "Empty is today.")
    note = text_field("Note")


class ApplicationForm(Form):  # type: ignore[misc]  # wtforms carries no types
    """What is asked for, for which measures, on which terms."""

    title = text_field("Name", "As in “Efficient boilers, Hotel Bahía”.")
    facility_id = SelectField("Facility", coerce=number_or_none, validate_choice=False)
    organisation_id = SelectField("Borrower or recipient", coerce=number_or_none, validate_choice=False)
    measure_ids = SelectMultipleField(
        "Measures it pays for", coerce=number_or_none, validate_choice=False, description="One, or a bundle."
    )
    amount = QuantityField("Amount asked for", [required])
    own_funds = QuantityField("Own funds beside it")
    sector = SelectField("Sector", validate_choice=False)
    amortization = SelectField(
        "How it is repaid", choices=options(*((each.value, LABELS[each]) for each in Amortization))
    )
    annual_rate = QuantityField("Interest a year")
    instalments = QuantityField("Instalments", [required], description="All of them, those of the grace included.")
    per_year = SelectField("How often", choices=options(*INTERVALS))
    grace = QuantityField("Grace", description="First instalments that pay interest alone.")
    first_due = day_field("First instalment", "Empty is one period after the money came.")
    over_cap_agreed = BooleanField("Over the cap by agreement: the guarantee covers a smaller share")
    haircut = QuantityField("Haircut", description="Taken off the estimated saving before it is set against the debt.")
    cash_flow = QuantityField(
        "The firm’s whole cash flow of a year",
        description="Before debt service; only with it can a debt service coverage be told.",
    )
    applied_on = day_field("Applied on", "Empty is today.")
    note = long_text("Note", rows=2)
    reason = text_field("Reason for the change", "Kept with the old values.")
    version = HiddenField()

    def offer(
        self, facilities: Iterable[Pair], organisations: Iterable[Pair], measures: Iterable[Pair], language: Language
    ) -> None:
        """Fill the lists."""
        self.facility_id.choices = options(*facilities)
        self.organisation_id.choices = options(*organisations)
        self.measure_ids.choices = options(*measures)
        named = [(each.value, language.label(each)) for each in Sector if each is not Sector.ANY]
        self.sector.choices = options(("", "–"), *sorted(named, key=lambda pair: pair[1].casefold()))

    def details(self) -> ApplicationDetails:
        """Return what the person said."""
        return ApplicationDetails(
            title=self.title.data or "",
            facility_id=self.facility_id.data or 0,
            organisation_id=self.organisation_id.data or 0,
            measure_ids=tuple(each for each in self.measure_ids.data or () if each),
            amount=money(self.amount.data),
            own_funds=money_or_none(self.own_funds.data),
            sector=self.sector.data or "",
            terms=Terms(
                amortization=Amortization(self.amortization.data),
                annual_rate=nan if self.annual_rate.data is None else round(self.annual_rate.data / 100, 12),
                instalments=_whole(self.instalments.data),
                per_year=int(self.per_year.data),
                grace=_whole(self.grace.data),
                first_due=self.first_due.data,
            ),
            over_cap_agreed=bool(self.over_cap_agreed.data),
            haircut=_fraction(self.haircut.data) or 0.0,
            cash_flow=money_or_none(self.cash_flow.data),
            applied_on=self.applied_on.data,
            note=self.note.data or "",
        )

    @staticmethod
    def data_of(row: Financing, measure_ids: Sequence[int]) -> dict[str, object]:
        """Return what the form shows of an application."""
        names = (
            *(
                "title",
                "facility_id",
                "organisation_id",
                "amount",
                "own_funds",
                "sector",
                "amortization",
                "instalments",
            ),
            *("grace", "first_due", "over_cap_agreed", "cash_flow", "applied_on", "note", "version"),
        )
        more = {
            "annual_rate": row.annual_rate * 100,
            "haircut": row.haircut * 100,
            "per_year": str(row.per_year),
            "measure_ids": list(measure_ids),
        }
        return {name: getattr(row, name) for name in names} | more


class EntryForm(Form):  # type: ignore[misc]  # wtforms carries no types
    """Something that happened to a financing."""

    kind = SelectField("What happened", validate_choice=False)
    amount = QuantityField("Sum", description="Of a repayment the principal.")
    interest = QuantityField("Interest", description="Of a repayment, beside the principal.")
    day = day_field("Day", "Empty is today.")
    note = text_field("Note")
    reverses_id = HiddenField()
    version = HiddenField()

    def offer(self, kinds: Iterable[EntryKind], language: Language) -> None:
        """Fill the list of what may happen next."""
        self.kind.choices = options(*((each.value, language.label(each)) for each in kinds))

    def happened(self, today: date) -> Happened:
        """Return what the person said."""
        kind = str(self.kind.data)
        reverses = str(self.reverses_id.data or "")
        return Happened(
            kind=EntryKind(kind) if kind in set(EntryKind) else EntryKind.CAPITAL,
            day=self.day.data or today,
            amount=money(self.amount.data),
            interest=money(self.interest.data),
            note=self.note.data or "",
            reverses_id=int(reverses) if reverses.isascii() and reverses.isdigit() and len(reverses) < 19 else None,
        )


def money(amount: Any) -> Decimal:
    """Return an amount to the cent; nothing typed is nothing paid, which the service refuses where it cannot be."""
    return Decimal(str(amount or 0)).quantize(CENT, ROUND_HALF_EVEN)


def money_or_none(amount: Any) -> Decimal | None:
    """Return an amount to the cent; None where nothing was typed."""
    return None if amount is None else money(amount)


def _fraction(percent: float | None) -> float | None:
    return None if percent is None else round(percent / 100, 12)


def _whole(number: float | None) -> int:
    """Return a count; one that is no whole number is none that a loan has."""
    return int(number) if number is not None and number == int(number) else (-1 if number else 0)
