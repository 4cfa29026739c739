"""The words of roles, kinds and modules, as constants that are translated where they are shown."""

from emstrack.domain.accounts import Module, OrganisationKind, Role

ROLE_NAMES: dict[str, str] = {
    Role.ADMINISTRATOR: "Administrator",
    Role.MANAGER: "Manager",
    Role.COMMITTEE: "Committee",
    Role.AUDITOR: "Auditor",
    Role.VIEWER: "Viewer",
    Role.CONTRIBUTOR: "Contributor",
    Role.LENDER: "Lender",
    Role.DONOR: "Donor",
}

ROLE_HINTS: dict[str, str] = {
    Role.ADMINISTRATOR: "Everything, people and organisations included.",
    Role.MANAGER: "Readings, sites, baselines, and inviting people.",
    Role.COMMITTEE: "Readings, sites and baselines.",
    Role.AUDITOR: "Readings, sites and baselines.",
    Role.VIEWER: "Sees everything, changes nothing.",
    Role.CONTRIBUTOR: "No account: a link by e-mail each month, which opens only the missing fields.",
    Role.LENDER: "Sees what was shared.",
    Role.DONOR: "Sees what was shared.",
}

KIND_NAMES: dict[str, str] = {
    OrganisationKind.MUNICIPALITY: "Municipality",
    OrganisationKind.MINISTRY: "Ministry or department",
    OrganisationKind.HOTEL_GROUP: "Hotel group",
    OrganisationKind.COMPANY: "Hotel or company",
    OrganisationKind.CP_CENTRE: "Cleaner-production centre",
    OrganisationKind.LENDER: "Lender",
    OrganisationKind.DONOR: "Donor",
    OrganisationKind.CHAMBER: "Chamber",
    OrganisationKind.REGULATOR: "Regulator",
    OrganisationKind.UNIVERSITY: "University",
}

MODULE_NAMES: dict[str, tuple[str, str]] = {
    Module.THIS_MONTH: ("This month", "What is missing, and where to write it."),
    Module.SAVINGS: ("Savings", "What was saved, per site, in units and money."),
    Module.REPORT: ("Report", "What is handed out."),
    Module.ORGANISATIONS: ("Organisations", "Ministries, departments or companies below yours."),
    Module.SHARES: ("Shares", "What lenders, donors and centres outside may see."),
}
"""Name and sentence of each module."""
