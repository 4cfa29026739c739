"""Sentences of the area: audits, case studies of finished measures."""

SENTENCES: dict[str, str] = {
    "case_study.title_missing": "Give it a title: what was done, in one line.",
    "case_study.too_long": "That is more than {limit} letters. Shorten it.",
    "case_study.language": "Choose the language it is written in.",
    "case_study.too_many_photos": "At most {limit} photos go out with a case study. Leave some out.",
    "case_study.not_finished": "“{title}” is not implemented. A case study tells of what was done.",
    "case_study.text_missing": "Say how it was before and how it is after; readers compare the two.",
    "case_study.audience": "Choose who may read it.",
}
