"""A rule that gives a member so much in a month and no more."""

from datetime import date

from portal import programme
from portal.programme import EarnRule

RULE = EarnRule(
    activity="order",
    version="capped",
    valid_from=date(2022, 1, 1),
    points_per_unit=1,
    excludes=("delivery",),
    minimum_minor=1000,
    member_cap=100,
    text="A point a pound, 100 in a month at the most.",
)


def use_rule() -> programme.Programme:
    club = programme.current()
    others = tuple(rule for rule in club.rules if rule.activity != "order")
    programme.use(club.model_copy(update={"rules": (RULE, *others)}))
    return club
