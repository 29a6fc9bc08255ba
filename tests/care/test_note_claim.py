import pytest

from portal.claims.models import ClaimEvent
from portal.db import db
from tests import factories
from tests.care.matched import a_matched_claim, bench, fresh, post


def test_note_stays_among_staff(site, asha, casey, noor):
    claim, _ = a_matched_claim(asha, taken_by=noor)

    page = bench(site, casey, claim).submit("Keep the note", note_words="The shop knows.")

    line = db.session.query(ClaimEvent).filter_by(claim_id=claim.id, what="note").one()
    assert (line.visibility, line.member_text, line.internal_note) == ("internal", "", "The shop knows.")
    assert "Among us: The shop knows." in page.text
    assert site.letters == []
    assert "The shop knows" not in site.as_(asha).open("claims.show_claim", reference=claim.reference).text


def test_note_swaps_the_story_and_the_version_of_the_verdict(site, asha, casey):
    claim, _ = a_matched_claim(asha, taken_by=casey)

    block = bench(site, casey, claim).submit("Keep the note", note_words="Hm.", as_fragment=True)

    assert block.has("#history")
    version = block.find("#version")
    assert version.attrs["value"] == str(fresh(claim).version)
    assert version.attrs["hx-swap-oob"] == "true"
    assert block.value("note_words") == ""


@pytest.mark.parametrize("words", ["", "   ", "\u202e\u0000"])
def test_empty_note_is_refused(site, asha, casey, words):
    claim, _ = a_matched_claim(asha)

    for as_fragment in (False, True):
        page = bench(site, casey, claim).submit("Keep the note", note_words=words, status=422, as_fragment=as_fragment)
        assert page.errors == {"note_words": "Write a few words"}


def test_note_of_any_length_is_kept_for_mending(site, asha, casey):
    claim, _ = a_matched_claim(asha)

    page = bench(site, casey, claim).submit("Keep the note", note_words="y" * 2500, status=422)

    assert len(page.value("note_words")) == 2500


def test_message_goes_to_the_member_and_the_clock_goes_on(site, asha, casey):
    claim, _ = a_matched_claim(asha, taken_by=casey)
    due = claim.due_at

    page = bench(site, casey, claim).submit("Send the message", message_words="We are asking the shop.")

    assert [letter.subject for letter in site.letters] == [f"Casey wrote about your claim {claim.reference}"]
    assert "We are asking the shop." in page.text
    assert fresh(claim).due_at == due
    assert "We are asking the shop." in site.as_(asha).open("claims.show_claim", reference=claim.reference).text


def test_message_needs_the_lease(site, asha, casey):
    claim = factories.a_claim(asha)

    page = post(
        site.as_(casey), f"/care/claims/{claim.id}/messages", status=422, version=claim.version, message_words="Hello"
    )

    assert page.status == 422
    assert site.letters == []


def test_empty_message_is_refused(site, asha, casey):
    claim, _ = a_matched_claim(asha, taken_by=casey)

    page = bench(site, casey, claim).submit("Send the message", message_words=" ", status=422)

    assert page.errors == {"message_words": "Write a few words"}
