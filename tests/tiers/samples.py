"""Ladders to try: the club's own, and any that could be."""

from hypothesis import strategies as st

from portal.tiers.rules import Ladder, Rung, ladder_of
from tests.programme.samples import club

CLUB = ladder_of(club())
POINTS = st.integers(min_value=0, max_value=1_000_000)
LADDERS = st.builds(
    lambda steps: Ladder(
        tuple(Rung(f"tier_{number}", f"Tier {number}", sum(steps[:number])) for number in range(len(steps) + 1))
    ),
    st.lists(st.integers(min_value=1, max_value=100_000), max_size=6),
)


def hundredths(text: str) -> int:
    return round(float(text.removesuffix("%")) * 100)
