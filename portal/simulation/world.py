"""The members of a club that never was, and what its shop says."""

import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import func, insert, select

from portal import programme
from portal.accounts.models import Member, MemberAddress, User
from portal.accounts.rules import MemberState, Role
from portal.activities import pricing
from portal.activities.rules import EventKind
from portal.activities.service import ShopMessage, match_address, record_event
from portal.claims.models import Evidence
from portal.db import db, table_of
from portal.points.models import Account, Entry
from portal.programme import Activity
from portal.simulation.troubles import Kind, Trouble
from portal.tiers.models import TierSpan
from portal.unit_of_work import unit_of_work

SOURCE = "simulated"
CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Somebody:
    """A member with a second address that nobody has been told of."""

    member_id: uuid.UUID
    user_id: uuid.UUID
    number: str
    other_address: str


def activity_of_shop() -> Activity:
    """Give the first activity that the shop tells of and that costs something."""
    return next(found for found in programme.current().activities if found.done_by == "shop" and found.has_amount)


def subject_of(trouble: Trouble) -> str:
    """Make a reference as the programme wants one, unlike any other by the number of the trouble."""
    example = activity_of_shop().reference_example
    length = sum(letter.isdigit() for letter in example)
    digits = iter(f"{trouble.number:0{length}d}")
    return "".join(next(digits) if letter.isdigit() else letter for letter in example)


def join(count: int, *, at: datetime) -> list[Somebody]:
    """Let members join, without letters and histories."""
    everybody: list[Somebody] = []
    for begin in range(0, count, CHUNK):
        users, members, accounts, spans = [], [], [], []
        for place in range(begin, min(begin + CHUNK, count)):
            who = Somebody(uuid.uuid4(), uuid.uuid4(), f"S-{place:08d}", f"other-{place}@simulation.example")
            email = f"member-{place}@simulation.example"
            users.append({
                "id": who.user_id, "email": email, "email_canonical": email, "password_hash": "",
                "password_changed_at": at, "role": Role.MEMBER, "name": f"Mira Novak {place}",
                "locale": programme.current().club.locale, "created_at": at,
            })  # fmt: skip
            members.append({
                "id": who.member_id, "user_id": who.user_id, "number": who.number, "birth_date": date(1985, 4, 12),
                "country": programme.current().club.country, "state": MemberState.ACTIVE, "joined_at": at,
                "email_verified_at": at, "age_verified_at": at, "profile_completed_at": at,
            })  # fmt: skip
            accounts.append({"member_id": who.member_id})
            tier = programme.current().tiers[0].key
            spans.append({"id": uuid.uuid4(), "member_id": who.member_id, "tier": tier, "since": at, "cause": "joined"})
            everybody.append(who)
        with unit_of_work():
            for model, rows in ((User, users), (Member, members), (Account, accounts), (TierSpan, spans)):
                db.session.execute(insert(table_of(model)), rows)
    return everybody


def message_about(trouble: Trouble, who: Somebody) -> ShopMessage:
    """Give what the shop says of an order."""
    hints = {Kind.OTHER_ADDRESS: who.other_address, Kind.NAMELESS: ""}
    return ShopMessage(
        source=SOURCE,
        external_id=f"{trouble.number}",
        activity=activity_of_shop().key,
        occurred_at=trouble.happened_at,
        member_hint=hints.get(trouble.kind, who.number),
        subject=trouble.subject,
        amount_minor=trouble.told_minor,
        currency=programme.current().club.currency,
    )


def tell(trouble: Trouble, who: Somebody, *, at: datetime) -> None:
    """Let the shop tell of an order."""
    with unit_of_work():
        record_event(message_about(trouble, who), at=at)


def tell_of_return(trouble: Trouble, who: Somebody, *, at: datetime) -> None:
    """Let the shop tell that all of an order came back."""
    told = message_about(trouble, who)
    with unit_of_work():
        record_event(replace(told, external_id=f"{trouble.number}-back", kind=EventKind.RETURN, occurred_at=at), at=at)


def prove_other_address(who: Somebody, *, at: datetime) -> None:
    """Let a member prove their second address: what came in under it is theirs."""
    with unit_of_work():
        db.session.execute(select(Member.id).where(Member.id == who.member_id).with_for_update())
        known = select(MemberAddress.id).where(MemberAddress.email_canonical == who.other_address)
        if db.session.scalar(known) is None:
            db.session.add(
                MemberAddress(
                    member_id=who.member_id,
                    email=who.other_address,
                    email_canonical=who.other_address,
                    created_at=at,
                    proved_at=at,
                )
            )
        match_address(who.member_id, who.other_address, at=at)


def show(claim_id: uuid.UUID, who: Somebody, digest: str, *, at: datetime) -> None:
    """Put a picture beside a claim, of which only the digest matters here."""
    db.session.add(
        Evidence(
            claim_id=claim_id,
            uploaded_by_id=who.user_id,
            idempotency_key=digest[-32:],
            position=1,
            file_name="screenshot.png",
            sha256=digest,
            # Made of the number of the trouble: no two look alike but those that are the same.
            dhash=int(digest[-15:], 16),
            compared_at=at,
            detected_type="png",
            original_bytes=1,
            shown_bytes=1,
            width=1,
            height=1,
            storage_key=f"simulated/{claim_id}",
            uploaded_at=at - timedelta(minutes=1),
        )
    )


def worth(trouble: Trouble) -> int:
    """Give the points an order brings by the rule of its day, had everything gone well."""
    priced = pricing.priced(activity_of_shop().key, trouble.happened_at, amount_minor=trouble.cost_minor)
    return priced.points if priced else 0


def credited(who: Somebody, subject: str) -> int:
    """Sum up what a member has for a reference."""
    found = select(func.coalesce(func.sum(Entry.points), 0)).where(
        Entry.member_id == who.member_id, Entry.subject == subject
    )
    return int(db.session.scalar(found) or 0)
