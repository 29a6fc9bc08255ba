"""The proof-reading client finds what it is there to find, on a toy portal with one fault a page."""

import pytest
from flask import Flask, Response, make_response, redirect, request
from sqlalchemy import create_engine, text

from portal import programme
from portal.config import Settings
from portal.web.security import COMMON_HEADERS
from tests.site import Site

PAGE = """<!doctype html>
<html lang="en"><head><title>{title} – {club}</title></head><body><main><h1>{heading}</h1>{body}</main></body></html>"""
FORM = """<form method="post" action="/answer">
<input type="hidden" name="csrf_token" value="t">
<label for="name">Name</label><input id="name" name="name" value="Asha">
<label for="tier">Tier</label>
<select id="tier" name="tier"><option value="s">Silver</option><option value="g" selected>Gold</option></select>
<label><input type="radio" name="kind" value="a" checked> A</label>
<label><input type="radio" name="kind" value="b"> B</label>
<label><input type="checkbox" name="keep" value="y"> Keep</label>
<label for="words">Words</label><textarea id="words" name="words">
two
lines</textarea>
<button type="submit" name="act" value="save">Save</button><button type="submit" name="act" value="send">Send</button>
</form>"""


def page(body: str = "", *, title: str = "Home", heading: str = "Home", status: int = 200) -> Response:
    club = programme.current().club.name
    answer = Response(PAGE.format(title=title, heading=heading, body=body, club=club), status, mimetype="text/html")
    return dressed(answer)


def dressed(answer: Response) -> Response:
    answer.headers.update(COMMON_HEADERS)
    answer.vary.add("HX-Request-Type")
    return answer


def without(header: str) -> Response:
    answer = page()
    del answer.headers[header]
    return answer


def with_loose_cookie() -> Response:
    answer = page()
    answer.set_cookie("session", "x")
    return answer


def writing() -> Response:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        connection.execute(text("CREATE TABLE member (id INTEGER)"))
        connection.execute(text("INSERT INTO member VALUES (1)"))
    engine.dispose()
    return page()


FAULTS = {
    "title": (lambda: page(title="Start"), "the title is"),
    "failed": (lambda: page('<p id="name-error">Say who you are</p>', status=422), "the title is"),
    "html": (lambda: page("<p><ul></ul></p>"), "may not stand"),
    "link": (lambda: page('<a href="/nowhere">x</a>'), "GET /nowhere leads nowhere"),
    "action": (lambda: page(FORM.replace("/answer", "/title")), "POST /title leads nowhere"),
    "csp": (lambda: without("Content-Security-Policy"), "Content-Security-Policy is None"),
    "store": (lambda: without("Cache-Control"), "Cache-Control is None"),
    "vary": (lambda: without("Vary"), "without Vary"),
    "cookie": (with_loose_cookie, "cookie session has"),
    "writing": (writing, "a GET wrote to member"),
}


@pytest.fixture
def toy() -> Flask:
    programme.use(programme.load(Settings.model_fields["programme_path"].default))
    app = Flask("toy", static_folder=None)
    for name, (view, _) in FAULTS.items():
        app.add_url_rule(f"/{name}", name, view)
    app.add_url_rule("/", "home", page)
    app.add_url_rule("/form", "form_page", lambda: page(FORM))
    app.add_url_rule("/away", "away", lambda: dressed(make_response(redirect("https://evil.example/", 303))))
    app.add_url_rule("/onward", "onward", lambda: dressed(make_response(redirect("/", 303))))
    app.add_url_rule("/answer", "answer", lambda: page(repr(sorted(request.form.lists()))), methods=["POST"])
    return app


def test_sound_page_passes(toy):
    assert Site(toy, []).open("home").h1 == "Home"


@pytest.mark.parametrize("name", FAULTS)
def test_fault_of_a_page_fails_the_test(toy, name):
    with pytest.raises(AssertionError, match=FAULTS[name][1]):
        Site(toy, []).open(f"/{name}")


def test_unexpected_status_fails_the_test(toy):
    with pytest.raises(AssertionError, match="gave 200, not 404"):
        Site(toy, []).open("home", status=404)


def test_what_a_request_leaves_unwritten_fails_the_test(toy):
    with pytest.raises(AssertionError, match="left <Member 1> in its session"):
        Site(toy, ["<Member 1>"]).open("home")


def test_redirect_is_followed_within_the_portal_only(toy):
    assert Site(toy, []).open("onward").path == "/"
    with pytest.raises(AssertionError, match="leads away from the portal"):
        Site(toy, []).open("away")


def test_form_sends_what_a_browser_would(toy):
    sent = Site(toy, []).open("form_page").submit("Send", name="Bruno").text.removeprefix("Home ")

    assert sent == repr(
        [
            ("act", ["send"]),
            ("csrf_token", ["t"]),
            ("kind", ["a"]),
            ("name", ["Bruno"]),
            ("tier", ["g"]),
            ("words", ["two\nlines"]),
        ]
    )


def test_form_refuses_what_a_person_could_not_choose(toy):
    form = Site(toy, []).open("form_page")

    with pytest.raises(AssertionError, match="tier offers"):
        form.submit(tier="platinum")
    with pytest.raises(AssertionError, match="0 forms"):
        form.submit(points="100")
    assert "platinum" in form.submit(forged={"tier": "platinum"}).text


def test_box_is_ticked_and_cleared(toy):
    form = Site(toy, []).open("form_page")

    assert "'keep', ['y']" in form.submit(keep=True).text
    assert "keep" not in form.submit(keep=False).text
