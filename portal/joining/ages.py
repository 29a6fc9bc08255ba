"""Who says how old somebody is: our own people by a picture of a document, or a provider that is plugged in.

A package plugs one in as an entry point of the group `portal.age_providers`: a class that is made without arguments.
"""

import uuid
from functools import cache
from importlib.metadata import entry_points
from typing import Protocol

from portal import programme

GROUP = "portal.age_providers"
BY_HAND = "manual"


class AgeProvider(Protocol):
    """Somebody who checks ages. Its verdict comes in through `service.ages.decide`, whenever it has one."""

    @property
    def wants_document(self) -> bool:
        """Tell whether members send us a picture of a document."""

    def begin(self, check_id: uuid.UUID) -> str:
        """Begin a check; give the address the member goes on to, or nothing where there is nothing to do."""


class ByHand:
    """Our own people look at the document."""

    wants_document = True

    def begin(self, check_id: uuid.UUID) -> str:  # noqa: ARG002 - what every provider is given
        """Give nothing: the picture waits at the desk."""
        return ""


def provider() -> AgeProvider:
    """Give the provider the programme names, or raise ProgrammeError."""
    return _provider(programme.current().joining.age_check)


@cache
def _provider(name: str) -> AgeProvider:
    if name == BY_HAND:
        return ByHand()
    found = list(entry_points(group=GROUP, name=name))
    if not found:
        raise programme.ProgrammeError([f"joining, age_check: no provider is called {name!r}"])
    made: AgeProvider = found[0].load()()
    return made
