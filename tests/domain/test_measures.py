"""The rules of a measure's status, each with its refusal."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

import pytest

from emstrack.domain.errors import RefusedError
from emstrack.domain.measures import NEEDS_REASON, NEXT, MeasureStatus, Standing, Step, check_step

TODAY = date(2026, 11, 28)
S = MeasureStatus


def refusal(standing: Standing, step: Step, signer: int | None = 7) -> str | None:
    try:
        check_step(standing, step, signer_id=signer, today=TODAY)
    except RefusedError as error:
        return error.code
    return None


def test_the_straight_way_from_proposal_to_verified_saving() -> None:
    way = [S.PROPOSED, S.ACCEPTED, S.FINANCED, S.IN_PROGRESS, S.IMPLEMENTED, S.VERIFIED, S.FADED]
    for now, wanted in itertools.pairwise(way):
        standing = Standing(status=now, owner_id=3, has_plan=True)
        assert refusal(standing, Step(status=wanted, reason="medido otra vez" if wanted is S.FADED else "")) is None


@pytest.mark.parametrize("now", list(S))
def test_only_what_is_listed_may_follow(now: MeasureStatus) -> None:
    for wanted in S:
        code = refusal(Standing(status=now, owner_id=3, has_plan=True), Step(status=wanted, reason="porque sí"))
        assert (code == "measure.step_unknown") == (wanted not in NEXT[now])


@pytest.mark.parametrize(("now", "wanted"), sorted(NEEDS_REASON))
def test_a_step_back_aside_or_out_needs_its_reason(now: MeasureStatus, wanted: MeasureStatus) -> None:
    standing = Standing(status=now, owner_id=3, has_plan=True)
    assert refusal(standing, Step(status=wanted, reason="  ")) == "measure.reason_missing"
    assert refusal(standing, Step(status=wanted, reason="sin presupuesto")) is None


def test_work_begins_with_an_agreed_plan_or_a_typed_reason() -> None:
    bare = Standing(status=S.ACCEPTED)
    assert refusal(bare, Step(status=S.IN_PROGRESS)) == "measure.plan_missing"
    assert refusal(bare, Step(status=S.IN_PROGRESS, reason="fuga urgente")) is None
    assert refusal(Standing(status=S.FINANCED, has_plan=True), Step(status=S.IN_PROGRESS)) is None


def test_nothing_was_implemented_tomorrow() -> None:
    standing = Standing(status=S.IN_PROGRESS)
    tomorrow = Step(status=S.IMPLEMENTED, day=date(2026, 11, 29))
    assert refusal(standing, tomorrow) == "measure.implemented_in_future"
    assert refusal(standing, Step(status=S.IMPLEMENTED, day=TODAY)) is None


@pytest.mark.parametrize(
    ("owner", "signer", "code"),
    [
        (7, 7, "measure.signed_by_owner"),
        (None, 7, "measure.owner_missing"),
        (3, None, "measure.signer_missing"),
        (3, 7, None),
    ],
)
def test_somebody_else_than_the_owner_signs_the_verification(owner: int | None, signer: int | None, code: Any) -> None:
    standing = Standing(status=S.IMPLEMENTED, owner_id=owner)
    assert refusal(standing, Step(status=S.VERIFIED), signer) == code


def test_it_is_a_recommendation_until_it_is_accepted() -> None:
    assert [s for s in S if s.is_recommendation] == [S.PROPOSED, S.DEFERRED, S.REJECTED]
    assert [s for s in S if s.is_implemented] == [S.IMPLEMENTED, S.VERIFIED, S.FADED]
