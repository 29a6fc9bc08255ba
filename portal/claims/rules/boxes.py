"""A grid laid over a picture, of which cells are picked, and the boxes that makes."""

from collections.abc import Iterable
from itertools import groupby

THOUSAND = 1000
COLUMNS = 8
FEWEST_ROWS, MOST_ROWS = 4, 24

Box = tuple[int, int, int, int]


def rows_of(width: int, height: int) -> int:
    """Give how many rows make the cells about square."""
    return min(max(round(COLUMNS * height / width), FEWEST_ROWS), MOST_ROWS)


def boxes_of(cells: Iterable[int], *, rows: int) -> tuple[Box, ...]:
    """Join picked cells, counted along the rows from 0, into boxes in thousandths; cells that are none are left out."""
    picked = sorted({cell for cell in cells if 0 <= cell < COLUMNS * rows})
    # Neighbours in a row have the same distance to their place among the picked.
    runs = groupby(enumerate(picked), lambda one: (one[1] // COLUMNS, one[1] - one[0]))
    boxes = []
    for (row, _), run in runs:
        columns = [cell % COLUMNS for _place, cell in run]
        left, right = _edge(columns[0], COLUMNS), _edge(columns[-1] + 1, COLUMNS)
        top, bottom = _edge(row, rows), _edge(row + 1, rows)
        boxes.append((left, top, right - left, bottom - top))
    return tuple(boxes)


def _edge(number: int, of: int) -> int:
    """Give where a line of the grid lies."""
    return number * THOUSAND // of
