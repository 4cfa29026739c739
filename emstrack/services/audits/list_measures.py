"""Recommendations and measures a person may see: a page of them, what they come to together, and the board."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.analysis.finance import simple_payback
from emstrack.domain.measures import OPEN, Category, MeasureStatus
from emstrack.storage.models import Measure, MeasureEffect, Site, User
from emstrack.storage.queries.sites import subtree
from emstrack.storage.scope import find, scoped, within

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

PAGE = 50
CARDS = 8
"""Cards of a column of the board; the rest is a link away."""
SORTS = ("due", "title", "site", "status", "investment", "saving", "payback")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedMeasure:
    """One measure of a list or a card of the board."""

    id: int
    title: str
    site_id: int
    site: str
    status: MeasureStatus
    category: Category
    owner: str
    due: date | None
    overdue: bool
    currency: str
    investment: Decimal | None
    spent: Decimal | None
    annual_saving: Decimal | None
    payback_years: float | None
    priority: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """What the measures of one currency come to: payback is ΣI ÷ ΣS over those that know both."""

    currency: str
    measures: int
    investment: Decimal | None
    spent: Decimal | None
    annual_saving: Decimal | None
    payback_years: float | None
    priced: int


@dataclass(frozen=True, slots=True)
class MeasurePage:
    """A page of measures, how many there are in all, and their sums by currency."""

    rows: list[ListedMeasure]
    total: int
    page: int
    size: int
    sums: list[Sum]

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        """The place of the first row shown, from 1; 0 where there is none."""
        return (self.page - 1) * self.size + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """The place of the last row shown."""
        return (self.page - 1) * self.size + len(self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureFilter:
    """What to look for; nothing set is everything that is not archived."""

    site_id: int | None = None
    organisation_id: int | None = None
    audit_id: int | None = None
    status: MeasureStatus | None = None
    category: Category | None = None
    resource: str = ""
    owner_id: int | None = None
    overdue: bool = False
    text: str = ""
    archived: bool = False
    sort: str = "due"
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the board: how many stand there, and the first of them."""

    status: MeasureStatus
    count: int
    cards: list[ListedMeasure]


def list_measures(
    session: Session, wanted: MeasureFilter | None = None, *, today: date, page: int = 1, size: int = PAGE
) -> MeasurePage:
    """Return a page of measures; an organisation includes its descendants."""
    wanted = wanted or MeasureFilter()
    page = max(1, page)
    criteria = _criteria(session, wanted, today)
    total, sums = _sums(session, wanted, criteria)
    page = min(page, max(1, -(-total // size)))
    order = _order(wanted)
    chosen = _asked(session, wanted, Measure.id).where(*criteria).order_by(*order)
    ids = session.scalars(chosen.limit(size).offset((page - 1) * size)).all()
    statement = _listing(session).where(Measure.id.in_(ids)).order_by(*order)
    rows = [_listed(row, today) for row in session.execute(statement)] if ids else []
    return MeasurePage(rows, total, page, size, sums)


def show_board(session: Session, wanted: MeasureFilter | None = None, *, today: date) -> list[Column]:
    """Return the columns of the board, each with its first cards, the most urgent on top."""
    wanted = wanted or MeasureFilter()
    criteria = _criteria(session, wanted, today)
    counted = session.execute(
        _asked(session, wanted, Measure.status, sa.func.count().label("n")).where(*criteria).group_by(Measure.status)
    )
    counts: dict[str, int] = {row.status: row.n for row in counted}
    place = sa.func.row_number().over(
        partition_by=Measure.status, order_by=(Measure.due.is_(None), Measure.due, Measure.id)
    )
    ranked = _asked(session, wanted, Measure.id, place.label("place")).where(*criteria).subquery()
    chosen = session.scalars(sa.select(ranked.c.id).where(ranked.c.place <= CARDS)).all()
    cards: dict[str, list[ListedMeasure]] = {}
    order = (Measure.due.is_(None), Measure.due, Measure.id)
    for row in session.execute(_listing(session).where(Measure.id.in_(chosen)).order_by(*order)):
        cards.setdefault(row.status, []).append(_listed(row, today))
    return [Column(status, counts.get(status, 0), cards.get(status, [])) for status in MeasureStatus]


def site_of(session: Session, site_id: int) -> Site:
    """Return the site that a list or a form is about."""
    return find(session, Site, site_id)


_COLUMNS = (
    *(Measure.id, Measure.title, Measure.site_id, Measure.status, Measure.category, Measure.due, Measure.currency),
    *(Measure.investment, Measure.spent, Measure.annual_saving, Measure.priority, Measure.version),
)


def _asked(session: Session, wanted: MeasureFilter, *columns: Any) -> sa.Select[Any]:
    """Return a select over measures, joined with their sites only where something of the site is asked for."""
    statement = scoped(session, *columns)
    if wanted.organisation_id is not None or wanted.text.strip() or wanted.sort == "site":
        statement = statement.join(Site, Site.id == Measure.site_id).where(*within(session, Site))
    return statement


def _listing(session: Session) -> sa.Select[Any]:
    return (
        scoped(session, *_COLUMNS)
        .join(Site, Site.id == Measure.site_id)
        .outerjoin(User, User.id == Measure.owner_id)
        .add_columns(Site.name.label("site"), User.name.label("owner_name"), User.email.label("owner_email"))
        .where(*within(session, Site))
    )


def _sums(session: Session, wanted: MeasureFilter, criteria: list[sa.ColumnElement[bool]]) -> tuple[int, list[Sum]]:
    both = Measure.investment.is_not(None) & Measure.annual_saving.is_not(None)
    statement = (
        _asked(session, wanted, Measure.currency)
        .where(*criteria)
        .group_by(Measure.currency)
        .order_by(Measure.currency)
        .add_columns(
            sa.func.count().label("n"),
            sa.func.count().filter(both).label("priced"),
            sa.func.sum(Measure.investment).label("investment"),
            sa.func.sum(Measure.spent).label("spent"),
            sa.func.sum(Measure.annual_saving).label("saving"),
            sa.func.sum(Measure.investment).filter(both).label("both_investment"),
            sa.func.sum(Measure.annual_saving).filter(both).label("both_saving"),
        )
    )
    sums, total = [], 0
    for row in session.execute(statement):
        total += row.n
        payback = None
        if row.priced and row.both_investment is not None and row.both_saving is not None:
            payback = simple_payback(float(row.both_investment), float(row.both_saving))
        sums.append(
            Sum(
                currency=row.currency,
                measures=row.n,
                investment=row.investment,
                spent=row.spent,
                annual_saving=row.saving,
                payback_years=payback,
                priced=row.priced,
            )
        )
    return total, sums


def _criteria(session: Session, wanted: MeasureFilter, today: date) -> list[sa.ColumnElement[bool]]:
    criteria: list[sa.ColumnElement[bool]] = [
        Measure.archived_at.is_not(None) if wanted.archived else Measure.archived_at.is_(None)
    ]
    for column, value in (
        (Measure.site_id, wanted.site_id),
        (Measure.audit_id, wanted.audit_id),
        (Measure.status, wanted.status.value if wanted.status else None),
        (Measure.category, wanted.category.value if wanted.category else None),
        (Measure.owner_id, wanted.owner_id),
    ):
        if value is not None:
            criteria.append(column == value)
    if wanted.organisation_id is not None:
        criteria.append(Site.organisation_id.in_(subtree(session, wanted.organisation_id)))
    if wanted.resource:
        having = scoped(session, MeasureEffect.measure_id).where(MeasureEffect.resource == wanted.resource)
        criteria.append(Measure.id.in_(having))
    if wanted.overdue:
        criteria += [Measure.due < today, Measure.status.in_([status.value for status in OPEN])]
    if text := wanted.text.strip()[:100]:
        spellings = {text, text.lower(), text.upper(), text.title(), text.capitalize()}
        columns = (Measure.title, Site.name)
        criteria.append(sa.or_(*(c.icontains(s, autoescape=True) for c in columns for s in spellings)))
    return criteria


def _order(wanted: MeasureFilter) -> list[Any]:
    saves = sa.case((Measure.annual_saving > Decimal(0), sa.cast(Measure.annual_saving, sa.Float)))
    columns: dict[str, Any] = {
        "due": Measure.due,
        "title": sa.func.lower(Measure.title),
        "site": sa.func.lower(Site.name),
        "status": sa.case({status.value: n for n, status in enumerate(MeasureStatus)}, value=Measure.status),
        "investment": Measure.investment,
        "saving": Measure.annual_saving,
        "payback": sa.cast(Measure.investment, sa.Float) / saves,
    }
    column = columns.get(wanted.sort, Measure.due)
    return [column.is_(None), column.desc() if wanted.descending else column, Measure.id]


def _listed(row: Any, today: date) -> ListedMeasure:
    status = MeasureStatus(row.status)
    payback = None
    if row.investment is not None and row.annual_saving is not None:
        payback = simple_payback(float(row.investment), float(row.annual_saving))
    return ListedMeasure(
        id=row.id,
        title=row.title,
        site_id=row.site_id,
        site=row.site,
        status=status,
        category=Category(row.category),
        owner=row.owner_name or row.owner_email or "",
        due=row.due,
        overdue=row.due is not None and row.due < today and status.is_open,
        currency=row.currency,
        investment=row.investment,
        spent=row.spent,
        annual_saving=row.annual_saving,
        payback_years=payback,
        priority=row.priority,
        version=row.version,
    )
