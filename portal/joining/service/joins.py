"""Joining: the same statements whoever asks, so that neither answer nor time tells who is a member."""

import secrets
import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Uuid, bindparam, insert, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from portal.accounts.models import Member, OneTimeToken, User
from portal.accounts.rules import Address, MemberState, Role
from portal.accounts.service import sessions, unconfirmed
from portal.accounts.service.holding import stands_for
from portal.accounts.service.links import Purpose
from portal.audit.rules import Verb
from portal.audit.service import Actor, Where, record
from portal.db import db, table_of

LOWEST_NUMBER = 10_000_000
_user, _member = table_of(User).c, table_of(Member).c
_ADD_USER = {
    dialect: module.insert(table_of(User)).on_conflict_do_nothing(index_elements=["email_canonical"])
    for dialect, module in (("sqlite", sqlite), ("postgresql", postgresql))
}
_PERSON = (
    select(_user.id, _user.email, _user.name, _user.locale, _user.disabled_at, _member.id.label("member_id"))
    .add_columns(_member.state, _member.email_verified_at)
    .select_from(table_of(User).outerjoin(table_of(Member), _member.user_id == _user.id))
)


class Outcome(StrEnum):
    """What asking to join came to; the page that answers never tells."""

    NEW = "new"
    AGAIN = "again"
    KNOWN = "known"
    SHUT = "shut"


@dataclass(frozen=True, slots=True)
class Applicant:
    """What somebody said who asks to join."""

    address: Address
    name: str
    birth_date: date
    country: str
    locale: str
    password_hash: str


@dataclass(frozen=True, slots=True)
class Joined:
    """Who stands behind the address now. A link goes to them when `is_waiting`, a letter about it when KNOWN."""

    outcome: Outcome
    user_id: uuid.UUID
    email: str
    name: str
    locale: str

    @property
    def is_waiting(self) -> bool:
        """Tell whether the address still has to be confirmed."""
        return self.outcome in {Outcome.NEW, Outcome.AGAIN}


def join(applicant: Applicant, *, where: Where, at: datetime) -> Joined:
    """Write a new person and their membership; for an address somebody has, the same statements change nothing.

    An address that was never confirmed belongs to whoever asks last: what was set before, and every session, goes.
    A member's further address is taken too: it stands for the one they sign in with.
    """
    new_id = uuid.uuid4()
    canonical = stands_for(applicant.address.canonical)
    applicant = replace(applicant, address=replace(applicant.address, canonical=canonical))
    _write(new_id, applicant, at)
    row = db.session.execute(_PERSON.where(_user.email_canonical == applicant.address.canonical)).one()
    if row.id == new_id:
        outcome = Outcome.NEW
    elif row.disabled_at is not None or row.state == MemberState.CLOSED:
        outcome = Outcome.SHUT
    elif row.state == MemberState.PENDING_EMAIL:
        outcome = Outcome.AGAIN
        _replace(row.id, row.member_id, applicant, at)
    else:
        outcome = Outcome.KNOWN
    record(
        Verb.JOINED if outcome in {Outcome.NEW, Outcome.AGAIN} else Verb.JOIN_REPEATED,
        at=at,
        actor=Actor(row.id, Role.MEMBER) if outcome is Outcome.NEW else Actor(),
        where=where,
        about=row.id,
        thing=("user", str(row.id)),
        facts={"outcome": outcome.value},
    )
    is_again = outcome is Outcome.AGAIN
    email, name = (applicant.address.typed, applicant.name) if is_again else (row.email, row.name)
    return Joined(outcome, row.id, email, name, row.locale)


def browser_of(user_id: uuid.UUID) -> uuid.UUID | None:
    """Give the mark of the browser that joined last, which the newest link carries."""
    return db.session.scalar(
        select(OneTimeToken.about_id)
        .where(OneTimeToken.user_id == user_id, OneTimeToken.purpose == Purpose.CONFIRM_EMAIL.value)
        .order_by(OneTimeToken.created_at.desc())
        .limit(1)
    )


def waiting(canonical: str) -> Joined | None:
    """Find the person whose address still has to be confirmed."""
    row = db.session.execute(
        _PERSON.where(
            _user.email_canonical == canonical,
            _user.disabled_at.is_(None),
            _member.state == MemberState.PENDING_EMAIL.value,
        )
    ).one_or_none()
    return Joined(Outcome.AGAIN, row.id, row.email, row.name, row.locale) if row else None


def _write(new_id: uuid.UUID, applicant: Applicant, at: datetime) -> None:
    connection = db.session.connection()
    connection.execute(
        _ADD_USER[db.engine.dialect.name],
        {
            "id": new_id,
            "email": applicant.address.typed,
            "email_canonical": applicant.address.canonical,
            "password_hash": applicant.password_hash,
            "password_changed_at": at,
            "role": Role.MEMBER.value,
            "name": applicant.name,
            "locale": applicant.locale,
            "disabled_at": None,
            "created_at": at,
            "time_zone": "",
            "wants_news": False,
            "is_demo": False,
        },
    )
    row = {"id": uuid.uuid4(), "number": _new_number(), "joined_at": at, **_said(applicant, at)}
    row["state"] = MemberState.PENDING_EMAIL.value
    # The membership hangs on the person: where the address was taken there is none, and nothing is written.
    columns = [literal(value, _member[name].type) for name, value in row.items()]
    person = select(_user.id, *columns).where(_user.id == bindparam("new", new_id, Uuid()))
    connection.execute(insert(table_of(Member)).from_select(["user_id", *row], person))


def _replace(user_id: uuid.UUID, member_id: uuid.UUID, applicant: Applicant, at: datetime) -> None:
    unconfirmed.wipe(user_id)
    sessions.end_all(user_id, at=at)
    db.session.execute(
        update(User)
        .where(User.id == user_id)
        .values(
            email=applicant.address.typed,
            password_hash=applicant.password_hash,
            password_changed_at=at,
            name=applicant.name,
            locale=applicant.locale,
        )
    )
    db.session.execute(update(Member).where(Member.id == member_id).values(joined_at=at, **_said(applicant, at)))


def _said(applicant: Applicant, at: datetime) -> dict[str, Any]:
    return {
        "birth_date": applicant.birth_date,
        "country": applicant.country,
        "profile_completed_at": at,
        "consented_at": at,
    }


def _new_number() -> str:
    """Give a member number nobody has; it tells neither when somebody joined nor how many there are."""
    while True:
        number = str(LOWEST_NUMBER + secrets.randbelow(9 * LOWEST_NUMBER))
        if db.session.scalar(select(Member.id).where(Member.number == number)) is None:
            return number
