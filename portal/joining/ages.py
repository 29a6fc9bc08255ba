"""Who says how old somebody is: our own people by a picture of a document, or a provider that is plugged in.

A package plugs one in as an entry point of the group `portal.age_providers`: a class that is made without arguments.
"""

import uuid
from functools import cache
from importlib.metadata import entry_points
from typing import Protocol
from urllib.parse import urlsplit

from portal import programme

GROUP = "portal.age_providers"
BY_HAND = "manual"


class AgeProvider(Protocol):
    """Somebody who checks ages. Its verdict comes in through `service.ages.decide`, whenever it has one.

    With it goes the letter `letters.age_decided`, in the same unit of work.
    """

    @property
    def wants_document(self) -> bool:
        """Tell whether members send us a picture of a document."""

    def begin(self, check_id: uuid.UUID) -> str:
        """Begin a check; give the https address the member goes on to, or nothing where there is nothing to do.

        It is asked again for the same check when the member comes back before the verdict. An OSError says that the
        provider cannot be reached: the member is asked to try again.
        """


class ByHand:
    """Our own people look at the document."""

    wants_document = True

    def begin(self, check_id: uuid.UUID) -> str:  # noqa: ARG002 - what every provider is given
        """Give nothing: the picture waits at the desk."""
        return ""


def provider() -> AgeProvider:
    """Give the provider the programme names, or raise ProgrammeError."""
    return _provider(programme.current().joining.age_check)


def host_of(address: str) -> str:
    """Give the host of an address that members may be sent on to, or nothing: only https, and no names in front."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    is_plain = address.isascii() and address.isprintable() and not set(address) & {" ", "\\"}
    return parts.hostname or "" if is_plain and parts.scheme == "https" and "@" not in parts.netloc else ""


@cache
def _provider(name: str) -> AgeProvider:
    if name == BY_HAND:
        return ByHand()
    found = list(entry_points(group=GROUP, name=name))
    if not found:
        raise programme.ProgrammeError([f"joining, age_check: no provider is called {name!r}"])
    made: AgeProvider = found[0].load()()
    return made
