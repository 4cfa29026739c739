"""Mails as text and HTML from templates/emails, in the reader's language; no page machinery is needed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from emstrack.paths import resource_root

if TYPE_CHECKING:
    from emstrack.language.languages import Language


@dataclass(frozen=True, slots=True)
class MailText:
    """What a mail says."""

    subject: str
    text: str
    html: str


def render_mail(template: str, language: Language, /, **values: object) -> MailText:
    """Return the mail of `TEMPLATE.txt`, whose first line is the subject, and of `TEMPLATE.html`."""
    environment = _environment()
    spoken = {"language": language, "_": language.text, "ngettext": language.plural, **values}
    subject, _, text = environment.get_template(f"{template}.txt").render(spoken).lstrip().partition("\n")
    html = environment.get_template(f"{template}.html").render(spoken, subject=subject.strip())
    return MailText(" ".join(subject.split()), text.strip() + "\n", html.strip() + "\n")


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(resource_root() / "templates" / "emails"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
