"""What the desk does to a claim, for tests of what the member sees of it."""

from datetime import datetime, timedelta

from portal import programme
from portal.claims.models import Claim
from portal.claims.rules import Verdict
from portal.claims.service import desk, verdicts
from portal.claims.service.verdicts import Decision
from portal.clock import now
from portal.db import db
from portal.unit_of_work import unit_of_work
from tests import factories
from tests.cast import Person

REPLY = "We looked at your order.\nHere is what we found."


def taken(member: Person, agent: Person, **fields: object) -> Claim:
    """Make a claim the agent holds."""
    return factories.a_claim(member, taken_by=agent, **fields)  # type: ignore[arg-type]


def ask(claim: Claim, agent: Person, *, words: str = "Is it the one from work?", at: datetime | None = None) -> str:
    """Ask for the first thing the programme can ask for, and give its label."""
    thing = programme.current().asks[0]
    with unit_of_work():
        desk.ask(claim.id, thing.key, words=words, version=_version(claim), by=agent.user_id, at=at or now())
    return thing.label


def decide(
    claim: Claim, agent: Person, verdict: Verdict, *, points: int = 0, reply: str = REPLY, note: str = "among us"
) -> None:
    """Decide a held claim with the first reason that fits."""
    reason = programme.current().reasons_for(verdict.value)[0]
    decision = Decision(
        verdict, version=_version(claim), points=points, reason=reason.key, reply=reply, note=note, takes=True
    )
    with unit_of_work():
        verdicts.decide(claim.id, decision, by=agent.user_id, at=now())


def write(claim: Claim, agent: Person, words: str) -> None:
    with unit_of_work():
        desk.message(claim.id, words, version=_version(claim), by=agent.user_id, at=now())


def note(claim: Claim, agent: Person, words: str) -> None:
    with unit_of_work():
        desk.note(claim.id, words, version=_version(claim), by=agent.user_id, at=now())


def yesterday() -> datetime:
    return now() - timedelta(days=1)


def _version(claim: Claim) -> int:
    db.session.refresh(claim)
    return claim.version
