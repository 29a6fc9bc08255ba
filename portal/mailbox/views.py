"""The mailbox page: demo mode only, open to everybody, as the demo's people are."""

from uuid import UUID

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from portal.mailbox import queries
from portal.mailbox.rules import pieces
from portal.web.access import public
from portal.web.forms import clean_line
from portal.web.htmx import page
from portal.web.links import settings

bp = Blueprint("mailbox", __name__)

LETTER_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@bp.get("/mailbox")
@public
def show_letters() -> ResponseReturnValue:
    to = clean_line(request.args.get("to", ""))
    before = request.args.get("before", type=UUID)
    letters = queries.sent_letters(to, before=before)
    shown = letters[: queries.LETTERS_A_PAGE]
    return page(
        "mailbox/letters.html",
        to=to,
        letters=shown,
        last=shown[-1].id if len(letters) > len(shown) else None,
    )


@bp.get("/mailbox/<uuid:letter_id>")
@public
def show_letter(letter_id: UUID) -> ResponseReturnValue:
    letter = queries.sent_letter(letter_id)
    return page("mailbox/letter.html", letter=letter, pieces=pieces(letter.text, site=settings().site_url))


@bp.get("/mailbox/<uuid:letter_id>/html")
@public
def show_html(letter_id: UUID) -> ResponseReturnValue:
    letter = queries.sent_letter(letter_id)
    policy = {"Content-Security-Policy": LETTER_POLICY}
    return Response(letter.html, content_type="text/html; charset=utf-8", headers=policy)
