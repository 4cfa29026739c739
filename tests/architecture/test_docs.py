"""The documents say what the code does."""

from __future__ import annotations

import re
import runpy
from dataclasses import fields
from pathlib import Path

from emstrack.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


def test_every_setting_is_explained_and_none_is_invented() -> None:
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    explained = {name for row in re.findall(r"^\| (`.*?) \|", text, re.M) for name in re.findall(r"`([A-Z_]+)`", row)}
    defaults = {name for name in runpy.run_path(str(ROOT / "config.py")) if name.isupper()}
    assert explained == defaults == {field.name.upper() for field in fields(Settings)}


def test_every_default_has_a_comment_above_it() -> None:
    blocks = re.split(r"\n\n", (ROOT / "config.py").read_text(encoding="utf-8"))[1:]
    assert all(block.lstrip().startswith("#") for block in blocks if block.strip())


def test_every_layer_of_the_package_is_in_the_house_plan() -> None:
    plan = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    layers = {path.parent.name for path in (ROOT / "emstrack").glob("*/__init__.py")}
    assert not {layer for layer in layers if layer not in plan}


def test_the_workplace_is_not_named_in_the_product() -> None:
    foreign = re.compile(r"/work/|pypi\.org|npmjs|registry\.npm|deb\.debian", re.I)
    named = [
        path.relative_to(ROOT).as_posix()
        for folder in ("emstrack", "templates", "migrations", "docs", "benchmarks")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".md", ".html", ".txt", ".css", ".js"}
        and foreign.search(path.read_text(encoding="utf-8"))
    ]
    assert named == []
