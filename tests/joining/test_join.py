"""Joining: one form, one answer for everybody, and nothing that was not asked for."""

import re

import pytest

from portal.accounts.models import Member, OneTimeToken, User
from portal.accounts.rules import MemberState
from portal.audit.models import AuditEvent
from portal.db import db
from portal.mail.models import LetterRow
from tests.cast import PASSWORD, Person
from tests.joining.joining import MARA, NEW, another, confirm, join, link_in, member_called
from tests.page import Page
from tests.site import Site


def test_somebody_joins_with_a_letter(site: Site) -> None:
    page = join(site)

    assert page.h1 == "Check your email"
    assert [(letter.to, letter.subject) for letter in site.letters] == [("mara@club.example", "Confirm your address")]
    user, member = member_called()
    assert (user.name, user.role, member.state, member.birth_date.isoformat(), member.country) == (
        "Mara Lindt",
        "member",
        MemberState.PENDING_EMAIL,
        "1991-02-28",
        "GB",
    )
    assert member.consented_at is not None
    assert re.fullmatch(r"\d{8}", member.number)


def test_sign_in_page_leads_to_joining(site: Site) -> None:
    assert site.open("accounts.sign_in").click("Join").path == "/join"


def test_known_and_unknown_address_get_the_same_page_and_headers(site: Site, asha: Person, dana: Person) -> None:
    emails = ("mara@club.example", asha.email, dana.email)
    pages = [join(another(site), email=email) for email in emails]

    def seen(page: Page, email: str) -> tuple[str, dict[str, str]]:
        html = re.sub(r'name="csrf_token" value="[^"]+"', "", page.html).replace(email, "ADDRESS")
        skipped = {"X-Padding", "Content-Length", "Set-Cookie"}
        headers = {name: value for name, value in page.response.headers if name not in skipped}
        return re.sub(r"\d\d:\d\d", "TIME", html), headers

    first, *others = (seen(page, email) for page, email in zip(pages, emails, strict=True))
    assert others == [first, first]
    assert [(letter.to, letter.subject) for letter in site.letters] == [
        ("mara@club.example", "Confirm your address"),
        (asha.email, "You have an account already"),
    ]


def test_known_address_writes_as_many_rows_as_an_unknown_one(site: Site, asha: Person) -> None:
    def rows() -> tuple[int, ...]:
        return tuple(db.session.query(model).count() for model in (OneTimeToken, LetterRow, AuditEvent))

    before = rows()
    join(another(site), email=asha.email)
    known = rows()
    join(another(site))

    assert [after - first for first, after in zip(before, known, strict=True)] == [1, 1, 1]
    assert [after - first for first, after in zip(known, rows(), strict=True)] == [1, 1, 1]


@pytest.mark.parametrize("email", ["ASHA@club.example", "ａsha@club.example", " asha@CLUB.example "])
def test_other_spelling_of_a_known_address_is_that_address(site: Site, asha: Person, email: str) -> None:
    join(site, email=email)

    assert db.session.query(User).count() == 1
    assert [letter.subject for letter in site.letters] == ["You have an account already"]


@pytest.mark.parametrize("email", ["asha+club@club.example", "as.ha@club.example", "asha@club.exаmple"])
def test_address_that_only_looks_alike_is_another_one(site: Site, asha: Person, email: str) -> None:
    join(site, email=email)

    assert db.session.query(User).count() == 2
    assert [letter.subject for letter in site.letters] == ["Confirm your address"]


def test_account_that_stands_is_left_as_it_is(site: Site, asha: Person) -> None:
    before = db.session.query(User.name, User.password_hash, Member.birth_date, Member.state).join(Member).one()
    join(site, email=asha.email)

    assert db.session.query(User.name, User.password_hash, Member.birth_date, Member.state).join(Member).one() == before
    assert Site(site.app, site.left_behind).open("accounts.sign_in").submit(email=asha.email, password=PASSWORD)


@pytest.mark.parametrize(
    ("fields", "name", "words"),
    [
        ({"birth_date": "1991-02-31"}, "birth_date", "Enter a real day, such as 20 Nov"),
        ({"birth_date": "0091-02-28"}, "birth_date", "Write the year you were born with four digits, such as 1985"),
        ({"birth_date": "28/02/91"}, "birth_date", "Write the year you were born with four digits, such as 1985"),
        ({"birth_date": "1899-02-28"}, "birth_date", "This is too long ago. Check the year for a slip"),
        ({"birth_date": "2090-02-28"}, "birth_date", "This day is still to come. Check the year for a slip"),
        ({"birth_date": "2015-02-28"}, "birth_date", "You can join once you are 18"),
        ({"birth_date": ""}, "birth_date", "Enter your date of birth"),
        ({"birth_date": "١٩٩١-٠٢-٢٨"}, "birth_date", "Enter a real day, such as 20 Nov"),
        ({"name": ""}, "name", "Enter your name"),
        ({"name": "<b>Mara</b>"}, "name", "Enter your name without signs such as @, / or <"),
        ({"name": "M" * 121}, "name", "Use 120 characters or fewer"),
        ({"email": "mara"}, "email", "An email address has an @ in it, such as name@example.com"),
        (
            {"email": "аsha@club.example"},
            "email",
            "We can write to addresses with plain letters in front of the @ only",
        ),
        ({"email": "m" * 250 + "@club.example"}, "email", "This is longer than an email address can be"),
        ({"password": "short"}, "password", "Use 10 characters or more. This has 5"),
        ({"password": "mara lindt club"}, "password", "This is too close to your name, your address or the club."),
        ({"password": "password123456"}, "password", "This, or something very like it, is on the lists of leaked"),
        ({"consent": False}, "consent", "Tick this to join: without it we may keep nothing about you"),
    ],
)
def test_mistake_is_told_beside_its_field_and_nothing_typed_is_lost(
    site: Site, fields: dict[str, str], name: str, words: str
) -> None:
    page = join(site, **fields, status=422)

    assert page.errors.keys() == {name}
    assert page.errors[name].startswith(words)
    kept = {key: value for key, value in (MARA | fields).items() if key in {"email", "name", "birth_date"}}
    assert {key: page.value(key) for key in kept} == kept
    assert db.session.query(User).count() == 0


def test_country_that_is_none_is_refused(site: Site) -> None:
    page = site.open("accounts.join").submit(**MARA, forged={"country": "XX"}, status=422)

    assert page.errors.keys() == {"country"}


def test_all_mistakes_are_told_at_once(site: Site) -> None:
    page = join(site, email="", password="", name="", birth_date="", consent=False, status=422)

    assert page.errors.keys() == {"email", "password", "name", "birth_date", "consent"}


def test_fragment_says_the_same_as_the_page(site: Site) -> None:
    page = site.open("accounts.join").submit(**MARA | {"name": ""}, status=422, as_fragment=True)

    assert page.errors == {"name": "Enter your name"}


def test_nobody_makes_themselves_more_than_a_member(site: Site) -> None:
    site.open("accounts.join").submit(
        **MARA, forged={"role": "admin", "state": "active", "points": "9000", "email_verified_at": "2026-01-01"}
    )

    user, member = member_called()
    assert (user.role, member.state, member.email_verified_at, member.age_verified_at) == (
        "member",
        MemberState.PENDING_EMAIL,
        None,
        None,
    )


@pytest.mark.parametrize("password", ["x" * 1_000_000, "violet harbour\x00 ladder nine"])
def test_odd_password_is_no_fault(site: Site, password: str) -> None:
    page = site.open("accounts.join")
    sent = {key: value for key, value in MARA.items() if key != "consent"} | {"password": password, "consent": "y"}
    answer = site.client.post(
        "/join",
        data={"csrf_token": page.token, **sent},
        base_url="https://club.example",
        headers={"Sec-Fetch-Site": "same-origin"},
    )

    assert answer.status_code in {303, 413, 422}


def test_so_many_join_from_one_place_and_no_more(site: Site) -> None:
    for number in range(10):
        join(another(site), email=f"mara{number}@club.example")

    page = join(site, status=429)

    assert page.errors == {"email": "Too many people joined from here just now. Try again in an hour"}
    assert db.session.query(User).count() == 10


def test_forged_proxy_header_buys_no_further_try(site: Site) -> None:
    for number in range(10):
        join(another(site), email=f"mara{number}@club.example")
    site.headers["X-Forwarded-For"] = "203.0.113.9"

    join(site, status=429)


def test_three_letters_in_six_hours_and_no_more(site: Site, asha: Person) -> None:
    for _ in range(5):
        join(another(site), email=asha.email)

    assert [letter.to for letter in site.letters] == [asha.email] * 3


def test_letter_can_be_sent_again(site: Site) -> None:
    sent = join(site)
    first = link_in(site)
    sent.submit("Send it again")

    assert len(site.letters) == 2
    assert another(site).open(first, status=410).h1 == "This link no longer works"
    assert confirm(site).path == "/you/requirements"


def test_sending_again_tells_nothing_about_a_known_address(site: Site, asha: Person) -> None:
    page = join(site, email=asha.email).submit("Send it again")

    assert page.h1 == "Check your email"
    assert [letter.subject for letter in site.letters] == ["You have an account already"]


def test_sent_page_belongs_to_whoever_asked(site: Site) -> None:
    assert site.open("accounts.join_sent").path == "/join"


def test_password_is_kept_nowhere_but_as_a_hash(site: Site) -> None:
    join(site)

    rows = [str(vars(row)) for model in (User, Member, OneTimeToken, LetterRow) for row in db.session.query(model)]
    assert not [row for row in rows if NEW in row]
