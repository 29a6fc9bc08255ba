"""Documents that wait for somebody of ours to look at them."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select

from portal.accounts.models import AgeCheck, Member, User
from portal.accounts.service.linked import linked_users
from portal.care.rules import Asker
from portal.db import db
from portal.errors import NotFound

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Waiting:
    """A document in the list: whose it is is told once somebody opens it."""

    id: uuid.UUID
    number: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Document:
    """What is compared with the document."""

    id: uuid.UUID
    user_id: uuid.UUID
    name: str
    number: str
    birth_date: date
    country: str
    asked_at: datetime
    storage_key: str


def waiting_ages(asker: Asker) -> tuple[Waiting, ...]:
    """List the documents that wait, the longest first; one's own and those of linked accounts are not among them."""
    rows = db.session.execute(
        select(AgeCheck.id, Member.number, AgeCheck.asked_at)
        .join(Member, Member.id == AgeCheck.member_id)
        .where(AgeCheck.state == "waiting", AgeCheck.storage_key != "", *_others(asker))
        .order_by(AgeCheck.asked_at, AgeCheck.id)
        .limit(MOST_SHOWN)
    )
    return tuple(Waiting(*row) for row in rows)


def document_of(check_id: uuid.UUID, asker: Asker) -> Document:
    """Give a document that waits; what is decided, unknown, one's own or of a linked account is not found."""
    row = db.session.execute(
        select(
            AgeCheck.id,
            User.id,
            User.name,
            Member.number,
            Member.birth_date,
            Member.country,
            AgeCheck.asked_at,
            AgeCheck.storage_key,
        )
        .join(Member, Member.id == AgeCheck.member_id)
        .join(User, User.id == Member.user_id)
        .where(
            AgeCheck.id == check_id,
            AgeCheck.state == "waiting",
            AgeCheck.storage_key != "",
            *_others(asker),
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return Document(*row)


def _others(asker: Asker) -> tuple[ColumnElement[bool], ...]:
    """Leave out the asker and whoever is linked to them."""
    return (Member.user_id != asker.user_id, Member.user_id.not_in(linked_users(asker.user_id)))
