"""The word a person reads for each code of facilities and financings. English here is the message id."""

from __future__ import annotations

from emstrack.domain.financing import Amortization, EntryKind, Instrument, Stage

FINANCING_LABELS: dict[str, str] = {
    Instrument.OWN_FUNDS: "Own funds",
    Instrument.LOAN: "Loan",
    Instrument.GUARANTEED_LOAN: "Guaranteed loan",
    Instrument.REVOLVING_FUND: "Revolving fund",
    Instrument.CREDIT_LINE: "Credit line",
    Instrument.MATCHING_GRANT: "Matching grant",
    Instrument.DONOR_FUNDS: "Donor funds",
    Instrument.ESCO: "Energy service company",
    Amortization.ANNUITY: "Equal payments",
    Amortization.LINEAR: "Equal principal",
    Amortization.BULLET: "All at the end",
    EntryKind.CAPITAL: "Capital put in",
    EntryKind.APPROVAL: "Approval",
    EntryKind.DECLINE: "Refusal",
    EntryKind.DISBURSEMENT: "Disbursement",
    EntryKind.REPAYMENT: "Repayment",
    EntryKind.CLAIM: "Claim on the guarantee",
    EntryKind.RECOVERY: "Recovery",
    EntryKind.REVENUE: "Revenue of the recipient",
    EntryKind.REVERSAL: "Taken back",
    Stage.APPLIED: "Applied",
    Stage.APPROVED: "Approved",
    Stage.DISBURSED: "Disbursed",
    Stage.REPAYING: "Being repaid",
    Stage.REPAID: "Repaid",
    Stage.CLAIMED: "Claimed",
    Stage.DECLINED: "Declined",
}
