"""A new address to sign in with: it counts once its reader has said yes, and everybody concerned gets a letter."""

from datetime import timedelta
from functools import partial

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import AddressChange, User
from portal.accounts.rules import read_address
from portal.accounts.secrets import link_secret
from portal.accounts.service import emails, links
from portal.accounts.service.links import Purpose
from portal.audit.models import AuditEvent
from portal.audit.service import Where
from portal.clock import now
from portal.db import db
from portal.errors import Refused
from portal.unit_of_work import unit_of_work
from tests import factories
from tests.accounts.linking import ask_email, change_email, link_to, subjects
from tests.activities.messages import expected, message, record
from tests.cast import PASSWORD, Person
from tests.site import Site
from tests.together import together

NEW = "asha.new@mail.example"


def email_of(person: Person) -> tuple[str, str]:
    db.session.rollback()
    user = db.session.get_one(User, person.user_id, populate_existing=True)
    return user.email, user.email_canonical


def test_nothing_changes_before_the_link_is_followed(site: Site, asha: Person) -> None:
    page = ask_email(site.as_(asha), NEW)

    assert "One step is left" in page.texts("h2")
    assert NEW in page.text
    assert email_of(asha) == (asha.email, asha.email)
    assert subjects(site) == [(NEW, "Confirm your new address")]
    assert asha.first_name not in site.letters[0].text


def test_yes_at_the_new_address_changes_it_and_tells_both(site: Site, asha: Person) -> None:
    browser = site.as_(asha)

    page = change_email(browser, NEW)

    assert page.path == "/you"
    assert f"From now on you sign in with {NEW}." in page.text
    assert email_of(asha) == (NEW, NEW)
    assert subjects(site)[1:] == [
        (NEW, "This is your new address"),
        (asha.email, "The address of your account was changed"),
    ]
    assert NEW not in site.letters[-1].text
    verbs = list(db.session.scalars(select(AuditEvent.verb).order_by(AuditEvent.at)))
    assert verbs == ["email_change_asked", "email_changed"]


def test_a_look_at_the_link_changes_nothing(site: Site, asha: Person) -> None:
    ask_email(site.as_(asha), NEW)

    scanner = site.open(link_to(site, NEW))

    assert scanner.path == "/email-change"
    assert email_of(asha) == (asha.email, asha.email)


def test_in_another_browser_the_password_is_asked_for(site: Site, asha: Person) -> None:
    ask_email(site.as_(asha), NEW)
    page = site.open(link_to(site, NEW))

    wrong = page.submit(password="not the password", status=422)
    assert wrong.errors == {"password": "This is not the password of the account that asked. Check it"}
    assert email_of(asha) == (asha.email, asha.email)

    assert wrong.submit(password=PASSWORD).h1 == "Your address is changed"
    assert email_of(asha) == (NEW, NEW)


def test_somebody_elses_session_does_not_say_yes(site: Site, asha: Person, bruno: Person) -> None:
    ask_email(site.as_(asha), NEW)

    page = site.as_(bruno).open(link_to(site, NEW))

    assert page.submit(password="", status=422).errors
    assert email_of(asha) == (asha.email, asha.email)


def test_guessing_the_password_at_the_link_is_slowed(site: Site, asha: Person) -> None:
    ask_email(site.as_(asha), NEW)
    page = site.open(link_to(site, NEW))
    for _ in range(10):
        page = page.submit(password="wrong", status=422)

    page = page.submit(password=PASSWORD, status=422)

    assert page.errors["password"].startswith("Too many tries in a row")
    assert email_of(asha) == (asha.email, asha.email)


def test_link_works_once_and_only_the_newest_does(site: Site, asha: Person) -> None:
    browser = site.as_(asha)
    ask_email(browser, "first@mail.example")
    first = link_to(site, "first@mail.example")
    ask_email(browser, NEW)
    second = link_to(site, NEW)

    browser.open(first, status=410)
    browser.open(second).submit("Yes, use this address")
    browser.open(second, status=410)
    browser.open("accounts.show_email_change", status=410)

    assert email_of(asha) == (NEW, NEW)


def test_link_of_another_purpose_opens_nothing(site: Site, asha: Person) -> None:
    ask_email(site.as_(asha), NEW)
    secret = link_to(site, NEW).rpartition("/")[2]

    for endpoint in ("follow_undo_link", "follow_address_link", "follow_reset_link"):
        site.open(f"accounts.{endpoint}", secret=secret, status=410)


def test_link_runs_out_after_a_day(site: Site, asha: Person) -> None:
    ask_email(site.as_(asha), NEW)
    link = link_to(site, NEW)

    with time_machine.travel(now() + timedelta(hours=24, seconds=1)):
        site.open(link, status=410)


@pytest.mark.parametrize("whose", ["signs in", "further", "case", "wide letters"])
def test_address_of_somebody_else_gets_the_same_answer_and_its_owner_a_letter(
    site: Site, asha: Person, bruno: Person, whose: str
) -> None:
    wanted = {
        "signs in": bruno.email,
        "further": "b.keller@work.example",
        "case": bruno.email.upper(),
        "wide letters": "\uff42runo@club.example",
    }[whose]
    if whose == "further":
        factories.an_address(bruno, wanted)
    free = ask_email(site.as_(asha), "nobody@mail.example")

    page = ask_email(site.as_(asha), wanted)

    shown = read_address(wanted).typed
    assert page.text == free.text.replace("nobody@mail.example", shown)
    assert subjects(site)[-1] == (shown, "You have an account with this address")
    assert "https://club.example/email/" not in site.letters[-1].text
    assert email_of(asha) == (asha.email, asha.email)


def test_address_that_was_taken_meanwhile_is_not_given_twice(site: Site, asha: Person, bruno: Person) -> None:
    browser, other = site.as_(asha), site.as_(bruno)
    ask_email(browser, NEW)
    page = browser.open(link_to(site, NEW))
    change_email(other, NEW)

    page.submit("Yes, use this address", status=410)

    assert email_of(asha) == (asha.email, asha.email)
    assert email_of(bruno) == (NEW, NEW)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Enter your email address"),
        ("asha", "An email address has an @ in it, such as name@example.com"),
        ("a" * 243 + "@club.example", "This is longer than an email address can be. Check it for a slip"),
        ("asha@club.example", "This is the address you sign in with already"),
        (
            "\u0430sha@club.example",
            "We can only write to addresses without accents before the @. Use another one",
        ),
        ("asha@club.example\r\nBcc: all@club.example", "This does not look like an email address. Check it for a slip"),
    ],
)
def test_what_cannot_be_used_is_said_beside_the_field(site: Site, asha: Person, typed: str, words: str) -> None:
    page = ask_email(site.as_(asha), typed, status=422)

    assert page.errors == {"email": words}
    assert site.letters == []


def test_longest_address_can_be_used(site: Site, asha: Person) -> None:
    longest = f"{'a' * 64}@{'.'.join(['b' * 59] * 3)}.example"
    longest = longest.replace("@", "@" + "c" * (254 - len(longest) - 1) + ".")
    assert len(longest) == 254

    change_email(site.as_(asha), longest)

    assert email_of(asha) == (longest, longest)


def test_asking_again_and_again_is_slowed(site: Site, asha: Person) -> None:
    browser = site.as_(asha)
    for number in range(5):
        ask_email(browser, f"asha{number}@mail.example")

    page = ask_email(browser, NEW, status=429)

    assert page.errors["email"].startswith("Too many letters were asked for")
    assert page.value("email") == NEW
    assert len(site.letters) == 5


def test_nobody_is_bombed_with_letters_from_many_accounts(site: Site, asha: Person, bruno: Person) -> None:
    for person in (asha, bruno, asha):
        ask_email(site.as_(person), "victim@mail.example")

    ask_email(site.as_(bruno), "VICTIM@mail.example", status=429)

    assert len(site.letters) == 3


def test_address_proved_by_somebody_else_meanwhile_is_not_taken_from_them(
    site: Site, asha: Person, bruno: Person
) -> None:
    browser = site.as_(asha)
    ask_email(browser, NEW)
    page = browser.open(link_to(site, NEW))
    factories.an_address(bruno, NEW)

    page.submit("Yes, use this address", status=410)

    assert email_of(asha) == (asha.email, asha.email)


def test_orders_under_the_new_address_become_the_members(site: Site, asha: Person) -> None:
    told = record(message(NEW, amount_minor=45_00))

    change_email(site.as_(asha), NEW)

    assert [(promise.points, promise.event_id) for promise in expected(asha)] == [(45, told.event_id)]
    assert record(message(asha.email)).member_id == asha.member


def test_of_two_who_want_one_address_at_once_one_gets_it(free_app: Flask) -> None:
    people = [factories.a_member("Asha Rahman"), factories.a_member("Bruno Keller")]
    refused: list[str] = []
    proofs = [_proof(person) for person in people]

    def confirm(proof: str) -> None:
        try:
            with unit_of_work():
                emails.confirm_change(proof, key="k" * 32, where=Where(), at=now())
        except Refused as error:
            refused.append(error.code)

    assert together(free_app, [partial(confirm, proof) for proof in proofs]) == []

    assert refused == ["taken"]
    assert sorted(email_of(person)[0] == NEW for person in people) == [False, True]
    confirmed = db.session.query(AddressChange).filter(AddressChange.confirmed_at.is_not(None)).count()
    assert confirmed == 1


def _proof(person: Person) -> str:
    with unit_of_work():
        token = emails.ask_change(person.user_id, read_address(NEW), key="k" * 32, where=Where(), at=now())
        db.session.flush()
        return links.follow(Purpose.CHANGE_EMAIL, link_secret(token.id, "k" * 32), at=now()) or ""
