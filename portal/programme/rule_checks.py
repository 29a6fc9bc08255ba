"""What must hold for the rules by which points are reckoned."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

from portal.programme.earning import Activity, EarnRule, Promotion
from portal.programme.faults import Fault
from portal.programme.lines import Place


def check_rules(
    rules: Mapping[int, EarnRule], activities: Mapping[int, Activity], known: frozenset[str]
) -> Iterator[Fault]:
    """Find what is wrong with each rule and between the versions; `known` are the keys of all activities."""
    without_amount = {activity.key for activity in activities.values() if not activity.has_amount}
    for position, rule in rules.items():
        place = ("rules", position)
        if rule.activity not in known:
            yield Fault((*place, "activity"), f"{rule.activity!r} is no activity of this programme")
        elif rule.activity in without_amount:
            yield from _needs_no_amount(place, rule)
        if (rule.points_per_unit is None) == (rule.fixed is None):
            yield Fault(place, "give either points_per_unit or fixed")
        if rule.valid_until and rule.valid_until < rule.valid_from:
            yield Fault((*place, "valid_until"), f"{rule.valid_until} is before {rule.valid_from}")
        yield from _multiplier(place, rule)
        yield from _promotions(place, rule)
        yield from _caps(place, rule)
        yield from _excludes(place, rule)
    yield from _versions(rules)


def _needs_no_amount(place: Place, rule: EarnRule) -> Iterator[Fault]:
    if rule.points_per_unit or rule.minimum_minor:
        yield Fault(place, f"{rule.activity!r} has no amount that points could be counted by")
    if rule.excludes:
        yield Fault((*place, "excludes"), f"{rule.activity!r} has no amount that anything could be left out of")
    for number, promotion in enumerate(rule.promotions):
        if promotion.minimum_minor is not None:
            message = f"{rule.activity!r} has no amount that could reach a minimum"
            yield Fault((*place, "promotions", number, "minimum_minor"), message)


def _multiplier(place: Place, rule: EarnRule) -> Iterator[Fault]:
    first, last = rule.multiplier_from, rule.multiplier_until
    if (first is None) != (last is None):
        yield Fault(place, "give both multiplier_from and multiplier_until, or neither")
    elif first and last and last < first:
        yield Fault((*place, "multiplier_until"), f"{last} is before {first}")
    elif first and last and not (rule.is_valid_on(first) and rule.is_valid_on(last)):
        yield Fault((*place, "multiplier_from"), "the multiplier's days lie outside the days of this version")
    if rule.multiplier != 1 and not rule.multiplier_label.strip():
        yield Fault((*place, "multiplier"), "multiplier_label must tell members what this is")


def _promotions(place: Place, rule: EarnRule) -> Iterator[Fault]:
    seen: set[str] = set()
    for number, promotion in enumerate(rule.promotions):
        here = (*place, "promotions", number)
        if promotion.key in seen:
            yield Fault((*here, "key"), f"{promotion.key!r} is there twice")
        seen.add(promotion.key)
        if not promotion.label.strip():
            yield Fault((*here, "label"), "must tell members what this is")
        if promotion.last < promotion.first:
            yield Fault((*here, "last"), f"{promotion.last} is before {promotion.first}")
        elif not (rule.is_valid_on(promotion.first) and rule.is_valid_on(promotion.last)):
            yield Fault((*here, "first"), "the promotion's days lie outside the days of this version")
        yield from _gain(here, promotion)


def _gain(place: Place, promotion: Promotion) -> Iterator[Fault]:
    if promotion.multiplier < 1:
        yield Fault((*place, "multiplier"), f"a promotion gives more, and {promotion.multiplier} gives less")
    elif promotion.multiplier == 1 and not promotion.bonus:
        yield Fault(place, "a promotion gives more: it needs a multiplier or a bonus")


def _caps(place: Place, rule: EarnRule) -> Iterator[Fault]:
    """Find limits that can never be reached: whoever wrote them meant something else."""
    if rule.cap is not None and rule.fixed is not None and rule.fixed > rule.cap:
        yield Fault((*place, "cap"), f"{rule.fixed} fixed points are above the cap of {rule.cap}")
    if rule.cap is not None and rule.member_cap is not None and rule.cap > rule.member_cap:
        message = f"{rule.member_cap} for a member is below the cap of {rule.cap} for one activity"
        yield Fault((*place, "member_cap"), message)
    if rule.member_cap is None and "member_cap_period" in rule.model_fields_set:
        yield Fault((*place, "member_cap_period"), "member_cap must say how many points")


def _excludes(place: Place, rule: EarnRule) -> Iterator[Fault]:
    for number, category in enumerate(rule.excludes):
        if category in rule.excludes[:number]:
            yield Fault((*place, "excludes", number), f"{category!r} is there twice")


def _versions(rules: Mapping[int, EarnRule]) -> Iterator[Fault]:
    """Compare the versions of each activity: no name twice, no day with two rules."""
    names: set[tuple[str, str]] = set()
    for position, rule in sorted(rules.items()):
        if (rule.activity, rule.version) in names:
            yield Fault(("rules", position, "version"), f"{rule.version!r} of {rule.activity!r} is there twice")
        names.add((rule.activity, rule.version))
    in_order = sorted(rules.items(), key=lambda numbered: (numbered[1].activity, numbered[1].valid_from))
    for (_, earlier), (position, later) in pairwise(in_order):
        if earlier.activity == later.activity and earlier.is_valid_on(later.valid_from):
            message = f"{later.version!r} begins on {later.valid_from}, while {earlier.version!r} is still valid"
            yield Fault(("rules", position, "valid_from"), message)
