import pytest

from portal.accounts.models import Member
from portal.db import db
from portal.unit_of_work import unit_of_work
from tests import factories
from tests.care.matched import a_matched_claim, bench
from tests.claims.keeping import a_kept_picture

JPEG = b"\xff\xd8\xff\xe0 the picture"
THUMB = b"\xff\xd8\xff\xe0 a small one"


def a_picture(app, claim, *, position=1, sent=True, sha256="", removed=False):
    """Keep a picture as the upload does."""
    row = a_kept_picture(claim, position=position, sent=sent, sha256=sha256, removed=removed, size=len(JPEG))
    store = app.extensions["store"]
    store.put(row.storage_key, JPEG)
    store.put(row.thumb_key, THUMB)
    return row


def test_picture_is_served_so_that_nothing_in_it_can_run(app, site, asha, casey):
    claim, _ = a_matched_claim(asha)
    picture = a_picture(app, claim)
    browser = site.as_(casey)

    large = browser.open("care.show_evidence", claim_id=claim.id, evidence_id=picture.id).response
    small = browser.open("care.show_thumb", claim_id=claim.id, evidence_id=picture.id).response

    assert (large.data, small.data) == (JPEG, THUMB)
    assert large.mimetype == "image/jpeg"
    assert large.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert large.headers["X-Content-Type-Options"] == "nosniff"
    assert large.headers["Content-Disposition"] == f'inline; filename="{claim.reference}-1.jpg"'
    assert large.headers["Cache-Control"] == "no-store"


def test_viewer_shows_one_picture_and_leads_to_the_others(app, site, asha, casey):
    claim, _ = a_matched_claim(asha)
    first, second = (a_picture(app, claim, position=number) for number in (1, 2))

    page = bench(site, casey, claim)

    assert page.find("#evidence .thumb--large").attrs["src"].endswith(str(first.id))
    assert page.texts("#evidence h2") == ["Evidence, 1 of 2"]
    other = page.site.open(page.all("#evidence .thumbs a")[1].attrs["href"])
    assert other.find("#evidence .thumb--large").attrs["src"].endswith(str(second.id))
    assert other.find("#evidence .view").attrs["href"].endswith(str(second.id))


def test_file_that_came_with_another_claim_is_flagged(app, site, asha, bruno, casey):
    claim, _ = a_matched_claim(asha)
    other = factories.a_claim(bruno)
    a_picture(app, claim, sha256="a" * 64)
    assert "Not seen before" in bench(site, casey, claim).text
    a_picture(app, other, sha256="a" * 64)

    page = bench(site, casey, claim)

    assert f"The same file came with another claim: {other.reference}" in page.text
    assert "Bruno" not in page.text
    pair = page.all("#evidence [role=group] a")
    assert [site.as_(casey).open(link.attrs["href"]).response.data for link in pair] == [JPEG, JPEG]


def test_claim_of_their_own_says_nothing_to_an_agent_but_that_a_picture_is_known(app, site, asha, bruno, casey):
    claim, _ = a_matched_claim(asha)
    other = factories.a_claim(bruno)
    a_picture(app, claim, sha256="a" * 64)
    a_picture(app, other, sha256="a" * 64)
    with unit_of_work():
        db.session.get_one(Member, bruno.member).user_id = casey.user_id

    page = bench(site, casey, claim)

    assert "The same file came with another claim" in page.text
    assert other.reference not in page.text
    assert page.all("#evidence [role=group]") == []


@pytest.mark.parametrize("what", ["unsent", "removed"])
def test_pictures_that_were_not_sent_are_not_shown(app, site, asha, casey, what):
    claim, _ = a_matched_claim(asha)
    picture = a_picture(app, claim, sent=what != "unsent", removed=what == "removed")

    assert "No picture was sent." in bench(site, casey, claim).text
    site.as_(casey).open("care.show_evidence", claim_id=claim.id, evidence_id=picture.id, status=404)


@pytest.mark.parametrize("endpoint", ["care.show_evidence", "care.show_thumb"])
def test_pictures_are_for_staff_and_not_for_the_one_it_is_about(app, site, asha, bruno, casey, *, noor, omar, endpoint):
    claim, _ = a_matched_claim(asha)
    picture = a_picture(app, claim)
    other = factories.a_claim(bruno)
    found = {"claim_id": claim.id, "evidence_id": picture.id}

    for staff in (noor, omar):
        assert site.as_(staff).open(endpoint, **found).status == 200
    for member in (asha, bruno):
        site.as_(member).open(endpoint, status=404, **found)
    site.as_(noor).open(endpoint, status=404, claim_id=other.id, evidence_id=picture.id)
    assert site.open(endpoint, **found).path.startswith("/sign-in")
    with unit_of_work():
        db.session.get_one(Member, asha.member).user_id = casey.user_id
    site.as_(casey).open(endpoint, status=404, **found)


def test_picture_whose_file_is_gone_is_not_found(app, site, asha, casey):
    claim, _ = a_matched_claim(asha)
    picture = a_picture(app, claim)
    app.extensions["store"].delete(picture.storage_key)

    site.as_(casey).open("care.show_evidence", claim_id=claim.id, evidence_id=picture.id, status=404)
