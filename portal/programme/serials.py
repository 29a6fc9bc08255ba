"""The last sign of a serial number, reckoned from the others, so that a slip of the pen is seen."""

from collections.abc import Iterator
from string import ascii_uppercase, digits

# The signs of each way in the order of their values; their number is its base.
_SIGNS = {"luhn": digits, "mod36": digits + ascii_uppercase}
_ALIKE = dict(zip("0O1I2Z5S6G8B", "O0I1Z2S5G6B8", strict=True))


def fits_check_digit(serial: str, way: str) -> bool:
    """Tell whether the last sign of a serial number follows from the others; without a way every one fits.

    Both ways are Luhn's, among ten digits or among 36 digits and capitals: any one wrong sign is seen, and nearly
    every swap of neighbours.
    """
    if not way:
        return True
    signs = _SIGNS[way]
    if not serial[1:] or any(sign not in signs for sign in serial):
        return False
    base = len(signs)
    total = 0
    for place, sign in enumerate(reversed(serial)):
        value = signs.index(sign) * (1 + place % 2)
        total += value // base + value % base
    return total % base == 0


def meant_by(serial: str, way: str) -> str:
    """Give the serial number somebody meant, when one swap of neighbours or one look-alike alone explains it."""
    right = {other for other in _near(serial) if fits_check_digit(other, way)} - {serial}
    return right.pop() if len(right) == 1 else ""


def _near(serial: str) -> Iterator[str]:
    for place, sign in enumerate(serial):
        if sign in _ALIKE:
            yield serial[:place] + _ALIKE[sign] + serial[place + 1 :]
        if place:
            yield serial[: place - 1] + sign + serial[place - 1] + serial[place + 1 :]
