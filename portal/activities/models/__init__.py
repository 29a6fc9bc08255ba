"""What happened in the world, what it will bring, the rule that priced it, and the friends members invite."""

from portal.activities.models.events import Event, Expectation, RuleVersion
from portal.activities.models.referrals import Friend, Referral

__all__ = ["Event", "Expectation", "Friend", "Referral", "RuleVersion"]
