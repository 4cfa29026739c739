"""Forms of balances, unit operations and streams. Labels are English constants; the page translates them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from wtforms import BooleanField, DateField, Form, HiddenField, SelectField, TextAreaField, validators

from emstrack.domain.balances import (
    LONGEST_NAME,
    LONGEST_NOTE,
    STREAM_UNITS,
    BalanceDetails,
    LoadParameter,
    OperationDetails,
    StreamDetails,
    StreamKind,
)
from emstrack.language.labels import LABELS, unit_symbol
from emstrack.web.forms.quantities import QuantityField, required
from emstrack.web.forms.sites import number_or_none, options, text_field

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emstrack.language.languages import Language
    from emstrack.storage.models import Audit, Balance, ProcessStream, UnitOperation

ONE_DAY = timedelta(days=1)


def _day(label: str) -> Any:
    return DateField(label, [validators.InputRequired("Choose a day.")])


def _note(description: str) -> Any:
    return TextAreaField(
        "Note",
        [validators.Length(max=LONGEST_NOTE, message="This is too long.")],
        description=description,
        render_kw={"rows": 2, "maxlength": LONGEST_NOTE},
    )


class BalanceForm(Form):  # type: ignore[misc]  # wtforms carries no types
    """A balance: what, when, and how exactly it has to close."""

    title = text_field("Name", "What is balanced, as in “Beamhouse, one batch”.", limit=LONGEST_NAME)
    start = _day("First day")
    end = _day("Last day")
    tolerance = QuantityField(
        "Tolerance", [required], description="How far in and out may differ and still close; 5 % is usual."
    )
    currency = text_field("Currency", "Three letters, as in MXN; empty takes the site's.", limit=3)
    audit_id = SelectField("Audit", coerce=number_or_none, validate_choice=False)
    note = _note("How it was measured and by whom.")
    version = HiddenField()

    def details(self) -> BalanceDetails:
        """Return what the person said; the last day becomes the first one after."""
        return BalanceDetails(
            title=self.title.data or "",
            start=self.start.data,
            end=self.end.data + ONE_DAY,
            tolerance=(self.tolerance.data or 0.0) / 100,
            currency=self.currency.data or "",
            note=self.note.data or "",
            audit_id=self.audit_id.data,
        )

    def offer(self, audits: Sequence[Audit], language: Language) -> None:
        """Fill the list of the site's audits."""
        named = [(str(row.id), f"{language.label(row.kind)}, {language.date(row.start)}") for row in audits]
        self.audit_id.choices = options(("", "–"), *named)

    @staticmethod
    def data_of(row: Balance) -> dict[str, object]:
        """Return what the form shows of a balance."""
        return {
            "title": row.title,
            "start": row.start,
            "end": row.end - ONE_DAY,
            "tolerance": row.tolerance * 100,
            "currency": row.currency,
            "note": row.note,
            "audit_id": row.audit_id,
            "version": row.version,
        }


class OperationForm(Form):  # type: ignore[misc]  # wtforms carries no types
    """A unit operation."""

    name = text_field("Name", "As people in the plant call it.", limit=LONGEST_NAME)
    position = SelectField("Place in the process", coerce=number_or_none, validate_choice=False)
    processing_cost = QuantityField(
        "Processing cost", description="Labour, upkeep and other costs of this step in the period, energy apart."
    )
    version = HiddenField()

    def offer(self, others: Sequence[UnitOperation], language: Language) -> None:
        """Fill the list of places."""
        places = [("1", language.text("At the beginning"))]
        places += [(str(n), language.text("After “{name}”", name=row.name)) for n, row in enumerate(others, 2)]
        self.position.choices = options(*places)

    def details(self) -> OperationDetails:
        """Return what the person said."""
        return OperationDetails(
            name=self.name.data or "",
            position=self.position.data or 0,
            processing_cost=_money(self.processing_cost.data),
        )


class StreamForm(Form):  # type: ignore[misc]  # wtforms carries no types
    """A stream between operations, or across the boundary."""

    name = text_field("Name", "As in “Soaking water” or “Fleshings”.", limit=LONGEST_NAME)
    kind = SelectField("What it is", choices=options(*((kind.value, LABELS[kind]) for kind in StreamKind)))
    from_id = SelectField("Comes out of", coerce=number_or_none, validate_choice=False)
    to_id = SelectField("Goes into", coerce=number_or_none, validate_choice=False)
    quantity = QuantityField("Quantity in the period", [required])
    unit = SelectField("Unit", choices=options(*((unit, unit_symbol(unit)) for unit in STREAM_UNITS)))
    is_water = BooleanField("It is water, steam or wastewater")
    kg_per_unit = QuantityField(
        "One unit weighs", description="For volumes that are not water, and for what is counted."
    )
    is_basis = BooleanField("Indicators are per unit of this stream")
    unit_cost = QuantityField(
        "Purchase cost of one unit", description="Of a loss: what one unit of what is lost cost; empty shares by mass."
    )
    disposal_unit_cost = QuantityField(
        "Treatment or disposal cost of one unit", description="Negative where it is sold."
    )
    cod = QuantityField("COD")
    bod5 = QuantityField("BOD₅")
    tss = QuantityField("Suspended solids")
    chromium = QuantityField("Chromium")
    sulphide = QuantityField("Sulphide")
    nitrogen = QuantityField("Nitrogen")
    oil_grease = QuantityField("Oil and grease")
    note = _note("Measured, read from a bill or estimated, and how.")
    version = HiddenField()

    def offer(self, operations: Sequence[UnitOperation], language: Language) -> None:
        """Fill the lists of operations; the world outside is the first choice."""
        choices = [("", language.text("Outside")), *((str(row.id), row.name) for row in operations)]
        self.from_id.choices, self.to_id.choices = options(*choices), options(*choices)

    def details(self) -> StreamDetails:
        """Return what the person said."""
        kind = StreamKind(self.kind.data)
        return StreamDetails(
            name=self.name.data or "",
            kind=kind,
            from_id=self.from_id.data,
            to_id=self.to_id.data,
            quantity=self.quantity.data if self.quantity.data is not None else float("nan"),
            unit=self.unit.data,
            kg_per_unit=self.kg_per_unit.data,
            is_water=bool(self.is_water.data),
            is_basis=bool(self.is_basis.data),
            unit_cost=_money(self.unit_cost.data),
            disposal_unit_cost=_money(self.disposal_unit_cost.data),
            concentrations={name: self[name.value].data for name in LoadParameter if self[name.value].data is not None},
            note=self.note.data or "",
        )

    @staticmethod
    def data_of(row: ProcessStream) -> dict[str, object]:
        """Return what the form shows of a stream."""
        plain = {
            name: getattr(row, name)
            for name in ("name", "kind", "from_id", "to_id", "quantity", "unit", "kg_per_unit", "is_water", "is_basis")
        }
        money = {"unit_cost": row.unit_cost, "disposal_unit_cost": row.disposal_unit_cost}
        return {**plain, **money, **row.concentrations, "note": row.note, "version": row.version}


def version_of(form: Form) -> int:
    """Return the version a form was read at; 0 where somebody took it out."""
    text = str(form.version.data or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _money(amount: float | None) -> Decimal | None:
    return None if amount is None else Decimal(str(amount))
