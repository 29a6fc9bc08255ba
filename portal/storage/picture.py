"""The work on one picture: decode under caps, turn upright, fingerprint, encode anew. Runs in the child process.

Whatever came with the picture (place, camera, comments, colour profile, bytes behind
its end) stays behind, because only the pixels are taken over.
"""

import io
import warnings
from collections.abc import Sequence
from importlib import import_module

import pillow_heif
from PIL import ExifTags, Image

from portal.storage import pdf
from portal.storage.kinds import PictureKind
from portal.storage.outcome import THOUSAND, Box, ImageFault, ImageRefused, Picture

MOST_PIXELS = 50_000_000  # the largest picture a phone of today takes by itself
MOST_PIXELS_A_SIDE = 20_000  # a long scrolled screenshot is still taken
KEPT_PIXELS = 8_000_000
KEPT_PIXELS_A_SIDE = 8192
JPEG_QUALITY = 85
THUMBNAIL_BOX = (320, 960)
THUMBNAIL_QUALITY = 75
BLACK = (0, 0, 0)

_FORMATS = {PictureKind.JPEG: "JPEG", PictureKind.PNG: "PNG", PictureKind.WEBP: "WEBP", PictureKind.HEIC: "HEIF"}
# The child opens no file once it works, so all that Pillow would import on the way is imported first.
_PLUGINS = ("MpoImagePlugin", "TiffImagePlugin", "WebPImagePlugin")
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def prepare() -> None:
    """Load the four decoders and set Pillow's caps; once per process, before the first picture."""
    Image.preinit()
    pdf.prepare()
    for plugin in _PLUGINS:
        import_module(f"PIL.{plugin}")
    # One thread: two pictures at a time are already as wide as the machine, and the embedded extras are never used.
    pillow_heif.register_heif_opener(decode_threads=1, thumbnails=False, depth_images=False, aux_images=False)
    # Pillow warns at this figure and refuses at twice it, before it decodes anything.
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS // 2
    warnings.simplefilter("ignore")


def reencode(content: bytes, kind: PictureKind, boxes: Sequence[Box] = ()) -> Picture:
    """Make a clean copy of a picture of a known kind; under the boxes nothing of it is left.

    Raises ImageRefused: too_many_pixels and animated from the header alone, damaged
    for whatever the decoder stumbles over.
    """
    picture, had_place = _decoded(content, kind)
    for box in boxes:
        picture.paste(BLACK, _pixels_of(box, picture.size))
    thumbnail = picture.resize(_fitted(picture.size, *THUMBNAIL_BOX), Image.Resampling.BICUBIC, reducing_gap=1.0)
    return Picture(
        jpeg=_jpeg(picture, JPEG_QUALITY),
        thumbnail=_jpeg(thumbnail, THUMBNAIL_QUALITY),
        width=picture.width,
        height=picture.height,
        dhash=dhash(thumbnail),
        had_place=had_place,
    )


def _pixels_of(box: Box, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Give a box in pixels, rounded outwards so that no rim of what is under it stays."""
    (left, top, wide, high), (width, height) = box, size
    right, bottom = -(-(left + wide) * width // THOUSAND), -(-(top + high) * height // THOUSAND)
    return left * width // THOUSAND, top * height // THOUSAND, min(right, width), min(bottom, height)


def dhash(picture: Image.Image) -> int:
    """Fingerprint what a picture shows: 64 bits, of which pictures that look alike share most.

    Signed, as both databases count: a difference is `outcome.bits_apart`.
    """
    grey = picture.convert("L").resize((9, 8), Image.Resampling.BOX).tobytes()
    bits = 0
    for row in range(0, 72, 9):
        for left in range(row, row + 8):
            bits = bits << 1 | (grey[left] > grey[left + 1])
    return bits - (bits >> 63 << 64)


def _decoded(content: bytes, kind: PictureKind) -> tuple[Image.Image, bool]:
    """Decode to upright RGB of the size we keep, and tell whether the file named a place."""
    try:
        if kind is PictureKind.PDF:
            return pdf.drawn(content), False
        opened = Image.open(io.BytesIO(content), formats=(_FORMATS[kind],))
        _check_header(opened, kind)
        size = _kept_size(opened.size)
        # A large photo is decoded at half or a quarter of its size, as JPEG can do by itself.
        opened.draft("RGB", size)
        opened.load()
        turn, had_place = _turn(opened), _has_place(opened)
        picture = _opaque(opened)
    except (ImageRefused, MemoryError):
        raise
    except Image.DecompressionBombError:
        raise ImageRefused(ImageFault.TOO_MANY_PIXELS) from None
    except Exception as error:
        # A decoder may raise anything over a hostile file.
        raise ImageRefused(ImageFault.DAMAGED) from error
    if picture.size != size:
        picture = picture.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)
    return picture if turn is None else picture.transpose(turn), had_place


def _check_header(opened: Image.Image, kind: PictureKind) -> None:
    """Judge size and number of frames before a single pixel is decoded."""
    if max(opened.size) > MOST_PIXELS_A_SIDE or opened.width * opened.height > MOST_PIXELS:
        raise ImageRefused(ImageFault.TOO_MANY_PIXELS)
    # A JPEG with several pictures (MPO) is what many phones write for one photo: the first is the photo.
    if kind is not PictureKind.JPEG and getattr(opened, "n_frames", 1) > 1:
        raise ImageRefused(ImageFault.ANIMATED)


def _turn(opened: Image.Image) -> Image.Transpose | None:
    """Read how the camera was held; an unreadable note means upright."""
    try:
        return _UPRIGHT.get(opened.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # noqa: BLE001 (honest pictures carry broken notes, and the pixels are already fine)
        return None


def _has_place(opened: Image.Image) -> bool:
    """Tell whether a file says where it was taken; what is unreadable says nothing."""
    try:
        noted = opened.getexif().get_ifd(ExifTags.IFD.GPSInfo)
    except Exception:  # noqa: BLE001 (as above)
        noted = {}
    xmp = opened.info.get("xmp", b"")
    return bool(noted) or (isinstance(xmp, bytes) and b"GPSLatitude" in xmp)


def _opaque(opened: Image.Image) -> Image.Image:
    """Bring any colour mode to RGB; what was transparent becomes white paper."""
    if opened.mode.startswith("I;16"):
        opened = opened.point(lambda value: value * (1 / 256)).convert("L")
    if opened.has_transparency_data:
        layer = opened if opened.mode == "RGBA" else opened.convert("RGBA")
        paper = Image.new("RGB", layer.size, "white")
        paper.paste(layer, mask=layer)
        return paper
    return opened if opened.mode == "RGB" else opened.convert("RGB")


def _kept_size(size: tuple[int, int]) -> tuple[int, int]:
    """Bound the size by its pixels first, so that a long screenshot stays legible, then by its longer side."""
    width, height = size
    shrink = min(1.0, (KEPT_PIXELS / (width * height)) ** 0.5)
    return _fitted((int(width * shrink) or 1, int(height * shrink) or 1), KEPT_PIXELS_A_SIDE, KEPT_PIXELS_A_SIDE)


def _fitted(size: tuple[int, int], most_width: int, most_height: int) -> tuple[int, int]:
    """Shrink into a box, never enlarge, never below one pixel."""
    width, height = size
    shrink = min(1.0, most_width / width, most_height / height)
    return max(1, round(width * shrink)), max(1, round(height * shrink))


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    """Encode in one pass: progressive takes five times the CPU to save a tenth of the bytes."""
    picture.info.clear()  # or a comment of the original would be written again
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()
