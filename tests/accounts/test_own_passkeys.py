"""One's own passkeys: added with a name, renamed, removed; each change is written down and told by letter."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from webauthn.helpers import bytes_to_base64url

from portal.accounts.models import Challenge, Passkey, Totp
from portal.accounts.sweeps import clean_up
from portal.audit.models import AuditEvent
from portal.clock import now
from portal.db import db
from portal.unit_of_work import unit_of_work
from tests.accounts.passkeys import add_passkey, asked, send_new, sign_in
from tests.authenticator import Authenticator
from tests.cast import Person
from tests.site import Site

NOT_OURS = "Your device did not give us a passkey that we can use. Try again, or use another device"
TOO_LATE = "That took more than five minutes, or was sent twice. Try again"


def kept() -> list[str]:
    return [row.name for row in db.session.query(Passkey).order_by(Passkey.created_at)]


def logged(verb: str) -> AuditEvent:
    return db.session.query(AuditEvent).filter_by(verb=verb).one()


def test_member_adds_a_passkey_and_hears_of_it(site: Site, asha: Person) -> None:
    page = add_passkey(site.as_(asha), Authenticator(), "My phone")

    assert page.path == "/you/safety"
    assert "The passkey is there" in page.text
    assert page.texts("ul.lines li span")[0] == "My phone Added today, not used yet"
    assert [(letter.to, letter.subject) for letter in site.letters] == [
        (asha.email, "A passkey was added to your account")
    ]
    assert "My phone" in site.letters[0].text
    assert (logged("passkey_added").about_id, logged("passkey_added").facts) == (asha.user_id, {})
    assert "The passkey is there" not in page.site.open("accounts.show_safety").text


def test_use_of_a_passkey_is_shown(site: Site, asha: Person) -> None:
    phone = Authenticator()
    add_passkey(site.as_(asha), phone)
    sign_in(site, phone)

    assert "Added today, used today" in site.open("accounts.show_safety").text


def test_device_is_asked_to_keep_it_to_recognise_its_owner_and_to_make_no_second_one(site: Site, asha: Person) -> None:
    phone, own = Authenticator(), site.as_(asha)
    add_passkey(own, phone)
    options = asked(own, "accounts.ask_new_passkey", own.open("accounts.new_passkey"))

    wanted = {"residentKey": "required", "requireResidentKey": True, "userVerification": "required"}
    assert options["authenticatorSelection"] == wanted
    assert options["attestation"] == "none"
    assert options["rp"] == {"name": "The Club", "id": "club.example"} | {"name": options["rp"]["name"]}
    assert options["user"]["name"] == asha.email
    assert [known["id"] for known in options["excludeCredentials"]] == [bytes_to_base64url(phone.keys[0].id)]


def test_passkey_needs_a_name_and_keeps_what_was_typed(site: Site, asha: Person) -> None:
    page = site.as_(asha).open("accounts.new_passkey")

    assert send_new(page, "{}", "  ", status=422).errors == {"name": "Give it a name that you will know it by"}
    long = send_new(page, "{}", "x" * 61, status=422)
    assert (long.errors, long.value("name")) == ({"name": "Use 60 characters or fewer"}, "x" * 61)


@pytest.mark.parametrize("wrong", ["origin", "site", "unverified", "framed", "nonsense", "signed"])
def test_passkey_that_was_not_made_for_us_is_refused(site: Site, asha: Person, wrong: str) -> None:
    device, own = Authenticator(), site.as_(asha)
    device.origin = "https://evil.example" if wrong == "origin" else device.origin
    device.site = "evil.example" if wrong == "site" else ""
    device.verifies_user = wrong != "unverified"
    device.cross_origin = wrong == "framed"
    page = own.open("accounts.new_passkey")
    options = asked(own, "accounts.ask_new_passkey", page)
    made = device.make(options)
    if wrong == "signed":
        made = device.sign(options | {"rpId": "club.example"})
    if wrong == "nonsense":
        made = device.make(options, attestationObject="oWFhYWE")

    assert send_new(page, made, status=422).errors == {"name": NOT_OURS}
    assert kept() == []
    assert site.letters == []


def test_answer_sent_twice_adds_one_passkey(site: Site, asha: Person) -> None:
    own, device = site.as_(asha), Authenticator()
    page = own.open("accounts.new_passkey")
    made = device.make(asked(own, "accounts.ask_new_passkey", page))
    send_new(page, made)

    assert send_new(page, made, status=422).errors == {"name": TOO_LATE}
    assert kept() == ["Phone"]


def test_answer_of_another_session_of_the_same_person_is_refused(site: Site, asha: Person) -> None:
    here, there = site.as_(asha), site.as_(asha)
    stolen = asked(there, "accounts.ask_new_passkey", there.open("accounts.new_passkey"))

    refused = send_new(here.open("accounts.new_passkey"), Authenticator().make(stolen), status=422)
    assert refused.errors == {"name": TOO_LATE}


def test_passkey_that_somebody_has_cannot_be_added_by_another(site: Site, asha: Person, bruno: Person) -> None:
    device = Authenticator()
    add_passkey(site.as_(asha), device)
    own = site.as_(bruno)
    page = own.open("accounts.new_passkey")
    copy = Authenticator()
    first = copy.make(asked(own, "accounts.ask_new_passkey", page))
    copy.keys[-1].id = device.keys[-1].id
    again = copy.make_with(asked(own, "accounts.ask_new_passkey", page), copy.keys[-1])

    assert send_new(page, again, status=422).errors == {"name": "This device has a passkey for your account already"}
    assert send_new(page, first).path == "/you/safety"
    assert db.session.query(Passkey).filter_by(user_id=asha.user_id).count() == 1


def test_nobody_has_more_than_twenty(site: Site, asha: Person) -> None:
    with unit_of_work():
        for number in range(20):
            db.session.add(
                Passkey(
                    user_id=asha.user_id,
                    credential_id=bytes_to_base64url(bytes([number])),
                    public_key=b"",
                    name=f"Key {number}",
                    created_at=now(),
                )
            )

    page = add_passkey(site.as_(asha), Authenticator(), status=422)
    assert page.errors == {"name": "You have 20 passkeys. Remove one that you no longer use first"}


def test_passkey_is_renamed(site: Site, asha: Person) -> None:
    own = site.as_(asha)
    page = add_passkey(own, Authenticator(), "Phone").click("Change Phone")
    assert page.h1 == "Passkey: Phone"

    refused = page.submit("Save the name", name="", status=422)
    assert (refused.h1, refused.errors) == ("Passkey: Phone", {"name": "Give it a name that you will know it by"})
    assert page.submit("Save the name", name="Old phone").path == "/you/safety"
    assert kept() == ["Old phone"]
    assert logged("passkey_renamed").about_id == asha.user_id


def test_removed_passkey_signs_nobody_in_and_its_owner_hears_of_it(site: Site, asha: Person) -> None:
    phone = Authenticator()
    page = add_passkey(site.as_(asha), phone, "Phone").click("Change Phone").submit("Remove this passkey")

    assert "The passkey is gone" in page.text
    assert kept() == []
    assert site.letters[-1].subject == "A passkey was removed from your account"
    assert logged("passkey_removed").thing == "passkey"
    sign_in(site, phone, status=422)


@pytest.mark.parametrize("act", ["show", "rename", "remove"])
def test_passkeys_of_another_are_not_found(site: Site, asha: Person, bruno: Person, act: str) -> None:
    add_passkey(site.as_(asha), Authenticator())
    path = f"/you/passkeys/{db.session.query(Passkey).one().id}"
    own = site.as_(bruno)
    token = own.open("accounts.show_safety").token if act == "show" else own.open("accounts.new_passkey").token
    method, ending = ("GET", "") if act == "show" else ("POST", "" if act == "rename" else "/removal")

    own.send(method, path + ending, status=404, data={"csrf_token": token, "name": "Mine"})
    own.send(method, f"/you/passkeys/{uuid4()}{ending}", status=404, data={"csrf_token": token, "name": "Mine"})
    assert kept() == ["Phone"]


def test_agent_keeps_their_last_second_step(site: Site, casey: Person) -> None:
    own = site.as_(casey)
    add_passkey(own, Authenticator())
    page = own.open("accounts.show_safety").click("Change Phone")

    assert "the desk needs one" in page.submit("Remove this passkey", status=422).text
    assert kept() == ["Phone"]


@pytest.mark.parametrize("other", ["passkey", "app"])
def test_agent_with_another_second_step_may_remove_a_passkey(site: Site, casey: Person, other: str) -> None:
    own = site.as_(casey)
    add_passkey(own, Authenticator())
    if other == "passkey":
        add_passkey(own, Authenticator(), "Laptop")
    else:
        with unit_of_work():
            db.session.add(
                Totp(user_id=casey.user_id, sealed_secret=b"", key_id="", created_at=now(), confirmed_at=now())
            )

    own.open("accounts.show_safety").click("Change Phone").submit("Remove this passkey")
    assert "Phone" not in kept()


def test_stranger_sees_no_passkeys(site: Site) -> None:
    assert site.open("accounts.show_safety").path.startswith("/sign-in")
    assert site.open("accounts.new_passkey").path.startswith("/sign-in")


def test_challenges_nobody_answered_are_swept(site: Site, asha: Person) -> None:
    own = site.as_(asha)
    asked(own, "accounts.ask_new_passkey", own.open("accounts.new_passkey"))
    with time_machine.travel(now() + timedelta(minutes=6)):
        clean_up(now())

    assert db.session.query(Challenge).count() == 0
