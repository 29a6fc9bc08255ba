"""Who is not in yet: two who are joining, one of them with a document at the desk, and one who cannot get in."""

from datetime import datetime, timedelta

from portal import programme
from portal.accounts.models import AgeCheck, Member
from portal.accounts.rules import MemberState
from portal.claims.lines import By, What
from portal.claims.models import Claim, ClaimEvent
from portal.claims.rules import ClaimKind, ClaimState, reference_from, verdict_due
from portal.demo import people
from portal.demo.books import Books, Row
from portal.demo.histories import History
from portal.demo.people import Person
from portal.demo.pictures import document
from portal.folding import fold
from portal.storage.store import Store
from portal.working_days import calendar_of

NEWCOMER = ("mara@club.example", "Mara Lindt")
CHECKED = ("theo@club.example", "Theo Brandt")
LOCKED_OUT = "petra.vance@mail.example"
WORDS = "I have a new phone, and the code never comes. I looked in the spam folder as well. It worked last week."
REFERENCE_BYTES = 16


def fill(books: Books, store: Store, *, at: datetime) -> Person:
    """Note everybody at the door and give the newcomer; call it last, so that what was before stays as it was."""
    mara = _joining(books, *NEWCOMER, at=at - timedelta(days=2))
    History(books, mara, at).earn("order", at - timedelta(days=1.2), amount_minor=70_00)
    _sends_a_document(books, store, _joining(books, *CHECKED, at=at - timedelta(days=1)), at=at - timedelta(hours=5))
    _cannot_get_in(books, at=at - timedelta(hours=3))
    return mara


def _joining(books: Books, email: str, name: str, *, at: datetime) -> Person:
    """Note somebody whose age is still to be confirmed."""
    person = people.member(books, email, name, at)
    books.rows[Member][-1] |= {"state": MemberState.PENDING_AGE.value, "age_verified_at": None}
    return person


def _sends_a_document(books: Books, store: Store, person: Person, *, at: datetime) -> None:
    name = books.new_id().hex
    key = f"ages/{at:%Y-%m-%d}/{name[:2]}/{name[2:4]}/{name}"
    store.put(key, document(person.name, books.rows[Member][-1]["birth_date"]))
    books.add(AgeCheck, member_id=person.member_id, storage_key=key, asked_at=at)


def _cannot_get_in(books: Books, *, at: datetime) -> None:
    club = programme.current()
    claim_id, reference = books.new_id(), reference_from(books.rng.randbytes(REFERENCE_BYTES))
    # The rows of a table are written with the same columns: those nobody names here are empty.
    claim: Row = dict.fromkeys(books.rows[Claim][-1]) | {
        "id": claim_id,
        "reference": reference,
        "contact_email": LOCKED_OUT,
        "kind": ClaimKind.ACCESS.value,
        "activity": "",
        "subject": "",
        "subject_key": "",
        "statement": WORDS,
        "state": ClaimState.SUBMITTED.value,
        "step": 1,
        "version": 2,
        "created_at": at,
        "changed_at": at,
        "submitted_at": at,
        "due_at": verdict_due(calendar_of(club), club.claims, at=at),
        "last_by": By.MEMBER.value,
        "reason": "",
        "search_text": fold(reference, LOCKED_OUT),
    }
    line: Row = dict.fromkeys(books.rows[ClaimEvent][-1]) | {
        "id": books.new_id(),
        "claim_id": claim_id,
        "sequence": 1,
        "what": What.SENT.value,
        "visibility": "member",
        "at": at,
        "actor_name": "",
        "by": By.MEMBER.value,
        "state_after": ClaimState.SUBMITTED.value,
        "member_text": WORDS,
        "internal_note": "",
    }
    books.rows[Claim].append(claim)
    books.rows[ClaimEvent].append(line)
