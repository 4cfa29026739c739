"""The form of a baseline: which months, which method, from when savings count. Labels are English constants."""

from __future__ import annotations

import re
from datetime import date

from wtforms import Form, HiddenField, RadioField, SelectField, StringField, TextAreaField, validators

from emstrack.analysis.portfolio import Fixed, Per
from emstrack.domain.errors import RefusedError
from emstrack.domain.periods import Month, Period
from emstrack.domain.savings import Method
from emstrack.domain.typed import Writing, understand_number
from emstrack.services.savings.adopt_baseline import Plan
from emstrack.web.forms.accounts import options

METHODS = (
    (Method.AUTO, "Automatic: the regression that explains the use best, with its reason"),
    (Method.REGRESSION, "Regression with the drivers you choose, and temperature where it matters"),
    (Method.INTENSITY, "Intensity: use per unit of one driver (indicative)"),
    (Method.AVERAGE, "Average of the same months (indicative)"),
    (Method.FIXED, "A figure agreed in an audit"),
)
_MONTH = re.compile(r"\d{4}-\d{2}")


class BaselineForm(Form):  # type: ignore[misc]  # the library has no types
    """What somebody proposes."""

    first = StringField("First month", [validators.InputRequired("Choose the first month.")])
    last = StringField("Last month", [validators.InputRequired("Choose the last month.")])
    method = RadioField("Method", choices=options(*((str(method), label) for method, label in METHODS)))
    driver = SelectField("Driver", validate_choice=False)
    fixed = StringField("Agreed figure", [validators.Length(max=40)])
    fixed_per = SelectField("It is for", choices=options(("month", "a month"), ("year", "a year")))
    since = StringField("Savings count from")

    def plan(self, writing: Writing) -> Plan:
        """Return the plan, refused with a sentence where it cannot be read."""
        period = Period.of_months(Month.parse(self.first.data or ""), Month.parse(self.last.data or ""))
        method = Method(self.method.data) if self.method.data in set(Method) else Method.AUTO
        takes_driver = method in {Method.REGRESSION, Method.INTENSITY} and bool(self.driver.data)
        return Plan(
            period=period,
            method=method,
            drivers=(str(self.driver.data),) if takes_driver else (),
            fixed=self._fixed(writing) if method is Method.FIXED else None,
            reporting_start=self._since(),
        )

    def _since(self) -> date | None:
        text = (self.since.data or "").strip()
        return Month.parse(text).start if _MONTH.fullmatch(text) else None

    def _fixed(self, writing: Writing) -> Fixed:
        if not (self.fixed.data or "").strip():
            raise RefusedError("baseline.no_fixed_figure")
        return Fixed(float(understand_number(self.fixed.data, writing).value), Per(self.fixed_per.data or "month"))


class AdoptForm(Form):  # type: ignore[misc]  # the library has no types
    """The reason, and the version that was looked at."""

    reason = TextAreaField(
        "Why this baseline is right",
        [validators.InputRequired("Say why in a few words."), validators.Length(min=3, max=1000)],
        render_kw={"rows": 2, "maxlength": 1000},
    )
    version = HiddenField()
