"""The process that touches what strangers send: `python -m portal.storage.image_child MEMORY_MB CPU_SECONDS`.

It reads one picture, or two to compare, at a time from its standard input, answers on its standard
output, and leaves when its input ends. Before the first picture it gives up the
right to more memory, to write files and to open anything at all.
"""

import math
import os
import resource
import sys
import time
from collections.abc import Callable

from PIL import Image

from portal.storage import image_pipe, likeness, picture
from portal.storage.image_pipe import COMPARE, Message
from portal.storage.kinds import PictureKind
from portal.storage.outcome import ImageFault, ImageRefused, Picture

_STDIN, _STDOUT, _STDERR = 0, 1, 2
_NICENESS = 5  # pages go first


def main(work: Callable[..., Picture] = picture.reencode) -> None:
    """Serve until the portal hangs up or dies."""
    memory_mb, cpu_seconds = int(sys.argv[1]), int(sys.argv[2])
    os.nice(_NICENESS)
    picture.prepare()
    _give_up_rights(memory_mb)
    image_pipe.send(_STDOUT, Message({"ready": True}))
    while (request := image_pipe.receive(_STDIN)) is not None:
        _allow_cpu(cpu_seconds)
        image_pipe.send(_STDOUT, _compared(request) if COMPARE in request.head else _answer(request, work))


def _give_up_rights(memory_mb: int) -> None:
    """Bound the process for the rest of its life; hard limits, so it cannot take them back."""
    memory = memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    # Start-up faults were ours to read; what a decoder says about a hostile file is not for our log.
    os.dup2(os.open(os.devnull, os.O_WRONLY), _STDERR)
    os.closerange(_STDERR + 1, os.sysconf("SC_OPEN_MAX"))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_STDERR + 1, _STDERR + 1))


def _allow_cpu(seconds: int) -> None:
    """Give this picture its own share of CPU time; the kernel ends the process that wants more."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(time.process_time()) + seconds, hard))


def _compared(request: Message) -> Message:
    length = request.head[COMPARE]
    try:
        return Message({"same": likeness.show_the_same(request.body[:length], request.body[length:])})
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        return Message({"fault": ImageFault.DAMAGED, "cause": repr(error)[:200]})
    except MemoryError:
        return Message({"fault": ImageFault.TOO_SLOW, "cause": "memory"})


def _answer(request: Message, work: Callable[..., Picture]) -> Message:
    try:
        boxes = request.head.get("boxes")
        done = work(request.body, PictureKind(request.head["kind"]), *([boxes] if boxes else []))
    except ImageRefused as refused:
        return Message({"fault": refused.fault, "cause": repr(refused.__cause__)[:200]})
    except MemoryError:
        return Message({"fault": ImageFault.TOO_SLOW, "cause": "memory"})
    head = {
        "width": done.width,
        "height": done.height,
        "dhash": done.dhash,
        "had_place": done.had_place,
        "jpeg_bytes": len(done.jpeg),
    }
    return Message(head, done.jpeg + done.thumbnail)


if __name__ == "__main__":
    main()
