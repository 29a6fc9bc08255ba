"""Looks at the JPEGs that come out."""

import io
from typing import cast

from PIL import Image

BARE_JPEG = {b"\xff\xe0", b"\xff\xdb", b"\xff\xc0", b"\xff\xc4"}  # size, tables and pixels: nothing about anybody


def opened(jpeg: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(jpeg), formats=("JPEG",))
    picture.load()
    return picture


def colour_at(jpeg: bytes, across: float, down: float) -> str:
    picture = opened(jpeg)
    pixel = picture.resize((100, 100)).getpixel((int(across * 100), int(down * 100)))
    red, green, blue = cast("tuple[int, int, int]", pixel)
    if min(red, green, blue) > 200:
        return "white"
    return {red: "red", green: "green", blue: "blue"}[max(red, green, blue)]


def segments(jpeg: bytes) -> set[bytes]:
    found, at = set(), 2
    while (marker := jpeg[at : at + 2]) != b"\xff\xda":
        found.add(marker)
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return found
