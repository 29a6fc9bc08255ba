"""One warm child process that works on pictures, as its parent sees it."""

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from portal.storage import image_pipe
from portal.storage.image_pipe import COMPARE, BadMessage, Message
from portal.storage.kinds import PictureKind
from portal.storage.outcome import Box, ImageFault, ImageRefused, Picture

log = logging.getLogger(__name__)

_PROJECT = Path(__file__).parents[2]
_PIPE_BYTES = 1024 * 1024
# Nothing else is handed down: the child works on strangers' files and has no use for our secrets.
_HANDED_DOWN = ("LD_LIBRARY_PATH", "PATH")
_SECONDS_TO_DIE = 2.0
_DIED_OF_THE_PICTURE = {
    -signal.SIGXCPU: ImageFault.TOO_SLOW,
    -signal.SIGABRT: ImageFault.DAMAGED,
    -signal.SIGBUS: ImageFault.DAMAGED,
    -signal.SIGFPE: ImageFault.DAMAGED,
    -signal.SIGILL: ImageFault.DAMAGED,
    -signal.SIGSEGV: ImageFault.DAMAGED,
}
_FAULTS_THAT_WEAR_IT_OUT = (ImageFault.TOO_SLOW, ImageFault.FAILED)
_JPEG_START = b"\xff\xd8\xff"
_DHASH = range(-(2**63), 2**63)
_MOST_SIDE = 65_535


@dataclass(frozen=True, slots=True)
class Limits:
    """What one picture may cost, and how long one child is kept."""

    memory_mb: int = 900
    cpu_seconds: int = 10
    wall_seconds: float = 20.0
    pictures_a_child: int = 200  # then a fresh one, so that nothing lingers


class ImageChild:
    """A child that does one picture at a time; not for two threads at once."""

    def __init__(self, program: str, limits: Limits) -> None:
        """Start the child; raises ImageRefused(FAILED) when that cannot be done."""
        self._limits = limits
        self._pictures_left = limits.pictures_a_child
        try:
            self._process = _start(program, limits)
        except OSError as error:
            log.exception("the image child cannot be started")
            raise ImageRefused(ImageFault.FAILED) from error
        self._input, self._output = _pipe_of(self._process.stdin), _pipe_of(self._process.stdout)
        os.set_blocking(self._input, False)

    @property
    def is_usable(self) -> bool:
        """Whether another picture may be given to it."""
        return self._pictures_left > 0 and self._process.poll() is None

    def wait_until_ready(self) -> None:
        """Wait until it has loaded its decoders and given up its rights; raises ImageRefused if it never comes up."""
        self._answer_to(None)

    def reencode(self, content: bytes, kind: PictureKind, boxes: Sequence[Box] = ()) -> Picture:
        """Hand over one picture and wait for what comes of it.

        Raises ImageRefused, and ends the child where it may have come to harm. Raises
        BrokenPipeError when the child had died before it had the whole picture.
        """
        self._pictures_left -= 1
        answer = self._answer_to(Message({"kind": kind, "boxes": list(boxes)}, content))
        if (fault := answer.head.get("fault")) is not None:
            raise self._refusal(ImageFault(fault), str(answer.head.get("cause")))
        try:
            return _picture_of(answer)
        except BadMessage:
            raise self._refusal(ImageFault.FAILED, "an answer that is no picture") from None

    def show_the_same(self, one: bytes, other: bytes) -> bool:
        """Hand over two of our own small pictures and wait for the judgement; raises as `reencode` does."""
        self._pictures_left -= 1
        answer = self._answer_to(Message({COMPARE: len(one)}, one + other))
        if (fault := answer.head.get("fault")) is not None:
            raise self._refusal(ImageFault(fault), str(answer.head.get("cause")))
        return answer.head.get("same") is True

    def end(self) -> None:
        """Kill it, close its pipes and collect it; it has nothing to lose. May be called again."""
        with self._process:
            self._process.kill()

    def let_go(self) -> None:
        """Close our copies of its pipes without touching it: it belongs to the process we were forked from."""
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
        self._process.returncode = 0

    def _answer_to(self, request: Message | None) -> Message:
        until = time.monotonic() + self._limits.wall_seconds
        try:
            if request is not None:
                image_pipe.send(self._input, request, until=until)
            answer = image_pipe.receive(self._output, until=until)
        except TimeoutError:
            raise self._refusal(ImageFault.TOO_SLOW, "wall clock") from None
        except BadMessage:
            raise self._refusal(ImageFault.FAILED, "an answer out of line") from None
        if answer is None:
            code = self._exit_code()
            raise self._refusal(_DIED_OF_THE_PICTURE.get(code, ImageFault.FAILED), f"exit code {code}")
        return answer

    def _refusal(self, fault: ImageFault, cause: str) -> ImageRefused:
        if fault in _FAULTS_THAT_WEAR_IT_OUT:
            self.end()
        # The cause comes from a decoder that has read a stranger's file, so it is logged escaped.
        log.log(logging.ERROR if fault is ImageFault.FAILED else logging.INFO, "picture refused: %s, %r", fault, cause)
        return ImageRefused(fault)

    def _exit_code(self) -> int:
        try:
            return self._process.wait(_SECONDS_TO_DIE)
        except subprocess.TimeoutExpired:
            self.end()
            return self._process.returncode


def _start(program: str, limits: Limits) -> subprocess.Popen[bytes]:
    """Start a fresh interpreter, never a copy of this process: threads and secrets stay here."""
    command = [sys.executable, "-P", "-m", program, str(limits.memory_mb), str(limits.cpu_seconds)]
    handed_down = {name: os.environ[name] for name in _HANDED_DOWN if name in os.environ}
    return subprocess.Popen(  # noqa: S603 (our own interpreter and our own module)
        command,
        bufsize=0,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        pipesize=_PIPE_BYTES,
        cwd="/",
        env={**handed_down, "PYTHONPATH": str(_PROJECT), "MALLOC_ARENA_MAX": "1", "LC_ALL": "C.UTF-8"},
        start_new_session=True,  # Ctrl-C is for the portal; the child leaves when its input ends
    )


def _pipe_of(stream: IO[bytes] | None) -> int:
    if stream is None:  # pragma: no cover (both are asked for as pipes)
        raise ImageRefused(ImageFault.FAILED)
    return stream.fileno()


def _picture_of(answer: Message) -> Picture:
    """Read an answer as if a stranger had written it: a decoder may have been taken over."""
    width, height, dhash, length = (answer.head.get(name) for name in ("width", "height", "dhash", "jpeg_bytes"))
    if not (isinstance(width, int) and isinstance(height, int) and isinstance(dhash, int) and isinstance(length, int)):
        raise BadMessage
    jpeg, thumbnail = answer.body[:length], answer.body[length:]
    if not (
        0 < width <= _MOST_SIDE
        and 0 < height <= _MOST_SIDE
        and dhash in _DHASH
        and jpeg.startswith(_JPEG_START)
        and thumbnail.startswith(_JPEG_START)
    ):
        raise BadMessage
    return Picture(jpeg, thumbnail, width, height, dhash, had_place=answer.head.get("had_place") is True)
