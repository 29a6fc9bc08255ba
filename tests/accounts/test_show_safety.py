"""Sign-in and safety: what proves who somebody is, taken on and taken off, and the devices that are known."""

from datetime import timedelta
from uuid import uuid4

import pyotp
import time_machine

from portal.accounts.models import KnownDevice, RecoveryCode, Totp
from portal.clock import now
from portal.db import db
from tests.accounts.stepping import a_browser, an_app, give_password, letter_code, written
from tests.cast import Person
from tests.site import Site


def test_member_switches_the_app_on_and_off_again(site: Site, asha: Person) -> None:
    browser = site.as_(asha)
    page = browser.open("accounts.show_you").click("Look at sign-in and safety").click("Set up an app")
    assert page.click("Leave it as it is").path == "/you/safety"

    sheet = page.submit(code=pyotp.TOTP(page.texts("main code")[0].replace(" ", "")).now())
    safety = sheet.click("I have kept them")
    assert "10 codes are left" in safety.text

    off = safety.submit("Remove the app")
    assert "The app is removed" in off.text
    assert (db.session.query(Totp).count(), db.session.query(RecoveryCode).count()) == (0, 0)
    assert [letter.subject for letter in site.letters] == [
        "An authenticator app was set up",
        "Your authenticator app was removed",
    ]
    assert (written("app_added"), written("app_removed")) == ([{}], [{}])


def test_key_on_offer_is_another_one_after_it_was_taken(site: Site, asha: Person) -> None:
    browser = site.as_(asha)
    page = browser.open("accounts.set_up_second_step")
    first = page.texts("main code")
    assert browser.open("accounts.set_up_second_step").texts("main code") == first

    page.submit(code=pyotp.TOTP(first[0].replace(" ", "")).now())

    assert browser.open("accounts.set_up_second_step").texts("main code") != first


def test_new_codes_make_the_old_ones_worthless(site: Site, asha: Person) -> None:
    an_app(asha)
    safety = site.as_(asha).open("accounts.show_safety")
    assert "None is left." in safety.text
    old = safety.submit("Make ten new codes").texts(".codes code")
    new = safety.submit("Make ten new codes").texts(".codes code")

    step = give_password(a_browser(site), asha)
    assert "code" in step.submit(code=old[0], status=422).errors
    assert step.submit(code=new[0]).path == "/"
    assert site.letters[0].subject == "New recovery codes were made"


def test_nobody_gets_codes_without_a_factor(site: Site, asha: Person) -> None:
    browser = site.as_(asha)
    token = browser.open("accounts.show_safety").token

    page = browser.send("POST", "/you/recovery-codes", data={"csrf_token": token})

    assert page.path == "/you/second-step"
    assert db.session.query(RecoveryCode).count() == 0


def test_staff_keep_their_only_factor(site: Site, casey: Person) -> None:
    an_app(casey)
    browser = site.as_(casey)
    page = browser.open("accounts.show_safety")
    assert "Remove the app" not in page.text

    browser.send("POST", "/you/app/removal", data={"csrf_token": page.token})

    assert db.session.query(Totp).count() == 1


def test_staff_replace_their_app(site: Site, casey: Person) -> None:
    an_app(casey)
    page = site.as_(casey).open("accounts.show_safety").click("Set up another one")
    key = page.texts("main code")[0].replace(" ", "")
    page.submit(code=pyotp.TOTP(key).now())

    step = give_password(a_browser(site), casey)
    with time_machine.travel(now() + timedelta(seconds=60), tick=False):
        assert step.submit(code=pyotp.TOTP(key).at(now())).path == "/care/"


def test_devices_are_listed_and_forgotten(site: Site, asha: Person) -> None:
    elsewhere = a_browser(site)
    give_password(elsewhere, asha).submit(code=letter_code(site))
    browser = site.as_(asha)
    page = browser.open("accounts.show_safety")
    assert page.texts("main .line span")[0].startswith("Safari on iPhone · this browser First seen")
    assert "2 devices" in page.text

    left = page.submit("Forget A browser")

    assert "One device" in left.text
    assert len(written("device_forgotten")) == 1
    elsewhere.open("accounts.show_you").submit("Sign out")
    assert give_password(elsewhere, asha).path == "/sign-in/step"


def test_device_of_somebody_else_is_not_there(site: Site, asha: Person, bruno: Person) -> None:
    site.as_(bruno)
    device = db.session.query(KnownDevice).one()
    browser = site.as_(asha)
    token = browser.open("accounts.show_safety").token

    for device_id in (device.id, uuid4()):
        browser.send("POST", f"/you/devices/{device_id}/removal", data={"csrf_token": token}, status=404)
    assert db.session.query(KnownDevice).count() == 2


def test_two_people_on_one_browser_are_both_known(site: Site, asha: Person, bruno: Person) -> None:
    give_password(site, asha).submit(code=letter_code(site)).submit("Sign out")
    give_password(site, bruno).submit(code=letter_code(site)).submit("Sign out")

    assert give_password(site, asha).submit("Sign out").path == "/sign-in"
    assert give_password(site, bruno).path == "/"
    assert len({row.token_hash for row in db.session.query(KnownDevice)}) == 1


def test_planted_device_token_is_worth_nothing(site: Site, asha: Person, bruno: Person) -> None:
    """Bruno puts the token of his own browser into Asha's, and tries it at his after she has signed in there."""
    his = site.as_(bruno)
    planted = his.client.get_cookie("__Host-device", domain="club.example")
    assert planted is not None
    hers = a_browser(site)
    hers.client.set_cookie("__Host-device", planted.value, domain="club.example", secure=True)
    give_password(hers, asha).submit(code=letter_code(site))
    thief = a_browser(site)
    thief.client.set_cookie("__Host-device", planted.value, domain="club.example", secure=True)

    assert give_password(thief, asha).path == "/sign-in/step"


def test_reset_forgets_every_device(site: Site, asha: Person) -> None:
    site.remember(asha)
    site.open("accounts.forgot_password").submit(email=asha.email)
    link = next(link for link in site.letters[-1].links if "/reset/" in link)
    site.open(link).submit(password="violet harbour ladder nine")

    assert give_password(site, asha, password="violet harbour ladder nine").path == "/sign-in/step"
