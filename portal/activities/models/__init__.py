"""What happened in the world, what it will bring, the rule that priced it, devices, quizzes and friends."""

from portal.activities.models.devices import Device
from portal.activities.models.events import Event, Expectation, RuleVersion
from portal.activities.models.quizzes import QuizAttempt
from portal.activities.models.referrals import Friend, Referral

__all__ = ["Device", "Event", "Expectation", "Friend", "QuizAttempt", "Referral", "RuleVersion"]
