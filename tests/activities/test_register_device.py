"""The pages of a member's devices."""

from portal.accounts.service import limits
from portal.activities.queries.devices import devices_of
from portal.activities.service import devices
from portal.activities.views.devices import MOST_FROM_ONE_PLACE
from portal.clock import now
from portal.unit_of_work import unit_of_work
from tests.cast import Person
from tests.home.reading import lines
from tests.site import Site

SERIAL = "K7Q2 M4XD 93TC"


def test_device_is_registered_and_says_when_its_points_are_due(site: Site, asha: Person) -> None:
    says = "Device registration 80 points for registering a device. Each device counts once. +80"
    page = site.as_(asha).open("activities.show_earning").click(says)
    assert page.h1 == "Register a device"

    page = page.submit("Register the device", serial="k7q2 m4xd 93tc")

    assert "Your device is registered." in page.text
    [line] = lines(page, "Your devices")
    assert line.startswith("k7q2 m4xd 93tc Registered ")
    assert "points are due by" in line
    assert line.endswith("+80")


def test_slip_is_named_and_what_was_typed_is_kept(site: Site, asha: Person) -> None:
    page = site.as_(asha).open("activities.register_device")

    page = page.submit("Register the device", status=422, serial="K7Q2 M4DX 93TC")

    assert page.errors == {"serial": f"There is no such serial number. Is it “{SERIAL}”?"}
    assert page.value("serial") == "K7Q2 M4DX 93TC"
    page = page.submit("Register the device", status=422, serial="ABC")
    assert page.errors == {"serial": f"One sign or more is wrong. Enter it as in “{SERIAL}”"}
    assert page.submit("Register the device", status=422, serial="").errors == {
        "serial": f"Enter the serial number, as in “{SERIAL}”"
    }


def test_device_of_somebody_else_is_refused_in_neutral_words(site: Site, asha: Person, bruno: Person) -> None:
    with unit_of_work():
        devices.register_device(bruno.member, "device", SERIAL, at=now())

    page = site.as_(asha).open("activities.register_device").submit("Register the device", status=422, serial=SERIAL)

    assert page.errors["serial"].startswith("We cannot register this one.")
    assert "Bruno" not in page.text
    assert lines(page, "Your devices") == []


def test_serial_numbers_cannot_be_tried_one_after_another(site: Site, asha: Person, bruno: Person) -> None:
    with unit_of_work():
        devices.register_device(bruno.member, "device", SERIAL, at=now())
    page = site.as_(asha).open("activities.register_device")
    for _ in range(10):
        page = page.submit("Register the device", status=422, serial=SERIAL)

    page = page.submit("Register the device", status=429, serial=SERIAL)

    assert "Too many tries in an hour" in page.errors["serial"]
    assert page.value("serial") == SERIAL


def test_members_of_one_place_do_not_try_serial_numbers_in_turn(site: Site, asha: Person) -> None:
    with unit_of_work():
        for _ in range(60):
            limits.spend((MOST_FROM_ONE_PLACE, limits.address_key("127.0.0.1")), at=now())

    page = site.as_(asha).open("activities.register_device").submit("Register the device", status=429, serial=SERIAL)

    assert "Too many tries in an hour" in page.errors["serial"]


def test_giving_free_asks_once_and_says_what_it_costs(site: Site, asha: Person) -> None:
    page = site.as_(asha).open("activities.register_device").submit("Register the device", serial=SERIAL)

    page = page.click(f"Release it {SERIAL}")

    assert page.h1 == "Release this device?"
    assert "The 80 points that are on their way will not arrive." in page.text
    page = page.submit("Release it")
    assert lines(page, "Your devices") == []
    assert "None yet." in page.text


def test_device_of_somebody_else_is_not_to_be_found(site: Site, asha: Person, bruno: Person) -> None:
    with unit_of_work():
        devices.register_device(bruno.member, "device", SERIAL, at=now())
    [device] = devices_of(bruno.member)

    browser = site.as_(asha)
    page = browser.open("activities.register_device")
    browser.open("activities.confirm_freeing", device_id=device.id, status=404)
    browser.send(
        "POST", site.url("activities.free_device", device_id=device.id), data={"csrf_token": page.token}, status=404
    )

    assert len(devices_of(bruno.member)) == 1
