"""A copy as its owner opens it."""

import io
import json
from typing import Any
from zipfile import ZipFile

from portal.clock import now
from portal.db import db
from portal.records import sweeps
from portal.records.models import Export
from tests.cast import Person
from tests.page import Page
from tests.site import Site


def ask(site: Site, person: Person, **how: Any) -> Page:
    """Press the button on the page of copies."""
    return site.as_(person).open("records.show_export").submit("Make my copy", **how)


def fetched(site: Site, person: Person) -> ZipFile:
    """Ask for a copy, let the worker make it, and fetch it."""
    ask(site, person)
    assert sweeps.make_copies(now()) == 1
    return downloaded(site, person)


def downloaded(site: Site, person: Person) -> ZipFile:
    """Follow the download link of the page."""
    link = site.as_(person).open("records.show_export").find('a[href$="/file"]')
    page = site.as_(person).open(str((link.attrs or {})["href"]), proofread=False)
    return ZipFile(io.BytesIO(page.response.get_data()))


def everything(package: ZipFile) -> dict[str, list[dict[str, Any]]]:
    """Read the JSON."""
    found: dict[str, list[dict[str, Any]]] = json.loads(package.read("everything.json"))
    return found


def exports_of(person: Person) -> list[Export]:
    """Give the rows of somebody's copies, the oldest first."""
    db.session.expire_all()
    return db.session.query(Export).filter_by(user_id=person.user_id).order_by(Export.asked_at).all()
