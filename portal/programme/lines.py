"""Where in a TOML text a table, a key or an element of a list stands, so that a fault can name its line."""

import re
from collections.abc import Generator, Iterator

Place = tuple[str | int, ...]

LIST_OF_TABLES = "[["
HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
KEY = re.compile(r"""\s*("[^"]*"|'[^']*'|[\w.-]+)\s*=\s*""")
# A string, a comment, or a sign that opens, closes or parts a list; everything else is skipped.
TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"""|'
    r"'''.*?'''|"
    r'"(?:\\.|[^"\\\n])*"|'
    r"'[^'\n]*'|"
    r"#[^\n]*|[\[\]{},]|\s+|[^\s\[\]{},\"'#]+",
    re.DOTALL,
)


def line_of(text: str, place: Place) -> int:
    """Give the line, counted from 1, of the deepest part of a place that stands in the text."""
    known: dict[Place, int] = {}
    for found, line in _places(text):
        known.setdefault(found, line)
    while place and place not in known:
        place = place[:-1]
    return known.get(place, 1)


def _places(text: str) -> Iterator[tuple[Place, int]]:
    table: Place = ()
    counts: dict[Place, int] = {}
    position, line = 0, 1
    while position < len(text):
        row = text[position : _line_end(text, position)]
        end = position + len(row)
        header, key = HEADER.match(row), KEY.match(row)
        if header:
            table = _table(header[2], counts, is_list=header[1] == LIST_OF_TABLES)
            yield table, line
            if header[1] == LIST_OF_TABLES:
                yield table[:-1], line
        elif key:
            place = (*table, *(part.strip("\"' ") for part in key[1].split(".")))
            yield place, line
            end = yield from _elements(text, position + key.end(), place, line)
        line += text.count("\n", position, end + 1)
        position = end + 1


def _table(name: str, counts: dict[Place, int], *, is_list: bool) -> Place:
    """Give the place of a table; a list of tables counts on, and what is in its newest one begins anew."""
    place: Place = ()
    parts = [part.strip("\"' ") for part in name.split(".")]
    for part in parts[:-1]:
        place = (*place, part)
        if place in counts:
            place = (*place, counts[place])
    place = (*place, parts[-1])
    if not is_list:
        return place
    counts[place] = counts.get(place, -1) + 1
    return (*place, counts[place])


def _elements(text: str, start: int, place: Place, line: int) -> Generator[tuple[Place, int], None, int]:
    """Yield the place of each element of a list, and return where the whole value ends."""
    depth, index, is_new = 0, 0, True
    position = start
    while position < len(text):
        token = TOKEN.match(text, position)
        sign = token[0] if token else text[position]
        if not depth and "\n" in sign and sign.isspace():
            return position + sign.index("\n")
        if sign in ("]", "}"):
            depth -= 1
        elif sign == "," and depth == 1:
            index, is_new = index + 1, True
        elif depth == 1 and is_new and not sign.isspace() and not sign.startswith("#"):
            yield (*place, index), line
            is_new = False
        if sign in ("[", "{"):
            depth += 1
        line += sign.count("\n")
        position += len(sign)
    return position


def _line_end(text: str, position: int) -> int:
    end = text.find("\n", position)
    return len(text) if end < 0 else end
