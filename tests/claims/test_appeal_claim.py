"""The door of a verdict: an appeal in one tap, once, in time, looked at by somebody else."""

from datetime import datetime, timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select

from portal import programme
from portal.claims import letters
from portal.claims.models import Claim, Evidence
from portal.claims.rules import ClaimKind, ClaimState, Verdict, appeal_ends
from portal.claims.service import appeals, desk, drafts
from portal.claims.service.moves import PORTAL
from portal.claims.service.own import OwnVerdict
from portal.clock import now
from portal.db import db
from portal.errors import Refused
from portal.unit_of_work import unit_of_work
from portal.web import ui
from portal.working_days import calendar_of
from tests import factories
from tests.cast import Person
from tests.claims.deciding import REPLY, decide, taken, write
from tests.claims.drafting import days_ago
from tests.claims.uploading import small, upload
from tests.page import Page
from tests.site import Site
from tests.together import together


def declined(member: Person, agent: Person, **fields: object) -> Claim:
    claim = taken(member, agent, **fields)
    decide(claim, agent, Verdict.DECLINE)
    return claim


def ended(claim: Claim, at: datetime) -> None:
    """Let a claim have been decided at another moment."""
    with unit_of_work():
        db.session.get_one(Claim, claim.id).decided_at = at


def page_of(site: Site, person: Person, claim: Claim) -> Page:
    return site.as_(person).open("claims.show_claim", reference=claim.reference)


def appeal_of(claim: Claim) -> Claim:
    db.session.expire_all()
    return db.session.scalars(select(Claim).where(Claim.appeal_of_id == claim.id)).one()


def sent_appeal(site: Site, person: Person, claim: Claim, words: str = "It was in time.") -> Claim:
    page_of(site, person, claim).submit("Appeal").submit("Send the appeal", statement=words)
    return appeal_of(claim)


def last_moment(claim: Claim) -> datetime:
    club = programme.current()
    ends = appeal_ends(
        calendar_of(club),
        club.claims,
        state=ClaimState.DECLINED,
        kind=ClaimKind.MISSING,
        is_appeal=False,
        decided_at=claim.decided_at,
    )
    assert ends is not None
    return ends


def test_one_tap_carries_everything_over(site: Site, asha: Person, casey: Person) -> None:
    claim = declined(asha, casey, activity="order", day=days_ago(5), subject="70418822", points=150)

    page = page_of(site, asha, claim).submit("Appeal")

    draft = appeal_of(claim)
    assert page.h1 == "Appeal, and someone else looks"
    assert "70418822" in page.text
    assert (draft.state, draft.kind, draft.activity, draft.subject_key, draft.expected_points) == (
        ClaimState.DRAFT,
        claim.kind,
        "order",
        "70418822",
        150,
    )
    again = page_of(site, asha, claim)
    assert "You appealed this" in again.text
    assert "Someone else will look at it afresh" not in again.text


def test_sent_appeal_is_a_claim_of_its_own_told_on_both(site: Site, asha: Person, casey: Person) -> None:
    claim = declined(asha, casey)

    appeal = sent_appeal(site, asha, claim)

    assert (appeal.state, appeal.statement) == (ClaimState.SUBMITTED, "It was in time.")
    assert appeal.due_at is not None
    assert "The verdict you appealed" in page_of(site, asha, appeal).text
    assert appeal.reference in page_of(site, asha, claim).text
    assert site.letters[-1].subject == f"We have your claim {appeal.reference}"


def test_appeal_is_open_to_the_last_minute_of_the_day(site: Site, asha: Person, casey: Person) -> None:
    claim = declined(asha, casey)
    ends = last_moment(claim)
    with unit_of_work():
        reference = appeals.begin(claim.id, at=ends - timedelta(minutes=1))
    draft = appeal_of(claim)

    with pytest.raises(Refused, match="appeal_over"), unit_of_work():
        drafts.send(draft.id, actor=PORTAL, at=ends)
    with unit_of_work():
        assert drafts.send(draft.id, actor=PORTAL, at=ends - timedelta(seconds=1))
    assert appeal_of(claim).reference == reference
    local = ends.astimezone(programme.current().club.zone)
    assert (local.hour, local.minute) == (0, 0)


def test_door_is_closed_after_the_last_day_and_says_so(site: Site, asha: Person, casey: Person) -> None:
    claim = declined(asha, casey)
    ended(claim, now() - timedelta(days=40))

    page = page_of(site, asha, claim)

    assert "This could be appealed until" in page.text
    assert not page.has("form#appeal")
    with pytest.raises(Refused, match="appeal_over"), unit_of_work():
        appeals.begin(claim.id, at=now())


def test_words_of_an_appeal_that_comes_too_late_stay_in_the_form(site: Site, asha: Person, casey: Person) -> None:
    claim = declined(asha, casey)
    page = page_of(site, asha, claim).submit("Appeal")
    ended(claim, now() - timedelta(days=40))

    late = page.submit("Send the appeal", status=422, statement="I was away.")

    assert "This could be appealed until" in late.text
    assert "I was away." in late.html
    assert appeal_of(claim).state is ClaimState.DRAFT


def test_what_ended_otherwise_has_no_such_door(site: Site, asha: Person) -> None:
    claim = factories.a_claim(asha)
    for state in (ClaimState.RESOLVED, ClaimState.WITHDRAWN, ClaimState.DUPLICATE, ClaimState.APPROVED):
        with unit_of_work():
            row = db.session.get_one(Claim, claim.id)
            row.state, row.decided_at = state, now()
        with pytest.raises(Refused, match="no_appeal"), unit_of_work():
            appeals.begin(claim.id, at=now())

    assert not page_of(site, asha, claim).has("#appeal")


def test_appeal_has_no_appeal_of_its_own(site: Site, asha: Person, casey: Person, noor: Person) -> None:
    appeal = sent_appeal(site, asha, declined(asha, casey))
    with unit_of_work():
        desk.take(appeal.id, by=noor.user_id, at=now())
    decide(appeal, noor, Verdict.DECLINE)

    assert not page_of(site, asha, appeal).has("form#appeal")
    assert letters.claim_decided(appeal.id).facts["appeal_by"] == ""


def test_another_member_finds_no_door(site: Site, asha: Person, bruno: Person, casey: Person) -> None:
    claim = declined(asha, casey)

    other = site.as_(bruno)
    token = other.open("claims.show_claims").token
    other.send("POST", f"/claims/{claim.reference}/appeal", data={"csrf_token": token}, status=404)
    assert db.session.scalars(select(Claim).where(Claim.appeal_of_id.is_not(None))).all() == []


def test_part_is_explained_and_its_appeal_asks_for_the_rest(
    site: Site, asha: Person, casey: Person, noor: Person
) -> None:
    claim = taken(asha, casey, points=150)
    decide(claim, casey, Verdict.PART, points=60)

    page = page_of(site, asha, claim)
    assert page.texts("#rest dd") == ["150", "60", "90"]
    assert "Why 90 points were not added" in page.text
    assert REPLY.splitlines()[0] in page.text

    appeal = sent_appeal(site, asha, claim)
    assert appeal.expected_points == 90
    with unit_of_work():
        desk.take(appeal.id, by=noor.user_id, at=now())
    decide(appeal, noor, Verdict.APPROVE, points=90)
    assert (appeal_of(claim).state, factories.balance_of(asha)) == (ClaimState.APPROVED, 150)


def test_letter_names_the_day_and_the_place(site: Site, asha: Person, casey: Person) -> None:
    claim = declined(asha, casey)

    facts = letters.claim_decided(claim.id).facts

    assert facts["appeal_by"] == ui.weekday_day(last_moment(claim) - timedelta(seconds=1))
    assert str(facts["appeal_link"]).endswith(f"/claims/{claim.reference}#appeal")


def test_pictures_of_the_first_claim_are_kept_while_its_appeal_is_open(
    site: Site, asha: Person, casey: Person, noor: Person
) -> None:
    claim = taken(asha, casey)
    write(claim, casey, "Send us a picture.")
    upload(site, asha, small(), "one.png", claim=claim)
    page_of(site, asha, claim).submit("Send message", message="Here.")
    decide(claim, casey, Verdict.DECLINE)

    appeal = sent_appeal(site, asha, claim)
    (kept,) = db.session.scalars(select(Evidence))
    assert kept.retention_until is None
    with unit_of_work():
        desk.take(appeal.id, by=noor.user_id, at=now())
    decide(appeal, noor, Verdict.DECLINE)
    db.session.refresh(kept)
    assert kept.retention_until is not None


def test_desk_shows_the_old_verdict_to_others_and_keeps_its_agent_away(
    site: Site, asha: Person, casey: Person, noor: Person
) -> None:
    appeal = sent_appeal(site, asha, declined(asha, casey))

    own = site.as_(casey).open("care.show_claim", claim_id=appeal.id)
    assert "Someone else works this appeal" in own.text
    assert "Take this claim" not in own.text
    queue = site.as_(casey).open("care.show_queue")
    assert ", appeal" in queue.text
    assert "Take " + appeal.reference not in queue.text
    other = site.as_(noor).open("care.show_claim", claim_id=appeal.id)
    assert REPLY.splitlines()[0] in other.texts("#appealed")[0]
    assert other.submit("Take this claim T").has("#decision")


def test_agent_of_the_old_verdict_can_neither_take_nor_be_given_nor_decide(
    site: Site, asha: Person, casey: Person, noor: Person
) -> None:
    appeal = sent_appeal(site, asha, declined(asha, casey))

    with pytest.raises(OwnVerdict), unit_of_work():
        desk.take(appeal.id, by=casey.user_id, at=now())
    with unit_of_work():
        assert desk.take_next(by=casey.user_id, at=now()) is None
    with pytest.raises(OwnVerdict):
        decide(appeal, casey, Verdict.DECLINE)
    with unit_of_work():
        # However it came to them.
        row = db.session.get_one(Claim, appeal.id)
        row.state, row.assignee_id, row.leased_until = ClaimState.IN_REVIEW, casey.user_id, now() + timedelta(hours=1)
    with pytest.raises(OwnVerdict):
        decide(appeal, casey, Verdict.DECLINE)
    assert appeal_of(db.session.get_one(Claim, appeal.appeal_of_id)).state is ClaimState.IN_REVIEW


def test_two_taps_at_once_are_one_appeal(free_app: Flask) -> None:
    mira, toni = factories.a_member("Mira Novak"), factories.an_agent("Toni Berg")
    claim = declined(mira, toni)
    begun: list[str] = []

    def tap(claim_id: object) -> None:
        with unit_of_work():
            reference = appeals.begin(claim_id, at=now())  # type: ignore[arg-type]
        begun.append(reference)

    wrong = together(free_app, [partial(tap, claim.id)] * 6)

    assert wrong == []
    assert begun == [appeal_of(claim).reference] * 6
