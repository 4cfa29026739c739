"""Whether the process lives, and whether it can serve."""

from __future__ import annotations

from emstrack.services.reports import check_readiness
from emstrack.web import requests


def process() -> tuple[dict[str, str], int]:
    """Answer as long as the process does."""
    return {"status": "ok"}, 200


def ready() -> tuple[dict[str, object], int]:
    """Answer 200 when pages can be served, 503 with what is wrong when not."""
    state = check_readiness.check_readiness(requests.session(), now=requests.now())
    return state, 200 if state["ready"] else 503
