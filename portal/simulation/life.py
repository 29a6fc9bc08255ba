"""What members do about their troubles, hour by hour, by the services that the portal's own pages call."""

import heapq
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from portal.activities import pricing
from portal.activities import sweeps as activities
from portal.claims import queries, sweeps, telling
from portal.claims.lines import By
from portal.claims.queries import Standing
from portal.claims.rules import ClaimKind, ClaimState
from portal.claims.service import drafts
from portal.claims.service.moves import Actor
from portal.errors import PortalError
from portal.programme import normal_subject
from portal.simulation import world
from portal.simulation.troubles import SPREAD_DAYS, Kind, Trouble, made
from portal.simulation.world import Somebody
from portal.unit_of_work import unit_of_work

EVERY = timedelta(hours=3)
AFTERWARDS = timedelta(days=8)
MEMBER_FOR = timedelta(days=400)
# Answers that end a trouble where they are believed.
ANSWERS = frozenset({Standing.ON_ITS_WAY, Standing.CREDITED, Standing.NOT_ELIGIBLE, Standing.RETURNED,
                     Standing.TAKEN_BACK})  # fmt: skip


class Ending(StrEnum):
    """How a trouble ended."""

    NEVER_NOTICED = "came before anybody looked"
    ANSWERED = "answered before filing"
    PROVED = "address proved"
    ARRIVED = "closed by its points"
    GRANTED = "granted automatically"
    DECLINED = "declined automatically"
    AGENT = "left to an agent"


CLOSED = {
    ClaimState.RESOLVED: Ending.ARRIVED,
    ClaimState.APPROVED: Ending.GRANTED,
    ClaimState.DECLINED: Ending.DECLINED,
}


@dataclass(slots=True)
class Case:
    """A trouble, whose it is, and what became of it."""

    trouble: Trouble
    who: Somebody
    ending: Ending = Ending.NEVER_NOTICED
    claim_id: uuid.UUID | None = None
    credited: int = 0

    @property
    def owed(self) -> int:
        """Give the points the member has a right to, whatever was filed."""
        is_owed = self.trouble.kind not in {Kind.FRAUD, Kind.RETURNED, Kind.INELIGIBLE}
        return world.worth(self.trouble) if is_owed else 0

    @property
    def is_wrong(self) -> bool:
        """Tell whether more was credited than is owed."""
        return self.credited > self.owed

    @property
    def is_short(self) -> bool:
        """Tell whether it ended without an agent, and with less than is owed."""
        return self.ending is not Ending.AGENT and self.credited < self.owed


Act = Callable[[Case, datetime], None]


@dataclass(slots=True)
class Life:
    """Everything that will happen, and what has become of it so far."""

    cases: list[Case]
    begin: datetime
    every: timedelta = EVERY
    agenda: list[tuple[datetime, int, Case, Act]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for case in self.cases:
            trouble = case.trouble
            for at, act in ((trouble.told_at, _told), (trouble.back_at, _sent_back), (trouble.comes_at, _comes)):
                if at is not None:
                    heapq.heappush(self.agenda, (at, len(self.agenda), case, act))

    def pass_by(self) -> Iterator[None]:
        """Let it all happen; gives back after every step, of which there are as many as `steps` says."""
        at = self.begin
        for _ in range(self.steps):
            at += self.every
            while self.agenda and self.agenda[0][0] <= at:
                moment, _, case, act = heapq.heappop(self.agenda)
                act(case, moment)
            _sweep(at)
            yield
        for case in self.cases:
            _settle(case)

    @property
    def steps(self) -> int:
        """Give how many looks of the clock there will be."""
        last = max((entry[0] for entry in self.agenda), default=self.begin + timedelta(days=SPREAD_DAYS))
        return int((last + AFTERWARDS - self.begin) / self.every) + 1


def begun(count: int, *, begin: datetime, seed: int, every: timedelta = EVERY) -> Life:
    """Let everybody join, and lay out so many troubles of theirs."""
    troubles = made(count, begin=begin, seed=seed)
    people = world.join(max(trouble.member for trouble in troubles) + 1, at=begin - MEMBER_FOR)
    for trouble in troubles:
        trouble.subject = world.subject_of(trouble.victim or trouble)
    return Life([Case(trouble, people[trouble.member]) for trouble in troubles], begin, every)


def _sweep(at: datetime) -> None:
    activities.post_due(at)
    for sweep in (sweeps.weigh_heard, sweeps.close_arrived, sweeps.open_parked, sweeps.weigh_heard):
        sweep(at)


def _told(case: Case, at: datetime) -> None:
    world.tell(case.trouble, case.who, at=at)


def _sent_back(case: Case, at: datetime) -> None:
    world.tell_of_return(case.trouble, case.who, at=at)


def _comes(case: Case, at: datetime) -> None:
    """Let the member miss points, type the number, and read what is said about it."""
    trouble, who = case.trouble, case.who
    key = normal_subject(trouble.subject)
    found = queries.named(who.member_id, trouble.subject, key, at=at)
    is_answered = any(thing.standing in ANSWERS for thing in found.things)
    if is_answered and trouble.believes and trouble.kind is not Kind.WRONG_AMOUNT:
        case.ending = Ending.ANSWERED
        return
    if queries.came_in_elsewhere(who.member_id, key) and trouble.proves and trouble.kind is Kind.OTHER_ADDRESS:
        world.prove_other_address(who, at=at)
        case.ending = Ending.PROVED
        return
    _file(case, at)


def _file(case: Case, at: datetime) -> None:
    trouble, who = case.trouble, case.who
    about = drafts.About(
        kind=ClaimKind.WRONG_AMOUNT if trouble.kind is Kind.WRONG_AMOUNT else ClaimKind.MISSING,
        activity=world.activity_of_shop().key,
        day=pricing.day_of(trouble.happened_at),
        subject=trouble.subject,
        subject_key=normal_subject(trouble.subject),
        expected_points=world.worth(trouble) or None,
    )
    case.ending = Ending.AGENT
    try:
        with unit_of_work():
            reference = drafts.begin(who.member_id, f"trouble-{trouble.number}", about, at=at)
            case.claim_id = queries.claim_of(who.member_id, reference).id
            if trouble.picture:
                world.show(case.claim_id, who, trouble.picture, at=at)
        with unit_of_work():
            drafts.send(case.claim_id, actor=Actor(By.MEMBER, who.user_id, "Mira"), at=at)
            telling.tell_sent(case.claim_id, at=at)
    except PortalError:
        # The portal refused to take it, and said why: somebody may have to be written to.
        case.claim_id = None


def _settle(case: Case) -> None:
    """Read how it ended."""
    if case.claim_id is not None:
        case.ending = CLOSED.get(queries.facts_of(case.claim_id).state, Ending.AGENT)
    case.credited = world.credited(case.who, case.trouble.subject)
