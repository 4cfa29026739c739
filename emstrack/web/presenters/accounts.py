"""What roles and modules mean, as constants that are translated where they are shown."""

from emstrack.domain.accounts import Module, Role

ROLE_HINTS: dict[str, str] = {
    Role.ADMINISTRATOR: "Everything, people and organisations included.",
    Role.MANAGER: "Readings, sites, baselines, and inviting people.",
    Role.COMMITTEE: "Readings, sites and baselines.",
    Role.AUDITOR: "Readings, sites and baselines.",
    Role.VIEWER: "Sees everything, changes nothing.",
    Role.CONTRIBUTOR: "No account: a link by e-mail each month, which opens only the missing fields.",
    Role.LENDER: "Sees everything, changes nothing.",
    Role.DONOR: "Sees everything, changes nothing.",
}

MODULE_WORDS: dict[str, tuple[str, str]] = {
    Module.THIS_MONTH: ("This month", "What is missing, and where to write it."),
    Module.SAVINGS: ("Savings", "What was saved, per site, in units and money."),
    Module.MEASURES: ("Measures", "Recommendations, who sees to them, what they cost and save."),
    Module.FOLLOW_UPS: ("Follow-ups", "What is looked at again, and who is reminded."),
    Module.COMMITTEE: ("Committee", "Members, meetings, an agenda that writes itself, minutes."),
    Module.FINANCE: ("Finance", "Facilities, loans, guarantees and grants, and what is still owed."),
    Module.REPORT: ("Report", "What is handed out."),
    Module.ORGANISATIONS: ("Organisations", "Ministries, departments or companies below yours."),
    Module.SHARES: ("Shares", "What lenders, donors and centres outside may see."),
    Module.PROGRAMMES: ("Programmes", "Cohorts of sites, results by sector, activities and indicators."),
}
"""Name and sentence of each module."""
