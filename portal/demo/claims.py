"""Claims in every state, each with a timeline that could have happened."""

import uuid
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal import programme
from portal.activities.pricing import priced, title_of
from portal.activities.rules import Outcome
from portal.claims.lines import AMONG_STAFF, By, What
from portal.claims.models import Claim, ClaimEvent, InfoRequest
from portal.claims.rules import (
    DECIDED_STATES,
    OPEN_STATES,
    ClaimKind,
    ClaimState,
    Verdict,
    answer_by,
    normal_subject,
    reference_from,
    verdict_due,
)
from portal.demo.books import Books, Line, Row
from portal.demo.histories import History, order_number
from portal.demo.members import GUEST_ORDER, GUEST_ORDER_DAYS
from portal.demo.pictures import Album
from portal.folding import fold
from portal.points.rules import EntryKind
from portal.working_days import calendar_of

# How 150 claims are spread over the states; the list is walked in turn.
SPREAD = (
    (ClaimState.SUBMITTED, 44),
    (ClaimState.IN_REVIEW, 11),
    (ClaimState.NEEDS_INFO, 11),
    (ClaimState.AWAITING_APPROVAL, 3),
    (ClaimState.PARKED, 8),
    (ClaimState.APPROVED, 38),
    (ClaimState.PART_APPROVED, 8),
    (ClaimState.DECLINED, 13),
    (ClaimState.DUPLICATE, 3),
    (ClaimState.EXPIRED, 3),
    (ClaimState.RESOLVED, 4),
    (ClaimState.WITHDRAWN, 3),
)
WORDS = (
    "I ordered as a guest with my work email, as I was signed out.",
    "The order was confirmed, but I cannot see it in my history.",
    "I waited for the two days and nothing came. The confirmation is attached.",
    "It was my first order on the new phone. The receipt is in the picture.",
    "It was during the double points days, so I think the number is too low.",
    "The page showed an error after I had paid, and then nothing came.",
    "",
)
AGENTS = ("Casey", "Noor")
REFERENCE_BYTES = 16


@dataclass(slots=True)
class Desk:
    """Writes the demo's claims; `album` keeps the pictures that go with them."""

    books: Books
    album: Album
    staff: dict[str, uuid.UUID]
    at: datetime

    def fill(self, stories: list[History], count: int) -> None:
        """Spread `count` claims over the stories, each member with at most one."""
        states = deque(state for state, share in SPREAD for _ in range(max(share * count // 150, 1)))
        self.books.rng.shuffle(states)
        grown = [story for story in stories if (self.at - story.person.joined_at).days > 40]  # noqa: PLR2004
        for story, state in zip(self.books.rng.sample(grown, min(count, len(grown))), states * 2, strict=False):
            self._claim(story, state)

    def of_asha(self, story: History) -> None:
        """Write the one open claim of Asha: the guest order that is in nobody's history."""
        when = self.at - timedelta(days=GUEST_ORDER_DAYS)
        self._write(
            story,
            ClaimState.SUBMITTED,
            when=when,
            subject=GUEST_ORDER,
            points=_points("order", when, 75_00),
            sent=self.at - timedelta(hours=20),
            words=WORDS[0],
            has_picture=True,
        )

    def _claim(self, story: History, state: ClaimState) -> None:
        rng = self.books.rng
        is_closed = state not in OPEN_STATES
        ago = rng.randrange(4, 120) if is_closed else rng.choice((0, 0, 0, 0, 0, 0, 0, 0, 0, 4))
        sent = self.at - timedelta(days=ago, hours=rng.randrange(1, 90))
        when = max(sent - timedelta(days=rng.randrange(3, 15)), story.person.joined_at)
        amount = rng.randrange(20, 160) * 100
        subject = order_number(self.books)
        if state not in {ClaimState.DECLINED, ClaimState.EXPIRED} and rng.random() < 0.7:  # noqa: PLR2004
            found = Outcome.CREDITED if is_closed else Outcome.UNMATCHED
            story.event("order", when, found, subject=subject, amount_minor=amount, hint=f"guest{amount}@mail.example")
        self._write(
            story,
            state,
            when=when,
            subject=subject,
            points=_points("order", when, amount),
            sent=sent,
            words=rng.choice(WORDS),
            has_picture=rng.random() < 0.6,  # noqa: PLR2004 - most send one
        )

    def _write(
        self,
        story: History,
        state: ClaimState,
        *,
        when: datetime,
        subject: str,
        points: int,
        sent: datetime,
        words: str,
        has_picture: bool,
    ) -> None:
        rng, person = self.books.rng, story.person
        club = programme.current()
        calendar = calendar_of(club)
        agent = rng.choice(AGENTS)
        kind = ClaimKind.WRONG_AMOUNT if "too low" in words else ClaimKind.MISSING
        reference = reference_from(rng.randbytes(REFERENCE_BYTES))
        claim: Row = {
            "id": self.books.new_id(),
            "reference": reference,
            "member_id": person.member_id,
            "contact_email": "",
            "kind": kind.value,
            "activity": "order",
            "activity_day": calendar.local_day(when),
            "subject": subject,
            "subject_key": normal_subject(subject),
            "expected_points": points,
            "statement": words,
            "state": state.value,
            "step": 4,
            "created_at": sent - timedelta(minutes=6),
            "submitted_at": None if state is ClaimState.PARKED else sent,
            "first_touched_at": None,
            "decided_at": None,
            "parked_until": self.at + timedelta(hours=20) if state is ClaimState.PARKED else None,
            "snoozed_until": None,
            "due_at": None if state is ClaimState.PARKED else verdict_due(calendar, club.claims, at=sent),
            "assignee_id": None,
            "leased_until": None,
            "last_by": "member",
            "expectation_id": None,
            "matched_event_id": None,
            "verdict": None,
            "points_granted": None,
            "reason": "",
            "decided_by_id": None,
            "appeal_of_id": None,
            "search_text": fold(reference, subject, person.name, person.email, words),
        }
        lines = Timeline(self.books, claim, self.staff, agent, sent)
        lines.tell(state, points, story)
        claim["version"] = len(lines.rows) + 1
        claim["changed_at"] = lines.clock
        self.books.rows[Claim].append(claim)
        self.books.rows[ClaimEvent].extend(lines.rows)
        if state is ClaimState.NEEDS_INFO:
            self._ask(claim, lines.clock)
        if has_picture:
            self.album.add(claim, person, subject=subject, when=when, line=lines.rows[0])

    def _ask(self, claim: Row, at: datetime) -> None:
        club = programme.current()
        ask = self.books.rng.choice(club.asks[:3])
        self.books.add(
            InfoRequest,
            claim_id=claim["id"],
            ask=ask.key,
            question=ask.text,
            asked_by_id=claim["assignee_id"],
            asked_at=at,
            answer_by=answer_by(calendar_of(club), club.claims, asked_at=at),
            answered_at=None,
            closed_at=None,
        )


class Timeline:
    """The lines of one claim, told forward from the moment it was sent."""

    def __init__(self, books: Books, claim: Row, staff: dict[str, uuid.UUID], agent: str, sent: datetime) -> None:
        """Begin with the member sending it."""
        self.rows: list[Row] = []
        self.clock = sent
        self._books, self._claim, self._agent, self._staff = books, claim, agent, staff

    def tell(self, state: ClaimState, points: int, story: History) -> None:
        """Write the lines that lead to `state`, and the entry when points were granted."""
        if state is ClaimState.PARKED:
            self._line(What.PARKED, By.MEMBER, state)
            return
        self._line(What.SENT, By.MEMBER, ClaimState.SUBMITTED)
        if state in {ClaimState.SUBMITTED, ClaimState.WITHDRAWN, ClaimState.RESOLVED}:
            closing = {
                ClaimState.WITHDRAWN: (What.WITHDRAWN, By.MEMBER),
                ClaimState.RESOLVED: (What.RESOLVED, By.PORTAL),
            }
            if state in closing:
                self._later(hours=26)
                self._line(*closing[state], state)
                self._claim["decided_at"] = self.clock
            return
        self._later(hours=self._books.rng.randrange(1, 20))
        self._take()
        if state in {ClaimState.NEEDS_INFO, ClaimState.EXPIRED}:
            self._later(minutes=3)
            self._line(What.ASKED, By.AGENT, ClaimState.NEEDS_INFO, member_text=programme.current().asks[0].text)
        elif state is ClaimState.AWAITING_APPROVAL:
            self._line(What.PASSED_UP, By.AGENT, state, note="I would like a second pair of eyes on this one.")
        elif state in DECIDED_STATES:
            self._decide(state, points, story)
        if state is ClaimState.EXPIRED:
            self.clock += timedelta(days=14)
            self._line(What.EXPIRED, By.PORTAL, state)
            self._claim["decided_at"] = self.clock

    def _take(self) -> None:
        self._claim["assignee_id"] = self._staff[self._agent]
        self._claim["first_touched_at"] = self.clock
        self._claim["leased_until"] = self.clock + timedelta(minutes=15)
        self._line(What.TAKEN, By.AGENT, ClaimState.IN_REVIEW)

    def _decide(self, state: ClaimState, points: int, story: History) -> None:
        verdicts = {
            ClaimState.APPROVED: (Verdict.APPROVE, What.APPROVED, points),
            ClaimState.PART_APPROVED: (Verdict.PART, What.PART_APPROVED, max(points // 2, 1)),
            ClaimState.DECLINED: (Verdict.DECLINE, What.DECLINED, 0),
            ClaimState.DUPLICATE: (Verdict.DUPLICATE, What.DUPLICATE, 0),
        }
        verdict, what, granted = verdicts[state]
        reason = programme.current().reasons_for(verdict.value)[0]
        self._later(minutes=self._books.rng.randrange(1, 9))
        self._line(what, By.AGENT, state, member_text=reason.member_text)
        self._claim.update(
            verdict=verdict.value,
            points_granted=granted,
            reason=reason.key,
            decided_at=self.clock,
            decided_by_id=self._staff[self._agent],
            leased_until=None,
            last_by="agent",
        )
        if granted:
            story.lines.append(self._entry(granted, reason.key))

    def _entry(self, granted: int, reason: str) -> Line:
        when = self._claim["submitted_at"] - timedelta(days=3)
        return Line(
            id=self._books.new_id(),
            points=granted,
            kind=EntryKind.CORRECTION,
            happened_at=when,
            recorded_at=self.clock,
            text=f"{title_of('order', when)}, corrected",
            subject=self._claim["subject"],
            activity="order",
            reason=reason,
            claim_id=self._claim["id"],
            actor_id=self._staff[self._agent],
        )

    def _later(self, *, hours: int = 0, minutes: int = 0) -> None:
        self.clock = self.clock + timedelta(hours=hours, minutes=minutes)

    def _line(self, what: What, by: By, state: ClaimState, *, member_text: str = "", note: str = "") -> None:
        is_agent = by is By.AGENT
        self.rows.append(
            {
                "id": self._books.new_id(),
                "claim_id": self._claim["id"],
                "sequence": len(self.rows) + 1,
                "what": what.value,
                "visibility": "internal" if what in AMONG_STAFF else "member",
                "at": self.clock,
                "actor_id": self._staff[self._agent] if is_agent else None,
                "actor_name": self._agent if is_agent else "",
                "by": by.value,
                "state_after": state.value,
                "member_text": member_text,
                "internal_note": note,
            }
        )


def _points(activity: str, when: datetime, amount_minor: int) -> int:
    outcome = priced(activity, when, amount_minor=amount_minor)
    return outcome.points if outcome else 0
