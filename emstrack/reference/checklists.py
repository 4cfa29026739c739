"""Checklists for a walk, by sector and area: `checklists/<sector>.csv`, in our own words and in four languages.

Every sector has one; that of ``any`` walks the utilities that every plant has. Of a yes-or-no question the good answer
is always yes, so that a page may count what is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from emstrack.domain.sectors import AnswerKind, Sector
from emstrack.reference.spellings import table
from emstrack.reference.texts import FourTexts


@dataclass(frozen=True, slots=True)
class ChecklistQuestion:
    """One question that can be answered while walking; `measures` are codes of the library it leads to."""

    sector: Sector
    area: str
    code: str
    position: int
    answer: AnswerKind
    unit: str
    resource: str
    question: FourTexts
    hint: FourTexts
    measures: tuple[str, ...]


@cache
def checklist(sector: Sector) -> tuple[ChecklistQuestion, ...]:
    """The questions of a sector, area after area, each in its order."""
    return tuple(_question(row) for row in table(f"checklists/{sector.value}.csv"))


def checklist_area(sector: Sector, area: str) -> tuple[ChecklistQuestion, ...]:
    """The questions of one area of a sector."""
    return tuple(each for each in checklist(sector) if each.area == area)


@cache
def checklist_areas(sector: Sector) -> tuple[str, ...]:
    """The areas of a sector, in the order of a walk."""
    return tuple(dict.fromkeys(each.area for each in checklist(sector)))


def _question(row: dict[str, str]) -> ChecklistQuestion:
    return ChecklistQuestion(
        sector=Sector(row["sector"]),
        area=row["area"],
        code=row["code"],
        position=int(row["position"]),
        answer=AnswerKind(row["answer"]),
        unit=row["unit"],
        resource=row["resource"],
        question=_texts(row, "question"),
        hint=_texts(row, "hint"),
        measures=tuple(filter(None, row["measures"].split(";"))),
    )


def _texts(row: dict[str, str], name: str) -> FourTexts:
    return FourTexts(row[f"{name}_en"], row[f"{name}_es"], row[f"{name}_pt"], row[f"{name}_fr"])
