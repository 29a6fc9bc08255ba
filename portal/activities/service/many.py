"""Many messages of the shop at once, with what `record_event` makes of each: what is plain is written together."""

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from portal import programme
from portal.accounts.models import Member, MemberAddress, User
from portal.accounts.rules import MemberState
from portal.activities import pricing
from portal.activities.messages import ShopMessage
from portal.activities.models import Event, Expectation
from portal.activities.rules import EventKind, Outcome, due_at, normal_subject
from portal.activities.service.events import ChangedEvent, Recorded, event_row, record_event
from portal.activities.service.hearing import tell
from portal.activities.service.hints import EARNING, hint_key
from portal.activities.service.holding import is_device
from portal.activities.service.judging import Answer, judge_unheard
from portal.activities.service.takings import TAKING
from portal.db import db, table_of
from portal.errors import Refused
from portal.points.models import Entry

event, expectation = table_of(Event).c, table_of(Expectation).c
member, user, address, entry = (table_of(model).c for model in (Member, User, MemberAddress, Entry))
Known = tuple[str, str]


@dataclass(slots=True)
class _Read:
    """What the database holds about many messages, read while the members' rows are held."""

    joined: dict[uuid.UUID, datetime | None]
    known: dict[Known, Any]
    # References something was said of before, and those of single members that are paid or promised otherwise.
    heard: set[str]
    taken: set[tuple[uuid.UUID, str]]


@dataclass(slots=True)
class _Plain:
    """A message of which nothing else can depend, judged: its place, its row and what it promises."""

    place: int
    recorded: Recorded
    row: dict[str, Any]
    promise: dict[str, Any] | None = None


@dataclass(slots=True)
class _Sorted:
    """Messages by how they are taken: those known, those written together, and those that take the common way."""

    results: dict[int, Recorded | Refused | ChangedEvent] = field(default_factory=dict)
    plain: list[_Plain] = field(default_factory=list)
    others: list[int] = field(default_factory=list)


def record_events(messages: Sequence[ShopMessage], *, at: datetime) -> list[Recorded | Refused | ChangedEvent]:
    """Keep many messages in one unit of work; what is refused stands in its place and leaves no trace.

    Plain is what was earned for a thing of which nothing else is said, here or before, by a rule without a limit for
    each member. It depends on no other message, so that it can be written first; all others follow as they stand.
    """
    if not messages:
        return []
    found = _sorted(messages, at)
    try:
        with db.session.begin_nested():
            _write(found.plain)
            tell((one.row["subject_key"] for one in found.plain), at=at)
        found.results.update({one.place: one.recorded for one in found.plain})
    except IntegrityError:
        # Somebody else recorded one of them in this moment.
        found.others = sorted([*found.others, *(one.place for one in found.plain)])
    for place in found.others:
        found.results[place] = _record(messages[place], at)
    return [found.results[place] for place in range(len(messages))]


def _record(message: ShopMessage, at: datetime) -> Recorded | Refused | ChangedEvent:
    try:
        # What a refused one began to write is undone without the others.
        with db.session.begin_nested():
            return record_event(message, at=at)
    except (ChangedEvent, Refused) as error:
        return error


def _sorted(messages: Sequence[ShopMessage], at: datetime) -> _Sorted:
    keys = [normal_subject(message.subject) for message in messages]
    names = [(message.source, message.external_id) for message in messages]
    said, called = Counter(keys), Counter(names)
    hints = {message.member_hint: hint_key(message.member_hint) for message in messages}
    owners = _owners(set(hints.values()))
    named = {owners[hint] for hint in hints.values() if hint in owners}
    unnamed = [place for place, message in enumerate(messages)
               if message.kind in TAKING and hints[message.member_hint] not in owners]  # fmt: skip
    read = _read(messages, keys, named | _owners_by_reference([(messages[place], keys[place]) for place in unnamed]))
    found = _Sorted()
    for place, (message, key, name) in enumerate(zip(messages, keys, names, strict=True)):
        is_alone = key == "" or said[key] == 1
        # Known already, and nothing else here can change what became of it.
        if is_alone and called[name] == 1 and (known := read.known.get(name)):
            found.results[place] = _again(message, known)
            continue
        hint = hints[message.member_hint]
        member_id = owners.get(hint) if owners.get(hint) in read.joined else None
        is_heard = not is_alone or (key != "" and (key in read.heard or (member_id, key) in read.taken))
        if message.kind is not EventKind.EARN or called[name] > 1 or is_heard or _is_limited(message):
            found.others.append(place)
            continue
        answer = Answer(Outcome.UNMATCHED)
        if member_id is not None:
            answer = judge_unheard(message, read.joined[member_id], at=at)
        found.plain.append(_plain(place, message, member_id, answer, at, key=key))
    return found


def _is_limited(message: ShopMessage) -> bool:
    """Tell whether others have a say in what a message brings: who holds the device, or what the member has so far."""
    if is_device(message.activity):
        return True
    rule = pricing.rule_at(message.activity, message.occurred_at)
    return rule is not None and rule.member_cap is not None


def _owners(hints: Iterable[str]) -> dict[str, uuid.UUID]:
    """Find the members many hints name, by number or by confirmed address: that of the account goes first."""
    numbers = [hint for hint in hints if hint and "@" not in hint]
    addresses = [hint for hint in hints if "@" in hint]
    is_one = member.state.in_(EARNING)
    rows: list[Any] = []
    if numbers:
        rows += _all(select(member.number, member.id).where(member.number.in_(numbers), is_one))
    if addresses:
        further = select(address.email_canonical, member.id).where(
            address.email_canonical.in_(addresses), address.proved_at.is_not(None), is_one
        )
        rows += _all(further.join_from(table_of(Member), table_of(MemberAddress), address.member_id == member.id))
        own = select(user.email_canonical, member.id).where(user.email_canonical.in_(addresses), is_one)
        rows += _all(own.join_from(table_of(Member), table_of(User), member.user_id == user.id))
    return {row[0]: row[1] for row in rows}


def _owners_by_reference(takings: Sequence[tuple[ShopMessage, str]]) -> set[uuid.UUID]:
    """Find whose orders returns and cancellations are about that name nobody we know."""
    if not takings:
        return set()
    wanted = select(event.member_id).where(
        event.source.in_({message.source for message, _ in takings}),
        event.subject_key.in_({key for _, key in takings if key}),
        event.kind.not_in(sorted(TAKING)),
        event.member_id.is_not(None),
        event.outcome.in_([Outcome.PENDING.value, Outcome.CREDITED.value]),
    )
    return set(db.session.scalars(wanted))


def _read(messages: Sequence[ShopMessage], keys: list[str], members: set[uuid.UUID]) -> _Read:
    # All in the order of their ids, so that two who hold many wait for each other and never for ever.
    there = member.state != MemberState.CLOSED.value
    held = select(member.id, member.joined_at).where(member.id.in_(members), there).order_by(member.id)
    joined = {row.id: row.joined_at for row in _all(held.with_for_update())} if members else {}
    told = (event.source, event.external_id, event.payload_hash, event.id, event.outcome, event.outcome_code,
            event.member_id)  # fmt: skip
    known = select(*told).where(
        event.source.in_({message.source for message in messages}),
        event.external_id.in_({message.external_id for message in messages}),
    )
    heard = select(event.subject_key).where(event.subject_key.in_({key for key in keys if key}))
    return _Read(
        joined=joined,
        known={(row.source, row.external_id): row for row in _all(known)},
        heard=set(db.session.scalars(heard)),
        taken=_taken(set(joined)) if joined else set(),
    )


def _taken(members: set[uuid.UUID]) -> set[tuple[uuid.UUID, str]]:
    """List what claims were paid for, and what members told of themselves and still wait for."""
    claimed = select(entry.member_id, entry.subject).where(entry.member_id.in_(members), entry.claim_id.is_not(None))
    waiting = select(expectation.member_id, expectation.subject_key).where(
        expectation.member_id.in_(members),
        expectation.event_id.is_(None),
        expectation.satisfied_by_id.is_(None),
        expectation.cancelled_at.is_(None),
    )
    return {(row.member_id, normal_subject(row.subject)) for row in _all(claimed)} | {
        (row.member_id, row.subject_key) for row in _all(waiting)
    }


def _all(statement: Any) -> Sequence[Any]:  # noqa: ANN401 - selects of several shapes
    return db.session.execute(statement).all()


def _again(message: ShopMessage, known: Any) -> Recorded | ChangedEvent:  # noqa: ANN401 - a row of events
    if known.payload_hash != message.digest:
        return ChangedEvent(f"{message.source} sent {message.external_id} before, with another body")
    return Recorded(known.id, Outcome(known.outcome), known.outcome_code, known.member_id, is_new=False)


def _plain(
    place: int,
    message: ShopMessage,
    member_id: uuid.UUID | None,
    answer: Answer,
    at: datetime,
    *,
    key: str,
) -> _Plain:
    event_id = uuid.uuid4()
    row = event_row(event_id, message, member_id, answer, at=at)
    one = _Plain(place, Recorded(event_id, answer.outcome, answer.code, member_id, is_new=True), row)
    if answer.outcome is Outcome.PENDING and answer.price is not None:
        one.promise = {
            "id": uuid.uuid4(),
            "member_id": member_id,
            "activity": message.activity,
            "subject": message.subject,
            "subject_key": key,
            "points": answer.price.points,
            "happened_at": message.occurred_at,
            "due_at": due_at(message.occurred_at, programme.current().activity(message.activity).delay_hours),
            "event_id": event_id,
            "rule_version": answer.price.rule_version,
            "computation": answer.price.computation,
        }
    return one


def _write(plain: list[_Plain]) -> None:
    # In one order for all, so that two who write the same messages do not wait for each other for ever.
    rows = sorted((one.row for one in plain), key=lambda row: (row["source"], row["external_id"]))
    connection = db.session.connection()
    if rows:
        connection.execute(insert(table_of(Event)), rows)
    if promises := [one.promise for one in plain if one.promise]:
        connection.execute(insert(table_of(Expectation)), promises)
