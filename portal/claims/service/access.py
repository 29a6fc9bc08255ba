"""Words of somebody who cannot get in: nobody is signed in, so an address is all we know, and they are answered there.

Whether a member has the address is not looked at here: what is done is the same for everybody.
"""

import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from portal.accounts.rules import Address
from portal.accounts.service import limits
from portal.accounts.service.limits import Limit
from portal.claims.lines import By, What
from portal.claims.models import Claim, Evidence
from portal.claims.rules import OPEN_STATES, ClaimKind, ClaimState, reference_from
from portal.claims.rules.references import BYTES_NEEDED
from portal.claims.service.drafts import discard
from portal.claims.service.moves import Actor, add_line, locked, move
from portal.claims.service.thread import is_said_twice, send_pictures_with
from portal.db import db
from portal.errors import NotFound
from portal.folding import fold

OUTSIDE = Actor(By.MEMBER)


@dataclass(frozen=True, slots=True)
class Filed:
    """What became of it: a claim of its own, or words added to the one still open under that address.

    `files` belong to nothing any more, and are to be deleted once this is committed.
    """

    claim_id: uuid.UUID
    is_new: bool
    files: list[str]


def open_draft(*, at: datetime) -> uuid.UUID:
    """Make a place for pictures that come before the words are sent."""
    draft = _draft(at)
    db.session.add(draft)
    db.session.flush()
    return draft.id


def send(draft_id: uuid.UUID | None, address: Address, words: str, *, limit: Limit, at: datetime) -> Filed | None:
    """File what somebody wrote, with the pictures of their draft; None when this address had too much of it already.

    One claim is open for one address: the limit's lock keeps two from being opened at once.
    """
    if limits.spend((limit, address.canonical), at=at):
        return None
    draft = _living_draft(draft_id)
    opened = _open_claim(address)
    if opened is not None:
        return Filed(opened.id, is_new=False, files=_add(opened, draft, words, at))
    claim = draft or _draft(at)
    claim.contact_email = address.canonical
    claim.statement = words
    claim.search_text = fold(claim.reference, address.canonical)
    db.session.add(claim)
    db.session.flush()
    line = move(claim, ClaimState.SUBMITTED, what=What.SENT, actor=OUTSIDE, at=at, member_text=words)
    send_pictures_with(line)
    return Filed(claim.id, is_new=True, files=[])


def _draft(at: datetime) -> Claim:
    return Claim(
        id=uuid.uuid4(),
        reference=reference_from(secrets.token_bytes(BYTES_NEEDED)),
        kind=ClaimKind.ACCESS,
        state=ClaimState.DRAFT,
        created_at=at,
        changed_at=at,
    )


def _living_draft(draft_id: uuid.UUID | None) -> Claim | None:
    """Lock a draft; one that was sent from another window, or swept up, is none."""
    try:
        draft = locked(draft_id) if draft_id else None
    except NotFound:
        return None
    return draft if draft is not None and draft.state is ClaimState.DRAFT else None


def _open_claim(address: Address) -> Claim | None:
    """Lock the claim that is open under an address; one that was closed while we waited for its lock is none."""
    wanted = (
        select(Claim)
        .where(
            Claim.state.in_(sorted(OPEN_STATES)),
            Claim.kind == ClaimKind.ACCESS,
            Claim.contact_email == address.canonical,
        )
        .limit(1)
        .with_for_update()
    )
    return db.session.scalar(wanted.execution_options(populate_existing=True))


def _add(claim: Claim, draft: Claim | None, words: str, at: datetime) -> list[str]:
    """Write further words into an open claim; the same again, from a double tap, are not written twice."""
    files: list[str] = []
    if draft is not None:
        _hand_on_pictures(draft, claim)
        files = discard(draft.id)
    if not is_said_twice(claim, words, at):
        send_pictures_with(add_line(claim, What.MESSAGE, actor=OUTSIDE, at=at, member_text=words))
    return files


def _hand_on_pictures(draft: Claim, claim: Claim) -> None:
    """Move the pictures of a draft to the claim, but for those it has already."""
    last = db.session.scalar(select(func.max(Evidence.position)).where(Evidence.claim_id == claim.id)) or 0
    mine = select(Evidence).where(Evidence.claim_id == draft.id).order_by(Evidence.position)
    for picture in db.session.scalars(mine).all():
        is_same = or_(Evidence.sha256 == picture.sha256, Evidence.idempotency_key == picture.idempotency_key)
        if db.session.scalar(select(Evidence.id).where(Evidence.claim_id == claim.id, is_same).limit(1)) is None:
            last += 1
            picture.claim_id, picture.position = claim.id, last
            db.session.flush()
