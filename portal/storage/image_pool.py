"""The few warm children that share the work on pictures, started when first needed, replaced when they die."""

import logging
import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

from portal.storage.image_process import ImageChild, Limits
from portal.storage.kinds import PictureKind
from portal.storage.outcome import Box, ImageFault, ImageRefused, Picture

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")

CHILD_PROGRAM = "portal.storage.image_child"


class ImagePool:
    """At most `at_once` pictures at a time, whichever threads bring them; nothing runs before the first."""

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        at_once: int = 2,
        queue_seconds: float = 30.0,
        program: str = CHILD_PROGRAM,
    ) -> None:
        self._limits = limits or Limits()
        self._at_once = at_once
        self._queue_seconds = queue_seconds
        self._program = program
        self._children: set[ImageChild] = set()
        self._idle: list[ImageChild] = []
        self._begin()

    def reencode(self, content: bytes, kind: PictureKind, boxes: Sequence[Box] = ()) -> Picture:
        """Have one picture checked and made anew by a child; raises ImageRefused."""
        return self._ask(lambda child: child.reencode(content, kind, boxes))

    def show_the_same(self, one: bytes, other: bytes) -> bool:
        """Have two of our own small pictures compared by a child; raises ImageRefused."""
        return self._ask(lambda child: child.show_the_same(one, other))

    def _ask(self, work: Callable[[ImageChild], Answer]) -> Answer:
        if not self._places.acquire(timeout=self._queue_seconds):
            log.error("a picture has waited %s s for its turn", self._queue_seconds)
            raise ImageRefused(ImageFault.FAILED)
        try:
            try:
                return self._by(self._idle_child() or self._new_child(), work)
            except BrokenPipeError:
                # It had died before it had the picture, so the picture is not to blame.
                return self._by(self._new_child(), work)
        except BrokenPipeError:
            log.exception("two image children in a row died before their picture")
            raise ImageRefused(ImageFault.FAILED) from None
        finally:
            self._places.release()

    def close(self) -> None:
        """End the children; those at work end with their picture. The next picture opens the pool again."""
        with self._lock:
            self._is_closed = True
            idle, self._idle = self._idle, []
        for child in idle:
            self._end(child)

    def forget(self) -> None:
        """Start anew in a forked process: the children talk to the process that started them."""
        for child in self._children:
            child.let_go()
        self._begin()

    def _begin(self) -> None:
        self._places = threading.BoundedSemaphore(self._at_once)
        self._lock = threading.Lock()
        self._children.clear()
        self._idle.clear()
        self._is_closed = False

    def _idle_child(self) -> ImageChild | None:
        """Take the child that worked last, so that one warm child does it all while one is enough."""
        with self._lock:
            self._is_closed = False
            while self._idle:
                child = self._idle.pop()
                if child.is_usable:
                    return child
                self._children.discard(child)
                child.end()
        return None

    def _new_child(self) -> ImageChild:
        child = ImageChild(self._program, self._limits)
        with self._lock:
            self._children.add(child)
        try:
            child.wait_until_ready()
        except BaseException:
            self._end(child)
            raise
        return child

    def _by(self, child: ImageChild, work: Callable[[ImageChild], Answer]) -> Answer:
        try:
            answer = work(child)
        except ImageRefused:
            self._give_back(child)
            raise
        except BaseException:
            self._end(child)
            raise
        self._give_back(child)
        return answer

    def _give_back(self, child: ImageChild) -> None:
        with self._lock:
            if child.is_usable and not self._is_closed:
                self._idle.append(child)
                return
        self._end(child)

    def _end(self, child: ImageChild) -> None:
        with self._lock:
            self._children.discard(child)
        child.end()
