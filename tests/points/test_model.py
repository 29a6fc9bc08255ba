"""Whatever is posted in whatever order: ledger, balance, status and tier agree with a model of a few plain lines."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from portal import programme
from portal.db import db
from portal.errors import Conflict, Refused
from portal.points.models import Entry
from portal.tiers.models import TierSpan
from portal.tiers.rules import ladder_of, tier_at
from portal.tiers.service import Follow
from tests.cast import Person
from tests.factories import a_member
from tests.points.postings import figures, gift, lines, post, posting, reverse, spending

# A few numbers around the thresholds, and any other.
POINTS = st.one_of(st.sampled_from([1, 10, 1490, 1499, 1500, 1501, 2999, 3000]), st.integers(1, 4000))
KEYS = st.sampled_from("abc")


class Ledger(RuleBasedStateMachine):
    """One member, and everything that can be posted for them."""

    posted: Bundle[tuple[Follow, int, int]] = Bundle("posted")

    @initialize()
    def join(self) -> None:
        self.member: Person = a_member()
        self.points: list[int] = []
        self.status = 0
        self.keys: dict[str, int] = {}

    @rule(target=posted, points=POINTS)
    def earn(self, points: int) -> tuple[Follow, int, int]:
        return self._note(post(self.member, posting(points)), points, points)

    @rule(target=posted, points=POINTS)
    def give(self, points: int) -> tuple[Follow, int, int]:
        return self._note(post(self.member, gift(points)), points, 0)

    @rule(target=posted, points=POINTS)
    def correct_downwards(self, points: int) -> tuple[Follow, int, int]:
        return self._note(post(self.member, posting(-points)), -points, -points)

    @rule(points=POINTS)
    def spend(self, points: int) -> None:
        if points > sum(self.points):
            with pytest.raises(Refused, match="not_enough"):
                post(self.member, spending(points))
        else:
            self._note(post(self.member, spending(points)), -points, 0)

    @rule(entry=consumes(posted))
    def take_back_twice(self, entry: tuple[Follow, int, int]) -> None:
        follow, points, status = entry
        self._note(reverse(self.member, follow), -points, -status)
        with pytest.raises(Conflict):
            reverse(self.member, follow)

    @rule(key=KEYS, points=POINTS)
    def send_under_a_key(self, key: str, points: int) -> None:
        wanted = posting(points, idempotency_key=f"{self.member.number}:{key}")
        if key not in self.keys:
            self.keys[key] = points
            self._note(post(self.member, wanted), points, points)
        elif self.keys[key] == points:
            assert not post(self.member, wanted).posted.is_new
        else:
            with pytest.raises(Refused, match="key_reused"):
                post(self.member, wanted)

    @invariant()
    def figures_agree(self) -> None:
        assert figures(self.member) == (sum(self.points), self.status, len(self.points))

    @invariant()
    def lines_agree(self) -> None:
        written = [(number, points, sum(self.points[:number])) for number, points in enumerate(self.points, start=1)]
        assert lines(self.member) == written

    @invariant()
    def tier_agrees(self) -> None:
        held = select(TierSpan.tier).where(TierSpan.member_id == self.member.member, TierSpan.until.is_(None))
        assert db.session.scalars(held).all() == [tier_at(self.status, ladder_of(programme.current())).key]

    @invariant()
    def status_is_the_sum_of_what_counts(self) -> None:
        wanted = select(Entry.points).where(Entry.member_id == self.member.member, Entry.counts_for_tier)
        assert sum(db.session.scalars(wanted)) == self.status

    def _note(self, follow: Follow, points: int, status: int) -> tuple[Follow, int, int]:
        assert follow.posted.is_new
        self.points.append(points)
        self.status += status
        return follow, points, status


def test_ledger_agrees_with_its_model(session: scoped_session[Session]):
    run_state_machine_as_test(
        Ledger,
        settings=settings(
            max_examples=25,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
