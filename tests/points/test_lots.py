"""What is left of points by the line they came with, and when it lapses."""

import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.points.rules import Lots, Move, lapses_on, lots_of

EVER = date.min
DAY = date(2026, 3, 3)
ACTS = st.lists(
    st.tuples(
        st.sampled_from(("earn", "spend", "take back", "lapse", "correct")), st.integers(1, 300), st.integers(0, 9)
    ),
    max_size=30,
)


@dataclass
class Ledger:
    """A ledger as the portal writes it: what lapsed of a line is given back with what is taken of it."""

    moves: list[Move] = field(default_factory=list)

    @property
    def lots(self) -> Lots:
        return lots_of(self.moves)

    def add(self, points: int, undoes: Move | None = None, lapses: Move | None = None) -> Move:
        day = DAY + timedelta(days=len(self.moves))
        move = Move(uuid.uuid4(), points, day, undoes.id if undoes else None, lapses.id if lapses else None)
        self.moves.append(move)
        return move

    def lapse(self, line: Move) -> None:
        left = next(lot.left for lot in self.lots.lots if lot.id == line.id)
        if left:
            self.add(-left, lapses=line)

    def take_back(self, line: Move, points: int) -> None:
        ended = next((move for move in self.moves if move.lapses == line.id), None)
        self.add(-points, undoes=line)
        if ended:
            given = sum(move.points for move in self.moves if move.undoes == ended.id)
            back = min(points, -ended.points - given)
            if back:
                self.add(back, undoes=ended)

    def left(self) -> list[int]:
        return [lot.left for lot in self.lots.lots]


@pytest.mark.parametrize(
    ("day", "months", "gone"),
    [
        (date(2026, 3, 3), 18, date(2027, 9, 3)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2026, 12, 31), 2, date(2027, 3, 1)),
        (date(2027, 12, 31), 2, date(2028, 3, 1)),
        (date(2027, 12, 29), 2, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 3, 1)),
        (date(2026, 10, 31), 1, date(2026, 12, 1)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
    ],
)
def test_points_are_gone_on_the_same_day_so_many_months_later(day: date, months: int, gone: date):
    assert lapses_on(day, months, not_before=EVER) == gone
    assert lapses_on(day, months, not_before=date(2030, 1, 1)) == date(2030, 1, 1)


@given(day=st.dates(date(2020, 1, 1), date(2035, 12, 31)), months=st.integers(1, 120))
def test_later_points_never_lapse_earlier_and_none_before_their_time(day: date, months: int):
    gone = lapses_on(day, months, not_before=EVER)
    assert gone <= lapses_on(day + timedelta(days=1), months, not_before=EVER)
    assert 28 * months <= (gone - day).days <= 31 * months + 1


def test_what_is_spent_is_taken_from_the_oldest():
    ledger = Ledger()
    for points in (100, 50, 70):
        ledger.add(points)
    ledger.add(-120)

    assert ledger.left() == [0, 30, 70]


def test_what_is_taken_back_is_taken_from_its_own_line_first():
    ledger = Ledger()
    _, second, _ = ledger.add(100), ledger.add(50), ledger.add(70)
    ledger.take_back(second, 30)
    assert ledger.left() == [100, 20, 70]

    ledger.add(-110)
    ledger.take_back(second, 20)

    assert ledger.left() == [0, 0, 60]


@pytest.mark.parametrize(("taken", "balance"), [(30, 0), (40, 0), (50, -10), (100, -60)])
def test_what_lapsed_is_not_taken_twice(taken: int, balance: int):
    ledger = Ledger()
    order = ledger.add(100)
    ledger.add(-60)
    ledger.lapse(order)
    ledger.take_back(order, taken)

    assert sum(move.points for move in ledger.moves) == ledger.lots.balance == balance


def test_return_in_parts_gives_back_no_more_than_lapsed():
    ledger = Ledger()
    order = ledger.add(100)
    ledger.add(-60)
    ledger.lapse(order)
    for _ in range(4):
        ledger.take_back(order, 25)

    assert ledger.lots.balance == -60


def test_new_points_first_pay_what_was_taken_beyond_all_there_was():
    ledger = Ledger()
    order = ledger.add(100)
    ledger.add(-100)
    ledger.take_back(order, 100)
    ledger.add(150)

    assert (ledger.left(), ledger.lots.debt) == ([0, 50], 0)


@settings(max_examples=80)
@given(acts=ACTS)
def test_lots_always_add_up_to_the_balance_and_none_is_below_nothing(acts: list[tuple[str, int, int]]):
    ledger, back = Ledger(), dict[uuid.UUID, int]()
    for act, points, which in acts:
        lines = [move for move in ledger.moves if move.points > 0 and move.undoes is None]
        line = lines[which % len(lines)] if lines else None
        balance = sum(move.points for move in ledger.moves)
        if act == "earn" or line is None:
            ledger.add(points)
        elif act == "lapse":
            ledger.lapse(line)
        elif act == "correct":
            ledger.add(-points)
        elif act == "spend" and balance > 0:
            ledger.add(-min(points, balance))
        elif act == "take back" and line.points > back.get(line.id, 0):
            part = min(points, line.points - back.get(line.id, 0))
            back[line.id] = back.get(line.id, 0) + part
            ledger.take_back(line, part)
    lots = ledger.lots
    assert lots.balance == sum(move.points for move in ledger.moves)
    assert min([lot.left for lot in lots.lots], default=0) >= 0
    assert lots.debt == 0 or all(lot.left == 0 for lot in lots.lots)
