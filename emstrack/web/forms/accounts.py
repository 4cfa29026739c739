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
