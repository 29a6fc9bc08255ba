"""The rows of the queue as words. Many rows share a day, a moment or a kind: each is put into words once a page."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

import flask_babel
from markupsafe import Markup

from portal import programme
from portal.care.queries.queue import Row
from portal.care.rules import burnt
from portal.care.words import FOUND, KINDS, state_words
from portal.claims.rules import ClaimKind, ClaimState
from portal.claims.rules.matching import Closeness
from portal.claims.words import subject_of
from portal.web import ui
from portal.web.sprite import tier_mark

_: Callable[..., str] = flask_babel.gettext
ngettext: Callable[..., str] = flask_babel.ngettext

BURNING = frozenset({ClaimState.SUBMITTED, ClaimState.IN_REVIEW, ClaimState.AWAITING_APPROVAL})
AT_THE_DESK = frozenset({ClaimState.SUBMITTED, ClaimState.IN_REVIEW})
NOTHING = (Closeness.NONE, 0)
Given = TypeVar("Given")


@dataclass(frozen=True, slots=True)
class Cells:
    """One row of the queue, ready to be written; `fuse` is None where no promise burns down."""

    id: UUID
    is_late: bool
    fuse: int | None
    due: str
    what: str
    reference: str
    tier: Markup
    member: str
    kind: str
    asked: str
    found: Closeness | None
    found_words: str
    holder: str
    is_held: bool
    act: str
    last: str


class Wording:
    """Puts rows into words for one visitor at one moment, and remembers what it has said."""

    def __init__(self, *, at: datetime, user_id: UUID) -> None:
        """Begin with nothing said."""
        self._at, self._user_id = at, user_id
        self._said: dict[tuple[str, object], str] = {}
        self._tiers = [tier.name for tier in programme.current().tiers]
        self._dash = "–"

    def cells(self, rows: Iterable[Row], found: Mapping[UUID, tuple[Closeness, int]]) -> list[Cells]:
        """Write the rows."""
        return [self._cells(row, *found.get(row.id, NOTHING)) for row in rows]

    def _cells(self, row: Row, closeness: Closeness, matches: int) -> Cells:
        burns = row.state in BURNING and row.due_at is not None
        is_closed = row.decided_at is not None
        is_mine = row.is_held and row.holder_id == self._user_id
        return Cells(
            id=row.id,
            is_late=burns and row.due_at is not None and row.due_at <= self._at,
            fuse=burnt(row.since, row.due_at, at=self._at) if burns and row.due_at else None,
            due=self._due(row, burns=burns),
            what=self._once("what", (row.kind, row.activity, row.activity_day), _subject),
            reference=row.reference,
            tier=self._tier(row.tier_rank),
            member=row.member_name,
            kind=self._once("kind", (row.kind, row.is_appeal), _kind) if row.kind else self._dash,
            asked=ui.points(row.asked) if row.asked else self._dash,
            found=None if is_closed else closeness,
            found_words=self._outcome(row) if is_closed else self._once("found", (closeness, matches), _found),
            holder=self._holder(row, is_mine=is_mine),
            is_held=row.is_held,
            act=_act(row, is_mine=is_mine),
            last=self._last(row),
        )

    def _tier(self, rank: int) -> Markup:
        return tier_mark(rank, len(self._tiers), self._tiers[rank - 1]) if rank else Markup()

    def _due(self, row: Row, *, burns: bool) -> str:
        if burns and row.due_at is not None:
            return self._once("due", row.due_at, ui.left)
        if row.state is ClaimState.PARKED and row.parked_until is not None:
            return self._once("opens", row.parked_until, lambda at: _("opens %(day)s", day=ui.near_day(at)))
        if row.decided_at is not None:
            return self._once("decided", row.decided_at, lambda at: ui.sentence(ui.near_day(at)))
        return self._once("paused", "", lambda _nothing: _("clock paused"))

    def _outcome(self, row: Row) -> str:
        words = self._once("state", (row.kind, row.state), lambda both: state_words(*both))
        return f"{words}, {ui.points(row.granted)}" if row.granted else words

    def _holder(self, row: Row, *, is_mine: bool) -> str:
        if is_mine:
            return self._once("you", "", lambda _nothing: _("You"))
        if row.is_held or row.decided_at is not None or row.state is ClaimState.NEEDS_INFO:
            return row.holder_name
        if row.holder_id and row.state is ClaimState.SUBMITTED:
            return self._once("back", row.holder_name, lambda who: _("back for %(who)s", who=who))
        return self._once("nobody", "", lambda _nothing: _("No one"))

    def _last(self, row: Row) -> str:
        if row.last_at is None:
            return self._once("filed", row.since, lambda at: _("Filed, %(when)s", when=ui.ago(at)))
        if row.last_by == "member":
            return self._once("member", row.last_at, lambda at: _("Member, %(when)s", when=ui.ago(at)))
        return self._once("us", row.last_at, lambda at: _("Us, %(when)s", when=ui.ago(at)))

    def _once(self, name: str, given: Given, say: Callable[[Given], str]) -> str:
        key = (name, given)
        if key not in self._said:
            self._said[key] = say(given)
        return self._said[key]


def _act(row: Row, *, is_mine: bool) -> str:
    """Name what an agent may do with it from the list: the last part of the address that does it."""
    if is_mine:
        return "return"
    return "lease" if row.state in AT_THE_DESK and not row.is_held and not row.is_own_verdict else ""


def _kind(given: tuple[ClaimKind, bool]) -> str:
    kind, is_appeal = given
    words = str(KINDS[kind])
    return _("%(kind)s, appeal", kind=words) if is_appeal else words


def _subject(given: tuple[ClaimKind | None, str, date | None]) -> str:
    return subject_of(*given)


def _found(given: tuple[Closeness, int]) -> str:
    closeness, matches = given
    if closeness is Closeness.SURE:
        return ngettext("%(num)s match", "%(num)s matches", matches)
    return str(FOUND[closeness])
