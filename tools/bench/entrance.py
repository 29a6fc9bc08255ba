"""The way in: how many sign-ins a second, whether time tells who is a member, and what knowing a visitor costs."""

import math
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count

from flask.testing import FlaskClient
from sqlalchemy import select

from portal.accounts.models import User
from portal.accounts.passwords import Passwords
from portal.db import db
from portal.demo.people import PASSWORD, PASSWORD_HASH
from tools.bench.ground import BASE_URL, Ground, counting_statements
from tools.bench.rows import Row

PAIRS = 200
# Beyond this many standard deviations two samples of 200 lie apart for certain (one in a thousand by chance).
FARTHEST = 3.3
AT_ONCE = 4
SECONDS = 4.0
LEAST_OF_BARE = 0.5
PAGES = {
    "signing in": ("/sign-in", {"password": "not the password"}),
    "a forgotten password": ("/forgot-password", {}),
    "joining": (
        "/join",
        {
            "password": "violet harbour ladder nine",
            "name": "Mara Lindt",
            "birth_date": "1991-02-28",
            "country": "GB",
            "consent": "y",
        },
    ),
}

_places = count(1)


def measure(ground: Ground) -> list[Row]:
    """Measure every row of this file."""
    with ground.app.app_context():
        members = select(User.email).where(User.role == "member", User.email.like("%@members.example"))
        emails = list(db.session.scalars(members.order_by(User.email).limit(PAIRS)))
        db.session.remove()
    return [_throughput(ground, emails), *(_overlap(ground, emails, *named) for named in PAGES.items()), _check(ground)]


def _throughput(ground: Ground, emails: list[str]) -> Row:
    """Let four browsers sign in over and over, then let as many threads do nothing but the hashing behind the gate."""
    passwords: Passwords = ground.app.extensions["passwords"]
    numbers = count()

    def sign_in() -> None:
        email = emails[next(numbers) % len(emails)]
        with ground.app.test_client() as client:
            token = _token(client, "/sign-in")
            _post(client, "/sign-in", {"csrf_token": token, "email": email, "password": PASSWORD}, (303,))

    whole = _per_second(sign_in)
    bare = _per_second(lambda: passwords.agrees(PASSWORD_HASH, PASSWORD))
    return Row(
        "A",
        f"right passwords a second, {AT_ONCE} at once, of bare hashing in the same gate",
        f">= {LEAST_OF_BARE}",
        f"{whole / bare:.2f} ({whole:.0f}/s)",
        f"hashing {bare:.0f}/s",
        whole / bare >= LEAST_OF_BARE,
        {"per_second": whole, "bare_per_second": bare},
    )


def _overlap(ground: Ground, emails: list[str], what: str, form: tuple[str, dict[str, str]]) -> Row:
    """Ask for known and unknown addresses in turns and see whether the ranks of their times can be told apart."""
    client, (path, rest) = ground.app.test_client(), form
    token = _token(client, path)
    known, unknown = list[float](), list[float]()
    for number, email in enumerate(emails):
        pair = [(known, email), (unknown, f"nobody{number:05}@members.example")]
        for times, address in pair if number % 2 else reversed(pair):
            fields = {"csrf_token": token, "email": address} | rest
            started = time.process_time()
            _post(client, path, fields, (303, 422))
            times.append(time.process_time() - started)
    distance = rank_distance(known, unknown)
    return Row(
        "B",
        f"{what}: known against unknown, {PAIRS} of each, rank test",
        f"|z| <= {FARTHEST}",
        f"{distance:+.2f}",
        f"{_middle(known):.1f} and {_middle(unknown):.1f} ms",
        abs(distance) <= FARTHEST,
        {"z": distance, "known_ms": _middle(known), "unknown_ms": _middle(unknown)},
    )


def _check(ground: Ground) -> Row:
    """Count the statements that find out who is visiting."""
    client = ground.client("asha@club.example")
    client.get("/benefits", base_url=BASE_URL)
    with counting_statements(ground.app) as seen:
        client.get("/benefits", base_url=BASE_URL)
    asked = sum("user_session" in statement for statement in seen)
    return Row("C", "statements that check a session, for each request", "1", str(asked), "", asked == 1, {"n": asked})


def rank_distance(first: list[float], second: list[float]) -> float:
    """Give the z-score of the Mann-Whitney rank test: how far apart two samples lie, in standard deviations."""
    above = sum((one > other) + 0.5 * (one == other) for one in first for other in second)
    n, m = len(first), len(second)
    return (above - n * m / 2) / math.sqrt(n * m * (n + m + 1) / 12)


def _per_second(work: Callable[[], object]) -> float:
    """Count how often a few threads get it done together."""
    end = time.monotonic() + SECONDS

    def run() -> int:
        done = 0
        while time.monotonic() < end:
            work()
            done += 1
        return done

    with ThreadPoolExecutor(AT_ONCE) as threads:
        done = sum(ended.result() for ended in [threads.submit(run) for _ in range(AT_ONCE)])
    return done / SECONDS


def _token(client: FlaskClient, path: str) -> str:
    page = client.get(path, base_url=BASE_URL).get_data(as_text=True)
    return page.partition('name="csrf_token" value="')[2].partition('"')[0]


def _post(client: FlaskClient, path: str, fields: dict[str, str], expected: tuple[int, ...]) -> None:
    """Send a form, each time from elsewhere: limits by network address are not what is measured."""
    place = next(_places)
    answer = client.post(
        path,
        data=fields,
        base_url=BASE_URL,
        headers={"Sec-Fetch-Site": "same-origin"},
        environ_base={"REMOTE_ADDR": f"198.{place // 65536}.{place // 256 % 256}.{place % 256}"},
    )
    assert answer.status_code in expected, answer.status_code


def _middle(times: list[float]) -> float:
    return sorted(times)[len(times) // 2] * 1000
