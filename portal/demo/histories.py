"""Believable histories: orders, devices, quizzes, friends, returns and rewards, priced by the programme's own rules."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from string import ascii_uppercase, digits

from portal import programme
from portal.activities.models import Device, Event, Expectation, QuizAttempt
from portal.activities.pricing import priced, title_of
from portal.activities.rules import Outcome, due_at, normal_subject
from portal.activities.rules.quizzes import Phase, phase_of
from portal.activities.service.hints import hint_key
from portal.demo.books import Books, Line
from portal.demo.people import Person
from portal.points.rules import EntryKind

SHOP = "shop"
FIRST_ORDER = 70_000_000
QUIZZES = ("Autumn quiz", "Summer quiz", "Spring quiz", "Winter quiz", "Club quiz", "Taste quiz")
LAST_SIGNS = digits + ascii_uppercase
SERIAL_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@dataclass(slots=True)
class History:
    """One member's story while it is being written."""

    books: Books
    person: Person
    at: datetime
    lines: list[Line] = field(default_factory=list)
    passed: set[str] = field(default_factory=set)

    @property
    def status(self) -> int:
        """Sum up what counts for the tier so far."""
        return sum(line.points for line in self.lines if line.counts_for_tier)

    def earn(self, activity: str, when: datetime, *, amount_minor: int | None = None, subject: str = "") -> Line | None:
        """Let something happen: its points have posted when their time has come, else they are expected."""
        outcome = priced(activity, when, amount_minor=amount_minor)
        if outcome is None or outcome.points <= 0:
            return None
        subject = subject or self._subject(activity)
        due = due_at(when, programme.current().activity(activity).delay_hours)
        posted = due <= self.at
        event_id = self.event(
            activity, when, Outcome.CREDITED if posted else Outcome.PENDING, subject=subject, amount_minor=amount_minor
        )
        match programme.current().activity(activity).done_by:
            case "device":
                self._register(activity, when, subject=subject, event_id=event_id)
            case "quiz":
                self._pass(when, title=subject, event_id=event_id)
        if not posted:
            self.books.add(
                Expectation,
                member_id=self.person.member_id,
                activity=activity,
                subject=subject,
                subject_key=normal_subject(subject),
                points=outcome.points,
                happened_at=when,
                due_at=due,
                event_id=event_id,
                satisfied_by_id=None,
                cancelled_at=None,
                rule_version=outcome.rule_version,
                computation=outcome.computation,
            )
            return None
        line = Line(
            id=self.books.new_id(),
            points=outcome.points,
            kind=EntryKind.EARN,
            happened_at=when,
            recorded_at=due - timedelta(minutes=self.books.rng.randrange(1, 300)),
            text=title_of(activity, when),
            subject=subject,
            activity=activity,
            event_id=event_id,
            rule_version=outcome.rule_version,
            computation=outcome.computation,
        )
        self.lines.append(line)
        return line

    def event(
        self,
        activity: str,
        when: datetime,
        outcome: Outcome,
        *,
        subject: str,
        amount_minor: int | None = None,
        hint: str = "",
    ) -> uuid.UUID:
        """Note the shop's message; one without an owner belongs to nobody yet."""
        event_id = self.books.new_id()
        return self.books.add(
            Event,
            id=event_id,
            source=SHOP,
            external_id=f"demo-{event_id}",
            payload_hash=event_id.hex * 2,
            activity=activity,
            subject=subject,
            subject_key=normal_subject(subject),
            amount_minor=amount_minor,
            currency=programme.current().club.currency if amount_minor else "",
            occurred_at=when,
            received_at=when + timedelta(minutes=2),
            member_id=None if outcome is Outcome.UNMATCHED else self.person.member_id,
            member_hint=hint,
            hint_key=hint_key(hint),
            outcome=outcome.value,
            outcome_code="",
        )

    def take_back(self, line: Line, when: datetime) -> None:
        """Undo a line, as when an order is sent back."""
        self.lines.append(
            Line(
                id=self.books.new_id(),
                points=-line.points,
                kind=EntryKind.REVERSAL,
                happened_at=when,
                recorded_at=when + timedelta(hours=3),
                text=f"{line.text}, sent back",
                subject=line.subject,
                activity=line.activity,
                reverses_id=line.id,
            )
        )

    def spend(self, share: float, when: datetime) -> None:
        """Use part of the balance for a reward."""
        self.lines.append(
            Line(
                id=self.books.new_id(),
                points=-1,
                kind=EntryKind.REDEMPTION,
                happened_at=when,
                recorded_at=when,
                text="Reward from the club’s shop",
                counts_for_tier=False,
                share_of_balance=share,
            )
        )

    def _register(self, activity: str, when: datetime, *, subject: str, event_id: uuid.UUID) -> None:
        self.books.add(
            Device,
            member_id=self.person.member_id,
            activity=activity,
            serial=subject,
            serial_key=normal_subject(subject),
            registered_at=when,
            freed_at=None,
            event_id=event_id,
        )

    def _pass(self, when: datetime, *, title: str, event_id: uuid.UUID) -> None:
        club = programme.current()
        quiz = next((one for one in club.quizzes if one.title == title), None)
        if quiz is None or quiz.key in self.passed or phase_of(quiz, when, club.club.zone) is not Phase.OPEN:
            return
        self.passed.add(quiz.key)
        answers = [question.right for question in quiz.questions]
        self.books.add(
            QuizAttempt,
            member_id=self.person.member_id,
            quiz=quiz.key,
            number=1,
            sent_at=when,
            answers=answers,
            right=len(answers),
            passed=True,
            event_id=event_id,
        )

    def _subject(self, activity: str) -> str:
        rng = self.books.rng
        if activity == "device":
            begins = "".join(rng.choice(SERIAL_LETTERS) for _ in range(11))
            serial = next(
                begins + last for last in LAST_SIGNS if programme.current().activity(activity).accepts(begins + last)
            )
            return f"{serial[:4]} {serial[4:8]} {serial[8:]}"
        if activity == "quiz":
            return rng.choice(QUIZZES)
        if activity == "referral":
            return "".join(rng.choice(SERIAL_LETTERS) for _ in range(8))
        return order_number(self.books)


def order_number(books: Books) -> str:
    """Give an order number as the shop writes it."""
    number = str(FIRST_ORDER + books.rng.randrange(20_000_000))
    return f"{number[:4]} {number[4:]}"


def of_the_crowd(books: Books, person: Person, *, at: datetime) -> History:
    """Write the story of somebody from the crowd."""
    rng = books.rng
    story = History(books, person, at)
    days = max((at - person.joined_at).days, 1)
    pace = rng.choice((0.1, 0.2, 0.2, 0.4, 0.4, 0.7, 1.4))
    for _ in range(min(int(days / 30 * pace) + 1, 60)):
        when = person.joined_at + timedelta(days=rng.random() * days)
        line = story.earn("order", when, amount_minor=rng.randrange(1500, 14_000))
        if line and rng.random() < 0.04:  # noqa: PLR2004 - a share
            back = line.recorded_at + timedelta(days=6)
            if back < at:
                story.take_back(line, back)
    story.earn("device", person.joined_at + timedelta(days=1))
    for _ in range(int(days / 120)):
        story.earn("quiz", person.joined_at + timedelta(days=rng.random() * days))
    if rng.random() < 0.15:  # noqa: PLR2004 - a share
        story.earn("referral", person.joined_at + timedelta(days=rng.random() * days))
    if rng.random() < 0.2 and days > 60:  # noqa: PLR2004 - a share of those who have been here a while
        story.spend(0.3, at - timedelta(days=rng.randrange(5, 50)))
    return story


def top_up(story: History, target: int, *, oldest_days: int, orders: int) -> None:
    """Add about so many orders from long ago on, until the status points are exactly `target`."""
    missing = target - story.status
    usual = max(missing // orders, 2)
    step = 0
    while missing > 0:
        part = min(missing, usual // 2 + story.books.rng.randrange(usual))
        part = missing if missing - part < usual // 2 else part
        when = story.at - timedelta(days=oldest_days - step * (oldest_days - 62) / (orders * 1.2), hours=step % 9)
        story.earn("order", when, amount_minor=part * 100 + story.books.rng.randrange(100))
        missing = target - story.status
        step += 1
