import hashlib
import io
from pathlib import Path

import pytest
from PIL import Image

from portal.storage.images import PictureKind, bits_apart, check_and_reencode
from tests.pictures import (
    CAMERA,
    FORMATS,
    ON_ITS_SIDE,
    PHONE,
    PLACE,
    corners,
    encoded,
    mpo,
    phone_screenshot,
    to_format,
    with_comment,
)
from tests.storage.looking import BARE_JPEG, colour_at, opened, segments


@pytest.mark.parametrize("kind", FORMATS)
def test_screenshot_of_a_phone_becomes_a_jpeg_of_the_same_size(kind: str):
    sent = to_format(encoded(phone_screenshot()), kind)

    image = check_and_reencode(sent)

    assert (image.kind, image.size, image.sha256) == (
        PictureKind[kind],
        len(sent),
        hashlib.sha256(sent).hexdigest(),
    )
    assert (image.width, image.height) == opened(image.jpeg).size == PHONE
    assert opened(image.thumbnail).size == (320, 693)
    assert len(image.thumbnail) * 5 < len(image.jpeg)


def test_file_on_the_disk_is_taken_like_its_bytes(tmp_path: Path):
    sent = encoded(corners())
    (tmp_path / "upload").write_bytes(sent)

    assert check_and_reencode(tmp_path / "upload") == check_and_reencode(sent)


@pytest.mark.parametrize("kind", FORMATS)
def test_place_and_camera_stay_behind(kind: str):
    sent = encoded(corners(), kind, orientation=ON_ITS_SIDE, private=True)
    assert PLACE in sent
    assert CAMERA.encode() in sent

    image = check_and_reencode(sent)

    for jpeg in (image.jpeg, image.thumbnail):
        assert segments(jpeg) == BARE_JPEG
        assert PLACE not in jpeg
        assert not opened(jpeg).getexif()


def test_comment_and_colour_profile_stay_behind():
    out = io.BytesIO()
    corners().save(out, "JPEG", icc_profile=b"a profile of that very screen" * 20)
    sent = with_comment(out.getvalue(), b"for my lawyer")
    assert opened(sent).info.keys() >= {"comment", "icc_profile"}

    image = check_and_reencode(sent)

    assert segments(image.jpeg) == segments(image.thumbnail) == BARE_JPEG


@pytest.mark.parametrize("kind", FORMATS)
def test_picture_held_sideways_is_turned_upright(kind: str):
    image = check_and_reencode(encoded(corners((400, 200)), kind, orientation=ON_ITS_SIDE))

    assert (image.width, image.height) == (200, 400)
    assert (colour_at(image.jpeg, 0.75, 0.25), colour_at(image.jpeg, 0.25, 0.25)) == ("red", "blue")
    assert colour_at(image.thumbnail, 0.75, 0.25) == "red"


@pytest.mark.parametrize(
    ("orientation", "red"),
    [
        (1, (0.25, 0.25)),
        (2, (0.75, 0.25)),
        (3, (0.75, 0.75)),
        (4, (0.25, 0.75)),
        (5, (0.25, 0.25)),
        (6, (0.75, 0.25)),
        (7, (0.75, 0.75)),
        (8, (0.25, 0.75)),
        (9, (0.25, 0.25)),
    ],
)
def test_every_way_to_hold_a_camera_is_understood(orientation: int, red: tuple[float, float]):
    image = check_and_reencode(encoded(corners(), "JPEG", orientation=orientation))

    quarters = [(across, down) for across in (0.25, 0.75) for down in (0.25, 0.75)]
    assert [quarter for quarter in quarters if colour_at(image.jpeg, *quarter) == "red"] == [red]
    assert (image.width < image.height) is (orientation in {5, 6, 7, 8})


def test_unreadable_notes_do_not_cost_the_picture():
    sent = encoded(corners(), "JPEG", orientation=ON_ITS_SIDE).replace(b"Exif\x00\x00MM", b"Exif\x00\x00!!")

    image = check_and_reencode(sent)

    assert (image.width, image.height) == (400, 200)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_colour_mode_keeps_its_look(mode: str):
    grey = Image.new("L", (60, 40), 200)
    grey.paste(20, (0, 0, 30, 40))
    if mode == "I;16":
        picture = Image.frombytes(mode, grey.size, b"".join(bytes((value, value)) for value in grey.tobytes()))
    else:
        picture = grey.convert(mode)

    jpeg = opened(check_and_reencode(encoded(picture)).jpeg)

    left, right = jpeg.convert("L").resize((2, 1), Image.Resampling.BOX).tobytes()
    assert left == pytest.approx(20, abs=25)
    assert right == pytest.approx(200, abs=60)


def test_printers_colours_become_screen_colours():
    image = check_and_reencode(encoded(corners().convert("CMYK"), "JPEG"))

    assert (colour_at(image.jpeg, 0.25, 0.25), colour_at(image.jpeg, 0.75, 0.75)) == ("red", "blue")


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_what_was_transparent_is_white_paper(kind: str):
    picture = corners().convert("RGBA")
    picture.paste((0, 0, 0, 0), (200, 0, 400, 200))

    image = check_and_reencode(encoded(picture, kind))

    assert (colour_at(image.jpeg, 0.25, 0.25), colour_at(image.jpeg, 0.75, 0.75)) == ("red", "white")


def test_of_two_pictures_in_one_jpeg_the_first_is_taken():
    image = check_and_reencode(mpo())

    assert (image.kind, image.width, image.height) == (PictureKind.JPEG, 400, 200)


def test_large_photo_is_kept_smaller_and_a_long_screenshot_legible():
    photo = check_and_reencode(encoded(Image.new("RGB", (8064, 6048), "white"), "JPEG"))
    scrolled = check_and_reencode(encoded(Image.new("1", (1170, 12_000), 1)))

    assert (photo.width, photo.height) == opened(photo.jpeg).size == (3265, 2449)
    assert (scrolled.width, scrolled.height) == (799, 8192)
    assert opened(scrolled.thumbnail).size == (94, 960)


def test_smallest_picture_is_a_picture():
    image = check_and_reencode(encoded(Image.new("1", (1, 1))))

    assert (image.width, image.height, opened(image.thumbnail).size) == (1, 1, (1, 1))


def test_same_file_gives_the_same_fingerprints_every_time():
    sent = encoded(phone_screenshot())

    assert check_and_reencode(sent) == check_and_reencode(sent)


def test_same_picture_looks_alike_in_every_format_and_another_does_not():
    page = encoded(phone_screenshot())
    kinds = [check_and_reencode(to_format(page, kind)) for kind in FORMATS]
    smaller = check_and_reencode(encoded(phone_screenshot().resize((585, 1266)), "JPEG", quality=60))
    other = check_and_reencode(encoded(phone_screenshot().rotate(180)))

    assert len({image.sha256 for image in kinds}) == len(FORMATS)
    assert all(bits_apart(kinds[0].dhash, image.dhash) <= 4 for image in (*kinds, smaller))
    assert bits_apart(kinds[0].dhash, other.dhash) > 12


def test_fingerprint_fits_a_signed_column():
    falling = Image.linear_gradient("L").rotate(-90)  # light on the left, dark on the right

    dhashes = {check_and_reencode(encoded(picture)).dhash for picture in (falling, falling.rotate(180))}

    assert dhashes == {-1, 0}
    assert (bits_apart(-1, 0), bits_apart(-1, 1), bits_apart(-(2**63), 2**63 - 1)) == (64, 63, 64)
