"""The account of one financing: what its dated entries come to, and which entry may follow.

Entries are only ever added. One that was wrong is taken back by a reversal, which names it; then neither counts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from emstrack.domain.errors import RefusedError
from emstrack.domain.financing import EntryKind, Instrument, Stage, to_cent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

_NONE = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something that happened.

    Parameters
    ----------
    id : int
        Orders the entries of a day.
    kind : EntryKind
    day : date
    amount : Decimal
        [currency]; of a repayment the principal.
    interest : Decimal
        [currency]; of a repayment, beside the principal.
    reverses_id : int or None
        The entry that a reversal takes back.
    """

    id: int
    kind: EntryKind
    day: date
    amount: Decimal = _NONE
    interest: Decimal = _NONE
    reverses_id: int | None = None


@dataclass(slots=True, kw_only=True)
class Position:
    """What the entries so far come to; money in the facility's currency.

    Parameters
    ----------
    instrument : Instrument
    currency : str
    cover : Fraction
        Effective cover of the principal [-].
    """

    instrument: Instrument
    currency: str
    cover: Fraction = Fraction(0)
    approved: Decimal = _NONE
    disbursed: Decimal = _NONE
    repaid: Decimal = _NONE
    interest: Decimal = _NONE
    claimed: Decimal = _NONE
    recovered: Decimal = _NONE
    recovered_since_claim: Decimal = _NONE
    revenue: Decimal = _NONE
    declined: bool = False
    last_day: date | None = None
    disbursed_on: date | None = None
    guarantor_recovered: Decimal = _NONE

    @property
    def outstanding(self) -> Decimal:
        """Principal that is still owed."""
        return self.disbursed - self.repaid - self.recovered if self.instrument.is_repaid else _NONE

    @property
    def committed(self) -> Decimal:
        """Approved and not yet disbursed."""
        return _NONE if self.declined else self.approved - self.disbursed

    @property
    def exposure(self) -> Decimal:
        """Effective cover × outstanding principal (M-60.4): what a guarantor may pay, or paid and did not get back."""
        return to_cent(self.cover * Fraction(self.outstanding))

    @property
    def claimable(self) -> Decimal:
        """What may still be claimed: the exposure less what was paid on claims and did not come back."""
        return max(self.exposure - (self.claimed - self.guarantor_recovered), _NONE)

    @property
    def stage(self) -> Stage:
        """Where the financing stands."""
        if self.declined:
            return Stage.DECLINED
        if not self.approved:
            return Stage.APPLIED
        if not self.disbursed:
            return Stage.APPROVED
        if self.instrument.is_repaid and self.outstanding == 0 and self.disbursed == self.approved:
            return Stage.REPAID
        if self.claimed:
            return Stage.CLAIMED
        return Stage.REPAYING if self.repaid or self.interest else Stage.DISBURSED


@dataclass(frozen=True, slots=True)
class Account:
    """A financing's entries with the position they come to, in the order they happened."""

    position: Position
    entries: tuple[Entry, ...] = field(default_factory=tuple)


def replay(position: Position, entries: Iterable[Entry], cover_of: Callable[[Decimal], Fraction]) -> Account:
    """Return what entries come to; refuse the first that cannot have happened.

    Parameters
    ----------
    position : Position
        Before anything happened.
    entries : iterable of Entry
        In any order.
    cover_of : callable
        Effective cover of a loan of that principal [-].

    Raises
    ------
    RefusedError
        ``finance.…``, of `post`.
    """
    counting = in_order(standing_entries(entries))
    for entry in counting:
        post(position, entry, cover_of)
    return Account(position, tuple(counting))


def standing_entries(entries: Iterable[Entry]) -> list[Entry]:
    """Return the entries that count: no reversal, and nothing that one takes back.

    Parameters
    ----------
    entries : iterable of Entry
    """
    listed = list(entries)
    reversed_ids = {each.reverses_id for each in listed if each.kind is EntryKind.REVERSAL}
    return [each for each in listed if each.kind is not EntryKind.REVERSAL and each.id not in reversed_ids]


def in_order(entries: Sequence[Entry]) -> list[Entry]:
    """Return entries as they happened: by day, those of a day as they were written.

    Parameters
    ----------
    entries : sequence of Entry
    """
    return sorted(entries, key=lambda each: (each.day, each.id))


def post(position: Position, entry: Entry, cover_of: Callable[[Decimal], Fraction]) -> None:
    """Add one entry to a position, in place.

    Parameters
    ----------
    position : Position
    entry : Entry
    cover_of : callable
        Effective cover of a loan of that principal [-].

    Raises
    ------
    RefusedError
        ``finance.amount_not_positive``, or what the kind of entry asks for.
    """
    if entry.kind is not EntryKind.DECLINE and not _is_something(entry):
        raise RefusedError("finance.amount_not_positive", field="amount")
    _POSTING[entry.kind](position, entry)
    if entry.kind is EntryKind.APPROVAL:
        position.cover = cover_of(entry.amount)
    position.last_day = entry.day


def _is_something(entry: Entry) -> bool:
    if entry.kind is EntryKind.REPAYMENT:
        return entry.amount >= 0 and entry.interest >= 0 and entry.amount + entry.interest > 0
    return entry.amount > 0


def _approve(position: Position, entry: Entry) -> None:
    if position.declined or position.approved:
        raise RefusedError("finance.decided_already", field="kind")
    position.approved = entry.amount


def _decline(position: Position, _entry: Entry) -> None:
    if position.declined or position.disbursed:
        raise RefusedError("finance.decided_already", field="kind")
    position.declined = True


def _disburse(position: Position, entry: Entry) -> None:
    if position.declined or not position.approved:
        raise RefusedError("finance.disbursement_before_approval", day=entry.day, field="day")
    if position.claimed:
        raise RefusedError("finance.disbursement_after_claim", field="kind")
    left = position.approved - position.disbursed
    if entry.amount > left:
        raise RefusedError(
            "finance.disbursed_too_much", amount=entry.amount, left=left, currency=position.currency, field="amount"
        )
    position.disbursed += entry.amount
    position.disbursed_on = position.disbursed_on or entry.day


def _repay(position: Position, entry: Entry) -> None:
    _owed(position, entry, "finance.repayment_before_disbursement")
    if position.claimed:
        raise RefusedError("finance.repayment_after_claim", field="kind")
    position.repaid += entry.amount
    position.interest += entry.interest


def _claim(position: Position, entry: Entry) -> None:
    if not position.cover:
        raise RefusedError("finance.nothing_guaranteed", field="kind")
    if not position.disbursed:
        raise RefusedError("finance.claim_before_disbursement", day=entry.day, field="day")
    if entry.amount > position.claimable:
        raise RefusedError(
            "finance.claim_above_exposure",
            amount=entry.amount,
            claimable=position.claimable,
            currency=position.currency,
            field="amount",
        )
    position.claimed += entry.amount


def _recover(position: Position, entry: Entry) -> None:
    _owed(position, entry, "finance.recovery_before_disbursement")
    position.recovered += entry.amount
    if position.claimed:
        position.recovered_since_claim += entry.amount
        share = to_cent(position.cover * Fraction(position.recovered_since_claim))
        position.guarantor_recovered = min(share, position.claimed)


def _owed(position: Position, entry: Entry, code: str) -> None:
    """Refuse what comes back before anything was given, or beyond what is owed."""
    if not position.instrument.is_repaid:
        raise RefusedError("finance.never_repaid", field="kind")
    if not position.disbursed:
        raise RefusedError(code, day=entry.day, field="day")
    if entry.amount > position.outstanding:
        raise RefusedError(
            "finance.more_than_owed",
            amount=entry.amount,
            outstanding=position.outstanding,
            currency=position.currency,
            field="amount",
        )


def _earn(position: Position, entry: Entry) -> None:
    if not position.disbursed:
        raise RefusedError("finance.revenue_before_disbursement", day=entry.day, field="day")
    position.revenue += entry.amount


def _refuse(_position: Position, _entry: Entry) -> None:
    raise RefusedError("finance.kind_unknown", field="kind")


_POSTING: dict[EntryKind, Callable[[Position, Entry], None]] = {
    EntryKind.APPROVAL: _approve,
    EntryKind.DECLINE: _decline,
    EntryKind.DISBURSEMENT: _disburse,
    EntryKind.REPAYMENT: _repay,
    EntryKind.CLAIM: _claim,
    EntryKind.RECOVERY: _recover,
    EntryKind.REVENUE: _earn,
    EntryKind.CAPITAL: _refuse,
    EntryKind.REVERSAL: _refuse,
}


def next_kinds(position: Position) -> list[EntryKind]:
    """Return the kinds of entry that may come next, the natural one first.

    Parameters
    ----------
    position : Position
    """
    if position.declined:
        return []
    if not position.approved:
        return [EntryKind.APPROVAL, EntryKind.DECLINE]
    kinds: list[EntryKind] = []
    if position.committed and not position.claimed:
        kinds.append(EntryKind.DISBURSEMENT)
    if position.outstanding:
        if not position.claimed:
            kinds.append(EntryKind.REPAYMENT)
        if position.claimable:
            kinds.append(EntryKind.CLAIM)
        kinds.append(EntryKind.RECOVERY)
    if position.disbursed and position.instrument is Instrument.MATCHING_GRANT:
        kinds.append(EntryKind.REVENUE)
    if not position.disbursed:
        kinds.append(EntryKind.DECLINE)
    return kinds
