"""Forms of follow-ups. Labels are English constants; the page translates them."""

from __future__ import annotations

from wtforms import DateField, Form, HiddenField, MultipleFileField, SelectField, StringField, TextAreaField, validators

from emstrack.domain.follow_ups import FollowUpOutcome
from emstrack.domain.reminders import Reminders
from emstrack.web.forms.accounts import options

OUTCOMES = {
    FollowUpOutcome.WORKING: "It works",
    FollowUpOutcome.PARTLY: "It works in part",
    FollowUpOutcome.NOT_WORKING: "It does not work",
    FollowUpOutcome.NOT_CHECKED: "It could not be checked",
}
FREQUENCIES = {
    Reminders.WEEKLY: "Every Monday",
    Reminders.DAILY: "Every working day",
    Reminders.NEVER: "Never",
}


def _or_none(value: object) -> int | None:
    return int(str(value)) if str(value).isdigit() else None


class FollowUpForm(Form):  # type: ignore[misc]  # the library has no types
    """What has to be looked at again."""

    title = StringField(
        "What has to be looked at",
        [validators.InputRequired("Say in a few words what has to be looked at."), validators.Length(max=200)],
        render_kw={"maxlength": 200},
    )
    site_id = SelectField("Site", coerce=_or_none, validate_choice=False)
    due = DateField("Due", [validators.InputRequired("Choose a day.")])
    owner_id = SelectField("Who does it", coerce=_or_none, validate_choice=False)
    after_id = SelectField("Comes after", coerce=_or_none, validate_choice=False)
    version = HiddenField()
    measure_id = HiddenField()
    meter_id = HiddenField()


class SnoozeForm(Form):  # type: ignore[misc]  # the library has no types
    """A later day, and why."""

    until = DateField("New day", [validators.InputRequired("Choose a day.")])
    reason = StringField("Why", [validators.Length(max=500)], render_kw={"maxlength": 500})
    version = HiddenField()


class CompleteForm(Form):  # type: ignore[misc]  # the library has no types
    """What was found."""

    outcome = SelectField("What did you find?", choices=options(*((str(k), v) for k, v in OUTCOMES.items())))
    result = TextAreaField("In a sentence or two", render_kw={"rows": 4, "maxlength": 10000})
    photos = MultipleFileField("Photos", description="Up to ten; the place and camera they carry are taken out.")
    signed_as = StringField(
        "Name of whoever looked",
        [validators.Length(max=120)],
        description="It stands under the result, with the day.",
        render_kw={"maxlength": 120, "autocomplete": "name"},
    )
    version = HiddenField()


class RemindersForm(Form):  # type: ignore[misc]  # the library has no types
    """When a person is written to."""

    reminders = SelectField(
        "A mail with what waits for you", choices=options(*((str(k), v) for k, v in FREQUENCIES.items()))
    )
    time_zone = SelectField("Your time zone", validate_choice=False)
