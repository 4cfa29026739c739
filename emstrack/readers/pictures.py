"""Somebody's picture, made anew: upright, small enough for a page, and without the place and camera it carried."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING

from emstrack.domain.errors import RefusedError

if TYPE_CHECKING:
    from PIL.Image import Image

LARGEST_MB = 50
LARGEST_MEGAPIXELS = 100
LONGEST_SIDE = 1600
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")
MEDIA_TYPE = "image/jpeg"


def read_picture(content: bytes, name: str) -> bytes:
    """Return a JPEG of at most 1600 pixels a side that carries nothing but the picture.

    Raises
    ------
    RefusedError
        ``picture.empty``, ``picture.too_large``, ``picture.too_many_pixels`` or ``picture.not_one``.
    """
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - only those who upload wait for it

    if not content:
        raise RefusedError("picture.empty", field="picture")
    if len(content) > LARGEST_MB * 1024 * 1024:
        raise RefusedError("picture.too_large", limit=LARGEST_MB, field="picture")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
                if picture.width * picture.height > LARGEST_MEGAPIXELS * 1_000_000:
                    raise RefusedError("picture.too_many_pixels", limit=LARGEST_MEGAPIXELS, field="picture")
                return _made_anew(picture)
    except Image.DecompressionBombError:
        raise RefusedError("picture.too_many_pixels", limit=LARGEST_MEGAPIXELS, field="picture") from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError):
        raise RefusedError("picture.not_one", name=name[:80], field="picture") from None


def _made_anew(picture: Image) -> bytes:
    from PIL import Image, ImageOps  # noqa: PLC0415 - only those who upload wait for it

    picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    upright = ImageOps.exif_transpose(picture).convert("RGBA")
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    paper = Image.new("RGB", upright.size, "white")
    paper.paste(upright, mask=upright.getchannel("A"))
    written = io.BytesIO()
    paper.save(written, "JPEG", quality=84, optimize=True, progressive=True)
    return written.getvalue()
