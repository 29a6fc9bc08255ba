"""What a member writes about a claim."""

import pytest
from sqlalchemy import select

from portal.claims.lines import By, What
from portal.claims.models import Claim, ClaimEvent, Evidence
from portal.claims.rules import ClaimState, Verdict
from portal.db import db
from tests import factories
from tests.cast import Person
from tests.claims.deciding import ask, decide, taken
from tests.claims.test_show_claim import page_of
from tests.claims.uploading import FILM, pictures_of, small, upload
from tests.site import Site


def messages_of(claim: Claim) -> list[ClaimEvent]:
    wanted = select(ClaimEvent).where(ClaimEvent.claim_id == claim.id, ClaimEvent.what == What.MESSAGE.value)
    db.session.expire_all()
    return list(db.session.scalars(wanted.order_by(ClaimEvent.sequence)))


def test_message_is_in_the_thread_and_the_last_word_is_the_members(site: Site, asha: Person, casey: Person) -> None:
    claim = taken(asha, casey)
    before = claim.version

    page = page_of(site, asha, claim).submit("Send message", message="One more thing:\nit was on Friday.")

    (line,) = messages_of(claim)
    assert (line.member_text, line.by, line.actor_id) == (
        "One more thing:\nit was on Friday.",
        By.MEMBER,
        asha.user_id,
    )
    assert (claim.state, claim.version, claim.last_by) == (ClaimState.IN_REVIEW, before + 1, By.MEMBER)
    assert "it was on Friday." in page.text


def test_double_tap_is_one_message(site: Site, asha: Person) -> None:
    claim = factories.a_claim(asha)
    page = page_of(site, asha, claim)

    page.submit("Send message", message="Once")
    page.submit("Send message", message="Once")
    page.submit("Send message", message="Twice")

    assert [line.member_text for line in messages_of(claim)] == ["Once", "Twice"]


def test_same_words_with_a_new_picture_are_another_message(site: Site, asha: Person) -> None:
    claim = factories.a_claim(asha)

    page_of(site, asha, claim).submit("Send message", message="See", files=[(small(), "one.png")])
    page_of(site, asha, claim).submit("Send message", message="See", files=[(small(colour="red"), "two.png")])

    assert [line.member_text for line in messages_of(claim)] == ["See", "See"]


def test_pictures_go_with_the_message(site: Site, asha: Person) -> None:
    claim = factories.a_claim(asha)

    page = page_of(site, asha, claim).submit("Send message", message="Here", files=[(small(), "one.png")])

    (picture,) = pictures_of(claim)
    (line,) = messages_of(claim)
    assert picture.sent_with_id == line.id
    assert page.has(f'#messages a[href$="/evidence/{picture.id}"]')


def test_picture_without_a_word_is_a_message(site: Site, asha: Person) -> None:
    claim = factories.a_claim(asha)
    upload(site, asha, small(), "one.png", claim=claim)

    page = page_of(site, asha, claim)
    assert page.has("details[open] li[data-kept]")
    page.submit("Send message")

    assert [line.member_text for line in messages_of(claim)] == [""]
    assert pictures_of(claim)[0].sent_with_id is not None


def test_five_more_pictures_fit_with_each_message(site: Site, asha: Person) -> None:
    claim = factories.a_claim(asha)
    for number in range(2):
        files = [(small(colour=f"#{number}{n}0000"), f"{n}.png") for n in range(5)]
        page_of(site, asha, claim).submit("Send message", message=f"Part {number}", files=files)

    assert len(pictures_of(claim)) == 10


def test_bad_file_is_named_and_everything_else_is_kept(site: Site, asha: Person) -> None:
    claim = factories.a_claim(asha)

    page = page_of(site, asha, claim).submit(
        "Send message", message="Both of them", files=[(small(), "one.png"), (FILM, "two.mov")], status=422
    )

    assert "two.mov This is a film. Choose a picture." in page.text
    assert page.value("message").strip() == "Both of them"
    assert page.has("li[data-kept]")
    assert messages_of(claim) == []
    page.submit("Send message")
    assert [line.member_text for line in messages_of(claim)] == ["Both of them"]


def test_removing_a_picture_keeps_the_words(site: Site, asha: Person) -> None:
    claim = factories.a_claim(asha)
    upload(site, asha, small(), "one.png", claim=claim)

    page = page_of(site, asha, claim).submit("Remove one.png", message="Still here")

    assert page.value("message").strip() == "Still here"
    assert pictures_of(claim) == []


@pytest.mark.parametrize("words", ["", "   ", "\u202e\u200e", "\x00\x07"])
def test_nothing_is_no_message(site: Site, asha: Person, words: str) -> None:
    claim = factories.a_claim(asha)

    page = page_of(site, asha, claim).submit("Send message", message=words, status=422)

    assert page.errors == {"message": "Write a few words, or add a picture"}
    assert messages_of(claim) == []


def test_too_long_a_message_is_kept(site: Site, asha: Person) -> None:
    claim = factories.a_claim(asha)

    page = page_of(site, asha, claim).submit("Send message", message="x" * 100_000, status=422)

    assert page.errors == {"message": "Shorten this by 98,000 characters: 2,000 fit"}
    assert len(page.value("message").strip()) == 100_000


def test_words_to_a_claim_that_closed_meanwhile_are_given_back(site: Site, asha: Person, casey: Person) -> None:
    claim = taken(asha, casey)
    page = page_of(site, asha, claim)
    decide(claim, casey, Verdict.DECLINE)

    page = page.submit("Send message", message="Wait, I found it", files=[(small(), "one.png")], status=409)

    assert page.h1 == "We could not add these points"
    assert "Your words were not sent" in page.text
    assert "Wait, I found it" in page.text
    assert messages_of(claim) == []


def test_while_we_wait_a_message_is_the_answer(site: Site, asha: Person, casey: Person) -> None:
    claim = taken(asha, casey)
    page = page_of(site, asha, claim)
    ask(claim, casey)

    page.submit("Send message", message="It is casey@work.example")

    db.session.expire_all()
    assert claim.state is ClaimState.SUBMITTED
    lines = [line.what for line in db.session.scalars(select(ClaimEvent).order_by(ClaimEvent.sequence))]
    assert lines == [What.SENT, What.TAKEN, What.ASKED, What.ANSWERED, What.LEASE_OVER]


def test_nobody_writes_into_my_claim(site: Site, asha: Person, bruno: Person) -> None:
    claim = factories.a_claim(asha)
    stranger = site.as_(bruno)
    token = stranger.open("claims.show_claims").token

    for path in ("messages", "answer", "withdrawal"):
        data = {"csrf_token": token, "message": "Hello", "answer": "Hello"}
        stranger.send("POST", f"/claims/{claim.reference}/{path}", data=data, status=404)

    assert messages_of(claim) == []
    assert db.session.scalars(select(Evidence)).all() == []
