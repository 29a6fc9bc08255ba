"""Answering from the letter's link: one question of one claim, without signing in, until it is answered."""

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from portal.accounts.models import OneTimeToken, User
from portal.claims.asking import tell_asked
from portal.claims.lines import By, What
from portal.claims.models import Claim, ClaimEvent, InfoRequest
from portal.claims.rules import ClaimState
from portal.claims.service import thread
from portal.claims.service.moves import Actor
from portal.clock import now
from portal.db import db
from portal.unit_of_work import unit_of_work
from tests import factories
from tests.cast import Person
from tests.claims.deciding import ask, taken
from tests.claims.outside import another_browser
from tests.claims.uploading import FILM, pictures_of, small
from tests.site import Site


def asked_by_letter(site: Site, member: Person, agent: Person, **fields: object) -> tuple[Claim, str]:
    """Ask about a claim, and give it with the link of the letter."""
    claim = taken(member, agent, **fields)
    ask(claim, agent)
    with unit_of_work():
        question = db.session.scalars(select(InfoRequest).where(InfoRequest.claim_id == claim.id)).one()
        tell_asked(question, key=site.app.extensions["settings"].secret, at=now())
    return claim, link_in(site)


def link_in(site: Site) -> str:
    found = re.search(r"https?://[^/\s]+(/claim-answer/[0-9a-f]{64})", site.letters[-1].text)
    assert found, site.letters[-1].text
    return found[1]


def state_of(claim: Claim) -> ClaimState:
    db.session.expire_all()
    return claim.state


def answers() -> list[tuple[str, object]]:
    rows = db.session.execute(
        select(ClaimEvent.member_text, ClaimEvent.actor_id).where(ClaimEvent.what == What.ANSWERED.value)
    )
    return [(text, actor) for text, actor in rows]


def test_question_is_answered_with_a_picture_and_without_signing_in(site: Site, asha: Person, casey: Person) -> None:
    claim, link = asked_by_letter(site, asha, casey)

    page = site.open(link)
    assert (page.h1, page.path) == ("One thing is missing", "/claim-answer")
    sent = page.submit("Send", answer="It is this one", files=[(small(), "one.png")])

    assert (sent.h1, sent.path) == ("We have your answer", "/claim-answer/sent")
    assert (state_of(claim), answers()) == (ClaimState.SUBMITTED, [("It is this one", asha.user_id)])
    assert pictures_of(claim)[0].sent_with_id is not None
    assert site.open(link, status=410).h1 == "This link no longer works"


def test_page_shows_the_question_and_nothing_else(site: Site, asha: Person, bruno: Person, casey: Person) -> None:
    """A signed-in stranger, too, is shown no more than the letter says."""
    other = factories.a_claim(asha, sent=now())
    claim, link = asked_by_letter(site, asha, casey)

    for browser in (another_browser(site), another_browser(site).as_(bruno)):
        page = browser.open(link)

        assert "Is it the one from work?" in page.text
        assert claim.reference in page.text
        for hidden in (other.reference, claim.statement, asha.name, asha.email):
            assert not hidden or hidden not in page.text
    stranger = another_browser(site)
    stranger.open(link)
    assert "/sign-in" in stranger.open("claims.show_claim", reference=claim.reference).path


def test_scanners_may_look_as_often_as_they_like(site: Site, asha: Person, casey: Person) -> None:
    claim, link = asked_by_letter(site, asha, casey)

    for _ in range(3):
        another_browser(site).open(link)

    assert site.open(link).submit("I do not have it").h1 == "We have your answer"
    assert answers() == [("I do not have it.", asha.user_id)]
    assert state_of(claim) is ClaimState.SUBMITTED


def test_link_is_kept_as_its_digest_and_lasts_until_the_day_of_the_answer(
    site: Site, asha: Person, casey: Person
) -> None:
    claim, link = asked_by_letter(site, asha, casey)
    token = db.session.scalars(select(OneTimeToken)).one()
    question = db.session.scalars(select(InfoRequest)).one()
    assert (token.about_id, token.expires_at) == (question.id, question.answer_by)
    assert link.rpartition("/")[2] not in {token.token_hash, str(token.id)}
    page = site.open(link)

    with time_machine.travel(question.answer_by - timedelta(minutes=1), tick=False):
        assert page.submit("Send", answer="", status=422).errors
    with time_machine.travel(question.answer_by + timedelta(seconds=1), tick=False):
        page.submit("Send", answer="Late", status=410)
        site.open(link, status=410)
    assert state_of(claim) is ClaimState.NEEDS_INFO


def test_bad_picture_keeps_the_words(site: Site, asha: Person, casey: Person) -> None:
    claim, link = asked_by_letter(site, asha, casey)

    page = site.open(link).submit("Send", answer="See", files=[(small(), "one.png"), (FILM, "two.mov")], status=422)

    assert page.value("answer").strip() == "See"
    assert "This is a film. Choose a picture." in page.text
    assert "1 picture is here and goes with your answer." in page.text
    assert state_of(claim) is ClaimState.NEEDS_INFO


def test_double_tap_is_one_answer(site: Site, asha: Person, casey: Person) -> None:
    _, link = asked_by_letter(site, asha, casey)
    page = site.open(link)

    page.submit("Send", answer="Once")
    again = page.submit("Send", answer="Once")

    assert again.h1 == "We have your answer"
    assert len(answers()) == 1


def test_question_answered_elsewhere_is_over_here(site: Site, asha: Person, casey: Person) -> None:
    claim, link = asked_by_letter(site, asha, casey)
    page = site.open(link)
    question = db.session.scalars(select(InfoRequest)).one()
    with unit_of_work():
        thread.answer(claim.id, question.id, "On the site", actor=Actor(By.MEMBER, asha.user_id, asha.name), at=now())

    page.submit("Send", answer="And by link", status=410)

    assert answers() == [("On the site", asha.user_id)]


def test_form_of_one_question_does_not_answer_another(site: Site, asha: Person, casey: Person) -> None:
    first, link = asked_by_letter(site, asha, casey, subject="7600 1111")
    page = site.open(link)
    second, newer = asked_by_letter(site, asha, casey, subject="7600 2222")
    site.open(newer)

    page = page.submit("Send", answer="For the first", status=409)

    assert page.value("answer").strip() == "For the first"
    assert {state_of(first), state_of(second)} == {ClaimState.NEEDS_INFO}


@pytest.mark.parametrize("endpoint", ["follow_reset_link", "follow_undo_link"])
def test_link_opens_nothing_of_another_purpose(site: Site, asha: Person, casey: Person, endpoint: str) -> None:
    _, link = asked_by_letter(site, asha, casey)

    site.open(f"accounts.{endpoint}", secret=link.rpartition("/")[2], status=410)


def test_whoever_is_shut_out_answers_nothing(site: Site, asha: Person, casey: Person) -> None:
    claim, link = asked_by_letter(site, asha, casey)
    page = site.open(link)
    db.session.get_one(User, asha.user_id).disabled_at = now()
    db.session.commit()

    page.submit("Send", answer="Here", status=410)

    assert state_of(claim) is ClaimState.NEEDS_INFO


def test_without_a_link_there_is_no_form(site: Site, asha: Person, casey: Person) -> None:
    asked_by_letter(site, asha, casey)

    assert site.open("claims.show_question", status=410).h1 == "This link no longer works"
    assert "/sign-in" in site.open("claims.answer_sent").path
    site.open("claims.follow_answer_link", secret="0" * 64, status=410)


def test_same_words_as_before_the_question_are_an_answer(asha: Person, casey: Person) -> None:
    claim = taken(asha, casey)
    actor = Actor(By.MEMBER, asha.user_id, asha.name)
    with unit_of_work():
        thread.write(claim.id, "The one from work", actor=actor, at=now())
    ask(claim, casey)
    question = db.session.scalars(select(InfoRequest)).one()

    with unit_of_work():
        thread.answer(claim.id, question.id, "The one from work", actor=actor, at=now())

    assert db.session.scalar(select(func.count()).where(ClaimEvent.what == What.ANSWERED.value)) == 1
