"""What a file is, told by its first bytes alone: neither its name nor the browser is believed."""

from enum import StrEnum

HEAD_BYTES = 1024

_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis"})
_MOVING_HEIC_BRANDS = frozenset({b"hevc", b"hevx", b"hevm", b"hevs", b"msf1"})
_OTHER_PICTURE_BRANDS = frozenset({b"avif", b"avis", b"crx ", b"mif1", b"jxl "})
_SOUND_BRANDS = frozenset({b"M4A ", b"M4B ", b"M4P "})
_FTYP_MOST_BYTES = 256


class PictureKind(StrEnum):
    """A kind of picture that we take; a PDF is one where the club takes receipts as they are."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    HEIC = "heic"
    PDF = "pdf"


class OtherKind(StrEnum):
    """A kind of file that we know and do not take, so that the answer can name it."""

    FILM = "film"
    SOUND = "sound"
    PDF = "pdf"
    SVG = "svg"
    WEB_PAGE = "web_page"
    TEXT = "text"
    ARCHIVE = "archive"
    GIF = "gif"
    MOVING_HEIC = "moving_heic"
    OTHER_PICTURE = "other_picture"


_SIGNATURES: tuple[tuple[bytes, PictureKind | OtherKind], ...] = (
    (b"\xff\xd8\xff", PictureKind.JPEG),
    (b"\x89PNG\r\n\x1a\n", PictureKind.PNG),
    (b"GIF87a", OtherKind.GIF),
    (b"GIF89a", OtherKind.GIF),
    (b"%PDF-", OtherKind.PDF),
    (b"PK\x03\x04", OtherKind.ARCHIVE),
    (b"Rar!\x1a\x07", OtherKind.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", OtherKind.ARCHIVE),
    (b"\x1f\x8b", OtherKind.ARCHIVE),
    (b"\x1aE\xdf\xa3", OtherKind.FILM),
    (b"\x00\x00\x01\xba", OtherKind.FILM),
    (b"\x00\x00\x01\xb3", OtherKind.FILM),
    (b"ID3", OtherKind.SOUND),
    (b"OggS", OtherKind.SOUND),
    (b"fLaC", OtherKind.SOUND),
    (b"BM", OtherKind.OTHER_PICTURE),
    (b"II*\x00", OtherKind.OTHER_PICTURE),
    (b"MM\x00*", OtherKind.OTHER_PICTURE),
    (b"8BPS", OtherKind.OTHER_PICTURE),
    (b"\x00\x00\x01\x00", OtherKind.OTHER_PICTURE),
    (b"\xff\x0a", OtherKind.OTHER_PICTURE),
    (b"\x00\x00\x00\x0cJXL ", OtherKind.OTHER_PICTURE),
    (b"\x00\x00\x00\x0cjP  ", OtherKind.OTHER_PICTURE),
)
_RIFF_KINDS: dict[bytes, PictureKind | OtherKind] = {
    b"WEBP": PictureKind.WEBP,
    b"AVI ": OtherKind.FILM,
    b"WAVE": OtherKind.SOUND,
}


def kind_of(head: bytes) -> PictureKind | OtherKind | None:
    """Name the kind of file that begins with `head` (its first 1,024 bytes are enough); None when we cannot."""
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    if head.startswith(b"RIFF"):
        return _RIFF_KINDS.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _by_brand(head)
    if head[4:8] in {b"moov", b"mdat", b"wide"}:
        return OtherKind.FILM
    return _by_words(head[:HEAD_BYTES])


def _by_brand(head: bytes) -> PictureKind | OtherKind:
    """Tell the members of the large family of films, sounds and pictures that begin with a box named ftyp."""
    length = min(int.from_bytes(head[:4], "big"), _FTYP_MOST_BYTES)
    major = head[8:12]
    compatible = {head[at : at + 4] for at in range(16, length, 4)}
    if major in _HEIC_BRANDS or (major == b"mif1" and compatible & _HEIC_BRANDS):
        return PictureKind.HEIC
    if major in _MOVING_HEIC_BRANDS:
        return OtherKind.MOVING_HEIC
    if major in _OTHER_PICTURE_BRANDS:
        return OtherKind.OTHER_PICTURE
    return OtherKind.SOUND if major in _SOUND_BRANDS else OtherKind.FILM


def _by_words(head: bytes) -> OtherKind | None:
    """Tell text from bytes, and the two kinds of text that a browser would run."""
    if b"\x00" in head:
        return None
    words = head.decode("utf-8-sig", errors="replace").lstrip().lower()
    # The cut may fall inside a character, so one broken character at the end is no sign of bytes.
    if not words or "\N{REPLACEMENT CHARACTER}" in words[:-1]:
        return None
    if "<svg" in words:
        return OtherKind.SVG
    if words.startswith(("<!doctype html", "<html", "<head", "<body", "<script", "<!--")):
        return OtherKind.WEB_PAGE
    return OtherKind.TEXT
