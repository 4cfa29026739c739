"""Every numbered rule of docs/methods.md is borne by a test, and none is cited that does not stand there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RULES = re.findall(r"\*\*M-(\d+\.\d+)\*\*", (ROOT / "docs" / "methods.md").read_text(encoding="utf-8"))


def test_each_rule_stands_once() -> None:
    assert len(RULES) == len(set(RULES))
    assert len(RULES) > 40


def test_each_rule_is_borne_by_a_test() -> None:
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    borne = {f"{major}.{minor}" for major, minor in re.findall(r"def test_m_(\d+)_(\d+)_", tests)}
    borne |= set(re.findall(r"\bM-(\d+\.\d+)\b", tests))
    assert [rule for rule in RULES if rule not in borne] == []


def test_no_docstring_cites_a_rule_that_is_not_there() -> None:
    chapters = {rule.partition(".")[0] for rule in RULES} | {"9"}
    for path in (ROOT / "emstrack").rglob("*.py"):
        for cited in re.findall(r"\bM-(\d+(?:\.\d+)?)\b", path.read_text(encoding="utf-8")):
            assert cited in RULES or cited in chapters, f"{path.name} cites M-{cited}"
