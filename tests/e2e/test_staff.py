"""A colleague comes by invitation, sets up an app on a phone, loses it, and is helped by an admin."""

import re
from collections.abc import Callable

from tests.e2e.pages import DESKTOP, Visitor
from tests.e2e.portals import Portal

EMAIL = "ines@club.example"
PASSWORD = "violet harbour ladder nine"
INVITATION = "Your invitation to the desk"


def set_up_app(visitor: Visitor) -> None:
    assert (visitor.path, visitor.heading) == ("/you/second-step", "Set up an authenticator app")
    visitor.assert_accessible()
    visitor.assert_fits()
    secret = visitor.page.locator("main code").first.inner_text().replace(" ", "")
    visitor.field("Enter the six digits").or_(visitor.field("Code")).first.fill(visitor.app_code(secret))
    visitor.press("Set it up")
    visitor.sees("Your recovery codes")
    visitor.follow("I have kept them")


def test_colleague_is_invited_sets_up_an_app_and_is_helped_when_it_is_lost(
    portal: Portal, visit: Callable[..., Visitor]
) -> None:
    omar, ines = visit(portal, device=DESKTOP), visit(portal)
    omar.sign_in("omar@club.example")
    omar.follow("People")
    omar.field("Name").fill("Ines Prado")
    omar.page.get_by_role("main").get_by_label("Email").fill(EMAIL)
    omar.choose(re.compile("^Agent"))
    omar.press("Send the invitation")
    omar.sees("The invitation to Ines Prado is on its way.")
    omar.assert_accessible()

    link = re.search(r"https?://\S+(/invitation/\S+)", portal.letter(EMAIL, saying=INVITATION).text)
    assert link
    ines.open(link[1])
    assert (ines.path, ines.heading) == ("/invitation", "Welcome to the desk")
    ines.assert_accessible()
    ines.assert_fits()
    ines.field("New password").fill(PASSWORD)
    ines.press("Save the password")
    ines.sees("Your new password is saved. Sign in with it.")
    ines.sign_in(EMAIL, PASSWORD)
    set_up_app(ines)
    assert ines.path == "/care/"

    omar.follow("Ines Prado")
    omar.field("How you know it is them").fill("Came to my desk and asked for it.")
    omar.assert_accessible()
    omar.press("Take the second step away")
    omar.sees("The second step is gone.")
    assert portal.letter(EMAIL, saying="Your second step was taken away")

    ines.open("/care/")
    assert ines.path == "/sign-in"
    ines.sign_in(EMAIL, PASSWORD)
    set_up_app(ines)
    assert ines.path == "/care/"

    omar.press("Shut the account")
    omar.sees("Nobody can sign in with this account.")
    ines.open("/care/members")
    assert ines.path == "/sign-in"
