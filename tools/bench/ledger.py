"""Row 15: posting through the service against raw SQL of the same durability, on both databases."""

import time
import uuid
from datetime import datetime

from sqlalchemy import text

from portal.accounts.models import Member
from portal.clock import now
from portal.db import WRITES, db
from portal.points.rules import EntryKind
from portal.tiers import service as tiers
from portal.tiers.service import Posting
from portal.unit_of_work import unit_of_work
from tools.bench.ground import Ground
from tools.bench.rows import Ratio, Row, at_least

BUDGET = 0.5
POSTINGS = 150
ROUNDS = 5
RAW_READ = text("SELECT balance, status_points, sequence FROM account WHERE member_id = :member")
RAW_INSERT = text(
    "INSERT INTO entry (id, member_id, sequence, points, kind, activity, subject, happened_at, recorded_at, "
    "counts_for_tier, balance_after, reason, text, search_text, internal_note, rule_version, computation, "
    "idempotency_key) VALUES (:id, :member, :sequence, 1, 'earn', '', '', :at, :at, :yes, :balance, '', 'x', 'x', "
    "'', '', '[]', :key)"
)
RAW_UPDATE = text(
    "UPDATE account SET balance = :balance, status_points = :balance, sequence = :sequence WHERE member_id = :member"
)


def measure(ground: Ground, name: str) -> Row:
    """Post the same number of entries both ways, in turns, each in a transaction of its own."""
    with ground.app.app_context():
        members = list(db.session.scalars(db.select(Member.id).limit(2)))
        db.session.rollback()
        at = now()
        ratios, services, raws = [], [], []
        for _ in range(ROUNDS):
            services.append(_timed(lambda: _through_service(members[0], at)))
            raws.append(_timed(lambda: _raw(members[1], at)))
            ratios.append(raws[-1] / services[-1])
    ratios.sort()
    ratio = Ratio(ratios[0], ratios[len(ratios) // 2], ratios[-1], min(services), min(raws))
    return Row(
        "15",
        f"posting rate through the service against raw SQL, {name}",
        f">= {BUDGET}",
        f"{ratio} — {POSTINGS / ratio.seconds_of_first:.0f}/s",
        f"raw SQL {POSTINGS / ratio.seconds_of_second:.0f}/s",
        at_least(ratio, BUDGET),
        {"ratio": ratio.median},
    )


def _timed(work: object) -> float:
    assert callable(work)
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _through_service(member_id: uuid.UUID, at: datetime) -> None:
    for _ in range(POSTINGS):
        with unit_of_work():
            posting = Posting(
                points=1,
                kind=EntryKind.EARN,
                happened_at=at,
                counts_for_tier=True,
                text="x",
                idempotency_key=uuid.uuid4().hex,
            )
            tiers.post(member_id, posting, at=at)


def _raw(member_id: uuid.UUID, at: datetime) -> None:
    is_sqlite = db.engine.dialect.name == "sqlite"
    member: object = member_id.hex if is_sqlite else member_id
    when: object = at.replace(tzinfo=None).isoformat(" ") if is_sqlite else at
    with db.engine.connect().execution_options(**{WRITES: True}) as connection:
        for _ in range(POSTINGS):
            lock = RAW_READ if is_sqlite else text(f"{RAW_READ.text} FOR UPDATE")
            row = connection.execute(lock, {"member": member}).one()
            new = uuid.uuid4()
            facts = {"member": member, "balance": row.balance + 1, "sequence": row.sequence + 1}
            more = {"id": new.hex if is_sqlite else new, "at": when, "yes": True, "key": uuid.uuid4().hex}
            connection.execute(RAW_INSERT, facts | more)
            connection.execute(RAW_UPDATE, facts)
            connection.commit()
