"""Pictures: allowed, checked and kept outside of any transaction, then written down in one."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from portal import programme
from portal.accounts.models import Allowance
from portal.accounts.sealing import Seals
from portal.claims.models import Claim, Evidence
from portal.claims.queries import Picture
from portal.claims.rules import OPEN_STATES, ClaimState
from portal.claims.service.moves import StaleClaim, locked
from portal.claims.service.originals import Original, seal
from portal.db import db
from portal.errors import NotFound, Refused
from portal.storage.images import StoredImage, check_and_reencode
from portal.storage.scanner import scan
from portal.storage.store import Store, new_key

DAY_SECONDS = 86_400
FOLDER = "evidence"
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Intake:
    """A checked picture whose files lie in the store, and what is remembered of the file that was sent."""

    image: StoredImage
    storage_key: str
    thumb_key: str
    file_name: str
    key: str
    claimed_sha256: str
    id: uuid.UUID
    original: Original

    @property
    def files(self) -> list[str]:
        """Give the keys of all its files."""
        return [key for key in (self.storage_key, self.thumb_key, self.original.storage_key) if key]


def known(claim_id: uuid.UUID, key: str) -> Picture | None:
    """Find the picture an upload with this key became, so that a second try makes no second picture."""
    row = db.session.scalar(
        select(Evidence).where(
            Evidence.claim_id == claim_id, Evidence.idempotency_key == key, Evidence.removed_at.is_(None)
        )
    )
    return _picture(row) if row else None


def allow(claim_id: uuid.UUID, *, at: datetime) -> None:
    """Take one of the day's uploads before the work is done; who writes from outside has limits of another kind.

    Raises StaleClaim when the claim is closed, Refused("many") when it is full, Refused("often") for the day.
    """
    claim = locked(claim_id)
    _require_room(claim)
    if claim.member_id is not None:
        _take_one_of_the_day(claim.member_id, at)


def allow_more(claim_id: uuid.UUID, *, at: datetime) -> None:
    """Take one of the day's uploads for more work on a picture that is here; raises Refused("often")."""
    claim = locked(claim_id)
    if claim.member_id is not None:
        _take_one_of_the_day(claim.member_id, at)


def keep(
    store: Store, content: bytes, *, file_name: str, key: str, claimed_sha256: str, seals: Seals, at: datetime
) -> Intake:
    """Check one file, make it anew and put it into the store, and sealed as it came; outside of any unit of work.

    Raises ImageRefused, or CouldNotKeep when the store is full. Files are filed by day, so that a sweep finds those
    whose row was never written.
    """
    scan(content)
    terms = programme.current().claims
    image = check_and_reencode(content, most_bytes=terms.evidence_mb * MEGABYTE, takes_pdf=terms.evidence_pdf)
    folder = f"{FOLDER}/{at:%Y-%m-%d}"
    evidence_id = uuid.uuid4()
    keeps = terms.original_keep_days > 0
    intake = Intake(
        image=image,
        storage_key=new_key(folder),
        thumb_key=new_key(folder),
        file_name=file_name,
        key=key,
        claimed_sha256=claimed_sha256,
        id=evidence_id,
        original=seal(store, content, about=evidence_id, seals=seals, at=at) if keeps else Original(),
    )
    store.put(intake.storage_key, image.jpeg)
    store.put(intake.thumb_key, image.thumbnail)
    return intake


def add(claim_id: uuid.UUID, intake: Intake, *, by: uuid.UUID | None, at: datetime) -> Picture | None:
    """Write a kept picture down; None when an upload with the same key was faster, and these files are not needed.

    Raises StaleClaim when the claim was closed meanwhile, Refused("many") when it is full, and Refused("twice") when
    the claim has this very picture already.
    """
    claim = locked(claim_id)
    if known(claim_id, intake.key) is not None:
        return None
    _require_room(claim)
    _require_new(claim_id, intake)
    last = db.session.scalar(select(func.max(Evidence.position)).where(Evidence.claim_id == claim_id))
    row = Evidence(
        id=intake.id,
        claim_id=claim_id,
        uploaded_by_id=by,
        idempotency_key=intake.key,
        position=(last or 0) + 1,
        kind="other",
        file_name=intake.file_name,
        sha256=intake.image.sha256,
        claimed_sha256=intake.claimed_sha256,
        dhash=intake.image.dhash,
        detected_type=intake.image.kind.name.lower(),
        original_bytes=intake.image.size,
        shown_bytes=len(intake.image.jpeg),
        width=intake.image.width,
        height=intake.image.height,
        storage_key=intake.storage_key,
        thumb_key=intake.thumb_key,
        original_key=intake.original.storage_key,
        original_key_id=intake.original.key_id,
        had_place=intake.image.had_place,
        uploaded_at=at,
    )
    db.session.add(row)
    db.session.flush()
    return _picture(row)


def remove(claim_id: uuid.UUID, evidence_id: uuid.UUID) -> list[str]:
    """Take a picture back before it is sent; give its files, to be deleted once this is committed.

    Raises NotFound for one that is not there or has been sent.
    """
    locked(claim_id)
    row = db.session.scalar(
        select(Evidence).where(
            Evidence.id == evidence_id, Evidence.claim_id == claim_id, Evidence.sent_with_id.is_(None)
        )
    )
    if row is None:
        raise NotFound
    keys = files_of(row)
    db.session.delete(row)
    db.session.flush()
    return keys


def files_of(row: Evidence) -> list[str]:
    """Give the keys of all files of a picture."""
    return [key for key in (row.storage_key, row.thumb_key, row.original_key) if key]


def _take_one_of_the_day(member_id: uuid.UUID, at: datetime) -> None:
    """Count an upload, good or bad; they come back evenly, and the member's lock keeps two from being one."""
    most = programme.current().claims.upload_per_day
    key = f"upload:{member_id}"
    counter = db.session.get(Allowance, key, populate_existing=True)
    if counter is None:
        counter = Allowance(key=key, spent=0.0, streak=0, refreshed_at=at)
        db.session.add(counter)
    passed = max((at - counter.refreshed_at).total_seconds(), 0.0)
    counter.spent = max(counter.spent - passed * most / DAY_SECONDS, 0.0) + 1
    counter.refreshed_at = max(at, counter.refreshed_at)
    if counter.spent > most:
        raise Refused("often")
    db.session.flush()


def _require_room(claim: Claim) -> None:
    if claim.state is not ClaimState.DRAFT and claim.state not in OPEN_STATES:
        raise StaleClaim(claim)
    waiting = select(func.count()).where(
        Evidence.claim_id == claim.id, Evidence.sent_with_id.is_(None), Evidence.removed_at.is_(None)
    )
    if (db.session.scalar(waiting) or 0) >= programme.current().claims.evidence_max:
        raise Refused("many")


def _require_new(claim_id: uuid.UUID, intake: Intake) -> None:
    """Refuse a picture the claim has: the same file, or made smaller from the same file on its way here."""
    digests = sorted({intake.image.sha256, intake.claimed_sha256} - {""})
    is_same = or_(Evidence.sha256.in_(digests), Evidence.claimed_sha256.in_(digests))
    here = select(Evidence.id).where(Evidence.claim_id == claim_id, Evidence.removed_at.is_(None), is_same)
    if db.session.scalar(here.limit(1)) is not None:
        raise Refused("twice")


def _picture(row: Evidence) -> Picture:
    return Picture(
        row.id,
        row.file_name,
        row.original_bytes,
        row.position,
        had_place=row.had_place,
        has_left=False,
        sent_with_id=row.sent_with_id,
    )
