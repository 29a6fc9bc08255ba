"""Row N: finding pictures that may show the same, among very many of which most come from a few shops."""

import time
from random import Random
from uuid import UUID

from sqlalchemy import insert, select, text

from portal.claims.models import Claim, Evidence
from portal.claims.queries.near import candidates
from portal.clock import now
from portal.db import db
from portal.unit_of_work import unit_of_work
from tools.bench.ground import Ground
from tools.bench.rows import Row

SMALL, LARGE = 20_000, 1_000_000
BUDGET_MS = 20.0
SHOPS = 200
AT_ONCE = 10_000
SEARCHES = 200


def measure(place: Ground, name: str, size: int) -> Row:
    """Search for copies of pictures from crowds and of pictures of their own; the slowest twentieth counts."""
    rng = Random(11)  # noqa: S311 - pictures, not secrets
    shops = [rng.getrandbits(64) for _ in range(SHOPS)]
    with place.app.app_context():
        claim_id = db.session.scalars(select(Claim.id).limit(1)).one()
        for _ in range(size // AT_ONCE):
            with unit_of_work():
                db.session.execute(
                    insert(Evidence), [_row(claim_id, _near_to(shops, rng), rng) for _ in range(AT_ONCE)]
                )
        with unit_of_work():
            db.session.execute(text("ANALYZE"))
        taken = sorted(_timed(_near_to(shops, rng)) for _ in range(SEARCHES))
    middle, slow = taken[SEARCHES // 2], taken[SEARCHES * 95 // 100]
    return Row(
        "N",
        f"near pictures among {size:,}, {name}",
        f"p95 <= {BUDGET_MS:.0f} ms",
        f"p50 {middle:.1f} ms, p95 {slow:.1f} ms",
        "",
        slow <= BUDGET_MS,
        {"p50_ms": middle, "p95_ms": slow},
    )


def _near_to(shops: list[int], rng: Random) -> int:
    """Draw a fingerprint: half of them are some bits off a shop's template, half like no other."""
    dhash = rng.choice(shops) if rng.random() < 0.5 else rng.getrandbits(64)  # noqa: PLR2004 - half of them
    for _ in range(rng.randrange(6)):
        dhash ^= 1 << rng.randrange(64)
    return dhash - (dhash >> 63 << 64)


def _row(claim_id: UUID, dhash: int, rng: Random) -> dict[str, object]:
    name = f"{rng.getrandbits(128):032x}"
    return {
        "claim_id": claim_id,
        "idempotency_key": name,
        "position": 1,
        "file_name": "bench.png",
        "sha256": name * 2,
        "dhash": dhash,
        "detected_type": "png",
        "original_bytes": 1,
        "shown_bytes": 1,
        "width": 1,
        "height": 1,
        "storage_key": f"bench/{name}",
        "thumb_key": f"bench/{name}-small",
        "uploaded_at": now(),
        "compared_at": now(),
    }


def _timed(dhash: int) -> float:
    started = time.perf_counter()
    candidates(dhash, but_of=UUID(int=0))
    taken = time.perf_counter() - started
    db.session.rollback()
    return taken * 1000
