"""Organisations, roles, and what a role may do."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class OrganisationKind(StrEnum):
    """What an organisation is; they form a tree whose root is the tenant."""

    MUNICIPALITY = "municipality"
    MINISTRY = "ministry"
    HOTEL_GROUP = "hotel_group"
    COMPANY = "company"
    CP_CENTRE = "cp_centre"
    LENDER = "lender"
    DONOR = "donor"
    CHAMBER = "chamber"
    REGULATOR = "regulator"
    UNIVERSITY = "university"


class Role(StrEnum):
    """A person's role in an organisation; it holds for the organisation's descendants."""

    ADMINISTRATOR = "administrator"
    MANAGER = "manager"
    COMMITTEE = "committee"
    AUDITOR = "auditor"
    VIEWER = "viewer"
    CONTRIBUTOR = "contributor"
    LENDER = "lender"
    DONOR = "donor"


class SharePurpose(StrEnum):
    """What somebody else's organisation may do with what is shared with it."""

    VIEW = "view"
    AUDIT = "audit"
    """Read, and write audits with their answers and findings: for the auditors of another tenant."""


class Permission(StrEnum):
    """Something a role may do."""

    VIEW = "view"
    RECORD_READINGS = "record_readings"
    IMPORT = "import"
    EDIT_SITES = "edit_sites"
    SET_BASELINE = "set_baseline"
    AUDIT = "audit"
    MANAGE_PEOPLE = "manage_people"
    ADMINISTER = "administer"


_VIEWING = frozenset({Permission.VIEW})
_RECORDING = _VIEWING | {Permission.RECORD_READINGS, Permission.IMPORT}
_MANAGING = _RECORDING | {Permission.EDIT_SITES, Permission.SET_BASELINE, Permission.AUDIT}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset(Permission),
    Role.MANAGER: _MANAGING | {Permission.MANAGE_PEOPLE},
    Role.COMMITTEE: _MANAGING,
    Role.AUDITOR: _MANAGING,
    Role.VIEWER: _VIEWING,
    Role.CONTRIBUTOR: frozenset(),
    Role.LENDER: _VIEWING,
    Role.DONOR: _VIEWING,
}
"""What each role may do. A contributor has no account: their link opens its own page and nothing else."""


class Module(StrEnum):
    """A part of the product that an organisation's profile switches on; what is off is not shown."""

    THIS_MONTH = "this_month"
    SAVINGS = "savings"
    MEASURES = "measures"
    AUDITS = "audits"
    FOLLOW_UPS = "follow_ups"
    COMMITTEE = "committee"
    FINANCE = "finance"
    REPORT = "report"
    ORGANISATIONS = "organisations"
    SHARES = "shares"
    PROGRAMMES = "programmes"


_SEEING = frozenset({Module.SAVINGS, Module.MEASURES, Module.REPORT})
_ALWAYS = _SEEING | {Module.THIS_MONTH, Module.AUDITS, Module.FOLLOW_UPS}

MODULES: dict[OrganisationKind, frozenset[Module]] = {
    OrganisationKind.MUNICIPALITY: _ALWAYS | {Module.COMMITTEE, Module.ORGANISATIONS},
    OrganisationKind.MINISTRY: _ALWAYS | {Module.ORGANISATIONS},
    OrganisationKind.HOTEL_GROUP: _ALWAYS | {Module.ORGANISATIONS},
    OrganisationKind.COMPANY: _ALWAYS,
    OrganisationKind.CP_CENTRE: _ALWAYS
    | {Module.COMMITTEE, Module.FINANCE, Module.ORGANISATIONS, Module.PROGRAMMES, Module.SHARES},
    OrganisationKind.LENDER: _SEEING | {Module.FINANCE, Module.PROGRAMMES},
    OrganisationKind.DONOR: _SEEING | {Module.FINANCE, Module.PROGRAMMES},
    OrganisationKind.CHAMBER: _ALWAYS | {Module.ORGANISATIONS, Module.PROGRAMMES, Module.SHARES},
    OrganisationKind.REGULATOR: _SEEING,
    OrganisationKind.UNIVERSITY: _ALWAYS | {Module.COMMITTEE, Module.ORGANISATIONS},
}
"""What each kind of organisation begins with; an administrator switches the rest on when it is wanted."""

SHARED_MODULES = frozenset({Module.SAVINGS, Module.MEASURES, Module.AUDITS, Module.FINANCE, Module.REPORT})
"""What somebody sees of an organisation that shared a part of itself."""

INVITATION_DAYS = 7
RESET_MINUTES = 60


@dataclass(frozen=True, slots=True)
class Locality:
    """Where an organisation is, and how it counts and reads.

    Parameters
    ----------
    country : str
        ISO 3166 code, or empty.
    currency : str
        ISO 4217 code, or empty.
    language : str
        One the product speaks, or empty for the reader's own.
    time_zone : str
        IANA name.
    """

    country: str = ""
    currency: str = ""
    language: str = ""
    time_zone: str = "UTC"


def strongest(roles: Iterable[Role]) -> Role:
    """Return the role that allows most; of two that allow the same, the one that stands first.

    Parameters
    ----------
    roles : iterable of Role
        At least one.
    """
    return min(roles, key=lambda role: (-len(PERMISSIONS[role]), list(Role).index(role)))


def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    """Return what several roles allow together.

    Parameters
    ----------
    roles : iterable of Role
    """
    return frozenset().union(*(PERMISSIONS[role] for role in roles))


def may_give(held: frozenset[Permission], role: Role) -> bool:
    """Tell whether somebody with these permissions may give or take a role: never more than they hold themselves.

    Parameters
    ----------
    held : frozenset of Permission
        What the giver may do.
    role : Role
        What is given or taken.
    """
    return Permission.MANAGE_PEOPLE in held and PERMISSIONS[role] <= held


def modules_of(kind: OrganisationKind, switched: Mapping[str, bool]) -> frozenset[str]:
    """Return the modules that are on: the kind's own, as switched since.

    Parameters
    ----------
    kind : OrganisationKind
        Of the tenant.
    switched : mapping of str to bool
        The profile's own choices, by module.
    """
    return frozenset(str(module) for module in Module if switched.get(module, module in MODULES[kind]))


def descendants(parents: Mapping[int, int | None], roots: Iterable[int]) -> frozenset[int]:
    """Return these organisations and everything below them.

    Parameters
    ----------
    parents : mapping of int to (int or None)
        Parent by organisation, for the whole tree.
    roots : iterable of int
    """
    children: dict[int | None, list[int]] = {}
    for child, parent in parents.items():
        children.setdefault(parent, []).append(child)
    found: set[int] = set()
    waiting = [root for root in roots if root in parents]
    while waiting:
        each = waiting.pop()
        if each not in found:
            found.add(each)
            waiting += children.get(each, [])
    return frozenset(found)


def ancestors(parents: Mapping[int, int | None], organisation_id: int) -> list[int]:
    """Return an organisation and what it belongs to, from itself up to the root.

    Parameters
    ----------
    parents : mapping of int to (int or None)
    organisation_id : int
    """
    line: list[int] = []
    each: int | None = organisation_id
    while each is not None and each not in line:
        line.append(each)
        each = parents.get(each)
    return line


@dataclass(frozen=True, slots=True)
class SharedAudits:
    """The part of somebody else's tenant that may be audited: all that may be written there.

    Parameters
    ----------
    organisation_ids : frozenset of int
        Organisations whose sites may be audited, descendants included.
    site_ids : frozenset of int
        Sites beside them.
    """

    organisation_ids: frozenset[int] = frozenset()
    site_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Scope:
    """What one request, command or job may see and do: the only thing that opens tenant-owned rows.

    Parameters
    ----------
    tenant_id : int
        The one tenant whose rows are open.
    organisation_ids : frozenset of int or None
        Organisations of the tenant that are open, descendants included; None is the whole tenant.
    site_ids : frozenset of int or None
        Sites open beside them by a share; None where none is.
    user_id : int or None
        Who acts; None is the operator at the command line, or a job.
    permissions : frozenset of Permission
    shared_audits : SharedAudits or None
        In somebody else's tenant, the part that may be audited; None in one's own.
    """

    tenant_id: int
    organisation_ids: frozenset[int] | None = None
    site_ids: frozenset[int] | None = None
    user_id: int | None = None
    permissions: frozenset[Permission] = field(default_factory=frozenset)
    shared_audits: SharedAudits | None = None

    def may(self, permission: Permission) -> bool:
        """Tell whether the permission is held."""
        return permission in self.permissions


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is signed in, where, and with which scope; what a page shows of it.

    Parameters
    ----------
    user_id : int
    name, email : str
    language : str
        Chosen by the person; empty for the browser's.
    organisation_id : int
        The organisation worked in.
    organisation_name : str
    role : Role
        The strongest role held there.
    scope : Scope
    modules : frozenset of str
        What the organisation's profile has switched on.
    elsewhere : tuple of (int, str)
        Other organisations this person may change to: id and name.
    tenant_name : str
        Name of the organisation tree's root.
    shared : bool
        Whether the organisation is another's that shared a part of itself.
    is_demonstration : bool
        Whether all of this is made up.
    session_id : int
        The sign-in session, so that a person can tell it from their others.
    """

    user_id: int
    name: str
    email: str
    language: str
    organisation_id: int
    organisation_name: str
    role: Role
    scope: Scope
    modules: frozenset[str] = frozenset()
    elsewhere: tuple[tuple[int, str], ...] = ()
    tenant_name: str = ""
    shared: bool = False
    is_demonstration: bool = False
    session_id: int = 0

    def may(self, permission: Permission) -> bool:
        """Tell whether the permission is held."""
        return self.scope.may(permission)
