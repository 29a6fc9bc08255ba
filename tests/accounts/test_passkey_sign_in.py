"""Signing in with a passkey: no typing, no second step, and nothing that can be used twice or elsewhere."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from webauthn.helpers import bytes_to_base64url

from portal.accounts.models import Challenge, Passkey, User, UserSession
from portal.accounts.rules import Factor
from portal.audit.models import AuditEvent
from portal.clock import now
from portal.db import db
from portal.unit_of_work import unit_of_work
from tests.accounts.passkeys import add_passkey, asked, send_sign_in, sign_in
from tests.authenticator import Authenticator
from tests.cast import Person
from tests.page import Page
from tests.site import Site

NOT_HERE = "This passkey opens no account here. Use another one, or your password."
TOO_LATE = "That took more than five minutes, or was sent twice. Try again."

ODD_CLIENT = (
    '{"id": "AA", "rawId": "AA", "type": "public-key",'
    ' "response": {"clientDataJSON": "%s", "authenticatorData": "", "signature": ""}}'
)


@pytest.fixture
def phone(site: Site, asha: Person) -> Authenticator:
    """Asha's phone, with a passkey for the club in it."""
    device = Authenticator()
    add_passkey(site.as_(asha), device)
    return device


def assert_refused(page: Page, words: str = NOT_HERE) -> None:
    """Nobody is signed in, the page says so, and the log knows."""
    assert words in page.text
    assert page.has('input[name="password"]')
    assert db.session.query(UserSession).filter_by(factor=Factor.PASSKEY).count() == 0
    line = db.session.query(AuditEvent).filter_by(verb="sign_in_refused").one()
    assert line.facts["factor"] == "passkey"


def test_member_signs_in_without_typing_anything(site: Site, asha: Person, phone: Authenticator) -> None:
    page = sign_in(site, phone)

    assert page.path == "/"
    begun = db.session.query(UserSession).filter_by(factor=Factor.PASSKEY).one()
    assert begun.user_id == asha.user_id
    line = db.session.query(AuditEvent).filter_by(verb="signed_in").one()
    assert (line.about_id, line.facts) == (asha.user_id, {"factor": "passkey"})
    kept = db.session.query(Passkey).one()
    assert (kept.sign_count, kept.last_used_at is not None) == (phone.count, True)


def test_agent_reaches_the_desk_with_a_passkey_alone(site: Site, casey: Person) -> None:
    device = Authenticator()
    add_passkey(site.as_(casey), device)
    sign_in(site, device)

    assert site.open("care.show_queue").status == 200


def test_somebody_sent_to_sign_in_comes_back_to_their_page(site: Site, phone: Authenticator) -> None:
    page = site.open("/claims?page=1")
    signed = phone.sign(asked(site, "accounts.ask_passkey", page))

    assert send_sign_in(page, signed).path == "/claims?page=1"


def test_wish_to_stay_signed_in_is_heard(site: Site, phone: Authenticator) -> None:
    page = site.open("accounts.sign_in")
    signed = phone.sign(asked(site, "accounts.ask_passkey", page))
    send_sign_in(page, signed, keep="y")

    assert db.session.query(UserSession).filter_by(factor=Factor.PASSKEY).one().keeps_signed_in


def test_page_asks_the_device_to_recognise_its_owner_and_names_nobody(site: Site, phone: Authenticator) -> None:
    options = asked(site, "accounts.ask_passkey", site.open("accounts.sign_in"))

    assert (options["userVerification"], options["rpId"]) == ("required", "club.example")
    assert options["allowCredentials"] == []
    assert len(options["challenge"]) == 43


def test_answer_sent_again_is_refused(site: Site, phone: Authenticator) -> None:
    with unit_of_work():
        db.session.query(Passkey).one().sign_count = 0
    phone.counts, phone.count = False, 0
    page = site.open("accounts.sign_in")
    signed = phone.sign(asked(site, "accounts.ask_passkey", page))
    send_sign_in(page, signed)
    db.session.query(UserSession).delete()
    db.session.commit()

    assert_refused(send_sign_in(site.open("accounts.sign_in"), signed, status=422), TOO_LATE)


def test_answer_that_failed_cannot_be_mended_and_sent_again(site: Site, phone: Authenticator) -> None:
    page = site.open("accounts.sign_in")
    options = asked(site, "accounts.ask_passkey", page)
    send_sign_in(page, phone.sign(options, signature="AAAA"), status=422)

    assert TOO_LATE in send_sign_in(page, phone.sign(options), status=422).text
    assert db.session.query(Challenge).count() == 0


def test_answer_given_in_another_browser_is_refused(site: Site, phone: Authenticator, bruno: Person) -> None:
    other = Site(site.app, site.left_behind)
    stolen = asked(other, "accounts.ask_passkey", other.open("accounts.sign_in"))

    assert_refused(send_sign_in(site.open("accounts.sign_in"), phone.sign(stolen), status=422), TOO_LATE)


def test_answer_after_five_minutes_is_refused(site: Site, phone: Authenticator) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        page = site.open("accounts.sign_in")
        signed = phone.sign(asked(site, "accounts.ask_passkey", page))
        clock.shift(timedelta(minutes=5))

        assert_refused(send_sign_in(page, signed, status=422), TOO_LATE)


def test_challenge_made_up_by_the_sender_is_refused(site: Site, phone: Authenticator) -> None:
    page = site.open("accounts.sign_in")
    signed = phone.sign({"rpId": "club.example", "challenge": bytes_to_base64url(bytes(32))})

    assert_refused(send_sign_in(page, signed, status=422), TOO_LATE)


def test_challenge_for_a_new_passkey_signs_nobody_in(site: Site, asha: Person, phone: Authenticator) -> None:
    own = site.as_(asha)
    options = asked(own, "accounts.ask_new_passkey", own.open("accounts.new_passkey"))
    page = own.send("GET", "/you/safety")
    signed = phone.sign(options | {"rpId": "club.example"})
    answer = own.send("POST", "/sign-in/passkey", status=422, data={"csrf_token": page.token, "credential": signed})

    assert_refused(answer, TOO_LATE)


def other_origin(phone: Authenticator) -> None:
    phone.origin = "https://club.example.evil.example"


def plain_origin(phone: Authenticator) -> None:
    phone.origin = "http://club.example"


def other_site(phone: Authenticator) -> None:
    phone.site = "evil.example"


def unverified(phone: Authenticator) -> None:
    phone.verifies_user = False


def framed(phone: Authenticator) -> None:
    phone.cross_origin = True


def copied(phone: Authenticator) -> None:
    phone.count = -1


@pytest.mark.parametrize("change", [other_origin, plain_origin, other_site, unverified, framed, copied])
def test_passkey_that_was_used_wrongly_is_refused_(
    site: Site, phone: Authenticator, change: Callable[[Authenticator], None]
) -> None:
    change(phone)

    assert_refused(sign_in(site, phone, status=422))


def test_passkey_of_somebody_else_in_the_name_of_a_member_is_refused(
    site: Site, asha: Person, bruno: Person, phone: Authenticator
) -> None:
    strange = Authenticator()
    add_passkey(site.as_(bruno), strange)
    forged = {"userHandle": bytes_to_base64url(asha.user_id.bytes)}

    assert_refused(sign_in(site, strange, status=422, **forged))


def test_signature_of_another_key_is_refused(site: Site, phone: Authenticator) -> None:
    strange = Authenticator()
    key = strange.make({"user": {"id": "AAAA"}, "rp": {"id": "club.example"}, "challenge": "AAAA"})
    strange.keys[-1].id = phone.keys[-1].id
    strange.keys[-1].user = phone.keys[-1].user
    strange.count = 50

    assert json.loads(key)["type"] == "public-key"
    assert_refused(sign_in(site, strange, status=422))


def test_passkey_nobody_has_is_refused(site: Site, phone: Authenticator) -> None:
    with unit_of_work():
        db.session.query(Passkey).delete()

    assert_refused(sign_in(site, phone, status=422))


def test_passkey_of_somebody_who_left_is_refused(site: Site, asha: Person, phone: Authenticator) -> None:
    with unit_of_work():
        db.session.get_one(User, asha.user_id).disabled_at = now()

    assert_refused(sign_in(site, phone, status=422))


@pytest.mark.parametrize(
    "sent",
    [
        "", "null", "[]", "{}", "\0", '"text"', "[" * 16_000, "{" * 20_000, '{"id": 1}',
        '{"id": "é", "rawId": "é", "type": "public-key", "response": {}}',
        ODD_CLIENT % "bnVsbA",
        ODD_CLIENT % "eyJ0eXBlIjoxLCJjaGFsbGVuZ2UiOjEsIm9yaWdpbiI6MX0",
    ],
)  # fmt: skip
def test_nonsense_is_refused_like_any_other_passkey(site: Site, sent: str) -> None:
    assert_refused(send_sign_in(site.open("accounts.sign_in"), sent, status=422))


def test_tries_from_one_address_are_counted_and_those_that_fit_are_not(site: Site, phone: Authenticator) -> None:
    for _ in range(2):
        sign_in(site, phone)
        site.client.delete_cookie("__Host-session", domain="club.example")
    page = site.open("accounts.sign_in")
    data = {"csrf_token": page.token, "credential": "{}"}
    for _ in range(30):
        site.send("POST", "/sign-in/passkey", status=422, data=data, proofread=False)

    assert "Too many tries" in site.send("POST", "/sign-in/passkey", status=429, data=data).text


def test_challenges_for_one_address_are_counted(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    few = site.app.extensions["settings"].model_copy(update={"passkey_challenges_per_address_hour": 3})
    monkeypatch.setitem(site.app.extensions, "settings", few)
    page = site.open("accounts.sign_in")
    for _ in range(3):
        asked(site, "accounts.ask_passkey", page)

    site.send("POST", "/sign-in/passkey/challenge", status=429, data={"csrf_token": page.token})
    assert db.session.query(Challenge).count() == 3


def test_sign_in_of_another_site_is_refused(site: Site, phone: Authenticator) -> None:
    page = site.open("accounts.sign_in")
    signed = phone.sign(asked(site, "accounts.ask_passkey", page))
    foreign = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    data = {"csrf_token": page.token, "credential": signed}

    site.send("POST", "/sign-in/passkey", status=403, headers=foreign, data=data)
    site.send("POST", "/sign-in/passkey", status=403, data=data | {"csrf_token": ""})
    site.send("POST", "/sign-in/passkey/challenge", status=403, data={})
    assert db.session.query(UserSession).filter_by(factor=Factor.PASSKEY).count() == 0
