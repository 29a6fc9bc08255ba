"""What stands behind an answer: a question answered from its letter, and a verdict that somebody else looks at."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.pages import DESKTOP, PHONE, Visitor
from tests.e2e.portals import Portal

ASHA, CASEY, NOOR = "asha@club.example", "casey@club.example", "noor@club.example"
NOTHING_FOUND = "found nothing under this number"
Visit = Callable[..., Visitor]


def take_ashas_claim(agent: Visitor, *, find: str = "") -> None:
    """Open the newest claim of Asha's that is open, or the one that is named, and take it."""
    agent.open(f"/care/?find={find or ASHA}&view=all")
    agent.page.locator("tbody a").first.click()
    agent.press(re.compile("^Take this claim"))
    agent.page.wait_for_selector("#decision")


def decide(agent: Visitor, key: str, *, reason: str = "", saying: str = "") -> None:
    """Choose what to do by its key and send it as it stands, once the reply of the reason is there."""
    agent.page.keyboard.press(key)
    if reason:
        agent.page.locator("#reason").select_option(reason)
        expect(agent.page.locator("#reply")).to_have_value(re.compile(saying))
    agent.page.locator(".act button").click()
    agent.page.wait_for_url("**/care/")


@pytest.mark.timeout(120)
def test_question_is_answered_from_its_letter_without_signing_in(portal: Portal, visit: Visit) -> None:
    casey = visit(portal, device=DESKTOP)
    casey.sign_in(CASEY)
    take_ashas_claim(casey)
    decide(casey, "i")
    letter = portal.letter(ASHA, saying="we need one thing from you")
    link = re.search(r"http://\S+(/claim-answer/\S+)", letter.text)
    assert link is not None

    anyone = visit(portal, device=PHONE)
    anyone.open(link[1])
    assert anyone.heading == "One thing is missing"
    assert "1,240" not in anyone.page.content()
    anyone.assert_accessible()
    anyone.assert_fits()
    anyone.page.get_by_role("textbox").fill("It was with my work address.")
    anyone.press("Send")
    anyone.sees("We have your answer")
    anyone.assert_accessible()
    anyone.open("/points")
    assert anyone.path == "/sign-in", "the link opens nothing else"
    anyone.open(link[1])
    anyone.assert_fits()
    assert anyone.page.get_by_role("textbox").count() == 0

    casey.open(f"/care/?find={ASHA}&view=all")
    casey.page.locator("tbody a").first.click()
    casey.sees("It was with my work address.")


@pytest.mark.timeout(120)
def test_declined_claim_is_appealed_in_one_tap_and_somebody_else_puts_it_right(portal: Portal, visit: Visit) -> None:
    casey, noor, asha = visit(portal, device=DESKTOP), visit(portal, device=DESKTOP), visit(portal, device=PHONE)
    casey.sign_in(CASEY)
    take_ashas_claim(casey)
    decide(casey, "3", reason="not_found", saying=NOTHING_FOUND)
    letter = portal.letter(ASHA, saying=NOTHING_FOUND)
    link = re.search(r"http://\S+(/claims/C-\w{8})", letter.text)
    assert link is not None

    asha.sign_in(ASHA)
    asha.open(link[1])
    asha.sees("You see it differently?")
    asha.assert_accessible()
    asha.assert_fits()
    asha.press("Appeal")
    expect(asha.page.get_by_role("heading", level=1)).to_have_text("Appeal, and someone else looks")
    asha.assert_accessible()
    asha.press("Send the appeal")
    asha.page.wait_for_url(re.compile(r"/claims/C-\w{8}$"))
    asha.sees("The verdict you appealed")
    asha.assert_fits()
    appeal = asha.path.rsplit("/", 1)[1]
    assert appeal not in link[1]

    casey.open(f"/care/?find={appeal}&view=all")
    casey.page.locator("tbody a").first.click()
    assert casey.page.get_by_role("button", name=re.compile("^Take this claim")).count() == 0

    noor.sign_in(NOOR)
    take_ashas_claim(noor, find=appeal)
    decide(noor, "1")
    asha.open(f"/claims/{appeal}")
    assert asha.heading == "150 points added"
