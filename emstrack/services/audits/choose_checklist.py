"""The checklist an audit is begun with: one of the product's, or an edition of the tenant's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from emstrack.domain.checklists import Question
from emstrack.domain.errors import RefusedError
from emstrack.domain.sectors import Sector
from emstrack.domain.sites import SiteKind
from emstrack.reference.checklists import ChecklistQuestion, checklist
from emstrack.storage.models import Checklist, ChecklistEdition
from emstrack.storage.scope import scoped

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

SHIPPED, OWN = "shipped", "own"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What an audit freezes of a checklist."""

    name: str
    origin: str
    edition: int | None
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Offered:
    """A checklist that may be chosen; `name` is the tenant's, and empty for the product's, which a page names."""

    value: str
    name: str
    sector: str
    site_kind: str


def choose_checklist(session: Session, wanted: str) -> Chosen | None:
    """Return what ``shipped-hotel`` or ``own-12`` of a form stands for; None for an audit without a checklist.

    Raises
    ------
    RefusedError
        ``checklist.unknown``.
    """
    kind, _, named = wanted.partition("-")
    if not wanted:
        return None
    if kind == SHIPPED and named in set(Sector):
        return Chosen("", named, None, shipped_questions(Sector(named)))
    if kind == OWN and named.isascii() and named.isdigit() and len(named) < 19:
        row = session.execute(
            scoped(session, Checklist, ChecklistEdition.questions)
            .join(ChecklistEdition, ChecklistEdition.checklist_id == Checklist.id)
            .where(
                Checklist.id == int(named),
                Checklist.archived_at.is_(None),
                ChecklistEdition.edition == Checklist.edition,
            )
        ).one_or_none()
        if row is not None:
            questions = tuple(Question.from_json(each) for each in row.questions)
            return Chosen(row.Checklist.name, row.Checklist.origin, row.Checklist.edition, questions)
    raise RefusedError("checklist.unknown", field="checklist")


def offered_checklists(session: Session, site_kind: SiteKind | None = None) -> list[Offered]:
    """Return the checklists that may be chosen: those of the site's kind first, then those for any."""
    own = session.scalars(
        scoped(session, Checklist).where(Checklist.archived_at.is_(None)).order_by(sa.func.lower(Checklist.name))
    )
    offered = [Offered(f"{OWN}-{row.id}", row.name, row.origin, row.site_kind) for row in own]
    offered += [Offered(f"{SHIPPED}-{each.value}", "", each.value, kind_of_sector(each)) for each in Sector]
    if site_kind is None:
        return offered
    return sorted(offered, key=lambda each: 0 if each.site_kind == site_kind else 2 if each.site_kind else 1)


def shipped_questions(sector: Sector) -> tuple[Question, ...]:
    """Return the questions of one of the product's own checklists."""
    return tuple(_question(each) for each in checklist(sector))


def kind_of_sector(sector: Sector) -> str:
    """Return the kind of site a sector's checklist is for."""
    kinds = {
        Sector.HOTEL: SiteKind.HOTEL,
        Sector.MUNICIPAL_BUILDING: SiteKind.BUILDING,
        Sector.STREET_LIGHTING: SiteKind.STREET_LIGHTING,
        Sector.PUMPING: SiteKind.PUMPING_STATION,
    }
    return kinds.get(sector, SiteKind.PLANT if sector.is_plant else "")


def _question(each: ChecklistQuestion) -> Question:
    said = [each.question, each.hint]
    texts, hints = ({"en": t.en, "es": t.es, "pt": t.pt, "fr": t.fr} for t in said)
    return Question(
        code=each.code,
        area=each.area,
        texts=texts,
        hints=hints,
        answer=each.answer,
        unit=each.unit,
        resource=each.resource,
        measures=each.measures,
    )
