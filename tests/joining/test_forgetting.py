"""Who never confirmed an address is forgotten after the days of the programme, unless something is held for them."""

from datetime import timedelta

from portal.accounts.models import Member, User
from portal.accounts.rules import MemberState
from portal.audit.models import AuditEvent, AuditPersonal
from portal.clock import now
from portal.db import db
from portal.joining import sweeps
from portal.joining.service import forgetting
from portal.unit_of_work import unit_of_work
from tests.activities.friends import agree, invite
from tests.cast import Person
from tests.joining.joining import join
from tests.joining.test_requirements import told, unfinished
from tests.site import Site

DAYS = timedelta(days=14)


def everybody() -> set[str]:
    db.session.rollback()
    return set(db.session.scalars(db.select(User.email)))


def test_address_nobody_confirmed_is_forgotten_with_all_that_names_it(site: Site, asha: Person) -> None:
    join(site, email="typo@mail.example")
    asked = now()

    sweeps.clean_up(asked + DAYS - timedelta(hours=1))
    assert everybody() == {asha.email, "typo@mail.example"}

    assert sweeps.clean_up(asked + DAYS + timedelta(hours=1)) == 1
    assert everybody() == {asha.email}
    assert db.session.query(AuditEvent).filter_by(verb="joined").count() == 1
    assert db.session.query(AuditPersonal).count() == 0


def test_who_came_by_an_invitation_is_forgotten_too(site: Site, asha: Person) -> None:
    agree(site, invite(asha).code)
    join(site, email="typo@mail.example")

    assert sweeps.clean_up(now() + DAYS + timedelta(hours=1)) == 1
    assert everybody() == {asha.email}


def test_nobody_is_forgotten_who_confirmed_or_for_whom_something_is_held(session) -> None:
    waits = unfinished("Wanda Held", MemberState.PENDING_EMAIL)
    told(waits, now() - timedelta(days=3))
    others = {unfinished("Pia Age").email, unfinished("Tom Profile", MemberState.PENDING_PROFILE).email}

    sweeps.clean_up(now() + DAYS)

    assert everybody() >= others | {waits.email}


def test_who_confirms_in_the_same_moment_stays(session) -> None:
    person = unfinished("Otto Late", MemberState.PENDING_EMAIL)
    found = forgetting.long_unconfirmed(at=now())
    assert [who.user_id for who in found] == [person.user_id]
    with unit_of_work():
        db.session.get_one(Member, person.member).state = MemberState.PENDING_AGE

    with unit_of_work():
        assert not forgetting.forget(found[0])
    assert person.email in everybody()
