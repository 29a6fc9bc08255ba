"""The desk in a real browser: its keys, its sums while one types, its list that renews itself."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.e2e.pages import DESKTOP, PHONE, Visitor
from tests.e2e.portals import Portal

CASEY, NOOR = "casey@club.example", "noor@club.example"
MARKED = "[data-rows] > [aria-current]"
Visit = Callable[..., Visitor]


@pytest.fixture
def casey(portal: Portal, visit: Visit) -> Visitor:
    visitor: Visitor = visit(portal, device=DESKTOP)
    visitor.sign_in(CASEY)
    visitor.open("/care/")
    return visitor


def take_ashas_claim(casey: Visitor) -> None:
    casey.open("/care/?find=asha@club.example&view=all")
    casey.page.locator("tbody a").first.click()
    casey.press(re.compile("^Take this claim"))
    casey.page.wait_for_selector("#decision")


def test_keys_walk_the_list_and_open_what_is_marked(casey: Visitor) -> None:
    keyboard, page = casey.page.keyboard, casey.page
    keyboard.press("j")
    keyboard.press("j")
    second = page.locator("tbody tr").nth(1)
    expect(second).to_have_attribute("aria-current", "true")
    keyboard.press("k")
    expect(page.locator(MARKED)).to_have_count(1)
    first = page.locator("tbody tr a").first
    expect(first).to_be_focused()
    wanted = first.get_attribute("href")

    keyboard.press("Enter")

    page.wait_for_url(f"**{wanted}")


def test_n_takes_the_next_claim(casey: Visitor) -> None:
    casey.page.keyboard.press("n")

    casey.page.wait_for_url(re.compile(r"/care/claims/[0-9a-f-]+$"))
    casey.sees("Yours until")


def test_slash_searches_and_letters_stay_letters(casey: Visitor) -> None:
    casey.page.keyboard.press("/")
    field = casey.page.locator("#find")
    expect(field).to_be_focused()

    casey.page.keyboard.type("nj1")

    expect(field).to_have_value("nj1")
    assert casey.path == "/care/"


def test_verdict_is_a_key_and_enter(casey: Visitor) -> None:
    take_ashas_claim(casey)

    casey.page.keyboard.press("1")
    expect(casey.page.locator(".act button")).to_be_focused()
    casey.page.keyboard.press("Enter")

    casey.page.wait_for_url("**/care/")
    casey.sees(re.compile("^Approved: Order of"))


def test_screen_follows_the_verdict_that_is_chosen(casey: Visitor) -> None:
    take_ashas_claim(casey)
    page = casey.page
    send = page.locator(".act button")
    expect(send).to_contain_text("Add 150 points and reply", use_inner_text=True)

    page.keyboard.press("3")

    expect(page.get_by_label("Decline")).to_be_checked()
    expect(send).to_contain_text("Decline and reply", use_inner_text=True)
    expect(page.locator("#points")).to_be_hidden()
    expect(page.locator("#reply")).to_have_value(re.compile("could not add points"))
    assert page.locator("#reason optgroup:not([hidden])").all_text_contents() != []
    assert page.locator("#reason optgroup:not([hidden])").count() == 1
    page.locator("#reason").select_option("not_found")
    expect(page.locator("#reply")).to_have_value(re.compile("found nothing under this number"))
    page.keyboard.press("i")
    expect(page.locator("#ask")).to_be_visible()
    expect(page.locator("#reply")).to_have_value("")
    expect(send).to_contain_text("Ask Asha and wait", use_inner_text=True)


def test_verdict_chosen_before_the_scripts_have_come_changes_the_reply_as_well(casey: Visitor) -> None:
    take_ashas_claim(casey)
    page = casey.page
    held: list[Route] = []
    page.route("**/htmx*", lambda route, _request: held.append(route))
    with page.expect_request("**/htmx*"):
        page.reload()
    page.keyboard.press("3")
    expect(page.get_by_label("Decline")).to_be_checked()
    for route in held:
        route.continue_()

    expect(page.locator("#reply")).to_have_value(re.compile("could not add points"))


def test_sum_follows_the_points_and_typed_words_stay(casey: Visitor) -> None:
    take_ashas_claim(casey)
    page = casey.page
    page.locator("#points").fill("260")

    casey.sees("1,500")
    expect(page.locator("#changes")).to_contain_text("Gold")
    expect(page.locator(".act button")).to_contain_text("Add 260 points and reply", use_inner_text=True)
    expect(page.locator("#reply")).to_have_value(re.compile("260 points"))
    page.locator("#reply").fill("My own words.")
    page.locator("#points").fill("300")
    casey.sees("1,540")
    page.locator("#points").press("Enter")
    expect(page.locator("#reply")).to_have_value("My own words.")
    assert page.url.split("/")[-1] != "sum"


def test_note_changes_the_story_alone_and_the_verdict_still_goes_through(casey: Visitor) -> None:
    take_ashas_claim(casey)
    page = casey.page
    page.locator("#reply").fill("My own words.")
    page.locator("h1").click()
    page.keyboard.press("e")
    note = page.locator("#note_words")
    expect(note).to_be_focused()
    page.keyboard.type("1 2 3, the shop knows.")
    page.keyboard.press("Control+Enter")

    expect(page.locator("#history")).to_contain_text("Among us: 1 2 3, the shop knows.")
    expect(page.locator("#reply")).to_have_value("My own words.")
    page.locator(".act button").click()
    page.wait_for_url("**/care/")
    casey.sees(re.compile("^Approved"))


def test_keys_can_be_switched_off_for_good(casey: Visitor) -> None:
    page = casey.page
    page.keyboard.press("?")
    page.get_by_label("Use keys on this device").uncheck()
    page.locator("h1").click()

    page.keyboard.press("j")
    assert page.locator(MARKED).count() == 0
    expect(page.locator("#act kbd")).to_be_hidden()
    page.reload()
    page.keyboard.press("n")
    assert casey.path == "/care/"
    page.locator("summary", has_text="Keys").click()
    page.get_by_label("Use keys on this device").check()
    page.locator("h1").click()
    page.keyboard.press("j")
    expect(page.locator(MARKED)).to_have_count(1)


def test_list_renews_itself_and_keeps_the_marked_row(casey: Visitor, portal: Portal, visit: Visit) -> None:
    page = casey.page
    page.keyboard.press("j")
    page.keyboard.press("j")
    marked = page.locator(MARKED).get_attribute("id")
    rows = page.locator("tbody tr").count()
    poll = "document.getElementById('claims').dispatchEvent(new CustomEvent('every'))"

    with page.expect_response(re.compile("since=")) as answer:
        page.evaluate(poll)
    assert answer.value.status == 204
    assert page.locator("tbody tr").count() == rows, "nothing new leaves the list as it is"
    noor = visit(portal, device=DESKTOP)
    noor.sign_in(NOOR)
    noor.open("/care/")
    noor.page.keyboard.press("n")
    noor.page.wait_for_url("**/care/claims/**")
    with page.expect_response(re.compile("since=")) as answer:
        page.evaluate(poll)

    assert answer.value.status == 200
    expect(page.locator(MARKED)).to_have_attribute("id", marked or "")
    expect(page.locator("#claims")).to_contain_text("Noor")


def test_pictures_come_closer_turn_and_change(casey: Visitor) -> None:
    page = casey.page
    casey.open("/care/?view=all")
    for link in page.locator("tbody a").all():
        page.goto(casey.portal.url + (link.get_attribute("href") or ""))
        if page.locator("[data-view]").count():
            break
        page.go_back()
    view = page.locator("[data-view]")

    view.click()
    expect(view).to_have_attribute("data-close-up", "")
    page.get_by_role("button", name="Turn").click()
    expect(view).to_have_attribute("data-turned", "1")
    page.get_by_role("button", name="Closer", exact=True).click()
    assert view.get_attribute("data-close-up") is None
    casey.assert_drawn(page.locator("[data-view] img"))


@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_screens_with_forms_and_slips_are_accessible(portal: Portal, visit: Visit, device: dict[str, Any]) -> None:
    casey = visit(portal, device=device)
    casey.sign_in(CASEY)
    take_ashas_claim(casey)
    casey.assert_sound()
    casey.page.locator("#points").fill("-4")
    casey.page.locator(".act button").click()
    casey.sees("Enter 1 point or more")
    casey.assert_sound()
    casey.page.locator("#version").evaluate("field => { field.value = 1; }")
    casey.page.locator(".act button").click()
    casey.sees("This claim changed while your page was open")
    casey.assert_sound()
    casey.follow("Asha Rao")
    casey.page.wait_for_url("**/care/members/*")
    casey.assert_sound()
    casey.follow("Adjust points")
    casey.press("Adjust and write to Asha")
    casey.sees("Choose a reason")
    casey.assert_sound()
