"""What somebody may be called, and in which country and zone they may live."""

from functools import cache
from importlib.resources import files

from babel import Locale

from portal.errors import Refused

NAME_MAX = 120
# A name stands in letters to its owner: it is no place for links, addresses or markup.
NOT_IN_NAMES = frozenset("<>@/\\:|{}[]")
# Regions that Unicode names, and in which nobody has an address of their own.
NO_COUNTRIES = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"})


def read_name(text: str) -> str:
    """Read a name, or raise Refused: "empty", "too_long", or "odd" for what no name has in it."""
    name = text.strip()
    if not any(char.isalpha() for char in name):
        raise Refused("odd" if name else "empty")
    if len(name) > NAME_MAX:
        raise Refused("too_long")
    if NOT_IN_NAMES & set(name) or "www." in name.lower():
        raise Refused("odd")
    return name


@cache
def countries(locale: str) -> dict[str, str]:
    """Name every country in a language, by code, in the order of their names."""
    named = {
        code: name
        for code, name in Locale.parse(locale).territories.items()
        if len(code) == len("GB") and code.isalpha() and code not in NO_COUNTRIES
    }
    return dict(sorted(named.items(), key=lambda pair: pair[1]))


@cache
def time_zones() -> tuple[str, ...]:
    """List the zones whose clocks differ today, each by its best-known place."""
    table = (files("tzdata") / "zoneinfo" / "zonenow.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return tuple(sorted(row[2] for row in rows))
