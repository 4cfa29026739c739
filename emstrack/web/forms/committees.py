"""Forms of committees. Labels are English constants; the page translates them."""

from __future__ import annotations

from wtforms import (
    DateField,
    Form,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    validators,
)

from emstrack.domain.committees import CommitteeRole, PolicyStep
from emstrack.web.forms.accounts import options

NTHS = {1: "the first", 2: "the second", 3: "the third", 4: "the fourth", 5: "the last"}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
EVERY = {1: "Every month", 2: "Every two months", 3: "Every three months", 6: "Twice a year", 12: "Once a year"}
ROLES = {
    CommitteeRole.CHAIR: "Chair",
    CommitteeRole.SECRETARY: "Secretary",
    CommitteeRole.MEMBER: "Member",
    CommitteeRole.ADVISER: "Adviser",
}
STEPS = {
    PolicyStep.PROPOSED: "Proposed",
    PolicyStep.CONSULTATION: "In consultation",
    PolicyStep.ADOPTED: "Adopted",
    PolicyStep.REJECTED: "Rejected",
}


def _number(value: object) -> int | None:
    return int(str(value)) if str(value).isdigit() else None


class CommitteeForm(Form):  # type: ignore[misc]  # the library has no types
    """A committee and when it meets."""

    name = StringField(
        "Name",
        [validators.InputRequired("Write the committee's name."), validators.Length(max=120)],
        render_kw={"maxlength": 120},
    )
    organisation_id = SelectField("Belongs to", coerce=_number, validate_choice=False)
    programme_id = SelectField("Programme", coerce=_number, validate_choice=False)
    purpose = TextAreaField("What it is for", [validators.Length(max=2000)], render_kw={"rows": 3})
    every = SelectField("Meets", coerce=_number, choices=options(*((str(k), v) for k, v in EVERY.items())))
    nth = SelectField("On", coerce=_number, choices=options(*((str(k), v) for k, v in NTHS.items())))
    weekday = SelectField("Weekday", coerce=_number, choices=options(*((str(k), v) for k, v in enumerate(WEEKDAYS))))
    hour = StringField(
        "At", [validators.InputRequired("Write an hour, for example 10:00.")], render_kw={"maxlength": 5}
    )
    place = StringField("Place", [validators.Length(max=200)], render_kw={"maxlength": 200})
    site_ids = SelectMultipleField(
        "Sites it looks after", coerce=_number, validate_choice=False, description="None chosen is all of them."
    )
    version = HiddenField()


class MemberForm(Form):  # type: ignore[misc]  # the library has no types
    """Somebody who sits on it."""

    user_id = SelectField("Person", coerce=_number, validate_choice=False)
    name = StringField("Or somebody from outside", [validators.Length(max=120)], render_kw={"maxlength": 120})
    email = StringField("Their e-mail address", [validators.Length(max=254)], render_kw={"maxlength": 254})
    role = SelectField("As", choices=options(*((str(k), v) for k, v in ROLES.items())))
    start = DateField("From", [validators.InputRequired("Choose a day.")])
    end = DateField("Until", [validators.Optional()])


class MeetingForm(Form):  # type: ignore[misc]  # the library has no types
    """When and where it meets."""

    day = DateField("Day", [validators.InputRequired("Choose a day.")])
    hour = StringField("At", [validators.Length(max=5)], render_kw={"maxlength": 5})
    place = StringField("Place", [validators.Length(max=200)], render_kw={"maxlength": 200})
    version = HiddenField()


class DecisionForm(Form):  # type: ignore[misc]  # the library has no types
    """What was decided: a task with a place, a person and a day."""

    title = StringField(
        "What was decided",
        [validators.InputRequired("Say in a few words what has to be looked at."), validators.Length(max=200)],
        render_kw={"maxlength": 200},
    )
    site_id = SelectField("Site", coerce=_number, validate_choice=False)
    owner_id = SelectField("Who does it", coerce=_number, validate_choice=False)
    due = DateField("Due", [validators.InputRequired("Choose a day.")])
    about = SelectField("About", validate_choice=False)


class PolicyForm(Form):  # type: ignore[misc]  # the library has no types
    """A policy and how far it has come."""

    title = StringField(
        "What is proposed",
        [validators.InputRequired("Say in a few words what is proposed."), validators.Length(max=200)],
        render_kw={"maxlength": 200},
    )
    proposal = TextAreaField("The proposal", [validators.Length(max=5000)], render_kw={"rows": 3})
    body = StringField("Who decides", [validators.Length(max=200)], render_kw={"maxlength": 200})
    step = SelectField("How far it has come", choices=options(*((str(k), v) for k, v in STEPS.items())))
    consulted = StringField("Discussed with", [validators.Length(max=500)], render_kw={"maxlength": 500})
    decided_on = DateField("Decided on", [validators.Optional()])
    incentive = StringField("Incentive", [validators.Length(max=500)], render_kw={"maxlength": 500})
    version = HiddenField()
