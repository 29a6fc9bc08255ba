"""What the tests of the desk share."""

from collections.abc import Iterator

import pytest
import time_machine

from portal.clock import now
from tests.claims.conftest import harbour

__all__ = ["frozen", "harbour"]


@pytest.fixture
def frozen() -> Iterator[None]:
    """Let the time stand still, where a test compares two looks at the same thing."""
    with time_machine.travel(now(), tick=False):
        yield
