"""What happened in the world, what it will bring, the rule that priced it, and what members do in the portal."""

from portal.activities.models.devices import Device
from portal.activities.models.events import Event, Expectation, RuleVersion
from portal.activities.models.quizzes import QuizAttempt
from portal.activities.models.referrals import Referral

__all__ = ["Device", "Event", "Expectation", "QuizAttempt", "Referral", "RuleVersion"]
