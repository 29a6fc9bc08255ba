"""When a letter goes again, when it is given up, and how long it is remembered."""

from datetime import timedelta

WAITS_SECONDS = (30, 120, 600, 3600, 21_600)
MOST_TRIES = 16
JITTER = 0.2
LEASE_SECONDS = 300
HAND_OVER_SECONDS = 100
AWAY_SECONDS = 30
FACTS_DAYS = 14


def next_wait(tries: int, dice: float) -> timedelta:
    """Give the wait after `tries` failures: 30 s, 2 min, 10 min, 1 h, then every 6 h, each a fifth more or less.

    `dice` lies between 0 and 1; without it, all letters of an outage would come back in the same second.
    """
    seconds = WAITS_SECONDS[min(max(tries, 1), len(WAITS_SECONDS)) - 1]
    return timedelta(seconds=seconds * (1 - JITTER + 2 * JITTER * dice))


def is_given_up(tries: int) -> bool:
    """Tell whether a letter has failed so often, over almost three days, that a person must look at it."""
    return tries >= MOST_TRIES
