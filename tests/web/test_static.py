"""The stylesheet, the script and the templates: light, complete, and nothing inline."""

import gzip
import re
from pathlib import Path

import pytest

from emstrack.paths import resource_root

STATIC = resource_root() / "emstrack" / "web" / "static"
CSS = (STATIC / "emstrack.css").read_text()
SCRIPT = (STATIC / "emstrack.js").read_text()
TEMPLATES = sorted((resource_root() / "templates").rglob("*.html"))
PAGES = [path for path in TEMPLATES if path.parent.name not in {"emails", "documents"}]


def test_the_stylesheet_travels_in_less_than_15_kilobytes() -> None:
    assert len(gzip.compress(CSS.encode())) < 15_000


def test_the_script_travels_in_less_than_4_kilobytes() -> None:
    assert len(gzip.compress(SCRIPT.encode())) < 4_000


def test_every_token_used_is_defined() -> None:
    defined = set(re.findall(r"(--[\w-]+):", CSS))
    assert set(re.findall(r"var\((--[\w-]+)", CSS)) <= defined


def test_braces_balance() -> None:
    bare = re.sub(r"/\*.*?\*/", "", CSS, flags=re.DOTALL)
    assert bare.count("{") == bare.count("}")


@pytest.mark.parametrize("path", sorted(STATIC.glob("*.js")), ids=lambda path: path.name)
def test_no_script_makes_code_or_markup_of_text_or_asks_elsewhere(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\beval\b\(|innerHTML|outerHTML|insertAdjacentHTML|new Function|document\.write", text)
    assert not re.search(r"https?://|importScripts", text)


def test_the_scripts_of_a_walk_travel_in_less_than_9_kilobytes() -> None:
    scripts = [*STATIC.glob("audit-*.js"), STATIC / "service-worker.js", STATIC / "forget.js"]
    assert sum(len(gzip.compress(path.read_bytes())) for path in scripts) < 9_000


@pytest.mark.parametrize("text", [CSS, SCRIPT], ids=["stylesheet", "script"])
def test_nothing_is_fetched_from_elsewhere(text: str) -> None:
    assert not re.search(r"https?://(?!www\.w3\.org)|url\(|@import", text)


def test_the_script_makes_no_code_or_markup_of_text() -> None:
    assert not re.search(r"\beval\b\(|innerHTML|outerHTML|insertAdjacentHTML|new Function|document\.write", SCRIPT)


def test_light_dark_print_motion_and_contrast_are_thought_of() -> None:
    wanted = "prefers-color-scheme: dark", "@media print", "prefers-reduced-motion", "forced-colors", ":focus-visible"
    for needed in wanted:
        assert needed in CSS


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(resource_root())))
def test_templates_hold_no_inline_script_or_style(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style\b|\sstyle=|\son[a-z]+=|hx-on|javascript:", text)
