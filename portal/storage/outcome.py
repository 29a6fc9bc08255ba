"""What comes of a file that was sent as a picture: a clean picture, or a refusal. The words live at the edge."""

from dataclasses import dataclass
from enum import StrEnum

from portal.errors import Refused
from portal.storage.kinds import OtherKind

# Left, top, width and height in thousandths of the picture, as it is shown.
Box = tuple[int, int, int, int]
THOUSAND = 1000


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture made of nothing but pixels: two JPEGs, the size of the larger, a fingerprint of what it shows.

    `had_place` tells that the file it was made from said where it was taken.
    """

    jpeg: bytes
    thumbnail: bytes
    width: int
    height: int
    dhash: int
    had_place: bool = False


class ImageFault(StrEnum):
    """Why a file was refused."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NOT_A_PICTURE = "not_a_picture"
    DAMAGED = "damaged"
    TOO_MANY_PIXELS = "too_many_pixels"
    ANIMATED = "animated"
    TOO_SLOW = "too_slow"
    FAILED = "failed"
    LOCKED = "locked"
    HARMFUL = "harmful"
    UNCHECKED = "unchecked"


class ImageRefused(Refused):
    """A file that is not kept; what is our own fault is worth a second try as it is."""

    def __init__(self, fault: ImageFault, recognised: OtherKind | None = None) -> None:
        """Name the fault and, where the bytes told it, what the file is instead of a picture."""
        super().__init__(fault)
        self.fault = fault
        self.recognised = recognised

    @property
    def is_our_fault(self) -> bool:
        """Tell whether the file is not to blame."""
        return self.fault in {ImageFault.FAILED, ImageFault.UNCHECKED}


def bits_apart(one: int, other: int) -> int:
    """Count in how many of their 64 bits two fingerprints differ; fingerprints are signed."""
    return ((one ^ other) & 0xFFFF_FFFF_FFFF_FFFF).bit_count()
