"""The two programmes of the tests: the club we serve first, and one that shares nothing with it."""

from functools import cache
from pathlib import Path

from portal.config import PACKAGE
from portal.programme import Programme, load

CLUB = PACKAGE / "programmes" / "club.toml"
HARBOUR = Path(__file__).parent.parent / "programmes" / "harbour.toml"


@cache
def club() -> Programme:
    return load(CLUB)


@cache
def harbour() -> Programme:
    return load(HARBOUR)
