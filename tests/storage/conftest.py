"""Pools of image children that are gone when the test ends."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from portal.storage import images
from portal.storage.image_pool import ImagePool
from portal.storage.image_process import Limits
from tests.storage.children import ODD, Opener, children


@pytest.fixture
def open_pool() -> Iterator[Opener]:
    images.close()
    with ExitStack() as closing:

        def open_pool(limits: Limits | None = None, *, program: str = ODD, **settings: Any) -> ImagePool:
            pool = ImagePool(limits, program=program, **settings)
            closing.callback(pool.close)
            return pool

        yield open_pool
    assert children() == {}
