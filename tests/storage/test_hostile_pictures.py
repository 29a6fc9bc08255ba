import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from portal.errors import Refused
from portal.storage.images import MOST_BYTES, ImageFault, ImageRefused, OtherKind, check_and_reencode
from tests.hostile_pictures import CLEANED, REFUSED, SCRIPT, box
from tests.pictures import FORMATS, corners, encoded
from tests.storage.looking import BARE_JPEG, colour_at, segments

PROJECT = Path(__file__).parents[2]
SECONDS_TO_REFUSE = 5  # a busy machine included; by itself it takes milliseconds


def refusal_of(content: bytes) -> ImageRefused:
    with pytest.raises(ImageRefused) as refused:
        check_and_reencode(content)
    return refused.value


@pytest.mark.parametrize("name", REFUSED)
def test_file_that_is_no_honest_picture_is_refused_at_once(name: str):
    make, fault, recognised = REFUSED[name]
    content = make()

    began = time.monotonic()
    refused = refusal_of(content)

    assert (refused.fault, refused.code, refused.recognised) == (fault, fault, recognised)
    assert time.monotonic() - began < SECONDS_TO_REFUSE
    assert isinstance(refused, Refused)


@pytest.mark.parametrize("name", CLEANED)
def test_what_is_a_picture_and_something_else_comes_out_as_a_picture_alone(name: str):
    image = check_and_reencode(CLEANED[name]())

    for jpeg in (image.jpeg, image.thumbnail):
        assert segments(jpeg) == BARE_JPEG
        assert jpeg.endswith(b"\xff\xd9")
        assert SCRIPT not in jpeg
        assert b"PK\x03\x04" not in jpeg
    assert colour_at(image.jpeg, 0.25, 0.25) == "red"


def test_file_above_the_limit_is_too_large_and_a_film_is_still_a_film(tmp_path: Path):
    sent = encoded(corners(), "JPEG")
    padded = sent + bytes(MOST_BYTES + 1 - len(sent))
    (tmp_path / "upload").write_bytes(padded)

    assert check_and_reencode(padded[:-1]).size == MOST_BYTES
    assert refusal_of(padded).fault is ImageFault.TOO_LARGE
    assert refusal_of(box(b"isom") + bytes(MOST_BYTES)).recognised is OtherKind.FILM
    for source in (sent, tmp_path / "upload"):
        with pytest.raises(ImageRefused, match="too_large"):
            check_and_reencode(source, most_bytes=len(sent) - 1)


@pytest.mark.parametrize("kind", FORMATS)
def test_pictures_with_flipped_bytes_are_made_anew_or_refused_but_never_break_us(kind: str):
    whole = encoded(corners((120, 80)).rotate(31), kind, private=True)
    chance = random.Random(kind)  # noqa: S311 (it must repeat)
    outcomes: set[ImageFault | None] = set()
    for _ in range(60):
        flipped = bytearray(whole)
        for _ in range(chance.choice((1, 4, 30))):
            flipped[chance.randrange(12, len(flipped))] = chance.randrange(256)
        try:
            check_and_reencode(bytes(flipped))
        except ImageRefused as refused:
            outcomes.add(refused.fault)
        else:
            outcomes.add(None)

    assert outcomes <= {None, ImageFault.DAMAGED, ImageFault.TOO_MANY_PIXELS, ImageFault.ANIMATED}
    assert ImageFault.DAMAGED in outcomes


@pytest.mark.parametrize(
    ("module", "strangers"),
    [("images", ("PIL", "pillow_heif", "flask")), ("image_child", ("flask", "sqlalchemy", "portal.config"))],
)
def test_decoders_stay_out_of_the_portal_and_the_portal_out_of_the_child(module: str, strangers: tuple[str, ...]):
    program = f"import sys, portal.storage.{module}; print([name for name in {strangers!r} if name in sys.modules])"

    told = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True)

    assert told.stdout == "[]\n"
