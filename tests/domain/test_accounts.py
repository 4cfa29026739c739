"""Roles, modules, and trees."""

import pytest

from emstrack.domain.accounts import (
    PERMISSIONS,
    Module,
    OrganisationKind,
    Permission,
    Role,
    ancestors,
    descendants,
    may_give,
    modules_of,
    permissions_of,
    strongest,
)

TREE = {1: None, 2: 1, 3: 1, 4: 2, 5: 4}


def test_descendants_go_all_the_way_down() -> None:
    assert descendants(TREE, [2]) == {2, 4, 5}
    assert descendants(TREE, [1]) == set(TREE)
    assert descendants(TREE, [99]) == frozenset()


def test_ancestors_go_all_the_way_up() -> None:
    assert ancestors(TREE, 5) == [5, 4, 2, 1]


def test_a_ring_in_the_data_ends() -> None:
    ring = {1: 2, 2: 1}
    assert descendants(ring, [1]) == {1, 2}
    assert ancestors(ring, 1) == [1, 2]


def test_the_strongest_role_is_the_one_that_allows_most() -> None:
    assert strongest([Role.CONTRIBUTOR, Role.LENDER, Role.MANAGER]) is Role.MANAGER
    assert strongest([Role.CONTRIBUTOR, Role.DONOR]) is Role.DONOR


def test_roles_together_allow_what_each_allows() -> None:
    assert permissions_of([Role.VIEWER, Role.COMMITTEE]) == PERMISSIONS[Role.COMMITTEE]
    assert permissions_of([]) == frozenset()


@pytest.mark.parametrize("role", Role)
def test_an_administrator_may_give_every_role(role: Role) -> None:
    assert may_give(PERMISSIONS[Role.ADMINISTRATOR], role)


def test_a_manager_may_not_make_administrators_and_a_viewer_makes_nobody() -> None:
    assert may_give(PERMISSIONS[Role.MANAGER], Role.MANAGER)
    assert not may_give(PERMISSIONS[Role.MANAGER], Role.ADMINISTRATOR)
    assert not any(may_give(PERMISSIONS[Role.VIEWER], role) for role in Role)


def test_a_hotel_begins_with_what_it_works_with_and_a_municipality_with_its_tree() -> None:
    assert modules_of(OrganisationKind.COMPANY, {}) == {"this_month", "savings", "measures", "audits", "report"}
    assert "organisations" in modules_of(OrganisationKind.MUNICIPALITY, {})


def test_what_was_switched_holds_over_the_kind() -> None:
    switched = modules_of(OrganisationKind.COMPANY, {Module.SHARES: True, Module.REPORT: False})
    assert switched == {"this_month", "savings", "measures", "audits", "shares"}


def test_who_may_manage_people_may_see() -> None:
    assert all(Permission.VIEW in held for role, held in PERMISSIONS.items() if role is not Role.CONTRIBUTOR)
