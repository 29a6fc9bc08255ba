"""What an event says, what became of it, and why one earns nothing."""

from enum import StrEnum


class EventKind(StrEnum):
    """What an event says: something earned, taken back, spent, or undone altogether."""

    EARN = "earn"
    RETURN = "return"
    REDEMPTION = "redemption"
    CANCELLATION = "cancellation"


class Outcome(StrEnum):
    """What became of an event; what was spent or taken back is credited too, and what waits for it is pending."""

    CREDITED = "credited"
    PENDING = "pending"
    INELIGIBLE = "ineligible"
    UNMATCHED = "unmatched"
    DUPLICATE = "duplicate"
    CANCELLED = "cancelled"


class Ineligible(StrEnum):
    """Why an event of a known member does nothing.

    The last ones are about returns, cancellations, what is spent, and a device that somebody else has.
    """

    UNKNOWN_ACTIVITY = "unknown_activity"
    OTHER_CURRENCY = "other_currency"
    IN_FUTURE = "in_future"
    BEFORE_JOINING = "before_joining"
    NO_RULE = "no_rule"
    NO_AMOUNT = "no_amount"
    NO_POINTS = "no_points"
    BELOW_MINIMUM = "below_minimum"
    ALL_EXCLUDED = "all_excluded"
    CAP_REACHED = "cap_reached"
    TOO_MANY_POINTS = "too_many_points"
    NO_REFERENCE = "no_reference"
    NOTHING_LEFT = "nothing_left"
    MORE_THAN_BOUGHT = "more_than_bought"
    NOT_ENOUGH = "not_enough"
    IN_USE = "in_use"


# What a rule was asked about and gave nothing for; the others are refused whatever the rules say.
PRICED = frozenset(
    {
        Ineligible.NO_RULE,
        Ineligible.NO_AMOUNT,
        Ineligible.NO_POINTS,
        Ineligible.BELOW_MINIMUM,
        Ineligible.ALL_EXCLUDED,
        Ineligible.CAP_REACHED,
        Ineligible.TOO_MANY_POINTS,
    }
)
