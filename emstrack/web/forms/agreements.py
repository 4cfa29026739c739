"""Forms of what is agreed about a meter: adjustments and closed periods. Labels are English constants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wtforms import Form, HiddenField, RadioField, SelectField, StringField, TextAreaField, validators

from emstrack.domain.savings import ClosedKind
from emstrack.services.savings.set_adjustment import Agreed
from emstrack.services.savings.set_closed_period import LeftOut
from emstrack.web.forms.quantities import QuantityField
from emstrack.web.forms.sites import day_field, number_or_none, options

if TYPE_CHECKING:
    from emstrack.storage.models import ClosedPeriod, NonRoutineAdjustment

QUANTITY, PERCENT = "quantity", "percent"


def version_of(text: str | None) -> int:
    """Return the version a form was made with; 0, which no row has, where it is not one."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


def reason_field(label: str, description: str) -> Any:
    """Return the field for why; the service refuses an empty one."""
    return TextAreaField(
        label,
        [validators.Length(max=1000, message="This is too long.")],
        description=description,
        render_kw={"rows": 2, "maxlength": 1000},
    )


class AdjustmentForm(Form):  # type: ignore[misc]  # the library has no types
    """An agreed change of a meter's adjusted baseline."""

    start = day_field("From", "The first day it holds.")
    end = day_field("Until", "The first day it no longer holds; empty while it holds.")
    how = RadioField(
        "By how much",
        choices=options((QUANTITY, "A quantity a month"), (PERCENT, "Per cent of the adjusted baseline")),
    )
    amount = QuantityField("Amount", description="+ for more use (a pool opened), − for less (a wing closed).")
    half_width = QuantityField("Uncertainty, ± %", description="How far off it may be, nine times in ten; 0 if known.")
    agreed_by = StringField(
        "Agreed by",
        [validators.Length(max=200, message="This is too long.")],
        description="Who, and where it is written: the committee, minutes 14.",
        render_kw={"maxlength": 200},
    )
    reason = reason_field("Reason", "What changed that no driver explains.")
    version = HiddenField()

    def agreed(self) -> Agreed:
        """Return what the person said."""
        by_percent = self.how.data == PERCENT
        amount: float | None = self.amount.data
        return Agreed(
            start=self.start.data,
            end=self.end.data,
            per_month=None if by_percent else amount,
            fraction=amount / 100 if by_percent and amount is not None else None,
            half_width=(self.half_width.data or 0.0) / 100,
            agreed_by=self.agreed_by.data or "",
            reason=self.reason.data or "",
        )

    @staticmethod
    def data_of(row: NonRoutineAdjustment) -> dict[str, object]:
        """Return what the form shows of an adjustment."""
        return {
            "start": row.start,
            "end": row.end,
            "how": QUANTITY if row.fraction is None else PERCENT,
            "amount": row.per_month if row.fraction is None else 100 * row.fraction,
            "half_width": round(100 * row.half_width, 6),
            "agreed_by": row.agreed_by,
            "reason": row.reason,
            "version": str(row.version),
        }


class ClosedPeriodForm(Form):  # type: ignore[misc]  # the library has no types
    """Days left out of fit and claim."""

    start = day_field("From", "The first day that is left out.")
    end = day_field("Until", "The first day that counts again.")
    kind = RadioField(
        "What it was",
        choices=options(
            (ClosedKind.CLOSED, "The site was closed or out of service"),
            (ClosedKind.WORKS, "Works: a measure was being installed"),
        ),
    )
    meter_id = SelectField("Which meters", coerce=number_or_none)
    reason = reason_field("Reason", "For example: closed after the hurricane.")
    version = HiddenField()

    def left_out(self) -> LeftOut:
        """Return what the person said."""
        return LeftOut(
            start=self.start.data,
            end=self.end.data,
            kind=ClosedKind(self.kind.data) if self.kind.data in set(ClosedKind) else ClosedKind.CLOSED,
            meter_id=self.meter_id.data,
            reason=self.reason.data or "",
        )

    @staticmethod
    def data_of(row: ClosedPeriod) -> dict[str, object]:
        """Return what the form shows of a closed period."""
        shown = ("start", "end", "kind", "reason")
        meter = "" if row.meter_id is None else str(row.meter_id)
        return {name: getattr(row, name) for name in shown} | {"meter_id": meter, "version": str(row.version)}
