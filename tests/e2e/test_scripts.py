"""What only the scripts do: tell what an answer could not, send pictures one by one, press keys."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, Route

from tests.e2e.pages import DESKTOP, Visitor
from tests.e2e.portals import Portal
from tests.pictures import to_format

Visit = Callable[..., Visitor]
NOTICE = ".word > .notice"
KEPT = '<li class="line file" data-kept><p>kept</p><input type="hidden" name="evidence" value="1"></li>'
REFUSED = '<li class="line file"><p class="error">This is a film.</p></li>'
FIELD = re.compile(rb'name="(\w+)"\r\n\r\n([^\r]*)\r\n')


def answering(page: Page, path: str, *answers: tuple[int, str] | None) -> list[dict[str, str]]:
    """Answer POSTs to `path` in the portal's place, the last answer again and again; None cuts the line.

    What was sent is collected.
    """
    sent: list[dict[str, str]] = []
    waiting = list(answers)

    def answer(route: Route, request: Request) -> None:
        if request.method != "POST":
            return route.fallback()
        body = request.post_data_buffer or b""
        sent.append({name.decode(): value.decode() for name, value in FIELD.findall(body)})
        given = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        if given is None:
            return route.abort("internetdisconnected")
        status, html = given
        return route.fulfill(status=status, content_type="text/html", body=html)

    page.route(f"**{path}", answer)
    return sent


def until(page: Page, expression: str) -> None:
    """Wait until an expression is true; Playwright's own way evaluates text in the page, which our pages refuse."""
    for _ in range(200):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(25)
    message = f"{expression} never came true on {page.url}"
    raise AssertionError(message)


def at_sign_in(visitor: Visitor, *answers: tuple[int, str] | None) -> Page:
    visitor.open("/sign-in")
    until(visitor.page, "window.htmx")
    answering(visitor.page, "/sign-in", *answers)
    visitor.field("Email").fill("asha@club.example")
    visitor.field("Password").fill("something typed")
    visitor.press("Sign in")
    return visitor.page


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "That did not work, and nothing was changed"),
        (403, "This page has been open too long to send anything"),
        (404, "This is no longer there"),
        (413, "That is more than we can take at once"),
        (429, "That was too often in a short time"),
        (500, "That did not work, and nothing was changed"),
        (503, "That did not work, and nothing was changed"),
    ],
)
def test_an_answer_that_may_not_be_swapped_leaves_the_form_and_is_told(shared_portal, visit, status, words):
    visitor = visit(shared_portal)
    page = at_sign_in(visitor, (status, "<p>gone wrong</p>"))

    page.locator(NOTICE).wait_for(state="visible")
    assert words in page.locator(NOTICE).inner_text()
    assert visitor.field("Email").input_value() == "asha@club.example"
    assert "gone wrong" not in visitor.text
    page.get_by_role("button", name="Close").click()
    assert not page.locator(NOTICE).is_visible()
    assert page.get_by_role("button", name="Sign in").is_enabled()
    visitor.faults.clear()


def test_an_empty_answer_does_not_blank_what_it_was_for(shared_portal, visit):
    visitor = visit(shared_portal)
    with visitor_answered(visitor):
        page = at_sign_in(visitor, (204, ""))

    assert visitor.field("Email").input_value() == "asha@club.example"
    assert not page.locator(NOTICE).is_visible()


def visitor_answered(visitor: Visitor):
    return visitor.page.expect_response(lambda answer: answer.request.method == "POST")


def test_a_lost_connection_is_told_and_nothing_typed_is_lost(shared_portal, visit):
    visitor = visit(shared_portal)
    page = at_sign_in(visitor, None)

    page.locator(NOTICE).wait_for(state="visible")
    assert "No connection" in page.locator(NOTICE).inner_text()
    assert visitor.field("Password").input_value() == "something typed"
    visitor.faults.clear()


def test_a_form_that_failed_takes_the_focus_and_says_so_in_the_title(shared_portal, visit):
    visitor = visit(shared_portal)
    visitor.open("/sign-in")
    until(visitor.page, "window.htmx")
    visitor.field("Email").fill("asha@club.example")
    visitor.press("Sign in")

    visitor.page.locator("#wrong").wait_for(state="visible")
    until(visitor.page, "document.activeElement.id === 'wrong'")
    assert visitor.page.title().startswith("Error: Sign in")


def test_a_password_can_be_looked_at(shared_portal, visit):
    visitor = visit(shared_portal)
    visitor.open("/_parts")
    field = visitor.page.locator("#well-password")
    visitor.page.get_by_label("Show password").check()
    assert field.get_attribute("type") == "text"
    visitor.page.get_by_label("Show password").uncheck()
    assert field.get_attribute("type") == "password"


@pytest.fixture
def picture(tmp_path: Path, shared_portal: Portal, visit: Visit) -> Path:
    """A real screenshot of a phone, larger than what goes up."""
    visitor = visit(shared_portal)
    visitor.open("/_parts")
    file = tmp_path / "screen.png"
    file.write_bytes(to_format(visitor.page.screenshot(), "PNG"))
    return file


def uploading(visitor: Visitor, *answers: tuple[int, str] | None) -> list[dict[str, str]]:
    visitor.open("/_parts")
    return answering(visitor.page, "/_parts", *answers)


def attach(visitor: Visitor, *files: Path) -> None:
    visitor.page.locator("form[data-upload] input[type=file]").set_input_files(list(files))


def rows(visitor: Visitor) -> list[str]:
    return visitor.page.locator("[data-upload-list] > li").all_inner_texts()


def test_a_picture_goes_up_small_with_the_digest_of_its_original(shared_portal, visit, picture):
    visitor = visit(shared_portal)
    sent = uploading(visitor, (201, KEPT))
    sizes: list[int] = []
    visitor.page.on("request", lambda request: sizes.append(len(request.post_data_buffer or b"")))
    attach(visitor, picture)

    visitor.page.locator("[data-kept]").nth(1).wait_for()
    assert re.fullmatch(r"[0-9a-f]{32}", sent[0]["key"])
    assert re.fullmatch(r"[0-9a-f]{64}", sent[0]["original_sha256"])
    assert sent[0]["csrf_token"]
    assert max(sizes) <= 220 * 1024
    assert visitor.page.locator("[data-upload-count]").inner_text() == "2"


def test_a_picture_that_did_not_arrive_is_tried_again_under_the_same_key(shared_portal, visit, picture):
    visitor = visit(shared_portal)
    sent = uploading(visitor, (503, ""), None, (201, KEPT))
    attach(visitor, picture)

    again = visitor.page.get_by_role("button", name="Try again")
    again.wait_for()
    assert "This did not arrive" in rows(visitor)[-1]
    again.click()
    again.wait_for()
    again.click()
    visitor.page.locator("[data-kept]").nth(1).wait_for()
    assert [fields["key"] for fields in sent] == [sent[0]["key"]] * 3
    visitor.faults.clear()


def test_each_refused_picture_has_its_own_reason_and_the_others_stay(shared_portal, visit, picture, tmp_path):
    film = tmp_path / "film.mov"
    film.write_bytes(bytes(12 * 1024 * 1024 + 1))
    visitor = visit(shared_portal)
    uploading(visitor, (422, REFUSED), (201, KEPT))
    attach(visitor, picture)
    visitor.page.get_by_text("This is a film.", exact=True).wait_for()
    attach(visitor, film, picture)

    visitor.page.locator("[data-kept]").nth(1).wait_for()
    visitor.sees("This is larger than 12 MB")
    attach(visitor, *[picture] * 4)
    visitor.sees("You can add up to 5 pictures")
    visitor.page.locator("[data-kept]").nth(4).wait_for()
    assert len(rows(visitor)) == 9


def test_a_picture_can_be_stopped(shared_portal, visit, picture):
    visitor = visit(shared_portal)
    visitor.open("/_parts")
    visitor.page.route("**/_parts", lambda route: None if route.request.method == "POST" else route.fallback())
    before = len(rows(visitor))
    attach(visitor, picture)
    visitor.page.get_by_role("button", name="Stop").click()

    assert len(rows(visitor)) == before
    visitor.faults.clear()


def test_going_on_waits_until_the_pictures_have_arrived(shared_portal, visit, picture):
    visitor = visit(shared_portal)
    sent = uploading(visitor, (201, KEPT))
    attach(visitor, picture)
    with visitor.page.expect_navigation():
        visitor.page.locator("form[data-upload] button.button--wide").click()

    assert visitor.page.locator("body").inner_text().strip() == "kept"
    assert [set(fields) & {"key", "evidence"} for fields in sent] == [{"key"}, {"evidence"}]


def test_keys_move_and_press_what_carries_them(shared_portal, visit):
    casey = visit(shared_portal, device=DESKTOP)
    casey.sign_in("casey@club.example")
    casey.open("/care/")
    page = casey.page
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.locator("[data-rows] > *").nth(1).get_attribute("aria-current") == "true"
    page.keyboard.press("/")
    page.keyboard.type("jk")
    assert page.locator("#find").input_value() == "jk"
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.get_by_label("Use keys on this device").uncheck()
    page.keyboard.press("k")
    assert page.locator("[data-rows] > *").nth(1).get_attribute("aria-current") == "true"
    page.get_by_label("Use keys on this device").check()
    page.locator("h1").click()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url("**/care/claims/*")
