"""A claim before it is sent: begun, revised, sent or thrown away."""

import secrets
import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from portal import programme
from portal.accounts.models import Member, User
from portal.activities.models import Expectation
from portal.claims.lines import What
from portal.claims.models import Claim, ClaimEvent, Evidence
from portal.claims.queries import Answer, ClaimFacts, LookUp, allowance_of, facts_of, look_up, open_claim_on
from portal.claims.rules import ClaimKind, ClaimState, Opening, opening, reference_from
from portal.claims.rules.references import BYTES_NEEDED
from portal.claims.service import appeals, parts
from portal.claims.service.moves import Actor, StaleClaim, check_version, lock_member, locked, move
from portal.db import db
from portal.errors import Conflict, Refused
from portal.folding import fold
from portal.working_days import calendar_of

MOST_DRAFTS = 20
FIRST_VERSION = 1
# The steps: what is missing, what we can see, pictures, check and send.
CHECK_STEP, PICTURES_STEP, REVIEW_STEP = 2, 3, 4


@dataclass(frozen=True, slots=True)
class About:
    """What the first step of a claim says; `subject_key` is the form references are compared in."""

    kind: ClaimKind
    activity: str = ""
    day: date | None = None
    subject: str = ""
    subject_key: str = ""
    expected_points: int | None = None
    expectation_id: uuid.UUID | None = None


class AlreadyClaimed(Conflict):
    """The member has an open claim on this subject: `claim` is that one."""

    def __init__(self, claim: ClaimFacts) -> None:
        """Carry the member's own open claim."""
        super().__init__(f"claim {claim.reference} is open on this subject")
        self.claim = claim


def begin(member_id: uuid.UUID, key: str, about: About, *, at: datetime) -> str:
    """Keep the first step as a draft and give its reference; the same key again is the same draft.

    Raises Refused("many_drafts") when too many wait unsent, StaleClaim when the draft has been sent meanwhile.
    """
    claim = _draft_under(member_id, key, at)
    _write(claim, about, at)
    return claim.reference


def keep_begun(member_id: uuid.UUID, key: str, about: About, *, at: datetime) -> str:
    """Keep a first step that is still being typed and give its reference; what is right with it is not looked at.

    Raises StaleClaim once the step itself was sent, whatever comes late from the page; and Refused("many_drafts").
    """
    claim = _draft_under(member_id, key, at)
    check_version(claim, FIRST_VERSION)
    _write_typed(claim, about, at)
    return claim.reference


def keep_about(claim_id: uuid.UUID, about: About, *, version: int, at: datetime) -> None:
    """Keep a change of what a draft is about while it is typed; raises StaleClaim for a page that was sent."""
    claim = _changeable(claim_id)
    check_version(claim, version)
    _write_typed(claim, about, at)


def keep_statement(claim_id: uuid.UUID, statement: str, *, version: int, at: datetime) -> None:
    """Keep the words of a draft while they are typed; raises StaleClaim for a page that was sent."""
    claim = locked(claim_id)
    _require_draft(claim)
    check_version(claim, version)
    claim.statement = statement
    claim.changed_at = at


def revise(claim_id: uuid.UUID, about: About, *, at: datetime) -> None:
    """Change what a draft is about; everything else in it stays.

    Raises StaleClaim when it has been sent, or is an appeal: that is about what its claim was about.
    """
    _write(_changeable(claim_id), about, at)


def reach(claim_id: uuid.UUID, step: int, *, at: datetime, statement: str | None = None) -> None:
    """Note the step a draft has come to, and what the member wrote; raises StaleClaim when it has been sent."""
    claim = locked(claim_id)
    _require_draft(claim)
    if claim.step == CHECK_STEP and claim.expectation_id is not None and _has_arrived(claim.expectation_id):
        # The member has seen that these points came, and means others.
        claim.expectation_id = None
    claim.step = max(claim.step, step)
    claim.version += 1
    if statement is not None:
        claim.statement = statement
    claim.changed_at = at


def send(claim_id: uuid.UUID, *, actor: Actor, at: datetime, statement: str | None = None) -> bool:
    """Send a draft, or park it until its points are due; False means it had been sent before, and nothing is done.

    Raises Refused("not_finished"), Refused with a DayCode, Refused("arrived") when the points came meanwhile, Refused
    with a Held when too many were sent or are open, and AlreadyClaimed;
    of an appeal AlreadyClaimed and Refused("appeal_over") alone.
    """
    claim = locked(claim_id)
    if claim.state is not ClaimState.DRAFT:
        return False
    if statement is not None:
        claim.statement = statement
    start = _opening(claim, at) if claim.appeal_of_id is None else appeals.start_of(claim, at=at)
    claim.parked_until = start.parked_until
    claim.search_text = search_text(claim)
    what = What.PARKED if start.state is ClaimState.PARKED else What.SENT
    line = _moved_alone(claim, start.state, what, actor, at)
    db.session.execute(
        update(Evidence)
        .where(Evidence.claim_id == claim.id, Evidence.removed_at.is_(None))
        .values(sent_with_id=line.id)
    )
    return True


def discard(claim_id: uuid.UUID) -> list[str]:
    """Throw a draft away and give the keys of its files, to be deleted once this is committed.

    Raises StaleClaim when it has been sent.
    """
    claim = locked(claim_id)
    _require_draft(claim)
    kept = db.session.execute(
        delete(Evidence)
        .where(Evidence.claim_id == claim.id)
        .returning(Evidence.storage_key, Evidence.thumb_key, Evidence.original_key)
    )
    keys = [key for row in kept for key in row if key] + parts.drop(claim.id)
    db.session.delete(claim)
    db.session.flush()
    return keys


def _draft_under(member_id: uuid.UUID, key: str, at: datetime) -> Claim:
    """Give the draft that a form's key names, a new one where there is none."""
    lock_member(member_id)
    # Whatever key a form carries, it names a claim of this member and of nobody else.
    claim_id = uuid.uuid5(member_id, key)
    claim = db.session.get(Claim, claim_id)
    if claim is None:
        mine = (Claim.member_id == member_id, Claim.state == ClaimState.DRAFT, Claim.proposed_at.is_(None))
        if (db.session.scalar(select(func.count()).where(*mine)) or 0) >= MOST_DRAFTS:
            raise Refused("many_drafts")
        claim = Claim(
            id=claim_id,
            reference=reference_from(secrets.token_bytes(BYTES_NEEDED)),
            member_id=member_id,
            state=ClaimState.DRAFT,
            step=1,
            version=FIRST_VERSION,
            created_at=at,
        )
        db.session.add(claim)
    _require_draft(claim)
    return claim


def _changeable(claim_id: uuid.UUID) -> Claim:
    claim = locked(claim_id)
    _require_draft(claim)
    if claim.appeal_of_id is not None:
        raise StaleClaim(claim)
    return claim


def _require_draft(claim: Claim) -> None:
    if claim.state is not ClaimState.DRAFT:
        raise StaleClaim(claim)


def _write_typed(claim: Claim, about: About, at: datetime) -> None:
    """Write what is being typed, which is a first step that is not done; the page it comes from stays the newest."""
    version = claim.version
    _write(claim, about, at)
    claim.step, claim.version = 1, version


def _write(claim: Claim, about: About, at: datetime) -> None:
    claim.kind = about.kind
    claim.activity = about.activity
    claim.activity_day = about.day
    claim.subject = about.subject
    claim.subject_key = about.subject_key
    claim.expected_points = about.expected_points
    claim.expectation_id = about.expectation_id
    # Whatever was seen before was about something else: the look-up comes next again.
    claim.step = CHECK_STEP
    # What a page of before still sends in the background is refused from here on.
    claim.version += 1
    claim.changed_at = at
    db.session.flush()


def _opening(claim: Claim, at: datetime) -> Opening:
    club = programme.current()
    due = _checked(claim, at).due_at
    _require_room(claim, at)
    return opening(points_due_at=due, at=at, calendar=calendar_of(club), terms=club.claims)


def _checked(claim: Claim, at: datetime) -> LookUp:
    """Look again, under the lock, at what may have changed since the member saw it."""
    if claim.kind is None or claim.step < CHECK_STEP:
        raise Refused("not_finished")
    db.session.flush()
    found = look_up(facts_of(claim.id), at=at)
    if found.refusal is not None:
        raise Refused(found.refusal.code)
    if found.answer is Answer.CREDITED and claim.expectation_id is not None:
        raise Refused("arrived")
    return found


def _require_room(claim: Claim, at: datetime) -> None:
    held = allowance_of(claim.member_id, at=at).held if claim.member_id else None
    if held is not None:
        raise Refused(held)


def _has_arrived(expectation_id: uuid.UUID) -> bool:
    satisfied = select(Expectation.satisfied_by_id).where(Expectation.id == expectation_id)
    return db.session.scalar(satisfied) is not None


def _require_only_one(claim: Claim) -> None:
    if not claim.subject_key or claim.member_id is None:
        return
    other = open_claim_on(claim.member_id, activity=claim.activity, subject_key=claim.subject_key, but=claim.id)
    if other is not None:
        raise AlreadyClaimed(other)


def _moved_alone(claim: Claim, to: ClaimState, what: What, actor: Actor, at: datetime) -> ClaimEvent:
    """Move the draft; the unique index has the last word on there being one open claim per subject."""
    try:
        with db.session.begin_nested():
            return move(claim, to, what=what, actor=actor, at=at, member_text=claim.statement)
    except IntegrityError:
        db.session.refresh(claim)
        _require_only_one(claim)
        raise


def search_text(claim: Claim) -> str:
    """Fold what the desk finds a claim by: reference, number and member; the words are added line by line."""
    who = db.session.execute(
        select(Member.number, User.name, User.email)
        .join(User, User.id == Member.user_id)
        .where(Member.id == claim.member_id)
    ).one()
    return fold(claim.reference, claim.subject, claim.subject_key, who.number, who.name, who.email)
