"""When the day has come nothing is left that says who it was, and the books are as sound as before."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, inspect, select, update
from sqlalchemy.exc import DatabaseError

from portal.accounts.models import Member, User
from portal.accounts.rules import MemberState
from portal.accounts.service import leaving
from portal.activities.models import Event, Expectation
from portal.audit.models import AuditEvent
from portal.audit.service import seal_waiting
from portal.care.service import Adjustment, adjust
from portal.claims.models import Claim, ClaimEvent, Evidence
from portal.claims.rules import ClaimState
from portal.clock import now
from portal.db import db
from portal.errors import NotFound
from portal.mail.models import LetterRow
from portal.points.models import Entry
from portal.records import sweeps
from portal.unit_of_work import unit_of_work
from tests import factories
from tests.records.closing import A_GIFT, faults_of_the_books, leave
from tests.records.filling import AMONG_STAFF, FURTHER, PRIVATE, SECRETS, fill
from tests.records.reading import fetched

HOUR = sweeps.STILL_ON_THEIR_WAY


def everything_in_the_database() -> dict[str, list[str]]:
    """Give each row of each table as text."""
    db.session.rollback()
    return {
        name: [repr(tuple(row)) for row in db.session.execute(select(table))]
        for name, table in db.metadata.tables.items()
        if inspect(db.session.connection()).has_table(name)
    }


def found(words: str) -> list[str]:
    """Name the tables in which something stands."""
    return [
        name for name, rows in everything_in_the_database().items() if any(words.lower() in row.lower() for row in rows)
    ]


def test_nothing_is_left_anywhere_that_says_who_it_was(site, asha, bruno, casey):
    filled = fill(asha, bruno, casey)
    fetched(site, asha)
    ask_again = site.as_(asha).open("records.show_export").submit("Make a new copy")
    assert ask_again.texts("h2") == ["Your copy is being made"]
    traces = [
        *(asha.name, asha.email, asha.number, PRIVATE, AMONG_STAFF, "1985, 4, 12", *SECRETS),
        *("asha@work.example", "old-asha@club.example", "Safari on iPhone", "198.51.100.7", "Phone of Asha"),
    ]
    member = db.session.get_one(Member, bruno.member)
    member.birth_date = member.birth_date.replace(day=13)
    db.session.commit()
    assert [words for words in traces if not found(words)] == []
    store = site.app.extensions["store"]
    assert all(store.exists(key) for key in filled.files)
    leave(asha)

    assert sweeps.close_accounts(now()) == 1
    (goodbye,) = [letter for letter in site.letters if letter.subject == "Your account is closed"]
    sweeps.look_again(now() + HOUR)
    sweeps.delete_copies(now())

    assert goodbye.to == asha.email
    assert {words: found(words) for words in traces if found(words)} == {}
    assert [key for key in filled.files if store.exists(key)] == []
    assert list(store.keys("export/")) == []


def test_the_books_are_sound_after_it_and_the_points_have_lapsed(site, asha, bruno, casey):
    fill(asha, bruno, casey)
    while seal_waiting(now()):
        pass
    before = db.session.query(Entry).filter_by(member_id=asha.member).count()
    leave(asha)

    sweeps.close_accounts(now())

    assert faults_of_the_books() == []
    lines = db.session.query(Entry).filter_by(member_id=asha.member).order_by(Entry.sequence).all()
    assert len(lines) == before + 1
    assert (lines[-1].points, lines[-1].kind, lines[-1].text, lines[-1].counts_for_tier) == (
        -180,
        "expiry",
        "Account closed",
        False,
    )
    assert factories.balance_of(asha) == 0


def test_verdicts_and_fingerprints_stay_and_open_claims_are_withdrawn(site, asha, bruno, casey):
    filled = fill(asha, bruno, casey)
    decided = factories.a_claim(asha)
    with unit_of_work():
        db.session.execute(
            update(Claim)
            .where(Claim.id == decided.id)
            .values(state=ClaimState.APPROVED, verdict="approve", points_granted=45, reason="found", decided_at=now())
        )
    leave(asha)

    sweeps.close_accounts(now())
    db.session.expire_all()

    kept = db.session.get_one(Claim, decided.id)
    assert (kept.state, kept.verdict, kept.points_granted, kept.reason, kept.statement) == (
        ClaimState.APPROVED,
        "approve",
        45,
        "found",
        "",
    )
    assert db.session.get_one(Claim, filled.claim).state is ClaimState.WITHDRAWN
    assert db.session.get(Claim, filled.draft) is None
    (picture,) = db.session.query(Evidence).filter_by(claim_id=filled.claim)
    assert (picture.sha256, picture.dhash, picture.file_name) == ("ab" * 32, 7, "")
    assert picture.removed_at
    lines = db.session.query(ClaimEvent).filter_by(claim_id=filled.claim).order_by(ClaimEvent.sequence).all()
    assert [line.what for line in lines] == ["sent", "taken", "message", "note", "withdrawn"]
    assert {line.actor_name for line in lines if line.by == "agent"} == {casey.name}


def test_nothing_more_is_expected_or_posted(site, asha, bruno, casey):
    fill(asha, bruno, casey)
    leave(asha)

    sweeps.close_accounts(now())

    assert [row.cancelled_at is None for row in db.session.query(Expectation).filter_by(member_id=asha.member)] == [
        False
    ]
    assert {row.outcome for row in db.session.query(Event).filter_by(member_id=asha.member)} == {"cancelled"}
    with pytest.raises(NotFound), unit_of_work():
        adjust(asha.member, Adjustment(asha.user_id, 10, A_GIFT), by=casey.user_id, at=now())


def test_the_address_is_free_to_join_again_and_begins_at_zero(site, asha):
    factories.an_entry(asha, 300)
    leave(asha)
    sweeps.close_accounts(now())

    again = factories.a_member("Asha Rahman", email=asha.email)

    assert again.user_id != asha.user_id
    assert factories.balance_of(again) == 0
    assert site.as_(again).open("accounts.show_you").h1


def test_the_old_password_opens_nothing_any_more(site, asha):
    leave(asha)
    sweeps.close_accounts(now())

    page = site.open("accounts.sign_in").submit("Sign in", email=asha.email, password="demo-only-password", status=422)

    assert "do not belong together" in page.errors["email"]
    nobody = db.session.get_one(User, asha.user_id)
    site.open("accounts.sign_in").submit("Sign in", email=nobody.email, password="x", status=422)


def test_whoever_is_not_due_or_has_taken_it_back_stays(site, asha, bruno):
    with unit_of_work():
        leaving.ask(asha.user_id, closes_at=now() + timedelta(seconds=2), at=now())
        leaving.ask(bruno.user_id, closes_at=now() - timedelta(days=1), at=now())
        leaving.take_back(bruno.user_id)

    assert sweeps.close_accounts(now()) == 0

    assert {row.state for row in db.session.query(Member)} == {MemberState.ACTIVE}
    assert site.letters == []


def test_a_letter_on_its_way_at_that_moment_still_arrives_and_is_forgotten_then(site, asha, bruno, casey):
    fill(asha, bruno, casey)
    leave(asha)
    sweeps.close_accounts(now())
    assert db.session.query(LetterRow).filter_by(recipient=asha.email).count() == 2

    subjects = {letter.subject for letter in site.letters}
    sweeps.look_again(now() + HOUR)

    assert subjects == {"You reached Gold", "Your account is closed"}
    assert db.session.query(LetterRow).count() == 0


def test_what_a_request_wrote_in_the_very_moment_of_closing_is_erased_an_hour_later(site, asha, bruno, casey):
    leave(asha)
    sweeps.close_accounts(now())
    assert len(site.letters) == 1
    fill(asha, bruno, casey)
    with unit_of_work():
        db.session.execute(update(User).where(User.id == asha.user_id).values(name=asha.name))

    assert sweeps.look_again(now() + HOUR - timedelta(minutes=1)) == 0
    assert found(asha.name)
    assert site.letters
    assert sweeps.look_again(now() + HOUR) == 1

    # What is written from outside cannot be known for theirs any more.
    db.session.execute(delete(LetterRow).where(LetterRow.recipient == FURTHER))
    assert {
        words: found(words) for words in (asha.name, "Safari on iPhone", "198.51.100.7", *SECRETS) if found(words)
    } == {}
    assert sweeps.look_again(now() + HOUR) == 0


def test_a_last_letter_that_waits_longer_is_waited_for(site, asha):
    leave(asha)
    sweeps.close_accounts(now())

    assert [sweeps.look_again(now() + HOUR), sweeps.look_again(now() + HOUR)] == [1, 1]
    assert [letter.subject for letter in site.letters] == ["Your account is closed"]
    assert [sweeps.look_again(now() + HOUR), sweeps.look_again(now() + HOUR)] == [1, 0]


def test_the_log_says_that_it_was_closed_and_names_nobody(site, asha):
    leave(asha)
    sweeps.close_accounts(now())

    (line,) = db.session.query(AuditEvent).filter_by(verb="account_closed")
    assert (line.about_id, line.actor_id, line.facts) == (asha.user_id, None, {})


@pytest.mark.parametrize(
    "change",
    [
        {"member_text": "other words"},
        {"internal_note": "other words"},
        {"actor_name": "Somebody"},
        {"what": "approved"},
        {"state_after": "approved"},
        {"member_text": "", "sequence": 9},
    ],
)
def test_the_database_lets_words_of_an_erased_claim_go_and_nothing_else(site, asha, bruno, casey, change):
    filled = fill(asha, bruno, casey)
    with unit_of_work():
        db.session.execute(update(Claim).where(Claim.id == filled.claim).values(erased_at=now()))

    with pytest.raises(DatabaseError, match="append-only"), unit_of_work():
        db.session.execute(update(ClaimEvent).where(ClaimEvent.claim_id == filled.claim).values(**change))


def test_the_database_keeps_the_words_of_every_other_claim(site, asha, bruno, casey):
    filled = fill(asha, bruno, casey)

    with pytest.raises(DatabaseError, match="append-only"), unit_of_work():
        db.session.execute(update(ClaimEvent).where(ClaimEvent.claim_id == filled.claim).values(member_text=""))
