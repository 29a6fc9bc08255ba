"""Pictures on their way out: to their owner, and with nothing in them that could run."""

from uuid import uuid4

import pytest

from portal.claims.models import Claim, Evidence
from portal.claims.service import arrivals
from portal.clock import now
from portal.db import db
from portal.unit_of_work import unit_of_work
from portal.web.security import DOWNLOAD_POLICY
from tests import factories
from tests.cast import Person
from tests.claims.drafting import at_pictures, the_claim
from tests.claims.uploading import small, upload
from tests.site import Site

BOTH = pytest.mark.parametrize("endpoint", ["claims.show_picture", "claims.show_thumb"])


def a_picture(site: Site, person: Person) -> Evidence:
    at_pictures(site, person)
    upload(site, person, small(), "<script>.html")
    return db.session.query(Evidence).one()


@BOTH
def test_owner_sees_the_clean_copy_with_safe_headers(site: Site, asha: Person, endpoint: str) -> None:
    picture = a_picture(site, asha)

    answer = site.as_(asha).open(endpoint, reference=the_claim().reference, evidence_id=picture.id).response

    small_too = "-small" if endpoint.endswith("thumb") else ""
    assert answer.data.startswith(b"\xff\xd8\xff")
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Content-Security-Policy"] == DOWNLOAD_POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Content-Disposition"] == f'inline; filename="{the_claim().reference}-1{small_too}.jpg"'


@BOTH
@pytest.mark.parametrize("stranger", ["bruno", "casey", "lena", "omar"])
def test_nobody_else_sees_it(
    site: Site, asha: Person, request: pytest.FixtureRequest, stranger: str, endpoint: str
) -> None:
    picture = a_picture(site, asha)
    where = {"reference": the_claim().reference, "evidence_id": picture.id}

    site.as_(request.getfixturevalue(stranger)).open(endpoint, status=404, **where)
    assert site.open(endpoint, **where).h1 == "Sign in"
    assert site.as_(asha).open(endpoint, **where).status == 200


@BOTH
def test_picture_belongs_to_its_own_claim(site: Site, asha: Person, endpoint: str) -> None:
    picture = a_picture(site, asha)
    other = factories.a_claim(asha)

    site.as_(asha).open(endpoint, reference=other.reference, evidence_id=picture.id, status=404)
    site.as_(asha).open(endpoint, reference=the_first(picture), evidence_id=uuid4(), status=404)


@BOTH
def test_picture_whose_time_is_over_is_gone(site: Site, asha: Person, endpoint: str) -> None:
    picture = a_picture(site, asha)
    with unit_of_work():
        arrivals.forget_picture(picture.id, at=now())

    site.as_(asha).open(endpoint, reference=the_claim().reference, evidence_id=picture.id, status=404)


@BOTH
def test_address_in_small_letters_is_the_same_claim(site: Site, asha: Person, endpoint: str) -> None:
    picture = a_picture(site, asha)

    answer = site.as_(asha).open(endpoint, reference=the_claim().reference.lower(), evidence_id=picture.id)

    assert f'filename="{the_claim().reference}-1' in answer.response.headers["Content-Disposition"]


def the_first(picture: Evidence) -> str:
    return db.session.get_one(Claim, picture.claim_id).reference
