"""A file that comes in parts over a bad line: each part is kept as it comes, the whole is put together and checked.

Where a file stands is a row, so any process may take the next part. A part counts once: whoever comes second with the
same one is told where the file stands.
"""

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from portal import programme
from portal.claims.models import Upload, UploadPart
from portal.claims.service import evidence
from portal.claims.service.evidence import MEGABYTE
from portal.claims.service.moves import locked
from portal.db import db
from portal.errors import NotFound, Refused
from portal.storage.store import NotKept, Store, new_key

FOLDER = "parts"
# All parts but the last are at least so large, so that a file has a few hundred of them at most.
LEAST_BYTES = 64 * 1024
KEPT_HOURS = 24
# Of one claim, on their way at once: some will be refused, so there are more than may stay.
MOST_AT_ONCE = 10


@dataclass(frozen=True, slots=True)
class Part:
    """One part as it came: where it begins, and what is said of the whole file each time."""

    key: str
    total: int
    begins_at: int
    content: bytes
    sha256: str = ""

    @property
    def ends_at(self) -> int:
        """Give where the next part begins."""
        return self.begins_at + len(self.content)

    @property
    def is_whole(self) -> bool:
        """Tell whether this is all of the file."""
        return self.begins_at == 0 and 0 < self.total == len(self.content)

    @property
    def is_as_promised(self) -> bool:
        """Tell whether this is the file whose digest was sent with it."""
        return self.sha256 in {"", hashlib.sha256(self.content).hexdigest()}


class Elsewhere(Refused):
    """Not the part that comes next: the file stands at `received`."""

    def __init__(self, received: int) -> None:
        """Carry where to go on."""
        super().__init__("elsewhere")
        self.received = received


def expect(claim_id: uuid.UUID, part: Part, *, at: datetime) -> int:
    """Give how much of a file is here; its first part makes room for it and takes one of the day's uploads.

    Raises Elsewhere for a part that does not come next, Refused("large"), Refused("bad_part") for what cannot be, and
    whatever evidence.allow raises.
    """
    upload = _find(claim_id, part.key)
    if not part.content:
        return upload.received if upload else 0
    _require_sound(part)
    if upload is None:
        if part.begins_at:
            raise Elsewhere(0)
        upload = _begin(claim_id, part, at)
    if (upload.total, upload.sha256) != (part.total, part.sha256):
        raise Refused("bad_part")
    if upload.received != part.begins_at and not is_complete(upload.received, part):
        raise Elsewhere(upload.received)
    return upload.received


def is_complete(received: int, part: Part) -> bool:
    """Tell whether all of the file is here."""
    return received == part.total > 0


def put(store: Store, content: bytes, *, at: datetime) -> str:
    """Keep the bytes of a part, outside of any unit of work; raises CouldNotKeep."""
    key = new_key(f"{FOLDER}/{at:%Y-%m-%d}")
    store.put(key, content)
    return key


def add(claim_id: uuid.UUID, part: Part, storage_key: str) -> int:
    """Count a kept part and give how much is here now; raises Elsewhere when the same part was faster."""
    grown = db.session.scalar(
        update(Upload)
        .where(
            Upload.claim_id == claim_id,
            Upload.idempotency_key == part.key,
            Upload.total == part.total,
            Upload.received == part.begins_at,
        )
        .values(received=part.ends_at)
        .returning(Upload.id)
    )
    if grown is None:
        upload = _find(claim_id, part.key)
        raise Elsewhere(upload.received if upload else 0)
    db.session.add(UploadPart(upload_id=grown, begins_at=part.begins_at, storage_key=storage_key))
    db.session.flush()
    return part.ends_at


def keys_of(claim_id: uuid.UUID, key: str) -> tuple[str, list[str]]:
    """Give the digest that was promised for the whole, and where its parts lie, in order."""
    upload = _find(claim_id, key)
    if upload is None:
        return "", []
    wanted = select(UploadPart.storage_key).where(UploadPart.upload_id == upload.id).order_by(UploadPart.begins_at)
    return upload.sha256, list(db.session.scalars(wanted))


def whole(store: Store, keys: Iterable[str], *, total: int, sha256: str) -> bytes | None:
    """Put the parts together; None when they are not the file that was promised."""
    try:
        content = b"".join(store.get(key) for key in keys)
    except NotKept:
        return None
    if len(content) != total or (sha256 and hashlib.sha256(content).hexdigest() != sha256):
        return None
    return content


def drop(claim_id: uuid.UUID, key: str | None = None) -> list[str]:
    """Forget one file of a claim that came in parts, or all; give the parts, to be deleted once this is committed."""
    wanted = [Upload.claim_id == claim_id]
    if key is not None:
        wanted.append(Upload.idempotency_key == key)
    return _drop(db.session.scalars(select(Upload.id).where(*wanted)).all())


def drop_unfinished(*, at: datetime, limit: int = 100) -> list[str]:
    """Forget files whose rest never came, or which were put together in a process that died."""
    old = Upload.begun_at <= at - timedelta(hours=KEPT_HOURS)
    return _drop(db.session.scalars(select(Upload.id).where(old).limit(limit)).all())


def _find(claim_id: uuid.UUID, key: str) -> Upload | None:
    wanted = select(Upload).where(Upload.claim_id == claim_id, Upload.idempotency_key == key)
    return db.session.scalar(wanted.execution_options(populate_existing=True))


def _require_sound(part: Part) -> None:
    if part.total > programme.current().claims.evidence_mb * MEGABYTE:
        raise Refused("large")
    is_last = part.ends_at == part.total
    if part.begins_at < 0 or part.ends_at > part.total or not (is_last or len(part.content) >= LEAST_BYTES):
        raise Refused("bad_part")


def _begin(claim_id: uuid.UUID, part: Part, at: datetime) -> Upload:
    """Make the row under the claim's lock: of two first parts at once the second finds it."""
    try:
        locked(claim_id)
    except NotFound:
        raise Refused("gone") from None
    upload = _find(claim_id, part.key)
    if upload is not None:
        return upload
    here = select(func.count()).where(Upload.claim_id == claim_id)
    if (db.session.scalar(here) or 0) >= MOST_AT_ONCE:
        raise Refused("many")
    evidence.allow(claim_id, at=at)
    upload = Upload(
        claim_id=claim_id,
        idempotency_key=part.key,
        total=part.total,
        received=0,
        sha256=part.sha256,
        begun_at=at,
    )
    db.session.add(upload)
    db.session.flush()
    return upload


def _drop(ids: Iterable[uuid.UUID]) -> list[str]:
    wanted = list(ids)
    if not wanted:
        return []
    gone = db.session.scalars(
        delete(UploadPart).where(UploadPart.upload_id.in_(wanted)).returning(UploadPart.storage_key)
    )
    files = list(gone)
    db.session.execute(delete(Upload).where(Upload.id.in_(wanted)))
    return files
