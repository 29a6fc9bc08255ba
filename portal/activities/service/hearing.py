"""Telling other rooms that something was heard of a thing, in the unit of work that wrote it down."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

Hearer = Callable[[Sequence[str], datetime], None]
_hearers: list[Hearer] = []


def on_news(hearer: Hearer) -> None:
    """Call `hearer` with the references of things whenever something is told, promised or posted about them."""
    if hearer not in _hearers:
        _hearers.append(hearer)


def tell(keys: Iterable[str], *, at: datetime) -> None:
    """Say of which references something was heard; what has none is known to nobody."""
    heard = sorted({key for key in keys if key})
    for hearer in _hearers if heard else ():
        hearer(heard, at)
