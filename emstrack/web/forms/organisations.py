"""Forms of organisations, people and shares."""

from __future__ import annotations

from wtforms import DateField, EmailField, Form, HiddenField, SelectField, StringField, validators

from emstrack.web.forms.accounts import LANGUAGE_NAMES, options


class OrganisationForm(Form):  # type: ignore[misc]  # the library has no types
    """An organisation below another."""

    name = StringField(
        "Name",
        [validators.InputRequired("Write the organisation's name."), validators.Length(max=200)],
        render_kw={"maxlength": 200},
    )
    kind = SelectField("What it is")
    parent_id = SelectField("Belongs to")
    country = SelectField("Country")
    currency = StringField(
        "Currency",
        [validators.Length(max=3)],
        description="Three letters; empty is the country's own.",
        render_kw={"maxlength": 3, "autocapitalize": "characters"},
    )
    language = SelectField("Language of its mails", choices=options(("", "As the reader"), *LANGUAGE_NAMES.items()))
    time_zone = SelectField("Time zone")
    fiscal_year_start_month = SelectField("Its fiscal year begins in")
    version = HiddenField()


class InviteForm(Form):  # type: ignore[misc]  # the library has no types
    """Somebody to be invited."""

    email = EmailField(
        "E-mail address",
        [validators.InputRequired("Write an e-mail address."), validators.Length(max=254)],
        render_kw={"maxlength": 254, "autocomplete": "off"},
    )
    role = SelectField("Role")
    organisation_id = SelectField("In")


class ShareForm(Form):  # type: ignore[misc]  # the library has no types
    """What is shown to whom, and until when."""

    what = SelectField("What is shown")
    code = StringField(
        "Code of the organisation that may see it",
        [validators.InputRequired("Write the other organisation's code."), validators.Length(max=60)],
        description="They find it on their own page of shares.",
        render_kw={"maxlength": 60, "autocomplete": "off"},
    )
    role = SelectField("As")
    purpose = SelectField(
        "For",
        choices=options(("view", "Reading only"), ("audit", "Reading, and auditing its sites")),
        default="view",
        description="Auditors of the other organisation may then write audits, answers and findings; nothing else.",
    )
    until = DateField("Until", [validators.Optional()], description="Empty is until you end it.")
