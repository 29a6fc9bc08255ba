"""Staff accounts: who may look after them, what changes at once, and what nobody may do to themselves."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from portal.accounts.models import KnownDevice, Passkey, RecoveryCode, SignInAttempt, Totp, User, UserSession
from portal.accounts.rules import Role
from portal.accounts.service import staff
from portal.accounts.service.staff import By
from portal.audit.models import AuditEvent, AuditPersonal
from portal.audit.rules import Verb
from portal.audit.service import Actor, Where
from portal.clock import now
from portal.db import db
from portal.errors import NotFound
from portal.unit_of_work import unit_of_work
from tests import factories
from tests.cast import PASSWORD
from tests.together import together

ACTS = ("invitation", "role", "lock", "return", "factor-reset")
WHY = "Called back under the number we have."


def log(*verbs):
    db.session.rollback()
    rows = db.session.scalars(select(AuditEvent).where(AuditEvent.verb.in_(verbs)).order_by(AuditEvent.at))
    return [(row.verb, row.actor_id, row.about_id, row.facts) for row in rows]


def user_of(person):
    db.session.rollback()
    return db.session.get_one(User, person.user_id, populate_existing=True)


def factors_of(person):
    """Give somebody one of everything that is more than a password."""
    at = now()
    with unit_of_work():
        db.session.add_all(
            [
                Totp(user_id=person.user_id, sealed_secret=b"x", key_id="k", created_at=at, confirmed_at=at),
                Passkey(
                    user_id=person.user_id, credential_id=uuid4().hex, public_key=b"x", name="Phone", created_at=at
                ),
                RecoveryCode(user_id=person.user_id, code_hash=uuid4().hex, created_at=at),
                RecoveryCode(user_id=person.user_id, code_hash=uuid4().hex, created_at=at),
                KnownDevice(
                    user_id=person.user_id, token_hash=uuid4().hex, device="Phone", created_at=at, last_seen_at=at
                ),
                SignInAttempt(
                    user_id=person.user_id,
                    token_hash=uuid4().hex,
                    password_hash="x",
                    created_at=at,
                    expires_at=at + timedelta(minutes=10),
                ),
            ]
        )


def test_list_shows_who_has_a_second_step_and_who_is_shut_out(site, omar, casey, noor, dana):
    factors_of(noor)

    page = site.as_(omar).open("care.show_people")

    assert page.texts("tbody tr") == [
        "Casey Walsh casey@club.example Agent Not yet Never",
        "Noor Haddad noor@club.example Agent Set up Never",
        page.texts("tbody tr")[2],
        "Dana Cole dana@club.example Agent Shut Never",
    ]
    assert page.texts("tbody tr")[2].startswith("Omar Said omar@club.example Admin Not yet")


def test_list_takes_as_many_statements_for_twenty_as_for_one(site, omar):
    browser = site.as_(omar)
    few = len(browser.open("care.show_people").statements)
    for number in range(20):
        factories.an_agent(f"Agent{number} Smith")

    assert len(browser.open("care.show_people").statements) == few == 2


@pytest.mark.parametrize("who", ["asha", "casey", "lena"])
def test_only_admins_find_the_pages_and_the_acts(site, request, asha, omar, noor, who):
    person = request.getfixturevalue(who)
    browser = site.as_(person)
    token = browser.open("accounts.show_you" if who == "asha" else "care.show_queue").token

    browser.open("care.show_people", status=404)
    browser.open("care.show_person", person_id=noor.user_id, status=404)
    for act in ("", *(f"/{noor.user_id}/{act}" for act in ACTS)):
        fields = {"csrf_token": token, "role": "admin", "reason": WHY, "name": "Eve", "email": "eve@club.example"}
        browser.send("POST", f"/care/people{act}", data=fields, status=404)

    assert (user_of(noor).role, user_of(noor).disabled_at) == (Role.AGENT, None)
    assert db.session.scalar(select(func.count()).select_from(User).where(User.name == "Eve")) == 0


def test_admin_disables_a_colleague_with_the_next_request(site, omar, casey):
    open_page = site.as_(casey)
    assert open_page.open("care.show_queue").status == 200

    page = site.as_(omar).open("care.show_person", person_id=casey.user_id).submit("Shut the account")

    assert "Nobody can sign in with this account." in page.text
    assert open_page.open("care.show_queue").path.startswith("/sign-in")
    assert log(Verb.STAFF_DISABLED) == [(Verb.STAFF_DISABLED, omar.user_id, casey.user_id, {})]
    page.submit("Open it again")
    assert user_of(casey).disabled_at is None
    assert open_page.open("care.show_queue").path.startswith("/sign-in")
    assert [line[0] for line in log(Verb.STAFF_ENABLED)] == [Verb.STAFF_ENABLED]


def test_half_made_sign_in_and_reset_link_end_with_the_account(site, session, omar, casey):
    factors_of(casey)
    site.open("accounts.forgot_password").submit(email=casey.email)
    letter = site.letters[-1].text
    link = letter[letter.index("https://club.example/reset/") :].split()[0]

    site.as_(omar).open("care.show_person", person_id=casey.user_id).submit("Shut the account")

    assert session.scalars(select(SignInAttempt.expires_at)).one() <= now()
    site.open(link, status=410)


def test_role_is_changed_and_what_was_open_ends(site, omar, casey):
    open_page = site.as_(casey)
    open_page.open("care.show_queue")

    site.as_(omar).open("care.show_person", person_id=casey.user_id).submit("Save the role", role="lead")

    assert user_of(casey).role == Role.LEAD
    assert open_page.open("care.show_queue").path.startswith("/sign-in")
    assert log(Verb.ROLE_CHANGED) == [
        (Verb.ROLE_CHANGED, omar.user_id, casey.user_id, {"from": "agent", "to": "lead"}),
    ]


@pytest.mark.parametrize("role", ["member", "", "owner", "ADMIN"])
def test_role_that_is_none_of_the_desk_is_refused(site, omar, casey, role):
    page = site.as_(omar).open("care.show_person", person_id=casey.user_id)

    refused = page.submit("Save the role", form="#role-form", forged={"role": role}, status=422)

    assert refused.errors == {"role": "Choose a role"}
    assert user_of(casey).role == Role.AGENT


@pytest.mark.parametrize("act", ACTS)
def test_nobody_changes_their_own_account(site, omar, act):
    browser = site.as_(omar)
    page = browser.open("care.show_person", person_id=omar.user_id)
    assert "Your own account is changed by another admin." in page.text
    assert page.all("main form") == []

    fields = {"csrf_token": page.token, "role": "agent", "reason": WHY}
    browser.send("POST", f"/care/people/{omar.user_id}/{act}", data=fields, status=422)

    assert (user_of(omar).role, user_of(omar).disabled_at) == (Role.ADMIN, None)
    assert browser.open("care.show_people").status == 200


@pytest.mark.parametrize("act", ACTS)
def test_members_and_unknown_people_are_no_colleagues(site, omar, asha, act):
    browser = site.as_(omar)
    token = browser.open("care.show_people").token

    for person_id in (asha.user_id, uuid4()):
        browser.open("care.show_person", person_id=person_id, status=404)
        fields = {"csrf_token": token, "role": "admin", "reason": WHY}
        browser.send("POST", f"/care/people/{person_id}/{act}", data=fields, status=404)
    assert (user_of(asha).role, user_of(asha).disabled_at) == (Role.MEMBER, None)


def test_lost_second_step_is_taken_away_with_a_reason_a_line_and_a_letter(site, session, omar, casey, noor):
    factors_of(casey)
    factors_of(noor)
    open_page = site.as_(casey)

    site.as_(omar).open("care.show_person", person_id=casey.user_id).submit("Take the second step away", reason=WHY)

    left = {
        model.__tablename__: list(session.scalars(select(model.user_id).where(model.user_id != omar.user_id)))
        for model in (Totp, Passkey, RecoveryCode, KnownDevice)
    }
    assert left == {
        "totp": [noor.user_id],
        "passkey": [noor.user_id],
        "recovery_code": [noor.user_id] * 2,
        "known_device": [noor.user_id],
    }
    assert log(Verb.FACTOR_RESET) == [
        (Verb.FACTOR_RESET, omar.user_id, casey.user_id, {"passkeys": 1, "apps": 1, "codes": 2, "devices": 2}),
    ]
    assert {"reason": WHY} in list(session.scalars(select(AuditPersonal.words)))
    assert open_page.open("care.show_queue").path.startswith("/sign-in")
    assert [(letter.to, letter.subject) for letter in site.letters] == [
        (casey.email, "Your second step was taken away"),
    ]
    assert "Omar Said took away your passkeys" in site.letters[0].text


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("", "Write how they reached you and how you made sure it is them"),
        ("lost", "Write it so that somebody else can follow it later"),
        ("x" * 501, "Use 500 characters or fewer"),
    ],
)
def test_second_step_is_not_taken_away_without_a_reason(site, session, omar, casey, reason, words):
    factors_of(casey)

    page = site.as_(omar).open("care.show_person", person_id=casey.user_id)
    refused = page.submit("Take the second step away", form="#factor-form", reason=reason, status=422)

    assert refused.errors == {"reason": words}
    assert refused.value("reason") == reason
    assert session.scalar(select(func.count()).select_from(Passkey)) == 1
    assert site.letters == []


def test_admin_who_is_none_any_more_changes_nothing_from_an_open_page(session, omar, casey):
    by = By(Actor(omar.user_id, "admin"), Where(), now())
    session.get_one(User, omar.user_id).role = Role.AGENT
    session.commit()

    for act in (staff.disable, staff.enable):
        with pytest.raises(NotFound), unit_of_work():
            act(casey.user_id, by=by)
    with pytest.raises(NotFound), unit_of_work():
        staff.change_role(casey.user_id, Role.ADMIN, by=by)
    assert user_of(casey).role == Role.AGENT


def test_of_two_admins_who_shut_each_other_out_one_stays(free_app):
    one, other = factories.an_admin("Omar Said"), factories.an_admin("Ines Prado")

    def shut(person, by):
        with unit_of_work():
            staff.disable(person.user_id, by=By(Actor(by.user_id, "admin"), Where(), now()))

    errors = together(free_app, [lambda: shut(one, other), lambda: shut(other, one)])

    assert [type(error) for error in errors] == [NotFound]
    assert sorted(user_of(person).disabled_at is None for person in (one, other)) == [False, True]


def test_password_of_a_colleague_stands_on_no_page_and_in_no_form(site, omar, casey):
    page = site.as_(omar).open("care.show_person", person_id=casey.user_id)

    assert not page.has('input[type="password"]')
    assert PASSWORD not in page.html
    assert user_of(casey).password_hash not in page.html
    assert db.session.scalar(select(func.count()).select_from(UserSession)) == 1


def test_empty_invitation_is_refused_with_its_mistakes_in_the_order_of_the_page(site, omar):
    refused = site.as_(omar).open("care.show_people").submit("Send the invitation", status=422)

    assert list(refused.errors) == ["name", "email", "role"]
    assert [link.attrs["href"] for link in refused.all("#wrong a")] == ["#name", "#email", "#role"]
