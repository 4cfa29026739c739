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

if TYPE_CHECKING:
    from emstrack.language.languages import Language

_VEGA_LITE = "6.4"
_SVG = "http://www.w3.org/2000/svg"
_KEPT = 512
_NOWHERE = ["https://localhost.invalid/"]
_LONG_NUMBER = re.compile(r"-?\d+\.\d{2,}")
_GEOMETRY = {"d", "transform", "x", "y", "x1", "x2", "y1", "y2", "width", "height", "viewBox"}
_SILENT = {"class", "role", "aria-roledescription", "aria-hidden", "aria-label", "pointer-events", "style"}

ET.register_namespace("", _SVG)


def render(spec: dict[str, Any], language: Language, *, literal_colours: bool = False) -> str:
    """Draw a chart; colours follow the page's light or dark unless literal ones are wanted (a PDF).

    The declaration says in its ``usermeta`` which colour stands for which role.
    """
    return _drawn(json.dumps(spec, sort_keys=True, ensure_ascii=False), *_separators(language), literal_colours)


def _separators(language: Language) -> tuple[str, str]:
    symbols = language.locale.number_symbols["latn"]
    return str(symbols["decimal"]), str(symbols["group"])


@lru_cache(maxsize=_KEPT)
def _drawn(spec: str, decimal: str, group: str, literal_colours: bool) -> str:
    import vl_convert  # noqa: PLC0415 - starts threads; only where a chart is drawn

    declared = json.loads(spec)
    drawn = vl_convert.vegalite_to_svg(
        declared,
        vl_version=_VEGA_LITE,
        allowed_base_urls=_NOWHERE,
        format_locale={"decimal": decimal, "thousands": group, "grouping": [3], "currency": ["", ""]},
    )
    roles = {} if literal_colours else declared.get("usermeta", {}).get("roles", {})
    root = defusedxml.ElementTree.fromstring(drawn)
    _drop_empty(root)
    for element in root.iter():
        _quieten(element)
        _write(element, roles)
        if not literal_colours:
            element.attrib.pop("font-family", None)
    _size(root, literal=literal_colours)
    root.attrib |= {"role": "img", "aria-label": str(declared.get("description", ""))}
    return ET.tostring(root, encoding="unicode")


def _size(root: ET.Element, *, literal: bool) -> None:
    """Let the picture scale with its place on a page; in a document it keeps its size."""
    for name in ("width", "height", "version"):
        root.attrib.pop(name, None)
    if literal:
        _, _, width, height = root.attrib["viewBox"].split()
        root.attrib |= {"width": width, "height": height}


def _drop_empty(root: ET.Element) -> None:
    for parent in list(root.iter()):
        for child in list(parent):
            if _is_empty(child):
                parent.remove(child)


def _is_empty(element: ET.Element) -> bool:
    if element.tag != f"{{{_SVG}}}path":
        return False
    shape = element.attrib.get("class", "")
    return element.attrib.get("display") == "none" or (
        shape in {"background", "foreground"} and not {"fill", "stroke"} & element.attrib.keys()
    )


def _quieten(element: ET.Element) -> None:
    """Speak once, as a whole: a mark's own words become the note that a pointer over it shows."""
    label = element.attrib.get("aria-label") if element.tag == f"{{{_SVG}}}path" else None
    for name in _SILENT & element.attrib.keys():
        del element.attrib[name]
    if label:
        ET.SubElement(element, f"{{{_SVG}}}title").text = label


def _write(element: ET.Element, roles: dict[str, str]) -> None:
    for name, value in element.attrib.items():
        if name in {"fill", "stroke"} and value.lower() in roles:
            element.attrib[name] = f"var(--chart-{roles[value.lower()]})"
        elif name in _GEOMETRY:
            element.attrib[name] = _LONG_NUMBER.sub(lambda match: f"{float(match[0]):.1f}".removesuffix(".0"), value)
