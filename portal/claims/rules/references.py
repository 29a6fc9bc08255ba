"""Public references of claims: random, and impossible to misread or to read as a word."""

# Left out are signs that look or sound like another (0 O, 1 I L, 2 Z, 5 S, 8 B, U V) and the vowels that make words.
REFERENCE_ALPHABET = "34679CDFGHJKMNPQRTWXY"
REFERENCE_LENGTH = 8
# With so many random bytes the uneven share of the first signs is far below anything that could be noticed.
BYTES_NEEDED = 12


def reference_from(random_bytes: bytes) -> str:
    """Turn 12 or more random bytes into a reference such as `C-7KQ3XWHN`."""
    if len(random_bytes) < BYTES_NEEDED:
        message = f"a reference needs {BYTES_NEEDED} random bytes"
        raise ValueError(message)
    number = int.from_bytes(random_bytes)
    signs: list[str] = []
    for _ in range(REFERENCE_LENGTH):
        number, rest = divmod(number, len(REFERENCE_ALPHABET))
        signs.append(REFERENCE_ALPHABET[rest])
    return "C-" + "".join(signs)
