"""A colleague is invited by letter: once, for seven days, with a password of their own."""

import re
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from sqlalchemy import select

from portal.accounts.models import User
from portal.accounts.rules import Address, MemberState, Role
from portal.accounts.secrets import link_secret
from portal.accounts.service import staff
from portal.accounts.service.links import Purpose, follow
from portal.accounts.service.staff import By
from portal.audit.models import AuditEvent
from portal.audit.rules import Verb
from portal.audit.service import Actor, Where
from portal.clock import now
from portal.db import db
from portal.errors import Refused
from portal.unit_of_work import unit_of_work
from tests import factories
from tests.cast import PASSWORD
from tests.site import Site
from tests.together import together

NEW = "violet harbour ladder nine"
ADDRESS = "ines@club.example"


def invite(site, admin, *, email=ADDRESS, name="Ines Prado", role="agent", status=200):
    page = site.as_(admin).open("care.show_people")
    return page.submit("Send the invitation", name=name, email=email, role=role, status=status)


def link_in(site, number=-1):
    return re.search(r"https://club\.example(/invitation/\S+)", site.letters[number].text)[1]


def ines():
    db.session.rollback()
    return db.session.scalars(select(User).where(User.email_canonical == ADDRESS)).one()


def test_colleague_chooses_a_password_and_may_sign_in(site, omar):
    page = invite(site, omar)
    assert "The invitation to Ines Prado is on its way." in page.text
    assert "Ines Prado ines@club.example Agent Invited Never" in page.texts("tbody tr")
    letter = site.letters[-1]
    assert (letter.to, letter.subject) == (ADDRESS, "Your invitation to the desk")
    assert "Omar Said has made an account" in letter.text

    welcome = site.open(link_in(site))
    assert (welcome.path, welcome.h1) == ("/invitation", "Welcome to the desk")
    assert welcome.submit(password=NEW).path == "/sign-in"

    user = ines()
    assert (user.role, user.disabled_at) == (Role.AGENT, None)
    assert site.app.extensions["passwords"].agrees(user.password_hash, NEW)
    verbs = select(AuditEvent.verb, AuditEvent.actor_id, AuditEvent.about_id).order_by(AuditEvent.at)
    told = db.session.execute(verbs.where(AuditEvent.about_id == user.id)).all()
    assert [tuple(line) for line in told] == [
        (Verb.STAFF_INVITED, omar.user_id, user.id),
        (Verb.STAFF_JOINED, user.id, user.id),
    ]


def test_address_somebody_typed_and_never_confirmed_can_be_invited(site, omar):
    factories.a_member("Sam Squatter", email=ADDRESS, state=MemberState.PENDING_EMAIL)

    page = invite(site, omar)

    assert "The invitation to Ines Prado is on its way." in page.text
    assert (ines().name, ines().role) == ("Ines Prado", Role.AGENT)
    assert site.letters[-1].to == ADDRESS


@pytest.mark.parametrize("guess", ["", PASSWORD, "nobody has this password"])
def test_nobody_signs_in_before_the_invitation_is_taken_up(site, omar, guess):
    invite(site, omar)

    page = site.open("accounts.sign_in").submit(email=ADDRESS, forged={"password": guess}, status=422)
    site.open("accounts.forgot_password").submit(email=ADDRESS)

    assert page.errors
    assert [letter.subject for letter in site.letters] == ["Your invitation to the desk"]


def test_invitation_works_once(site, omar):
    invite(site, omar)
    link, other = link_in(site), Site(site.app, site.left_behind)
    waiting = other.open(link)
    site.open(link).submit(password=NEW)

    assert waiting.submit(password="another good one here", status=410).h1 == "This invitation no longer works"
    other.open(link, status=410)
    assert site.app.extensions["passwords"].agrees(ines().password_hash, NEW)


def test_scanner_that_opens_the_invitation_does_not_use_it_up(site, omar):
    invite(site, omar)
    for _ in range(3):
        Site(site.app, site.left_behind).open(link_in(site))

    assert site.open(link_in(site)).submit(password=NEW).path == "/sign-in"


def test_invitation_ends_after_seven_days(site, omar):
    with time_machine.travel(now(), tick=False) as clock:
        invite(site, omar)
        link = link_in(site)
        clock.shift(timedelta(days=7, seconds=-1))
        page = site.open(link)
        clock.shift(timedelta(seconds=1))

        page.submit(password=NEW, status=410)
        site.open(link, status=410)


def test_only_the_newest_invitation_counts_and_a_withdrawn_one_does_not(site, omar):
    invite(site, omar)
    first = link_in(site)
    page = site.as_(omar).open("care.show_person", person_id=ines().id)

    page = page.submit("Send a new invitation")
    site.open(first, status=410)
    newest = site.open(link_in(site))
    page.submit("Withdraw it")

    newest.submit(password=NEW, status=410)
    assert ines().disabled_at is not None
    assert not ines().is_invited


def test_account_opened_again_still_needs_a_password_of_its_owner(site, omar):
    invite(site, omar)
    page = site.as_(omar).open("care.show_person", person_id=ines().id).submit("Withdraw it")
    page.submit("Open it again")

    assert site.open("accounts.sign_in").submit(email=ADDRESS, password=NEW, status=422).errors


def test_colleague_who_has_come_is_not_invited_again(site, omar, casey):
    browser = site.as_(omar)
    token = browser.open("care.show_people").token

    browser.send("POST", f"/care/people/{casey.user_id}/invitation", data={"csrf_token": token}, status=422)

    assert site.letters == []


def test_weak_password_is_refused_and_staff_need_fifteen_characters(site, omar):
    invite(site, omar)

    page = site.open(link_in(site)).submit(password="violet lad 9", status=422)

    assert page.errors["password"] == "Use 15 characters or more. This has 12"
    assert "own name" not in page.text
    page = page.submit(password="ines prado ines prado", status=422)
    assert "too close to your name" in page.errors["password"]
    assert page.submit(password=NEW).path == "/sign-in"


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"name": ""}, {"name": "Enter their name, as it should stand below what they write"}),
        ({"name": "x" * 121}, {"name": "Use 120 characters or fewer"}),
        ({"email": ""}, {"email": "Enter their email address"}),
        ({"email": "ines@club.example\r\nBcc: all@club.example"}, {"email": None}),
        ({"email": "ines"}, {"email": "An email address has an @ in it, such as name@example.com"}),
    ],
)
def test_slip_is_said_beside_its_field_and_nobody_is_invited(site, omar, fields, errors):
    page = invite(site, omar, status=422, **fields)

    assert page.errors.keys() == errors.keys()
    assert [words for field, words in errors.items() if words and page.errors[field] != words] == []
    assert site.letters == []


@pytest.mark.parametrize("typed", ["asha@club.example", "ASHA@Club.Example", " asha@club.example "])
def test_address_somebody_has_is_not_invited(site, omar, asha, typed):
    page = invite(site, omar, email=typed, status=422)

    assert page.errors == {"email": "There is an account with this address. At the desk people use one of their own"}
    assert db.session.get_one(User, asha.user_id).role == Role.MEMBER


def test_forged_fields_change_nothing(site, omar):
    page = site.as_(omar).open("care.show_people")
    forged = {"disabled_at": "", "password_hash": "x", "password": NEW, "is_demo": "1"}

    page.submit("Send the invitation", name="Ines Prado", email=ADDRESS, role="agent", forged=forged)

    assert (ines().is_invited, ines().is_demo) == (True, False)
    assert not site.app.extensions["passwords"].agrees(ines().password_hash, NEW)


def test_invitation_of_another_purpose_opens_nothing(site, omar, casey):
    invite(site, omar)
    secret = link_in(site).rsplit("/", 1)[1]

    site.open(f"/reset/{secret}", status=410)


def test_of_two_who_follow_one_invitation_at_once_one_comes_in(free_app):
    admin = factories.an_admin()
    by = By(Actor(admin.user_id, "admin"), Where(), now())
    with unit_of_work():
        token = staff.invite(
            Address(ADDRESS, ADDRESS), name="Ines Prado", role=Role.AGENT, locale="en_GB",
            unknown_password="x", key="k" * 32, by=by,
        )  # fmt: skip
        token_id = token.id
    secret = link_secret(token_id, "k" * 32)
    with unit_of_work():
        proofs = [follow(Purpose.INVITE, secret, at=now()) for _ in range(4)]

    def come(proof):
        with unit_of_work():
            staff.accept(proof, f"hash of {proof}", where=Where(), at=now())

    errors = together(free_app, [partial(come, proof) for proof in proofs])

    assert [error.code for error in errors if isinstance(error, Refused)] == ["link_used"] * 3
    assert ines().disabled_at is None


def test_first_admin_is_invited_from_the_command_line(app, site):
    run = app.test_cli_runner().invoke(args=["staff", "invite", ADDRESS, "--name", "Ines Prado", "--role", "admin"])

    assert (run.exit_code, run.output) == (
        0,
        "An invitation for Ines Prado goes to ines@club.example; it works once, for 7 days.\n",
    )
    assert "IQOS CLUB has made an account at the desk for you, as: Admin." in site.letters[-1].text
    assert site.open(link_in(site)).submit(password=NEW).path == "/sign-in"
    assert (ines().role, ines().disabled_at) == (Role.ADMIN, None)


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["ines", "--name", "Ines"], "ines is no email address"),
        ([ADDRESS, "--name", " \u202e "], "say who they are"),
        ([ADDRESS, "--name", "Ines", "--role", "member"], "'member' is not one of"),
        (["asha@club.example", "--name", "Ines"], "asha@club.example has an account already"),
    ],
)
def test_command_line_refuses_what_the_page_refuses(app, site, asha, args, words):
    run = app.test_cli_runner().invoke(args=["staff", "invite", *args])

    assert run.exit_code == 2
    assert words in run.output
    assert site.letters == []
