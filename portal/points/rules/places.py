"""Places in a history, as links name them."""

LONGEST_SEQUENCE = 9


def read_sequence(text: str) -> int | None:
    """Read the number of a line from a link; what is none names no line."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_SEQUENCE else None
