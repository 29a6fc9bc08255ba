"""The main job from end to end on real input: look, claim, decide, see the points, forget the password, come back."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.claiming import ORDER, begin_claim, screenshots
from tests.e2e.pages import DESKTOP, PHONE, Visitor
from tests.e2e.portals import Portal

ASHA = "asha@club.example"
CASEY = "casey@club.example"
KINDS = ("PNG", "HEIC", "WEBP", "JPEG")
NEW_PASSWORD = "violet harbour ladder nine"
Visit = Callable[..., Visitor]


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "plain"])
@pytest.mark.timeout(240)
def test_missing_points_are_claimed_granted_and_seen(
    portal: Portal, visit: Visit, tmp_path: Path, *, javascript: bool
) -> None:
    asha = visit(portal, device=PHONE, javascript=javascript)
    _looks(asha, javascript=javascript)
    files = screenshots(asha, tmp_path, KINDS)

    reference = _files_a_claim(asha, files, javascript=javascript)
    received = portal.letter(ASHA, saying=reference)
    assert reference in received.subject + received.text

    casey = visit(portal, device=DESKTOP, javascript=javascript)
    _decides(casey, reference, javascript=javascript)

    decided = portal.letter(ASHA, saying=reference, after=1)
    assert {letter.subject for letter in portal.letters(ASHA)} >= {received.subject, decided.subject}
    _sees_the_points(asha, reference, javascript=javascript)
    _forgets_and_comes_back(asha, portal)


def _looks(asha: Visitor, *, javascript: bool) -> None:
    asha.sign_in(ASHA)
    assert asha.heading == "1,240 points, 260 to Gold"
    asha.sees("Yours now")
    _checked(asha, javascript=javascript)
    asha.follow("Points")
    asha.page.get_by_text("Why 110?").first.click()
    asha.sees("£110.00")
    _checked(asha, javascript=javascript)


def _files_a_claim(asha: Visitor, files: list[Path], *, javascript: bool) -> str:
    begin_claim(asha)
    _checked(asha, javascript=javascript)
    if javascript:
        asha.attach("Add pictures", *files)
        asha.page.locator("[data-upload-list] img[src^='/claims/']").nth(len(KINDS) - 1).wait_for()
        assert asha.page.locator("[data-upload-list] progress").count() == 0
        _checked(asha, javascript=javascript)
    else:
        asha.attach("Add pictures", *files)
    asha.press(re.compile("^Continue$"))
    asha.page.wait_for_url("**/review")
    asha.sees(f"{len(KINDS)} pictures")
    _checked(asha, javascript=javascript)
    asha.field("Anything we should know?").fill("I was signed out & ordered as a guest. “Thank you”")
    asha.press("Send the claim")
    asha.page.wait_for_url(re.compile(r"/claims/C-\w{8}$"))
    _checked(asha, javascript=javascript)
    return asha.path.rsplit("/", 1)[1]


def _decides(casey: Visitor, reference: str, *, javascript: bool) -> None:
    casey.sign_in(CASEY)
    assert casey.path == "/care/"
    _checked(casey, javascript=javascript)
    casey.field("Find a member, claim or order").fill(ORDER)
    casey.page.keyboard.press("Enter")
    casey.page.get_by_role("row").filter(has_text=reference).get_by_role("link").first.click()
    casey.sees("I was signed out & ordered as a guest.")
    casey.assert_drawn(casey.page.locator("#evidence img").first)
    casey.press(re.compile("^Take this claim"))
    casey.page.wait_for_selector("#decision")
    _checked(casey, javascript=javascript)
    casey.choose(re.compile("^Approve"))
    casey.page.get_by_role("textbox", name="Points").fill("300")
    casey.page.locator("#decision select[name=reason]").select_option("never_credited")
    if javascript:
        casey.sees("1,540")
    else:
        casey.press("Work it out")
        casey.sees("1,540")
    casey.page.locator("#decision textarea[name=reply]").fill("We found your order and have added 300 points.")
    casey.press(re.compile("Add 300 points|Ctrl Enter"))
    casey.page.wait_for_url("**/care/")
    casey.sees("Asha Rao has a letter")


def _sees_the_points(asha: Visitor, reference: str, *, javascript: bool) -> None:
    asha.open(f"/claims/{reference}")
    assert asha.heading == "300 points added"
    asha.sees("We found your order and have added 300 points.")
    _checked(asha, javascript=javascript)
    asha.open("/")
    assert asha.heading == "1,540 points, 1,460 to Platinum"
    asha.open("/points")
    asha.page.get_by_text("+300").first.wait_for(state="visible")
    _checked(asha, javascript=javascript)


def _forgets_and_comes_back(asha: Visitor, portal: Portal) -> None:
    asha.page.get_by_role("button", name="Sign out").first.click()
    asha.page.wait_for_url("**/sign-in*")
    asha.follow("Forgot password?")
    asha.field("Email").fill(ASHA)
    asha.press("Send the link")
    asha.page.wait_for_url("**/forgot-password/sent")
    letter = portal.letter(ASHA, saying="/reset/")
    link = re.search(r"http://\S+/reset/(\S+)", letter.text)
    assert link, letter.text
    asha.open(f"/reset/{link[1]}")
    assert asha.path == "/new-password"
    asha.field("New password").fill(NEW_PASSWORD)
    asha.press("Save the password")
    asha.page.wait_for_url("**/sign-in*")
    asha.sees("Your new password is saved")
    portal.letter(ASHA, saying="Your password was changed")
    asha.sign_in(ASHA, NEW_PASSWORD)
    assert asha.heading == "1,540 points, 1,460 to Platinum"


def _checked(visitor: Visitor, *, javascript: bool) -> None:
    """Let axe look where script runs at all; the page may never be wider than the window."""
    if javascript:
        visitor.assert_accessible()
        visitor.assert_fits()
