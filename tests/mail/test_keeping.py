"""What stays of a letter: the demo's copy, the counts for those who run the portal, and after a while nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.clock import now
from portal.db import db
from portal.mail import letter as letters
from portal.mail import outbox, rules
from portal.mail.models import DemoLetter
from portal.mail.outbox import Counts
from portal.mail.postbox import Memory, Never, NotNow
from tests.mail.postboxes import Refusing
from tests.mail.posting import post, rows, to

pytestmark = pytest.mark.usefixtures("session")


def test_demo_keeps_one_copy_however_often_a_letter_is_tried():
    at = post(to("asha"))

    outbox.send_due(Refusing(NotNow("451 later")), at=at)
    outbox.send_due(Memory(), at=at + timedelta(minutes=1))

    copies = db.session.execute(select(DemoLetter.letter_id, DemoLetter.recipient, DemoLetter.subject)).all()
    assert copies == [(rows()[0].id, "asha@club.example", "You reached Gold")]


def test_counts_tell_what_waits_what_is_dead_and_since_when():
    assert outbox.counts() == Counts(waiting=0, dead=0, oldest=None)
    post(to("asha"), to("bruno"))
    post(to("cara"))
    outbox.send_due(Refusing(Never("550 no"), to="asha@club.example"), at=now(), limit=2)
    post(to("dana"))

    assert outbox.counts() == Counts(waiting=2, dead=1, oldest=rows()[2].created_at)


def test_letters_that_went_long_ago_are_emptied_and_decoys_removed():
    at = post(to("asha"), letters.decoy("nobody@club.example", {"name": ""}, "en_GB"))
    outbox.send_due(Memory(), at=at)
    post(to("cara"))

    early = outbox.forget(at + timedelta(days=rules.FACTS_DAYS))
    late = outbox.forget(at + timedelta(days=rules.FACTS_DAYS, seconds=1))
    again = outbox.forget(at + timedelta(days=rules.FACTS_DAYS, seconds=2))

    assert (early, late, again) == (0, 2, 0)
    assert [(row.recipient, bool(row.facts)) for row in rows()] == [
        ("asha@club.example", False),
        ("cara@club.example", True),
    ]


def test_letter_is_due_from_the_moment_it_is_written():
    before = now()
    post(to("asha"))
    [row] = rows()

    assert before <= row.created_at == row.next_try_at <= now()
