"""Row 13: a phone's screenshot to a stored picture and its hashes, against decoding it alone."""

import resource
import time
from io import BytesIO
from pathlib import Path
from random import Random

from PIL import Image, ImageDraw, ImageFilter

from portal.storage import images
from portal.storage.store import Disk, new_key
from tools.bench.rows import Ratio, Row, at_most

PHONE = (1170, 2532)
BUDGET = 2.0
TIMES = 7
MB = 1_000_000


def screenshot() -> bytes:
    """Draw a PNG of a phone's screen, about 1.5 MB: rows of text over a photograph-like ground."""
    rng = Random(7)  # noqa: S311 - a picture, not a secret
    ground = Image.effect_noise((PHONE[0] // 3, 500), 60).resize((PHONE[0], 1500)).filter(ImageFilter.GaussianBlur(4))
    picture = Image.new("RGB", PHONE, (249, 252, 251))
    picture.paste(Image.merge("RGB", (ground, ground, ground)), (0, 140))
    pen = ImageDraw.Draw(picture)
    for row in range(60):
        pen.text((60, 1660 + row * 14), " ".join(str(rng.randrange(10**6)) for _ in range(20)), (20, 30, 25))
    data = BytesIO()
    picture.save(data, "PNG")
    return data.getvalue()


def measure(folder: Path) -> Row:
    """Take wall time for the pass (its work is in another process) and for decoding, in turns."""
    data, store = screenshot(), Disk(folder)
    images.check_and_reencode(data)
    ratios, passes, decodes = [], [], []
    for _ in range(TIMES):
        passes.append(_timed(lambda: _keep(store, data)))
        decodes.append(_timed(lambda: Image.open(BytesIO(data)).load()))
        ratios.append(passes[-1] / decodes[-1])
    ratios.sort()
    ratio = Ratio(ratios[0], ratios[TIMES // 2], ratios[-1], min(passes), min(decodes))
    images.close()
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return Row(
        "13",
        f"{len(data) / MB:.1f} MB PNG screenshot to stored picture and hashes",
        f"<= {BUDGET} x decoding",
        f"{ratio} — {ratio.seconds_of_first * 1000:.0f} ms, child {peak:.0f} MB",
        f"decode {ratio.seconds_of_second * 1000:.0f} ms",
        at_most(ratio, BUDGET),
        {"ratio": ratio.median, "pass_ms": ratio.seconds_of_first * 1000, "child_mb": peak},
    )


def _keep(store: Disk, data: bytes) -> None:
    stored = images.check_and_reencode(data)
    store.put(new_key("bench"), stored.jpeg)
    store.put(new_key("bench"), stored.thumbnail)


def _timed(work: object) -> float:
    assert callable(work)
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
