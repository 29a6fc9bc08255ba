"""Pictures for claims, sent as js/upload.js sends them."""

import secrets
from io import BytesIO
from typing import Any

from portal.claims.models import Claim, Evidence
from portal.db import db
from portal.storage.store import Store
from tests import hostile_pictures
from tests.cast import Person
from tests.claims.drafting import the_claim
from tests.page import Page
from tests.pictures import corners, encoded
from tests.site import Site

FILM = hostile_pictures.box(b"qt  ") + b"\0" * 400


def small(kind: str = "PNG", *, colour: str = "navy") -> bytes:
    picture = corners()
    picture.paste(colour, (0, 0, 100, 100))
    return encoded(picture, kind)


def pictures_of(claim: Claim | None = None) -> list[Evidence]:
    db.session.expire_all()
    return db.session.query(Evidence).filter_by(claim_id=(claim or the_claim()).id).order_by(Evidence.position).all()


def store_of(site: Site) -> Store:
    store: Store = site.app.extensions["store"]
    return store


def upload(
    site: Site,
    person: Person,
    content: bytes,
    name: str = "shot.png",
    *,
    claim: Claim | None = None,
    key: str = "",
    status: int = 201,
    **fields: Any,
) -> Page:
    """Send one file as js/upload.js does."""
    browser = site.as_(person)
    reference = (claim or the_claim()).reference
    data = {
        "csrf_token": browser.open("claims.show_claims").token,
        "key": key or secrets.token_hex(16),
        "file": (BytesIO(content), name),
        **fields,
    }
    return browser.send(
        "POST",
        f"/claims/{reference}/evidence",
        data=data,
        content_type="multipart/form-data",
        headers={"X-Requested-With": "upload"},
        status=status,
    )
