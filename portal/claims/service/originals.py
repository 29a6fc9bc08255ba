"""The files as they were sent: kept sealed for a while, for whoever must see more than the picture made anew."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from portal.accounts.sealing import Sealed, Seals
from portal.claims.models import Evidence
from portal.db import db
from portal.storage.store import Store, new_key

# Apart from the pictures that are shown: no route that shows pictures ever names a file in here.
FOLDER = "originals"
AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Original:
    """Where the sealed file lies, and the name of the key that opens it."""

    storage_key: str = ""
    key_id: str = ""


def seal(store: Store, content: bytes, *, about: uuid.UUID, seals: Seals, at: datetime) -> Original:
    """Keep a file as it came, for one picture: in the place of another one's it does not open."""
    sealed = seals.seal(content, about=about)
    key = new_key(f"{FOLDER}/{at:%Y-%m-%d}")
    store.put(key, sealed.content)
    return Original(key, sealed.key_id)


def unseal(store: Store, original: Original, *, about: uuid.UUID, seals: Seals) -> bytes:
    """Give a file as it came; raises NotKept when it is gone, LookupError when its key is."""
    return seals.open(Sealed(store.get(original.storage_key), original.key_id), about=about)


def outdated(*, at: datetime) -> Sequence[uuid.UUID]:
    """List pictures whose original is not to be kept any longer."""
    wanted = select(Evidence.id).where(Evidence.original_until <= at, Evidence.original_key != "")
    return db.session.scalars(wanted.limit(AT_ONCE)).all()


def forget(evidence_id: uuid.UUID) -> list[str]:
    """Note that an original is gone, and give the key of its file, to be deleted once this is committed."""
    row = db.session.get(Evidence, evidence_id, populate_existing=True)
    if row is None or not row.original_key:
        return []
    gone, row.original_key = row.original_key, ""
    db.session.flush()
    return [gone]
