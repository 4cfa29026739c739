"""Forms of recommendations, measures, plans and exchange rates. Labels are English constants; the page translates."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from wtforms import FieldList, Form, FormField, HiddenField, SelectField, TextAreaField, validators

from emstrack.domain.measurement_plans import PlanDetails
from emstrack.domain.measures import (
    EFFECTS,
    Category,
    Ease,
    Effect,
    InvestmentKind,
    InvestmentLine,
    MeasureDetails,
    Option,
    Priority,
)
from emstrack.language.labels import LABELS
from emstrack.web.forms.quantities import QuantityField, required
from emstrack.web.forms.sites import day_field, number_or_none, options, text_field

if TYPE_CHECKING:
    from collections.abc import Iterable

    from emstrack.domain.errors import EmstrackError
    from emstrack.language.languages import Language

LONGEST = 10_000
OPTION_WORDS = {
    Option.A: "A: one key parameter is measured, the rest estimated",
    Option.B: "B: everything is measured at the equipment, e.g. by a sub-meter",
    Option.C: "C: the site’s own meter, against its baseline",
    Option.D: "D: a calibrated simulation",
}


def long_text(label: str, description: str = "", *, rows: int = 3) -> Any:
    """Return a field for a text of several lines."""
    return TextAreaField(
        label,
        [validators.Length(max=LONGEST, message="This is too long.")],
        description=description,
        filters=[lambda text: (text or "").strip()],
        render_kw={"rows": rows},
    )


class EffectForm(Form):  # type: ignore[misc]  # wtforms carries no types
    """What a measure does to one resource in a year."""

    resource = SelectField(
        "Resource", default="", choices=options(("", "–"), *((each, LABELS[each]) for each in EFFECTS))
    )
    quantity = QuantityField("Saved a year")
    unit = text_field("Unit", limit=40, list="units", autocomplete="off")
    unit_price = QuantityField("Price of a unit")
    meter_id = SelectField("Meter it shows on", coerce=number_or_none)
    variety = text_field("Which one", "Source of water, stream of waste, name of the chemical.", limit=100)
    currency = text_field("Currency", limit=3)
    price_date = day_field("Price of")
    assumptions = long_text("Assumptions", rows=2)
    calculation = long_text("Calculation", "As whoever checks it shall follow it.", rows=2)

    @property
    def is_empty(self) -> bool:
        """Whether nobody wrote anything here."""
        return not any(self[name].data for name in ("resource", "unit", "variety", "assumptions", "calculation")) and (
            not (self.quantity.raw_data or [""])[0].strip() and not (self.unit_price.raw_data or [""])[0].strip()
        )


class LineForm(Form):  # type: ignore[misc]  # wtforms carries no types
    """One thing to be paid for once."""

    label = text_field("What for")
    kind = SelectField(
        "Kind",
        default=InvestmentKind.EQUIPMENT.value,
        choices=options(*((each.value, LABELS[each]) for each in InvestmentKind)),
    )
    amount = QuantityField("Budget")
    spent = QuantityField("Spent so far")
    currency = text_field("Currency", limit=3)
    day = day_field("Offer or payment of")

    @property
    def is_empty(self) -> bool:
        """Whether nobody wrote anything here."""
        typed = [(field.raw_data or [""])[0].strip() for field in (self.amount, self.spent)]
        return not self.label.data and not any(typed)


class MeasureForm(Form):  # type: ignore[misc]  # wtforms carries no types
    """A recommendation or measure: the few fields first, the page folds the rest."""

    title = text_field("What shall be done", autocomplete="off")
    category = SelectField(
        "Kind of technique",
        default=Category.HOUSEKEEPING.value,
        choices=options(*((each.value, LABELS[each]) for each in Category)),
    )
    situation = long_text("Situation and cause")
    proposal = long_text("Proposal")
    effects = FieldList(FormField(EffectForm), max_entries=40)
    investment = FieldList(FormField(LineForm), max_entries=40)
    owner_id = SelectField("Owner", coerce=number_or_none)
    due = day_field("Due by")
    priority = SelectField(
        "Priority", default="", choices=options(("", "–"), *((each.value, LABELS[each]) for each in Priority))
    )
    ease = SelectField("Ease", default="", choices=options(("", "–"), *((each.value, LABELS[each]) for each in Ease)))
    currency = text_field("Currency of the totals", "Three letters; empty takes the site’s.", limit=3)
    om_change = QuantityField("Change of operation and maintenance a year", description="Positive costs more.")
    avoided_treatment = QuantityField("Treatment and disposal no longer paid a year")
    life_years = QuantityField("Life")
    discount_rate = QuantityField("Discount rate", description="Empty takes 12 %.")
    residual_value = QuantityField(
        "Value at the end of its life", description="With a minus where taking it away costs."
    )
    risks = long_text("Risks", rows=2)
    safety = long_text("Safety", rows=2)
    quality = long_text("Quality", rows=2)
    liability = long_text("Liability", rows=2)
    reason = text_field("Reason for the change", "Kept with the old values.")
    version = HiddenField()
    audit_id = HiddenField()
    finding_id = HiddenField()
    library_code = HiddenField()

    def offer(self, meters: Iterable[tuple[int, str]], owners: Iterable[tuple[int, str]]) -> None:
        """Fill the lists of what may be chosen."""
        self._meters = options(("", "None of them"), *meters)
        self.owner_id.choices = options(("", "Nobody yet"), *owners)
        self.choose_again()

    def choose_again(self) -> None:
        """Give every row the list of meters; rows come and go."""
        for entry in self.effects:
            entry.form.meter_id.choices = self._meters

    def add_blank(self, *names: str) -> None:
        """Offer one more empty row."""
        for name in names:
            if len(self[name]) < self[name].max_entries:
                self[name].append_entry()
        self.choose_again()

    def check(self) -> bool:
        """Check what was typed; rows nobody wrote in say nothing."""
        taken = {name: list(self[name].entries) for name in ("effects", "investment")}
        for name, entries in taken.items():
            self[name].entries = [entry for entry in entries if not entry.form.is_empty]
        good = bool(self.validate())
        for entry in self.effects.entries:
            if entry.form.quantity.data is None and not entry.form.quantity.errors:
                entry.form.quantity.errors = ["Write a number here."]
                good = False
            if not entry.form.resource.data:
                entry.form.resource.errors = [*entry.form.resource.errors, "Choose one."]
                good = False
        for entry in self.investment.entries:
            if entry.form.amount.data is None and not entry.form.amount.errors:
                entry.form.amount.errors = ["Write a number here."]
                good = False
        return good

    def details(self) -> MeasureDetails:
        """Return what the person said."""
        rate = self.discount_rate.data
        return MeasureDetails(
            **{name: self[name].data or "" for name in (*_TEXTS, "title", "currency", "library_code")},
            category=Category(self.category.data),
            effects=tuple(_effect(entry.form) for entry in self.effects.entries),
            investment=tuple(_line(entry.form) for entry in self.investment.entries),
            om_change=money(self.om_change.data),
            avoided_treatment=money(self.avoided_treatment.data),
            residual_value=money(self.residual_value.data),
            life_years=self.life_years.data,
            discount_rate=None if rate is None else rate / 100,
            ease=Ease(self.ease.data) if self.ease.data else None,
            priority=Priority(self.priority.data) if self.priority.data else None,
            owner_id=self.owner_id.data,
            due=self.due.data,
            audit_id=number_or_none(self.audit_id.data),
            finding_id=number_or_none(self.finding_id.data),
        )


_TEXTS = ("situation", "proposal", "risks", "safety", "quality", "liability")


def as_data(details: MeasureDetails, *, version: int) -> dict[str, Any]:
    """Return what the form shows of a measure that is known."""
    same = {
        name: getattr(details, name)
        for name in (
            *(*_TEXTS, "title", "currency", "library_code", "life_years", "owner_id", "due"),
            *("audit_id", "finding_id"),
        )
    }
    rate = details.discount_rate
    return {
        **same,
        "category": details.category.value,
        "ease": details.ease.value if details.ease else "",
        "priority": details.priority.value if details.priority else "",
        "discount_rate": None if rate is None else rate * 100,
        **{name: plain(getattr(details, name)) for name in ("om_change", "avoided_treatment", "residual_value")},
        "effects": [
            {
                **{name: getattr(each, name) for name in _EFFECT},
                "resource": str(each.resource),
                "unit_price": plain(each.unit_price),
            }
            for each in details.effects
        ],
        "investment": [
            {
                **{name: getattr(each, name) for name in ("label", "currency", "day")},
                "kind": each.kind.value,
                "amount": plain(each.amount),
                "spent": plain(each.spent),
            }
            for each in details.investment
        ],
        "version": version,
    }


_EFFECT = ("quantity", "unit", "meter_id", "variety", "currency", "price_date", "assumptions", "calculation")


def money(value: float | None) -> Decimal | None:
    """Return an amount as it was typed."""
    return None if value is None else Decimal(repr(value))


def plain(value: Decimal | None) -> float | None:
    """Return an amount as a number field shows it."""
    return None if value is None else float(value)


def show_error(form: Form, error: EmstrackError, language: Language) -> str:
    """Put an error beside the field it belongs to, a row's field included; return it where it belongs to none."""
    sentence = language.sentence(error)
    name, _, rest = str(error.evidence.get("field", "")).partition("-")
    if name not in form:
        return sentence
    field = form[name]
    if rest:
        index, _, inside = rest.partition("-")
        if not index.isdigit() or int(index) >= len(field.entries):
            return sentence
        field = field.entries[int(index)].form[inside]
    field.errors = [*field.errors, sentence]
    return ""


def _effect(form: EffectForm) -> Effect:
    return Effect(
        resource=form.resource.data or "",
        quantity=form.quantity.data if form.quantity.data is not None else 0.0,
        unit=form.unit.data or "",
        unit_price=money(form.unit_price.data),
        currency=form.currency.data or "",
        price_date=form.price_date.data,
        variety=form.variety.data or "",
        meter_id=form.meter_id.data,
        assumptions=form.assumptions.data or "",
        calculation=form.calculation.data or "",
    )


def _line(form: LineForm) -> InvestmentLine:
    return InvestmentLine(
        label=form.label.data or "",
        kind=InvestmentKind(form.kind.data),
        amount=money(form.amount.data) or Decimal(0),
        spent=money(form.spent.data),
        currency=form.currency.data or "",
        day=form.day.data,
    )


class PlanForm(Form):  # type: ignore[misc]  # wtforms carries no types
    """How a saving will be measured and verified."""

    option = SelectField("Option", choices=options(*((each.value, OPTION_WORDS[each]) for each in Option)))
    boundary = text_field("Boundary", "What is measured: a circuit, a boiler, the whole meter.")
    meter_id = SelectField("Meter", coerce=number_or_none)
    key_parameters = long_text("What is measured, with which instrument", rows=2)
    baseline_text = long_text("Baseline", "In words, where no meter has one.", rows=2)
    static_factors = long_text("What is expected to stay as it is", "Area, hours, equipment, occupancy.", rows=2)
    prices = long_text("Prices", "At which prices the saving will be valued.", rows=2)
    reporting_start = day_field("Reporting period from")
    reporting_end = day_field("Until", "The first day after it.")
    verifier = text_field("Verifier", "Somebody else than the owner.")
    agreed_by = text_field("Agreed by")
    agreed_on = day_field("Agreed on", "Empty while it is a draft.")
    version = HiddenField()

    def offer(self, meters: Iterable[tuple[int, str]]) -> None:
        """Fill the list of meters."""
        self.meter_id.choices = options(("", "None of them"), *meters)

    def details(self) -> PlanDetails:
        """Return what the person said."""
        names = ("boundary", "key_parameters", "baseline_text", "static_factors", "prices", "verifier", "agreed_by")
        texts: dict[str, Any] = {name: self[name].data or "" for name in names}
        return PlanDetails(
            option=Option(self.option.data),
            **texts,
            meter_id=self.meter_id.data,
            reporting_start=self.reporting_start.data,
            reporting_end=self.reporting_end.data,
            agreed_on=self.agreed_on.data,
        )


class RateForm(Form):  # type: ignore[misc]  # wtforms carries no types
    """What one unit of a currency cost in another on a day."""

    currency = text_field("One unit of", limit=3)
    rate = QuantityField("Costs", [required])
    base = text_field("In", limit=3)
    day = day_field("On")
    source = text_field("Source", "For example Banxico, Bank of Jamaica.")
