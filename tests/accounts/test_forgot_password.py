"""A forgotten password: the same answer for everybody, a link that works once, and a notice."""

import re
from datetime import timedelta

import pytest
import time_machine

from portal.accounts.models import OneTimeToken, UserSession
from portal.clock import now
from portal.db import db
from portal.mail.models import LetterRow
from tests.accounts.stepping import letter_code
from tests.cast import PASSWORD, Person
from tests.page import Page
from tests.site import Site

NEW = "violet harbour ladder nine"


def ask(site: Site, email: str, status: int = 200) -> Page:
    return site.open("accounts.forgot_password").submit(email=email, status=status)


def link_in(site: Site, number: int = -1) -> str:
    found = re.search(r"https://club\.example(/reset/\S+)", site.letters[number].text)
    assert found, site.letters[number].text
    return found[1]


def test_member_gets_back_in_by_letter(site: Site, asha: Person) -> None:
    assert ask(site, asha.email).h1 == "Check your email"

    page = site.open(link_in(site))
    signed_out = page.submit(password=NEW)

    assert signed_out.path == "/sign-in"
    assert "Your new password is saved" in signed_out.text
    step = signed_out.submit(email=asha.email, password=NEW)
    assert step.submit(code=letter_code(site)).path == "/"
    assert [(letter.to, letter.subject) for letter in site.letters][1:2] == [(asha.email, "Your password was changed")]
    assert (
        Site(site.app, site.left_behind)
        .open("accounts.sign_in")
        .submit(email=asha.email, password=PASSWORD, status=422)
        .errors
    )


def test_known_and_unknown_address_get_the_same_page_and_headers(site: Site, asha: Person, dana: Person) -> None:
    pages = [ask(site, email) for email in (asha.email, "nobody@club.example", dana.email)]

    def seen(page: Page, email: str) -> tuple[str, dict[str, str]]:
        html = re.sub(r'name="csrf_token" value="[^"]+"', "", page.html).replace(email, "ADDRESS")
        headers = {
            name: value
            for name, value in page.response.headers
            if name not in {"X-Padding", "Content-Length", "Set-Cookie"}
        }
        return re.sub(r"\d\d:\d\d", "TIME", html), headers

    first, *others = (
        seen(page, email) for page, email in zip(pages, (asha.email, "nobody@club.example", dana.email), strict=True)
    )
    assert others == [first, first]
    assert [letter.to for letter in site.letters] == [asha.email]


def test_unknown_address_writes_as_many_rows_as_a_known_one(site: Site, asha: Person) -> None:
    def rows() -> tuple[int, int]:
        return db.session.query(OneTimeToken).count(), db.session.query(LetterRow).count()

    ask(site, asha.email)
    assert rows() == (1, 1)
    ask(site, "nobody@club.example")
    assert rows() == (2, 2)


def test_unknown_addresses_leave_each_others_rows_alone(site: Site) -> None:
    ask(site, "nobody@club.example")
    first = db.session.query(OneTimeToken).one()
    until = first.expires_at
    with time_machine.travel(now() + timedelta(minutes=5)):
        ask(site, "nobody-else@club.example")

    db.session.refresh(first)
    assert first.expires_at == until


def test_no_secret_lies_in_a_table(site: Site, asha: Person) -> None:
    ask(site, asha.email)
    secret = link_in(site).rsplit("/", 1)[1]

    kept = [str(vars(row)) for model in (OneTimeToken, LetterRow) for row in db.session.query(model)]
    assert len(kept) == 2
    assert not [row for row in kept if secret in row]


def test_scanner_that_opens_the_link_does_not_use_it_up(site: Site, asha: Person) -> None:
    ask(site, asha.email)
    link = link_in(site)
    for _ in range(3):
        Site(site.app, site.left_behind).open(link)

    assert site.open(link).submit(password=NEW).path == "/sign-in"


def test_link_leaves_the_address_bar(site: Site, asha: Person) -> None:
    ask(site, asha.email)

    assert site.open(link_in(site)).path == "/new-password"


def test_link_works_once(site: Site, asha: Person) -> None:
    ask(site, asha.email)
    link = link_in(site)
    other = Site(site.app, site.left_behind)
    waiting = other.open(link)
    site.open(link).submit(password=NEW)

    assert waiting.submit(password="another good one here", status=410).h1 == "This link no longer works"
    assert other.open(link, status=410).h1 == "This link no longer works"


def test_link_ends_after_half_an_hour(site: Site, asha: Person) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        ask(site, asha.email)
        link = link_in(site)
        clock.shift(timedelta(minutes=29, seconds=59))
        page = site.open(link)
        clock.shift(timedelta(seconds=1))
        assert page.submit(password=NEW, status=410).h1 == "This link no longer works"
        assert Site(site.app, site.left_behind).open(link, status=410).status == 410


def test_only_the_newest_link_counts(site: Site, asha: Person) -> None:
    ask(site, asha.email)
    first = link_in(site)
    ask(site, asha.email)

    assert site.open(first, status=410).status == 410
    assert site.open(link_in(site)).path == "/new-password"


def test_setting_the_password_signs_out_everywhere(site: Site, asha: Person) -> None:
    phone = site.as_(asha)
    assert phone.open("accounts.show_you").path == "/you"
    ask(site, asha.email)
    site.open(link_in(site)).submit(password=NEW)

    assert phone.open("accounts.show_you").path.startswith("/sign-in")
    assert db.session.query(UserSession).filter(UserSession.ended_at.is_(None)).count() == 0


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("", "Choose a password"),
        ("short", "Use 10 characters or more. This has 5"),
        ("password123", "lists of leaked passwords"),
        ("asha rahman", "too close to your name"),
        ("aaaaaaaaaaaa", "again and again"),
        ("x" * 129, "Use 128 characters or fewer"),
    ],
)
def test_weak_password_is_refused_with_help(site: Site, asha: Person, password: str, words: str) -> None:
    ask(site, asha.email)
    page = site.open(link_in(site)).submit(password=password, status=422)

    assert words in page.errors["password"]
    assert page.submit(password=NEW).path == "/sign-in"


def test_staff_need_fifteen_characters(site: Site, casey: Person) -> None:
    ask(site, casey.email)

    page = site.open(link_in(site)).submit(password="violet lad 9", status=422)
    assert page.errors["password"] == "Use 15 characters or more. This has 12"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Enter your email address"),
        ("asha", "An email address has an @ in it, such as name@example.com"),
        ("asha@", "This does not look like an email address. Check it for a slip"),
        ("a" * 260 + "@club.example", "This is longer than an email address can be. Check it for a slip"),
    ],
)
def test_what_is_no_address_is_said_beside_the_field(site: Site, typed: str, words: str) -> None:
    page = ask(site, typed, status=422)

    assert page.errors == {"email": words}
    assert page.value("email") == typed


def test_fourth_letter_within_the_hour_is_not_sent(site: Site, asha: Person) -> None:
    for _ in range(4):
        assert ask(site, asha.email).h1 == "Check your email"

    assert len(site.letters) == 3


def test_asking_for_many_addresses_is_slowed(site: Site) -> None:
    with time_machine.travel(now(), tick=False):
        for number in range(20):
            ask(site, f"person{number}@club.example")
        page = ask(site, "person99@club.example", status=429)

    assert page.errors["email"].startswith("Too many links were asked for from here")


def test_sent_page_without_asking_leads_to_the_form(site: Site) -> None:
    assert site.open("accounts.reset_sent").path == "/forgot-password"


def test_host_header_does_not_reach_the_letter(site: Site, asha: Person) -> None:
    page = site.open("accounts.forgot_password")
    site.client.post(
        "/forgot-password",
        data={"email": asha.email, "csrf_token": page.token},
        base_url="https://club.example",
        headers={"X-Forwarded-Host": "evil.example", "Sec-Fetch-Site": "same-origin"},
    )

    assert "evil.example" not in site.letters[0].text
    assert "https://club.example/reset/" in site.letters[0].text
