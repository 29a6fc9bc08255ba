"""“I cannot get in”: everybody may write, everybody gets the same answer, and the words end up in the queue."""

import re

import pytest

from portal.claims.lines import By, What
from portal.claims.models import Claim
from portal.claims.rules import ClaimKind, ClaimState
from portal.db import db
from tests import factories
from tests.cast import Person
from tests.claims.drafting import claims, the_claim
from tests.claims.outside import WORDS, another_browser, lines, write
from tests.site import Site


def test_words_become_a_claim_in_the_queue_and_a_letter(site: Site) -> None:
    page = write(site, "Petra@Mail.example")

    claim = the_claim()
    assert (page.h1, page.path) == ("We have your words", "/help/cannot-get-in/sent")
    assert "The answer goes to Petra@mail.example" in page.text
    assert (claim.kind, claim.state, claim.member_id) == (ClaimKind.ACCESS, ClaimState.SUBMITTED, None)
    assert (claim.contact_email, claim.statement) == ("petra@mail.example", WORDS)
    assert claim.due_at is not None
    assert [(line.what, line.by, line.actor_id, line.member_text) for line in lines()] == [
        (What.SENT, By.MEMBER, None, WORDS)
    ]
    assert [(letter.to, letter.subject) for letter in site.letters] == [
        ("petra@mail.example", f"We have your words, {claim.reference}")
    ]


def test_letter_repeats_nothing_that_a_stranger_may_have_typed(site: Site) -> None:
    write(site, words="Buy now at https://evil.example")

    assert "evil" not in site.letters[0].text + site.letters[0].html


def test_help_page_leads_there_for_whoever_is_not_in(site: Site, asha: Person) -> None:
    assert site.open("home.show_help", key="access").click("I still cannot get in").h1 == "I cannot get in"
    assert "I still cannot get in" not in site.as_(asha).open("home.show_help", key="access").text


def test_known_and_unknown_address_get_the_same_answer_and_cost_the_same(
    site: Site, asha: Person, dana: Person, casey: Person
) -> None:
    """Members, staff, the disabled and strangers: the same words, headers, statements and letters."""

    def seen(email: str) -> tuple[str, dict[str, str], list[str]]:
        browser = another_browser(site)
        form = browser.open("claims.ask_for_access")
        data = {"csrf_token": form.token, "email": email, "words": WORDS}
        sent = browser.send("POST", form.path, data=data, follow=False, status=303)
        page = browser.open("claims.access_sent")
        headers = {
            name: value
            for name, value in [*sent.response.headers, *page.response.headers]
            if name not in {"X-Padding", "Content-Length", "Set-Cookie", "X-Request-Id"}
        }
        return page.html.replace(email, "ADDRESS"), headers, sent.statements

    first, *others = (seen(email) for email in (asha.email, "nobody@club.example", dana.email, casey.email))

    assert others == [first, first, first]
    assert len(site.letters) == 4


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"email": "", "words": WORDS}, {"email": "Enter your email address"}),
        ({"email": "petra", "words": WORDS}, {"email": "An email address has an @ in it, such as name@example.com"}),
        (
            {"email": "a@b.example, c@d.example", "words": WORDS},
            {"email": "This does not look like an email address. Check it for a slip"},
        ),
        ({"email": "petra@mail.example", "words": "  \n "}, {"words": "Write what you did and what you saw"}),
        ({"email": "petra@mail.example", "words": "x" * 2001}, {"words": "Shorten this by 1 character: 2,000 fit"}),
    ],
    ids=["no address", "no at", "two addresses", "no words", "too many words"],
)
def test_slip_keeps_what_was_typed(site: Site, fields: dict[str, str], errors: dict[str, str]) -> None:
    page = site.open("claims.ask_for_access").submit(status=422, **fields)

    assert page.errors == errors
    assert page.value("words").strip() == fields["words"].strip()
    assert page.value("email") == fields["email"]
    assert (claims(), site.letters) == ([], [])


def test_forged_fields_change_nothing(site: Site, asha: Person) -> None:
    page = site.open("claims.ask_for_access")

    page.submit(
        email=asha.email,
        words=WORDS,
        forged={"member_id": str(asha.member), "state": "approved", "points": "900", "kind": "missing"},
    )

    claim = the_claim()
    assert (claim.member_id, claim.state, claim.points_granted, claim.kind) == (
        None, ClaimState.SUBMITTED, None, ClaimKind.ACCESS,
    )  # fmt: skip


def test_more_words_go_to_the_claim_that_is_open(site: Site) -> None:
    write(site)

    page = write(another_browser(site), "PETRA@mail.example", "It says “too often” now.")

    assert page.h1 == "We have your words"
    assert [(line.what, line.member_text) for line in lines()] == [
        (What.SENT, WORDS),
        (What.MESSAGE, "It says “too often” now."),
    ]
    assert len(site.letters) == 1, "one letter for each claim, so that nobody's mailbox is filled"


def test_double_tap_is_one_claim_and_one_line(site: Site) -> None:
    form = site.open("claims.ask_for_access")

    for _ in range(2):
        form.submit(email="petra@mail.example", words=WORDS)

    assert (len(claims()), len(lines()), len(site.letters)) == (1, 1, 1)


def test_words_after_the_answer_are_a_new_claim(site: Site) -> None:
    write(site)
    the_claim().state = ClaimState.DECLINED
    db.session.commit()

    write(another_browser(site), words="It still does not work.")

    assert len(claims()) == 2


def test_claim_of_a_member_is_never_touched_from_outside(site: Site, asha: Person) -> None:
    own = factories.a_claim(asha, kind=ClaimKind.TECHNICAL)

    write(site, asha.email)

    assert [line.what for line in lines() if line.claim_id == own.id] == [What.SENT]
    assert len(claims()) == 2


def test_address_can_be_written_about_five_times_a_day(site: Site) -> None:
    pages = [write(another_browser(site), words=f"Try {n}") for n in range(5)]

    refused = write(another_browser(site), words="Try 6", status=429)

    assert {page.h1 for page in pages} == {"We have your words"}
    assert "This address was written about several times today" in refused.text
    assert refused.value("words").strip() == "Try 6"
    assert write(another_browser(site), "other@mail.example").h1 == "We have your words"
    assert (len(site.letters), [line.member_text for line in lines()].count("Try 6")) == (2, 0)


def test_one_place_can_write_twenty_times_an_hour(site: Site) -> None:
    for n in range(20):
        write(another_browser(site), f"petra{n}@mail.example")

    refused = write(another_browser(site), "petra20@mail.example", status=429)

    assert "Too much was written from here" in refused.text
    assert len(claims()) == 20


def test_page_after_sending_is_nothing_by_itself(site: Site) -> None:
    assert site.open("claims.access_sent").h1 == "I cannot get in"


@pytest.mark.parametrize("draft", ["", "nonsense", "00000000-0000-0000-0000-000000000000"])
def test_cookie_that_names_no_draft_opens_nothing(site: Site, asha: Person, draft: str) -> None:
    claim = factories.a_claim(asha, waiting=False)
    with site.client.session_transaction(base_url="https://club.example") as cookie:
        cookie["access_draft"] = draft or str(claim.id)

    write(site)

    assert sorted(str(found.state) for found in claims()) == ["draft", "submitted"]
    assert {found.member_id for found in claims() if found.state is ClaimState.SUBMITTED} == {None}


def test_words_cannot_reach_the_head_of_a_letter(site: Site) -> None:
    write(site, "petra@mail.example\r\nBcc: all@club.example", status=422)

    assert not re.search("all@club", str(site.letters))
    assert db.session.query(Claim).count() == 0
