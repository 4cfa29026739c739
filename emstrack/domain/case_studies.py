"""Case studies: what a finished measure has to tell others, and how far it was let out."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from emstrack.domain.errors import RefusedError

LONGEST_TITLE = 160
LONGEST_TEXT = 4000
LONGEST_PLACE = 120
MOST_PHOTOS = 12
LANGUAGES = ("es", "en", "pt", "fr")
_SLUG_LENGTH = 60
_SLUG = re.compile(r"[a-z0-9-]{1,100}")


class Audience(StrEnum):
    """Who may read a case study."""

    DRAFT = "draft"
    TENANT = "tenant"
    PUBLIC = "public"

    @property
    def is_released(self) -> bool:
        """Whether anybody beside its writers reads it."""
        return self is not Audience.DRAFT


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDetails:
    """What a person writes of a case study; numbers and photos come from the measure.

    Parameters
    ----------
    title, place : str
        As readers shall see them; the place may be kept general ("a hotel of 40 rooms").
    before, after, lesson : str
        How it was, what was done and how it is since, what others should know.
    language : str
        The language it is written in.
    photo_ids : tuple of int
        Photos of the measure that go out with it.
    with_money : bool
        Whether investment, saving in money and payback go out with it.
    """

    title: str
    place: str = ""
    before: str = ""
    after: str = ""
    lesson: str = ""
    language: str = "es"
    photo_ids: tuple[int, ...] = ()
    with_money: bool = True


def check_case(details: CaseDetails) -> dict[str, object]:
    """Return the columns of a case study.

    Parameters
    ----------
    details : CaseDetails
        As typed.

    Returns
    -------
    dict
        Column names and values, texts trimmed.

    Raises
    ------
    RefusedError
        ``case_study.title_missing``, ``case_study.too_long``, ``case_study.language``, ``case_study.too_many_photos``.
    """
    title = " ".join(details.title.split())
    if not title:
        raise RefusedError("case_study.title_missing", field="title")
    texts = {name: getattr(details, name).strip() for name in ("before", "after", "lesson")}
    place = " ".join(details.place.split())
    limits = {"title": LONGEST_TITLE, "place": LONGEST_PLACE, **dict.fromkeys(texts, LONGEST_TEXT)}
    for name, text in {"title": title, "place": place, **texts}.items():
        if len(text) > limits[name]:
            raise RefusedError("case_study.too_long", limit=limits[name], field=name)
    if details.language not in LANGUAGES:
        raise RefusedError("case_study.language", field="language")
    if len(details.photo_ids) > MOST_PHOTOS:
        raise RefusedError("case_study.too_many_photos", limit=MOST_PHOTOS, field="photo_ids")
    return {
        "title": title,
        "place": place,
        **texts,
        "language": details.language,
        "photo_ids": list(details.photo_ids),
        "with_money": details.with_money,
    }


def is_slug(text: str) -> bool:
    """Tell whether a text could be the address of a case study.

    Parameters
    ----------
    text : str
        As it came with a request.

    Returns
    -------
    bool
        False for anything but lower-case ASCII letters, digits and hyphens.
    """
    return _SLUG.fullmatch(text) is not None


def slug_of(title: str) -> str:
    """Return a title as the readable part of an address.

    Parameters
    ----------
    title : str
        In any language.

    Returns
    -------
    str
        Lower-case ASCII letters, digits and hyphens; "case" where nothing is left.
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_SLUG_LENGTH].strip("-") or "case"
