"""Small pictures of order confirmations, drawn once for each claim that has one."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from portal import programme
from portal.claims.models import Evidence
from portal.demo.books import Books, Row
from portal.demo.people import Person
from portal.storage.picture import dhash
from portal.storage.store import Store

MOST_PICTURES = 150
SIZE = (585, 1266)
THUMB = (160, 346)
CARD = (856, 540)
GROUND, INK, SOFT = (250, 252, 251), (24, 30, 27), (110, 118, 114)


@dataclass(slots=True)
class Album:
    """Draws, stores and notes the pictures of the demo's claims."""

    books: Books
    store: Store
    left: int = MOST_PICTURES

    def add(self, claim: Row, person: Person, *, subject: str, when: datetime, line: Row) -> None:
        """Note one picture that went with a line of a claim, as long as there is paper."""
        if not self.left:
            return
        self.left -= 1
        picture = _draw(subject, when, claim["expected_points"])
        shown, thumb = _jpeg(picture), _jpeg(picture.resize(THUMB))
        keys = self._new_key(), self._new_key()
        self.store.put(keys[0], shown)
        self.store.put(keys[1], thumb)
        self.books.add(
            Evidence,
            claim_id=claim["id"],
            uploaded_by_id=person.user_id,
            idempotency_key=claim["id"].hex,
            position=1,
            kind="order_confirmation",
            file_name=f"order-{subject.replace(' ', '-')}.png",
            sha256=hashlib.sha256(shown).hexdigest(),
            claimed_sha256="",
            dhash=dhash(picture),
            detected_type="png",
            original_bytes=len(shown) * 4,
            shown_bytes=len(shown),
            width=SIZE[0],
            height=SIZE[1],
            storage_key=keys[0],
            thumb_key=keys[1],
            uploaded_at=line["at"] - timedelta(minutes=2),
            sent_with_id=line["id"],
            compared_at=line["at"],
            removed_at=None,
            retention_until=None,
        )

    def _new_key(self) -> str:
        name = self.books.new_id().hex
        return f"evidence/{name[:2]}/{name[2:4]}/{name}"


def document(name: str, born: date) -> bytes:
    """Draw something like an identity card."""
    picture = Image.new("RGB", CARD, GROUND)
    pen = ImageDraw.Draw(picture)
    large, small = ImageFont.load_default(34), ImageFont.load_default(24)
    pen.rectangle((0, 0, CARD[0], 90), fill=(236, 238, 237))
    pen.text((40, 26), "Specimen of an identity card", INK, font=large)
    pen.rectangle((40, 140, 270, 430), fill=(224, 229, 226))
    for row, (label, value) in enumerate((("Name", name), ("Date of birth", f"{born:%d %b %Y}"))):
        pen.text((320, 150 + row * 110), label, SOFT, font=small)
        pen.text((320, 184 + row * 110), value, INK, font=large)
    return _jpeg(picture)


def _draw(subject: str, when: datetime, points: int) -> Image.Image:
    club = programme.current().club
    picture = Image.new("RGB", SIZE, GROUND)
    pen = ImageDraw.Draw(picture)
    large, small = ImageFont.load_default(34), ImageFont.load_default(24)
    pen.rectangle((0, 0, SIZE[0], 110), fill=(236, 238, 237))
    pen.text((40, 34), "Order confirmation", INK, font=large)
    facts = (("Order", subject), ("Placed", f"{when:%d %b %Y, %H:%M}"), ("Points", str(points)))
    for row, (name, value) in enumerate(facts):
        pen.text((40, 160 + row * 64), name, SOFT, font=small)
        pen.text((240, 160 + row * 64), value, INK, font=small)
    for row in range(4):
        pen.rectangle((40, 420 + row * 150, 160, 530 + row * 150), fill=(224, 229, 226))
        pen.line((190, 455 + row * 150, 430, 455 + row * 150), fill=SOFT, width=6)
        pen.line((190, 490 + row * 150, 330, 490 + row * 150), fill=SOFT, width=4)
    pen.text((40, 1120), club.adults_only, SOFT, font=small)
    return picture


def _jpeg(picture: Image.Image) -> bytes:
    data = BytesIO()
    picture.save(data, "JPEG", quality=78)
    return data.getvalue()
