"""Audits for tests, made the way people make them."""

from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING, Any

from conftest import NOW
from factories_sites import make_hotel
from PIL import Image

from emstrack.domain.audit_findings import FindingDetails
from emstrack.domain.audits import AuditDetails, AuditKind
from emstrack.services.audits.open_audit import open_for_field
from emstrack.services.audits.plan_audit import plan_audit
from emstrack.services.audits.record_finding import add_finding

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from emstrack.storage.models import Audit, AuditFinding

HOTEL = "shipped-hotel"
TOWELS, FLOW = "hotel.rooms.towels", "hotel.rooms.shower_flow"
"""A question of yes or no, and one for a number."""


def audit_details(site_id: int, **given: Any) -> AuditDetails:
    """A CP assessment of two days."""
    usual = {"kind": AuditKind.CP_ASSESSMENT, "start": date(2026, 10, 5), "last_day": date(2026, 10, 6)}
    return AuditDetails(**{"site_id": site_id, **usual, **given})


def make_audit(session: Session, site_id: int | None = None, *, checklist: str = HOTEL, **given: Any) -> Audit:
    """An audit of a hotel with the product's checklist for hotels."""
    site_id = site_id or make_hotel(session).id
    return plan_audit(session, audit_details(site_id, **given), checklist=checklist, now=NOW)


def make_finding(session: Session, audit: Audit, title: str = "Fuga en la cisterna", **given: Any) -> AuditFinding:
    """A finding of an audit."""
    return add_finding(session, open_for_field(session, audit.id), FindingDetails(title=title, **given), now=NOW)


def picture(size: tuple[int, int] = (40, 30), **options: Any) -> bytes:
    """A photo as a telephone sends it."""
    written = io.BytesIO()
    Image.new("RGB", size, "teal").save(written, "JPEG", **options)
    return written.getvalue()
