"""What goes wrong between a shop and its members, and how often; the shares are our own assumption."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random

MEMBERS_PER_TROUBLE = 0.4
SPREAD_DAYS = 30
# What a member does: most believe an answer in their own figures, and half are at home with their second address.
BELIEVES, PROVES, HAS_PICTURE = 0.8, 0.6, 0.7


class Kind(StrEnum):
    """What is behind a trouble; the member knows none of it."""

    LATE = "late"
    LATE_MESSAGE = "late message"
    OTHER_ADDRESS = "other address"
    NAMELESS = "no name on it"
    INELIGIBLE = "not eligible"
    RETURNED = "sent back"
    NEVER_TOLD = "truly missing"
    WRONG_AMOUNT = "wrong amount"
    FRAUD = "fraud, reused picture"


MIX = (
    (Kind.LATE, 30),
    (Kind.LATE_MESSAGE, 10),
    (Kind.OTHER_ADDRESS, 15),
    (Kind.NAMELESS, 10),
    (Kind.INELIGIBLE, 10),
    (Kind.RETURNED, 10),
    (Kind.NEVER_TOLD, 7),
    (Kind.WRONG_AMOUNT, 5),
    (Kind.FRAUD, 3),
)


@dataclass(slots=True)
class Trouble:
    """One order and everything that will happen around it; amounts in the smallest coin, moments in UTC.

    `told_minor` is what the shop says it cost, `cost_minor` what it did cost. `victim` is whose order and picture a
    fraud is about.
    """

    number: int
    kind: Kind
    member: int
    happened_at: datetime
    cost_minor: int
    told_minor: int
    told_at: datetime | None
    back_at: datetime | None
    comes_at: datetime
    believes: bool
    proves: bool
    picture: str
    subject: str = ""
    victim: "Trouble | None" = field(default=None, repr=False)


def made(count: int, *, begin: datetime, seed: int) -> list[Trouble]:
    """Make so many troubles of the mix, in the order in which they happen; a seed makes the same ones again."""
    rng = Random(seed)  # noqa: S311 - stories, not secrets
    kinds = rng.choices([kind for kind, _ in MIX], [share for _, share in MIX], k=count)
    members = max(1, round(count * MEMBERS_PER_TROUBLE))
    troubles = [_made(number, kind, rng.randrange(members), begin, rng) for number, kind in enumerate(kinds)]
    troubles.sort(key=lambda trouble: trouble.happened_at)
    _steal(troubles, members, rng)
    return troubles


def _made(number: int, kind: Kind, member: int, begin: datetime, rng: Random) -> Trouble:
    happened_at = begin + timedelta(hours=rng.uniform(0, 24 * SPREAD_DAYS))
    cost = 1 if kind is Kind.INELIGIBLE else rng.randrange(20_00, 180_00)
    after = timedelta(hours=rng.uniform(1, 6))
    comes_at = happened_at + timedelta(hours=rng.uniform(20, 40) if kind is Kind.LATE else rng.uniform(72, 120))
    told_at: datetime | None = happened_at + after
    if kind is Kind.NEVER_TOLD:
        told_at = None
    elif kind is Kind.LATE_MESSAGE:
        told_at = comes_at + timedelta(hours=rng.uniform(2, 60))
    return Trouble(
        number=number,
        kind=kind,
        member=member,
        happened_at=happened_at,
        cost_minor=cost,
        told_minor=cost // 2 if kind is Kind.WRONG_AMOUNT else cost,
        told_at=told_at,
        back_at=happened_at + timedelta(hours=50) if kind is Kind.RETURNED else None,
        comes_at=comes_at,
        believes=rng.random() < BELIEVES,
        proves=rng.random() < PROVES,
        picture=f"{number:064x}" if rng.random() < HAS_PICTURE else "",
    )


def _steal(troubles: list[Trouble], members: int, rng: Random) -> None:
    """Let each fraud be about an order of somebody else, with the picture that one has sent."""
    shown = [trouble for trouble in troubles if trouble.kind in {Kind.NAMELESS, Kind.NEVER_TOLD} and trouble.picture]
    for fraud in (trouble for trouble in troubles if trouble.kind is Kind.FRAUD):
        victim = rng.choice(shown) if shown else None
        fraud.told_at, fraud.believes = None, False
        if victim is None:
            continue
        fraud.victim, fraud.picture, fraud.happened_at = victim, victim.picture, victim.happened_at
        fraud.cost_minor = victim.cost_minor
        fraud.comes_at = victim.comes_at + timedelta(hours=rng.uniform(1, 200))
        if fraud.member == victim.member:
            fraud.member = (fraud.member + 1) % members
