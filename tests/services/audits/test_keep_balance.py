"""Balances, operations and streams kept: in order, by version, with their history, and refused with a sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from conftest import NOW
from factories_audits import make_audit
from factories_balances import DETAILS, Kept, make_balance, make_beamhouse, make_plant
from factories_sites import make_ministry

from emstrack.domain.accounts import Permission, Scope, SharedAudits
from emstrack.domain.balances import LoadParameter, OperationDetails, StreamDetails, StreamKind
from emstrack.domain.errors import ConflictError, EmstrackError, NotAllowedError, NotFoundError, RefusedError
from emstrack.services.audits import keep_balance, keep_process_stream, keep_unit_operation
from emstrack.services.audits.check_balance import check_balance, check_operation, check_stream
from emstrack.services.audits.show_balance import audits_of_site, list_balances, show_balance
from emstrack.services.sites.list_changes import changes_of
from emstrack.storage.models import Balance, ProcessStream, UnitOperation
from emstrack.storage.scope import set_scope, tenant_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

STREAM = StreamDetails(name="Agua", kind=StreamKind.INPUT, to_id=1, quantity=5, unit="m3", is_water=True)


def test_a_balance_is_kept_with_its_operations_and_streams(session: Session) -> None:
    shown = show_balance(session, make_beamhouse(session).id)
    assert shown.balance.currency == "BOB"
    assert [row.name for row in shown.weighed.operations] == ["Remojo", "Pelambre y descarne"]
    assert [loss.row.name for loss in shown.weighed.losses] == ["Carnazas", "Baño de remojo", "Baño de pelambre"]
    assert shown.weighed.cost_of_losses == pytest.approx(5_405)


def test_a_sites_balances_are_listed_the_newest_first(session: Session) -> None:
    site = make_plant(session)
    first, second = make_balance(session, site), make_balance(session, site, title="Otro lote")
    assert [row.id for row in list_balances(session, site.id)[1]] == [second.id, first.id]


def test_an_operation_takes_its_place_and_the_others_move(session: Session) -> None:
    balance = make_balance(session, make_plant(session))
    to = Kept(session, balance)
    to.step("Remojo"), to.step("Curtido")
    keep_unit_operation.add_operation(session, balance.id, OperationDetails(name="Pelambre", position=2), now=NOW)
    order = keep_unit_operation.operations_of(session, balance.id)
    assert [(row.position, row.name) for row in order] == [(1, "Remojo"), (2, "Pelambre"), (3, "Curtido")]
    last = OperationDetails(name="Remojo", position=9)
    keep_unit_operation.change_operation(session, order[0].id, last, version=1, now=NOW)
    order = keep_unit_operation.operations_of(session, balance.id)
    assert [(row.position, row.name) for row in order] == [(1, "Pelambre"), (2, "Curtido"), (3, "Remojo")]


def test_an_operation_that_streams_touch_stays_and_names_them(session: Session) -> None:
    balance = make_beamhouse(session)
    soak = keep_unit_operation.operations_of(session, balance.id)[0]
    with pytest.raises(RefusedError) as refused:
        keep_unit_operation.remove_operation(session, soak.id, now=NOW)
    assert refused.value.code == "balance.operation_in_use"
    assert "Baño de remojo" in refused.value.evidence["streams"]  # type: ignore[operator]  # a tuple of names


def test_of_two_who_change_a_stream_the_second_sees_both_texts(session: Session) -> None:
    balance = make_beamhouse(session)
    row = keep_process_stream.streams_of(session, balance.id)[0]
    details = keep_process_stream.details_of(row)
    keep_process_stream.change_stream(session, row.id, replace(details, quantity=11), version=1, now=NOW)
    with pytest.raises(ConflictError) as conflict:
        keep_process_stream.change_stream(session, row.id, replace(details, quantity=12), version=1, now=NOW)
    assert (conflict.value.evidence["mine"], conflict.value.evidence["theirs"]) == ("12", "11.0")


def test_only_one_stream_is_the_basis(session: Session) -> None:
    balance = make_beamhouse(session)
    pelts = next(row for row in keep_process_stream.streams_of(session, balance.id) if row.kind == "product")
    details = replace(keep_process_stream.details_of(pelts), is_basis=True)
    keep_process_stream.change_stream(session, pelts.id, details, version=1, now=NOW)
    basis = show_balance(session, balance.id).weighed.basis
    assert basis is not None
    assert basis.names == ("Piel en tripa",)


def test_what_changes_is_kept_and_a_balance_taken_away_leaves_its_history(session: Session) -> None:
    balance = make_beamhouse(session)
    stream = keep_process_stream.streams_of(session, balance.id)[-1]
    keep_process_stream.remove_stream(session, stream.id, now=NOW, reason="medido dos veces")
    keep_balance.change_balance(session, balance.id, replace(DETAILS, tolerance=0.1), version=1, now=NOW)
    balance_id, site_id = balance.id, balance.site_id
    assert keep_balance.remove_balance(session, balance_id, now=NOW, reason="era de prueba") == site_id
    for model in (Balance, UnitOperation, ProcessStream):
        counted = sa.select(sa.func.count()).select_from(model).where(model.tenant_id == tenant_of(session))
        assert session.scalar(counted) == 0
    reasons = [change.reason for change in changes_of(session, "balance", balance_id)]
    assert {"medido dos veces", "era de prueba"} <= set(reasons)


def test_a_balance_belongs_to_an_audit_of_its_own_site_or_to_none(session: Session) -> None:
    site = make_plant(session)
    own, other = make_audit(session, site.id), make_audit(session)
    balance = make_balance(session, site, audit_id=own.id)
    assert show_balance(session, balance.id).balance.audit_id == own.id
    assert [row.id for row in audits_of_site(session, site.id)] == [own.id]
    for audit_id in (other.id, 999_999):
        with pytest.raises(RefusedError) as refused:
            make_balance(session, site, audit_id=audit_id)
        assert refused.value.code == "balance.other_audit"


def test_an_auditor_by_a_share_writes_balances_of_the_shared_sites_alone(session: Session) -> None:
    shared, other = make_beamhouse(session), make_beamhouse(session, make_plant(session, "Curtiembre ajena"))
    part = SharedAudits(site_ids=frozenset({shared.site_id}))
    auditor = frozenset({Permission.VIEW, Permission.AUDIT})
    set_scope(session, Scope(tenant_of(session), permissions=auditor, shared_audits=part))
    keep_balance.change_balance(session, shared.id, replace(DETAILS, tolerance=0.1), version=1, now=NOW)
    with pytest.raises(NotAllowedError):
        keep_balance.change_balance(session, other.id, replace(DETAILS, tolerance=0.1), version=1, now=NOW)
    operation = keep_unit_operation.operations_of(session, other.id)[0]
    with pytest.raises(NotAllowedError):
        keep_unit_operation.remove_operation(session, operation.id, now=NOW)


def test_whoever_may_only_look_changes_nothing(session: Session) -> None:
    balance = make_beamhouse(session)
    set_scope(session, Scope(tenant_of(session), permissions=frozenset({Permission.VIEW})))
    for act in (
        lambda: keep_balance.add_balance(session, balance.site_id, DETAILS, now=NOW),
        lambda: keep_unit_operation.add_operation(session, balance.id, OperationDetails(name="x"), now=NOW),
        lambda: keep_process_stream.add_stream(session, balance.id, STREAM, now=NOW),
        lambda: keep_balance.remove_balance(session, balance.id, now=NOW),
    ):
        with pytest.raises(NotAllowedError):
            act()


def test_a_part_of_a_tenant_sees_the_balances_of_its_sites_alone(session: Session) -> None:
    ministry = make_ministry(session)
    theirs = make_beamhouse(session, make_plant(session, "Rastro municipal", organisation_id=ministry.id))
    others = make_beamhouse(session, make_plant(session, "Curtiembre ajena"))
    part = frozenset({ministry.id})
    set_scope(session, Scope(tenant_of(session), organisation_ids=part, permissions=frozenset(Permission)))
    assert len(show_balance(session, theirs.id).weighed.streams) == 10
    assert keep_process_stream.streams_of(session, others.id) == []
    assert keep_unit_operation.operations_of(session, others.id) == []
    with pytest.raises(NotFoundError):
        show_balance(session, others.id)


REFUSED: list[tuple[str, str, Any]] = [
    ("balance.backward", "end", lambda: check_balance(replace(DETAILS, end=date(2026, 3, 2)), site_currency="")),
    ("balance.tolerance", "tolerance", lambda: check_balance(replace(DETAILS, tolerance=0.0), site_currency="")),
    ("balance.tolerance", "tolerance", lambda: check_balance(replace(DETAILS, tolerance=0.6), site_currency="")),
    ("balance.title_missing", "title", lambda: check_balance(replace(DETAILS, title="  "), site_currency="")),
    ("site.currency_unknown", "currency", lambda: check_balance(replace(DETAILS, currency="PESO"), site_currency="")),
    ("site.name_too_long", "title", lambda: check_balance(replace(DETAILS, title="x" * 200), site_currency="")),
    ("balance.operation_name_missing", "name", lambda: check_operation(OperationDetails(name=""))),
    (
        "balance.cost_negative",
        "processing_cost",
        lambda: check_operation(OperationDetails(name="x", processing_cost=Decimal(-1))),
    ),
    ("balance.stream_negative", "quantity", lambda: check_stream(replace(STREAM, quantity=-3.0), {1})),
    ("entry.number_too_large", "quantity", lambda: check_stream(replace(STREAM, quantity=float("inf")), {1})),
    ("balance.unit_unknown", "unit", lambda: check_stream(replace(STREAM, unit="fanega"), {1})),
    ("balance.cost_negative", "unit_cost", lambda: check_stream(replace(STREAM, unit_cost=Decimal(-2)), {1})),
    ("balance.stream_name_missing", "name", lambda: check_stream(replace(STREAM, name=""), {1})),
    ("balance.target_missing", "to_id", lambda: check_stream(STREAM, {2})),
    ("balance.source_missing", "from_id", lambda: check_stream(replace(STREAM, kind=StreamKind.LOSS), {1})),
    (
        "balance.same_operation",
        "to_id",
        lambda: check_stream(replace(STREAM, kind=StreamKind.INTERMEDIATE, from_id=1), {1}),
    ),
    ("balance.weight", "kg_per_unit", lambda: check_stream(replace(STREAM, kg_per_unit=0.0), {1})),
    (
        "balance.concentration",
        "cod",
        lambda: check_stream(replace(STREAM, concentrations={LoadParameter.COD: -1.0}), {1}),
    ),
]


@pytest.mark.parametrize(("code", "field", "act"), REFUSED, ids=[f"{code}-{field}" for code, field, _ in REFUSED])
def test_what_cannot_be_is_refused_beside_its_field(code: str, field: str, act: Any) -> None:
    with pytest.raises(EmstrackError) as refused:
        act()
    assert (refused.value.code, refused.value.evidence["field"]) == (code, field)


def test_a_stream_goes_where_its_kind_goes_whatever_else_was_chosen() -> None:
    values = check_stream(replace(STREAM, kind=StreamKind.PRODUCT, from_id=1, to_id=1), {1})
    assert (values["from_id"], values["to_id"]) == (1, None)


def test_what_one_unit_weighs_is_only_kept_where_it_has_to_be_said() -> None:
    assert check_stream(replace(STREAM, kg_per_unit=900.0), {1})["kg_per_unit"] is None
    assert check_stream(replace(STREAM, kg_per_unit=900.0, is_water=False), {1})["kg_per_unit"] == 900
    assert check_stream(replace(STREAM, unit="head", kg_per_unit=420.0), {1})["kg_per_unit"] == 420
