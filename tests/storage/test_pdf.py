"""Receipts that come as PDF: drawn by the child, and nothing but pixels comes out."""

import io

import pypdf
import pytest
from fpdf import FPDF
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from portal.storage.images import ImageFault, ImageRefused, OtherKind, PictureKind, StoredImage, check_and_reencode
from portal.storage.pdf import MOST_HEIGHT, MOST_PAGES, PAGE_WIDTH
from tests.storage.looking import BARE_JPEG, colour_at, opened, segments

COLOURS = ((255, 0, 0), (0, 0, 255), (0, 128, 0))
HARM = "harmful"


def receipt(pages: int = 1, size: tuple[float, float] = (210, 297)) -> bytes:
    """Print pages that are red, blue, green and red again."""
    paper = FPDF(format=size)
    paper.set_auto_page_break(auto=False)
    for page in range(pages):
        paper.add_page()
        paper.set_fill_color(*COLOURS[page % 3])
        paper.rect(0, 0, *size, style="F")
    return bytes(paper.output())


def locked() -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(receipt()))
    writer.encrypt("secret", algorithm="AES-256")
    return written(writer)


def written(writer: pypdf.PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def taken(content: bytes) -> StoredImage:
    return check_and_reencode(content, takes_pdf=True)


def fault_of(content: bytes) -> ImageFault:
    with pytest.raises(ImageRefused) as refused:
        taken(content)
    return refused.value.fault


def test_pages_stand_below_each_other() -> None:
    image = taken(receipt(3))

    assert image.kind is PictureKind.PDF
    assert (image.width, round(image.height / image.width, 1)) == (PAGE_WIDTH, 4.2)
    assert [colour_at(image.jpeg, 0.5, down) for down in (0.1, 0.5, 0.9)] == ["red", "blue", "green"]


def test_first_pages_of_a_long_one_are_kept() -> None:
    image = taken(receipt(MOST_PAGES + 40))

    assert round(image.height / image.width / (297 / 210)) == MOST_PAGES
    assert colour_at(image.jpeg, 0.5, 0.95) == "blue"


@pytest.mark.parametrize("size", [(80, 2000), (2000, 80), (5000, 5000), (1, 1)])
def test_page_of_any_shape_fits(size: tuple[float, float]) -> None:
    image = taken(receipt(2, size))

    assert max(image.width, image.height) <= MOST_HEIGHT
    assert colour_at(image.jpeg, 0.5, 0.25) == "red"


def test_scripts_and_files_in_it_stay_behind() -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(receipt()))
    script = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject(HARM)}
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(script)
    writer.add_attachment("harm.exe", b"MZ harmful")
    content = written(writer)
    assert HARM.encode() in content

    image = taken(content)

    for jpeg in (image.jpeg, image.thumbnail):
        assert segments(jpeg) == BARE_JPEG
        assert HARM.encode() not in jpeg
        assert opened(jpeg).mode == "RGB"


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (locked(), ImageFault.LOCKED),
        (receipt()[:400], ImageFault.DAMAGED),
        (b"%PDF-1.7\n" + b"9" * 100_000, ImageFault.DAMAGED),
        (b"%PDF-1.7\n%%EOF", ImageFault.DAMAGED),
    ],
    ids=["locked", "cut off", "noise", "empty"],
)
def test_what_cannot_be_drawn_is_refused(content: bytes, fault: ImageFault) -> None:
    assert fault_of(content) is fault


def test_club_that_takes_none_names_it() -> None:
    with pytest.raises(ImageRefused) as refused:
        check_and_reencode(receipt())
    assert refused.value.recognised is OtherKind.PDF
