"""Pictures that were saved anew are found again across all members, and shown at the desk."""

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.claims.comparing import compare_pictures
from portal.claims.models import Evidence, PicturePair
from portal.claims.queries.flags import FlagKind, flags_on
from portal.claims.queries.near import candidates
from portal.claims.rules.bands import BANDS, MOST_APART, band, nearly
from portal.clock import now
from portal.db import db
from portal.unit_of_work import unit_of_work
from tests import factories
from tests.care.matched import a_matched_claim, bench
from tests.claims.keeping import a_kept_picture
from tests.claims.uploading import pictures_of, store_of, upload
from tests.pictures import encoded, order_screen


@settings(max_examples=50)
@given(st.integers(0, 2**64 - 1), st.sets(st.integers(0, 63), max_size=MOST_APART))
def test_fingerprints_a_few_bits_apart_agree_in_one_band_but_for_a_bit(dhash, flipped):
    other = dhash
    for bit in flipped:
        other ^= 1 << bit

    assert any(band(other, number) in {band(dhash, number), *nearly(band(dhash, number))} for number in range(BANDS))


def test_near_fingerprints_are_found_nearest_first_and_far_ones_are_not(session, asha, bruno):
    claim, other = factories.a_claim(asha), factories.a_claim(bruno)
    far, near, same, negative = (
        a_kept_picture(other, position=number, dhash=dhash).id
        for number, dhash in enumerate((0xFF, 0x0001_0001_0001_0001, 0, -(2**63)))
    )

    assert [each.id for each in candidates(0, but_of=claim.id)] == [same, negative, near]
    assert far not in {each.id for each in candidates(-(2**63), but_of=claim.id)}
    assert candidates(0, but_of=other.id) == []


def test_picture_saved_anew_is_paired_at_the_desk_and_another_order_of_the_shop_is_not(site, asha, bruno, casey):
    theirs, claim, honest = factories.a_claim(bruno), a_matched_claim(asha)[0], factories.a_claim(asha)
    screen = order_screen(1)
    upload(site, bruno, encoded(screen), claim=theirs)
    upload(site, asha, encoded(screen.crop((0, 40, *screen.size)), "JPEG"), claim=claim)
    upload(site, asha, encoded(order_screen(2)), claim=honest)
    with unit_of_work():
        for picture in db.session.query(Evidence):
            picture.sent_with_id = picture.id
    assert [flag.kind for flag in flags_on(claim.id)] == [FlagKind.NOT_COMPARED]
    assert "Not compared with other pictures yet" in bench(site, casey, claim).text

    done = [compare_pictures(now()), compare_pictures(now())]

    assert done == [3, 0]
    [flag] = flags_on(claim.id)
    assert (flag.kind, flag.other_id) == (FlagKind.SAME_PICTURE, pictures_of(theirs)[0].id)
    assert [flag.other_id for flag in flags_on(theirs.id)] == [pictures_of(claim)[0].id]
    assert flags_on(honest.id) == ()
    page = bench(site, casey, claim)
    assert f"The same picture, saved anew, came with another claim: {theirs.reference}" in page.text
    assert len(page.all("#evidence [role=group] a")) == 2


def test_pictures_whose_files_are_gone_are_compared_with_nothing(site, asha, bruno):
    first, second = factories.a_claim(asha), factories.a_claim(bruno)
    for person, claim in ((asha, first), (bruno, second)):
        upload(site, person, encoded(order_screen(1), quality=(person is asha and 90) or 50), claim=claim)
    store_of(site).delete(pictures_of(first)[0].thumb_key)

    assert compare_pictures(now()) == 2
    assert db.session.query(PicturePair).count() == 0


def test_pair_goes_with_a_picture_that_is_taken_back(session, asha, bruno):
    first, second = (a_kept_picture(factories.a_claim(person)) for person in (asha, bruno))
    with unit_of_work():
        db.session.add(PicturePair(evidence_id=first.id, other_id=second.id))
    with unit_of_work():
        db.session.delete(db.session.get_one(Evidence, second.id))

    assert db.session.query(PicturePair).count() == 0
