"""The word a person reads for each code of recommendations and measures. English here is the message id."""

from __future__ import annotations

from emstrack.domain.measures import CHEMICALS, MONEY, Category, Ease, InvestmentKind, MeasureStatus, Moment, Priority

MEASURE_LABELS: dict[str, str] = {
    CHEMICALS: "Chemicals",
    MONEY: "Money alone",
    Category.HOUSEKEEPING: "Good housekeeping",
    Category.INPUT_CHANGE: "Change of inputs",
    Category.PROCESS_CONTROL: "Better process control",
    Category.EQUIPMENT: "Modified equipment",
    Category.TECHNOLOGY: "New technology",
    Category.REUSE: "Recovery and reuse on site",
    Category.BY_PRODUCT: "By-product",
    Category.PRODUCT: "Modified product",
    MeasureStatus.PROPOSED: "Proposed",
    MeasureStatus.ACCEPTED: "Accepted",
    MeasureStatus.FINANCED: "Financed",
    MeasureStatus.IN_PROGRESS: "In progress",
    MeasureStatus.IMPLEMENTED: "Implemented",
    MeasureStatus.VERIFIED: "Verified",
    MeasureStatus.FADED: "Faded",
    MeasureStatus.DEFERRED: "Deferred",
    MeasureStatus.REJECTED: "Rejected",
    InvestmentKind.EQUIPMENT: "Equipment",
    InvestmentKind.INSTALLATION: "Installation",
    InvestmentKind.ENGINEERING: "Engineering",
    InvestmentKind.OTHER: "Other costs",
    Priority.HIGH: "High",
    Priority.MEDIUM: "Medium",
    Priority.LOW: "Low",
    Ease.EASY: "Easy",
    Ease.MODERATE: "Moderate",
    Ease.HARD: "Hard",
    Moment.BEFORE: "Before",
    Moment.AFTER: "After",
}
