"""A club that takes receipts as PDF."""

from fpdf import FPDF

from portal.db import db
from tests import factories
from tests.cast import Person
from tests.claims.drafting import at_pictures, begin
from tests.claims.uploading import pictures_of, store_of, upload
from tests.site import Site


def receipt() -> bytes:
    paper = FPDF()
    paper.add_page()
    paper.set_font("Helvetica", size=20)
    paper.cell(text="Ticket HB-104 233, 12.00")
    return bytes(paper.output())


def test_pdf_is_taken_and_shown_as_a_picture(harbour: Site) -> None:
    nia = factories.a_member("Nia Quinn")
    page = begin(harbour, nia, activity="ticket", reference="HB104233").submit(form="#step")
    assert "JPEG, PNG, WebP, HEIC or PDF" in page.text
    assert page.has('input[type=file][accept$="application/pdf"]')

    row = upload(harbour, nia, receipt(), "ticket.pdf")
    db.session.rollback()

    (picture,) = pictures_of()
    assert row.has("li[data-kept]")
    assert (picture.file_name, picture.detected_type) == ("ticket.pdf", "pdf")
    assert store_of(harbour).get(picture.storage_key).startswith(b"\xff\xd8\xff")


def test_pdf_is_named_where_the_club_takes_none(site: Site, asha: Person) -> None:
    at_pictures(site, asha)

    refused = upload(site, asha, receipt(), "receipt.pdf", status=422)

    assert "This is a PDF. Take a screenshot of it" in refused.text
    assert pictures_of() == []
