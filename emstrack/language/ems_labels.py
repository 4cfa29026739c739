"""The word a person reads for each code of committees and follow-ups. English here is the message id."""

from __future__ import annotations

from emstrack.domain.committees import AgendaKind, CommitteeRole, MeetingStatus, PolicyStep
from emstrack.domain.follow_ups import FollowUpKind, FollowUpOutcome

EMS_LABELS: dict[str, str] = {
    CommitteeRole.CHAIR: "Chair",
    CommitteeRole.SECRETARY: "Secretary",
    CommitteeRole.MEMBER: "Member",
    CommitteeRole.ADVISER: "Adviser",
    MeetingStatus.PLANNED: "Scheduled",
    MeetingStatus.IN_SESSION: "In session",
    MeetingStatus.APPROVED: "Minutes approved",
    MeetingStatus.CALLED_OFF: "Called off",
    AgendaKind.MINUTES: "Minutes of the last meeting",
    AgendaKind.DECISION_DUE: "What was decided and is due",
    AgendaKind.OVERDUE: "Overdue follow-ups",
    AgendaKind.MISSING: "Readings that are missing",
    AgendaKind.FADING: "Savings that fade",
    AgendaKind.RECOMMENDATION: "Recommendations to decide on",
    AgendaKind.FREE: "Other business",
    PolicyStep.CONSULTATION: "In consultation",
    PolicyStep.ADOPTED: "Adopted",
    FollowUpKind.MEASURE_CHECK: "Check of a measure",
    FollowUpKind.AUDIT_REPEAT: "Next audit",
    FollowUpKind.METER_EVENT: "Look at the meter",
    FollowUpKind.TASK: "Task",
    FollowUpOutcome.WORKING: "It works",
    FollowUpOutcome.PARTLY: "It works in part",
    FollowUpOutcome.NOT_WORKING: "It does not work",
    FollowUpOutcome.NOT_CHECKED: "It could not be checked",
}
