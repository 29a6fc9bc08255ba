"""The club as data: tiers, benefits, activities, rules, targets and words, read from one file and checked."""

from portal.programme.alone import AutomaticTerms
from portal.programme.club import Benefit, Club, Tier
from portal.programme.earning import LONGEST_SERIAL, Activity, DoneBy, EarnRule, Promotion
from portal.programme.engaging import Question, Quiz, ReferralTerms
from portal.programme.handling import (
    Ask,
    ClaimTerms,
    DeskTerms,
    HelpPage,
    JoiningTerms,
    Reason,
    ReasonFor,
    ReasonKind,
    RecordTerms,
    Reply,
    VerdictKey,
)
from portal.programme.reading import ProgrammeError, load
from portal.programme.standing import StandingTerms
from portal.programme.subjects import normal_subject
from portal.programme.whole import Programme, current, use

__all__ = [
    "LONGEST_SERIAL",
    "Activity",
    "Ask",
    "AutomaticTerms",
    "Benefit",
    "ClaimTerms",
    "Club",
    "DeskTerms",
    "DoneBy",
    "EarnRule",
    "HelpPage",
    "JoiningTerms",
    "Programme",
    "ProgrammeError",
    "Promotion",
    "Question",
    "Quiz",
    "Reason",
    "ReasonFor",
    "ReasonKind",
    "RecordTerms",
    "ReferralTerms",
    "Reply",
    "StandingTerms",
    "Tier",
    "VerdictKey",
    "current",
    "load",
    "normal_subject",
    "use",
]
