"""What is wrong with a programme."""

from dataclasses import dataclass

from portal.programme.lines import Place


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, and where."""

    place: Place
    message: str
