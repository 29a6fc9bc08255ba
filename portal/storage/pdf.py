"""Receipts that come as a PDF: their first pages, drawn one below the other. Runs in the child process.

The drawing is an extra (`pip install member-portal[pdf]`): PDFium without scripts and forms. Only pixels leave it, so
links, scripts, attachments and words under a black box stay behind.
"""

from importlib.util import find_spec
from typing import Any

from PIL import Image

from portal.storage.outcome import ImageFault, ImageRefused

MOST_PAGES = 5
PAGE_WIDTH = 1000  # legible on a phone, and five A4 pages are no more than the largest picture we keep
MOST_HEIGHT = 8192
MOST_POINTS = 14_400  # the largest page the format knows
# What PDFium answers for a file that opens with a password alone.
_LOCKED = 4


def is_installed() -> bool:
    """Tell whether the extra is there."""
    return find_spec("pypdfium2") is not None


def prepare() -> None:
    """Load PDFium, where it is installed: the child opens no file once it works."""
    if is_installed():
        _pdfium()


def drawn(content: bytes) -> Image.Image:
    """Draw the first pages of a PDF below each other; raises ImageRefused."""
    pdfium = _pdfium()
    try:
        with pdfium.PdfDocument(content) as document:
            pages = [document[place] for place in range(min(len(document), MOST_PAGES))]
            return _below_each_other(pages)
    except pdfium.PdfiumError as error:
        locked = getattr(error, "err_code", None) == _LOCKED
        raise ImageRefused(ImageFault.LOCKED if locked else ImageFault.DAMAGED) from error


def _below_each_other(pages: list[Any]) -> Image.Image:
    sizes = [page.get_size() for page in pages]
    if not sizes or any(not 1 <= side <= MOST_POINTS for size in sizes for side in size):
        raise ImageRefused(ImageFault.DAMAGED)
    tall = sum(height / width for width, height in sizes)
    sheet_width = min(PAGE_WIDTH, max(1, int(MOST_HEIGHT / tall)))
    drawings = []
    for page, (width, _) in zip(pages, sizes, strict=True):
        bitmap = page.render(scale=sheet_width / width, may_draw_forms=False)
        drawings.append(bitmap.to_pil().convert("RGB"))
        bitmap.close()
        page.close()
    sheet = Image.new("RGB", (max(one.width for one in drawings), sum(one.height for one in drawings)), "white")
    top = 0
    for one in drawings:
        sheet.paste(one, (0, top))
        top += one.height
    return sheet


def _pdfium() -> Any:  # noqa: ANN401 - a package that is not always there
    import pypdfium2  # type: ignore[import-untyped]  # noqa: PLC0415 - an extra

    return pypdfium2
