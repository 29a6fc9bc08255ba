"""Telling copies of one screen from other orders of the same shop."""

from PIL import Image, ImageChops, ImageEnhance

from portal.storage.images import bits_apart, check_and_reencode, show_the_same
from tests.pictures import PHONE, encoded, order_screen

WIDTH, HEIGHT = PHONE
FIRST = order_screen(1)
COPIES = {
    "saved anew at a low quality": encoded(FIRST, "JPEG", quality=30),
    "in another format": encoded(FIRST, "WEBP"),
    "scaled to two fifths": encoded(FIRST.resize((WIDTH * 2 // 5, HEIGHT * 2 // 5)), "JPEG", quality=70),
    "darker": encoded(ImageEnhance.Brightness(FIRST).enhance(0.75), "JPEG"),
    "cut on all sides": encoded(FIRST.crop((40, 100, WIDTH - 40, HEIGHT - 90)), "JPEG"),
    "cut, scaled and saved anew": encoded(
        FIRST.crop((10, 60, WIDTH, HEIGHT - 30)).resize((700, 1480)), "JPEG", quality=60
    ),
}


def test_copies_of_a_picture_show_the_same_whatever_was_done_to_them():
    first = check_and_reencode(encoded(FIRST))
    copies = {name: check_and_reencode(content) for name, content in COPIES.items()}

    assert [name for name, copy in copies.items() if not show_the_same(first.thumbnail, copy.thumbnail)] == []
    assert max(bits_apart(first.dhash, copy.dhash) for copy in copies.values()) <= 7


def test_other_orders_of_the_same_shop_do_not_show_the_same_though_their_fingerprints_do():
    first = check_and_reencode(encoded(FIRST))
    others = [check_and_reencode(encoded(order_screen(order), "JPEG")) for order in range(2, 6)]
    cut = check_and_reencode(encoded(order_screen(8).crop((20, 60, WIDTH - 15, HEIGHT - 50)), "JPEG"))

    assert min(bits_apart(first.dhash, other.dhash) for other in others) <= 1
    assert [show_the_same(first.thumbnail, other.thumbnail) for other in (*others, cut)] == [False] * 5


def test_picture_that_shows_next_to_nothing_is_like_no_other():
    blank, other = (
        check_and_reencode(encoded(picture)).thumbnail
        for picture in (Image.new("RGB", PHONE, "white"), ImageChops.invert(FIRST))
    )

    assert not show_the_same(blank, blank)
    assert not show_the_same(other, check_and_reencode(encoded(FIRST)).thumbnail)
