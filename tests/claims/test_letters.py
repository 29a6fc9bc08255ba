"""What letters about claims say: names, days and figures, never what is among staff."""

from datetime import timedelta

import pytest
from flask import Flask

from portal import programme
from portal.claims import letters, queries
from portal.claims.rules import Verdict
from portal.clock import now
from portal.mail.letter import Letter
from portal.web import ui
from tests import factories
from tests.cast import Person
from tests.claims.deciding import REPLY, ask, decide, note, taken, write
from tests.claims.drafting import days_ago, today
from tests.servers import BASE_URL


def about(letter: Letter, *names: str) -> dict[str, object]:
    return {name: letter.facts[name] for name in names}


def test_every_letter_names_the_claim_and_its_page(app: Flask, asha: Person) -> None:
    claim = factories.a_claim(asha, activity="order", day=days_ago(5))

    letter = letters.claim_received(claim.id)

    assert claim.due_at is not None
    assert (letter.to, letter.locale, letter.user_id) == (asha.email, "en_GB", asha.user_id)
    assert dict(letter.facts) == {
        "name": "Asha",
        "reference": claim.reference,
        "what": f"Order of {ui.day(days_ago(5))}",
        "link": f"{BASE_URL}/claims/{claim.reference}",
        "due": ui.weekday_day(claim.due_at),
        "parked_until": "",
    }


def test_approval_brings_points_balance_and_words(app: Flask, asha: Person, casey: Person) -> None:
    claim = taken(asha, casey, points=150)
    decide(claim, casey, Verdict.APPROVE, points=150)

    letter = letters.claim_decided(claim.id)

    assert about(letter, "verdict", "points", "asked", "balance", "why", "agent", "appeal_by") == {
        "verdict": "approve",
        "points": 150,
        "asked": 150,
        "balance": 150,
        "why": REPLY,
        "agent": "Casey",
        "appeal_by": "",
    }


def test_decline_brings_its_rule_and_what_would_change_it(app: Flask, asha: Person, casey: Person) -> None:
    claim = taken(asha, casey)
    note(claim, casey, "she always claims")
    decide(claim, casey, Verdict.DECLINE, note="looks forged to me")
    reason = programme.current().reasons_for("decline")[0]

    letter = letters.claim_decided(claim.id)

    assert about(letter, "verdict", "points", "rule", "change") == {
        "verdict": "decline",
        "points": 0,
        "rule": reason.rule_text,
        "change": list(reason.would_change),
    }
    assert "forged" not in str(letter.facts)
    assert "always" not in str(letter.facts)


def test_question_names_the_one_thing_and_the_day(app: Flask, asha: Person, casey: Person) -> None:
    claim = taken(asha, casey)
    ask(claim, casey, words="Is it the one from work?")

    letter = letters.claim_needs_info(claim.id)

    last = today() + timedelta(days=programme.current().claims.info_days)
    assert about(letter, "ask", "words", "agent", "answer_by") == {
        "ask": programme.current().asks[0].text,
        "words": "Is it the one from work?",
        "agent": "Casey",
        "answer_by": ui.weekday_day(last),
    }


def test_no_letter_asks_for_nothing(app: Flask, asha: Person) -> None:
    with pytest.raises(LookupError):
        letters.claim_needs_info(factories.a_claim(asha).id)


def test_message_brings_the_last_words(app: Flask, asha: Person, casey: Person) -> None:
    claim = taken(asha, casey)
    write(claim, casey, "First")
    write(claim, casey, "Second")

    assert about(letters.claim_message(claim.id), "words", "agent") == {"words": "Second", "agent": "Casey"}


@pytest.mark.parametrize(("days", "until"), [(5, 175), (180, 0)])
def test_withdrawal_says_until_when_it_can_be_claimed_again(app: Flask, asha: Person, days: int, until: int) -> None:
    claim = factories.a_claim(asha, day=days_ago(days), sent=now())

    assert letters.claim_withdrawn(claim.id).facts["again_by"] == ui.day(today() + timedelta(days=until))


def test_what_is_too_old_to_be_claimed_again_is_not_offered(app: Flask, asha: Person) -> None:
    claim = factories.a_claim(asha, day=days_ago(181), sent=now())

    assert letters.claim_withdrawn(claim.id).facts["again_by"] == ""
    assert letters.claim_expired(claim.id).facts["again_by"] == ""


def test_lapsed_draft_is_written_from_what_was_read_before(app: Flask, asha: Person) -> None:
    claim = factories.a_claim(asha, waiting=False, activity="order", day=days_ago(5))

    letter = letters.draft_lapsed(queries.writing_of(claim.id))

    assert about(letter, "name", "what", "days", "link") == {
        "name": "Asha",
        "what": f"Order of {ui.day(days_ago(5))}",
        "days": 30,
        "link": f"{BASE_URL}/claims/new",
    }
