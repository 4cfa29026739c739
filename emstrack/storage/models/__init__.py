"""The tables, a module per area. Import from here, so that every table is known before any is used.

There are no ORM relationships: a query says what it joins, so that none is made behind one's back.
"""

from emstrack.storage.models.accounts import (
    LoginAttempt,
    Membership,
    OneTimeLink,
    Organisation,
    Share,
    User,
    UserSession,
)
from emstrack.storage.models.audits import (
    Audit,
    AuditAnswer,
    AuditFinding,
    AuditPhoto,
    Checklist,
    ChecklistEdition,
)
from emstrack.storage.models.balances import Balance, ProcessStream, UnitOperation
from emstrack.storage.models.case_studies import CaseStudy
from emstrack.storage.models.committees import AgendaItem, Committee, CommitteeMember, Meeting, PolicyItem
from emstrack.storage.models.dated_changes import ClosedPeriod, NonRoutineAdjustment
from emstrack.storage.models.financing import Facility, FinancedMeasure, Financing, FinancingEntry
from emstrack.storage.models.follow_ups import CalendarFeed, FollowUp, FollowUpRule
from emstrack.storage.models.history import History, HistoryLink
from emstrack.storage.models.idempotency import IdempotencyKey
from emstrack.storage.models.jobs import DueWork, JobRun, OutboxMail
from emstrack.storage.models.ledger import MeasureSaving, SignedSaving
from emstrack.storage.models.measures import (
    ExchangeRate,
    InvestmentLine,
    Measure,
    MeasureEffect,
    MeasurePhoto,
    VerificationPlan,
)
from emstrack.storage.models.programmes import (
    Cohort,
    IndicatorValue,
    LeveragedMoney,
    Programme,
    ProgrammeActivity,
    ProgrammeIndicator,
    ProgrammeSite,
    PublishedResult,
)
from emstrack.storage.models.readings import (
    Bill,
    DriverValue,
    ImportBatch,
    ImportMapping,
    MonthlyValue,
    Reading,
    StockLevel,
    StoredFile,
)
from emstrack.storage.models.savings import Baseline, SavingsResult
from emstrack.storage.models.sites import Device, Meter, MeterShare, Site, SiteAttribute
from emstrack.storage.models.stamps import TenantStamp
from emstrack.storage.models.verification import IsolatedParameter, IsolatedQuantity, IsolatedSaving
from emstrack.storage.models.weather import (
    WeatherDay,
    WeatherMonth,
    WeatherStation,
    WeatherTypicalDay,
    WeatherTypicalYear,
)

__all__ = [
    "AgendaItem",
    "Audit",
    "AuditAnswer",
    "AuditFinding",
    "AuditPhoto",
    "Balance",
    "Baseline",
    "Bill",
    "CalendarFeed",
    "CaseStudy",
    "Checklist",
    "ChecklistEdition",
    "ClosedPeriod",
    "Cohort",
    "Committee",
    "CommitteeMember",
    "Device",
    "DriverValue",
    "DueWork",
    "ExchangeRate",
    "Facility",
    "FinancedMeasure",
    "Financing",
    "FinancingEntry",
    "FollowUp",
    "FollowUpRule",
    "History",
    "HistoryLink",
    "IdempotencyKey",
    "ImportBatch",
    "ImportMapping",
    "IndicatorValue",
    "InvestmentLine",
    "IsolatedParameter",
    "IsolatedQuantity",
    "IsolatedSaving",
    "JobRun",
    "LeveragedMoney",
    "LoginAttempt",
    "Measure",
    "MeasureEffect",
    "MeasurePhoto",
    "MeasureSaving",
    "Meeting",
    "Membership",
    "Meter",
    "MeterShare",
    "MonthlyValue",
    "NonRoutineAdjustment",
    "OneTimeLink",
    "Organisation",
    "OutboxMail",
    "PolicyItem",
    "ProcessStream",
    "Programme",
    "ProgrammeActivity",
    "ProgrammeIndicator",
    "ProgrammeSite",
    "PublishedResult",
    "Reading",
    "SavingsResult",
    "Share",
    "SignedSaving",
    "Site",
    "SiteAttribute",
    "StockLevel",
    "StoredFile",
    "TenantStamp",
    "UnitOperation",
    "User",
    "UserSession",
    "VerificationPlan",
    "WeatherDay",
    "WeatherMonth",
    "WeatherStation",
    "WeatherTypicalDay",
    "WeatherTypicalYear",
]
