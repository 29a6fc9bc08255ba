"""A session that lapses while an agent writes: after signing in again, the words are where they were."""

import pyotp
from sqlalchemy import update

from portal.accounts.models import UserSession
from portal.clock import now
from portal.db import db
from portal.unit_of_work import unit_of_work
from tests import factories
from tests.accounts.stepping import an_app
from tests.care.matched import a_matched_claim, bench, decide, fresh
from tests.cast import APP_SECRET, PASSWORD


def lapse():
    with unit_of_work():
        db.session.execute(update(UserSession).values(idle_until=now()))


def sign_in_again(door, casey):
    an_app(casey)
    step = door.submit("Sign in", email=casey.email, password=PASSWORD)
    return step.submit(code=pyotp.TOTP(APP_SECRET).now())


def test_verdict_is_kept_and_can_be_sent_again(site, asha, casey):
    claim, _ = a_matched_claim(asha, taken_by=casey)
    page = bench(site, casey, claim)
    lapse()

    door = decide(
        page, verdict="approve", points="60", reason="promotion_missed", reply="Kept words.", note="Kept note."
    )
    back = sign_in_again(door, casey)

    assert door.path.startswith("/sign-in")
    assert back.path.startswith(f"/care/claims/{claim.id}")
    assert [back.value(name) for name in ("verdict", "points", "reason", "reply", "note")] == [
        "approve", "60", "promotion_missed", "Kept words.", "Kept note.",
    ]  # fmt: skip
    assert fresh(claim).verdict is None
    decide(back)
    assert factories.balance_of(asha) == 60


def test_adjustment_is_kept_and_posted_once(site, asha, casey):
    page = site.as_(casey).open("care.new_adjustment", member_id=asha.member)
    lapse()

    door = page.submit("Adjust and write to Asha", points="60", reason="never_credited", words="Kept words.")
    back = sign_in_again(door, casey)

    assert (back.value("points"), back.value("reason"), back.value("words")) == ("60", "never_credited", "Kept words.")
    assert back.value("key") == page.value("key")
    back.submit("Adjust and write to Asha")
    assert factories.balance_of(asha) == 60


def test_polling_sends_to_the_door(site, asha, casey):
    factories.a_claim(asha)
    browser = site.as_(casey)
    poll = browser.open("care.show_queue").find("#claims").attrs["hx-get"]
    lapse()

    answer = browser.send("GET", poll, as_fragment=True, status=401, follow=False)

    assert answer.response.headers["HX-Redirect"].startswith("/sign-in")
