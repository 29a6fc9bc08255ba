"""What agents do with a claim beside deciding it: take, give back, ask, note, write. Everything inside a unit of work.

A claim that is taken carries a lease: looking never locks, and a closed laptop never blocks.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, or_, select

from portal import programme
from portal.accounts.models import Member, User
from portal.accounts.rules import Role
from portal.claims.lines import By, What
from portal.claims.models import Claim, InfoRequest
from portal.claims.rules import OPEN_STATES, ClaimState, answer_by
from portal.claims.service import moves
from portal.claims.service.moves import PORTAL, Actor, StaleClaim
from portal.claims.service.own import appeals_own, is_not_own, is_own, require_other_agent
from portal.db import db
from portal.errors import Conflict, NotFound, Refused
from portal.tiers.models import TierSpan
from portal.working_days import calendar_of

ACTING = frozenset({Role.AGENT, Role.LEAD})
# What waits for us; a claim that waits for its member comes back by itself.
TAKEABLE = frozenset({ClaimState.SUBMITTED, ClaimState.IN_REVIEW})


@dataclass(frozen=True, slots=True)
class Agent:
    """The agent who acts, as the database knows them at this moment; `member_id` is their own membership."""

    user_id: uuid.UUID
    name: str
    role: Role
    member_id: uuid.UUID | None

    @property
    def actor(self) -> Actor:
        """Give them as the timeline names them."""
        return Actor(By.AGENT, self.user_id, self.name)

    @property
    def limit(self) -> int:
        """Give the points they may give for one claim without a second person."""
        return programme.current().desk.limit(self.role.value)


class Taken(Conflict):
    """Another agent holds the claim; `who` is their name, `until` the end of their lease unless they renew it."""

    def __init__(self, claim: Claim, who: str) -> None:
        """Name the one who was faster."""
        super().__init__(f"claim {claim.reference} is with {who}")
        self.claim_id = claim.id
        self.reference = claim.reference
        self.who_id = claim.assignee_id
        self.who = who
        self.until = claim.leased_until


def agent_of(user_id: uuid.UUID) -> Agent:
    """Read who acts, now: rights taken away while a page was open are gone; raises NotFound."""
    row = db.session.execute(
        select(User.name, User.role, Member.id)
        .outerjoin(Member, Member.user_id == User.id)
        .where(User.id == user_id, User.role.in_(ACTING), User.disabled_at.is_(None))
    ).one_or_none()
    if row is None:
        raise NotFound
    return Agent(user_id, row.name, Role(row.role), row.id)


def take(claim_id: uuid.UUID, *, by: uuid.UUID, at: datetime) -> Claim:
    """Take a claim, or renew one's own lease; exactly one agent wins.

    Raises Taken for everybody else, StaleClaim when there is nothing to take, NotFound for one's own claim, OwnVerdict
    for an appeal of what one decided.
    """
    agent = agent_of(by)
    claim = reach(claim_id, agent)
    if _is_held(claim, at):
        if claim.assignee_id != by:
            raise Taken(claim, _name_of(claim.assignee_id))
        _renew(claim, at)
        return claim
    return _start(claim, agent, at)


def take_next(*, by: uuid.UUID, at: datetime) -> Claim | None:
    """Take the claim that is due first, then the highest tier, then the oldest; None when none is free just now.

    Claims that came back to this agent go first. One statement picks and locks the row, and passes over rows that
    others hold: it waits for nobody, so it can take the claim without its member's lock and never be in a deadlock.
    """
    agent = agent_of(by)
    picked = db.session.scalar(_waiting_for(agent, at).with_for_update(of=Claim, skip_locked=True))
    if picked is None:
        return None
    return _start(db.session.get_one(Claim, picked, populate_existing=True), agent, at)


def is_any_left(*, by: uuid.UUID, at: datetime) -> bool:
    """Tell whether a claim waits after all: one that somebody was writing to in the moment of taking is passed over."""
    return db.session.scalar(_waiting_for(agent_of(by), at)) is not None


def release(claim_id: uuid.UUID, *, by: uuid.UUID, at: datetime) -> Claim:
    """Give a claim back to the queue, where it keeps its place; raises Taken or StaleClaim when it is not theirs."""
    agent = agent_of(by)
    claim = reach(claim_id, agent)
    _require_holder(claim, agent, at)
    claim.assignee_id = None
    moves.move(claim, ClaimState.SUBMITTED, what=What.RELEASED, actor=agent.actor, at=at)
    return claim


def give_back(claim_id: uuid.UUID, *, at: datetime) -> bool:
    """Return a claim whose lease has run out; False when somebody was faster."""
    claim = moves.locked(claim_id)
    if claim.state is not ClaimState.IN_REVIEW or claim.leased_until is None or claim.leased_until > at:
        return False
    _end_lease(claim, at)
    return True


def run_out(at: datetime) -> list[uuid.UUID]:
    """List the claims whose lease has run out."""
    return list(
        db.session.scalars(
            select(Claim.id).where(Claim.state == ClaimState.IN_REVIEW, Claim.leased_until <= at).order_by(Claim.id)
        )
    )


def ask(
    claim_id: uuid.UUID, key: str, *, words: str = "", note: str = "", version: int, by: uuid.UUID, at: datetime
) -> InfoRequest:
    """Ask the member for one named thing; our clock stands still until the answer, which comes back to this agent.

    Raises Refused("ask") for a thing the programme does not know, "no_account" without a member, and what `held` does.
    """
    thing = next((thing for thing in programme.current().asks if thing.key == key), None)
    if thing is None:
        raise Refused("ask")
    agent, claim = held(claim_id, version=version, by=by, at=at)
    if claim.member_id is None:
        # Whoever cannot get in has no page to answer on: they are written to.
        raise Refused("no_account")
    calendar = calendar_of(programme.current())
    question = InfoRequest(
        claim_id=claim.id,
        ask=thing.key,
        question=f"{thing.text}\n\n{words}" if words else thing.text,
        asked_by_id=agent.user_id,
        asked_at=at,
        answer_by=answer_by(calendar, programme.current().claims, asked_at=at),
    )
    db.session.add(question)
    claim.leased_until = None
    moves.move(
        claim,
        ClaimState.NEEDS_INFO,
        what=What.ASKED,
        actor=agent.actor,
        at=at,
        member_text=question.question,
        internal_note=note,
    )
    return question


def note(claim_id: uuid.UUID, words: str, *, version: int, by: uuid.UUID, at: datetime) -> Claim:
    """Write a note among staff; anybody at the desk may, whoever holds the claim."""
    agent = agent_of(by)
    claim = reach(claim_id, agent)
    moves.check_version(claim, version)
    if claim.assignee_id == agent.user_id and _is_held(claim, at):
        _renew(claim, at)
    moves.add_line(claim, What.NOTE, actor=agent.actor, at=at, internal_note=words)
    return claim


def message(claim_id: uuid.UUID, words: str, *, version: int, by: uuid.UUID, at: datetime) -> Claim:
    """Write to the member about a claim one holds; the clock goes on. Raises what `held` raises."""
    agent, claim = held(claim_id, version=version, by=by, at=at)
    _renew(claim, at)
    moves.add_line(claim, What.MESSAGE, actor=agent.actor, at=at, member_text=words)
    return claim


def held(claim_id: uuid.UUID, *, version: int, by: uuid.UUID, at: datetime, takes: bool = False) -> tuple[Agent, Claim]:
    """Lock a claim that this agent holds in the version their page showed.

    With `takes`, one that nobody holds is taken on the way. Raises NotFound for one's own claim, StaleClaim when
    it has changed, Taken when another agent holds it, Refused("not_taken") when nobody does, and OwnVerdict for an
    appeal of what this agent decided.
    """
    agent = agent_of(by)
    claim = reach(claim_id, agent)
    moves.check_version(claim, version)
    if takes and claim.state in TAKEABLE and not _is_held(claim, at):
        _start(claim, agent, at)
    _require_holder(claim, agent, at)
    return agent, claim


def reach(claim_id: uuid.UUID, agent: Agent) -> Claim:
    """Lock a claim for an agent; a draft and a claim of their own, or of a linked account, do not exist for them."""
    claim = moves.locked(claim_id)
    if claim.state is ClaimState.DRAFT or is_own(claim, agent.user_id):
        raise NotFound
    return claim


def _require_holder(claim: Claim, agent: Agent, at: datetime) -> None:
    require_other_agent(claim, agent.user_id)
    if claim.state is not ClaimState.IN_REVIEW:
        if claim.state in OPEN_STATES:
            raise Refused("not_taken")
        raise StaleClaim(claim)
    if claim.assignee_id != agent.user_id and _is_held(claim, at):
        raise Taken(claim, _name_of(claim.assignee_id))
    if claim.assignee_id != agent.user_id:
        raise Refused("not_taken")


def _is_held(claim: Claim, at: datetime) -> bool:
    return claim.state is ClaimState.IN_REVIEW and claim.leased_until is not None and claim.leased_until > at


def _start(claim: Claim, agent: Agent, at: datetime) -> Claim:
    """Begin a lease; one that has run out is ended first, so that the timeline tells both."""
    require_other_agent(claim, agent.user_id)
    if claim.state not in TAKEABLE:
        raise StaleClaim(claim)
    if claim.state is ClaimState.IN_REVIEW:
        if claim.assignee_id == agent.user_id:
            _renew(claim, at)
            return claim
        _end_lease(claim, at)
    claim.assignee_id = agent.user_id
    moves.move(claim, ClaimState.IN_REVIEW, what=What.TAKEN, actor=agent.actor, at=at)
    _renew(claim, at)
    return claim


def _renew(claim: Claim, at: datetime) -> None:
    claim.leased_until = at + timedelta(minutes=programme.current().desk.lease_minutes)
    db.session.flush()


def _end_lease(claim: Claim, at: datetime) -> None:
    claim.assignee_id = None
    moves.move(claim, ClaimState.SUBMITTED, what=What.LEASE_OVER, actor=PORTAL, at=at)


def _name_of(user_id: uuid.UUID | None) -> str:
    return db.session.scalar(select(User.name).where(User.id == user_id)) or ""


def is_waiting(at: datetime) -> ColumnElement[bool]:
    """Say in SQL which claims nobody holds: sent in, given back, or left behind by a lease that ran out."""
    return or_(
        Claim.state == ClaimState.SUBMITTED,
        and_(Claim.state == ClaimState.IN_REVIEW, or_(Claim.leased_until.is_(None), Claim.leased_until <= at)),
    )


def tier_rank() -> ColumnElement[int]:
    """Give the rank of a member's tier in SQL, counted from 1; the open span is joined by whoever asks."""
    ranks = {tier.key: rank for rank, tier in enumerate(programme.current().tiers, start=1)}
    return case(ranks, value=TierSpan.tier, else_=0)


def _waiting_for(agent: Agent, at: datetime) -> Select[uuid.UUID]:
    return (
        select(Claim.id)
        .outerjoin(TierSpan, and_(TierSpan.member_id == Claim.member_id, TierSpan.until.is_(None)))
        .where(
            is_waiting(at),
            or_(Claim.snoozed_until.is_(None), Claim.snoozed_until <= at),
            is_not_own(agent.user_id, agent.member_id),
            ~appeals_own(agent.user_id),
        )
        .order_by(
            case((Claim.assignee_id == agent.user_id, 0), else_=1),
            Claim.due_at,
            tier_rank().desc(),
            Claim.submitted_at,
            Claim.id,
        )
        .limit(1)
    )
