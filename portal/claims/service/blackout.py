"""Parts of a picture that nobody needs to see: burned in before it is sent, and nothing of what was there is kept."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from portal.claims.models import Evidence
from portal.claims.service.evidence import FOLDER, files_of
from portal.claims.service.moves import locked
from portal.db import db
from portal.errors import NotFound
from portal.storage.images import Box, StoredImage, check_and_reencode
from portal.storage.store import Store, new_key


@dataclass(frozen=True, slots=True)
class Burned:
    """A picture made anew with its boxes, whose files lie in the store."""

    image: StoredImage
    storage_key: str
    thumb_key: str

    @property
    def files(self) -> tuple[str, str]:
        """Give the keys of both files."""
        return self.storage_key, self.thumb_key


def burn(store: Store, storage_key: str, boxes: Sequence[Box], *, at: datetime) -> Burned:
    """Make a kept picture anew with its boxes; call it outside of any unit of work.

    Raises NotKept when it went meanwhile, ImageRefused and CouldNotKeep when we fail.
    """
    image = check_and_reencode(store.get(storage_key), boxes=boxes)
    folder = f"{FOLDER}/{at:%Y-%m-%d}"
    burned = Burned(image, new_key(folder), new_key(folder))
    store.put(burned.storage_key, image.jpeg)
    store.put(burned.thumb_key, image.thumbnail)
    return burned


def replace(claim_id: uuid.UUID, evidence_id: uuid.UUID, burned: Burned, *, instead_of: str) -> list[str]:
    """Put the burned picture in the place of what was there; give all files that show what is black now.

    They are to be deleted once this is committed. The digest of what was sent stays, so that the same file is known
    again. Raises NotFound when the picture was sent, taken back or blacked out in another window meanwhile.
    """
    locked(claim_id)
    row = db.session.scalar(
        select(Evidence)
        .where(
            Evidence.id == evidence_id,
            Evidence.claim_id == claim_id,
            Evidence.storage_key == instead_of,
            Evidence.sent_with_id.is_(None),
            Evidence.removed_at.is_(None),
        )
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound
    outdated = files_of(row)
    row.storage_key, row.thumb_key = burned.files
    # The file as it came shows what is black now.
    row.original_key = ""
    row.dhash, row.shown_bytes = burned.image.dhash, len(burned.image.jpeg)
    db.session.flush()
    return outdated
