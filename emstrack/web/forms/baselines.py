"""The form of a baseline: which months, which method, from when savings count. Labels are English constants."""

from __future__ import annotations

import re
from datetime import date

from wtforms import Form, HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField, validators

from emstrack.analysis.portfolio import Fixed, Per
from emstrack.domain.errors import RefusedError
from emstrack.domain.periods import Month, Period
from emstrack.domain.savings import Method
from emstrack.domain.typed import Writing, understand_number
from emstrack.services.savings.adopt_baseline import Plan
from emstrack.web.forms.accounts import options

MOST_DRIVERS = 4
EXPERT_METHODS = (
    (Method.CALTRACK2, "CalTRACK 2, the fit of another program"),
    (Method.CHANGE_POINT_2P, "Line on the mean temperature (2P)"),
    (Method.CHANGE_POINT_3PC, "Change point, cooling (3P)"),
    (Method.CHANGE_POINT_3PH, "Change point, heating (3P)"),
    (Method.CHANGE_POINT_4P, "Change point, both slopes (4P)"),
    (Method.CHANGE_POINT_5P, "Two change points (5P)"),
)
_MONTH = re.compile(r"\d{4}-\d{2}")


class BaselineForm(Form):  # type: ignore[misc]  # the library has no types
    """What somebody proposes."""

    first = StringField("First month", [validators.InputRequired("Choose the first month.")])
    last = StringField("Last month", [validators.InputRequired("Choose the last month.")])
    driver = SelectMultipleField("Drivers", validate_choice=False)
    fixed = StringField("Agreed figure", [validators.Length(max=40)])
    fixed_per = SelectField("It is for", choices=options(("month", "a month"), ("year", "a year")))
    since = StringField("Savings count from")
    until = StringField("Savings count until")
    expert = SelectMultipleField(
        "Also compare",
        choices=options(*((str(method), label) for method, label in EXPERT_METHODS)),
        validate_choice=False,
    )
    method = HiddenField()
    reason = StringField("Why this baseline is right", [validators.Length(max=1000, message="This is too long.")])

    def plan(self, writing: Writing) -> Plan:
        """Return the plan, refused with a sentence where it cannot be read."""
        period = Period.of_months(Month.parse(self.first.data or ""), Month.parse(self.last.data or ""))
        method = Method(self.method.data) if self.method.data in set(Method) else Method.AUTO
        until = _month_of(self.until.data)
        return Plan(
            period=period,
            method=method,
            drivers=self._drivers_of(method),
            fixed=self._fixed(writing) if method is Method.FIXED else None,
            reporting_start=self._since(),
            reporting_end=until.end if until is not None else None,
        )

    def _drivers_of(self, method: Method) -> tuple[str, ...]:
        """Return the drivers a method takes as they are; before one is chosen, all that are to be compared."""
        if method is Method.INTENSITY:
            return self.drivers[:1]
        return self.drivers if method is Method.REGRESSION or not self.method.data else ()

    @property
    def drivers(self) -> tuple[str, ...]:
        """The drivers chosen, not more than the engine takes."""
        return tuple(dict.fromkeys(each for each in self.driver.data or () if each))[:MOST_DRIVERS]

    @property
    def experts(self) -> tuple[Method, ...]:
        """The further methods an expert wants beside the others."""
        return tuple(method for method, _ in EXPERT_METHODS if str(method) in (self.expert.data or ()))

    def _since(self) -> date | None:
        month = _month_of(self.since.data)
        return None if month is None else month.start

    def _fixed(self, writing: Writing) -> Fixed:
        if not (self.fixed.data or "").strip():
            raise RefusedError("baseline.no_fixed_figure")
        return Fixed(float(understand_number(self.fixed.data, writing).value), Per(self.fixed_per.data or "month"))


def _month_of(text: str | None) -> Month | None:
    text = (text or "").strip()
    return Month.parse(text) if _MONTH.fullmatch(text) else None


class AdoptForm(Form):  # type: ignore[misc]  # the library has no types
    """The reason, and the version that was looked at."""

    reason = TextAreaField(
        "Why this baseline is right",
        [validators.InputRequired("Say why in a few words."), validators.Length(min=3, max=1000)],
        render_kw={"rows": 2, "maxlength": 1000},
    )
    version = HiddenField()
