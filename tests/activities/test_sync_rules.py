"""Each version of a rule is written down once; what is written down cannot change under an entry's feet."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, scoped_session

from portal import programme
from portal.activities import service
from portal.activities.models import RuleVersion
from portal.clock import now
from portal.db import db
from portal.programme import EarnRule, ProgrammeError
from portal.unit_of_work import unit_of_work

pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture(autouse=True)
def _club_comes_back(session: scoped_session[Session]) -> Iterator[None]:
    club = programme.current()
    yield
    programme.use(club)


def sync(*rules: EarnRule) -> int:
    """Write down a programme that has these rules instead of its own."""
    club = programme.current()
    programme.use(club.model_copy(update={"rules": rules or club.rules}))
    with unit_of_work():
        return service.sync_rules(at=now())


def rule(**changes: object) -> EarnRule:
    facts = {"activity": "order", "version": "v1", "valid_from": date(2026, 1, 1), "fixed": 40, "text": "40 points."}
    return EarnRule(**(facts | changes))


def written() -> list[tuple[str, str]]:
    return [(row.activity, row.version) for row in db.session.scalars(select(RuleVersion))]


def test_every_rule_of_the_programme_is_written_down_once():
    rules = programme.current().rules

    assert [sync(), sync()] == [len(rules), 0]
    assert sorted(written()) == sorted((each.activity, each.version) for each in rules)


def test_row_says_what_the_rule_said():
    sync(rule(multiplier=Decimal("1.5"), multiplier_label="Half more", valid_until=date(2026, 12, 31)))

    [row] = db.session.scalars(select(RuleVersion))
    assert (row.valid_from, row.valid_until) == (date(2026, 1, 1), date(2026, 12, 31))
    assert row.body["fixed"] == 40
    assert row.body["multiplier"] == "1.5"
    assert row.body["text"] == "40 points."


@pytest.mark.parametrize(
    "change",
    [
        {"fixed": 41},
        {"text": "Forty points."},
        {"valid_from": date(2026, 1, 2)},
        {"multiplier": Decimal(2), "multiplier_label": "Double"},
        {"cap": 30},
    ],
)
def test_changed_rule_under_the_same_version_is_refused(change: dict[str, object]):
    sync(rule())

    with pytest.raises(ProgrammeError) as refused:
        sync(rule(**change))

    [fault] = refused.value.faults
    assert fault.startswith("rule 'v1' of 'order' has changed since it was first used")
    assert fault.endswith("give the change a version of its own")


def test_all_changed_rules_are_named_and_nothing_is_written():
    sync(rule(), rule(activity="quiz"))

    with pytest.raises(ProgrammeError) as refused:
        sync(rule(fixed=1), rule(activity="quiz", fixed=1), rule(version="v2", valid_from=date(2027, 1, 1)))

    assert len(refused.value.faults) == 2
    assert len(written()) == 2


def test_change_with_a_version_of_its_own_is_written_beside_the_old_one():
    sync(rule())

    assert sync(rule(valid_until=date(2026, 6, 30)), rule(version="v2", valid_from=date(2026, 7, 1), fixed=50)) == 1
    assert sorted(written()) == [("order", "v1"), ("order", "v2")]


def test_last_day_that_is_set_cannot_be_moved():
    sync(rule(valid_until=date(2026, 6, 30)))

    for until in (date(2026, 7, 31), None):
        with pytest.raises(ProgrammeError):
            sync(rule(valid_until=until))


def test_other_spelling_of_the_same_number_is_no_change():
    sync(rule(fixed=None, points_per_unit=Decimal(2)))

    assert sync(rule(fixed=None, points_per_unit=Decimal("2.00"))) == 0


def test_rule_that_left_the_programme_stays_written_down():
    sync(rule(), rule(activity="quiz"))

    assert sync(rule()) == 0
    assert len(written()) == 2


@pytest.mark.parametrize("act", ["UPDATE earn_rule SET version = 'v9'", "DELETE FROM earn_rule"])
def test_database_itself_keeps_what_is_written_down(act: str):
    sync(rule())

    with pytest.raises(DBAPIError, match="append-only"), db.session.begin_nested():
        db.session.execute(text(act))
