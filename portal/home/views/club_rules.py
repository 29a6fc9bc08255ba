"""The club's rules in one place: what people agree to when they join, and what a line's rule said in its time."""

import math
from dataclasses import dataclass
from datetime import date

from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal import programme
from portal.clock import now
from portal.home import tier_words
from portal.home.views import bp
from portal.programme import EarnRule
from portal.web.access import public, visitor
from portal.web.htmx import page

DAY_HOURS = 24


@dataclass(frozen=True, slots=True)
class Earning:
    """One activity: the rule in force today, those before it, latest first, and the days its points take."""

    name: str
    rule: EarnRule | None
    earlier: tuple[EarnRule, ...]
    days: int


@bp.get("/rules")
@public
def show_rules() -> ResponseReturnValue:
    club = programme.current()
    is_member = current_user.is_authenticated and visitor().member_id is not None
    return page(
        "home/rules.html",
        layout="layout/member.html" if is_member else "layout/door.html",
        is_member=is_member,
        programme=club,
        words=tier_words,
        earning=_earning(club, now().astimezone(club.club.zone).date()),
    )


def _earning(club: programme.Programme, today: date) -> tuple[Earning, ...]:
    return tuple(
        Earning(
            activity.name,
            club.rule_on(activity.key, today),
            tuple(
                sorted(
                    (rule for rule in club.rules if rule.activity == activity.key and _is_over(rule, today)),
                    key=lambda rule: rule.valid_from,
                    reverse=True,
                )
            ),
            math.ceil(activity.delay_hours / DAY_HOURS),
        )
        for activity in club.activities
    )


def _is_over(rule: EarnRule, today: date) -> bool:
    return rule.valid_until is not None and rule.valid_until < today
