"""Pictures made in code: honest ones as phones send them."""

import io
import random
from functools import cache

import pillow_heif
from PIL import ExifTags, Image, ImageDraw, ImageFont

pillow_heif.register_heif_opener()

PHONE = (1170, 2532)
UPRIGHT = 1
ON_ITS_SIDE = 6  # the camera's top was to the right: a viewer turns it a quarter clockwise
FORMATS = ("JPEG", "PNG", "WEBP", "HEIC")
PLACE = b"51.5007N 0.1246W"
CAMERA = "A very private phone"

_PILLOW_NAMES = {"HEIC": "HEIF"}


@cache
def phone_screenshot(size: tuple[int, int] = PHONE) -> Image.Image:
    """Draw something like a shop's order page: lines of text, and a photo, so that the PNG weighs about 1.5 MB."""
    width, height = size
    picture = Image.new("RGB", size, "#f9fcfb")
    draw = ImageDraw.Draw(picture)
    for line in range(height // 60):
        draw.text(
            (width // 20, line * 60 + 20), f"Order {line:04}   {line * 7}.50 GBP   20 Nov 2026", "#121b17", font_size=32
        )
    photo = Image.frombytes("RGB", (96, 96), random.Random(1).randbytes(96 * 96 * 3))  # noqa: S311 (it must repeat)
    photo = photo.resize((width, height // 4), Image.Resampling.BICUBIC)
    picture.paste(photo, (0, height // 2))
    return picture


def corners(size: tuple[int, int] = (400, 200)) -> Image.Image:
    """Draw a wide picture whose top left quarter is red and the rest blue, so that a turn shows."""
    picture = Image.new("RGB", size, "blue")
    picture.paste("red", (0, 0, size[0] // 2, size[1] // 2))
    return picture


def encoded(
    picture: Image.Image, kind: str = "PNG", *, orientation: int = UPRIGHT, private: bool = False, quality: int = 85
) -> bytes:
    """Save a picture as JPEG, PNG, WEBP or HEIC; a private one says where, when and with what it was taken."""
    notes = Image.Exif()
    if orientation != UPRIGHT:
        notes[ExifTags.Base.Orientation] = orientation
    if private:
        notes[ExifTags.Base.Model] = CAMERA
        notes[ExifTags.Base.ImageDescription] = PLACE.decode()
        notes.get_ifd(ExifTags.IFD.GPSInfo).update(
            {
                ExifTags.GPS.GPSLatitudeRef: "N",
                ExifTags.GPS.GPSLatitude: (51.0, 30.0, 2.5),
                ExifTags.GPS.GPSProcessingMethod: PLACE,
            }
        )
    out = io.BytesIO()
    picture.save(out, _PILLOW_NAMES.get(kind, kind), exif=notes.tobytes(), quality=quality)
    return out.getvalue()


def to_format(png: bytes, kind: str) -> bytes:
    """Save a browser's PNG as JPEG, PNG, WEBP or HEIC, as a phone or its owner would."""
    if kind == "PNG":
        return png
    with Image.open(io.BytesIO(png)) as picture:
        return encoded(picture.convert("RGB"), kind)


def mpo() -> bytes:
    """Save two pictures in one JPEG, as many phones do for one photo."""
    out = io.BytesIO()
    corners().save(out, "MPO", save_all=True, append_images=[corners((200, 100))])
    return out.getvalue()


def with_comment(jpeg: bytes, words: bytes) -> bytes:
    """Put a comment behind the first marker of a JPEG."""
    return jpeg[:2] + b"\xff\xfe" + (len(words) + 2).to_bytes(2, "big") + words + jpeg[2:]


def order_screen(order: int) -> Image.Image:
    """Draw a shop's page for one order: all of it is the shop's template but number, day and amounts."""
    told = random.Random(order)  # noqa: S311 (it must repeat)
    picture = Image.new("RGB", PHONE, "#f9fcfb")
    pen = ImageDraw.Draw(picture)

    def write(place: tuple[int, int], words: str, tall: int, colour: str = "#121b17") -> None:
        pen.text(place, words, colour, font=ImageFont.load_default(tall))

    pen.rectangle((0, 0, PHONE[0], 180), fill="#0b5c46")
    write((60, 90), "Harbour Shop", 56, "white")
    write((60, 240), "Thank you for your order", 52)
    facts = {"Order number": str(told.randrange(70_000_000, 80_000_000)), "Date": f"{told.randrange(1, 29)} Nov 2026"}
    for line, (label, words) in enumerate(facts.items()):
        write((60, 360 + 80 * line), label, 36, "#555555")
        write((620, 360 + 80 * line), words, 36)
    photo = Image.frombytes("RGB", (24, 24), random.Random(1).randbytes(24 * 24 * 3))  # noqa: S311 (as above)
    for line, thing in enumerate(("Running shoe, blue", "Cotton socks", "Water bottle")):
        top = 600 + 310 * line
        picture.paste(photo.resize((240, 240), Image.Resampling.BICUBIC), (60, top))
        write((340, top + 20), thing, 40)
        write((340, top + 90), f"Quantity {told.randrange(1, 4)}", 34, "#555555")
        write((340, top + 160), f"{told.randrange(500, 9999) / 100:.2f} GBP", 40)
    for line, label in enumerate(("Subtotal", "Delivery", "Total")):
        write((60, 1560 + 80 * line), label, 44)
        write((800, 1560 + 80 * line), f"{told.randrange(500, 9999) / 100:.2f} GBP", 44)
    pen.rectangle((60, 1860, PHONE[0] - 60, 2000), fill="#0b5c46")
    write((380, 1900), "Track my order", 50, "white")
    return picture
