"""Claims decided without anybody: granted where everything agrees, left to a person wherever something does not."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from portal import programme
from portal.accounts.models import AccountLink, Member
from portal.accounts.rules import LinkKind, MemberState
from portal.activities.rules import EventKind, Outcome
from portal.activities.service.many import record_events
from portal.claims.comparing import compare_pictures
from portal.claims.lines import By, What
from portal.claims.models import Claim, ClaimEvent, ClaimNews, Evidence
from portal.claims.rules import ClaimKind, ClaimState, Verdict
from portal.claims.rules.alone import Claimant, Doubt, Match, doubts
from portal.claims.rules.matching import Agreement
from portal.claims.service import desk
from portal.claims.service.automatic import examine
from portal.clock import now
from portal.db import db
from portal.points.models import Entry
from portal.unit_of_work import unit_of_work
from tests import factories
from tests.activities.messages import entries, event, record
from tests.cast import Person
from tests.claims.alone import a_waiting_claim, ago, looked_at, noon, terms, the_shop_tells, told
from tests.claims.drafting import ORDER, at_review, the_claim
from tests.claims.uploading import small, upload
from tests.site import Site

AGREES = Agreement(subject=True, day=True, activity=True, address=None)
SOUND = Match(
    is_missing=True,
    is_appeal=False,
    agreement=AGREES,
    free_events=1,
    was_sent_back=False,
    already=0,
    points=45,
    asked=45,
)
KNOWN = Claimant(
    is_active=True,
    is_staff=False,
    is_linked=False,
    days=30,
    claims=5,
    holds_elsewhere=False,
    others_claim=False,
    was_decided=False,
    picture_known=False,
)


def test_message_that_comes_later_grants_an_open_claim(site: Site, asha: Person) -> None:
    claim = a_waiting_claim(asha)

    recorded = the_shop_tells(claim)

    assert (looked_at(), looked_at()) == (1, 0)
    (entry,) = entries(asha)
    assert (claim.state, claim.verdict, claim.points_granted) == (ClaimState.APPROVED, Verdict.APPROVE, 45)
    assert (claim.decided_by_id, claim.matched_event_id) == (None, recorded.event_id)
    assert (entry.points, entry.claim_id, entry.event_id, entry.actor_id) == (45, claim.id, recorded.event_id, None)
    assert (entry.happened_at, entry.counts_for_tier) == (noon(), True)
    assert entry.computation != []
    assert (event(recorded).member_id, event(recorded).outcome) == (asha.member, Outcome.CREDITED)
    assert [letter.subject for letter in site.letters] == [f"45 points added, claim {claim.reference}"]
    assert "names the same reference, day and activity" in site.letters[0].text
    page = site.as_(asha).open("claims.show_claim", reference=claim.reference)
    assert page.title.startswith("45 points added")
    assert page.texts(".facts--sum dd") == ["0", "+45", "45"]
    assert "names the same reference, day and activity" in page.text
    last = db.session.scalars(select(ClaimEvent).order_by(ClaimEvent.sequence.desc()).limit(1)).one()
    assert (last.what, last.by, last.actor_id) == (What.APPROVED, By.PORTAL, None)


def test_claim_sent_after_its_message_is_answered_at_once(site: Site, asha: Person, casey: Person) -> None:
    record(replace(told(Claim(subject=ORDER)), subject="7041 8822"))

    page = at_review(site, asha).submit("Send the claim")

    assert page.title.startswith("45 points added")
    assert [letter.subject for letter in site.letters] == [f"45 points added, claim {the_claim().reference}"]
    assert looked_at() == 0
    assert "The portal approved it" in site.as_(casey).open("care.show_claim", claim_id=the_claim().id).text


def test_imported_messages_are_compared_with_claims_too(asha: Person, bruno: Person) -> None:
    claims = [a_waiting_claim(asha), a_waiting_claim(bruno)]

    with unit_of_work():
        record_events([told(claim) for claim in claims], at=now())

    assert looked_at() == 2
    assert [claim.state for claim in claims] == [ClaimState.APPROVED] * 2


def test_claim_in_somebodys_hands_is_left_to_them_until_they_give_it_back(asha: Person, casey: Person) -> None:
    claim = a_waiting_claim(asha, taken_by=casey)
    the_shop_tells(claim)

    assert (looked_at(), claim.state) == (0, ClaimState.IN_REVIEW)

    with unit_of_work():
        desk.release(claim.id, by=casey.user_id, at=now())
    assert (looked_at(), claim.state) == (1, ClaimState.APPROVED)


def test_every_doubt_alone_is_enough() -> None:
    club = programme.current().automatic
    disagrees = Agreement(subject=True, day=False, activity=True, address=None)
    speaks_against = {
        Doubt.SWITCHED_OFF: (SOUND, KNOWN, club.model_copy(update={"on": False})),
        Doubt.KIND: (replace(SOUND, is_missing=False), KNOWN, club),
        Doubt.APPEAL: (replace(SOUND, is_appeal=True), KNOWN, club),
        Doubt.NO_EVENT: (replace(SOUND, free_events=0), KNOWN, club),
        Doubt.TWO_EVENTS: (replace(SOUND, free_events=2), KNOWN, club),
        Doubt.NO_AGREEMENT: (replace(SOUND, agreement=disagrees), KNOWN, club),
        Doubt.OTHER_ADDRESS: (replace(SOUND, agreement=replace(AGREES, address=False)), KNOWN, club),
        Doubt.SENT_BACK: (replace(SOUND, was_sent_back=True), KNOWN, club),
        Doubt.PAID_BEFORE: (replace(SOUND, already=-1), KNOWN, club),
        Doubt.NO_RULE: (replace(SOUND, points=None, asked=None), KNOWN, club),
        Doubt.MORE_ASKED: (replace(SOUND, asked=46), KNOWN, club),
        Doubt.LIMIT: (replace(SOUND, points=club.points_max + 1), KNOWN, club),
        Doubt.NOT_ACTIVE: (SOUND, replace(KNOWN, is_active=False), club),
        Doubt.NEW_ACCOUNT: (SOUND, replace(KNOWN, days=29), club),
        Doubt.MANY_CLAIMS: (SOUND, replace(KNOWN, claims=6), club),
        Doubt.LINKED: (SOUND, replace(KNOWN, is_linked=True), club),
        Doubt.STAFF: (SOUND, replace(KNOWN, is_staff=True), club),
        Doubt.OTHER_HOLDER: (SOUND, replace(KNOWN, holds_elsewhere=True), club),
        Doubt.OTHER_CLAIM: (SOUND, replace(KNOWN, others_claim=True), club),
        Doubt.DECIDED_BEFORE: (SOUND, replace(KNOWN, was_decided=True), club),
        Doubt.PICTURE_KNOWN: (SOUND, replace(KNOWN, picture_known=True), club),
    }

    assert set(speaks_against) == set(Doubt)
    assert {doubt: doubts(*case) for doubt, case in speaks_against.items()} == {
        doubt: frozenset({doubt}) for doubt in Doubt
    }
    assert doubts(SOUND, KNOWN, club) == frozenset()
    assert doubts(replace(SOUND, points=club.points_max, asked=None), KNOWN, club) == frozenset()


def _other_claim(claim: Claim) -> None:
    factories.a_claim(factories.a_member(), activity=claim.activity, subject=claim.subject, day=claim.activity_day)


def _linked(claim: Claim) -> None:
    user_id = db.session.scalars(select(Member.user_id).where(Member.id == claim.member_id)).one()
    other = factories.a_member().user_id
    db.session.add(AccountLink(user_id=other, other_id=user_id, kind=LinkKind.DECLARED, since=now()))
    db.session.commit()


def _member(claim: Claim, **fields: object) -> None:
    with unit_of_work():
        member = db.session.get_one(Member, claim.member_id)
        for name, value in fields.items():
            setattr(member, name, value)


def _many(claim: Claim) -> None:
    sender = db.session.get_one(Member, claim.member_id)
    person = Person(sender.user_id, "", "", "member", sender.id, sender.number)
    for _ in range(programme.current().automatic.claims_max):
        factories.a_claim(person)


READ = {
    Doubt.OTHER_CLAIM: _other_claim,
    Doubt.LINKED: _linked,
    Doubt.NEW_ACCOUNT: lambda claim: _member(claim, joined_at=ago(29)),
    Doubt.NOT_ACTIVE: lambda claim: _member(claim, state=MemberState.SUSPENDED),
    Doubt.MANY_CLAIMS: _many,
    Doubt.TWO_EVENTS: lambda claim: the_shop_tells(claim, source="till"),
    Doubt.SENT_BACK: lambda claim: the_shop_tells(claim, kind=EventKind.RETURN, amount_minor=1000),
}


@pytest.mark.parametrize("doubt", READ, ids=str)
def test_what_is_known_about_claim_and_member_leaves_it_to_a_person(session: object, doubt: Doubt) -> None:
    claim = a_waiting_claim(factories.a_member())
    prepare: Callable[[Claim], object] = READ[doubt]
    prepare(claim)
    the_shop_tells(claim)

    # What was sent back leaves fewer points than were asked for, too.
    assert examine(claim, at=now())[1] - {Doubt.MORE_ASKED} == {doubt}
    assert (looked_at(), claim.state) == (0, ClaimState.SUBMITTED)
    assert db.session.scalar(select(func.count()).select_from(Entry)) == 0


def test_message_that_says_something_else_leaves_it_to_a_person(asha: Person) -> None:
    says_else = {
        Doubt.OTHER_ADDRESS: {"hint": "somebody@elsewhere.example"},
        Doubt.NO_AGREEMENT: {"occurred_at": noon(4)},
        Doubt.LIMIT: {"amount_minor": 20_100},
    }
    for doubt, changes in says_else.items():
        claim = a_waiting_claim(asha)
        recorded = the_shop_tells(claim, **changes)

        assert examine(claim, at=now())[1] == {doubt}
        assert (looked_at(), event(recorded).outcome) == (0, Outcome.UNMATCHED)


def test_picture_that_came_with_another_claim_leaves_it_to_a_person(site: Site, asha: Person, bruno: Person) -> None:
    earlier = factories.a_claim(bruno, waiting=False)
    upload(site, bruno, small(), claim=earlier)
    at_review(site, asha)
    claim = db.session.scalars(select(Claim).where(Claim.member_id == asha.member)).one()
    upload(site, asha, small(), claim=claim)
    record(told(claim))

    site.as_(asha).open("claims.review_claim", reference=claim.reference).submit("Send the claim")
    for picture in db.session.query(Evidence).filter_by(claim_id=earlier.id):
        picture.sent_with_id = picture.id
    db.session.commit()
    compare_pictures(now())

    db.session.expire_all()
    assert examine(claim, at=now())[1] == {Doubt.PICTURE_KNOWN}
    assert (looked_at(), claim.state) == (0, ClaimState.SUBMITTED)


def test_claim_with_a_new_picture_is_granted_once_it_is_compared_with_the_others(site: Site, asha: Person) -> None:
    at_review(site, asha)
    claim = db.session.scalars(select(Claim).where(Claim.member_id == asha.member)).one()
    upload(site, asha, small(), claim=claim)
    record(told(claim))
    site.as_(asha).open("claims.review_claim", reference=claim.reference).submit("Send the claim")
    db.session.expire_all()
    assert (looked_at(), claim.state) == (0, ClaimState.SUBMITTED)

    compare_pictures(now())

    assert (looked_at(), claim.state) == (1, ClaimState.APPROVED)


def test_only_missing_points_are_granted_alone(asha: Person) -> None:
    claim = a_waiting_claim(asha, kind=ClaimKind.WRONG_AMOUNT)
    the_shop_tells(claim)

    assert (looked_at(), claim.state) == (0, ClaimState.SUBMITTED)


def test_programme_can_leave_everything_to_people(site: Site, asha: Person) -> None:
    claim = a_waiting_claim(asha)
    with terms(on=False):
        recorded = the_shop_tells(claim)
        assert (looked_at(), site.letters) == (0, [])

    assert event(recorded).outcome == Outcome.UNMATCHED
    assert db.session.query(ClaimNews).count() == 0


def test_other_clubs_have_limits_of_their_own(asha: Person) -> None:
    claim = a_waiting_claim(asha)
    with terms(points_max=44):
        the_shop_tells(claim)
        assert looked_at() == 0
    with terms(points_max=45):
        the_shop_tells(claim, kind=EventKind.REDEMPTION, points=5)
        assert looked_at() == 1


def test_event_of_nobody_is_the_members_afterwards(asha: Person, bruno: Person) -> None:
    claim = a_waiting_claim(asha)
    recorded = the_shop_tells(claim)
    looked_at()

    later = a_waiting_claim(bruno, subject=claim.subject)
    back = the_shop_tells(claim, kind=EventKind.RETURN)

    assert (looked_at(), later.state) == (0, ClaimState.SUBMITTED)
    assert back.member_id == asha.member
    assert [entry.points for entry in entries(asha)] == [45, -45]
    assert event(recorded).member_id == asha.member
