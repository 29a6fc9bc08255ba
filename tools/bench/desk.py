"""The desk at 5,000 claims: CPU beside a bare Flask, statements, eight agents on one claim, a stale page."""

import re
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

from flask.testing import FlaskClient
from sqlalchemy import select

from portal.accounts.models import User
from portal.accounts.rules import Role
from portal.claims.models import Claim
from portal.claims.rules import ClaimState
from portal.claims.service import desk
from portal.claims.service.desk import Taken
from portal.clock import now
from portal.db import db
from portal.unit_of_work import unit_of_work
from tools.bench.ground import BASE_URL, Ground, bare_flask, counting_statements
from tools.bench.rows import Row, at_most, cpu_ratio

CLAIMS = 5000
LIST_MS, CLAIM_MS, SEARCH_MS = 15.0, 19.0, 30.0
STATEMENTS = 6
AGENTS = 8
OK, CONFLICT = 200, 409


def measure(ground: Ground) -> list[Row]:
    """Measure every row of this file."""
    casey = ground.client("casey@club.example")
    with ground.app.app_context():
        wanted = select(Claim.id).where(Claim.state == ClaimState.SUBMITTED).order_by(Claim.due_at).limit(3)
        first, second, third = db.session.scalars(wanted).all()
    return [
        _page(ground, casey, "/care/", "list", LIST_MS),
        _page(ground, casey, f"/care/claims/{first}", "claim page", CLAIM_MS),
        _search(casey),
        _eight_on_one(ground, second),
        _stale(ground, casey, third),
    ]


def _page(ground: Ground, casey: FlaskClient, path: str, name: str, most: float) -> Row:
    bare = bare_flask()
    ratio = cpu_ratio(
        lambda: _ok(casey.get(path, base_url=BASE_URL)), lambda: bare.get("/"), times_first=20, times_second=400
    )
    with counting_statements(ground.app) as seen:
        _ok(casey.get(path, base_url=BASE_URL))
    reads = sum(1 for statement in seen if statement.lstrip().upper().startswith(("SELECT", "WITH")))
    spent = ratio.seconds_of_first * 1000
    quick = at_most(ratio, most / (ratio.seconds_of_second * 1000))
    return Row(
        "desk",
        f"{name} at {CLAIMS:,} claims, CPU with SQLite in it; statements",
        f"<= {most:.0f} ms; <= {STATEMENTS}",
        f"{spent:.1f} ms, {reads} statements",
        f"bare Flask {ratio.seconds_of_second * 1000:.3f} ms",
        quick and reads <= STATEMENTS,
        {"cpu_ms": spent, "statements": reads, "of_bare": 1 / ratio.median},
    )


def _search(casey: FlaskClient) -> Row:
    times = []
    for word in ("guest", "confirmation", "novak", "okafor", "error", "friend", "7041", "ladder"):
        started = time.perf_counter()
        _ok(casey.get("/care/", query_string={"find": word, "view": "all"}, base_url=BASE_URL))
        times.append((time.perf_counter() - started) * 1000)
    times.sort()
    median = times[len(times) // 2]
    return Row(
        "desk",
        "search one word, p50",
        f"<= {SEARCH_MS:.0f} ms",
        f"{median:.1f} ms",
        "",
        median <= SEARCH_MS,
        {"p50_ms": median},
    )


def _eight_on_one(ground: Ground, claim_id: object) -> Row:
    """Let eight agents take one claim at the same moment: one gets it, the others learn who."""
    with ground.app.app_context():
        with unit_of_work():
            agents = [_another_agent(number) for number in range(AGENTS)]
        names = {agent.id: agent.name for agent in db.session.scalars(select(User).where(User.id.in_(agents)))}

    def take(agent: uuid.UUID) -> str:
        with ground.app.app_context():
            try:
                with unit_of_work():
                    desk.take(claim_id, by=agent, at=now())  # type: ignore[arg-type]
            except Taken as taken:
                return taken.who
            return ""

    with ThreadPoolExecutor(AGENTS) as threads:
        answers = list(threads.map(take, agents))
    winners = [names[agent] for agent, answer in zip(agents, answers, strict=True) if not answer]
    told = {answer for answer in answers if answer}
    return Row(
        "desk",
        f"{AGENTS} agents take one claim at once",
        "one wins, the others see who",
        f"{len(winners)} won, {AGENTS - len(winners)} told {', '.join(sorted(told))}",
        "",
        len(winners) == 1 and told == set(winners),
    )


def _another_agent(number: int) -> uuid.UUID:
    email, at = f"agent{number}@club.example", now()
    user = User(
        email=email,
        email_canonical=email,
        password_hash="",
        password_changed_at=at,
        role=Role.AGENT,
        name=f"Agent {number}",
        locale="en_GB",
        created_at=at,
    )
    db.session.add(user)
    db.session.flush()
    return user.id


def _stale(ground: Ground, casey: FlaskClient, claim_id: object) -> Row:
    """Decide from a page that a colleague has overtaken: 409, and the words are still there."""
    words = "Typed before the colleague was faster"
    page = casey.get(f"/care/claims/{claim_id}", base_url=BASE_URL).get_data(as_text=True)
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    casey.post(f"/care/claims/{claim_id}/lease", base_url=BASE_URL, headers=_own(), data={"csrf_token": token})
    page = casey.get(f"/care/claims/{claim_id}", base_url=BASE_URL).get_data(as_text=True)
    form = re.search(rf'<form[^>]+action="/care/claims/{claim_id}/decision".*?</form>', page, re.DOTALL)
    assert form, "the claim page has no verdict form"
    version = re.search(r'name="version"[^>]* value="(\d+)"', form[0])
    assert version
    with ground.app.app_context():
        noor = db.session.scalars(select(User.id).where(User.email_canonical == "noor@club.example")).one()
        casey_id = db.session.scalars(select(User.id).where(User.email_canonical == "casey@club.example")).one()
        with unit_of_work():
            desk.release(claim_id, by=casey_id, at=now())  # type: ignore[arg-type]
        with unit_of_work():
            desk.take(claim_id, by=noor, at=now())  # type: ignore[arg-type]
    answer = casey.post(
        f"/care/claims/{claim_id}/decision",
        base_url=BASE_URL,
        headers=_own(),
        data={"csrf_token": token, "version": version[1], "verdict": "decline", "reason": "not_found", "reply": words},
    )
    kept = words in answer.get_data(as_text=True)
    return Row(
        "desk",
        "decision from a stale page",
        "409, text kept",
        f"{answer.status_code}, text {'kept' if kept else 'lost'}",
        "",
        answer.status_code == CONFLICT and kept,
    )


def _own() -> dict[str, str]:
    return {"Sec-Fetch-Site": "same-origin"}


def _ok(response: object) -> None:
    status = getattr(response, "status_code", 0)
    assert status == OK, status
