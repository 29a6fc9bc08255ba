"""Somebody who cannot get in, pressing the button again and again, while an agent answers."""

from functools import partial

import pytest
from flask import Flask

from portal.accounts.rules import read_address
from portal.accounts.service.limits import Limit
from portal.claims.models import Claim, ClaimEvent
from portal.claims.rules import ClaimState, Verdict
from portal.claims.service import access, desk, verdicts
from portal.claims.service.moves import StaleClaim
from portal.claims.service.verdicts import Decision
from portal.clock import now
from portal.db import db
from portal.unit_of_work import unit_of_work
from tests import factories
from tests.together import together

PETRA = read_address("petra@mail.example")
OFTEN = Limit("help-account", 100, 86_400)


def send(words: str) -> None:
    with unit_of_work():
        assert access.send(None, PETRA, words, limit=OFTEN, at=now()) is not None


def told() -> list[str]:
    db.session.rollback()
    return sorted(line.member_text for line in db.session.query(ClaimEvent) if line.by == "member")


def test_words_sent_at_once_are_one_claim_and_none_is_lost(free_app: Flask) -> None:
    sent = [f"Words {number}" for number in range(8)]

    wrong = together(free_app, [partial(send, words) for words in sent])

    assert (wrong, told(), db.session.query(Claim).count()) == ([], sent, 1)


@pytest.mark.parametrize("attempt", range(3))
def test_words_that_meet_the_verdict_are_never_lost(free_app: Flask, attempt: int) -> None:
    casey = factories.an_agent("Casey Walsh")
    send("First")
    claim = db.session.query(Claim).one()
    with unit_of_work():
        version = desk.take(claim.id, by=casey.user_id, at=now()).version
    decision = Decision(Verdict.APPROVE, version=version, reply="Sign in again.")

    def decide() -> None:
        with unit_of_work():
            verdicts.decide(claim.id, decision, by=casey.user_id, at=now())

    wrong = together(free_app, [decide, partial(send, "Second")])

    states = sorted(found.state.value for found in db.session.query(Claim))
    assert told() == ["First", "Second"]
    if wrong:
        assert (isinstance(wrong[0], StaleClaim), states) == (True, [ClaimState.IN_REVIEW]), "the agent is told"
    else:
        assert states == [ClaimState.APPROVED, ClaimState.SUBMITTED], "the words are a claim of their own"
