"""A check digit tells a slip of the pen from a serial number, and sometimes which slip it was."""

import pytest

from portal.programme.serials import fits_check_digit, meant_by
from tests.programme.samples import club

LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def test_published_luhn_number_fits():
    assert fits_check_digit("79927398713", "luhn")
    assert [last for last in "0123456789" if fits_check_digit(f"7992739871{last}", "luhn")] == ["3"]


def test_exactly_one_last_sign_fits_among_36():
    assert sum(fits_check_digit(f"K7Q2M4XD93T{last}", "mod36") for last in LETTERS) == 1


def test_every_single_wrong_sign_is_seen():
    serial = next(f"K7Q2M4XD93T{last}" for last in LETTERS if fits_check_digit(f"K7Q2M4XD93T{last}", "mod36"))
    wrong = [serial[:at] + sign + serial[at + 1 :] for at in range(12) for sign in LETTERS if sign != serial[at]]

    assert not any(fits_check_digit(one, "mod36") for one in wrong)


@pytest.mark.parametrize(("serial", "way"), [("", "luhn"), ("0", "luhn"), ("7992739871A", "luhn"), ("ÄÖ", "mod36")])
def test_what_is_no_serial_never_fits(serial: str, way: str):
    assert not fits_check_digit(serial, way)


def test_without_a_check_digit_everything_fits():
    assert fits_check_digit("Ä", "")


def test_swap_of_neighbours_is_explained():
    assert meant_by("79927398173", "luhn") == "79927398713"


def test_look_alike_is_explained_whatever_its_spaces():
    device = club().activity("device").model_copy(update={"check_digit": "mod36"})
    serial = next(f"K7Q2M4XD93O{last}" for last in LETTERS if device.accepts(f"K7Q2M4XD93O{last}"))
    typed = serial.replace("O", "0").lower()

    assert not device.accepts(typed)
    assert device.meant_by(f"{typed[:4]} {typed[4:8]}-{typed[8:]}") == serial


def test_what_no_single_slip_explains_is_not_guessed_at():
    device = club().activity("device").model_copy(update={"check_digit": "luhn"})

    assert meant_by("1111", "luhn") == ""
    assert device.meant_by("79927398173") == ""
    assert club().activity("device").meant_by("K7Q2 M4XD 93TZ") == ""
