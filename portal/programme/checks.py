"""What must agree between the parts of a programme."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol, get_args

from portal.programme.alone import AutomaticTerms
from portal.programme.club import Club, Tier
from portal.programme.earning import Activity, EarnRule
from portal.programme.engaging import Quiz, ReferralTerms
from portal.programme.faults import Fault
from portal.programme.handling import (
    Ask,
    ClaimTerms,
    DeskTerms,
    HelpPage,
    JoiningTerms,
    Reason,
    RecordTerms,
    Reply,
    VerdictKey,
)
from portal.programme.lines import Place
from portal.programme.quiz_checks import check_quizzes
from portal.programme.rule_checks import check_rules
from portal.programme.standing import StandingTerms
from portal.working_days import UnknownHolidays, bank_holidays

SAMPLE_YEAR = 2026
POSTING = frozenset({"approve", "part", "adjust"})


@dataclass(frozen=True, slots=True)
class Sheet:
    """The parts of a file that could be read; those of a list by their position in it."""

    club: Club | None
    tiers: Mapping[int, Tier]
    everyone: tuple[str, ...]
    activities: Mapping[int, Activity]
    rules: Mapping[int, EarnRule]
    claims: ClaimTerms | None
    automatic: AutomaticTerms | None
    desk: DeskTerms | None
    records: RecordTerms | None
    joining: JoiningTerms | None
    standing: StandingTerms | None
    referral: ReferralTerms | None
    quizzes: Mapping[int, Quiz]
    reasons: Mapping[int, Reason]
    replies: Mapping[int, Reply]
    asks: Mapping[int, Ask]
    help: Mapping[int, HelpPage]
    # The keys that stand in the file, those of faulty parts too: to name one of them is not a second fault.
    activity_keys: frozenset[str]
    reason_keys: frozenset[str]


class _Keyed(Protocol):
    @property
    def key(self) -> str: ...


def check(sheet: Sheet) -> list[Fault]:
    """Find every disagreement."""
    return [
        *_holidays(sheet),
        *_ladder(sheet),
        *_unique(sheet),
        *_activities(sheet),
        *check_rules(sheet.rules, sheet.activities, sheet.activity_keys),
        *_referral(sheet),
        *_standing(sheet),
        *_devices(sheet),
        *check_quizzes(sheet.quizzes, sheet.activities, sheet.activity_keys),
        *_desk(sheet),
        *_reasons(sheet),
        *_access(sheet),
        *_late(sheet),
        *_automatic(sheet),
        *_replies(sheet),
    ]


def _holidays(sheet: Sheet) -> Iterator[Fault]:
    if sheet.club is None:
        return
    try:
        bank_holidays(sheet.club.holidays_country, sheet.club.holidays_subdivision, SAMPLE_YEAR)
    except UnknownHolidays as error:
        key = "holidays_subdivision" if error.is_subdivision else "holidays_country"
        yield Fault(("club", key), f"no bank holidays are known for {error}")


def _ladder(sheet: Sheet) -> Iterator[Fault]:
    tiers = sorted(sheet.tiers.items())
    if tiers and tiers[0][0] == 0 and tiers[0][1].threshold != 0:
        yield Fault(("tiers", 0, "threshold"), "the first tier starts at 0, so that everybody has one")
    for (_, lower), (position, upper) in pairwise(tiers):
        if upper.threshold <= lower.threshold:
            message = f"{upper.threshold} is not above {lower.threshold}, where {lower.name} starts"
            yield Fault(("tiers", position, "threshold"), message)


def _unique(sheet: Sheet) -> Iterator[Fault]:
    yield from _twice("tiers", sheet.tiers)
    yield from _twice("activities", sheet.activities)
    yield from _twice("reasons", sheet.reasons)
    yield from _twice("asks", sheet.asks)
    yield from _twice("quizzes", sheet.quizzes)
    yield from _twice("help", sheet.help)
    for position, tier in sheet.tiers.items():
        yield from _twice("benefits", dict(enumerate(tier.benefits)), within=("tiers", position))


def _twice(name: str, parts: Mapping[int, _Keyed], within: Place = ()) -> Iterator[Fault]:
    seen: set[str] = set()
    for position, part in parts.items():
        if part.key in seen:
            yield Fault((*within, name, position, "key"), f"{part.key!r} is there twice")
        seen.add(part.key)


def _activities(sheet: Sheet) -> Iterator[Fault]:
    priced = {rule.activity for rule in sheet.rules.values()}
    for position, activity in sheet.activities.items():
        place = ("activities", position)
        if not activity.accepts(activity.reference_example):
            message = f"{activity.reference_example!r} does not fit the pattern {activity.reference_pattern!r}"
            if activity.check_digit:
                message += f" or its last sign is not the check digit by {activity.check_digit!r}"
            yield Fault((*place, "reference_example"), message)
        if activity.claimable and activity.key not in priced:
            yield Fault(place, f"{activity.key!r} can be claimed, but no rule says what it earns")


def _referral(sheet: Sheet) -> Iterator[Fault]:
    if sheet.referral is None:
        return
    wanted, place = sheet.referral.activity, ("referral", "activity")
    if wanted not in sheet.activity_keys:
        yield Fault(place, f"{wanted!r} is no activity of this programme")
    elif any(activity.key == wanted and activity.done_by != "referral" for activity in sheet.activities.values()):
        yield Fault(place, f"{wanted!r} is not done by 'referral'")
    elif all(rule.activity != wanted for rule in sheet.rules.values()):
        yield Fault(place, f"no rule says what {wanted!r} earns")


def _standing(sheet: Sheet) -> Iterator[Fault]:
    """Points that begin to lapse have a day on which that begins, so that letters can go out before it."""
    terms = sheet.standing
    if terms is not None and terms.expiry_months and terms.expiry_from is None:
        yield Fault(("standing", "expiry_months"), "give expiry_from too: the first day on which points may lapse")


def _devices(sheet: Sheet) -> Iterator[Fault]:
    """Members register devices on one page, so they are of one kind."""
    ours = [position for position, activity in sheet.activities.items() if activity.done_by == "device"]
    for position in ours[1:]:
        yield Fault(("activities", position, "done_by"), "only one activity is done by a device")


def _desk(sheet: Sheet) -> Iterator[Fault]:
    if sheet.desk is None:
        return
    if sheet.desk.closes <= sheet.desk.opens:
        yield Fault(("desk", "closes"), f"{sheet.desk.closes:%H:%M} is not after {sheet.desk.opens:%H:%M}")
    if not sheet.desk.working_days:
        yield Fault(("desk", "working_days"), "at least one day is needed")
    for role, points in sheet.desk.limits.items():
        if points < 0:
            yield Fault(("desk", "limits", role), f"{points} is below 0")


def _reasons(sheet: Sheet) -> Iterator[Fault]:
    for position, reason in sheet.reasons.items():
        place = ("reasons", position)
        posts = POSTING.intersection(reason.for_)
        if "decline" in reason.for_ and not reason.rule_text.strip():
            yield Fault((*place, "rule_text"), "a decline quotes the rule")
        if "decline" in reason.for_ and not reason.would_change:
            yield Fault((*place, "would_change"), "a decline says what would change the answer")
        if reason.sign and not posts:
            yield Fault((*place, "sign"), "no points move for this reason, so it has no sign")
        if {"approve", "part"}.intersection(posts) and reason.sign != 1:
            yield Fault((*place, "sign"), "a claim is granted by adding points: sign must be 1")
        if reason.kind == "goodwill" and reason.sign != 1:
            yield Fault((*place, "sign"), "a gift adds points: sign must be 1")
        if posts and reason.kind == "correction" and not reason.counts_for_tier:
            yield Fault((*place, "counts_for_tier"), "a correction gives what was owed, so it counts for the tier")
    for act in (*get_args(VerdictKey), "adjust"):
        if sheet.reasons and not any(act in reason.for_ and not reason.access for reason in sheet.reasons.values()):
            yield Fault(("reasons",), f"no reason is for {act!r}")


def _late(sheet: Sheet) -> Iterator[Fault]:
    """Ask a reason of a gift for a late answer, so that its line and its letter say why."""
    terms = sheet.claims
    if terms is None or not terms.late_goodwill:
        return
    reason = next((known for known in sheet.reasons.values() if known.key == terms.late_goodwill_reason), None)
    if reason is None or reason.kind != "goodwill":
        yield Fault(("claims", "late_goodwill_reason"), "a gift for a late answer needs a reason of kind goodwill")


def _access(sheet: Sheet) -> Iterator[Fault]:
    """Whoever cannot get in is helped or declined; points have no part in it."""
    about = {reason.key: reason.access for reason in sheet.reasons.values()}
    for position, reason in sheet.reasons.items():
        if reason.access and set(reason.for_) != {"decline"}:
            yield Fault(("reasons", position, "for"), "a reason about access is for a decline and for nothing else")
    for position, reply in sheet.replies.items():
        place = ("replies", position)
        if reply.access and reply.verdict not in {"approve", "decline"}:
            yield Fault((*place, "verdict"), "a reply about access helps (approve) or declines")
        if reply.reason and about.get(reply.reason, reply.access) != reply.access:
            yield Fault((*place, "reason"), f"one of the reply and {reply.reason!r} is about access, the other is not")


def _automatic(sheet: Sheet) -> Iterator[Fault]:
    key = sheet.automatic.sent_back if sheet.automatic else ""
    known = next((reason for reason in sheet.reasons.values() if reason.key == key), None)
    if key and key not in sheet.reason_keys:
        yield Fault(("automatic", "sent_back"), f"{key!r} is no reason of this programme")
    elif known is not None and ("decline" not in known.for_ or known.access):
        yield Fault(("automatic", "sent_back"), f"{key!r} is no reason to decline points")


def _replies(sheet: Sheet) -> Iterator[Fault]:
    reasons = {reason.key: reason for reason in sheet.reasons.values()}
    seen: set[tuple[str, str]] = set()
    for position, reply in sheet.replies.items():
        place = ("replies", position)
        if (reply.key, reply.locale) in seen:
            yield Fault((*place, "key"), f"{reply.key!r} is there twice in {reply.locale}")
        seen.add((reply.key, reply.locale))
        if reply.reason and reply.reason not in sheet.reason_keys:
            yield Fault((*place, "reason"), f"{reply.reason!r} is no reason of this programme")
        elif reply.reason in reasons and reply.verdict not in reasons[reply.reason].for_:
            yield Fault((*place, "reason"), f"{reply.reason!r} is not for {reply.verdict!r}")
    if sheet.club is None or not sheet.replies:
        return
    own = [reply for reply in sheet.replies.values() if reply.locale == sheet.club.locale]
    spoken = {reply.verdict for reply in own if not reply.access}
    for verdict in get_args(VerdictKey):
        if verdict not in spoken:
            yield Fault(("replies",), f"no reply in {sheet.club.locale} is for {verdict!r}")
