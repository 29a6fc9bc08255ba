import pytest

from portal.storage.kinds import HEAD_BYTES, OtherKind, PictureKind, kind_of
from tests.hostile_pictures import SCRIPT, box
from tests.pictures import corners, encoded


@pytest.mark.parametrize(
    ("kind", "name"),
    [(PictureKind.JPEG, "JPEG"), (PictureKind.PNG, "PNG"), (PictureKind.WEBP, "WEBP"), (PictureKind.HEIC, "HEIC")],
)
def test_picture_is_told_by_its_first_bytes(kind: PictureKind, name: str):
    assert kind_of(encoded(corners(), name)[:HEAD_BYTES]) is kind


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (box(b"heic", b"mif1", b"heic"), PictureKind.HEIC),
        (box(b"heix", b"mif1"), PictureKind.HEIC),
        (box(b"mif1", b"mif1", b"heic"), PictureKind.HEIC),
        (box(b"mif1", b"mif1", b"avif"), OtherKind.OTHER_PICTURE),
        (box(b"avif", b"mif1"), OtherKind.OTHER_PICTURE),
        (box(b"msf1", b"hevc"), OtherKind.MOVING_HEIC),
        (box(b"isom", b"heic"), OtherKind.FILM),
        (b"\x00\x00\x00\x08moov", OtherKind.FILM),
        (b"RIFF\x00\x00\x00\x00AVI LIST", OtherKind.FILM),
        (b"\x1aE\xdf\xa3\x9fB\x86\x81", OtherKind.FILM),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", OtherKind.SOUND),
        (b"ID3\x04\x00", OtherKind.SOUND),
        (b"\xff\x0a\x00", OtherKind.OTHER_PICTURE),
        (b"Rar!\x1a\x07\x01\x00", OtherKind.ARCHIVE),
        (b" \n<SVG onload=x>", OtherKind.SVG),
        (b"<!-- -->" + SCRIPT, OtherKind.WEB_PAGE),
        (b"Points are missing since \xe2\x82", OtherKind.TEXT),  # cut inside a euro sign
        (b"Caf\xe9 receipt, 12 \xa3, in an older alphabet", None),
        (b"MZ\x90\x00\x03\x00\x00\x00", None),
        (b"RIFF\x00\x00\x00\x00????", None),
        (b"\x00", None),
    ],
)
def test_other_files_are_named_where_we_know_them(head: bytes, kind: PictureKind | OtherKind | None):
    assert kind_of(head) is kind
