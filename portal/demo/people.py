"""Who lives in the demo: a small cast everybody knows, and a crowd."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from portal import programme
from portal.accounts.models import Member, Totp, User
from portal.accounts.rules import MemberState, Role
from portal.accounts.sealing import Seals
from portal.demo.books import Books
from portal.demo.names import FIRST, LAST

PASSWORD = "demo-only-password"  # noqa: S105 - printed at every start of the demo
# Argon2id of the password above, made once: hashing it 2,000 times would take a minute.
PASSWORD_HASH = "$argon2id$v=19$m=19456,t=2,p=1$BnkGmNdPaiZFoorkSNUJNw$lQrWLLSheLO4Gu9TLBsFn6Wq5rZeQnxCnSmQ6+CAaQ8"  # noqa: S105
# The authenticator app of all staff: anybody may read it here, so only the demo knows it.
APP_SECRET = "DEMOONLYNEVERFORPRODUCTION234567"  # noqa: S105 - printed at every start of the demo
STAFF = (
    ("casey@club.example", "Casey Lind", Role.AGENT),
    ("noor@club.example", "Noor Hadi", Role.AGENT),
    ("lena@club.example", "Lena Brook", Role.LEAD),
    ("omar@club.example", "Omar Said", Role.ADMIN),
)
CAST = (
    ("asha@club.example", "Asha Rao", 532),
    ("bruno@club.example", "Bruno Keller", 1),
    ("grace@club.example", "Grace Osei", 700),
    ("pia@club.example", "Pia Amato", 980),
)
LONGEST_MEMBERSHIP_DAYS = 1400


@dataclass(frozen=True, slots=True)
class Person:
    """A demo member."""

    member_id: uuid.UUID
    user_id: uuid.UUID
    name: str
    email: str
    joined_at: datetime


def staff(books: Books, seals: Seals, *, at: datetime) -> dict[str, uuid.UUID]:
    """Note the staff, each with the demo's authenticator app; give their ids by first name."""
    found: dict[str, uuid.UUID] = {}
    for email, name, role in STAFF:
        user_id = _user(books, email, name, role, created_at=at - timedelta(days=900))
        books.add_plain(Totp, **app_of(user_id, seals, at=at))
        found[name.split(" ")[0]] = user_id
    return found


def app_of(user_id: uuid.UUID, seals: Seals, *, at: datetime) -> dict[str, object]:
    """Give the row of the demo's authenticator app for one person."""
    sealed = seals.seal(APP_SECRET.encode(), about=user_id)
    return {
        "user_id": user_id,
        "sealed_secret": sealed.content,
        "key_id": sealed.key_id,
        "created_at": at,
        "confirmed_at": at,
        "last_step": 0,
    }


def cast(books: Books, *, at: datetime) -> dict[str, Person]:
    """Note the members everybody knows; give them by first name."""
    people = [member(books, email, name, at - timedelta(days=days)) for email, name, days in CAST]
    return {person.name.split(" ")[0]: person for person in people}


def crowd(books: Books, count: int, *, at: datetime) -> list[Person]:
    """Note `count` further members."""
    people: list[Person] = []
    for number in range(count):
        first, last = books.rng.choice(FIRST), books.rng.choice(LAST)
        email = f"{first}.{last}.{number}@members.example".lower()
        days = 3 + int((LONGEST_MEMBERSHIP_DAYS - 3) * books.rng.random() ** 1.4)
        joined = at - timedelta(days=days, minutes=books.rng.randrange(1440))
        people.append(member(books, email, f"{first} {last}", joined))
    return people


def member(books: Books, email: str, name: str, joined_at: datetime) -> Person:
    """Note one member, who has finished joining."""
    user_id = _user(books, email, name, Role.MEMBER, created_at=joined_at)
    member_id = books.add(
        Member,
        user_id=user_id,
        number=f"{books.rng.randrange(10**7, 10**8)}",
        birth_date=date(1950, 1, 1) + timedelta(days=books.rng.randrange(19_000)),
        country=programme.current().club.country,
        state=MemberState.ACTIVE.value,
        joined_at=joined_at,
        email_verified_at=joined_at + timedelta(minutes=4),
        age_verified_at=joined_at + timedelta(minutes=9),
        profile_completed_at=joined_at + timedelta(minutes=11),
    )
    return Person(member_id, user_id, name, email, joined_at)


def _user(books: Books, email: str, name: str, role: Role, *, created_at: datetime) -> uuid.UUID:
    return books.add(
        User,
        email=email,
        email_canonical=email,
        password_hash=PASSWORD_HASH,
        password_changed_at=created_at,
        role=role.value,
        name=name,
        locale=programme.current().club.locale,
        disabled_at=None,
        created_at=created_at,
        is_demo=True,
    )
