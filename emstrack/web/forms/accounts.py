"""Forms of sign-in, passwords and the account. Labels are English constants; the page translates them."""

from __future__ import annotations

from typing import Any

from wtforms import EmailField, Form, HiddenField, PasswordField, SelectField, StringField, validators
from wtforms.fields.choices import SelectChoice

LANGUAGE_NAMES = {"es": "Español", "en": "English", "pt": "Português", "fr": "Français"}


def options(*pairs: tuple[str, str]) -> list[Any]:
    """Return choices as the library wants them."""
    return [SelectChoice(value, label) for value, label in pairs]


def new_password(label: str = "New password") -> Any:
    """Return the field in which somebody chooses a password."""
    return PasswordField(
        label,
        [validators.InputRequired("Choose a password.")],
        description="At least 12 characters. A short sentence is good; no signs or capitals are asked for.",
        render_kw={"autocomplete": "new-password", "minlength": 12, "maxlength": 1024},
    )


class SignInForm(Form):  # type: ignore[misc]  # the library has no types
    """An address and a password."""

    email = EmailField(
        "E-mail address",
        [validators.InputRequired("Write your e-mail address."), validators.Length(max=254)],
        render_kw={"autocomplete": "username", "autofocus": True, "maxlength": 254},
    )
    password = PasswordField(
        "Password",
        [validators.InputRequired("Write your password.")],
        render_kw={"autocomplete": "current-password", "maxlength": 1024},
    )
    next = HiddenField()


class AccountForm(Form):  # type: ignore[misc]  # the library has no types
    """What others see of a person, and the language they read."""

    name = StringField(
        "Your name",
        [validators.InputRequired("Write your name."), validators.Length(max=120)],
        render_kw={"autocomplete": "name", "maxlength": 120},
    )
    language = SelectField("Language", choices=options(("", "As the browser"), *LANGUAGE_NAMES.items()))


class PasswordForm(Form):  # type: ignore[misc]  # the library has no types
    """The present password and the next."""

    old = PasswordField(
        "Present password",
        [validators.InputRequired("Write your present password.")],
        render_kw={"autocomplete": "current-password", "maxlength": 1024},
    )
    new = new_password()


class AskResetForm(Form):  # type: ignore[misc]  # the library has no types
    """The address a link is sent to."""

    email = EmailField(
        "E-mail address",
        [validators.InputRequired("Write your e-mail address."), validators.Length(max=254)],
        render_kw={"autocomplete": "username", "maxlength": 254},
    )


class NewPasswordForm(Form):  # type: ignore[misc]  # the library has no types
    """A password chosen through a link."""

    new = new_password()


class AcceptForm(Form):  # type: ignore[misc]  # the library has no types
    """Somebody new introduces themselves."""

    name = StringField("Your name", [validators.Length(max=120)], render_kw={"autocomplete": "name", "maxlength": 120})
    new = new_password("Password")


class SetUpForm(Form):  # type: ignore[misc]  # the library has no types
    """The first administrator and their organisation."""

    organisation = StringField(
        "Name of your organisation",
        [validators.InputRequired("Write the organisation's name."), validators.Length(max=200)],
        description="A municipality, a hotel, a centre … What hangs below it is added later.",
        render_kw={"autocomplete": "organization", "maxlength": 200},
    )
    kind = SelectField("What it is")
    country = SelectField("Country")
    currency = StringField(
        "Currency",
        [validators.Length(max=3)],
        description="Three letters; empty is the country's own.",
        render_kw={"maxlength": 3, "autocapitalize": "characters"},
    )
    language = SelectField("Language", choices=options(*LANGUAGE_NAMES.items()))
    name = StringField(
        "Your name",
        [validators.InputRequired("Write your name."), validators.Length(max=120)],
        render_kw={"autocomplete": "name", "maxlength": 120},
    )
    email = EmailField(
        "Your e-mail address",
        [validators.InputRequired("Write your e-mail address."), validators.Length(max=254)],
        render_kw={"autocomplete": "username", "maxlength": 254},
    )
    new = new_password("Password")
