"""The house's rules, measured on the code itself."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "emstrack"
FILES = sorted(PACKAGE.rglob("*.py"))
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}
LONGEST_FILE = 500
LONGEST_FUNCTION = 50


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def lines_without_docstring(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = function.body[0]
    documented = (
        isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    )
    skipped = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
    return (function.end_lineno or 0) - function.lineno + 1 - skipped


def test_no_file_is_longer_than_five_hundred_lines() -> None:
    long = {name_of(path): count for path in FILES if (count := len(path.read_text().splitlines())) > LONGEST_FILE}
    assert not long


def test_no_function_is_longer_than_fifty_lines() -> None:
    long = {
        f"{name_of(path)}:{node.name}": count
        for path in FILES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (count := lines_without_docstring(node)) > LONGEST_FUNCTION
    }
    assert not long


def test_no_file_is_an_attic() -> None:
    assert not [name_of(path) for path in FILES if path.stem in FORBIDDEN_NAMES or path.parent.name in FORBIDDEN_NAMES]


def test_every_silenced_rule_says_why() -> None:
    bare = re.compile(r"#\s*(noqa(?::\s*[A-Z0-9, ]+)?|type:\s*ignore(?:\[[^\]]*\])?)\s*$")
    silent = [
        f"{name_of(path)}:{number}"
        for path in FILES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if bare.search(line)
    ]
    assert not silent


def test_services_never_commit() -> None:
    committing = [
        f"{name_of(path)}:{node.lineno}"
        for path in FILES
        if "services" in path.parts
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]
    assert not committing


def test_only_the_edges_read_the_clock() -> None:
    layers = {"domain", "analysis", "services", "storage", "charts", "documents", "readers", "reference", "language"}
    reading = [
        f"{name_of(path)}:{node.lineno}"
        for path in FILES
        if path.relative_to(PACKAGE).parts[0] in layers
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"now", "today", "utcnow"}
        and isinstance(node.func.value, ast.Name | ast.Attribute)
    ]
    assert not reading


def test_every_package_says_what_belongs_there() -> None:
    silent = [name_of(path) for path in FILES if path.name == "__init__.py" and not ast.get_docstring(tree_of(path))]
    assert not silent


@pytest.mark.parametrize("template", sorted((ROOT / "templates").rglob("*.html")), ids=lambda path: path.name)
def test_no_template_carries_script_or_style(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"<style\b", text)
    if "emails" not in template.parts and "documents" not in template.parts:
        assert not re.search(r"\sstyle=|\son[a-z]+=\"", text)
        assert "http://" not in text.replace("http://www.w3.org", "")
        assert "https://" not in text
