"""Other rules tried on what came in: a table of before and after, and not a point posted."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from portal import programme
from portal.activities import queries, service, sweeps
from portal.activities.models import Event, Expectation
from portal.activities.rules import Outcome, Past, Rules, Sums, Trial
from portal.db import db
from portal.points.models import Entry
from portal.tiers.rules import ladder_of
from portal.unit_of_work import unit_of_work
from tests.activities.capping import RULE
from tests.activities.messages import message, record
from tests.activities.takings import sent_back
from tests.cast import Person
from tests.factories import a_member, an_entry, an_event
from tests.programme.samples import CLUB, club

NOV = datetime(2026, 11, 12, 12, tzinfo=UTC)
DAY = date(2026, 11, 12)
Run = Callable[..., str]


@pytest.fixture
def run(app: Flask, session: scoped_session[Session], tmp_path: Path) -> Run:
    def run(text: str, *, status: int = 0) -> str:
        path = tmp_path / "new.toml"
        path.write_text(text, encoding="utf-8")
        done = app.test_cli_runner().invoke(args=["rules", "try", str(path)])
        assert done.exit_code == status, done.output
        return str(done.output)

    return run


def double(text: str) -> str:
    """Let the version in force give two points a pound, and leave its double days out."""
    start = text.index('version = "order-2"')
    order = text[start:].replace("points_per_unit = 1", "points_per_unit = 2\nminimum_minor = 2000", 1)
    return text[:start] + order


def rows(said: str) -> list[str]:
    """Give the rows of all tables, without their lines."""
    lines = [" ".join(re.sub("[\u2500-\u257f]", " ", line).split()) for line in said.splitlines()]
    return [line for line in lines if line]


def counts() -> tuple[int, ...]:
    return tuple(
        db.session.scalar(select(func.count()).select_from(table)) or 0 for table in (Event, Expectation, Entry)
    )


def test_table_says_what_would_change_for_whom(run: Run, asha: Person, bruno: Person):
    gold = club().tiers[1]
    an_entry(asha, gold.threshold - 400)
    with unit_of_work():
        service.sync_rules(at=NOV)
    for member, pounds in ((asha, 300), (asha, 15), (bruno, 15), (bruno, 0)):
        record(message(member.number, amount_minor=pounds * 100, occurred_at=NOV))
    record(message(asha.number, activity="quiz", amount_minor=None, currency="", occurred_at=NOV))
    sweeps.post_due(NOV + timedelta(days=3))
    before = counts()

    found = rows(run(double(CLUB.read_text(encoding="utf-8"))))

    assert [row for row in found if not row.startswith("note: ")] == [
        "Points",
        "events of them other points now points then difference",
        "order 4 3 330 600 +270",
        "quiz 1 0 60 60 +0",
        "altogether 5 3 390 660 +270",
        "Members",
        "members",
        "more points 1",
        "fewer points 1",
        "the same 0",
        f"Silver → {gold.name} 1",
        "The biggest differences",
        "member points now points then difference tier",
        f"{asha.number} 375 660 +285 Silver → {gold.name}",
        f"{bruno.number} 15 0 -15 Silver",
        "Nothing was posted. What was sent back is taken off both; gifts and corrections",
        "stay as they are.",
    ]
    assert [row[:42] for row in found if row.startswith("note: ")] == [
        "note: rule 'order-2' of 'order' has changed"[:42]
    ]
    assert counts() == before


def test_faults_of_the_file_are_told_with_their_lines(run: Run):
    said = run(CLUB.read_text(encoding="utf-8").replace("fixed = 60", "fixed = -60"), status=2)

    assert re.search(r"new.toml, line \d+, rules 4, fixed: Input should be greater than 0", said)


def test_only_what_a_rule_was_asked_about_is_tried(asha: Person, bruno: Person):
    a_member("Nia Quinn", joined=NOV)
    for told in (
        message(asha.number, occurred_at=NOV, amount_minor=99),
        message(asha.number, occurred_at=NOV, subject="7041 8822"),
        message(asha.number, occurred_at=NOV, subject="70418822"),
        message(asha.number, occurred_at=NOV, currency="EUR"),
        message(asha.number, occurred_at=datetime(2020, 1, 1, tzinfo=UTC)),
        message("nobody@club.example", occurred_at=NOV),
    ):
        record(told)
    an_event(bruno, outcome=Outcome.CANCELLED)

    found = list(queries.past_events())
    assert sorted(past.amount_minor or 0 for past in found if past) == [99, 4500]
    assert queries.count_past() == len(found)


def test_what_was_sent_back_is_taken_off_both_in_proportion(run: Run, asha: Person):
    orders = [message(asha.number, amount_minor=9000, occurred_at=NOV, subject=f"A-{n}") for n in range(3)]
    for told in (*orders, sent_back(orders[0], 3000), sent_back(orders[1]), sent_back(orders[2], 9900)):
        record(told)

    found = rows(run(double(CLUB.read_text(encoding="utf-8"))))

    assert "order 2 2 150 300 +150" in found


@pytest.mark.parametrize("batch", [1, 2, 3, 100])
def test_events_are_read_in_batches_and_none_is_lost(asha: Person, bruno: Person, batch: int):
    """Two of them are of the same moment."""
    for member in (asha, bruno):
        for number in (3, 1, 2, 2):
            record(message(member.number, occurred_at=NOV + timedelta(hours=number), amount_minor=100 * number))

    found = [(past.member, past.amount_minor) for past in queries.past_events(batch=batch) if past]

    assert sorted(found) == sorted((who.number, 100 * n) for who in (asha, bruno) for n in (1, 2, 2, 3))
    assert [amount for who, amount in found if who == asha.number] == [100, 200, 200, 300]
    assert len({who for who, _ in found[:4]}) == 1


def past(member: str = "M-1", amount_minor: int | None = 4500, day: date = DAY, status: int = 0) -> Past:
    return Past(member, status, "order", day, amount_minor, ())


def in_force() -> Rules:
    return Rules(club().rule_on, ladder_of(club()))


def test_limit_of_a_member_holds_within_each_month_and_for_each_member():
    capped = club().model_copy(update={"rules": (RULE,)})
    trial = Trial(in_force(), Rules(capped.rule_on, ladder_of(capped)))
    for who, day in (("M-1", DAY), ("M-1", DAY), ("M-1", DAY), ("M-1", date(2026, 12, 1)), ("M-2", DAY)):
        trial.add(past(who, day=day))

    found = trial.result()

    assert found.whole == Sums(events=5, changed=1, before=225, after=45 + 45 + 10 + 45 + 45)


def test_what_no_rule_of_the_other_set_prices_brings_nothing():
    nothing = Rules(lambda *_: None, ladder_of(club()))
    trial = Trial(in_force(), nothing)
    trial.add(past(status=45))
    trial.add(past(amount_minor=None))

    found = trial.result()

    assert (found.whole, found.losing) == (Sums(2, 1, 45, 0), 1)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 10**6)), max_size=60))
def test_sums_agree_with_each_other_and_the_biggest_differences_come_first(told):
    threefold = club().model_copy(
        update={
            "rules": tuple(
                rule.model_copy(update={"points_per_unit": Decimal(3), "cap": 5000}) for rule in club().rules[:2]
            )
        }
    )
    trial = Trial(in_force(), Rules(threefold.rule_on, ladder_of(threefold)))
    for member, amount in sorted(told):
        trial.add(past(f"M-{member:02}", amount))

    found = trial.result()

    assert found.whole.events == len(told)
    assert found.gaining + found.losing + found.same == len({member for member, _ in told})
    sizes = [abs(one.after - one.before) for one in found.biggest]
    assert sizes == sorted(sizes, reverse=True)
    assert len(sizes) == min(found.gaining + found.losing, 10)
    if found.gaining + found.losing <= 10:
        assert sum(one.after - one.before for one in found.biggest) == found.whole.after - found.whole.before


def test_programme_in_force_is_still_in_force_afterwards(run: Run):
    before = programme.current()

    run(double(CLUB.read_text(encoding="utf-8")))

    assert programme.current() is before
