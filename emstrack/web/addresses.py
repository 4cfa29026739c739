"""What an address is, and how it is put on the application: nobody reaches a view without what it asks for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import NotAllowedError
from emstrack.web import requests

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from flask import Flask

ANYONE = None
SIGNED_IN = Permission.VIEW
"""Every role with an account may see something, so this asks for no more than being signed in."""


@dataclass(frozen=True, slots=True)
class Url:
    """One address; `needs` None is open to anyone, signed in or not."""

    path: str
    name: str
    view: Callable[..., Any]
    needs: Permission | None
    methods: str = "GET"


def register(app: Flask, urls: Iterable[Url]) -> None:
    """Put every address on the application."""
    for url in urls:
        view = url.view if url.needs is ANYONE else _guarded(url.view, url.needs)
        app.add_url_rule(url.path, url.name, view, methods=url.methods.split())


def _guarded(view: Callable[..., Any], needs: Permission) -> Callable[..., Any]:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not requests.actor().may(needs):
            raise NotAllowedError("record.not_allowed", permission=needs.value)
        return view(*args, **kwargs)

    return guarded
