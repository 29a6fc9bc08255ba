"""States and moves of a claim, its reference, its days and its promises."""

import secrets
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.claims.rules import (
    APPEALABLE_STATES,
    DECIDED_STATES,
    OPEN_STATES,
    REFERENCE_ALPHABET,
    STATE_AFTER,
    TRANSITIONS,
    ClaimableDays,
    ClaimState,
    DayCode,
    DayRefusal,
    IllegalMove,
    Opening,
    Verdict,
    answer_by,
    appeal_until,
    check_day,
    claimable_days,
    first_touch_due,
    opening,
    reference_from,
    require_move,
    resumed_due,
    verdict_due,
)
from portal.errors import Conflict
from portal.working_days import calendar_of
from tests.programme.samples import club

LONDON = ZoneInfo("Europe/London")
TODAY = date(2026, 11, 22)
LONG_AGO = date(2020, 1, 1)
TERMS = club().claims
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))

# The table of product.md, section 4, written out once more and by hand.
MOVES = {
    "draft": "parked submitted",
    "parked": "submitted approved part_approved declined resolved withdrawn",
    "submitted": "in_review approved part_approved declined resolved withdrawn",
    "in_review": "needs_info submitted awaiting_approval approved part_approved declined duplicate resolved withdrawn",
    "needs_info": "in_review expired resolved withdrawn",
    "awaiting_approval": "in_review approved part_approved resolved withdrawn",
    "approved": "",
    "part_approved": "",
    "declined": "",
    "duplicate": "",
    "expired": "",
    "resolved": "",
    "withdrawn": "",
}


def in_london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.mark.parametrize("state", ClaimState)
@pytest.mark.parametrize("to", ClaimState)
def test_a_claim_moves_along_the_table_and_nowhere_else(state, to):
    if to in MOVES[state].split():
        require_move(state, to)
    else:
        with pytest.raises(IllegalMove) as refusal:
            require_move(state, to)
        assert (refusal.value.state, refusal.value.to) == (state, to)


def test_an_illegal_move_is_a_conflict_and_not_a_fault_of_ours():
    with pytest.raises(Conflict, match="a claim that is approved cannot become declined"):
        require_move(ClaimState.APPROVED, ClaimState.DECLINED)


def test_the_table_names_every_state_and_cannot_be_changed():
    assert set(TRANSITIONS) == set(ClaimState)
    assert all(isinstance(moves, frozenset) for moves in TRANSITIONS.values())
    with pytest.raises(TypeError):
        TRANSITIONS[ClaimState.DRAFT] = frozenset()  # type: ignore[index]  # that is what is tried


@given(st.lists(st.sampled_from(ClaimState), max_size=30))
def test_whatever_is_tried_a_decided_claim_stays_decided(tries):
    state = ClaimState.DRAFT
    for to in tries:
        before = state
        try:
            require_move(state, to)
        except IllegalMove:
            continue
        state = to
        assert before is ClaimState.DRAFT or before in OPEN_STATES


@pytest.mark.parametrize("state", sorted(OPEN_STATES))
def test_from_every_open_state_points_may_arrive_and_members_may_withdraw(state):
    require_move(state, ClaimState.RESOLVED)
    require_move(state, ClaimState.WITHDRAWN)


def test_states_are_open_decided_or_neither():
    assert not OPEN_STATES & DECIDED_STATES
    assert set(ClaimState) - OPEN_STATES - DECIDED_STATES == {
        ClaimState.DRAFT,
        ClaimState.EXPIRED,
        ClaimState.RESOLVED,
        ClaimState.WITHDRAWN,
    }
    assert {state for state in ClaimState if not TRANSITIONS[state]} == set(ClaimState) - OPEN_STATES - {
        ClaimState.DRAFT
    }


def test_every_verdict_has_its_state():
    assert {verdict.value: state.value for verdict, state in STATE_AFTER.items()} == {
        "approve": "approved",
        "part": "part_approved",
        "decline": "declined",
        "duplicate": "duplicate",
    }
    assert set(STATE_AFTER) == set(Verdict)


def test_what_was_declined_granted_in_part_or_expired_can_be_appealed():
    assert {state.value for state in APPEALABLE_STATES} == {"declined", "part_approved", "expired"}


def test_a_reference_cannot_be_misread():
    assert not set(REFERENCE_ALPHABET) & set("0O1IL5S8B2ZUV")
    assert not set(REFERENCE_ALPHABET) & set("AEIOU")
    assert len(set(REFERENCE_ALPHABET)) == len(REFERENCE_ALPHABET)


@given(st.binary(min_size=12, max_size=32))
def test_a_reference_is_c_and_eight_signs(random_bytes):
    reference = reference_from(random_bytes)
    assert reference[:2] == "C-"
    assert len(reference) == 10
    assert set(reference[2:]) <= set(REFERENCE_ALPHABET)


def test_equal_bytes_give_equal_references_and_others_give_others():
    assert reference_from(bytes(12)) == "C-33333333"
    assert reference_from(b"\x00" * 11 + b"\x01") == "C-43333333"


def test_every_sign_of_a_reference_is_about_as_frequent():
    drawn = Counter("".join(reference_from(secrets.token_bytes(16))[2:] for _ in range(4000)))
    expected = 4000 * 8 / len(REFERENCE_ALPHABET)
    assert all(expected * 0.8 < drawn[sign] < expected * 1.2 for sign in REFERENCE_ALPHABET)


def test_too_few_random_bytes_are_refused():
    with pytest.raises(ValueError, match="needs 12 random bytes"):
        reference_from(bytes(11))


@pytest.mark.parametrize(
    ("day", "joined", "refusal"),
    [
        (TODAY, LONG_AGO, None),
        (date(2026, 11, 23), LONG_AGO, DayRefusal(DayCode.FUTURE, TODAY)),
        (date(2026, 5, 26), LONG_AGO, None),
        (date(2026, 5, 25), LONG_AGO, DayRefusal(DayCode.TOO_LONG_AGO, date(2026, 5, 26))),
        (date(1, 1, 1), LONG_AGO, DayRefusal(DayCode.BEFORE_JOINING, date(2026, 5, 26))),
        (date(9999, 12, 31), LONG_AGO, DayRefusal(DayCode.FUTURE, TODAY)),
        (date(2026, 11, 1), date(2026, 11, 1), None),
        (date(2026, 10, 31), date(2026, 11, 1), DayRefusal(DayCode.BEFORE_JOINING, date(2026, 11, 1))),
        (TODAY, TODAY, None),
        (LONG_AGO, LONG_AGO, DayRefusal(DayCode.TOO_LONG_AGO, date(2026, 5, 26))),
    ],
    ids=[
        "today",
        "tomorrow",
        "the last day of the window",
        "a day too late",
        "the beginning of time",
        "the end of time",
        "the day of joining",
        "the day before joining",
        "joined today",
        "the day of joining, long ago",
    ],
)
def test_a_claim_is_about_a_day_within_the_window_and_the_membership(day, joined, refusal):
    assert check_day(day, today=TODAY, window_days=180, joined=joined) == refusal


@pytest.mark.parametrize("joined", [LONG_AGO, date(2026, 11, 1), TODAY, date(2026, 11, 23)])
def test_there_is_always_a_day_that_can_be_claimed(joined):
    days = claimable_days(today=TODAY, window_days=180, joined=joined)
    assert days.first <= days.last == TODAY


def test_the_window_reaches_back_from_a_leap_day():
    leap = date(2028, 2, 29)
    assert claimable_days(today=leap, window_days=365, joined=LONG_AGO) == ClaimableDays(date(2027, 3, 1), leap)


@given(day=DAYS, today=DAYS, joined=DAYS, window=st.integers(1, 3660))
def test_a_refusal_names_the_nearest_day_that_is_fine(day, today, joined, window):
    refusal = check_day(day, today=today, window_days=window, joined=joined)
    if refusal and joined <= today:
        assert check_day(refusal.nearest, today=today, window_days=window, joined=joined) is None
        beside = refusal.nearest + timedelta(days=1 if day > refusal.nearest else -1)
        assert check_day(beside, today=today, window_days=window, joined=joined) is not None


def test_a_claim_filed_too_early_is_parked_until_its_points_are_due():
    due = in_london("2026-11-24 10:00")
    found = opening(points_due_at=due, at=in_london("2026-11-22 10:00"), calendar=calendar_of(club()), terms=TERMS)
    assert found == Opening(ClaimState.PARKED, parked_until=due, due_at=None)


@pytest.mark.parametrize("points_due_at", [None, in_london("2026-11-20 10:00")], ids=["unknown", "already due"])
def test_any_other_claim_is_ours_to_answer_within_three_working_days(points_due_at):
    at = in_london("2026-11-20 10:00")
    found = opening(points_due_at=points_due_at, at=at, calendar=calendar_of(club()), terms=TERMS)
    assert found == Opening(ClaimState.SUBMITTED, parked_until=None, due_at=in_london("2026-11-25 17:30"))


def test_first_touch_and_verdict_are_promised_in_working_days():
    calendar = calendar_of(club())
    at = in_london("2026-12-24 16:00")
    assert first_touch_due(calendar, TERMS, at=at) == in_london("2026-12-29 17:30")
    assert verdict_due(calendar, TERMS, at=at) == in_london("2026-12-31 17:30")


@pytest.mark.parametrize(
    ("asked", "answered", "due"),
    [
        ("2026-11-23 09:00", "2026-11-23 16:00", "2026-11-25 17:30"),
        ("2026-11-23 09:00", "2026-11-24 16:00", "2026-11-26 17:30"),
        ("2026-11-20 09:00", "2026-11-22 16:00", "2026-11-25 17:30"),
        ("2026-11-23 09:00", "2026-11-30 09:00", "2026-12-02 17:30"),
    ],
    ids=["same day", "a day", "friday to sunday", "a week"],
)
def test_the_clock_stands_still_while_we_wait_for_the_member(asked, answered, due):
    moved = resumed_due(
        calendar_of(club()),
        in_london("2026-11-25 17:30"),
        asked_at=in_london(asked),
        answered_at=in_london(answered),
    )
    assert moved == in_london(due)


@pytest.mark.parametrize(
    ("at", "answer_until", "appeal_by"),
    [
        ("2026-11-22 10:00", "2026-12-07 00:00", "2026-12-23 00:00"),
        ("2026-10-20 23:59", "2026-11-04 00:00", "2026-11-20 00:00"),
        ("2026-03-20 00:00", "2026-04-04 00:00", "2026-04-20 00:00"),
    ],
    ids=["plain", "over the end of summer time", "over its beginning"],
)
def test_members_have_until_the_end_of_the_last_day(at, answer_until, appeal_by):
    calendar = calendar_of(club())
    assert answer_by(calendar, TERMS, asked_at=in_london(at)) == in_london(answer_until)
    assert appeal_until(calendar, TERMS, decided_at=in_london(at)) == in_london(appeal_by)
    assert appeal_until(calendar, TERMS, decided_at=in_london(at)).tzinfo is UTC
