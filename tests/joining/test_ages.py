"""The look at somebody's age: a picture goes in, somebody of ours decides, and the picture is gone."""

import io
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from portal import programme
from portal.accounts.models import AccountLink, AgeCheck, Member, User
from portal.accounts.rules import LinkKind, MemberState, Role
from portal.activities.models import Event, Expectation
from portal.activities.rules import Outcome
from portal.activities.sweeps import post_due
from portal.audit.models import AuditEvent
from portal.audit.rules import Verb
from portal.audit.service import Actor, Where
from portal.clock import now
from portal.db import db
from portal.errors import Conflict, NotFound
from portal.joining import sweeps
from portal.joining.service import ages
from portal.tiers.models import TierSpan
from portal.unit_of_work import unit_of_work
from tests import factories, pictures
from tests.cast import Person
from tests.clamd import BAD, clamd, scanning
from tests.joining.test_requirements import told, unfinished
from tests.page import Page
from tests.site import Site
from tests.together import together

PICTURE = pictures.encoded(pictures.corners(), "JPEG")


@pytest.fixture(autouse=True)
def no_files_of_others(app):
    """The folder of files outlives a test, unlike the rows."""
    for key in list(app.extensions["store"].keys("ages/")):
        app.extensions["store"].delete(key)


@pytest.fixture
def mara(session) -> Person:
    return unfinished()


def send(site: Site, person: Person, content: bytes = b"", *, status: int = 200) -> Page:
    page = site.as_(person).open("accounts.show_requirements")
    picture = (content or PICTURE, "passport.jpg")
    return page.submit("Send the picture", document=picture, status=status)


def newest() -> AgeCheck:
    db.session.expire_all()
    return db.session.query(AgeCheck).order_by(AgeCheck.asked_at.desc()).limit(1).one()


def files(site: Site) -> list[str]:
    return list(site.app.extensions["store"].keys("ages/"))


def decide(site: Site, agent: Person, status: int = 200, **fields: str) -> Page:
    return site.as_(agent).open("care.show_age", check_id=newest().id).submit("Decide", **fields, status=status)


def verbs(*wanted: Verb) -> list[str]:
    lines = db.session.query(AuditEvent.verb).filter(AuditEvent.verb.in_(wanted)).order_by(AuditEvent.at)
    return [line.verb for line in lines]


def test_picture_is_sent_looked_at_and_gone(site: Site, mara: Person, casey: Person) -> None:
    told(mara, now() - timedelta(days=3))
    page = send(site, mara)
    assert "Your age is being checked" in page.text
    assert not page.has("#document")
    assert len(files(site)) == 1

    listed = site.as_(casey).open("care.show_ages")
    assert (listed.h1, mara.name in listed.text) == ("One document to look at", False)
    opened = site.as_(casey).open("care.show_age", check_id=newest().id)
    assert "Mara Lindt" in opened.text
    picture = site.as_(casey).open("care.show_document", check_id=newest().id, proofread=False)
    assert picture.response.mimetype == "image/jpeg"
    assert decide(site, casey, verdict="approve").path == "/care/ages"

    member = db.session.get_one(Member, mara.member, populate_existing=True)
    assert (member.state, member.age_verified_at is not None) == (MemberState.ACTIVE, True)
    check = newest()
    assert (check.state, check.storage_key, check.decided_by_id, files(site)) == ("approved", "", casey.user_id, [])
    assert [(letter.to, letter.subject) for letter in site.letters] == [(mara.email, "Your age is confirmed")]
    assert db.session.query(TierSpan).filter_by(member_id=mara.member).count() == 1
    assert (post_due(now()), factories.balance_of(mara)) == (1, 45)
    assert site.as_(mara).open("home.show_home").path == "/"


def test_looks_and_verdict_stand_in_the_log(site: Site, mara: Person, casey: Person) -> None:
    send(site, mara)
    site.as_(casey).open("care.show_document", check_id=newest().id, proofread=False)
    decide(site, casey, verdict="approve")

    wanted = (Verb.AGE_ASKED, Verb.LOOKED_AT_DOCUMENT, Verb.LOOKED_AT_MEMBER, Verb.AGE_DECIDED)
    assert verbs(*wanted) == ["age_asked", "looked_at_document", "looked_at_member", "age_decided"]
    assert db.session.query(AuditEvent).filter_by(verb=Verb.AGE_DECIDED.value).one().facts == {"verdict": "approved"}


def test_refusal_says_what_would_do_and_another_picture_can_follow(site: Site, mara: Person, casey: Person) -> None:
    send(site, mara)
    wrong = decide(site, casey, verdict="decline", reason="", status=422)
    assert wrong.errors == {"reason": "Say what is wrong and which picture would do"}
    wrong.submit("Decide", verdict="decline", reason="The year cannot be read.")

    assert [letter.subject for letter in site.letters] == ["Please send another picture of your document"]
    assert "The year cannot be read." in site.letters[0].text
    assert files(site) == []
    page = site.as_(mara).open("accounts.show_requirements")
    assert "The year cannot be read." in page.text
    assert "Your age is being checked" in send(site, mara).text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7 and more", "This is a PDF. Take a screenshot of it and choose that."),
        (b"<svg xmlns='http://www.w3.org/2000/svg'></svg>", "This is a drawing. Take a screenshot of it"),
        (b"GIF89a", "This is a GIF. Take a screenshot of it and choose that."),
    ],
)
def test_what_is_no_picture_is_refused_by_name(site: Site, mara: Person, content: bytes, words: str) -> None:
    page = send(site, mara, content, status=422)

    assert page.errors["document"].startswith(words)
    assert (files(site), db.session.query(AgeCheck).count()) == ([], 0)


def test_harmful_document_is_not_kept(site: Site, mara: Person, tmp_path: Path) -> None:
    with clamd(tmp_path) as address, scanning(site.app, address):
        page = send(site, mara, PICTURE + BAD, status=422)
    assert "takes this file for harmful" in page.text
    assert files(site) == []


def test_form_without_a_picture_asks_for_one(site: Site, mara: Person) -> None:
    page = site.as_(mara).open("accounts.show_requirements").submit("Send the picture", status=422)

    assert page.errors == {"document": "Choose a picture of your document"}


def test_so_many_pictures_a_day(site: Site, mara: Person) -> None:
    for _ in range(5):
        send(site, mara, b"GIF89a", status=422)

    page = send(site, mara, status=422)

    assert page.errors == {"document": "That was too often for one day. Send another picture tomorrow"}


def test_second_tap_makes_no_second_look(site: Site, mara: Person) -> None:
    page = site.as_(mara).open("accounts.show_requirements")
    for _ in range(2):
        page.submit("Send the picture", document=(PICTURE, "passport.jpg"))

    assert (db.session.query(AgeCheck).count(), len(files(site))) == (1, 1)


def test_address_comes_before_the_document(site: Site) -> None:
    person = unfinished(state=MemberState.PENDING_EMAIL)
    browser = site.as_(person)
    page = browser.open("accounts.show_requirements")
    assert not page.has("#document")

    browser.send(
        "POST",
        "/you/requirements/document",
        data={"csrf_token": page.token, "document": (io.BytesIO(PICTURE), "a.jpg")},
    )

    assert (db.session.query(AgeCheck).count(), files(site)) == (0, [])


def test_details_stand_still_while_a_document_is_compared_with_them(site: Site, mara: Person) -> None:
    browser = site.as_(mara)
    page = browser.open("accounts.show_requirements")
    send(site, mara)

    answer = page.submit("Save", name="Somebody Else", status=422)

    assert "Wait for the answer, then change your details" in answer.text
    assert db.session.get_one(User, mara.user_id, populate_existing=True).name == "Mara Lindt"


@pytest.mark.parametrize("who", ["asha", "mara", "omar"])
def test_members_and_admins_see_no_document(site: Site, request, mara: Person, casey: Person, who: str) -> None:
    send(site, mara)
    check = newest().id
    assert site.as_(casey).open("care.show_age", check_id=check).h1
    browser = site.as_(request.getfixturevalue(who))

    browser.open("care.show_ages", status=404)
    browser.open("care.show_age", check_id=check, status=404)
    browser.open("care.show_document", check_id=check, status=404)


def test_decided_and_unknown_documents_are_not_found(site: Site, mara: Person, casey: Person) -> None:
    send(site, mara)
    check = newest().id
    decide(site, casey, verdict="approve")

    for wanted in (check, uuid4()):
        site.as_(casey).open("care.show_age", check_id=wanted, status=404)
        site.as_(casey).open("care.show_document", check_id=wanted, status=404)


def test_nobody_confirms_their_own_age(site: Site, mara: Person) -> None:
    send(site, mara)

    with pytest.raises(NotFound), unit_of_work():
        ages.decide(
            newest().id,
            is_approved=True,
            reason="",
            by=Actor(mara.user_id, Role.AGENT),
            where=Where(),
            at=now(),
        )
    assert newest().state == "waiting"


def test_linked_accounts_never_see_nor_decide_each_other(site: Site, mara: Person, casey: Person) -> None:
    send(site, mara)
    check = newest().id
    with unit_of_work():
        link = AccountLink(user_id=mara.user_id, other_id=casey.user_id, kind=LinkKind.DECLARED, since=now())
        db.session.add(link)

    browser = site.as_(casey)
    assert str(check) not in browser.open("care.show_ages").html
    browser.open("care.show_age", check_id=check, status=404)
    browser.open("care.show_document", check_id=check, status=404)
    with pytest.raises(NotFound), unit_of_work():
        ages.decide(check, is_approved=True, reason="", by=Actor(casey.user_id, Role.AGENT), where=Where(), at=now())


def test_of_two_verdicts_at_once_one_counts(free_app) -> None:
    person, agents = unfinished(), (factories.an_agent("Casey Walsh"), factories.an_agent("Noor Haddad"))
    with unit_of_work():
        check = ages.ask(person.member, "ages/2026-11-22/aa/bb/aabb", where=Where(), at=now())

    def verdict(agent: Person, *, is_approved: bool) -> None:
        with unit_of_work():
            ages.decide(
                check,
                is_approved=is_approved,
                reason="no",
                by=Actor(agent.user_id, agent.role),
                where=Where(),
                at=now(),
            )

    errors = together(
        free_app, [lambda: verdict(agents[0], is_approved=True), lambda: verdict(agents[1], is_approved=False)]
    )

    assert [type(error) for error in errors] == [Conflict]
    found = newest()
    assert (found.state == "approved") is (db.session.get_one(Member, person.member).age_verified_at is not None)


def test_documents_nobody_waits_for_are_deleted(site: Site, mara: Person) -> None:
    store = site.app.extensions["store"]
    send(site, mara)
    store.put("ages/2026-01-01/aa/bb/aabb", b"left behind")

    sweeps.clean_up(now())

    assert files(site) == [newest().storage_key]
    with unit_of_work():
        db.session.get_one(Member, mara.member).state = MemberState.CLOSED
    sweeps.clean_up(now())
    sweeps.clean_up(now() + timedelta(days=2))
    assert (newest().state, files(site)) == ("withdrawn", [])


def test_points_are_not_held_for_ever(site: Site, mara: Person, asha: Person) -> None:
    told(mara, now() - timedelta(days=3))
    told_to_asha = factories.an_expectation(asha, due=now() - timedelta(days=1))
    due = db.session.query(Expectation.due_at).filter_by(member_id=mara.member).scalar()
    days = programme.current().joining.hold_days

    sweeps.clean_up(due + timedelta(days=days, seconds=-1))
    assert db.session.query(Expectation).filter(Expectation.cancelled_at.is_not(None)).count() == 0
    sweeps.clean_up(due + timedelta(days=days))

    gone = db.session.query(Expectation).filter(Expectation.cancelled_at.is_not(None)).one()
    assert (gone.member_id, gone.id != told_to_asha.id) == (mara.member, True)
    event = db.session.get_one(Event, gone.event_id, populate_existing=True)
    assert (event.outcome, event.outcome_code) == (Outcome.CANCELLED, "held_too_long")
