"""Friends that Asha has invited: one who brought points, one who has just joined, one code still open, one run out."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from portal import programme
from portal.activities.models import Expectation, Friend, Referral
from portal.activities.rules import normal_subject
from portal.activities.rules.friends import CODE_BYTES, code_from
from portal.demo.books import Line
from portal.demo.histories import History
from portal.demo.people import Person
from portal.programme import ReferralTerms


def invited(story: History, newcomer: Person, crowd: Sequence[Person]) -> None:
    """Tell of a member's invitations: `newcomer` has come by one, and somebody of the crowd by each that was credited.

    Call it last, so that what was there before stays as it was.
    """
    terms = programme.current().referral
    if terms is None:
        return
    for line in story.lines:
        if line.activity == terms.activity:
            _credited(story, terms, line, crowd)
    sent = _sent(story, terms, newcomer.joined_at - timedelta(days=1))
    _came(story, sent, newcomer, newcomer.joined_at)
    _sent(story, terms, story.at - timedelta(days=4), label="from the choir")
    _sent(story, terms, story.at - timedelta(days=70))


def _credited(story: History, terms: ReferralTerms, line: Line, crowd: Sequence[Person]) -> None:
    friend = min(crowd, key=lambda person: abs(person.joined_at - line.happened_at))
    sent = _sent(story, terms, line.happened_at - timedelta(days=3), code=line.subject)
    _came(story, sent, friend, line.happened_at, event_id=line.event_id)
    story.books.add(
        Expectation,
        member_id=story.person.member_id,
        activity=line.activity,
        subject=line.subject,
        subject_key=normal_subject(line.subject),
        points=line.points,
        happened_at=line.happened_at,
        due_at=line.recorded_at,
        event_id=line.event_id,
        satisfied_by_id=line.id,
        cancelled_at=None,
        rule_version=line.rule_version,
        computation=line.computation,
    )


def _sent(story: History, terms: ReferralTerms, when: datetime, *, code: str = "", label: str = "") -> uuid.UUID:
    return story.books.add(
        Referral,
        member_id=story.person.member_id,
        code=code or code_from(story.books.rng.randbytes(CODE_BYTES)),
        label=label,
        invited_at=when,
        expires_at=when + timedelta(days=terms.days),
        withdrawn_at=None,
    )


def _came(
    story: History, referral_id: uuid.UUID, friend: Person, when: datetime, *, event_id: uuid.UUID | None = None
) -> None:
    settled_at = when if event_id else None
    story.books.add_plain(
        Friend,
        user_id=friend.user_id,
        referral_id=referral_id,
        agreed_at=when,
        joined_at=when,
        verified_at=settled_at,
        settled_at=settled_at,
        event_id=event_id,
        refused_code="",
    )
