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
from emstrack.storage.models.history import History, HistoryLink
from emstrack.storage.models.idempotency import IdempotencyKey
from emstrack.storage.models.jobs import DueWork, JobRun, OutboxMail
from emstrack.storage.models.readings import (
    Bill,
    DriverValue,
    ImportBatch,
    ImportMapping,
    MonthlyValue,
    Reading,
    StockLevel,
    StoredFile,
    WeatherDay,
    WeatherStation,
)
from emstrack.storage.models.savings import Baseline, SavingsResult
from emstrack.storage.models.sites import Device, Meter, MeterShare, Site, SiteAttribute

__all__ = [
    "Audit",
    "AuditAnswer",
    "AuditFinding",
    "AuditPhoto",
    "Baseline",
    "Bill",
    "Checklist",
    "ChecklistEdition",
    "Device",
    "DriverValue",
    "DueWork",
    "History",
    "HistoryLink",
    "IdempotencyKey",
    "ImportBatch",
    "ImportMapping",
    "JobRun",
    "LoginAttempt",
    "Membership",
    "Meter",
    "MeterShare",
    "MonthlyValue",
    "OneTimeLink",
    "Organisation",
    "OutboxMail",
    "Reading",
    "SavingsResult",
    "Share",
    "Site",
    "SiteAttribute",
    "StockLevel",
    "StoredFile",
    "User",
    "UserSession",
    "WeatherDay",
    "WeatherStation",
]
