"""Do two small pictures show the same thing: compared piece by piece, since screens of one shop look alike.

Both are brought to the same width, to grey, and to what stands out from its surroundings, so that brightness and
contrast do not matter. The second is laid over the first, moved and scaled until it fits, because copies are cut
and saved anew. Then each piece that shows something is compared by itself: two orders made from one template agree
nearly everywhere and differ strongly in the few pieces where their numbers stand. Runs in the child process.
"""

import io
from typing import NamedTuple

from PIL import Image, ImageChops, ImageFilter, ImageStat

WIDTH = 320
MOST_HEIGHT = 960
GREY = 128
CONTRAST = 24
# A piece is about six characters of a phone's small print.
PIECE = (16, 8)
EDGE = 12
FEWEST_PIECES = 24
LEAST_DETAIL = 8
# How much of a piece's own detail may differ; measured on copies that were saved at quality 30, scaled to two fifths,
# made darker and cut by four in a hundred, against other orders of the same shop.
MOST_DIFFERENT = 0.6
# Small print blurs everywhere when it is scaled: what is far from the others is what was changed.
TIMES_THE_REST = 1.5
HOPELESS = 0.65
ALIGNED = 0.12
MOST_SHIFT = 30
NUDGES = (-1.0, -0.5, 0.0, 0.5, 1.0)
FAR_FROM_GREY = [abs(value - GREY) for value in range(256)]


class Fit(NamedTuple):
    """How one picture lies over another: its scale, and where its corner comes to lie."""

    scale: float = 1.0
    across: float = 0.0
    down: float = 0.0


def show_the_same(one: bytes, other: bytes) -> bool:
    """Tell whether two of our JPEGs show the same thing; a picture that shows next to nothing is like no other."""
    first, second = _detail(one), _detail(other)
    if first is None or second is None:
        return False
    if abs(first.height - second.height) <= 1:
        pieces = _pieces(first, second, Fit())
        # Where most pieces agree there is nothing to move: the template is the same, and the numbers decide.
        if len(pieces) < FEWEST_PIECES or _agree(pieces) or pieces[len(pieces) // 2] < ALIGNED:
            return _agree(pieces)
    return _agree(_pieces(first, second, _best_fit(first, second)))


def _detail(jpeg: bytes) -> Image.Image | None:
    """Keep what stands out from its surroundings, as strongly in every picture; None where nothing does."""
    picture = Image.open(io.BytesIO(jpeg), formats=("JPEG",)).convert("L")
    height = round(picture.height * WIDTH / picture.width)
    if not 4 * EDGE <= height <= MOST_HEIGHT:
        return None
    grey = picture.resize((WIDTH, height), Image.Resampling.BOX)
    outstanding = ImageChops.subtract(grey, grey.filter(ImageFilter.BoxBlur(6)), scale=1, offset=GREY)
    spread = ImageStat.Stat(outstanding).stddev[0]
    if spread < 1:
        return None
    gain = CONTRAST / spread
    return outstanding.point([max(0, min(255, round(GREY + (value - GREY) * gain))) for value in range(256)])


def _agree(pieces: list[float]) -> bool:
    """Judge by the piece that differs second most: one may lie under a thumb."""
    if len(pieces) < FEWEST_PIECES:
        return False
    usual = pieces[len(pieces) * 9 // 10]
    return usual < HOPELESS and pieces[-2] < max(MOST_DIFFERENT, usual * TIMES_THE_REST)


def _laid(picture: Image.Image, size: tuple[int, int], fit: Fit) -> Image.Image:
    matrix = (fit.scale, 0.0, fit.across, 0.0, fit.scale, fit.down)
    return picture.transform(size, Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR, fillcolor=GREY)


def _apart(first: Image.Image, second: Image.Image, fit: Fit) -> float:
    """Tell how far two pictures are from each other, edges aside."""
    apart = ImageChops.difference(first, _laid(second, first.size, fit))
    return ImageStat.Stat(apart.crop((20, 20, first.width - 20, first.height - 20))).mean[0]


def _best_fit(first: Image.Image, second: Image.Image) -> Fit:
    """Find scale and height by where the lines lie, then move a little and a little less while it gets better."""
    rough = _rows_fit(_rows(first), _rows(second))
    found = [Fit(rough.scale, across, rough.down) for across in range(-MOST_SHIFT, MOST_SHIFT + 1, 2)]
    apart, fit = min((_apart(first, second, each), each) for each in found)
    for step in (2.0, 1.0, 0.5, 0.25, 0.12):
        for _ in range(5):
            better = min((_apart(first, second, each), each) for each in _around(fit, step, first.height))
            if better[0] >= apart:
                break
            apart, fit = better
    return fit


def _around(fit: Fit, step: float, height: int) -> list[Fit]:
    scale, across, down = fit
    grown = step / height
    moved = [Fit(scale, across + side, down) for side in (-step, step)]
    moved += [Fit(scale, across, down + side) for side in (-step, step)]
    for sign in (-1, 1):
        moved.append(Fit(scale + sign * grown, across, down))
        moved.append(Fit(scale + sign * grown, across - sign * step / 3, down - sign * step / 2))
    return moved


def _rows(picture: Image.Image) -> bytes:
    """Tell how much stands in each line of a picture."""
    return picture.point(FAR_FROM_GREY).resize((1, picture.height), Image.Resampling.BOX).tobytes()


def _rows_fit(first: bytes, second: bytes) -> Fit:
    every = range(10, len(first) - 10, 2)
    best, fit = float("inf"), Fit()
    for percent in range(91, 110):
        scale = percent / 100
        for down in range(-MOST_SHIFT, MOST_SHIFT + 1, 2):
            places = [(row, int(scale * row + down)) for row in every]
            apart = [abs(first[row] - second[place]) for row, place in places if 0 <= place < len(second)]
            if len(apart) > len(every) * 0.8 and sum(apart) / len(apart) < best:
                best, fit = sum(apart) / len(apart), Fit(scale, 0.0, float(down))
    return fit


def _pieces(first: Image.Image, second: Image.Image, fit: Fit) -> list[float]:
    """Compare piece by piece, each where it fits best; give how much of its detail differs, in order."""
    wide, tall = first.width // PIECE[0], first.height // PIECE[1]

    def by_piece(picture: Image.Image) -> bytes:
        whole = picture.crop((0, 0, wide * PIECE[0], tall * PIECE[1]))
        return whole.resize((wide, tall), Image.Resampling.BOX).tobytes()

    nudged = [
        by_piece(ImageChops.difference(first, _laid(second, first.size, Fit(fit.scale, fit.across + x, fit.down + y))))
        for x in NUDGES
        for y in NUDGES
    ]
    theirs = _laid(second, first.size, fit).point(FAR_FROM_GREY)
    found: list[float] = []
    for at, details in enumerate(zip(by_piece(first.point(FAR_FROM_GREY)), by_piece(theirs), strict=True)):
        column, row = at % wide, at // wide
        across = fit.scale * (column + 0.5) * PIECE[0] + fit.across
        down = fit.scale * (row + 0.5) * PIECE[1] + fit.down
        is_edge = column in {0, wide - 1} or row in {0, tall - 1}
        is_cut = not (EDGE < across < second.width - EDGE and EDGE < down < second.height - EDGE)
        if not is_edge and not is_cut and max(details) >= LEAST_DETAIL:
            found.append(min(each[at] for each in nudged) / max(details))
    return sorted(found)
