"""What a known and an unknown address cost must not tell them apart."""

import statistics
import time
from collections.abc import Callable

from tests import factories
from tests.site import Site
from tools.bench.entrance import rank_distance

TRIES = 60
# Beyond this rank distance the two differ for certain; honest noise stays far below.
FARTHEST = 4.0
# A difference as small as this drowns on the way to whoever asks, however certain a clock in the same process is.
SMALL = 0.04
SUSPICIOUS = 1.5
ROUNDS = 3


def test_forgot_password_costs_the_same_for_everybody(site: Site) -> None:
    token = site.open("accounts.forgot_password").token

    assert not _told_apart(lambda email, number: _post(site, "/forgot-password", token, number, email=email))


def test_signing_in_costs_the_same_for_everybody(site: Site) -> None:
    token = site.open("accounts.sign_in").token

    assert not _told_apart(
        lambda email, number: _post(site, "/sign-in", token, number, email=email, password="not the password")
    )


def test_joining_costs_the_same_for_everybody(site: Site) -> None:
    token = site.open("accounts.join").token
    said = {"name": "Mara Lindt", "birth_date": "1991-02-28", "country": "GB", "consent": "y"}

    assert not _told_apart(
        lambda email, number: _post(site, "/join", token, number, email=email, password="violet comet nine", **said)
    )


def _post(site: Site, path: str, token: str, number: int, **fields: str) -> None:
    """Send a form straight to the portal, each time from elsewhere: proof-reading would drown the difference."""
    answer = site.client.post(
        path,
        data={"csrf_token": token, **fields},
        base_url="https://club.example",
        headers={"Sec-Fetch-Site": "same-origin"},
        environ_base={"REMOTE_ADDR": f"192.0.{number // 250}.{number % 250}"},
    )
    assert answer.status_code in {303, 422}


def _told_apart(ask: Callable[[str, int], None]) -> bool:
    """Tell whether known and unknown addresses differ, for certain and by more than a sliver.

    When a first look is not sure, more tries decide: a true difference stands out the more, the more often it is
    looked at, and noise the less.
    """
    known, unknown = _interleaved(ask, 0)
    if abs(rank_distance(known, unknown)) < SUSPICIOUS:
        return False
    for part in range(1, ROUNDS):
        more_known, more_unknown = _interleaved(ask, part)
        known, unknown = known + more_known, unknown + more_unknown
    middle, other = statistics.median(known), statistics.median(unknown)
    is_small = abs(middle - other) <= SMALL * min(middle, other)
    return abs(rank_distance(known, unknown)) >= FARTHEST and not is_small


def _interleaved(ask: Callable[[str, int], None], part: int) -> tuple[list[float], list[float]]:
    """Take the CPU time of each try, known and unknown in turns, so that a busy machine slows both alike."""
    first = part * TRIES
    emails = [factories.a_member(f"Person{first + number} Test").email for number in range(TRIES)]
    ask("warm@club.example", 2 * TRIES * ROUNDS + part)
    known, unknown = list[float](), list[float]()
    for number, email in enumerate(emails, start=first):
        pair = [(known, email), (unknown, f"nobody{number}@club.example")]
        for times, address in pair if number % 2 else reversed(pair):
            started = time.process_time()
            ask(address, 2 * number + (times is known))
            times.append(time.process_time() - started)
    return known, unknown
