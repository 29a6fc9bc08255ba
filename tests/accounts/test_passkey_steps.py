"""A passkey as the second step, at the first sign-in of staff, and to show again who is there."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from portal.accounts.models import Passkey, RecoveryCode, UserSession
from portal.accounts.rules import Factor
from portal.audit.models import AuditEvent
from portal.clock import now
from portal.db import db
from portal.unit_of_work import unit_of_work
from tests.accounts.passkeys import add_passkey, asked, send_new, sign_in
from tests.accounts.stepping import a_browser, give_password, set_password
from tests.authenticator import Authenticator
from tests.cast import Person
from tests.page import Page
from tests.site import Site

NOT_HERE = "This passkey opens no account here. Use another one, or your password."
TOO_LATE = "That took more than five minutes, or was sent twice. Try again."
COOKIE = "__Host-session"


@pytest.fixture
def phone(site: Site, casey: Person) -> Authenticator:
    """Casey's phone, with a passkey for the desk in it."""
    device = Authenticator()
    add_passkey(site.as_(casey), device)
    return device


def use(page: Page, signed: str, *, status: int = 200) -> Page:
    return page.submit("Use a passkey", credential=signed, status=status)


def step(site: Site, device: Authenticator, page: Page, *, status: int = 200) -> Page:
    """Take the second step with a passkey of `device`."""
    return use(page, device.sign(asked(site, "accounts.ask_passkey_for_step", page)), status=status)


def opened() -> int:
    """Count the sessions a passkey has opened by itself or behind a password."""
    lines = db.session.query(AuditEvent).filter_by(verb="signed_in")
    return sum(line.facts["factor"] == "passkey" for line in lines)


def test_agent_takes_the_second_step_with_a_passkey(site: Site, casey: Person, phone: Authenticator) -> None:
    page = give_password(site, casey)
    assert page.path == "/sign-in/step"
    before = opened()

    assert step(site, phone, page).path == "/care/"
    assert opened() == before + 1


def test_device_is_asked_for_a_passkey_of_this_person_alone(site: Site, casey: Person, phone: Authenticator) -> None:
    options = asked(site, "accounts.ask_passkey_for_step", give_password(site, casey))

    (known,) = options["allowCredentials"]
    assert (known["id"], known["transports"]) == (db.session.query(Passkey).one().credential_id, ["internal"])
    assert options["userVerification"] == "required"


def test_member_may_use_a_passkey_instead_of_the_letter(site: Site, asha: Person) -> None:
    device = Authenticator()
    add_passkey(site.as_(asha), device)
    page = give_password(site, asha)
    assert page.h1 == "Check your email"

    assert step(site, device, page).path == "/"


def of_another(site: Site, bruno: Person, page: Page, _phone: Authenticator) -> Page:
    strange = Authenticator()
    add_passkey(site.as_(bruno), strange)
    return step(site, strange, page, status=422)


def unverified(site: Site, _bruno: Person, page: Page, phone: Authenticator) -> Page:
    phone.verifies_user = False
    return step(site, phone, page, status=422)


def removed(site: Site, _bruno: Person, page: Page, phone: Authenticator) -> Page:
    options = asked(site, "accounts.ask_passkey_for_step", page)
    with unit_of_work():
        db.session.query(Passkey).delete()
    data = {"csrf_token": page.token, "credential": phone.sign(options)}
    return site.send("POST", "/sign-in/step/passkey", status=422, data=data)


@pytest.mark.parametrize("how", [of_another, unverified, removed])
def test_passkey_that_does_not_fit_is_refused_(
    site: Site,
    casey: Person,
    bruno: Person,
    phone: Authenticator,
    how: Callable[[Site, Person, Page, Authenticator], Page],
) -> None:
    before = opened()
    page = how(site, bruno, give_password(site, casey), phone)

    assert NOT_HERE in page.text
    assert opened() == before
    line = db.session.query(AuditEvent).filter_by(verb="sign_in_refused").one()
    assert (line.about_id, line.facts) == (casey.user_id, {"step": "passkey", "why": "passkey"})


def test_challenge_of_the_front_door_takes_no_second_step(site: Site, casey: Person, phone: Authenticator) -> None:
    page = give_password(site, casey)
    front = asked(site, "accounts.ask_passkey", page)

    assert TOO_LATE in use(page, phone.sign(front), status=422).text


def test_challenge_of_one_attempt_takes_no_step_in_another(site: Site, casey: Person, phone: Authenticator) -> None:
    other = a_browser(site)
    stolen = phone.sign(asked(other, "accounts.ask_passkey_for_step", give_password(other, casey)))

    assert TOO_LATE in use(give_password(site, casey), stolen, status=422).text


def test_fifth_wrong_passkey_ends_the_attempt(site: Site, casey: Person, phone: Authenticator) -> None:
    page = give_password(site, casey)
    for _ in range(4):
        assert use(page, "{}", status=422).path == "/sign-in/step/passkey"

    assert use(page, "{}").path == "/sign-in"
    assert step_is_over(site, page)


def step_is_over(site: Site, page: Page) -> bool:
    data = {"csrf_token": page.token}
    return site.send("POST", "/sign-in/step/passkey/challenge", data=data).path == "/sign-in"


def test_answer_sent_again_opens_no_second_session(site: Site, casey: Person, phone: Authenticator) -> None:
    page = give_password(site, casey)
    signed = phone.sign(asked(site, "accounts.ask_passkey_for_step", page))
    cookie = site.client.get_cookie(COOKIE, domain="club.example")
    assert use(page, signed).path == "/care/"
    before = opened()

    # The cookie of the attempt is brought back, as a thief would.
    assert cookie is not None
    site.client.set_cookie(COOKIE, cookie.value, domain="club.example", secure=True)
    data = {"csrf_token": page.token, "credential": signed}
    assert site.send("POST", "/sign-in/step/passkey", data=data).path == "/sign-in"
    assert opened() == before


def test_password_that_was_reset_meanwhile_opens_nothing(site: Site, casey: Person, phone: Authenticator) -> None:
    page = give_password(site, casey)
    set_password(casey, "another one altogether")
    before = opened()

    step(site, phone, page, status=422)
    assert opened() == before


def test_agent_opens_the_desk_for_the_first_time_with_a_passkey(site: Site, casey: Person) -> None:
    device = Authenticator()
    page = give_password(site, casey).click("Use a passkey instead")
    half = site.client.get_cookie(COOKIE, domain="club.example")
    made = device.make(asked(site, "accounts.ask_new_passkey", page))
    sheet = send_new(page, made)

    assert sheet.h1 == "Your recovery codes"
    assert len(set(sheet.texts(".codes code"))) == 10
    assert sheet.click("I have kept them").path == "/care/"
    assert db.session.query(RecoveryCode).filter_by(user_id=casey.user_id).count() == 10
    assert "A passkey was added to your account" in [letter.subject for letter in site.letters]
    assert half is not None
    site.client.set_cookie(COOKIE, half.value, domain="club.example", secure=True)
    assert site.open("/you/second-step").path.startswith("/sign-in")


def test_password_alone_adds_no_further_passkey(site: Site, casey: Person, phone: Authenticator) -> None:
    with unit_of_work():
        kept = db.session.query(Passkey).one()
        db.session.delete(kept)
    page = give_password(site, casey).click("Use a passkey instead")
    options = asked(site, "accounts.ask_new_passkey", page)
    add_passkey(site.as_(casey), Authenticator())

    assert send_new(page, Authenticator().make(options)).path == "/sign-in"
    assert db.session.query(Passkey).count() == 1


def long_ago(person: Person) -> None:
    """Let the time in which nobody is asked again be over."""
    with unit_of_work():
        for row in db.session.query(UserSession).filter_by(user_id=person.user_id):
            row.confirmed_at = now() - timedelta(hours=1)


def question(site: Site, person: Person) -> Page:
    long_ago(person)
    page = site.open("accounts.new_passkey")
    assert (page.h1, page.path) == ("Is it still you?", "/confirm?next=/you/passkeys/new")
    return page


def test_member_shows_with_a_passkey_that_it_is_they(site: Site, asha: Person) -> None:
    device, own = Authenticator(), site.as_(asha)
    add_passkey(own, device)
    page = question(own, asha)
    before = own.client.get_cookie(COOKIE, domain="club.example")
    signed = device.sign(asked(own, "accounts.ask_passkey_to_confirm", page))

    assert use(page, signed).path == "/you/passkeys/new"
    line = db.session.query(AuditEvent).filter_by(verb="confirmed_self").one()
    assert line.facts == {"factor": "passkey"}
    assert before is not None
    own.client.set_cookie(COOKIE, before.value, domain="club.example", secure=True)
    assert own.open("/you").path.startswith("/sign-in")


def test_agent_shows_it_with_the_passkey_and_not_with_the_password(
    site: Site, casey: Person, phone: Authenticator
) -> None:
    sign_in(site, phone)
    page = question(site, casey)
    assert not page.has("input[type=password]")

    assert use(page, phone.sign(asked(site, "accounts.ask_passkey_to_confirm", page))).path == "/you/passkeys/new"


def test_passkey_of_another_shows_nothing(site: Site, casey: Person, bruno: Person, phone: Authenticator) -> None:
    sign_in(site, phone)
    strange = Authenticator()
    add_passkey(site.as_(bruno), strange)
    page = question(site, casey)
    options = asked(site, "accounts.ask_passkey_to_confirm", page)

    assert NOT_HERE in use(page, strange.sign(options), status=422).text
    assert site.open("accounts.new_passkey").path.startswith("/confirm")


def test_sign_in_of_a_minute_ago_shows_nothing_now(site: Site, asha: Person) -> None:
    device, own = Authenticator(), site.as_(asha)
    add_passkey(own, device)
    other = a_browser(site)
    signed = device.sign(asked(other, "accounts.ask_passkey", other.open("accounts.sign_in")))
    page = question(own, asha)

    assert TOO_LATE in use(page, signed, status=422).text
    assert own.open("accounts.new_passkey").path.startswith("/confirm")


def test_challenge_for_a_new_passkey_shows_nothing(site: Site, asha: Person) -> None:
    device, own = Authenticator(), site.as_(asha)
    add_passkey(own, device)
    options = asked(own, "accounts.ask_new_passkey", own.open("accounts.new_passkey"))
    page = question(own, asha)

    assert TOO_LATE in use(page, device.sign(options | {"rpId": "club.example"}), status=422).text


def test_changes_of_passkeys_ask_again_who_is_there(site: Site, asha: Person) -> None:
    own = site.as_(asha)
    add_passkey(own, Authenticator())
    page = own.open("accounts.show_safety").click("Change Phone")
    long_ago(asha)
    data = {"csrf_token": page.token, "name": "Mine", "credential": "{}"}

    for path in (page.path, f"{page.path}/removal", "/you/passkeys", "/you/passkeys/challenge"):
        assert own.send("POST", path, data=data).path.startswith("/confirm")
    assert db.session.query(Passkey).one().name == "Phone"


def test_passkey_opens_a_session_that_says_so(site: Site, casey: Person, phone: Authenticator) -> None:
    step(site, phone, give_password(site, casey))

    newest = db.session.query(UserSession).order_by(UserSession.created_at.desc()).first()
    assert newest.factor is Factor.PASSKEY
