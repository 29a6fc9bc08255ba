"""What the clock does to messages: old ones are forgotten."""

from datetime import datetime

from portal.shop import service
from portal.unit_of_work import unit_of_work


def clean_up(at: datetime) -> int:
    """Forget messages of a month ago."""
    with unit_of_work():
        return service.forget_messages(at=at)
