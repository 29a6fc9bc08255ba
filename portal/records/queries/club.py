"""What we hold about somebody's membership: points, claims, what the shop told us, and the letters they got."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import and_, select

from portal.activities.models import Device, Event, Expectation, Friend, QuizAttempt, Referral
from portal.claims.models import Claim, ClaimEvent, Evidence, InfoRequest
from portal.db import db
from portal.mail.letter import DECOY
from portal.mail.models import LetterRow
from portal.points.models import Entry, ExpiryNotice
from portal.records.queries.owners import Owner, section
from portal.records.rules import Section
from portal.tiers.models import TierSpan


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a claim that is still kept, and what it is called in the copy."""

    name: str
    storage_key: str


def points(who: Owner) -> Section:
    """Give every line of the ledger, with how its number came about."""
    return section(
        "points",
        select(
            Entry.sequence,
            Entry.points,
            Entry.balance_after,
            Entry.kind,
            Entry.text,
            Entry.activity,
            Entry.subject,
            Entry.happened_at,
            Entry.recorded_at,
            Entry.counts_for_tier,
            Entry.reason,
            Entry.rule_version,
            Entry.computation,
        )
        .where(Entry.member_id == who.member_id)
        .order_by(Entry.sequence),
    )


def expected(who: Owner) -> Section:
    """Give what is or was on its way."""
    return section(
        "points_on_their_way",
        select(
            Expectation.points,
            Expectation.activity,
            Expectation.subject,
            Expectation.happened_at,
            Expectation.due_at,
            Entry.sequence.label("became_line"),
            Expectation.cancelled_at,
        )
        .outerjoin(Entry, Entry.id == Expectation.satisfied_by_id)
        .where(Expectation.member_id == who.member_id)
        .order_by(Expectation.due_at),
    )


def activities(who: Owner) -> Section:
    """Give what the shop told us about them."""
    return section(
        "messages_of_the_shop",
        select(
            Event.source,
            Event.activity,
            Event.subject,
            Event.amount_minor,
            Event.currency,
            Event.occurred_at,
            Event.received_at,
            Event.member_hint.label("sent_for"),
            Event.outcome,
            Event.outcome_code,
        )
        .where(Event.member_id == who.member_id)
        .order_by(Event.occurred_at),
    )


def friends(who: Owner) -> Section:
    """Give the invitations they sent on; who joined by them is not theirs to have."""
    return section(
        "friends_invited",
        select(
            Referral.code,
            Referral.label,
            Referral.invited_at,
            Referral.expires_at,
            Referral.withdrawn_at,
            Friend.joined_at.label("friend_joined_at"),
            Friend.verified_at.label("friend_verified_at"),
        )
        .outerjoin(Friend, and_(Friend.referral_id == Referral.id, Friend.joined_at.is_not(None)))
        .where(Referral.member_id == who.member_id)
        .order_by(Referral.invited_at),
    )


def came_by(who: Owner) -> Section:
    """Give the invitation they came with themselves; who sent it is not theirs to have."""
    return section(
        "invitation_you_came_with",
        select(Referral.code, Friend.agreed_at, Friend.joined_at, Friend.verified_at)
        .join(Friend, Friend.referral_id == Referral.id)
        .where(Friend.user_id == who.user_id),
    )


def devices(who: Owner) -> Section:
    """Give the devices they registered."""
    return section(
        "devices",
        select(Device.activity, Device.serial, Device.registered_at, Device.freed_at)
        .where(Device.member_id == who.member_id)
        .order_by(Device.registered_at),
    )


def quizzes(who: Owner) -> Section:
    """Give their answers to quizzes."""
    attempt = QuizAttempt
    return section(
        "quizzes",
        select(attempt.quiz, attempt.number, attempt.sent_at, attempt.answers, attempt.right, attempt.passed)
        .where(attempt.member_id == who.member_id)
        .order_by(attempt.sent_at),
    )


def tiers(who: Owner) -> Section:
    """Give the tiers they held."""
    return section(
        "tiers",
        select(TierSpan.tier, TierSpan.since, TierSpan.until, TierSpan.cause, TierSpan.review_at.label("looked_at_on"))
        .where(TierSpan.member_id == who.member_id)
        .order_by(TierSpan.since),
    )


def lapses(who: Owner) -> Section:
    """Give of which points they were told that they lapse."""
    return section(
        "points_that_lapse",
        select(ExpiryNotice.expires_on, ExpiryNotice.points, ExpiryNotice.sent_at.label("told_at"))
        .where(ExpiryNotice.member_id == who.member_id)
        .order_by(ExpiryNotice.expires_on),
    )


def claims(who: Owner) -> Section:
    """Give every claim, drafts included."""
    return section(
        "claims",
        select(
            Claim.reference,
            Claim.kind,
            Claim.activity,
            Claim.activity_day,
            Claim.subject,
            Claim.expected_points,
            Claim.statement,
            Claim.state,
            Claim.created_at,
            Claim.submitted_at,
            Claim.due_at,
            Claim.decided_at,
            Claim.verdict,
            Claim.points_granted,
            Claim.reason,
        )
        .where(Claim.member_id == who.member_id)
        .order_by(Claim.created_at),
    )


def thread(who: Owner) -> Section:
    """Give what was written and done on each claim, as far as it was said to them."""
    return section(
        "claims_thread",
        select(
            Claim.reference,
            ClaimEvent.at,
            ClaimEvent.by,
            ClaimEvent.what,
            ClaimEvent.state_after,
            ClaimEvent.member_text.label("words"),
        )
        .join(Claim, Claim.id == ClaimEvent.claim_id)
        .where(Claim.member_id == who.member_id, ClaimEvent.visibility == "member")
        .order_by(Claim.created_at, ClaimEvent.sequence),
    )


def questions(who: Owner) -> Section:
    """Give what we asked them for."""
    return section(
        "claims_questions",
        select(
            Claim.reference, InfoRequest.question, InfoRequest.asked_at, InfoRequest.answer_by, InfoRequest.answered_at
        )
        .join(Claim, Claim.id == InfoRequest.claim_id)
        .where(Claim.member_id == who.member_id)
        .order_by(InfoRequest.asked_at),
    )


def pictures(who: Owner) -> Section:
    """Give what is known of each picture; those that are still kept lie beside the tables."""
    return section(
        "claims_pictures",
        select(
            Claim.reference,
            Evidence.position,
            Evidence.file_name,
            Evidence.kind,
            Evidence.uploaded_at,
            Evidence.original_bytes,
            Evidence.sha256,
            Evidence.removed_at,
            Evidence.retention_until,
        )
        .join(Claim, Claim.id == Evidence.claim_id)
        .where(Claim.member_id == who.member_id)
        .order_by(Claim.created_at, Evidence.position),
    )


def pictures_of(member_id: uuid.UUID) -> list[Picture]:
    """List the pictures whose files are still kept."""
    rows = db.session.execute(
        select(Claim.reference, Evidence.position, Evidence.storage_key)
        .join(Claim, Claim.id == Evidence.claim_id)
        .where(Claim.member_id == member_id, Evidence.removed_at.is_(None))
        .order_by(Claim.created_at, Evidence.position)
    )
    return [Picture(f"{row.reference}-{row.position}.jpg", row.storage_key) for row in rows]


def letters(who: Owner) -> Section:
    """Give the letters they got; the facts that fill the subject are forgotten after a while."""
    return section(
        "letters",
        select(LetterRow.kind, LetterRow.recipient, LetterRow.locale, LetterRow.facts, LetterRow.sent_at)
        .where(LetterRow.user_id == who.user_id, LetterRow.kind != DECOY)
        .order_by(LetterRow.created_at),
    )


CLUB_SECTIONS: tuple[Callable[[Owner], Section], ...] = (
    points,
    expected,
    activities,
    devices,
    quizzes,
    friends,
    came_by,
    tiers,
    lapses,
    claims,
    thread,
    questions,
    pictures,
    letters,
)
