"""The way of a message from its bytes to its answer: who signed it, was it here before, and each of its events."""

import hashlib
import logging
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidTag

from portal.accounts.sealing import Seals
from portal.accounts.service import limits
from portal.accounts.service.limits import Limit
from portal.activities.service import ChangedEvent, ShopMessage, record_event
from portal.audit.rules import Verb
from portal.audit.service import Where, record
from portal.errors import PortalError, Refused
from portal.shop import queries, service
from portal.shop.answers import LineAnswer, MessageAnswer, refused, summed_up
from portal.shop.messages import MOST_EVENTS, BadLine, Fault, read_line
from portal.shop.queries import Client
from portal.shop.rules import Stamp, is_timely, new_secret, signing_key
from portal.shop.service import Stand, Taken
from portal.shop.strict import BadJson, SaidTwice, read_json
from portal.unit_of_work import unit_of_work

log = logging.getLogger("portal.shop")

RETRY_SECONDS = 5
REFUSALS_NOTED_SECONDS = 60


class Unanswered(PortalError):
    """A message is not answered for what it says: the status, a code and words, and when to try again."""

    def __init__(self, status: int, code: str, words: str, *, seconds: int = 0) -> None:
        """Keep what the sender is told."""
        super().__init__(code)
        self.status, self.code, self.words, self.seconds = status, code, words, seconds


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back, and whether it was kept from an earlier time."""

    status: int
    body: dict[str, Any] = field(default_factory=dict)
    is_kept: bool = False


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message as it came: who it says it is from, its stamp, and every byte of its body."""

    source: str
    stamp: Stamp | None
    body: bytes


def answer(envelope: Envelope, *, seals: Seals, limit: Limit, where: Where, at: datetime) -> Answer:
    """Take a message in and answer it; raises Unanswered where nothing of it was looked at.

    Each event is a unit of work of its own, so that a bad one leaves the others alone and no two messages can wait
    for each other for ever. One that was cut off in the middle is sent again, and finds its events recorded.
    """
    client, place = _opened(envelope, seals, where, at)
    stamp = envelope.stamp
    if stamp is None or not is_timely(stamp, at):
        raise Unanswered(401, "clock", "The message was signed more than five minutes from now.")
    lines = _lines(envelope.body)
    with unit_of_work():
        service.used_key(client, place, at=at)
        wait = limits.spend((limit, str(client.client_id)), at=at)
        digest = hashlib.sha256(envelope.body).hexdigest()
        taken = None if wait else service.take_message(client.client_id, stamp.message_id, body_hash=digest, at=at)
    if taken is None:
        raise Unanswered(429, "too_many", "These are too many messages at once.", seconds=wait)
    if taken.stand is Stand.ANSWERED:
        return Answer(taken.status, taken.answer or {}, is_kept=True)
    _refuse_held(taken)
    try:
        said = summed_up([_line(number, line, client, at) for number, line in enumerate(lines, 1)])
    except BaseException:
        with unit_of_work():
            service.let_go(taken.row_id)
        raise
    status = _status(said)
    body = said.model_dump(mode="json")
    with unit_of_work():
        if said.failed:
            service.let_go(taken.row_id)
        else:
            service.answer_message(taken.row_id, status=status, answer=body, at=at)
    return Answer(status, body)


def _opened(envelope: Envelope, seals: Seals, where: Where, at: datetime) -> tuple[Client, int]:
    """Find who signed; who is unknown, has no key or signed badly is told the same."""
    client = queries.living_client(envelope.source, at=at)
    keys = _secrets(client, seals) if client else []
    place = signing_key(envelope.stamp, envelope.body, keys) if envelope.stamp else None
    if client is None or place is None:
        with unit_of_work():
            _note_refusal(client, where, at)
        raise Unanswered(401, "signature", "The message is not signed by a key we know.")
    return client, place


def _secrets(client: Client, seals: Seals) -> list[bytes]:
    """Open the living keys; one whose seal nobody can open any more fits no signature."""
    opened = []
    for key in client.keys:
        try:
            opened.append(seals.open(key.sealed, about=key.key_id))
        except (LookupError, InvalidTag):
            log.error("key %s of %s cannot be opened: make it a new one", key.key_id, client.source)  # noqa: TRY400
            opened.append(new_secret())
    return opened


def _note_refusal(client: Client | None, where: Where, at: datetime) -> None:
    """Write a knock at the door into the log, once a minute for one place: somebody may knock all day."""
    place = limits.address_key(where.address)
    if limits.is_first("message refused", place, seconds=REFUSALS_NOTED_SECONDS, at=at):
        thing = ("api_client", str(client.client_id)) if client else ("", "")
        record(Verb.MESSAGE_REFUSED, at=at, where=where, thing=thing)


def _refuse_held(taken: Taken) -> None:
    """Refuse a message whose id means something else, or that somebody else has in hand."""
    if taken.stand is Stand.CHANGED:
        raise Unanswered(409, "changed", "This id stood for another body before.")
    if taken.stand is Stand.BUSY:
        words = "The same message is being worked on."
        raise Unanswered(409, "busy", words, seconds=min(taken.seconds, RETRY_SECONDS))


def _lines(body: bytes) -> list[Any]:
    """Find the events of a body: it is one of them, or holds a list of them."""
    try:
        said = read_json(body)
    except BadJson as error:
        raise Unanswered(400, "json", str(error)) from None
    if not isinstance(said, dict):
        raise Unanswered(422, "body", "The body is one event, or an object with a list of them named events.")
    if "events" not in said:
        return [said]
    if isinstance(said, SaidTwice):
        raise Unanswered(422, "twice", f"{said.name} stands there twice.")
    events = said["events"]
    if set(said) != {"events"} or not isinstance(events, list):
        raise Unanswered(422, "body", "A list of events is named events, and nothing stands beside it.")
    if not 1 <= len(events) <= MOST_EVENTS:
        raise Unanswered(422, "events", f"A message holds 1 to {MOST_EVENTS} events.")
    return events


def _line(number: int, line: object, client: Client, at: datetime) -> LineAnswer:
    said_id = line.get("id") if isinstance(line, dict) else None
    name = said_id[:120] if isinstance(said_id, str) and said_id.isascii() and said_id.isprintable() else None
    try:
        message = _allowed(read_line(line, source=client.source, at=at), client)
        with unit_of_work():
            recorded = record_event(message, at=at)
    except BadLine as bad:
        return refused(number, name, bad)
    except ChangedEvent:
        return refused(number, name, BadLine(Fault("id", "changed", "This id stood for another event before.")))
    except Refused as refusal:
        return refused(number, name, BadLine(Fault("", refusal.code, "A rule of the programme refuses it.")))
    except Exception:
        # The others are not held up by it, and the message can be sent again.
        log.exception("line %s of a message from %s failed", number, client.source)
        return LineAnswer(line=number, id=name, status="failed")
    status: Any = "recorded" if recorded.is_new else "repeated"
    return LineAnswer(line=number, id=name, status=status, outcome=recorded.outcome, code=recorded.code)


def _allowed(message: ShopMessage, client: Client) -> ShopMessage:
    if message.kind.value not in client.kinds:
        raise BadLine(Fault("kind", "not_allowed", "This system may not send events of this kind."))
    return message


def _status(said: MessageAnswer) -> int:
    """Give 200 when all was taken, 207 when a part was refused, 422 when all was, 503 when we failed."""
    if said.failed:
        return 503
    if not said.refused:
        return 200
    return 422 if said.refused == len(said.results) else 207
