"""People, entries, events and claims for tests: plain calls with a believable default for everything not said.

Each commits what it made. They need an app context, which the `session` fixture gives.
"""

import secrets
from datetime import date, datetime, timedelta
from functools import cache
from itertools import count
from typing import TypeVar

from argon2 import PasswordHasher

from portal import programme
from portal.accounts.models import Member, MemberAddress, User
from portal.accounts.rules import MemberState, Role, read_address
from portal.activities.models import Event, Expectation
from portal.activities.rules import Outcome
from portal.activities.service.hints import hint_key
from portal.claims.lines import By, What
from portal.claims.models import Claim
from portal.claims.rules import ClaimKind, ClaimState
from portal.claims.service import moves
from portal.clock import now
from portal.db import db
from portal.points.models import Account, Entry
from portal.points.rules import EntryKind
from portal.programme import normal_subject
from portal.tiers import service as tiers
from portal.unit_of_work import unit_of_work
from portal.working_days import calendar_of
from tests.cast import PASSWORD, Person

REFERENCE_LETTERS = "ACDEFGHJKMNPQRTUVWXY34679"
Row = TypeVar("Row")
_numbers = count(1)


def a_member(
    name: str = "",
    *,
    email: str = "",
    points: int = 0,
    joined: datetime | None = None,
    state: MemberState = MemberState.ACTIVE,
    locale: str = "",
    password: str = PASSWORD,
) -> Person:
    """Make a member who has been with the club for two years; `points` count for tier."""
    at = joined or now() - timedelta(days=730)
    number = next(_numbers)
    email = email or ("" if name else f"mira{number}@club.example")
    name = name or "Mira Novak"
    with unit_of_work():
        user = _user(name, email, Role.MEMBER, at, locale=locale, password=password)
        member = Member(
            user_id=user.id,
            number=f"M-{number:08d}",
            birth_date=date(1985, 4, 12),
            country="GB",
            state=state,
            joined_at=at,
            email_verified_at=at,
            age_verified_at=at,
            profile_completed_at=at,
        )
        db.session.add(member)
        db.session.flush()
        tiers.open_membership(member.id, at=at)
        person = Person(user.id, name, user.email, Role.MEMBER.value, member.id, member.number)
    if points:
        an_entry(person, points)
    return person


def an_address(member: Person, email: str) -> MemberAddress:
    """Give a member a further address that is proved."""
    address = read_address(email)
    return _saved(
        MemberAddress(
            member_id=member.member,
            email=address.typed,
            email_canonical=address.canonical,
            created_at=now(),
            proved_at=now(),
        )
    )


def an_agent(name: str = "Toni Berg", *, disabled: bool = False, password: str = PASSWORD) -> Person:
    return _staff(name, Role.AGENT, disabled=disabled, password=password)


def a_lead(name: str = "Lou Meyer", *, password: str = PASSWORD) -> Person:
    return _staff(name, Role.LEAD, password=password)


def an_admin(name: str = "Alex Stone", *, password: str = PASSWORD) -> Person:
    return _staff(name, Role.ADMIN, password=password)


def an_entry(
    member: Person,
    points: int = 45,
    *,
    kind: EntryKind = EntryKind.EARN,
    happened: datetime | None = None,
    recorded: datetime | None = None,
    text: str = "",
    activity: str = "",
    subject: str = "",
    counts: bool = True,
    claim: Claim | None = None,
    event: Event | None = None,
) -> Entry:
    """Post an entry as the portal does; the balance and the tier follow."""
    at = recorded or now()
    with unit_of_work():
        follow = tiers.post(
            member.member,
            tiers.Posting(
                points=points,
                kind=kind,
                happened_at=happened or at - timedelta(days=1),
                counts_for_tier=counts,
                text=text or "Order of 20 Nov",
                idempotency_key=secrets.token_hex(8),
                activity=activity or an_activity(),
                subject=subject,
                claim_id=claim.id if claim else None,
                event_id=event.id if event else None,
            ),
            at=at,
        )
    return db.session.get_one(Entry, follow.posted.entry_id)


def an_event(
    member: Person | None = None,
    *,
    subject: str = "",
    activity: str = "",
    happened: datetime | None = None,
    amount_minor: int = 4500,
    outcome: Outcome = Outcome.UNMATCHED,
    hint: str = "",
) -> Event:
    """Record the shop's message about an activity; without a member it waits to be matched by its hint."""
    at = now()
    key = activity or an_activity()
    event = Event(
        source="shop",
        external_id=secrets.token_hex(6),
        payload_hash=secrets.token_hex(32),
        activity=key,
        subject=subject or a_subject(key),
        amount_minor=amount_minor,
        currency=programme.current().club.currency,
        occurred_at=happened or at - timedelta(days=3),
        received_at=at,
        member_id=member.member if member else None,
        member_hint=hint,
        hint_key=hint_key(hint),
        outcome=outcome,
    )
    event.subject_key = normal_subject(event.subject)
    return _saved(event)


def an_expectation(
    member: Person,
    points: int = 45,
    *,
    due: datetime | None = None,
    happened: datetime | None = None,
    activity: str = "",
    subject: str = "",
    event: Event | None = None,
) -> Expectation:
    """Promise points: they are pending until the worker posts them."""
    at = now()
    key = activity or an_activity()
    subject = subject or (event.subject if event else a_subject(key))
    return _saved(
        Expectation(
            member_id=member.member,
            activity=key,
            subject=subject,
            subject_key=normal_subject(subject),
            points=points,
            happened_at=happened or at - timedelta(days=1),
            due_at=due or at + timedelta(days=1),
            event_id=event.id if event else None,
        )
    )


def a_claim(
    by: Person,
    *,
    waiting: bool = True,
    taken_by: Person | None = None,
    subject: str = "",
    activity: str = "",
    day: date | None = None,
    points: int | None = 45,
    kind: ClaimKind = ClaimKind.MISSING,
    statement: str = "I paid on Friday and the points are still not there.",
    sent: datetime | None = None,
) -> Claim:
    """Make a claim that waits in the queue; a draft when not `waiting`, in review when `taken_by` an agent."""
    at = sent or now() - timedelta(hours=2)
    key = activity or an_activity()
    claim = Claim(
        reference="C-" + "".join(secrets.choice(REFERENCE_LETTERS) for _ in range(8)),
        member_id=by.member,
        kind=kind,
        activity=key,
        activity_day=day or calendar_of(programme.current()).local_day(at) - timedelta(days=5),
        subject=subject or a_subject(key),
        expected_points=points,
        statement=statement,
        state=ClaimState.DRAFT,
        step=5 if waiting else 1,
        created_at=at,
        changed_at=at,
    )
    claim.subject_key = normal_subject(claim.subject)
    with unit_of_work():
        db.session.add(claim)
        db.session.flush()
        if waiting:
            sender = moves.Actor(By.MEMBER, by.user_id, by.name)
            moves.move(claim, ClaimState.SUBMITTED, what=What.SENT, actor=sender, at=at)
        if taken_by:
            agent = moves.Actor(By.AGENT, taken_by.user_id, taken_by.name)
            claim.assignee_id = taken_by.user_id
            claim.leased_until = now() + timedelta(minutes=programme.current().desk.lease_minutes)
            moves.move(claim, ClaimState.IN_REVIEW, what=What.TAKEN, actor=agent, at=now())
    return claim


def an_activity() -> str:
    """Give the first activity of the programme, which is what most things are about."""
    return programme.current().activities[0].key


def a_subject(activity: str) -> str:
    """Give the programme's own example of what a claim about this activity names, made unlike any other."""
    example = programme.current().activity(activity).reference_example
    digits = f"{next(_numbers):0{sum(letter.isdigit() for letter in example)}d}"[::-1]
    taken = iter(digits)
    return "".join(next(taken, letter) if letter.isdigit() else letter for letter in example)


def balance_of(member: Person) -> int:
    """Give the balance the portal keeps for a member."""
    return db.session.get_one(Account, member.member, populate_existing=True).balance


@cache
def hash_of(password: str) -> str:
    """Hash once for all tests, as cheaply as Argon2 goes."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(password)


def _staff(name: str, role: Role, *, disabled: bool = False, password: str = PASSWORD) -> Person:
    at = now() - timedelta(days=400)
    with unit_of_work():
        user = _user(name, "", role, at, password=password)
        user.disabled_at = now() - timedelta(days=7) if disabled else None
        return Person(user.id, name, user.email, role.value)


def _user(name: str, email: str, role: Role, at: datetime, *, locale: str = "", password: str = PASSWORD) -> User:
    address = read_address(email or f"{name.split(maxsplit=1)[0].lower()}@club.example")
    user = User(
        email=address.typed,
        email_canonical=address.canonical,
        password_hash=hash_of(password),
        password_changed_at=at,
        role=role,
        name=name,
        locale=locale or programme.current().club.locale,
        created_at=at,
    )
    db.session.add(user)
    db.session.flush()
    return user


def _saved(row: Row) -> Row:
    with unit_of_work():
        db.session.add(row)
    return row
