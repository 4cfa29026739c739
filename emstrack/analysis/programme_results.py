"""Results of a programme by sector: rows of implemented measures, a total, a payback (M-43)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from emstrack.analysis.finance import simple_payback
from emstrack.domain.programmes import Basis

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MONTHS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRow:
    """One row of results, or their total.

    Parameters
    ----------
    sector : str
        Code of the sector; empty in a total.
    label : str
        What it is called where that is not the sector's own word.
    sites : int or None
    recommended, implemented : int or None
        How many recommendations were made and put in; None where only a percentage was published.
    implemented_percent : float or None
        [%]; None where nothing was recommended or nobody said.
    investment : Decimal or None
        Of implemented measures [currency]; None where none of them says.
    estimated, measured : Decimal or None
        Savings a year, never added to each other [currency/a].
    currency : str
        ISO 4217; empty where several would have to be added.
    payback_months : float or None
        ΣI ÷ ΣS of the measures that say both, estimated [months].
    priced : int or None
        How many implemented measures say both.
    basis : Basis
    year : int or None
        Of published figures.
    period_uncertain : bool
    per_room : Decimal or None
        As published [currency].
    source : str
    """

    sector: str = ""
    label: str = ""
    sites: int | None = None
    recommended: int | None = None
    implemented: int | None = None
    implemented_percent: float | None = None
    investment: Decimal | None = None
    estimated: Decimal | None = None
    measured: Decimal | None = None
    currency: str = ""
    payback_months: float | None = None
    priced: int | None = None
    basis: Basis = Basis.COMPUTED
    year: int | None = None
    period_uncertain: bool = False
    per_room: Decimal | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What the sites of one sector add up to in one currency, before it is a row.

    Parameters
    ----------
    sector, currency : str
    recommended, implemented, priced : int
    investment, estimated, measured : Decimal or None
        [currency], [currency/a]
    both_investment, both_estimated : Decimal or None
        Of the measures that say both [currency], [currency/a].
    """

    sector: str
    currency: str
    recommended: int = 0
    implemented: int = 0
    priced: int = 0
    investment: Decimal | None = None
    estimated: Decimal | None = None
    measured: Decimal | None = None
    both_investment: Decimal | None = None
    both_estimated: Decimal | None = None


def payback_months(investment: Decimal | None, yearly: Decimal | None) -> float | None:
    """Return ΣI ÷ ΣS in months (M-43.3).

    Parameters
    ----------
    investment : Decimal or None
        [currency]
    yearly : Decimal or None
        [currency/a]

    Returns
    -------
    float or None
        [months]; None where either is not known or nothing is saved.
    """
    if investment is None or yearly is None:
        return None
    years = simple_payback(float(investment), float(yearly))
    return None if years is None else years * MONTHS


def percent_of(part: int | None, whole: int | None) -> float | None:
    """Return part of whole [%]; None where there is no whole (M-43.1).

    Parameters
    ----------
    part, whole : int or None

    Returns
    -------
    float or None
        [%]
    """
    return 100.0 * part / whole if whole and part is not None else None


def computed_rows(parts: Sequence[Part], sites: dict[str, int]) -> tuple[tuple[ResultRow, ...], ResultRow]:
    """Return a row for each sector and currency, and the total (M-43.1 to M-43.5).

    Parameters
    ----------
    parts : sequence of Part
        Currencies that could be converted are one already.
    sites : dict of str to int
        Sites of the programme by sector; a sector without a measure has a row too.

    Returns
    -------
    tuple of ResultRow, and ResultRow
        The total has no money where several currencies would have to be added.
    """
    rows = []
    for sector in sorted(sites):
        own = [part for part in parts if part.sector == sector]
        if len(currencies_of(own)) < 2:
            rows.append(_row(own, sector=sector, sites=sites[sector]))
            continue
        by_currency = sorted({part.currency for part in own})
        rows += [
            _row([part for part in own if part.currency == currency], sector=sector, sites=sites[sector])
            for currency in by_currency
        ]
    return tuple(rows), _row(parts, sector="", sites=sum(sites.values()))


def currencies_of(parts: Sequence[Part]) -> set[str]:
    """Return the currencies that money of some parts is in.

    Parameters
    ----------
    parts : sequence of Part

    Returns
    -------
    set of str
        ISO 4217 codes.
    """
    return {part.currency for part in parts if (part.investment, part.estimated, part.measured) != (None, None, None)}


def _row(parts: Sequence[Part], *, sector: str, sites: int) -> ResultRow:
    """Add up parts; money only where it is of one currency."""
    currencies = currencies_of(parts)
    one = len(currencies) == 1
    recommended, implemented = (sum(getattr(part, name) for part in parts) for name in ("recommended", "implemented"))
    sums = {
        name: sum_known(getattr(part, name) for part in parts) if one else None
        for name in ("investment", "estimated", "measured", "both_investment", "both_estimated")
    }
    return ResultRow(
        sector=sector,
        sites=sites,
        recommended=recommended,
        implemented=implemented,
        implemented_percent=percent_of(implemented, recommended),
        investment=sums["investment"],
        estimated=sums["estimated"],
        measured=sums["measured"],
        currency=next(iter(currencies)) if one else "",
        payback_months=payback_months(sums["both_investment"], sums["both_estimated"]),
        priced=sum(part.priced for part in parts),
    )


def published_total(rows: Sequence[ResultRow]) -> ResultRow | None:
    """Return the total of published rows: their sites and money; a percentage of percentages is none (M-43.6).

    Parameters
    ----------
    rows : sequence of ResultRow

    Returns
    -------
    ResultRow or None
        None where there is no row.
    """
    if not rows:
        return None
    currencies = {row.currency for row in rows}
    one = len(currencies) == 1
    investment = sum_known(row.investment for row in rows) if one else None
    estimated = sum_known(row.estimated for row in rows) if one else None
    whole = all(row.investment is not None and row.estimated is not None for row in rows)
    years = {row.year for row in rows}
    return ResultRow(
        sites=sum(row.sites for row in rows if row.sites is not None) or None,
        investment=investment,
        estimated=estimated,
        currency=next(iter(currencies)) if one else "",
        payback_months=payback_months(investment, estimated) if whole else None,
        basis=Basis.PUBLISHED,
        year=next(iter(years)) if len(years) == 1 else None,
        period_uncertain=any(row.period_uncertain for row in rows),
    )


def sum_known(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """Return the sum of what is known; None where nothing is, never zero.

    Parameters
    ----------
    amounts : iterable of (Decimal or None)
        [currency]

    Returns
    -------
    Decimal or None
        [currency]
    """
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known else None
