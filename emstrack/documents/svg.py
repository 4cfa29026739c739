"""Chart declarations → SVG that can stand in a page under a strict content policy, or in a PDF.

The only place that starts vl-convert. It starts threads of its own at first use and hangs for ever in a process forked
after that: never call this before a fork.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import defusedxml.ElementTree

from emstrack.charts.palette import PALETTE

if TYPE_CHECKING:
    from emstrack.language.languages import Language

_VEGA_LITE = "6.4"
_SVG = "http://www.w3.org/2000/svg"
_KEPT = 512
_NOWHERE = ["https://localhost.invalid/"]
_ROLES = {colour: role for role, colour in PALETTE.items()}
_LONG_NUMBER = re.compile(r"-?\d+\.\d{2,}")
_SILENT = {"class", "role", "aria-roledescription", "aria-hidden", "aria-label", "pointer-events", "style"}

ET.register_namespace("", _SVG)


def render(spec: dict[str, Any], language: Language, *, literal_colours: bool = False) -> str:
    """Draw a chart; colours follow the page's light or dark unless literal ones are wanted (a PDF)."""
    return _drawn(json.dumps(spec, sort_keys=True, ensure_ascii=False), *_separators(language), literal_colours)


def _separators(language: Language) -> tuple[str, str]:
    symbols = language.locale.number_symbols["latn"]
    return str(symbols["decimal"]), str(symbols["group"])


@lru_cache(maxsize=_KEPT)
def _drawn(spec: str, decimal: str, group: str, literal_colours: bool) -> str:  # noqa: FBT001 - part of the cache's key
    import vl_convert  # noqa: PLC0415 - starts threads; only where a chart is drawn

    declared = json.loads(spec)
    drawn = vl_convert.vegalite_to_svg(
        declared,
        vl_version=_VEGA_LITE,
        allowed_base_urls=_NOWHERE,
        format_locale={"decimal": decimal, "thousands": group, "grouping": [3], "currency": ["", ""]},
    )
    return _settled(drawn, str(declared.get("description", "")), literal_colours=literal_colours)


def _settled(drawn: str, description: str, *, literal_colours: bool) -> str:
    """Make the picture scale with its place, speak once as a whole, and need no style of its own."""
    root = defusedxml.ElementTree.fromstring(drawn)
    for parent in list(root.iter()):
        for child in list(parent):
            if _is_empty(child):
                parent.remove(child)
    for element in root.iter():
        label = element.attrib.get("aria-label") if element.tag == f"{{{_SVG}}}path" else None
        for name in _SILENT & element.attrib.keys():
            del element.attrib[name]
        if label:
            ET.SubElement(element, f"{{{_SVG}}}title").text = label
        for name, value in element.attrib.items():
            element.attrib[name] = _written(name, value, literal_colours=literal_colours)
        if not literal_colours:
            element.attrib.pop("font-family", None)
    for name in ("width", "height", "version"):
        root.attrib.pop(name, None)
    if literal_colours:
        _, _, width, height = root.attrib["viewBox"].split()
        root.attrib |= {"width": width, "height": height}
    root.attrib |= {"role": "img", "aria-label": description}
    return ET.tostring(root, encoding="unicode")


def _is_empty(element: ET.Element) -> bool:
    if element.tag != f"{{{_SVG}}}path":
        return False
    shape = element.attrib.get("class", "")
    return element.attrib.get("display") == "none" or (
        shape in {"background", "foreground"} and not {"fill", "stroke"} & element.attrib.keys()
    )


def _written(name: str, value: str, *, literal_colours: bool) -> str:
    if name in {"fill", "stroke"}:
        role = _ROLES.get(value.lower())
        return value if literal_colours or role is None else f"var(--chart-{role})"
    if name in {"d", "transform", "x", "y", "x1", "x2", "y1", "y2", "width", "height", "viewBox"}:
        return _LONG_NUMBER.sub(lambda match: f"{float(match[0]):.1f}".removesuffix(".0"), value)
    return value
