"""Files as somebody sends them who means harm, or has picked the wrong one."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import cache

from PIL import Image

from portal.storage.images import ImageFault, OtherKind
from tests.pictures import corners, encoded

SCRIPT = b"<script>alert(document.cookie)</script>"

_PNG_START = b"\x89PNG\r\n\x1a\n"
_GREY_1_BIT = struct.pack("!5B", 1, 0, 0, 0, 0)
_BOMB_BYTES = 200 * 1024 * 1024


def pixel_bomb(side: int) -> bytes:
    """Draw an empty square of `side` pixels that is complete, valid, and a few kilobytes short."""
    packer = zlib.compressobj()
    row = bytes(1 + (side + 7) // 8)
    pixels = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    return _PNG_START + _chunk(b"IHDR", struct.pack("!II", side, side) + _GREY_1_BIT) + _chunk(b"IDAT", pixels) + _END


def jpeg_of_impossible_size() -> bytes:
    whole = bytearray(encoded(corners(), "JPEG"))
    frame = whole.index(b"\xff\xc0")
    whole[frame + 5 : frame + 9] = struct.pack("!HH", 65_000, 65_000)
    return bytes(whole)


def webp_of_impossible_size() -> bytes:
    whole = bytearray(encoded(corners().convert("RGBA"), "WEBP", private=True))
    canvas = whole.index(b"VP8X") + 12
    whole[canvas : canvas + 6] = (15_999).to_bytes(3, "little") * 2
    return bytes(whole)


def heic_of_impossible_size() -> bytes:
    whole = bytearray(encoded(corners(), "HEIC"))
    at = whole.index(b"ispe") + 8
    whole[at : at + 8] = struct.pack("!II", 30_000, 30_000)
    return bytes(whole)


def scan_bomb(scans: int = 3000) -> bytes:
    """Repeat the last pass of a progressive JPEG: each costs a walk over the whole picture and hardly a byte."""
    out = io.BytesIO()
    Image.new("L", (7000, 7000)).save(out, "JPEG", progressive=True)
    whole = out.getvalue()
    last = whole.rindex(b"\xff\xda")
    return whole[:last] + whole[last:-2] * scans + whole[-2:]


def png_with(name: bytes, content: bytes) -> bytes:
    """Put a chunk of our own right behind the header of a small PNG."""
    whole = encoded(corners())
    behind_header = len(_PNG_START) + 25
    return whole[:behind_header] + _chunk(name, content) + whole[behind_header:]


@cache
def packed_nothing() -> bytes:
    return zlib.compress(bytes(_BOMB_BYTES))


def moving(kind: str) -> bytes:
    out = io.BytesIO()
    frames = [corners(), corners().rotate(180)]
    frames[0].save(out, kind, save_all=True, append_images=frames[1:])
    return out.getvalue()


def truncated(kind: str) -> bytes:
    whole = encoded(corners((900, 700)).rotate(31), kind)
    return whole[: len(whole) * 2 // 3]


def jpeg_with_huge_notes() -> bytes:
    """Put eleven megabytes of EXIF into a JPEG, in as many pieces as that takes."""
    whole = encoded(corners(), "JPEG")
    piece = b"Exif\x00\x00MM\x00*\x00\x00\x00\x08" + b"\x00\xff" * 32_000
    return whole[:2] + (b"\xff\xe1" + struct.pack("!H", len(piece) + 2) + piece) * 170 + whole[2:]


def zip_archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("index.html", SCRIPT)
    return out.getvalue()


def box(brand: bytes, *compatible: bytes) -> bytes:
    """Begin a file as films, sounds and HEIC do."""
    names = brand + bytes(4) + b"".join(compatible)
    return struct.pack("!I", 8 + len(names)) + b"ftyp" + names + bytes(2000)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack("!I", len(content)) + name + content + struct.pack("!I", zlib.crc32(name + content))


_END = _chunk(b"IEND", b"")

Maker = Callable[[], bytes]
_not = ImageFault.NOT_A_PICTURE

REFUSED: dict[str, tuple[Maker, ImageFault, OtherKind | None]] = {
    "empty": (lambda: b"", ImageFault.EMPTY, None),
    "text named .jpg": (lambda: b"My order number is 4711.\r\n", _not, OtherKind.TEXT),
    "SVG named .png": (lambda: b'<?xml version="1.0"?><svg xmlns="x">' + SCRIPT + b"</svg>", _not, OtherKind.SVG),
    "HTML named .jpg": (lambda: b"\xef\xbb\xbf \r\n<!DOCTYPE html>" + SCRIPT, _not, OtherKind.WEB_PAGE),
    "PDF": (lambda: b"%PDF-1.7\n/OpenAction << /S /JavaScript >>", _not, OtherKind.PDF),
    "MP4 film": (lambda: box(b"isom", b"avc1"), _not, OtherKind.FILM),
    "QuickTime film": (lambda: box(b"qt  "), _not, OtherKind.FILM),
    "sound": (lambda: box(b"M4A "), _not, OtherKind.SOUND),
    "AVIF": (lambda: box(b"mif1", b"avif", b"miaf"), _not, OtherKind.OTHER_PICTURE),
    "ZIP": (zip_archive, _not, OtherKind.ARCHIVE),
    "GIF": (lambda: moving("GIF"), _not, OtherKind.GIF),
    "GIFAR": (lambda: moving("GIF") + zip_archive(), _not, OtherKind.GIF),
    "BMP": (lambda: _saved("BMP"), _not, OtherKind.OTHER_PICTURE),
    "TIFF": (lambda: _saved("TIFF"), _not, OtherKind.OTHER_PICTURE),
    "bytes without a name": (lambda: bytes(range(256)) * 20, _not, None),
    "moving PNG": (lambda: moving("PNG"), ImageFault.ANIMATED, None),
    "moving WebP": (lambda: moving("WEBP"), ImageFault.ANIMATED, None),
    "HEIC of several pictures": (lambda: moving("HEIF"), ImageFault.ANIMATED, None),
    "HEIC sequence": (lambda: box(b"hevc", b"msf1"), ImageFault.ANIMATED, OtherKind.MOVING_HEIC),
    "PNG of 169 million pixels": (lambda: pixel_bomb(13_000), ImageFault.TOO_MANY_PIXELS, None),
    "PNG of 900 million pixels": (lambda: pixel_bomb(30_000), ImageFault.TOO_MANY_PIXELS, None),
    "PNG, long and thin": (lambda: encoded(Image.new("1", (1, 20_001))), ImageFault.TOO_MANY_PIXELS, None),
    "JPEG of 4 billion pixels": (jpeg_of_impossible_size, ImageFault.TOO_MANY_PIXELS, None),
    "WebP of 256 million pixels": (webp_of_impossible_size, ImageFault.TOO_MANY_PIXELS, None),
    "HEIC of 900 million pixels": (heic_of_impossible_size, ImageFault.TOO_MANY_PIXELS, None),
    "PNG of no pixels": (lambda: _PNG_START + _chunk(b"IHDR", bytes(8) + _GREY_1_BIT) + _END, ImageFault.DAMAGED, None),
    "zTXt bomb": (lambda: png_with(b"zTXt", b"Comment\0\0" + packed_nothing()), ImageFault.DAMAGED, None),
    "iTXt bomb": (lambda: png_with(b"iTXt", b"Comment\0\1\0\0\0" + packed_nothing()), ImageFault.DAMAGED, None),
    "colour profile bomb": (lambda: png_with(b"iCCP", b"icc\0\0" + packed_nothing()), ImageFault.DAMAGED, None),
    "cut-off JPEG": (lambda: truncated("JPEG"), ImageFault.DAMAGED, None),
    "cut-off PNG": (lambda: truncated("PNG"), ImageFault.DAMAGED, None),
    "cut-off WebP": (lambda: truncated("WEBP"), ImageFault.DAMAGED, None),
    "cut-off HEIC": (lambda: truncated("HEIC"), ImageFault.DAMAGED, None),
    "cut-off PNG with a script tail": (lambda: truncated("PNG") + SCRIPT, ImageFault.DAMAGED, None),
    "JPEG start, nothing else": (lambda: b"\xff\xd8\xff\xe0", ImageFault.DAMAGED, None),
    "PNG start, then a script": (lambda: _PNG_START + SCRIPT, ImageFault.DAMAGED, None),
    "HEIC start, nothing else": (lambda: box(b"heic", b"mif1"), ImageFault.DAMAGED, None),
    "WebP start, then a script": (lambda: b"RIFF\xff\xff\xff\xffWEBPVP8 " + SCRIPT, ImageFault.DAMAGED, None),
}

# What is a picture as well as something else is taken, since only its pixels are: the copy must be clean.
CLEANED: dict[str, Maker] = {
    "JPEG and ZIP in one": lambda: encoded(corners(), "JPEG") + zip_archive(),
    "PNG with a script tail": lambda: encoded(corners()) + SCRIPT,
    "PNG with a script inside": lambda: png_with(b"tEXt", b"Comment\0" + SCRIPT),
    "JPEG with huge notes": jpeg_with_huge_notes,
    "PNG with huge notes": lambda: png_with(b"eXIf", b"MM\0*\0\0\0\x08" + b"\0\xff" * 5_000_000),
}


def _saved(kind: str) -> bytes:
    out = io.BytesIO()
    corners().save(out, kind)
    return out.getvalue()
