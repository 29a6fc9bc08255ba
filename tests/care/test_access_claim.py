"""Somebody who cannot get in, at the desk: no ledger, no points, and an answer by letter."""

import pytest

from portal.accounts.models import AccountLink, Member, MemberAddress
from portal.accounts.rules import LinkKind
from portal.claims.lines import What
from portal.claims.models import Claim, ClaimEvent
from portal.claims.rules import ClaimState, Verdict
from portal.claims.service import desk, verdicts
from portal.claims.service.verdicts import Decision
from portal.clock import now
from portal.db import db
from portal.errors import Refused
from portal.points.models import Entry
from portal.unit_of_work import unit_of_work
from tests import factories
from tests.care.matched import bench, decide, fresh, post
from tests.cast import Person
from tests.claims.outside import WORDS, another_browser, write
from tests.claims.uploading import small
from tests.page import Page
from tests.proofreading import text_of
from tests.site import Site

PETRA = "petra@mail.example"


@pytest.fixture
def claim(site: Site) -> Claim:
    write(another_browser(site))
    assert site.letters
    site.postbox.messages.clear()
    return db.session.query(Claim).one()


def taken(site: Site, agent: Person, claim: Claim) -> Page:
    return bench(site, agent, claim).submit("Take this claim T")


def test_queue_shows_it_like_any_other(site: Site, casey: Person, claim: Claim) -> None:
    page = site.as_(casey).open("care.show_queue")

    row = page.texts("tbody tr")[0]
    assert "I cannot get in" in row
    assert PETRA in row
    assert "Access" in row
    assert PETRA in site.as_(casey).open("/care/?find=petra%40mail.example").texts("tbody tr")[0]
    assert page.submit("Take next N").h1 == "I cannot get in"


def test_screen_has_no_part_about_points(site: Site, casey: Person, claim: Claim) -> None:
    page = taken(site, casey, claim)

    assert WORDS.split("\n", maxsplit=1)[0] in page.text
    assert [page.has(f"#decision [name={name}]") for name in ("points", "ask", "event")] == [False] * 3
    assert not page.has("#changes")
    assert [word for word in ("Asked", "rule", "Balance", "points around") if word in page.text] == []
    assert page.texts("#decision .choice span") == ["Resolved", "Decline"]
    assert "The answer goes to petra@mail.example as a letter. No points move." in page.text


def test_resolved_claim_is_answered_by_letter(site: Site, casey: Person, claim: Claim) -> None:
    page = decide(taken(site, casey, claim), verdict="approve", reply="Your address is confirmed. Sign in again.")

    done = fresh(claim)
    assert (done.state, done.verdict, done.points_granted) == (ClaimState.APPROVED, Verdict.APPROVE, 0)
    assert page.texts("main .notice p") == [f"Resolved: I cannot get in. {PETRA} has a letter."]
    (letter,) = site.letters
    assert (letter.to, letter.subject) == (PETRA, f"Our answer about getting in, {claim.reference}")
    assert "Your address is confirmed. Sign in again." in letter.text
    assert "https://club.example/help/cannot-get-in" in letter.text
    assert db.session.query(Entry).count() == 0
    closed = bench(site, casey, claim)
    assert "You closed it as resolved" in closed.text
    assert "Approved" not in closed.text
    assert "Resolved" in site.as_(casey).open("care.show_queue", view="decided").texts("tbody tr")[0]


def test_declined_claim_says_why_and_what_would_change_it(site: Site, casey: Person, claim: Claim) -> None:
    page = taken(site, casey, claim)
    reasons = ["Cannot tell that it is theirs", "No membership under this address"]
    assert page.texts("#reason optgroup option") == reasons

    decide(page, verdict="decline", reason="not_shown_theirs", reply="I am sorry.")

    assert fresh(claim).state is ClaimState.DECLINED
    text = site.letters[0].text
    assert "I am sorry." in text
    assert "We speak about a membership only with its owner" in text
    assert "- A letter from the address you joined with" in text


def test_words_of_the_reply_are_reason_enough(site: Site, casey: Person, claim: Claim) -> None:
    decide(taken(site, casey, claim), verdict="decline", reply="This is another club’s card.")

    assert (fresh(claim).state, fresh(claim).reason) == (ClaimState.DECLINED, "")


@pytest.mark.parametrize("verdict", ["approve", "decline"])
def test_answer_without_words_is_none(site: Site, casey: Person, claim: Claim, verdict: str) -> None:
    refused = decide(taken(site, casey, claim), verdict=verdict, reply="", status=422)

    assert refused.errors["reply"] == "Write the answer: it goes out as a letter, and is all they get"
    assert (fresh(claim).state, site.letters) == (ClaimState.IN_REVIEW, [])


def test_reply_can_start_from_the_clubs_words(site: Site, casey: Person, claim: Claim) -> None:
    taken(site, casey, claim)

    page = bench(site, casey, claim, reply="access_new_link")

    assert page.value("verdict") == "approve"
    assert "Choose “Forgot password?” on the sign-in page" in page.value("reply")
    assert "points" not in page.value("reply")
    assert {group.attrs["data-verdict"] for group in page.all("#template optgroup")} == {"approve", "decline"}


@pytest.mark.parametrize(
    "forged",
    [
        {"verdict": "part", "points": "10"},
        {"verdict": "ask", "ask": "receipt"},
        {"verdict": "duplicate", "reason": "same_claim"},
        {"verdict": "decline", "reason": "not_found"},
    ],
    ids=["part", "ask", "duplicate", "reason about points"],
)
def test_forged_verdict_moves_nothing(site: Site, casey: Person, claim: Claim, forged: dict[str, str]) -> None:
    page = taken(site, casey, claim)

    decide(page, verdict="approve", reply="Here you are.", forged=forged, status=422)

    assert (fresh(claim).state, site.letters, db.session.query(Entry).count()) == (ClaimState.IN_REVIEW, [], 0)


def test_forged_points_are_not_even_read(site: Site, casey: Person, claim: Claim) -> None:
    page = taken(site, casey, claim)

    decide(page, verdict="approve", reply="Here you are.", forged={"points": "900"})

    assert (fresh(claim).points_granted, db.session.query(Entry).count()) == (0, 0)


@pytest.mark.parametrize(
    ("verdict", "points", "code"),
    [(Verdict.PART, 5, "verdict"), (Verdict.DUPLICATE, 0, "verdict"), (Verdict.APPROVE, 5, "no_account")],
)
def test_service_moves_no_points_whatever_the_page_says(
    claim: Claim, casey: Person, verdict: Verdict, points: int, code: str
) -> None:
    with unit_of_work():
        version = desk.take(claim.id, by=casey.user_id, at=now()).version
    decision = Decision(verdict, version=version, points=points, reason="never_credited", reply="Here")

    with pytest.raises(Refused) as refused, unit_of_work():
        verdicts.decide(claim.id, decision, by=casey.user_id, at=now())

    assert refused.value.code == code


def test_service_asks_nobody_who_has_no_page_to_answer_on(claim: Claim, casey: Person) -> None:
    with unit_of_work():
        version = desk.take(claim.id, by=casey.user_id, at=now()).version

    with pytest.raises(Refused, match="no_account"), unit_of_work():
        desk.ask(claim.id, "receipt", version=version, by=casey.user_id, at=now())


def test_agent_writes_without_deciding_and_the_answer_comes_back_to_the_claim(
    site: Site, casey: Person, claim: Claim
) -> None:
    page = taken(site, casey, claim)

    page.submit("Send the message", message_words="Which page did you see?")

    (letter,) = site.letters
    assert (letter.to, letter.subject) == (PETRA, f"Casey wrote about getting in, {claim.reference}")
    assert "Which page did you see?" in letter.text
    write(another_browser(site), words="The one after the code.")
    assert (fresh(claim).state, fresh(claim).assignee_id) == (ClaimState.IN_REVIEW, casey.user_id)
    assert "The one after the code." in bench(site, casey, claim).text


def test_words_that_came_meanwhile_stop_an_old_decision(site: Site, casey: Person, claim: Claim) -> None:
    page = taken(site, casey, claim)
    write(another_browser(site), words="It works again, thank you.")

    clash = decide(page, verdict="approve", reply="Mended.", status=409)

    assert "It works again, thank you." in clash.text
    assert clash.value("reply").strip() == "Mended."


@pytest.mark.parametrize(
    ("email", "words"),
    [
        ("asha@club.example", "A membership stands under this address."),
        ("asha.work@mail.example", "A membership stands under this address."),
        ("unproved@mail.example", "No membership stands under this address."),
        ("casey@club.example", "No membership stands under this address."),
        ("nobody@mail.example", "No membership stands under this address."),
    ],
    ids=["login", "further address", "not proved", "staff", "nobody"],
)
def test_desk_sees_whether_a_membership_stands_under_the_address(
    site: Site, asha: Person, casey: Person, noor: Person, email: str, words: str
) -> None:
    for further, proved in (("asha.work@mail.example", now()), ("unproved@mail.example", None)):
        row = MemberAddress(
            member_id=asha.member, email=further, email_canonical=further, created_at=now(), proved_at=proved
        )
        db.session.add(row)
    db.session.commit()
    write(another_browser(site), email)

    page = bench(site, noor, db.session.query(Claim).one())

    assert words in page.text
    assert "Asha" not in page.text, "a hint, and no more"


def test_agents_own_words_are_not_there_for_them(site: Site, casey: Person, noor: Person) -> None:
    write(another_browser(site), "Casey@CLUB.example")
    claim = db.session.query(Claim).one()

    site.as_(casey).open("care.show_claim", claim_id=claim.id, status=404)
    assert claim.reference not in site.as_(casey).open("care.show_queue").text
    post(site.as_(casey), f"/care/claims/{claim.id}/lease", status=404)
    assert bench(site, noor, claim).h1 == "I cannot get in"


@pytest.mark.parametrize("whose", ["their own", "of their household"])
def test_words_from_a_further_address_are_their_own_as_well(
    site: Site, asha: Person, casey: Person, noor: Person, whose: str
) -> None:
    with unit_of_work():
        if whose == "their own":
            db.session.get_one(Member, asha.member).user_id = casey.user_id
        else:
            link = AccountLink(user_id=casey.user_id, other_id=asha.user_id, kind=LinkKind.DECLARED, since=now())
            db.session.add(link)
    factories.an_address(asha, "home@mail.example")
    write(another_browser(site), "Home@MAIL.example")
    claim = db.session.query(Claim).one()
    mine = site.as_(casey)

    mine.open("care.show_claim", claim_id=claim.id, status=404)
    queue = mine.open("care.show_queue")
    assert queue.texts("tbody tr") == mine.open("/care/?find=home%40mail.example").texts("tbody tr") == []
    assert {text_of(count) for count in queue.all("li a small")} == {"0"}
    post(mine, f"/care/claims/{claim.id}/lease", status=404)
    assert bench(site, noor, claim).h1 == "I cannot get in"


def test_staff_see_its_pictures_and_strangers_do_not(site: Site, asha: Person, casey: Person) -> None:
    form = another_browser(site).open("claims.ask_for_access")
    form.submit(email=PETRA, words=WORDS, files=[(small(), "one.png")])
    claim = db.session.query(Claim).one()

    src = str(bench(site, casey, claim).find("img.thumb--large").attrs["src"])

    assert site.as_(casey).send("GET", src, proofread=False).response.mimetype == "image/jpeg"
    site.as_(asha).send("GET", src, status=404)


def test_statements_are_as_many_as_for_a_members_claim(site: Site, asha: Person, casey: Person, claim: Claim) -> None:
    other = factories.a_claim(asha)

    assert len(bench(site, casey, claim).statements) <= len(bench(site, casey, other).statements)


def test_lease_that_ran_out_and_notes_work_as_ever(site: Site, casey: Person, claim: Claim) -> None:
    page = taken(site, casey, claim)
    page = page.submit("Keep the note", note_words="Called the shop.")
    page.submit("Give back")

    whats = [line.what for line in db.session.query(ClaimEvent).order_by(ClaimEvent.sequence)]
    assert whats == [What.SENT, What.TAKEN, What.NOTE, What.RELEASED]
    assert db.session.query(Member).count() == 0
