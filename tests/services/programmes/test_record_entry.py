"""From application to recovery: each step follows the one before it, sums are prepared, and nothing is rewritten."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from conftest import NOW, make_tenant
from factories_accounts import make_organisation
from factories_financing import (
    TODAY,
    application,
    drawn,
    facility_details,
    happen,
    make_facility,
    make_financing,
)
from factories_measures import make_measure
from factories_sites import make_building

from emstrack.domain.accounts import Permission, Scope
from emstrack.domain.errors import ConflictError, NotAllowedError, NotFoundError, RefusedError
from emstrack.domain.financing import EntryKind, Instrument, Stage, Terms
from emstrack.services.programmes.apply_for_financing import (
    apply_for_financing,
    change_application,
    measures_of,
)
from emstrack.services.programmes.keep_facility import add_capital, add_facility, change_facility
from emstrack.services.programmes.record_entry import PREPARED, Happened, account_of, entries_of, record_entry
from emstrack.services.programmes.show_financing import show_facility, show_financing
from emstrack.storage.models import FinancingEntry, History, Measure, Organisation
from emstrack.storage.scope import find, scope_of, scoped, set_scope

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def test_a_loan_goes_its_way_and_its_measures_become_financed(session: Session) -> None:
    row = make_financing(session)
    assert show_financing(session, row.id, today=TODAY).proposed.amount == 100_000
    (measure_id,) = measures_of(session, row.id)
    assert find(session, Measure, measure_id).status == "proposed"
    row = happen(session, row, "approval", 100_000, day=date(2026, 1, 15))
    assert (row.stage, row.approved) == (Stage.APPROVED, 100_000)
    assert find(session, Measure, measure_id).status == "financed"
    row = happen(session, row, "disbursement", 100_000, day=date(2026, 2, 1))
    assert row.exposure == 50_000
    proposed = show_financing(session, row.id, today=TODAY).proposed
    assert (proposed.amount, proposed.interest) == (Decimal("1224.44"), Decimal(1_000))
    row = happen(session, row, "repayment", 20_000, interest=Decimal(1_000), day=date(2026, 3, 1))
    assert (row.stage, row.outstanding, row.interest) == (Stage.REPAYING, 80_000, 1_000)
    row = happen(session, row, "claim", 40_000)
    row = happen(session, row, "recovery", 30_000)
    assert (row.stage, row.exposure, row.guarantor_recovered) == (Stage.CLAIMED, 25_000, 15_000)
    shown = show_financing(session, row.id, today=TODAY)
    assert [each.kind for each, _ in shown.entries] == [
        *("approval", "disbursement", "repayment", "claim", "recovery"),
    ]
    position = account_of(shown.facility, entries_of(session, row.id)).position
    assert {name: getattr(row, name) for name in PREPARED} == {name: getattr(position, name) for name in PREPARED}
    kept = session.scalars(scoped(session, History.id).where(History.entity == "financing")).all()
    assert len(kept) == 6


def test_a_loan_of_600_000_by_agreement_exposes_200_000(session: Session) -> None:
    facility = make_facility(session)
    with pytest.raises(RefusedError, match="loan_over_cap"):
        make_financing(session, facility, amount=Decimal(600_000), title="Sin acuerdo")
    row = drawn(session, facility, amount=Decimal(600_000), over_cap_agreed=True, title="Con acuerdo")
    assert row.exposure == 200_000
    with pytest.raises(RefusedError, match="claim_above_exposure"):
        happen(session, row, "claim", "200000.01")
    assert happen(session, row, "claim", 200_000).claimed == 200_000


def test_a_facility_is_closed_from_its_end_on(session: Session) -> None:
    facility = make_facility(session, end=TODAY)
    with pytest.raises(RefusedError, match="facility_closed") as refused:
        make_financing(session, facility)
    assert refused.value.evidence["end"] == TODAY
    before = make_financing(session, facility, applied_on=TODAY - timedelta(days=9), title="A tiempo")
    with pytest.raises(RefusedError, match="facility_closed"):
        happen(session, before, "approval", 100_000)
    assert happen(session, before, "approval", 100_000, day=TODAY - timedelta(days=1)).stage == Stage.APPROVED


def test_a_ceiling_holds_over_all_its_loans_and_a_declined_one_gives_it_back(session: Session) -> None:
    facility = make_facility(session, ceiling=Decimal(150_000))
    first = happen(session, make_financing(session, facility, title="Uno"), "approval", 100_000)
    second = make_financing(session, facility, title="Dos")
    with pytest.raises(RefusedError, match="over_ceiling") as refused:
        happen(session, second, "approval", 100_000)
    assert refused.value.evidence["left"] == 50_000
    assert show_facility(session, facility.id, today=TODAY).left == 50_000
    happen(session, first, "decline")
    assert show_facility(session, facility.id, today=TODAY).left == 150_000
    assert happen(session, second, "approval", 100_000).stage == Stage.APPROVED


def test_m_60_7_a_revolving_fund_lends_what_comes_back(session: Session) -> None:
    fund = make_facility(
        session, instrument=Instrument.REVOLVING_FUND, name="Fondo", cover=None, cap=None, ceiling=None
    )
    first = make_financing(session, fund, title="Uno")
    with pytest.raises(RefusedError, match="fund_is_empty"):
        happen(session, first, "approval", 100_000)
    add_capital(session, fund.id, Decimal(120_000), TODAY, today=TODAY, now=NOW)
    first = happen(session, first, "approval", 100_000, day=TODAY - timedelta(days=3))
    first = happen(session, first, "disbursement", 60_000, day=TODAY - timedelta(days=2))
    shown = show_facility(session, fund.id, today=TODAY)
    assert (shown.left, shown.totals.committed, shown.totals.capital) == (20_000, 40_000, 120_000)
    happen(session, first, "repayment", 25_000, interest=Decimal(500))
    assert show_facility(session, fund.id, today=TODAY).left == 45_000


def test_a_grant_over_its_cap_is_refused_and_its_revenue_is_recorded(session: Session) -> None:
    grant = make_facility(
        session, instrument=Instrument.MATCHING_GRANT, name="Subvención", cover=None, cap=Decimal(15_000)
    )
    with pytest.raises(RefusedError, match="grant_over_cap"):
        make_financing(session, grant, amount=Decimal("15000.01"))
    row = drawn(session, grant, amount=Decimal(15_000), title="Dentro")
    row = happen(session, row, "revenue", 90_000)
    assert (row.revenue, row.outstanding, row.exposure) == (90_000, 0, 0)
    with pytest.raises(RefusedError, match="never_repaid"):
        happen(session, row, "repayment", 1)


IMPOSSIBLE: tuple[tuple[Any, ...], ...] = (
    ("repayment_before_disbursement", "repayment", 1, {}),
    ("claim_before_disbursement", "claim", 1, {}),
    ("disbursed_too_much", "disbursement", 100_001, {}),
    ("in_future", "disbursement", 1, {"day": TODAY + timedelta(days=1)}),
    ("disbursement_before_approval", "disbursement", 1, {"day": date(2025, 1, 1)}),
    ("amount_not_positive", "disbursement", -5, {}),
    ("amount_not_positive", "repayment", 1, {"interest": Decimal(-1)}),
    ("amount_not_positive", "disbursement", 10**13, {}),
    ("nothing_to_reverse", "reversal", 0, {"reverses_id": 999_999, "note": "x"}),
    ("decided_already", "approval", 5, {}),
)


def test_what_cannot_be_is_refused_and_nothing_is_kept(session: Session) -> None:
    row = happen(session, make_financing(session), "approval", 100_000, day=date(2026, 1, 15))
    for code, kind, amount, given in IMPOSSIBLE:
        with pytest.raises(RefusedError, match=code):
            happen(session, row, kind, amount, **given)
    assert len(entries_of(session, row.id)) == 1
    assert row.version == 2


def test_a_wrong_entry_is_taken_back_by_a_reversal_with_its_reason(session: Session) -> None:
    row = drawn(session)
    row = happen(session, row, "repayment", 30_000)
    wrong = entries_of(session, row.id)[-1]
    with pytest.raises(RefusedError, match="reversal_without_reason"):
        happen(session, row, "reversal", reverses_id=wrong.id)
    row = happen(session, row, "reversal", reverses_id=wrong.id, note="Era de otro crédito")
    assert (row.repaid, row.outstanding, row.stage) == (0, 100_000, Stage.DISBURSED)
    assert len(entries_of(session, row.id)) == 4
    with pytest.raises(RefusedError, match="reversed_already"):
        happen(session, row, "reversal", reverses_id=wrong.id, note="Otra vez")
    approval = entries_of(session, row.id)[0]
    with pytest.raises(RefusedError, match="disbursement_before_approval"):
        happen(session, row, "reversal", reverses_id=approval.id, note="No se puede")


def test_the_same_form_sent_twice_adds_one_entry(session: Session) -> None:
    row = happen(session, make_financing(session), "approval", 100_000)
    said = Happened(kind=EntryKind.DISBURSEMENT, day=TODAY, amount=Decimal(10_000))
    record_entry(session, row.id, said, version=2, today=TODAY, now=NOW)
    with pytest.raises(ConflictError, match="changed_meanwhile"):
        record_entry(session, row.id, said, version=2, today=TODAY, now=NOW)
    assert len(entries_of(session, row.id)) == 2


def test_an_application_is_changed_until_it_is_decided(session: Session) -> None:
    row = make_financing(session)
    site = make_building(session, "Anexo")
    other = make_measure(session, site.id, "Bomba", currency="USD")
    ids = (*measures_of(session, row.id), other.id)
    details = application(session, row.facility_id, ids, amount=Decimal(120_000))
    change_application(session, row.id, details, version=1, now=NOW)
    assert (row.amount, sorted(measures_of(session, row.id))) == (120_000, sorted(ids))
    with pytest.raises(ConflictError):
        change_application(session, row.id, replace(details, amount=Decimal(7)), version=1, now=NOW)
    row = happen(session, row, "approval", 120_000)
    with pytest.raises(RefusedError, match="decided_already"):
        change_application(session, row.id, details, version=row.version, now=NOW)


NO_APPLICATION: tuple[tuple[Any, ...], ...] = (
    ("title_missing", {"title": " "}),
    ("amount_not_positive", {"amount": Decimal(0)}),
    ("amount_negative", {"own_funds": Decimal(-1)}),
    ("amount_negative", {"cash_flow": Decimal(-1)}),
    ("haircut", {"haircut": 1.0}),
    ("sector_unknown", {"sector": "alquimia"}),
    ("rate_negative", {"terms": Terms(annual_rate=-0.1)}),
    ("rate_missing", {"terms": Terms(annual_rate=float("nan"))}),
    ("no_measure", {"measure_ids": ()}),
    ("in_future", {"applied_on": TODAY + timedelta(days=1)}),
)


def test_an_application_that_says_nothing_sensible_is_refused(session: Session) -> None:
    facility = make_facility(session)
    measure = make_measure(session, make_building(session).id)
    for code, given in NO_APPLICATION:
        with pytest.raises(RefusedError, match=code):
            make_financing(session, facility, **{"measure_ids": (measure.id,), **given})


def test_a_rejected_measure_is_not_financed(session: Session) -> None:
    site = make_building(session)
    measure = make_measure(session, site.id)
    measure.status = "rejected"
    session.flush()
    with pytest.raises(RefusedError, match="measure_given_up"):
        make_financing(session, measure_ids=(measure.id,))


NO_FACILITY: tuple[tuple[Any, ...], ...] = (
    ("name_missing", {"name": ""}),
    ("currency_unknown", {"currency": "XQX"}),
    ("end_before_start", {"start": TODAY, "end": TODAY}),
    ("ceiling_negative", {"ceiling": Decimal(-1)}),
    ("cap_not_positive", {"cap": Decimal(0)}),
    ("cover_missing", {"cover": None}),
    ("cover_out_of_range", {"cover": 1.01}),
    ("cover_out_of_range", {"cover": 0.0}),
)


def test_a_facility_that_cannot_be_is_refused(session: Session) -> None:
    for code, given in NO_FACILITY:
        with pytest.raises(RefusedError, match=code):
            make_facility(session, **given)


def test_a_facility_changes_with_its_history_but_not_under_its_loans(session: Session) -> None:
    facility = make_facility(session)
    change_facility(session, facility.id, facility_details(session, name="Otra"), version=1, now=NOW)
    assert facility.name == "Otra"
    drawn(session, facility)
    for given, code in (({"currency": "MXN"}, "currency_in_use"), ({"cover": 0.4}, "cover_in_use")):
        with pytest.raises(RefusedError, match=code):
            change_facility(session, facility.id, facility_details(session, **given), version=2, now=NOW)
    with pytest.raises(RefusedError, match="capital_of_funds_only"):
        add_capital(session, facility.id, Decimal(1), TODAY, today=TODAY, now=NOW)


def test_the_borrowers_side_sees_its_own_and_the_terms_and_decides_nothing(session: Session) -> None:
    tenant = scope_of(session).tenant_id
    root = make_facility(session)
    hotel = make_organisation(session, make_root(session, tenant), "Hoteles", kind="hotel_group")
    mine = drawn(session, root, organisation_id=hotel.id, title="Mío")
    other = drawn(session, root, title="Ajeno")
    set_scope(session, Scope(tenant, frozenset({hotel.id}), permissions=frozenset(Permission)))
    assert show_financing(session, mine.id, today=TODAY).owned is False
    assert show_facility(session, root.id, today=TODAY).owned is False
    with pytest.raises(NotFoundError):
        show_financing(session, other.id, today=TODAY)
    with pytest.raises(NotFoundError):
        happen(session, mine, "repayment", 1)
    assert len(session.scalars(scoped(session, FinancingEntry)).all()) == 2


def test_another_tenant_finds_nothing_and_a_viewer_writes_nothing(session: Session) -> None:
    row = drawn(session)
    mine = scope_of(session)
    set_scope(session, Scope(mine.tenant_id, permissions=frozenset({Permission.VIEW})))
    with pytest.raises(NotAllowedError):
        happen(session, row, "repayment", 1)
    with pytest.raises(NotAllowedError):
        apply_for_financing(session, application(session, row.facility_id, ()), today=TODAY, now=NOW)
    stranger = make_tenant(session, "Ajeno")
    set_scope(session, Scope(stranger.id, permissions=frozenset(Permission)))
    with pytest.raises(NotFoundError):
        show_financing(session, row.id, today=TODAY)
    with pytest.raises(NotFoundError):
        add_facility(session, facility_details(session, organisation_id=mine.tenant_id), now=NOW)


def make_root(session: Session, tenant: int) -> Organisation:
    return session.scalars(sa.select(Organisation).where(Organisation.tenant_id == tenant)).one()
