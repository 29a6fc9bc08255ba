"""Pictures from members: told by their bytes, decoded with limits in a child process, made anew without metadata."""

import atexit
import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from portal.storage.image_pool import ImagePool
from portal.storage.kinds import OtherKind, PictureKind, kind_of
from portal.storage.outcome import THOUSAND, Box, ImageFault, ImageRefused, bits_apart

__all__ = [
    "MOST_BYTES",
    "THOUSAND",
    "Box",
    "ImageFault",
    "ImageRefused",
    "OtherKind",
    "PictureKind",
    "StoredImage",
    "bits_apart",
    "check_and_reencode",
    "close",
    "show_the_same",
]

MOST_BYTES = 12 * 1024 * 1024

_pool = ImagePool()
atexit.register(_pool.close)
os.register_at_fork(after_in_child=_pool.forget)


@dataclass(frozen=True, slots=True)
class StoredImage:
    """A clean copy ready to be kept, with what is remembered of the original."""

    jpeg: bytes
    thumbnail: bytes
    width: int
    height: int
    dhash: int
    kind: PictureKind  # of the original; the copy is always a JPEG
    size: int  # of the original, in bytes
    sha256: str  # of the original, in hex
    had_place: bool  # the original said where it was taken


def check_and_reencode(
    source: bytes | Path, *, most_bytes: int = MOST_BYTES, takes_pdf: bool = False, boxes: Sequence[Box] = ()
) -> StoredImage:
    """Check one file and make a clean JPEG and a thumbnail of it; call it outside of any unit of work.

    What lies under `boxes` is black in the copy. Safe from many threads: two are worked on at a time, the others wait.
    Raises ImageRefused, which names the fault and, where known, what the file is.
    """
    content = source if isinstance(source, bytes) else _beginning_of(source, most_bytes + 1)
    kind = _checked_kind(content, most_bytes, takes_pdf=takes_pdf)
    picture = _pool.reencode(content, kind, boxes)
    return StoredImage(
        jpeg=picture.jpeg,
        thumbnail=picture.thumbnail,
        width=picture.width,
        height=picture.height,
        dhash=picture.dhash,
        kind=kind,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        had_place=picture.had_place,
    )


def show_the_same(one: bytes, other: bytes) -> bool:
    """Compare two small pictures that `check_and_reencode` made, piece by piece; outside of any unit of work.

    Raises ImageRefused when that cannot be done.
    """
    return _pool.show_the_same(one, other)


def close() -> None:
    """End the child processes now; the next picture starts them again."""
    _pool.close()


def _beginning_of(path: Path, length: int) -> bytes:
    with path.open("rb") as file:
        return file.read(length)


def _checked_kind(content: bytes, most_bytes: int, *, takes_pdf: bool) -> PictureKind:
    """Refuse what needs no decoder to be refused."""
    if not content:
        raise ImageRefused(ImageFault.EMPTY)
    kind: PictureKind | OtherKind | None = kind_of(content)
    if kind is OtherKind.PDF and takes_pdf:
        kind = PictureKind.PDF
    if kind is OtherKind.MOVING_HEIC:
        raise ImageRefused(ImageFault.ANIMATED, kind)
    if not isinstance(kind, PictureKind):
        raise ImageRefused(ImageFault.NOT_A_PICTURE, kind)
    # A large film is told that it is a film, not that it should be smaller.
    if len(content) > most_bytes:
        raise ImageRefused(ImageFault.TOO_LARGE)
    return kind
