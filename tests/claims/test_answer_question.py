"""Answering the one missing thing: the clock runs again, and the claim goes back to whoever asked."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import programme
from portal.claims.lines import By, What
from portal.claims.models import Claim, ClaimEvent, InfoRequest
from portal.claims.rules import ClaimState
from portal.claims.service import thread
from portal.claims.service.moves import Actor, StaleClaim
from portal.clock import now
from portal.db import db
from portal.unit_of_work import unit_of_work
from portal.working_days import calendar_of
from tests.cast import Person
from tests.claims.deciding import ask, taken
from tests.claims.test_show_claim import page_of
from tests.claims.uploading import FILM, pictures_of, small
from tests.site import Site


def fresh(claim: Claim) -> Claim:
    db.session.expire_all()
    return claim


def the_question() -> InfoRequest:
    db.session.expire_all()
    return db.session.scalars(select(InfoRequest)).one()


def test_answer_goes_back_to_the_same_agent(site: Site, asha: Person, casey: Person) -> None:
    claim = taken(asha, casey)
    ask(claim, casey)

    page = page_of(site, asha, claim).submit("Send", answer="asha@work.example")

    assert (fresh(claim).state, claim.assignee_id) == (ClaimState.SUBMITTED, casey.user_id)
    assert the_question().answered_at is not None
    assert "asha@work.example" in page.text
    assert "You answered" in page.text


def test_agent_whose_lease_lives_goes_on(site: Site, asha: Person, casey: Person) -> None:
    claim = taken(asha, casey)
    ask(claim, casey)
    claim.leased_until = now() + timedelta(minutes=10)
    db.session.commit()

    page_of(site, asha, claim).submit("Send", answer="asha@work.example")

    assert (fresh(claim).state, claim.assignee_id) == (ClaimState.IN_REVIEW, casey.user_id)


def test_our_clock_was_paused_while_we_waited(asha: Person, casey: Person) -> None:
    claim = taken(asha, casey, sent=now() - timedelta(days=10))
    asked_at = now() - timedelta(days=7)
    ask(claim, casey, at=asked_at)
    due, at = claim.due_at, now()
    assert due is not None

    with unit_of_work():
        thread.answer(claim.id, the_question().id, "Here", actor=Actor(By.MEMBER, asha.user_id, asha.name), at=at)

    calendar = calendar_of(programme.current())
    assert fresh(claim).due_at == calendar.add_working_days(due, calendar.working_days_between(asked_at, at))


def test_not_having_it_is_an_answer(site: Site, asha: Person, casey: Person) -> None:
    claim = taken(asha, casey)
    ask(claim, casey)

    page_of(site, asha, claim).submit("I do not have it")

    words = db.session.scalar(select(ClaimEvent.member_text).where(ClaimEvent.what == What.ANSWERED.value))
    assert (fresh(claim).state, words) == (ClaimState.SUBMITTED, "I do not have it.")


def test_picture_is_an_answer(site: Site, asha: Person, casey: Person) -> None:
    claim = taken(asha, casey)
    ask(claim, casey)

    page_of(site, asha, claim).submit("Send", files=[(small(), "one.png")])

    assert fresh(claim).state is ClaimState.SUBMITTED
    assert pictures_of(claim)[0].sent_with_id is not None


@pytest.mark.parametrize("fragment", [False, True])
def test_nothing_is_no_answer(site: Site, asha: Person, casey: Person, *, fragment: bool) -> None:
    claim = taken(asha, casey)
    ask(claim, casey)

    page = page_of(site, asha, claim).submit("Send", status=422, as_fragment=fragment)

    assert page.errors == {"answer": "Write your answer, add a picture, or choose “I do not have it”"}
    assert fresh(claim).state is ClaimState.NEEDS_INFO


def test_bad_file_keeps_the_answer(site: Site, asha: Person, casey: Person) -> None:
    claim = taken(asha, casey)
    ask(claim, casey)

    page = page_of(site, asha, claim).submit("Send", answer="See", files=[(FILM, "two.mov")], status=422)

    assert page.value("answer").strip() == "See"
    assert "two.mov This is a film. Choose a picture." in page.text
    assert fresh(claim).state is ClaimState.NEEDS_INFO


def test_double_tap_is_one_answer(site: Site, asha: Person, casey: Person) -> None:
    claim = taken(asha, casey)
    ask(claim, casey)
    page = page_of(site, asha, claim)

    page.submit("Send", answer="Once")
    page.submit("Send", answer="Once")

    answers = db.session.scalars(select(ClaimEvent).where(ClaimEvent.what == What.ANSWERED.value)).all()
    assert len(answers) == 1


@pytest.mark.parametrize("question", ["", "x", "\x00", "5d25a94c-91c9-4275-81dc-a8cc08044b4e"])
def test_forged_question_is_not_answered(site: Site, asha: Person, casey: Person, question: str) -> None:
    claim = taken(asha, casey)
    ask(claim, casey)

    page = page_of(site, asha, claim).submit("Send", answer="Here", forged={"question": question}, status=409)

    assert fresh(claim).state is ClaimState.NEEDS_INFO
    assert page.value("answer").strip() == "Here"
    assert page.errors["answer"].startswith("This claim has moved on meanwhile.")


def test_question_that_is_answered_cannot_be_answered_again(asha: Person, casey: Person) -> None:
    claim = taken(asha, casey)
    ask(claim, casey)
    actor, question = Actor(By.MEMBER, asha.user_id, asha.name), the_question().id
    with unit_of_work():
        thread.answer(claim.id, question, "Here", actor=actor, at=now())

    with pytest.raises(StaleClaim), unit_of_work():
        thread.answer(claim.id, question, "And here", actor=actor, at=now())
