"""A case study's texts are trimmed and bounded; its address is readable."""

from __future__ import annotations

import pytest

from emstrack.domain.case_studies import LONGEST_TITLE, MOST_PHOTOS, CaseDetails, check_case, slug_of
from emstrack.domain.errors import RefusedError


def test_texts_are_trimmed_and_titles_are_one_line() -> None:
    values = check_case(CaseDetails(title="  Luminarias \n LED ", before=" 75 W \n", photo_ids=(3, 1)))
    assert (values["title"], values["before"], values["photo_ids"]) == ("Luminarias LED", "75 W", [3, 1])


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"title": " "}, "case_study.title_missing"),
        ({"title": "x" * (LONGEST_TITLE + 1)}, "case_study.too_long"),
        ({"title": "x", "before": "y" * 5000}, "case_study.too_long"),
        ({"title": "x", "language": "de"}, "case_study.language"),
        ({"title": "x", "photo_ids": tuple(range(MOST_PHOTOS + 1))}, "case_study.too_many_photos"),
    ],
)
def test_what_cannot_be_kept_is_refused(given: dict[str, object], code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        check_case(CaseDetails(**given))  # type: ignore[arg-type]  # the cases are right
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Iluminación más eficiente", "iluminacion-mas-eficiente"),
        ("¡¿?!", "case"),
        ("a" * 99, "a" * 60),
        ("水", "case"),
    ],
)
def test_an_address_has_plain_letters_only(title: str, slug: str) -> None:
    assert slug_of(title) == slug
