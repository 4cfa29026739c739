"""Organisations, roles, and what a role may do."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


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


class Permission(StrEnum):
    """Something a role may do."""

    VIEW = "view"
    RECORD_READINGS = "record_readings"
    IMPORT = "import"
    EDIT_SITES = "edit_sites"
    SET_BASELINE = "set_baseline"
    MANAGE_PEOPLE = "manage_people"
    ADMINISTER = "administer"


_VIEWING = frozenset({Permission.VIEW})
_RECORDING = _VIEWING | {Permission.RECORD_READINGS, Permission.IMPORT}
_MANAGING = _RECORDING | {Permission.EDIT_SITES, Permission.SET_BASELINE}

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
    """

    tenant_id: int
    organisation_ids: frozenset[int] | None = None
    site_ids: frozenset[int] | None = None
    user_id: int | None = None
    permissions: frozenset[Permission] = field(default_factory=frozenset)

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

    def may(self, permission: Permission) -> bool:
        """Tell whether the permission is held."""
        return self.scope.may(permission)
