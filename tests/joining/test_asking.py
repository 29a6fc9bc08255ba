"""What joining asks for and takes: nothing too early, nothing twice, nothing once it is over."""

from datetime import date, timedelta

import pytest

from portal.accounts.models import AgeCheck, Member, User
from portal.accounts.rules import MemberState, Role
from portal.activities.models import Expectation
from portal.audit.models import AuditEvent, AuditPersonal
from portal.audit.rules import Verb
from portal.audit.service import Actor, Where
from portal.clock import now
from portal.db import db
from portal.errors import Refused
from portal.joining import queries, sweeps
from portal.joining.service import ages, details, held, memberships
from portal.joining.service.details import Details
from portal.unit_of_work import unit_of_work
from tests import factories
from tests.cast import Person
from tests.joining.test_confirmation import without_age_check
from tests.joining.test_requirements import unfinished

__all__ = ["without_age_check"]
SAID = Details("Mara Lind", date(1991, 2, 28), "DE")


@pytest.fixture
def mara(session) -> Person:
    return unfinished()


def change(person: Person, **values: object) -> None:
    with unit_of_work():
        for name, value in values.items():
            setattr(db.session.get_one(Member, person.member), name, value)


def member_of(person: Person) -> Member:
    return db.session.get_one(Member, person.member, populate_existing=True)


def ask(person: Person, key: str = "ages/2026-01-01/aa/bb/aabb") -> AgeCheck:
    with unit_of_work():
        check_id = ages.ask(person.member, key, where=Where(), at=now())
    return db.session.get_one(AgeCheck, check_id)


def fill_in(person: Person) -> bool:
    with unit_of_work():
        return details.fill_in(person.member, SAID, where=Where(), at=now())


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"state": MemberState.CLOSED}, "not_needed"),
        ({"age_verified_at": now()}, "not_needed"),
        ({"email_verified_at": None}, "early"),
        ({"profile_completed_at": None}, "early"),
    ],
)
def test_look_at_an_age_is_asked_for_when_it_is_the_next_step(mara, values, code):
    change(mara, **values)

    with pytest.raises(Refused, match=code):
        ask(mara)


@pytest.mark.usefixtures("without_age_check")
def test_club_that_checks_no_age_is_asked_for_no_look(mara):
    with pytest.raises(Refused, match="not_needed"):
        ask(mara)


@pytest.mark.parametrize(
    ("values", "code"), [({"state": MemberState.ACTIVE}, "finished"), ({"age_verified_at": now()}, "being_checked")]
)
def test_details_are_final_once_they_have_been_checked(mara, values, code):
    change(mara, **values)

    with pytest.raises(Refused, match=code):
        fill_in(mara)


def test_consent_is_dated_once_and_changes_stand_in_the_log(mara):
    fill_in(mara)
    first = member_of(mara).consented_at
    fill_in(mara)

    assert first is not None
    assert member_of(mara).consented_at == first
    line, words = (
        db.session.query(AuditEvent, AuditPersonal.words)
        .join(AuditPersonal)
        .filter(AuditEvent.verb == Verb.PROFILE_CHANGED)
        .order_by(AuditEvent.at)
        .first()
    )
    assert (line.about_id, line.facts) == (mara.user_id, {"changed": "name birth_date country"})
    assert words == {
        "name": "Mara Lindt → Mara Lind",
        "birth_date": "1985-04-12 → 1991-02-28",
        "country": "GB → DE",
    }


@pytest.mark.parametrize(("is_approved", "reason"), [(True, ""), (False, "The year cannot be read.")])
def test_reason_is_kept_for_a_refusal_only(mara, casey, is_approved, reason):
    check = ask(mara)
    by = Actor(casey.user_id, Role.AGENT)
    with unit_of_work():
        ages.decide(
            check.id, is_approved=is_approved, reason="The year cannot be read.", by=by, where=Where(), at=now()
        )

    assert (check.reason, check.decided_by_id) == (reason, casey.user_id)
    line = db.session.query(AuditEvent.id).filter_by(verb=Verb.AGE_DECIDED)
    assert db.session.query(AuditPersonal.words).filter_by(event_id=line.scalar_subquery()).scalar() == {
        "reason": reason
    }


def test_sweep_leaves_verdicts_and_the_files_somebody_waits_for(mara, casey, app):
    store = app.extensions["store"]
    other = unfinished("Noor Vale")
    decided, waiting = ask(other), ask(mara, "ages/2026-01-02/aa/bb/aabb")
    with unit_of_work():
        by = Actor(casey.user_id, Role.AGENT)
        ages.decide(decided.id, is_approved=True, reason="", by=by, where=Where(), at=now())
    change(other, state=MemberState.CLOSED)
    fresh = [f"ages/{now() - timedelta(days=days):%Y-%m-%d}/aa/bb/aabb" for days in (0, 1)]
    for key in (*fresh, waiting.storage_key):
        store.put(key, b"a picture")
    sweeps.clean_up(now())

    assert set(store.keys("ages/")) >= {*fresh, waiting.storage_key}
    assert db.session.get_one(AgeCheck, decided.id, populate_existing=True).state == "approved"


def test_only_what_still_waits_for_the_unfinished_is_let_go(mara, asha):
    old = now() - timedelta(days=400)
    theirs = factories.an_expectation(asha, due=old)
    posted, given_up, waits = (factories.an_expectation(mara, due=old) for _ in range(3))
    with unit_of_work():
        db.session.get_one(Expectation, posted.id).satisfied_by_id = factories.an_entry(mara).id
        db.session.get_one(Expectation, given_up.id).cancelled_at = old
    with unit_of_work():
        assert held.let_go(at=now()) == 1

    db.session.expire_all()
    found = {row.id for row in db.session.query(Expectation) if row.cancelled_at and row.cancelled_at > old}
    assert found == {waits.id}
    assert theirs.cancelled_at is None


def test_page_counts_what_waits_for_this_member_the_first_to_go_first(mara, asha):
    factories.an_expectation(asha, 7)
    late, early, posted, given_up = (
        factories.an_expectation(mara, points, due=now() - timedelta(days=days))
        for points, days in ((10, 1), (20, 3), (40, 5), (80, 6))
    )
    with unit_of_work():
        db.session.get_one(Expectation, posted.id).satisfied_by_id = factories.an_entry(mara).id
        db.session.get_one(Expectation, given_up.id).cancelled_at = now()
    standing = queries.standing_of(mara.member)

    assert [row.points for row in standing.held] == [20, 10]
    assert (standing.points, standing.until) == (30, standing.held[0].until)
    assert (early.due_at < late.due_at, standing.held[0].due_at) == (True, early.due_at)


def test_address_is_confirmed_once_and_by_whoever_waits_for_it(session, asha):
    person = unfinished(state=MemberState.PENDING_EMAIL)
    assert queries.joiner(person.user_id)
    assert queries.joiner(asha.user_id) is None
    with unit_of_work():
        memberships.confirm_email(person.user_id, where=Where(), at=now())
    first = member_of(person).email_verified_at
    with unit_of_work():
        assert not memberships.confirm_email(person.user_id, where=Where(), at=now() + timedelta(days=1))

    assert member_of(person).email_verified_at == first
    assert db.session.query(AuditEvent).filter_by(verb=Verb.EMAIL_CONFIRMED).count() == 1


def test_disabled_account_confirms_nothing(session):
    person = unfinished(state=MemberState.PENDING_EMAIL)
    with unit_of_work():
        db.session.get_one(User, person.user_id).disabled_at = now()

    assert queries.joiner(person.user_id) is None


def test_closed_membership_is_not_opened_by_a_requirement_that_is_met(mara):
    change(mara, state=MemberState.CLOSED, age_verified_at=now())
    with unit_of_work():
        assert not memberships.move_on(memberships.hold(mara.member), at=now())

    assert member_of(mara).state == MemberState.CLOSED
