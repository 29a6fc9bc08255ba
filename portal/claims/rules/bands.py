"""Finding fingerprints that differ in a few of their 64 bits without looking at all of them.

Cut into four bands, two fingerprints that are at most seven bits apart agree in one band but for a single bit: were
every band two bits off, they would be eight apart.
"""

BANDS = 4
BITS = 16
MOST_APART = 7


def band(dhash: int, number: int) -> int:
    """Give one band of a fingerprint, which is signed as databases count."""
    return dhash >> number * BITS & 0xFFFF


def nearly(value: int) -> list[int]:
    """Give the bands that differ from one in a single bit."""
    return [value ^ 1 << bit for bit in range(BITS)]
