"""The second step: who gets in with which code, on which browser, and what is written about it."""

from datetime import timedelta

import time_machine

from portal.accounts.models import KnownDevice, SignInAttempt, UserSession
from portal.accounts.rules import Factor
from portal.clock import now
from portal.db import db
from tests.accounts.stepping import (
    NOT_RIGHT,
    a_browser,
    an_app,
    another,
    app_code,
    give_password,
    letter_code,
    set_password,
)
from tests.cast import Person
from tests.site import Site


def test_member_on_a_new_device_gets_in_with_the_code_of_the_letter(site: Site, asha: Person) -> None:
    step = give_password(site, asha)
    assert (step.path, step.h1) == ("/sign-in/step", "Check your email")

    page = step.submit(code=letter_code(site))

    assert page.path == "/"
    assert [letter.subject for letter in site.letters] == [
        "Your code to sign in",
        "New sign-in on A browser",
    ]
    assert db.session.query(UserSession).one().factor is Factor.LETTER


def test_device_is_known_from_then_on(site: Site, asha: Person) -> None:
    page = give_password(site, asha).submit(code=letter_code(site))
    page.submit("Sign out")

    assert give_password(site, asha).path == "/"
    assert db.session.query(KnownDevice).count() == 1
    assert len(site.letters) == 2


def test_code_may_be_typed_with_spaces(site: Site, asha: Person) -> None:
    step = give_password(site, asha)
    code = letter_code(site)

    assert step.submit(code=f" {code[:4]} - {code[4:]}").path == "/"


def test_wrong_code_is_refused_beside_the_field_and_kept(site: Site, asha: Person) -> None:
    step = give_password(site, asha)
    wrong = another(letter_code(site))

    page = step.submit(code=wrong, status=422)

    assert (page.errors, page.value("code")) == ({"code": NOT_RIGHT}, wrong)
    assert page.submit(code="", status=422).errors == {"code": "Enter the code"}
    assert page.submit(code=letter_code(site)).path == "/"


def test_step_is_a_fragment_too(site: Site, asha: Person) -> None:
    step = give_password(site, asha)

    page = step.submit(code=another(letter_code(site)), status=422, as_fragment=True)

    assert page.errors == {"code": NOT_RIGHT}
    assert not page.has("h1")


def test_password_alone_opens_nothing(site: Site, asha: Person, casey: Person) -> None:
    an_app(casey)
    for person in (asha, casey):
        browser = a_browser(site)
        give_password(browser, person)

        for path in ("/", "/you", "/care/", "/you/second-step", "/you/safety"):
            assert browser.open(path).path.startswith("/sign-in?next=" if path != "/" else "/sign-in")
    assert db.session.query(UserSession).count() == 0


def test_code_of_one_browser_does_not_let_another_one_in(site: Site, asha: Person) -> None:
    thief, owner = a_browser(site), a_browser(site)
    step = give_password(thief, asha)
    stolen_from = letter_code(site)
    give_password(owner, asha)

    assert letter_code(site) != stolen_from
    assert step.submit(code=letter_code(site), status=422).errors == {"code": NOT_RIGHT}
    assert owner.open("accounts.second_step").submit(code=stolen_from, status=422).errors == {"code": NOT_RIGHT}


def test_code_is_good_for_ten_minutes(site: Site, asha: Person) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        step = give_password(site, asha)
        code = letter_code(site)
        clock.shift(timedelta(minutes=10))
        page = step.submit(code=code)

    assert page.path == "/sign-in"
    assert "That took longer than ten minutes." in page.text


def test_fifth_wrong_code_ends_the_attempt(site: Site, asha: Person) -> None:
    step = give_password(site, asha)
    code = letter_code(site)
    for _ in range(4):
        step.submit(code=another(code), status=422)

    page = step.submit(code=another(code))
    assert page.path == "/sign-in"
    assert "That was the fifth wrong code." in page.text
    assert step.submit(code=code).path == "/sign-in"


def test_new_code_makes_the_one_before_it_worthless_and_counts_the_tries_on(site: Site, asha: Person) -> None:
    step = give_password(site, asha)
    first = letter_code(site)
    step.submit(code=another(first), status=422)

    again = step.submit("Send a new code")
    assert letter_code(site) != first
    assert again.submit(code=first, status=422).errors == {"code": NOT_RIGHT}
    assert db.session.query(SignInAttempt).filter_by(used_at=None).one().code_tries == 2
    assert again.submit(code=letter_code(site)).path == "/"


def test_mailbox_is_not_flooded(site: Site, asha: Person) -> None:
    for _ in range(8):
        give_password(a_browser(site), asha)

    assert len(site.letters) == 5
    page = give_password(site, asha)
    assert "no further one can be sent now" in page.text
    assert page.submit("Send a new code", status=429).errors["code"].startswith("No further code can be sent now")


def test_onward_page_and_kept_words_survive_the_step(site: Site, asha: Person) -> None:
    page = site.open("/claims?page=1")

    step = page.submit(email=asha.email, password="demo-only-password", keep=True)

    assert step.submit(code=letter_code(site)).path == "/claims?page=1"
    assert db.session.query(UserSession).one().keeps_signed_in


def test_agent_gets_to_the_desk_with_the_code_of_the_app(site: Site, casey: Person) -> None:
    an_app(casey)
    step = give_password(site, casey)
    assert step.h1 == "Enter a code"

    assert step.submit(code=app_code()).path == "/care/"
    assert db.session.query(UserSession).one().factor is Factor.TOTP


def test_agent_shows_the_app_on_a_known_device_too(site: Site, casey: Person) -> None:
    an_app(casey)
    site.remember(casey)

    assert give_password(site, casey).path == "/sign-in/step"


def test_member_with_an_app_gets_no_letter(site: Site, asha: Person) -> None:
    an_app(asha)
    step = give_password(site, asha)

    assert (step.h1, len(site.letters)) == ("Enter a code", 0)
    assert step.click("Tell us what happened").h1 == "I cannot get in"
    assert step.submit(code=app_code()).path == "/"


def test_password_that_was_reset_meanwhile_opens_nothing(site: Site, asha: Person) -> None:
    step = give_password(site, asha)
    code = letter_code(site)
    set_password(asha, "violet harbour ladder nine")

    assert step.submit(code=code).path == "/sign-in"
    assert db.session.query(UserSession).count() == 0
