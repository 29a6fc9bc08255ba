"""A member has lost every second step: somebody at the desk takes it away, with a reason, and never for themselves."""

import pytest
from sqlalchemy import select, update

from portal.accounts.models import AccountLink, Passkey, RecoveryCode, Totp, User
from portal.accounts.rules import LinkKind
from portal.accounts.service import staff
from portal.accounts.service.staff import By
from portal.audit.models import AuditPersonal
from portal.audit.rules import Verb
from portal.audit.service import Actor, Where
from portal.clock import now
from portal.db import db
from portal.errors import NotFound
from portal.unit_of_work import unit_of_work
from tests.care.test_people import WHY, factors_of, log


def factors_left(person):
    db.session.rollback()
    models = (Totp, Passkey, RecoveryCode)
    return sum(len(db.session.scalars(select(model).where(model.user_id == person.user_id)).all()) for model in models)


def reset(person, by):
    with unit_of_work():
        staff.reset_factor_of_member(person.member, reason=WHY, by=By(Actor(by.user_id, by.role), Where(), now()))


def test_member_loses_the_old_second_step_and_hears_of_it(site, session, asha, bruno, casey):
    factors_of(asha)
    factors_of(bruno)
    open_page = site.as_(asha)

    desk = site.as_(casey)
    desk.open("care.show_member", member_id=asha.member)
    page = desk.open("care.ask_factor_reset", member_id=asha.member)
    page = page.submit("Take the second step away", reason=WHY)

    assert "The second step is gone" in page.text
    assert (factors_left(asha), factors_left(bruno)) == (0, 4)
    assert [line[:3] for line in log(Verb.FACTOR_RESET)] == [(Verb.FACTOR_RESET, casey.user_id, asha.user_id)]
    assert {"reason": WHY} in list(session.scalars(select(AuditPersonal.words)))
    assert open_page.open("home.show_home").path.startswith("/sign-in")
    (letter,) = site.letters
    assert (letter.to, letter.subject) == (asha.email, "Your second step was taken away")
    assert "Casey" not in letter.text


def test_reason_is_asked_for_and_kept(site, session, asha, casey):
    factors_of(asha)

    page = site.as_(casey).open("care.ask_factor_reset", member_id=asha.member)
    refused = page.submit("Take the second step away", reason="lost", status=422)

    assert refused.errors == {"reason": "Write it so that somebody else can follow it later"}
    assert refused.value("reason") == "lost"
    assert (factors_left(asha), site.letters) == (4, [])


def test_admins_and_members_find_no_such_page(site, session, asha, bruno, omar):
    for person in (omar, bruno):
        site.as_(person).open("care.ask_factor_reset", member_id=asha.member, status=404)


def test_nobody_takes_away_their_own_or_that_of_a_linked_account(site, session, asha, casey):
    factors_of(asha)
    with unit_of_work():
        link = AccountLink(user_id=casey.user_id, other_id=asha.user_id, kind=LinkKind.DECLARED, since=now())
        session.add(link)

    with pytest.raises(NotFound):
        reset(asha, casey)

    assert factors_left(asha) == 4


def test_colleague_who_is_a_member_too_is_for_an_admin(site, session, asha, casey):
    factors_of(asha)
    with unit_of_work():
        session.execute(update(User).where(User.id == asha.user_id).values(role="lead"))

    with pytest.raises(NotFound):
        reset(asha, casey)

    assert factors_left(asha) == 4


def test_agent_who_was_shut_out_meanwhile_takes_nothing_away(session, asha, dana):
    factors_of(asha)

    with pytest.raises(NotFound):
        reset(asha, dana)

    assert factors_left(asha) == 4
