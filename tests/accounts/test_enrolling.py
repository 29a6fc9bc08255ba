"""Staff without a second step: they set one up before they see the desk, and nothing else opens for them."""

import re

import pyotp
import pytest

from portal.accounts.models import RecoveryCode, Totp, UserSession
from portal.accounts.rules import Factor
from portal.db import db
from tests import factories
from tests.accounts.stepping import a_browser, give_password
from tests.cast import PASSWORD, Person
from tests.page import Page
from tests.site import Site

CODE = re.compile(r"[A-Z2-7]{4}(?: [A-Z2-7]{4}){3}")


def offered(page: Page) -> str:
    """Give the key the page shows for the app."""
    return page.texts("main code")[0].replace(" ", "")


def test_agent_sets_up_an_app_at_the_first_sign_in(site: Site, casey: Person) -> None:
    page = give_password(site, casey)
    assert (page.path, page.h1) == ("/you/second-step", "Set up an authenticator app")
    assert "Leave it as it is" not in page.text

    sheet = page.submit(code=pyotp.TOTP(offered(page)).now())

    assert sheet.h1 == "Your recovery codes"
    codes = sheet.texts(".codes code")
    assert len(set(codes)) == 10
    assert all(CODE.fullmatch(code) for code in codes)
    assert sheet.click("I have kept them").path == "/care/"
    assert [letter.subject for letter in site.letters] == [
        "New sign-in on A browser",
        "An authenticator app was set up",
    ]


@pytest.mark.parametrize("path", ["/", "/care/", "/care/members", "/you", "/you/safety", "/claims"])
def test_password_alone_leads_staff_to_the_set_up_and_nowhere_else(site: Site, casey: Person, path: str) -> None:
    give_password(site, casey)

    assert site.open(path).path == "/you/second-step"
    assert site.send("GET", path, as_fragment=True, follow=False, status=401).response.headers["HX-Redirect"] == (
        "/you/second-step"
    )


def test_password_alone_posts_nothing_either(site: Site, asha: Person, casey: Person) -> None:
    page = give_password(site, casey)
    data = {"csrf_token": page.token, "points": "100", "reason": "never_credited", "words": "A gift."}

    assert site.send("POST", f"/care/members/{asha.member}/adjustments", data=data).path == "/you/second-step"
    assert factories.balance_of(asha) == 0


def test_half_signed_in_agent_can_sign_out(site: Site, casey: Person) -> None:
    assert give_password(site, casey).submit("Sign out").path == "/sign-in"
    assert site.open("/you/second-step").path.startswith("/sign-in")


def test_wrong_first_code_sets_up_nothing(site: Site, casey: Person) -> None:
    page = give_password(site, casey)
    key = offered(page)

    refused = page.submit(code="000000", status=422)

    assert refused.errors["code"].startswith("This is not the code the app shows now.")
    assert offered(refused) == key
    assert db.session.query(Totp).count() == 0


def test_password_is_not_enough_to_add_a_second_app(site: Site, casey: Person) -> None:
    thief = a_browser(site)
    page = give_password(thief, casey)
    mine = give_password(site, casey)
    mine.submit(code=pyotp.TOTP(offered(mine)).now())

    assert page.submit(code=pyotp.TOTP(offered(page)).now()).path == "/sign-in"
    assert thief.open("/you/second-step").path.startswith("/sign-in")
    assert db.session.query(UserSession).filter_by(ended_at=None).one().factor is Factor.TOTP


def test_session_from_before_the_set_up_is_over(site: Site, casey: Person) -> None:
    page = give_password(site, casey)
    before = site.client.get_cookie("__Host-session", domain="club.example")
    page.submit(code=pyotp.TOTP(offered(page)).now())

    assert before is not None
    site.client.set_cookie("__Host-session", before.value, domain="club.example", secure=True)
    assert site.open("/care/").path.startswith("/sign-in")


def test_secrets_stand_in_no_table(site: Site, casey: Person) -> None:
    page = give_password(site, casey)
    sheet = page.submit(code=pyotp.TOTP(offered(page)).now())

    row = db.session.query(Totp).one()
    assert offered(page).encode() not in row.sealed_secret
    kept = {code.code_hash for code in db.session.query(RecoveryCode)}
    assert not kept & {code.replace(" ", "") for code in sheet.texts(".codes code")}
    assert len(kept) == 10


def test_next_sign_in_asks_for_the_app_or_a_recovery_code(site: Site, casey: Person) -> None:
    page = give_password(site, casey)
    sheet = page.submit(code=pyotp.TOTP(offered(page)).now())
    codes = sheet.texts(".codes code")
    browser = a_browser(site)
    step = give_password(browser, casey)

    back = step.click("Use a recovery code").submit(code=codes[3].lower())

    assert back.path == "/care/"
    told = next(letter for letter in site.letters if letter.subject == "A recovery code was used")
    assert "9 codes are left" in told.text
    again = give_password(a_browser(site), casey).submit(code=codes[3], status=422)
    assert "code" in again.errors
    assert give_password(a_browser(site), casey, password=PASSWORD).submit(code=codes[4]).path == "/care/"
