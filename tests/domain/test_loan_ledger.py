"""A financing's account: the guarantee never pays more than it may, and nothing happens before its time."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emstrack.domain.errors import RefusedError
from emstrack.domain.financing import (
    EntryKind,
    Instrument,
    Stage,
    Standing,
    Terms,
    check_approval,
    check_terms,
    effective_cover,
)
from emstrack.domain.loan_ledger import Account, Entry, Position, next_kinds, post, replay

DAY = date(2026, 1, 1)
CAP = Decimal(400_000)
K = EntryKind


def cover_of(loan: Decimal) -> Fraction:
    return effective_cover(0.5, CAP, loan)


def position(instrument: Instrument = Instrument.GUARANTEED_LOAN) -> Position:
    return Position(instrument=instrument, currency="USD")


def told(*steps: tuple[EntryKind, str], instrument: Instrument = Instrument.GUARANTEED_LOAN) -> Account:
    entries = [
        Entry(id=n, kind=kind, day=DAY + timedelta(days=n), amount=Decimal(amount))
        for n, (kind, amount) in enumerate(steps)
    ]
    return replay(position(instrument), entries, cover_of)


def test_m_60_3_a_loan_over_the_cap_is_covered_by_less() -> None:
    assert effective_cover(0.5, CAP, Decimal(400_000)) == Fraction(1, 2)
    assert effective_cover(0.5, CAP, Decimal(600_000)) == Fraction(1, 3)
    assert effective_cover(0.5, None, Decimal(600_000)) == Fraction(1, 2)
    assert effective_cover(None, CAP, Decimal(1)) == 0


def test_m_60_4_a_loan_of_600_000_exposes_200_000_and_what_is_claimed_and_recovered_shares_in_that_ratio() -> None:
    drawn = told((K.APPROVAL, "600000"), (K.DISBURSEMENT, "600000"))
    assert drawn.position.exposure == 200_000
    after = told(
        *((K.APPROVAL, "600000"), (K.DISBURSEMENT, "600000"), (K.REPAYMENT, "150000")),
        *((K.CLAIM, "150000"), (K.RECOVERY, "90000")),
    ).position
    assert after.outstanding == 360_000
    assert after.exposure == 120_000
    assert after.guarantor_recovered == 30_000
    assert after.claimable == 0


def test_the_worked_claim_of_domain_7_4() -> None:
    """300,000 outstanding of 400,000 at 50 %, 60,000 recovered first: a claim of 120,000, the lender's loss too."""
    account = told(
        *((K.APPROVAL, "400000"), (K.DISBURSEMENT, "400000"), (K.REPAYMENT, "100000"), (K.RECOVERY, "60000")),
    ).position
    assert account.claimable == 120_000
    assert account.outstanding - account.claimable == 120_000


@settings(max_examples=150, deadline=None)
@given(
    loan=st.integers(1, 900_000),
    steps=st.lists(
        st.tuples(st.sampled_from([K.DISBURSEMENT, K.REPAYMENT, K.CLAIM, K.RECOVERY]), st.integers(1, 70_000_000)),
        max_size=30,
    ),
)
def test_m_60_4_no_sequence_of_entries_exposes_more_than_the_cap_allows(
    loan: int, steps: list[tuple[EntryKind, int]]
) -> None:
    account = position()
    post(account, Entry(id=0, kind=K.APPROVAL, day=DAY, amount=Decimal(loan)), cover_of)
    for n, (kind, cents) in enumerate(steps, 1):
        entry = Entry(id=n, kind=kind, day=DAY, amount=Decimal(cents) / 100)
        before = (account.disbursed, account.outstanding, account.claimed)
        try:
            post(account, entry, cover_of)
        except RefusedError:
            assert before == (account.disbursed, account.outstanding, account.claimed)
        net = account.claimed - account.guarantor_recovered
        assert 0 <= account.exposure <= 200_000
        assert 0 <= net <= account.claimed <= 200_000
        assert net + account.claimable <= 200_000
        assert 0 <= account.outstanding <= account.disbursed <= loan


REFUSED = (
    ("finance.repayment_before_disbursement", ((K.APPROVAL, "10"), (K.REPAYMENT, "1"))),
    ("finance.recovery_before_disbursement", ((K.APPROVAL, "10"), (K.RECOVERY, "1"))),
    ("finance.claim_before_disbursement", ((K.APPROVAL, "10"), (K.CLAIM, "1"))),
    ("finance.disbursement_before_approval", ((K.DISBURSEMENT, "1"),)),
    ("finance.disbursed_too_much", ((K.APPROVAL, "10"), (K.DISBURSEMENT, "10.01"))),
    ("finance.claim_above_exposure", ((K.APPROVAL, "10"), (K.DISBURSEMENT, "10"), (K.CLAIM, "5.01"))),
    ("finance.more_than_owed", ((K.APPROVAL, "10"), (K.DISBURSEMENT, "10"), (K.REPAYMENT, "10.01"))),
    ("finance.decided_already", ((K.APPROVAL, "10"), (K.APPROVAL, "10"))),
    ("finance.decided_already", ((K.APPROVAL, "10"), (K.DISBURSEMENT, "1"), (K.DECLINE, "0"))),
    ("finance.amount_not_positive", ((K.APPROVAL, "-10"),)),
    ("finance.amount_not_positive", ((K.APPROVAL, "10"), (K.DISBURSEMENT, "0"))),
    ("finance.repayment_after_claim", ((K.APPROVAL, "9"), (K.DISBURSEMENT, "9"), (K.CLAIM, "1"), (K.REPAYMENT, "1"))),
    (
        "finance.disbursement_after_claim",
        ((K.APPROVAL, "9"), (K.DISBURSEMENT, "8"), (K.CLAIM, "1"), (K.DISBURSEMENT, "1")),
    ),
    ("finance.revenue_before_disbursement", ((K.APPROVAL, "10"), (K.REVENUE, "1"))),
    ("finance.kind_unknown", ((K.CAPITAL, "10"),)),
)


@pytest.mark.parametrize(("code", "steps"), REFUSED)
def test_what_cannot_have_happened_is_refused(code: str, steps: tuple[tuple[EntryKind, str], ...]) -> None:
    with pytest.raises(RefusedError) as refused:
        told(*steps)
    assert refused.value.code == code


def test_a_plain_loan_has_nothing_to_claim_and_a_grant_nothing_to_repay() -> None:
    steps = ((K.APPROVAL, "10"), (K.DISBURSEMENT, "10"))
    with pytest.raises(RefusedError, match="never_repaid"):
        told(*steps, (K.REPAYMENT, "1"), instrument=Instrument.MATCHING_GRANT)
    uncovered = replay(
        position(Instrument.LOAN),
        [Entry(id=n, kind=kind, day=DAY, amount=Decimal(amount)) for n, (kind, amount) in enumerate(steps)],
        lambda _loan: Fraction(0),
    )
    with pytest.raises(RefusedError, match="nothing_guaranteed"):
        post(uncovered.position, Entry(id=9, kind=K.CLAIM, day=DAY, amount=Decimal(1)), cover_of)
    assert uncovered.position.exposure == 0


def test_a_reversal_takes_an_entry_back_and_a_day_earlier_comes_first() -> None:
    entries = [
        Entry(id=1, kind=K.APPROVAL, day=DAY, amount=Decimal(10)),
        Entry(id=2, kind=K.DISBURSEMENT, day=DAY, amount=Decimal(10)),
        Entry(id=3, kind=K.REPAYMENT, day=DAY, amount=Decimal(4)),
        Entry(id=4, kind=K.REVERSAL, day=DAY, amount=Decimal(0), reverses_id=3),
    ]
    assert replay(position(), entries, cover_of).position.outstanding == 10
    early = Entry(id=5, kind=K.REPAYMENT, day=DAY - timedelta(days=1), amount=Decimal(1))
    with pytest.raises(RefusedError, match="repayment_before_disbursement"):
        replay(position(), [*entries, early], cover_of)


def test_a_financing_goes_from_stage_to_stage() -> None:
    way = [(K.APPROVAL, "10"), (K.DISBURSEMENT, "10"), (K.REPAYMENT, "4"), (K.REPAYMENT, "6")]
    stages = [told(*way[:n]).position.stage for n in range(5)]
    assert stages == [Stage.APPLIED, Stage.APPROVED, Stage.DISBURSED, Stage.REPAYING, Stage.REPAID]
    assert told((K.DECLINE, "0")).position.stage is Stage.DECLINED
    assert told(*way[:2], (K.CLAIM, "1")).position.stage is Stage.CLAIMED
    assert next_kinds(told().position) == [K.APPROVAL, K.DECLINE]
    assert next_kinds(told(*way[:2]).position) == [K.REPAYMENT, K.CLAIM, K.RECOVERY]
    assert next_kinds(told(*way).position) == []


def standing(**given: object) -> Standing:
    return Standing(**{"instrument": Instrument.GUARANTEED_LOAN, "currency": "USD", "cap": CAP, **given})  # type: ignore[arg-type]


def test_an_approval_within_everything_passes() -> None:
    check_approval(standing(left=Decimal(10), start=DAY, end=DAY + timedelta(days=1)), Decimal(10), DAY)
    check_approval(standing(over_cap_agreed=True), Decimal(600_000), DAY)


@pytest.mark.parametrize(
    ("code", "given", "amount"),
    [
        ("finance.facility_closed", {"end": DAY}, 1),
        ("finance.facility_not_open", {"start": DAY + timedelta(days=1)}, 1),
        ("finance.loan_over_cap", {}, 400_001),
        ("finance.grant_over_cap", {"instrument": Instrument.MATCHING_GRANT, "cap": Decimal(15_000)}, 15_001),
        ("finance.over_cap", {"instrument": Instrument.LOAN, "over_cap_agreed": True}, 400_001),
        ("finance.over_ceiling", {"left": Decimal(10)}, 11),
        ("finance.fund_is_empty", {"instrument": Instrument.REVOLVING_FUND, "left": Decimal(10)}, 11),
    ],
)
def test_an_approval_that_the_facility_does_not_allow_is_refused(
    code: str, given: dict[str, object], amount: int
) -> None:
    with pytest.raises(RefusedError) as refused:
        check_approval(standing(**given), Decimal(amount), DAY)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("code", "given"),
    [
        ("finance.rate_negative", {"annual_rate": -0.01}),
        ("finance.rate_negative", {"annual_rate": float("nan")}),
        ("finance.rate_too_high", {"annual_rate": 2.01}),
        ("finance.instalments", {"instalments": 0}),
        ("finance.per_year", {"per_year": 3}),
        ("finance.grace", {"instalments": 12, "grace": 12}),
    ],
)
def test_terms_that_no_bank_writes_are_refused(code: str, given: dict[str, object]) -> None:
    with pytest.raises(RefusedError) as refused:
        check_terms(Terms(**given))  # type: ignore[arg-type]
    assert refused.value.code == code
