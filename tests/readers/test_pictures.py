"""A picture is made anew: upright, small, and without what the camera wrote into it."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from emstrack.domain.errors import RefusedError
from emstrack.readers import pictures


def picture(width: int = 3000, height: int = 2000, kind: str = "JPEG", mode: str = "RGB", **options: object) -> bytes:
    written = io.BytesIO()
    Image.new(mode, (width, height), "green").save(written, kind, **options)
    return written.getvalue()


def test_a_large_photo_becomes_a_small_jpeg() -> None:
    made = Image.open(io.BytesIO(pictures.read_picture(picture(), "foto.jpg")))
    assert (made.format, made.size) == ("JPEG", (1600, 1067))


def test_a_small_one_keeps_its_size() -> None:
    assert Image.open(io.BytesIO(pictures.read_picture(picture(300, 200), "a.jpg"))).size == (300, 200)


def test_place_and_camera_are_gone_and_the_picture_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "CANARIO"
    exif.get_ifd(0x8825)[2] = (18.0, 16.0, 6.0)
    made = pictures.read_picture(picture(300, 200, exif=exif), "a.jpg")
    assert b"CANARIO" not in made
    opened = Image.open(io.BytesIO(made))
    assert not opened.getexif()
    assert opened.size == (200, 300)


@pytest.mark.parametrize(
    ("kind", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("PNG", "LA"), ("WEBP", "RGB"), ("GIF", "P"), ("JPEG", "CMYK")]
)
def test_the_usual_kinds_are_taken(kind: str, mode: str) -> None:
    assert Image.open(io.BytesIO(pictures.read_picture(picture(20, 10, kind, mode), "a"))).mode == "RGB"


def test_what_is_transparent_becomes_white() -> None:
    written = io.BytesIO()
    Image.new("RGBA", (4, 4), (255, 0, 0, 0)).save(written, "PNG")
    made = Image.open(io.BytesIO(pictures.read_picture(written.getvalue(), "a.png")))
    assert made.getpixel((1, 1)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "picture.empty"),
        (b"%PDF-1.7 no picture", "picture.not_one"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "picture.not_one"),
        (picture(60, 40)[:200], "picture.not_one"),
        (picture(60, 40, "PNG")[:60], "picture.not_one"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "picture.not_one"),
        (picture(12_000, 9_000, "PNG", "1"), "picture.too_many_pixels"),
        (picture(20_000, 20_000, "PNG", "1"), "picture.too_many_pixels"),
    ],
)
def test_what_is_no_picture_is_refused_by_a_sentence(content: bytes, code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        pictures.read_picture(content, "archivo.pdf")
    assert refused.value.code == code


def test_a_file_of_more_than_50_mb_is_refused_before_it_is_opened() -> None:
    with pytest.raises(RefusedError) as refused:
        pictures.read_picture(b"\x00" * (50 * 1024 * 1024 + 1), "a.jpg")
    assert (refused.value.code, refused.value.evidence["limit"]) == ("picture.too_large", 50)
