"""Who says how old somebody is: our own people by a picture of a document, or a provider that is plugged in."""

import uuid
from typing import Protocol

from portal import programme


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


_providers: dict[str, AgeProvider] = {"manual": ByHand()}


def plug_in(name: str, provider: AgeProvider) -> None:
    """Let the programme name another provider."""
    _providers[name] = provider


def provider() -> AgeProvider:
    """Give the provider the programme names, or raise ProgrammeError."""
    name = programme.current().joining.age_check
    if name not in _providers:
        raise programme.ProgrammeError([f"joining, age_check: no provider is called {name!r}"])
    return _providers[name]
