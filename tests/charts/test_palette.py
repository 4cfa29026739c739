"""One colour per role, readable on light and dark paper."""

import re

import pytest

from emstrack.charts.palette import PALETTE, SERIES
from emstrack.paths import resource_root

CSS = (resource_root() / "emstrack" / "web" / "static" / "emstrack.css").read_text()
THEMES = {
    "light": CSS[: CSS.index("@media (prefers-color-scheme: dark)")],
    "device dark": CSS[CSS.index("@media (prefers-color-scheme: dark)") : CSS.index(':root[data-theme="light"]')],
    "chosen dark": CSS[CSS.index(':root[data-theme="dark"]') : CSS.index("/* ── Elements")],
}


def tokens(theme: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", THEMES[theme]))


def luminance(colour: str) -> float:
    digits = colour.removeprefix("#")
    digits = "".join(d * 2 for d in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_stylesheet_and_the_print_palette_agree() -> None:
    assert {role: tokens("light")[f"chart-{role}"] for role in PALETTE} == PALETTE


def test_both_dark_themes_are_the_same() -> None:
    assert tokens("device dark") == tokens("chosen dark")
    assert tokens("device dark").keys() == tokens("light").keys()


def test_no_two_roles_share_a_colour() -> None:
    assert len(set(PALETTE.values())) == len(PALETTE)


@pytest.mark.parametrize("theme", ["light", "chosen dark"])
def test_marks_stand_out_from_the_sheet(theme: str) -> None:
    found = tokens(theme)
    for role in (*SERIES, "baseline", "more", "band"):
        assert contrast(found[f"chart-{role}"], found["surface"]) >= 3, role


@pytest.mark.parametrize("theme", ["light", "chosen dark"])
def test_words_are_readable(theme: str) -> None:
    found = tokens(theme)
    for word, ground in [
        ("ink", "paper"), ("ink-soft", "paper"), ("ink-soft", "sunken"), ("accent", "surface"), ("on-accent", "accent"),
        ("info", "info-wash"), ("good", "good-wash"), ("warning", "warning-wash"), ("refused", "refused-wash"),
        ("chart-text", "surface"), ("ink", "accent-wash"), ("accent", "accent-wash"), ("on-accent", "accent-strong"),
    ]:  # fmt: skip
        assert contrast(found[word], found[ground]) >= 4.5, (word, ground)


@pytest.mark.parametrize("theme", ["light", "chosen dark"])
def test_the_edges_of_fields_can_be_seen(theme: str) -> None:
    found = tokens(theme)
    assert contrast(found["line-strong"], found["surface"]) >= 3
