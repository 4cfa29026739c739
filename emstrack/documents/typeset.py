"""Typst: a layout of templates/documents and what is written on it → a tagged PDF with its fonts inside.

The only place that starts Typst, which starts threads of its own at first use: never call this before a fork. What is
written goes in as data, so nothing a person typed is ever read as markup.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, cast

from emstrack.paths import resource_root

if TYPE_CHECKING:
    from datetime import datetime

_ACCESSIBLE: Literal["ua-1"] = "ua-1"
_LETTERING = "Libertinus Serif"


def typeset(layout: str, written: dict[str, Any], *, made_at: datetime) -> bytes:
    """Return the PDF of a layout; the same words at the same instant give the same bytes.

    PDF/UA wherever every letter has a font here; a name in a script that no font on this machine has would make the
    standard refuse the whole document, so then it is tagged all the same and claims no standard.
    """
    import typst  # noqa: PLC0415 - starts threads; only where a document is made

    folder = resource_root() / "templates" / "documents"
    options: dict[str, Any] = {
        "format": "pdf",
        "timestamp": made_at.replace(microsecond=0),
        "sys_inputs": {"written": json.dumps(written, ensure_ascii=False)},
    }
    compiler = typst.Compiler(folder / f"{layout}.typ", root=folder, font_paths=_fonts())
    try:
        made = compiler.compile(pdf_standards=[_ACCESSIBLE], **options)
    except typst.TypstError as refused:
        if "font" not in refused.message:
            raise
        made = compiler.compile(**options)
    return cast("bytes", made)


@cache
def _fonts() -> Any:
    """Return the fonts, looked up once: Typst's own first, the machine's for letters they lack."""
    import typst  # noqa: PLC0415 - as above

    return typst.Fonts(include_system_fonts=True, include_embedded_fonts=True)


def lettered(drawing: str, font: str) -> str:
    """Return a chart with its lettering in the document's own font, which is there on every machine."""
    return drawing.replace(f'font-family="{font}"', f'font-family="{_LETTERING}"')
