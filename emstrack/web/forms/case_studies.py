"""The form of a case study. Labels are English constants; the page translates them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wtforms import BooleanField, Form, HiddenField, SelectField, SelectMultipleField, TextAreaField, validators

from emstrack.domain.case_studies import LONGEST_PLACE, LONGEST_TEXT, LONGEST_TITLE, CaseDetails
from emstrack.web.forms.sites import options, text_field

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emstrack.language.languages import Language
    from emstrack.storage.models import MeasurePhoto

NAMES = {"es": "Español", "en": "English", "pt": "Português", "fr": "Français"}


def _text(label: str, description: str) -> Any:
    return TextAreaField(
        label,
        [validators.Length(max=LONGEST_TEXT, message="This is too long.")],
        description=description,
        render_kw={"rows": 5, "maxlength": LONGEST_TEXT},
    )


class CaseForm(Form):  # type: ignore[misc]  # wtforms carries no types
    """What a measure has to tell others."""

    title = text_field("Title", "What was done, in one line.", limit=LONGEST_TITLE)
    place = text_field(
        "Where", "As readers shall see it. Keep it general if the place is not to be named.", limit=LONGEST_PLACE
    )
    language = SelectField("Language it is written in", choices=options(*NAMES.items()))
    before = _text("Before", "How it was, and why that cost too much.")
    after = _text("After", "What was done, and how it is since.")
    lesson = _text("What others should know", "What was harder or easier than expected.")
    photo_ids = SelectMultipleField("Photos", coerce=int, validate_choice=False)
    with_money = BooleanField("Tell what it cost and what it saves in money")
    version = HiddenField()

    def offer(self, photos: Sequence[MeasurePhoto], language: Language) -> None:
        """Offer the measure's photos."""
        self.photo_ids.choices = options(
            *((each.id, " · ".join(filter(None, (language.label(each.moment), each.caption)))) for each in photos)
        )

    def details(self) -> CaseDetails:
        """Return what the person wrote."""
        return CaseDetails(
            title=self.title.data or "",
            place=self.place.data or "",
            before=self.before.data or "",
            after=self.after.data or "",
            lesson=self.lesson.data or "",
            language=self.language.data or "",
            photo_ids=tuple(self.photo_ids.data or ()),
            with_money=bool(self.with_money.data),
        )
