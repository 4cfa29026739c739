"""Whose word is taken for who asks, over which host and how."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from flask import request

from emstrack import app

if TYPE_CHECKING:
    from emstrack.app import Application

FORGED = {
    "X-Forwarded-For": "203.0.113.9, 198.51.100.7",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "ems.example",
}


@pytest.mark.parametrize(
    ("proxies", "seen"),
    [
        (0, ("127.0.0.1", False, "localhost")),
        (1, ("198.51.100.7", True, "ems.example")),
        (2, ("203.0.113.9", False, "localhost")),
        (3, ("127.0.0.1", False, "localhost")),
    ],
)
def test_headers_of_proxies_count_from_as_many_as_there_are(
    application: Application, proxies: int, seen: tuple[str, bool, str]
) -> None:
    web = app.create_web(replace(application, settings=replace(application.settings, trusted_proxies=proxies)))
    found: list[tuple[str | None, bool, str]] = []
    web.before_request(lambda: found.append((request.remote_addr, request.is_secure, request.host)))
    web.test_client().get("/healthz", headers=FORGED)
    assert found == [seen]
