import pytest

from tests.proofreading import faults_of

PAGE = '<!doctype html>\n<html lang="en"><head><title>x</title></head><body><main><h1>x</h1>%s</main></body></html>'
POST = '<form method="post" action="/x">%s</form>'
TOKEN = '<input type="hidden" name="csrf_token" value="1">'


@pytest.mark.parametrize(
    "html",
    [
        '<p>Two <a href="/x">words</a> &amp; more</p>',
        '<label for="q">Name</label><input id="q" name="q">',
        '<label>Name <input name="q"></label>',
        '<ul><li>One</li><li><a href="/x"><span>Two</span></a></li></ul>',
        '<svg viewBox="0 0 1 1"><use href="#x"/><path d="M0 0"/></svg>',
        '<a href="/x"><div>a card</div></a>',
        POST % TOKEN,
        "<dl><div><dt>Day</dt><dd>Friday</dd></div></dl>",
    ],
)
def test_sound_html_has_no_fault(html):
    assert faults_of(PAGE % html) == []


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ("<div><span></div>", "is open"),
        ("<p>never closed", "is open"),
        ("<p><ul></ul></p>", "<ul> may not stand in <p>"),
        ("<ul><p>x</p></ul>", "<p> may not stand in <ul>"),
        ("<div><li>x</li></div>", "<li> may not stand in <div>"),
        ("<table><div>x</div></table>", "<div> may not stand in <table>"),
        ('<button type="button"><div>x</div></button>', "<div> may not stand in <button>"),
        ('<a href="/x">x<button type="button">y</button></a>', "a tap would mean two things"),
        ('<span><a href="/x"><div>x</div></a></span>', "<div> may not stand in <span>"),
        ('<p class="a" class="b">x</p>', "class twice"),
        ("<pp>x</pp>", "is not an element of HTML"),
        ("<div/>", "does not close itself"),
        ("<p>a < b</p>", "unescaped"),
        ("<p>&bogus;</p>", "entities"),
        ("<p>fish &chips</p>", "entities"),
        ("<p style='color: red'>x</p>", "inline code or style"),
        ("<p onclick='x()'>x</p>", "inline code or style"),
        ("<p hx-on:click='x()'>x</p>", "inline code or style"),
        ('<a href="javascript:x()">x</a>', "would be evaluated"),
        ("<script>x()</script>", "nothing may be inline"),
        ("<style>p { color: red }</style>", "is not allowed"),
        ("<button>x</button>", "without a type"),
        ('<img src="/x.png">', "without alt"),
        ('<span hx-get="/x">x</span>', "without JavaScript"),
        ('<button type="button" hx-post="/x">x</button>', "without JavaScript"),
        ('<p id="a">x</p><p id="a">y</p>', 'id="a" stands 2 times'),
        ('<input name="q">', "has no label"),
        ('<label for="other">Name</label><input id="q" name="q">', "has no label"),
        ('<p aria-describedby="gone">x</p>', "points at nothing"),
        ('<a href="#gone">x</a>', "leads nowhere"),
        ('<div id="wrong"><a href="#b">x</a><a href="#a">y</a></div><p id="a">x</p><p id="b">y</p>', "another order"),
        ('<a href="/x"><svg viewBox="0 0 1 1"></svg></a>', "has no name"),
        ("<h1>two</h1>", "has one h1, this one has 2"),
        ("<h3>x</h3>", "a level is left out"),
        (POST % "", "exactly one csrf_token"),
        (POST % (TOKEN * 2), "exactly one csrf_token"),
        (f'<form action="/x">{TOKEN}</form>', "into the address"),
        (POST % f'{TOKEN}<label>File <input type="file" name="f"></label>', "multipart/form-data"),
        ('<input autofocus aria-label="a"><input autofocus aria-label="b">', "want the focus"),
    ],
)
def test_fault_is_named(html, fault):
    assert [found for found in faults_of(PAGE % html) if fault in found]


def test_page_needs_doctype_language_heading_and_main():
    faults = " ".join(faults_of("<html><head><title>x</title></head><body></body></html>"))

    assert all(words in faults for words in ("doctype", "language", "one h1", "one main"))


def test_fragment_is_no_page():
    assert faults_of('<ol id="lines"><li>One</li></ol>', is_fragment=True) == []


def test_fragment_may_point_at_the_page_around_it():
    assert faults_of('<p aria-describedby="outside">x</p>', is_fragment=True) == []
