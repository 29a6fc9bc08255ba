"""The whole programme, and the one this portal runs with."""

from datetime import date
from typing import TypeVar

from portal.programme.alone import AutomaticTerms
from portal.programme.club import Club, Line, Part, Tier
from portal.programme.earning import Activity, EarnRule
from portal.programme.engaging import Quiz, ReferralTerms
from portal.programme.handling import Ask, ClaimTerms, DeskTerms, HelpPage, JoiningTerms, Reason, RecordTerms, Reply
from portal.programme.standing import StandingTerms


class Programme(Part):
    """Everything that belongs to one club. Tiers ascend from 0; keys are unique in their list."""

    club: Club
    tiers: tuple[Tier, ...]
    everyone: tuple[Line, ...] = ()
    activities: tuple[Activity, ...]
    rules: tuple[EarnRule, ...]
    claims: ClaimTerms
    automatic: AutomaticTerms
    desk: DeskTerms
    records: RecordTerms
    joining: JoiningTerms
    standing: StandingTerms
    quizzes: tuple[Quiz, ...] = ()
    # A club whose members invite nobody has none.
    referral: ReferralTerms | None = None
    reasons: tuple[Reason, ...]
    replies: tuple[Reply, ...]
    asks: tuple[Ask, ...]
    help: tuple[HelpPage, ...]
    digest: str

    @property
    def locales(self) -> tuple[str, ...]:
        """List the languages the programme speaks: the club's own first, then those it has replies in."""
        return tuple(dict.fromkeys((self.club.locale, *(reply.locale for reply in self.replies))))

    def tier(self, key: str) -> Tier:
        """Find a tier by its key, or raise KeyError."""
        return _by_key(self.tiers, key)

    def activity(self, key: str) -> Activity:
        """Find an activity by its key, or raise KeyError."""
        return _by_key(self.activities, key)

    def quiz(self, key: str) -> Quiz:
        """Find a quiz by its key, or raise KeyError."""
        return _by_key(self.quizzes, key)

    def reason(self, key: str) -> Reason:
        """Find a reason by its key, or raise KeyError."""
        return _by_key(self.reasons, key)

    def ask(self, key: str) -> Ask:
        """Find a question by its key, or raise KeyError."""
        return _by_key(self.asks, key)

    def rule_on(self, activity: str, day: date) -> EarnRule | None:
        """Find the rule in force for an activity on a day of the programme's zone."""
        return next((rule for rule in self.rules if rule.activity == activity and rule.is_valid_on(day)), None)

    def reasons_for(self, act: str, *, access: bool = False) -> tuple[Reason, ...]:
        """List the reasons that fit an act: a verdict, or `adjust`; about points, or about getting in."""
        return tuple(reason for reason in self.reasons if act in reason.for_ and reason.access == access)

    def replies_for(self, verdict: str, *, locale: str, access: bool = False) -> tuple[Reply, ...]:
        """List the replies for a verdict in a locale, or in the club's own where there are none."""
        fitting = [reply for reply in self.replies if reply.verdict == verdict and reply.access == access]
        own = tuple(reply for reply in fitting if reply.locale == locale)
        return own or tuple(reply for reply in fitting if reply.locale == self.club.locale)


Named = TypeVar("Named", Tier, Activity, Quiz, Reason, Ask)
_in_use: list[Programme] = []


def use(programme: Programme) -> None:
    """Make this the programme of the process; start-up calls it once."""
    _in_use[:] = [programme]


def current() -> Programme:
    """Give the programme of the process."""
    if not _in_use:
        message = "no programme is in use yet: call use(load(path)) first"
        raise RuntimeError(message)
    return _in_use[0]


def _by_key(parts: tuple[Named, ...], key: str) -> Named:
    for part in parts:
        if part.key == key:
            return part
    raise KeyError(key)
